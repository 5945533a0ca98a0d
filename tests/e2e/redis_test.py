"""Redis is fed from the log and never decides an answer: absent, emptied, killed or back with nothing in it.

Against a real redis-server; skipped where there is none, unless GMPI_REQUIRE_REDIS is set."""

import json
import os
import shutil
import socket
import subprocess
import time
import unittest

import gmpi_process
from gmpi_process import Case, Server, flat_person, record_path, size

PEOPLE = size("REDIS_PEOPLE", 40)
FOLLOW_SECONDS = 20
STREAM = b"gmpi:events"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Redis:
    """A redis-server without persistence, and as much of its protocol as the test asks with."""

    def __init__(self, port):
        self.port = port
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        end = time.monotonic() + 20
        while True:
            try:
                self._connection = socket.create_connection(("127.0.0.1", port), timeout=10)
                break
            except ConnectionRefusedError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
        self._file = self._connection.makefile("rb")

    def ask(self, *words):
        parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self._connection.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
        return self._read()

    def _read(self):
        line = self._file.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"$":
            return None if rest == b"-1" else self._file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self._read() for _ in range(int(rest))]
        if kind == b":":
            return int(rest)
        if kind == b"-":
            raise AssertionError(rest.decode())
        return rest

    def kill(self):
        self._file.close()
        self._connection.close()
        self._process.kill()
        self._process.wait()


@unittest.skipUnless(shutil.which("redis-server") or "GMPI_REQUIRE_REDIS" in os.environ, "there is no redis-server here")
class RedisTest(Case):
    def setUp(self):
        super().setUp()
        self.redis = Redis(free_port())
        self.addCleanup(lambda: self.redis.kill())
        self.data_dir = self.folder / "data"
        self.server = Server(self.data_dir, "--redis", f"127.0.0.1:{self.redis.port}")
        self.addCleanup(self.server.__exit__)
        self.rows = self.population(PEOPLE)

    def put(self, rows):
        for row in rows:
            answer = self.server.request("PUT", record_path(row["source"], row["local_id"]), flat_person(row))
            self.assertEqual(answer.status, 201)
        return answer.json["sequence"]

    def readiness(self):
        """What /readyz says of Redis; never a reason not to be ready."""
        answer = self.server.request("GET", "/readyz")
        self.assertEqual((answer.status, answer.json["status"]), (200, "ready"))
        return next(part for part in answer.json["parts"] if part["name"] == "redis")

    def wait_until(self, what, is_so):
        end = time.monotonic() + FOLLOW_SECONDS
        while not is_so():
            self.assertLess(time.monotonic(), end, f"{what}: {self.readiness()}")
            time.sleep(0.02)

    def wait_for_lag_0(self):
        self.wait_until("the follower did not catch up", lambda: self.readiness()["detail"] == "following, lag 0")

    def stream_ids(self):
        return [entry[0].decode() for entry in self.redis.ask("XRANGE", STREAM, "-", "+")]

    def people(self):
        """Every answer about people, as our readers get it."""
        return [self.server.request("GET", record_path(row["source"], row["local_id"]) + "/person").body
                for row in self.rows]

    def assert_filled(self):
        """Each person's current version is a value in Redis, and it is what the index answers of the person; why the
        records are together and what waits for a steward is asked of the index alone."""
        for body in self.people():
            person = json.loads(body)
            value = self.redis.ask("GET", f"p:{person['enterprise_id']}:{person['version']}")
            self.assertIsNotNone(value, "a current version is missing")
            self.assertEqual(json.loads(value),
                             {name: said for name, said in person.items() if name not in ("why", "reviews")})

    def test_each_commit_becomes_versioned_values_and_one_event_of_its_sequence_number(self):
        last = self.put(self.rows)
        self.wait_for_lag_0()
        self.assertEqual(self.stream_ids(), [f"{sequence}-0" for sequence in range(1, last + 1)])
        self.assert_filled()
        fields = self.redis.ask("XRANGE", STREAM, "-", "+", "COUNT", 1)[0][1]
        event = json.loads(dict(zip(fields[::2], fields[1::2]))[b"event"])
        self.assertEqual(event["sequence"], 1)
        self.assertEqual(len(event["identities"]), 1)
        self.assertEqual(self.server.request("DELETE", record_path(self.rows[0]["source"], self.rows[0]["local_id"])).status, 200)
        self.wait_until("the retraction is not in the stream", lambda: self.stream_ids()[-1] == f"{last + 1}-0")

    def test_an_emptied_redis_changes_no_answer_and_is_filled_again(self):
        last = self.put(self.rows)
        self.wait_for_lag_0()
        before = self.people()
        self.redis.ask("FLUSHALL")
        self.assertEqual(self.people(), before)
        self.wait_until("the stream was not written again",
                        lambda: self.stream_ids() == [f"{sequence}-0" for sequence in range(1, last + 1)])
        self.wait_for_lag_0()
        self.assert_filled()

    def test_a_killed_redis_changes_no_answer_and_the_next_one_is_filled(self):
        half = len(self.rows) // 2
        self.put(self.rows[:half])
        self.wait_for_lag_0()
        self.redis.kill()
        began = time.monotonic()
        last = self.put(self.rows[half:])
        self.assertLess(time.monotonic() - began, 30)
        before = self.people()
        self.wait_until("the loss was not told", lambda: not self.readiness()["ready"])
        self.assertRegex(self.readiness()["detail"], rf"^away, lag \d+$")
        self.redis = Redis(self.redis.port)
        self.wait_for_lag_0()
        self.assertEqual(self.stream_ids(), [f"{sequence}-0" for sequence in range(1, last + 1)])
        self.assertEqual(self.people(), before)
        self.assert_filled()

    def test_another_start_goes_on_where_the_stream_ends(self):
        half = len(self.rows) // 2
        self.put(self.rows[:half])
        self.wait_for_lag_0()
        self.server.kill()
        self.server = Server(self.data_dir, "--redis", f"127.0.0.1:{self.redis.port}")
        self.addCleanup(self.server.__exit__)
        last = self.put(self.rows[half:])
        self.wait_for_lag_0()
        self.assertEqual(self.stream_ids(), [f"{sequence}-0" for sequence in range(1, last + 1)])
        self.assert_filled()
        self.assertEqual(self.server.stop(), 0)

    def test_a_server_without_its_redis_starts_answers_and_stops(self):
        with Server(self.folder / "other", "--redis", f"127.0.0.1:{free_port()}") as server:
            self.assertEqual(server.request("PUT", record_path("a", "1"), {"surname": "Okafor"}).status, 201)
            self.assertEqual(server.request("GET", record_path("a", "1") + "/person").status, 200)
            ready = server.request("GET", "/readyz")
            self.assertEqual((ready.status, ready.json["status"]), (200, "ready"))
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    gmpi_process.main()
