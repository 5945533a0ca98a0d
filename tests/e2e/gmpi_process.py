"""gmpi as its users meet it: commands, servers on free ports, data directories that are gone afterwards.

Every test file is run as `python3 NAME_test.py PATH/TO/gmpi`; sizes come from environment variables, see
docs/testing.md. Standard library only, so that a machine that can build gmpi can run these tests.
"""

import csv
import dataclasses
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SHIPPED_BUNDLE = REPOSITORY / "models/default/person"

START_SECONDS = 60  # for a server to come up on a loaded machine
QUICK_FOLDER_BYTES = 1 << 30
STOP_SECONDS = 30  # the server's own grace for requests in flight is 20

# apps/exit_code.h
OK, FAILED, USAGE, REJECTED_ROWS, NOT_READY, INTERRUPTED = 0, 1, 2, 3, 4, 130


def main():
    """Runs the tests of the calling file against the program that its first argument names."""
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit(f"usage: {sys.argv[0]} PATH/TO/gmpi [UNITTEST OPTIONS]")
    global _program
    sys.modules["gmpi_process"]._program = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)


_program = ""


def program():
    return _program


def size(name, default):
    """A size of a test: GMPI_E2E_<NAME>, or what fits into a minute."""
    return int(os.environ.get("GMPI_E2E_" + name, default))


