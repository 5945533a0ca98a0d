"""kill -9 at any moment loses nothing that was acknowledged, and what comes after ends as if it had not happened."""

import json
import random
import signal
import threading
import time
import unittest

import gmpi_process
from gmpi_process import Case, Server, flat_person, imported_lines, record_path, run, size, start, write_rows

PEOPLE = size("CRASH_PEOPLE", 250)
CYCLES = size("CRASH_CYCLES", 4)  # data directories, and kills of a server
KILLS = size("CRASH_KILLS", 4)  # of imports into one data directory
CLIENTS = 8


class Acknowledged:
    """What clients were told is stored, and what is still to send."""

    def __init__(self, rows):
        self._lock = threading.Lock()
        self._left = list(rows)
        self.stored = {}  # (source, local_id) -> (row, answer)

    def take(self):
        with self._lock:
            return self._left.pop() if self._left else None

    def give_back(self, row):
        with self._lock:
            self._left.append(row)

    def store(self, row, answer):
        with self._lock:
            self.stored[row["source"], row["local_id"]] = (row, answer)

    def left(self):
        with self._lock:
            return len(self._left)


def send_records(server, work, refusals):
    """One client: until there is nothing left or the server is gone."""
    with server.client() as client:
        while (row := work.take()) is not None:
            try:
                answer = client.request("PUT", record_path(row["source"], row["local_id"]), flat_person(row))
            except (OSError, gmpi_process.http.client.HTTPException):
                work.give_back(row)  # no answer: it may be stored or not, and is sent again
                return
            if answer.status in (200, 201):
                work.store(row, answer.json)
            else:
                refusals.append((answer.status, answer.body[:300]))


class CrashTest(Case):
    def undisturbed(self, rows):
        file = write_rows(self.folder / "records.csv", rows)
        self.succeed("import", "--data-dir", self.folder / "undisturbed", file)
        return file, self.exported(self.folder / "undisturbed")

    def kill_import(self, data_dir, file, goal, pause):
        """Starts an import and kills it when it has come to line `goal` or at once where it is there already; true if
        it was still running."""
        process = start("import", "--data-dir", data_dir, "--batch", 5, file)
        while process.poll() is None and imported_lines(data_dir) < goal:
            time.sleep(0.0005)
        time.sleep(pause)
        process.kill()
        return process.wait() == -signal.SIGKILL

    def import_with_kills(self, data_dir, file, lines, random_):
        """Kills an import again and again on its way, then lets it come to its end; how often it was killed."""
        kills = 0
        for goal in sorted(random_.randrange(lines) for _ in range(KILLS)):
            kills += self.kill_import(data_dir, file, goal, random_.uniform(0, 0.02))
            if (data_dir / "store").exists():
                self.check_clean(data_dir)
        self.succeed("import", "--data-dir", data_dir, file)
        return kills

    def test_a_killed_import_run_again_ends_as_an_undisturbed_one(self):
        rows = self.population(PEOPLE)
        file, expected = self.undisturbed(rows)
        kills = 0
        for cycle in range(CYCLES):
            data_dir = self.folder / f"killed-{cycle}"
            kills += self.import_with_kills(data_dir, file, len(rows), random.Random(cycle))
            self.assertEqual(self.check_clean(data_dir)["records"], len(rows))
            self.assert_same_partition(self.exported(data_dir), expected)
        print(f"{kills} imports killed in {CYCLES} data directories")
        self.assertGreater(kills, CYCLES)

    def kill_under_load(self, server, work, random_):
        """Clients send, the server is killed once a random share of what is left is stored."""
        refusals = []
        goal = len(work.stored) + random_.randrange(1, max(2, work.left() // 2))
        clients = [threading.Thread(target=send_records, args=(server, work, refusals)) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        while len(work.stored) < goal and any(client.is_alive() for client in clients):
            time.sleep(0.001)
        server.kill()
        for client in clients:
            client.join()
        self.assertEqual(refusals, [])

    def assert_all_stored(self, server, work):
        for (source, local_id), (row, told) in work.stored.items():
            answer = server.request("GET", record_path(source, local_id))
            self.assertEqual(answer.status, 200, "an acknowledged record is gone")
            held = answer.json
            self.assertEqual({name: held[name] for name in flat_person(row) if name != "event_date"},
                             {name: value for name, value in flat_person(row).items() if name != "event_date"})
            self.assertEqual(int(answer.headers["x-gmpi-sequence"]), told["sequence"])

    def test_every_record_a_killed_server_acknowledged_is_there_and_the_people_are_the_same(self):
        rows = self.population(PEOPLE)
        file, expected = self.undisturbed(rows)
        data_dir = self.folder / "served"
        work = Acknowledged(rows)
        random_ = random.Random(7)
        kills = 0
        while kills < CYCLES:
            with Server(data_dir) as server:
                self.assert_all_stored(server, work)
                self.kill_under_load(server, work, random_)
            kills += 1
            report = self.check_clean(data_dir)
            self.assertGreaterEqual(report["records"], len(work.stored))
        with Server(data_dir) as server:
            self.assert_all_stored(server, work)
            refusals = []
            send_records(server, work, refusals)
            self.assertEqual(refusals, [])
            self.assertEqual(server.stop(), 0)
        print(f"server killed {kills} times, {len(work.stored)} records acknowledged")
        self.check_clean(data_dir)
        self.assert_same_partition(self.exported(data_dir), expected)

        # The same records from a file are the same contents: nothing changes.
        done = json.loads(self.succeed("import", "--data-dir", data_dir, "--json", file).out)
        self.assertEqual((done["unchanged"], done["new"], done["linked"], done["rejected"]), (len(rows), 0, 0, 0))
        self.assert_same_partition(self.exported(data_dir), expected)

    def test_an_import_killed_between_two_servers_joins_what_both_stored(self):
        rows = self.population(PEOPLE, seed=2)
        file, expected = self.undisturbed(rows)
        data_dir = self.folder / "mixed"
        work = Acknowledged(rows[: len(rows) // 3])
        with Server(data_dir) as server:
            self.kill_under_load(server, work, random.Random(3))
        self.import_with_kills(data_dir, file, len(rows), random.Random(4))
        with Server(data_dir) as server:
            self.assert_all_stored(server, work)
            self.assertEqual(server.stop(), 0)
        self.check_clean(data_dir)
        self.assert_same_partition(self.exported(data_dir), expected)

    def test_a_second_program_on_a_data_directory_in_use_is_refused(self):
        data_dir = self.folder / "data"
        with Server(data_dir) as server:
            self.assertEqual(server.request("PUT", record_path("a", "1"), {"surname": "Okafor"}).status, 201)
            for command in (["check"], ["export", "--clusters-out", self.folder / "c.csv"]):
                done = run(*command, "--data-dir", data_dir)
                self.assertNotEqual(done.code, 0)
                self.assertRegex(done.err, r"(?i)lock|in use|another")
            self.assertEqual(server.request("GET", record_path("a", "1")).status, 200)
            self.assertEqual(server.stop(), 0)
        self.check_clean(data_dir)


if __name__ == "__main__":
    gmpi_process.main()
