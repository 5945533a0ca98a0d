"""Names, numbers, dates and ids of people stand in the store and in the answers to those who asked, and nowhere else:
not in logs, metrics, errors, headers of errors, rejects, nor what any command says of its work.

Canaries: values so rare that any trace of them is a leak. Each goes in by every door and through every error. Names of
members and columns are not values: an error does say which one it does not know."""

import json
import pathlib
import re
import unittest

import gmpi_process
from gmpi_process import OK, REJECTED_ROWS, Case, Server, record_path, run, write_rows

# One of each kind; the folded forms (without accents, upper case) leak as much.
CANARY = {"nhs_number": "9434765919", "given_name": "Quetzalina", "middle_names": "Xoloitz", "surname": "Vröndelbach",
          "previous_surname": "Ojibwender", "known_as": "Quetzi", "dob": "1947-11-23", "address_line": "73 Zwetschgen Gardens",
          "town": "Ramsbottomley", "postcode": "OL16 9ZX", "phone": "07700 900973", "email": "q.vron@canary.example",
          "identifier": "urn:canary:K7734209", "gp_practice": "P99973", "mother_surname": "Tlacuache", "event_date": "2019-08-07"}
LOCAL_ID = "KANARIE-5581"
SECRETS = [*CANARY.values(), LOCAL_ID, "vrondelbach", "943 476 5919", "19471123", "23/11/1947", "07700900973",
           "447700900973", "OL169ZX", "K7734209", "zwetschgen", "1947"]

PATIENT = {"resourceType": "Patient", "id": f"pas.{LOCAL_ID}", "birthDate": CANARY["dob"], "gender": "female",
           "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": CANARY["nhs_number"]}],
           "name": [{"family": CANARY["surname"], "given": [CANARY["given_name"]]}],
           "telecom": [{"system": "phone", "value": CANARY["phone"]}],
           "address": [{"line": [CANARY["address_line"]], "postalCode": CANARY["postcode"]}]}