def environment(extra=None):
    """Ours without its own GMPI_ settings; NHS numbers of the test range are taken."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GMPI_")}
    return kept | {"GMPI_TEST_NHS_NUMBERS": "true", "TERM": "dumb"} | (extra or {})


@dataclasses.dataclass
class Run:
    code: int
    out: str
    err: str


def run(*words, env=None, stdin=None, cwd=None, user=None, timeout=120):
    """A command to its end."""
    done = subprocess.run(
        [program(), *map(str, words)], env=environment(env), input=stdin, stdin=None if stdin else subprocess.DEVNULL,
        capture_output=True, cwd=cwd, user=user, timeout=timeout, check=False)
    return Run(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def start(*words, env=None, stderr=subprocess.DEVNULL, before=None):
    """A command that the test stops itself. `before` is called in the child before the program begins."""
    return subprocess.Popen([program(), *map(str, words)], env=environment(env), stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=stderr, preexec_fn=before)


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict  # names in lower case
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Client:
    """One kept-alive connection."""

    def __init__(self, port, timeout=60):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def request(self, method, path, body=None, headers=None, content_type=None):
        if isinstance(body, (dict, list)):
            body = json.dumps(body, ensure_ascii=False)
        if isinstance(body, str):
            body = body.encode()
        fields = dict(headers or {})
        if body is not None:
            fields.setdefault("Content-Type", content_type or
                              ("application/fhir+json" if path.startswith("/fhir") else "application/json"))
        self._connection.request(method, path, body=body, headers=fields)
        response = self._connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()},
                      response.read())

    def close(self):
        self._connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Server:
    """`gmpi serve` on a free port. What it writes to standard error is kept in `log`."""

    def __init__(self, data_dir, *flags, env=None, before=None):
        self._log = tempfile.NamedTemporaryFile(prefix="gmpi-log-")
        self._client = None
        self.process = start("serve", "--data-dir", data_dir, "--listen", "127.0.0.1:0", *flags, env=env,
                             stderr=self._log, before=before)
        try:
            self.port = self._wait_for_port()
        except BaseException:
            self.kill()
            raise
        self._client = Client(self.port)

    def _wait_for_port(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            found = re.search(r"^serving .* on http://127\.0\.0\.1:(\d+)", self.log, re.MULTILINE)
            if found:
                return int(found[1])
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}: {self.log}")
            time.sleep(0.01)
        raise AssertionError(f"the server did not come up in {START_SECONDS} s: {self.log}")

    @property
    def log(self):
        return pathlib.Path(self._log.name).read_text("utf-8", "replace")

    def client(self):
        return Client(self.port)

    def request(self, *arguments, **named):
        return self._client.request(*arguments, **named)

    def raw(self, sent, timeout=30):
        """Sends bytes as they are; what comes back until the server closes."""
        received = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            try:
                connection.sendall(sent)
                while part := connection.recv(65536):
                    received += part
            except (BrokenPipeError, ConnectionResetError):
                pass
        return received

    def stop(self, with_signal=signal.SIGTERM):
        """Asks it to end; its exit code."""
        self._client.close()
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        return self.process.wait(STOP_SECONDS)

    def kill(self):
        """kill -9."""
        if self._client:
            self._client.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        self._log.close()


def record_path(source, local_id):
    return f"/api/v1/records/{source}/{urllib.parse.quote(local_id, safe='')}"


def read_rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_rows(path, rows, header=None):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header or list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


LIST_FIELDS = {"known_as", "previous_surname", "alias", "address_line", "previous_postcode", "phone", "email",
               "identifier"}
NOT_FIELDS = {"record_id", "source", "local_id"}


def flat_person(row):
    """A row of records.csv as /api/v1 takes it."""
    person = {}
    for name, value in row.items():
        if value and name not in NOT_FIELDS:
            person[name] = value.split("|") if name in LIST_FIELDS else value
    return person


def partition(path):
    """The people of a clusters file: a set of sets of record ids, whatever the people are called."""
    people = {}
    for row in read_rows(path):
        people.setdefault(row["cluster_id"], set()).add(row["record_id"])
    return frozenset(frozenset(records) for records in people.values())


def imported_lines(data_dir):
    """How far an import has come, as it says itself."""
    try:
        return max((int(path.read_text()) for path in (data_dir / "imports").glob("*.position")), default=0)
    except (OSError, ValueError):  # between two of its files
        return 0


class Case(unittest.TestCase):
    """A test with a folder of its own and the assertions that several files share."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gmpi-e2e-", dir=self.quick_folder())
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    @staticmethod
    def quick_folder():
        """Memory where there is enough: these tests end processes, not machines, and a slow disk shows nothing more.
        TMPDIR overrides it."""
        memory = pathlib.Path("/dev/shm")
        if "TMPDIR" in os.environ or not os.access(memory, os.W_OK):
            return None
        return memory if shutil.disk_usage(memory).free > QUICK_FOLDER_BYTES else None

    def succeed(self, *words, **named):
        done = run(*words, **named)
        self.assertEqual(done.code, OK, f"gmpi {' '.join(map(str, words))}\n{done.err[-2000:]}")
        return done

    def population(self, people, seed=1):
        """A synthetic population whose record ids are also its local ids, so that batch and index name records
        alike: rows with source and local_id."""
        out = self.folder / f"population-{people}-{seed}"
        self.succeed("synth", "--people", people, "--seed", seed, "--out", out)
        rows = read_rows(out / "records.csv")
        return [{"source": row["source"], "local_id": row["record_id"]} |
                {name: value for name, value in row.items() if name not in NOT_FIELDS} for row in rows]

    def exported(self, data_dir):
        """The partition of a data directory, records named source/local_id."""
        out = self.folder / "exported.csv"
        self.succeed("export", "--data-dir", data_dir, "--clusters-out", out)
        return partition(out)

    def check_clean(self, data_dir, *flags):
        report = json.loads(self.succeed("check", "--data-dir", data_dir, "--json", *flags).out)
        self.assertEqual((report["clean"], report["faults"]), (True, []))
        return report

    def assert_same_partition(self, found, expected):
        if found == expected:
            return
        different = found ^ expected
        smallest = sorted(different, key=lambda people: (len(people), sorted(people)))[:4]
        self.fail(f"{len(found)} people where {len(expected)} are right; {len(different)} differ, such as " +
                  "; ".join(" + ".join(sorted(person)[:8]) for person in smallest))

    def assert_without(self, text, secrets, where):
        """None of the secrets stands in the text (case aside)."""
        held = (text if isinstance(text, str) else text.decode("utf-8", "replace")).casefold()
        found = [secret for secret in secrets if secret.casefold() in held]
        self.assertEqual(found, [], f"{where} holds what was sent: {held[:2000]}")
