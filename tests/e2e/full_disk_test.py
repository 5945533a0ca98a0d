"""A disk that takes no more bytes: the server takes no more changes, says so, and goes on being read.

Two ways to such a disk: files that may not grow (any user), and a small file system of its own (where this user may
mount one).
"""

import datetime
import os
import re
import resource
import shutil
import signal
import subprocess
import threading
import unittest

import gmpi_process
from gmpi_process import record_path

FILE_BYTES = 3 << 20  # what one file of the store may hold
DISK_BYTES = 24 << 20
RECORDS_MAX = 20000
PERSON = {"given_name": "Ada", "surname": "Okafor", "dob": "1985-06-02", "postcode": "M3 2BW"}
BALLAST = ["Flat %d, a long address that fills the disk %s" % (line, "x" * 400) for line in range(20)]


def surname(number):
    """No two alike, so that a change to one is none to another."""
    letters = "".join(chr(ord("a") + number * step % 26) for step in (1, 7, 11, 17, 3))
    return letters.capitalize()


def day(number):
    return str(datetime.date(1930, 1, 1) + datetime.timedelta(days=29 * number % 25000))


def postcode(number):
    return f"M{number % 50 + 1} 2BW"


def files_stay_small():
    """In the child: a write past FILE_BYTES fails like one to a full disk, instead of ending the process."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))


class FullDisk(gmpi_process.Case):
    def fill(self, server):
        """Registers records until one is refused; the numbers of those that were taken, and the refusal."""
        taken = []
        for number in range(RECORDS_MAX):
            person = PERSON | {"surname": surname(number), "dob": day(number), "postcode": postcode(number),
                               "address_line": BALLAST}
            answer = server.request("PUT", record_path("gp", str(number)), person)
            if answer.status != 201:
                return taken, answer
            taken.append(number)
        self.fail("the disk was never full")

    def check_read_only(self, server, taken, refusal):
        self.assertEqual(refusal.status, 503, refusal.body)
        self.assertEqual(refusal.json["code"], "unavailable")
        self.assertNotIn(b"/", refusal.json["detail"].encode(), "a place on the server's disk")
        self.assertIn("retry-after", refusal.headers)
        for method, path, body in (("PUT", record_path("gp", "new"), PERSON),
                                   ("DELETE", record_path("gp", str(taken[0])), None),
                                   ("POST", "/fhir/R4/Patient", {"resourceType": "Patient",
                                                                 "name": [{"family": "Okafor"}]})):
            self.assertEqual(server.request(method, path, body).status, 503, path)

        ready = server.request("GET", "/readyz")
        self.assertEqual((ready.status, ready.json["status"]), (503, "not ready"))
        store = next(part for part in ready.json["parts"] if part["name"] == "store")
        self.assertEqual((store["ready"], store["detail"]), (False, "read only until restarted"))
        self.assertTrue(store["error"])
        self.assertEqual(server.request("GET", "/healthz").status, 200)
        self.assertIn(b"\ngmpi_store_writable 0\n", server.request("GET", "/metrics").body)
        self.assertEqual(len(re.findall("no change is taken until the store is opened again", server.log)), 1)

        for number in (taken[0], taken[len(taken) // 2], taken[-1]):
            record = server.request("GET", record_path("gp", str(number)))
            self.assertEqual((record.status, record.json["surname"]), (200, surname(number)))
            self.assertEqual(server.request("GET", record_path("gp", str(number)) + "/person").status, 200)
        # Who shares a key with the refused record waits for what will never come; others are found as before.
        found = 0
        for number in taken[:10]:
            match = server.request("POST", "/api/v1/match", PERSON | {
                "surname": surname(number), "dob": day(number), "postcode": postcode(number)})
            self.assertIn(match.status, (200, 503))
            if match.status == 200:
                found += match.json["candidates"][0]["record"]["local_id"] == str(number)
        self.assertGreaterEqual(found, 5)

    def check_restarted(self, data_dir, taken):
        """With room again, all that was taken is there, and changes are taken."""
        with gmpi_process.Server(data_dir) as server:
            for number in taken:
                self.assertEqual(server.request("GET", record_path("gp", str(number))).status, 200)
            self.assertEqual(server.request("PUT", record_path("gp", "new"), PERSON).status, 201)
            self.assertEqual(server.request("GET", "/readyz").status, 200)
            self.assertEqual(server.stop(), 0)
        self.succeed("check", "--data-dir", data_dir)

    def test_files_that_may_not_grow(self):
        data_dir = self.folder / "data"
        with gmpi_process.Server(data_dir, before=files_stay_small) as server:
            taken, refusal = self.fill(server)
            self.check_read_only(server, taken, refusal)
        self.check_restarted(data_dir, taken)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("mount"), "may not mount a file system")
    def test_a_file_system_without_room(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", disk],
                                 capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("may not mount a file system")
        self.addCleanup(subprocess.run, ["umount", "--lazy", disk], check=True)
        with gmpi_process.Server(disk / "data") as server:
            taken, refusal = self.fill(server)
            self.check_read_only(server, taken, refusal)
        shutil.copytree(disk / "data", self.folder / "data")  # to a larger disk
        self.check_restarted(self.folder / "data", taken)


if __name__ == "__main__":
    gmpi_process.main()
