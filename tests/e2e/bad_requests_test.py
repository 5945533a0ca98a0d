"""Whatever is sent over HTTP is answered with a clear error or taken, never with a crash; what was good before and after
is stored; errors, the log and the metrics tell nothing of what was sent."""

import gzip
import json
import re
import socket
import time
import unittest

import gmpi_process
from gmpi_process import Case, Server, size

NESTING = size("NESTING", 1_000_000)
ENDLESS_BYTES = size("LONG_LINE_BYTES", 100_000_000)

RECORDS = "/api/v1/records/gp-q/"
GOOD = {"given_name": "Zebedee", "surname": "Quillfeather", "dob": "1961-03-04", "postcode": "M3 2BW"}
PATIENT = {"resourceType": "Patient", "id": "gp-q.Kanarek01", "birthDate": "1961-03-04",
           "name": [{"family": "Quillfeather", "given": ["Zebedee"]}], "address": [{"postalCode": "M3 2BW"}]}
SECRETS = ["kanarek", "zebedee", "quillfeather", "grimwaldt", "1961-03-04", "M3 2BW", "2999-01-01", "9434765919"]


def flat(**changed):
    return json.dumps(GOOD | changed)


class BadRequestsTest(Case):
    def setUp(self):
        super().setUp()
        self.data_dir = self.folder / "data"
        self.server = Server(self.data_dir)
        self.addCleanup(self.server.__exit__)
        self.put_good("Kanarek-before")

    def put_good(self, local_id):
        self.assertEqual(self.server.request("PUT", RECORDS + local_id, GOOD).status, 201)

    def end(self, records=2):
        """The server lives, what was good is there, and nothing was told."""
        self.put_good("Kanarek-after")
        for local_id in ("Kanarek-before", "Kanarek-after"):
            self.assertEqual(self.server.request("GET", RECORDS + local_id).json["surname"], "Quillfeather")
        metrics = self.server.request("GET", "/metrics")
        self.assertEqual(metrics.status, 200)
        self.assert_without(metrics.body, SECRETS, "/metrics")
        self.assertEqual(self.server.stop(), 0)
        self.assert_without(self.server.log, SECRETS, "the log")
        self.assertEqual(self.check_clean(self.data_dir)["records"], records)

    def assert_error(self, answer, status, fhir=False):
        self.assertEqual(answer.status, status, answer.body[:500])
        self.assert_without(answer.body, SECRETS, "the error")
        for name, value in answer.headers.items():
            self.assert_without(value, SECRETS, name)
        if fhir:
            self.assertIn("application/fhir+json", answer.headers["content-type"])
            outcome = answer.json
            self.assertEqual(outcome["resourceType"], "OperationOutcome")
            for issue in outcome["issue"]:
                self.assertIn(issue["severity"], ("error", "fatal"))
                self.assertTrue(issue["code"])
                self.assertTrue(issue["diagnostics"])
        else:
            self.assertEqual(answer.headers["content-type"], "application/problem+json")
            problem = answer.json
            self.assertEqual(problem["status"], status)
            self.assertTrue({"type", "title", "code", "detail", "request_id"} <= set(problem), problem)
            self.assertEqual(self.server.request("GET", problem["type"]).status, 200, "the page of the error")
        return answer

    def test_a_bad_flat_body_is_a_problem_that_points_at_the_member(self):
        deep = "[" * 60_000
        for status, body, pointer in (
                (400, b"", None), (400, b"Grimwaldt", None), (400, b"[]", None), (400, b'"Grimwaldt"', None),
                (400, flat() + "{}", None), (400, flat()[:-3], None), (400, b"\xef\xbb\xbf" + flat().encode(), None),
                (400, deep, None), (400, '{"surname":' + deep, None), (400, flat(surname="Grim\0waldt"), "/surname"),
                (400, flat().replace("Quill", "Grimwaldt\\ud800"), "/surname"),
                (400, flat().encode().replace(b"Quill", b"Grimwaldt\xff"), "/surname"),
                (400, flat()[:-1] + ',"surname":"Grimwaldt"}', "/surname"), (400, flat(surname=7), "/surname"),
                (400, flat(surname=["Grimwaldt"]), "/surname"), (400, flat(phone={"a": "Grimwaldt"}), "/phone"),
                (400, flat(surname="Grimwaldt" * 1000), "/surname"), (422, flat(sirname="Grimwaldt"), "/sirname"),
                (422, flat(dob="2999-01-01"), "/dob"), (422, flat(local_id="KanarekX"), "/local_id"),
                (422, flat(phone=["Grimwaldt"] * 300), "/phone"), (400, flat(event_date="Grimwaldt"), "/event_date"),
                (413, flat(surname="Grimwaldt" * 10_000), None)):
            for method, path in (("PUT", RECORDS + "Kanarek-bad"), ("POST", "/api/v1/match")):
                if method == "POST" and pointer in ("/local_id", "/event_date", "/dob"):
                    continue  # not of a person who is asked for
                with self.subTest(method=method, body=body[:60], pointer=pointer):
                    answer = self.assert_error(self.server.request(method, path, body), status)
                    if pointer and answer.json.get("errors"):
                        self.assertIn(pointer, [error["pointer"] for error in answer.json["errors"]])
                    elif pointer:
                        self.assertIn(pointer.strip("/"), answer.json["detail"])
        self.assert_error(self.server.request("GET", RECORDS + "Kanarek-bad"), 404)
        self.end()

    def test_a_bad_patient_is_an_operation_outcome_that_names_the_element(self):
        path = "/fhir/R4/Patient/" + PATIENT["id"]

        def patient(**changed):
            return json.dumps(PATIENT | changed)

        nhs_number = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9434765919"}
        for status, body, expression in (
                (400, b"", None), (400, b"Grimwaldt", None), (400, "[" * NESTING, None),
                (400, '{"resourceType":"Patient","extension":' + "[" * NESTING, None), (400, patient()[:-9], None),
                (400, patient().encode().replace(b"Quill", b"Grimwaldt\xff"), None),
                (400, patient(sirname="Grimwaldt"), "Patient.sirname"), (400, patient(name="Grimwaldt"), "Patient.name"),
                (400, patient(name=[]), "Patient.name"), (400, patient(birthDate="Grimwaldt"), "Patient.birthDate"),
                (400, patient(gender="Grimwaldt"), "Patient.gender"),
                (400, json.dumps({"resourceType": "Observation", "id": PATIENT["id"], "status": "Grimwaldt"}), None),
                (400, patient(id="Grimwaldt"), "Patient.id"), (422, patient(birthDate="2999-01-01"), None),
                (422, patient(modifierExtension=[{"url": "urn:Grimwaldt", "valueBoolean": True}]), None),
                (422, patient(identifier=[nhs_number, nhs_number | {"value": "9876543210"}]), None),
                (413, patient(text={"status": "generated", "div": "Grimwaldt" * 150_000}), None)):
            with self.subTest(body=body[:60], expression=expression):
                answer = self.assert_error(self.server.request("PUT", path, body), status, fhir=True)
                if expression:
                    expressions = [e for issue in answer.json["issue"] for e in issue.get("expression", [])]
                    self.assertTrue(any(e.startswith(expression) for e in expressions), answer.body)
        for body in (b"", "[" * NESTING, json.dumps({"resourceType": "Parameters"}),
                     json.dumps({"resourceType": "Parameters", "parameter": [{"name": "Grimwaldt", "valueString": "x"}]}),
                     json.dumps({"resourceType": "Patient", "name": [{"family": 7}]})):
            self.assert_error(self.server.request("POST", "/fhir/R4/Patient/$match", body), 400, fhir=True)
        self.assert_error(self.server.request("GET", "/fhir/R4/Patient/Grimwaldt"), 404, fhir=True)
        self.end()

    def test_wrong_ways_to_ask_are_told_apart(self):
        ask = self.server.request
        for status, answer in (
                (404, ask("GET", "/Grimwaldt")), (404, ask("GET", "/api/v1/records/gp-q")),
                (405, ask("POST", RECORDS + "Kanarek-x", GOOD)), (405, ask("DELETE", "/api/v1/match")),
                (415, ask("PUT", RECORDS + "Kanarek-x", flat(), content_type="text/plain")),
                (415, ask("PUT", RECORDS + "Kanarek-x", gzip.compress(flat().encode()),
                          {"Content-Encoding": "gzip"})),
                (406, ask("GET", RECORDS + "Kanarek-before", headers={"Accept": "text/html"})),
                (422, ask("PUT", "/api/v1/records/gp%20q/Kanarek-x", GOOD)),
                (400, ask("PUT", RECORDS + "Kanarek%0A", GOOD)),
                (422, ask("PUT", RECORDS + "Kanarek" * 40, GOOD)),
                (400, ask("POST", "/api/v1/match?count=Grimwaldt", GOOD)),
                (400, ask("POST", "/api/v1/match?Grimwaldt=1", GOOD)),
                (412, ask("PUT", RECORDS + "Kanarek-x", GOOD, {"If-Match": "Grimwaldt"})),
                (400, ask("PUT", RECORDS + "Kanarek-x", GOOD, {"If-None-Match": "*"})),
                (412, ask("PUT", RECORDS + "Kanarek-before", flat(town="Grimwaldt"), {"If-Match": 'W/"9"'})),
                (404, ask("GET", "/api/v1/persons/Grimwaldt")), (404, ask("DELETE", RECORDS + "Kanarek-none"))):
            with self.subTest(status=status):
                self.assert_error(answer, status)
        for status, answer in (
                (415, ask("PUT", "/fhir/R4/Patient/gp-q.Kanarek01", "<Patient/>", content_type="application/fhir+xml")),
                (406, ask("GET", "/fhir/R4/metadata", headers={"Accept": "application/fhir+xml"})),
                (404, ask("GET", "/fhir/R4/Grimwaldt/1")), (405, ask("PATCH", "/fhir/R4/Patient/gp-q.Kanarek01", "{}"))):
            with self.subTest(status=status):
                self.assert_error(answer, status, fhir=True)
        self.end()

    def test_bytes_that_are_no_request_are_refused_and_the_connection_ends(self):
        host = b"Host: 127.0.0.1\r\n"
        body = flat().encode()
        put = b"PUT " + RECORDS.encode() + b"Kanarek-raw HTTP/1.1\r\n" + host + b"Content-Type: application/json\r\n"
        for status, sent in (
                (400, b"Grimwaldt\r\n\r\n"), (400, b"GET /healthz HTTP/1.1\r\n\r\n"), (400, b"\x16\x03\x01\x02\0\x01\0"),
                (400, b"GET /healthz HTTP/1.1\r\n" + host + host + b"\r\n"),
                (400, b"GET /Grim\0waldt HTTP/1.1\r\n" + host + b"\r\n"),
                (400, b"GET /healthz HTTP/1.1\n" + host + b"\n"), (505, b"GET /healthz HTTP/2.0\r\n" + host + b"\r\n"),
                (400, put + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\n" + body),
                (400, put + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                (400, put + b"Content-Length: -1\r\n\r\n"), (400, put + b"Content-Length: Grimwaldt\r\n\r\n"),
                (400, put + b"Transfer-Encoding: chunked\r\n\r\nGrimwaldt\r\n"),
                (413, put + b"Content-Length: 99999999999\r\n\r\n"),
                (413, put + b"Transfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b"x" * 65536 + b"\r\n10000\r\n" + b"x" * 65536),
                (431, b"GET /healthz HTTP/1.1\r\n" + host + b"X-Grimwaldt: " + b"x" * 9000 + b"\r\n\r\n"),
                (431, b"GET /healthz HTTP/1.1\r\n" + host + b"X-Grimwaldt: 1\r\n" * 100 + b"\r\n"),
                (414, b"GET /" + b"Grimwaldt" * 500 + b" HTTP/1.1\r\n" + host + b"\r\n")):
            with self.subTest(sent=sent[:60], status=status):
                answer = self.server.raw(sent)
                self.assertTrue(answer.startswith(b"HTTP/1.1 %d " % status), answer[:200])
                self.assertIn(b"connection: close", answer.lower())
                self.assertEqual(len(re.findall(rb"HTTP/1\.1 \d{3} ", answer)), 1, "bytes behind a refused head were taken for a request")
                self.assert_without(answer, SECRETS, "the error")
        self.end()

    def test_an_endless_body_or_head_is_cut_off_and_costs_no_memory(self):
        def sent_until_refused(head, block):
            with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as connection:
                sent = 0
                try:
                    connection.sendall(head)
                    while sent < ENDLESS_BYTES:
                        connection.sendall(block)
                        sent += len(block)
                except (BrokenPipeError, ConnectionResetError):
                    pass
            return sent

        def resident():
            with open(f"/proc/{self.server.process.pid}/statm", encoding="ascii") as file:
                return int(file.read().split()[1]) * 4096

        before = resident()
        put = b"PUT " + RECORDS.encode() + b"Kanarek-raw HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        for head, block in ((put + b"Content-Length: 100000000\r\n\r\n", b"x" * 100_000),
                            (put + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
                            (put + b"X-Endless: ", b"x" * 100_000), (b"", b"x" * 100_000)):
            with self.subTest(head=head):
                self.assertLess(sent_until_refused(head, block), 20_000_000)
        self.assertLess(resident() - before, 64 << 20)
        self.end()

    def test_clients_that_leave_or_dawdle_hold_up_nobody(self):
        put = b"PUT " + RECORDS.encode() + b"Kanarek-slow HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"
        slow = []
        for _ in range(200):
            connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=30)
            connection.sendall(put)
            slow.append(connection)
        began = time.monotonic()
        for number in range(20):
            self.put_good(f"Kanarek-{number}")
        self.assertLess(time.monotonic() - began, 10)
        for connection in slow:
            connection.close()
        self.assert_error(self.server.request("GET", RECORDS + "Kanarek-slow"), 404)
        self.end(records=22)

    def test_the_same_key_twice_is_one_record_with_two_versions(self):
        first = self.server.request("PUT", RECORDS + "Kanarek-before", GOOD)
        self.assertEqual((first.status, first.json["decision"], first.json["record_version"]), (200, "unchanged", 1))
        second = self.server.request("PUT", RECORDS + "Kanarek-before", flat(town="Bury"))
        self.assertEqual((second.status, second.json["record_version"]), (200, 2))
        self.end()


if __name__ == "__main__":
    gmpi_process.main()