class PrivacyTest(Case):
    def setUp(self):
        super().setUp()
        self.data_dir = self.folder / "data"
        self.errors = 0

    def ask(self, server, method, path, body=None, headers=None, content_type=None):
        """A request whose answer, when it is an error, must hold none of what was sent; headers never."""
        # A request id of ours: a random one holds any four digits now and then.
        headers = {"X-Request-ID": "privacy-test"} | (headers or {})
        answer = server.request(method, path, body, headers, content_type)
        for name, value in answer.headers.items():
            if name not in ("location", "content-location"):  # of the resource that was asked for
                self.assert_without(value, SECRETS, f"{name} of {answer.status}")
        if answer.status >= 400:
            self.errors += 1
            self.assert_without(answer.body, SECRETS, f"the {answer.status} of {method} {path[:40]}")
        self.assertLess(answer.status, 500)
        return answer

    def every_answer(self, server):
        """Every route, with what is right."""
        record, patient = record_path("gp-q", LOCAL_ID), f"/fhir/R4/Patient/pas.{LOCAL_ID}"
        ask = lambda *words, **named: self.ask(server, *words, **named)
        flat = {name: value for name, value in CANARY.items()}
        self.assertEqual(ask("PUT", record, flat).status, 201)
        self.assertEqual(ask("PUT", patient, PATIENT).status, 201)
        self.assertIn(CANARY["surname"], ask("GET", record).json["surname"])  # the answer does hold it
        self.assertIn(CANARY["given_name"].encode(), ask("GET", patient).body)
        person = ask("GET", record + "/person").json
        ask("GET", "/api/v1/persons/" + person["enterprise_id"])
        ask("GET", "/fhir/R4/Patient/person." + person["enterprise_id"])
        asked = {name: CANARY[name] for name in ("given_name", "surname", "dob", "postcode")}
        self.assertEqual(len(ask("POST", "/api/v1/match", asked).json["candidates"]), 1)
        ask("POST", "/fhir/R4/Patient/$match", {"resourceType": "Parameters", "parameter": [
            {"name": "resource", "resource": {name: PATIENT[name] for name in PATIENT if name != "id"}}]})
        ask("POST", "/fhir/R4/Patient", {name: PATIENT[name] for name in PATIENT if name != "id"})

    def every_error(self, server):
        """Every route, with the canaries in the wrong places."""
        record, patient = record_path("gp-q", LOCAL_ID), f"/fhir/R4/Patient/pas.{LOCAL_ID}"
        ask = lambda *words, **named: self.ask(server, *words, **named)
        for secret in SECRETS:
            quoted = gmpi_process.urllib.parse.quote(secret, safe="")
            for path in (f"/{quoted}", f"/api/v1/records/{quoted}/x", f"/api/v1/records/gp-q/{quoted}-none",
                         f"/api/v1/persons/{quoted}", f"/fhir/R4/Patient/{quoted}", f"/fhir/R4/{quoted}",
                         f"/docs/errors/{quoted}", f"/api/v1/records/gp-q/{quoted}-none/person"):
                self.assertGreaterEqual(ask("GET", path).status, 400, path)
            ask("DELETE", f"/api/v1/records/gp-q/{quoted}-none")
            ask("POST", f"/api/v1/match?count={quoted}", {"surname": "x"})
            ask("POST", f"/api/v1/match?{quoted}=1", {"surname": "x"})
            for headers in ({"If-Match": quoted}, {"If-None-Match": quoted}, {"Accept": f"text/{quoted}"},
                            {"Expect": quoted}, {"Content-Encoding": quoted}):
                ask("PUT", record, {"surname": "x"}, headers)
            ask("PUT", record, {"surname": "x"}, content_type=f"text/{quoted}")
            for field in ("nhs_number", "dob", "sex", "postcode", "birth_order", "event_date", "death_date", "source",
                          "local_id", "version"):
                for value in (secret, [secret], {secret: secret}, secret * 500):
                    ask("PUT", record_path("gp-q", "other"), json.dumps({field: value, "surname": secret}))
            for broken in (secret, f'{{"{secret}', f'{{"surname": "{secret}" x', f'{{"surname": "{secret}\\ud800"}}',
                           f'{{"surname": "a", "surname": "{secret}"}}', json.dumps({"surname": secret + "\0"}),
                           json.dumps({"surname": [[[[[[secret]]]]]]})):
                ask("PUT", record, broken)
                ask("PUT", patient, broken)
                ask("POST", "/api/v1/match", broken)
                ask("POST", "/fhir/R4/Patient/$match", broken)
            for changed in ({"birthDate": secret}, {"gender": secret}, {"name": secret}, {"id": secret},
                            {"resourceType": secret}, {"identifier": [{"value": [secret]}]}, {"telecom": [{"system": secret}]},
                            {"modifierExtension": [{"url": secret}]}, {"extension": [{"url": secret, "valueInteger": secret}]},
                            {"contained": [{"resourceType": secret}]}, {"deceasedDateTime": secret}):
                ask("PUT", patient, json.dumps(PATIENT | changed))
                ask("POST", "/fhir/R4/Patient/$match", json.dumps(PATIENT | changed))
        ask("PUT", record, {"surname": "x"}, {"If-Match": 'W/"77"'})
        for raw in (f"GET /{LOCAL_ID} {CANARY['surname']}\r\n\r\n", f"{CANARY['surname']}\r\n\r\n",
                    f"GET / HTTP/1.1\r\nHost: {LOCAL_ID} x\r\n\r\n", f"GET / HTTP/1.1\r\n{LOCAL_ID}: a\0\r\n\r\n"):
            self.assert_without(server.raw(raw.encode()), SECRETS, "an answer to bytes that are no request")

    def test_the_server_tells_nobody_who_did_not_ask(self):
        with Server(self.data_dir, env={"GMPI_LOG_LEVEL": "debug"}) as server:
            self.every_answer(server)
            self.every_error(server)
            # Times are sums of seconds, which hold any four digits now and then; counts and sizes are looked at.
            metrics = re.sub(rb"(?m)^(\S+_seconds\S*) [-+.e0-9]+$", rb"\1", server.request("GET", "/metrics").body)
            self.assert_without(metrics, SECRETS, "/metrics")
            for path in ("/readyz", "/healthz", "/version", "/fhir/R4/metadata", "/docs/errors"):
                self.assert_without(server.request("GET", path).body, SECRETS, path)
            self.assertEqual(server.stop(), OK)
            self.assert_without(server.log, SECRETS, "the log")
        print(f"{self.errors} errors looked at")
        self.assertGreater(self.errors, 1000)

    def said(self, *words, code=OK, **named):
        """What a command says of its work, results in files apart."""
        done = run(*words, **named)
        self.assertEqual(done.code, code, done.err)
        self.assert_without(done.err, SECRETS, f"standard error of {words[0]}")
        self.assert_without(done.out, SECRETS, f"standard output of {words[0]}")

    def test_commands_tell_counts_and_places_and_no_person(self):
        row = {"source": "gp-q", "local_id": LOCAL_ID} | CANARY
        rows = [row, row | {"local_id": LOCAL_ID + "B", "source": "pas"}, row | {"local_id": LOCAL_ID + "C", "dob": "2947-11-23"},
                row | {"local_id": LOCAL_ID + "D", "event_date": CANARY["surname"]}, row | {"local_id": ""}]
        file = write_rows(self.folder / "rows.csv", rows)
        with open(file, "a", encoding="utf-8") as more:
            more.write(f'{CANARY["surname"]},{LOCAL_ID}\n"{CANARY["surname"]}"x\n"{CANARY["given_name"]}\n')
        table = ("--id-column", "local_id")
        clusters = self.folder / "clusters.csv"
        for extra in ((), ("--json",), ("--progress", "json")):
            data_dir = self.folder / f"data{len(extra)}{''.join(extra)}"
            self.said("import", "--data-dir", data_dir, file, *extra, code=REJECTED_ROWS)
            self.said("import", "--data-dir", data_dir, "--restart", file, *extra, code=REJECTED_ROWS)
            self.said("check", "--data-dir", data_dir, *extra)
            self.said("explain", "--data-dir", data_dir, f"gp-q/{LOCAL_ID}", f"pas/{LOCAL_ID}B", *extra)
            for wrong in (f"gp-q/{LOCAL_ID}X", CANARY["surname"], f"{CANARY['surname']}/{LOCAL_ID}"):
                done = run("explain", "--data-dir", data_dir, wrong, f"pas/{LOCAL_ID}B", *extra)
                self.assertNotEqual(done.code, OK)
                self.assert_without(done.err + done.out, SECRETS, "explain")
            for rejects in pathlib.Path(data_dir, "imports").iterdir():
                self.assert_without(rejects.read_text(), SECRETS, rejects.name)
            self.said("export", "--data-dir", data_dir, "--clusters-out", clusters, *extra)
            self.said("link", file, *table, "--clusters-out", clusters, "--pairs-out", self.folder / "p.csv", *extra,
                      code=REJECTED_ROWS)
            asked = self.folder / "asked.csv"
            asked.write_text(f"id_l,id_r\n{LOCAL_ID},{LOCAL_ID}B\n{LOCAL_ID},{LOCAL_ID}nobody\n{CANARY['surname']}\n")
            self.said("compare", file, *table, "--pairs", asked, "--pairs-out", self.folder / "o.csv", *extra,
                      code=REJECTED_ROWS)
            truth = self.folder / "truth.csv"
            truth.write_text(f"record_id,entity_id\n{LOCAL_ID},a\n{LOCAL_ID}B,a\n")
            self.said("evaluate", "--truth", truth, "--clusters", clusters, "--pairs", self.folder / "p.csv", *extra)
            truth.write_text(f"record_id,entity_id\n{LOCAL_ID},a\n{LOCAL_ID},b\n")
            self.said("evaluate", "--truth", truth, "--clusters", clusters, *extra, code=gmpi_process.FAILED)
        twice = write_rows(self.folder / "twice.csv", [row | {"event_date": ""}] * 2)  # neither says that it is newer
        self.said("link", twice, *table, "--clusters-out", clusters, code=gmpi_process.REJECTED_ROWS)

    def test_a_file_without_its_header_is_refused_without_repeating_its_first_row(self):
        row = ["gp-q", LOCAL_ID, CANARY["given_name"], CANARY["surname"], CANARY["dob"], CANARY["surname"]]
        file = self.folder / "no_header.csv"
        file.write_text(",".join(row) + "\n" + ",".join(row) + "\n")
        for words in (("import", "--data-dir", self.data_dir, file), ("link", file, "--clusters-out", self.folder / "c.csv"),
                      ("link", file, "--dry-run"), ("evaluate", "--truth", file, "--clusters", file),
                      ("compare", file, "--pairs", file, "--pairs-out", self.folder / "o.csv")):
            self.said(*words, code=gmpi_process.FAILED)

    def test_json_files_tell_no_more_than_tables(self):
        lines = self.folder / "rows.ndjson"
        good = json.dumps({"source": "gp-q", "local_id": LOCAL_ID} | CANARY)
        lines.write_text("\n".join([good, good[:-20], CANARY["surname"], good.replace('"dob"', '"born"'),
                                    good.replace(CANARY["dob"], "2947-11-23"), good.replace('"Quetzi"', '["Quetzi", 7]')]))
        self.said("import", "--data-dir", self.data_dir, lines, code=REJECTED_ROWS)
        patients = self.folder / "patients.ndjson"
        good = json.dumps(PATIENT)
        patients.write_text("\n".join([good, good[:-20], good.replace("birthDate", "birthdate"),
                                       good.replace('"female"', f'"{CANARY["surname"]}"'), json.dumps(PATIENT | {"id": "ü"})]))
        self.said("import", "--data-dir", self.data_dir, patients, code=REJECTED_ROWS)
        listed = [path.read_text() for path in (self.data_dir / "imports").glob("*.rejects.csv")]
        self.assertEqual(sum(len(re.findall(r"^\S+ndjson,\d+,", text, re.MULTILINE)) for text in listed), 9)
        for text in listed:
            self.assert_without(text, SECRETS, "the rejects")


if __name__ == "__main__":
    gmpi_process.main()
