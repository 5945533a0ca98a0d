"""What is imported and how: files, pipes and standard input, dry runs, counts that add up, declared sources."""

import json
import os
import re
import signal
import subprocess
import threading
import time
import unittest

import gmpi_process
from gmpi_process import (FAILED, INTERRUPTED, OK, REJECTED_ROWS, USAGE, Case, Server, environment, program, read_rows,
                          record_path, run, write_rows)

PEOPLE = [{"source": "gp", "local_id": "1", "given_name": "Ada", "surname": "Okafor", "dob": "1985-06-02", "postcode": "M3 2BW"},
          {"source": "pas", "local_id": "2", "given_name": "Ada", "surname": "Okafor", "dob": "1985-06-02", "postcode": "M3 2BW"},
          {"source": "gp", "local_id": "3", "given_name": "Tom", "surname": "Byrne", "dob": "1999-12-31", "postcode": "BL9 0QL"}]
NO_TEST_NUMBERS = {"GMPI_TEST_NHS_NUMBERS": "false"}
OUTCOMES = ("new", "linked", "review", "updated", "unchanged", "superseded")
SOURCES = """
[[source]]
name = "gp"
ods_code = "P84486"
locality = "Bury"
sector = "primary"
"""


def table(rows):
    return "".join(",".join(row) + "\n" for row in [rows[0].keys(), *(row.values() for row in rows)])


def lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def patients():
    return "".join(json.dumps({"resourceType": "Patient", "id": f"{row['source']}.{row['local_id']}",
                               "name": [{"family": row["surname"], "given": [row["given_name"]]}],
                               "birthDate": row["dob"]}) + "\n" for row in PEOPLE)


class ImportTest(Case):
    def setUp(self):
        super().setUp()
        self.data_dir = self.folder / "data"
        self.counter = 0

    def fresh(self):
        self.counter += 1
        return self.folder / f"data-{self.counter}"

    def import_json(self, *words, expect=OK, **named):
        done = run("import", "--json", *words, **named)
        self.assertEqual(done.code, expect, done.err)
        counts = json.loads(done.out)
        self.assertEqual(counts["records"], sum(counts[name] for name in OUTCOMES), counts)
        return counts

    def test_standard_input_and_pipes_are_read_in_every_format(self):
        mark = "\ufeff"
        for text in (table(PEOPLE), mark + table(PEOPLE), table(PEOPLE).replace("\n", "\r\n"), lines(PEOPLE),
                     "\n\n" + lines(PEOPLE), mark + lines(PEOPLE), mark + "\r\n" + lines(PEOPLE), patients()):
            with self.subTest(text=text[:20]):
                data_dir = self.fresh()
                counts = self.import_json("--data-dir", data_dir, "-", stdin=text.encode())
                self.assertEqual((counts["records"], counts["rejected"]), (3, 0))
                again = self.import_json("--data-dir", data_dir, "-", stdin=text.encode())
                self.assertEqual((again["records"], again["unchanged"]), (3, 3))
        data_dir = self.fresh()
        for text in (table(PEOPLE), lines(PEOPLE)):
            fifo = self.folder / f"fifo-{len(text)}"
            os.mkfifo(fifo)
            writer = threading.Thread(target=fifo.write_text, args=(text,))
            writer.start()
            self.assertEqual(self.import_json("--data-dir", data_dir, fifo)["records"], 3)
            writer.join()
        self.assertEqual(self.import_json("--data-dir", self.fresh(), "--format", "csv", "-", stdin=table(PEOPLE).encode())
                         ["records"], 3)
        empty = run("import", "--data-dir", self.fresh(), "-", stdin=b"\n")
        self.assertEqual(empty.code, FAILED)
        self.assertIn("standard input", empty.err)

    def test_rejects_of_standard_input_are_listed(self):
        done = run("import", "--data-dir", self.data_dir, "-", stdin=(table(PEOPLE) + "gp,9\n").encode())
        self.assertEqual(done.code, REJECTED_ROWS)
        listed = re.search(r"listed in (\S+)", done.err)[1]
        self.assertEqual([row["line"] for row in read_rows(listed)], ["5"])
        mine = self.folder / "mine.csv"
        done = run("import", "--data-dir", self.data_dir, "--rejects", mine, "-", stdin=(table(PEOPLE) + "gp,9\n").encode())
        self.assertEqual([row["line"] for row in read_rows(mine)], ["5"])

    def test_a_wait_for_standard_input_ends_with_ctrl_c(self):
        process = subprocess.Popen([program(), "import", "--data-dir", self.data_dir, "-"], env=environment(),
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        end = time.monotonic() + 60
        while not (self.data_dir / "imports").exists() and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(30), INTERRUPTED)
        self.assertIn(b"stopped", process.stderr.read())
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()
        self.check_clean(self.data_dir)

    def test_a_dry_run_writes_nothing_at_all(self):
        file = write_rows(self.folder / "people.csv", [*PEOPLE, PEOPLE[0] | {"local_id": "4", "dob": "2999-01-01"}])
        before = sorted(path.name for path in self.folder.iterdir())
        done = run("import", "--data-dir", self.data_dir, "--dry-run", file)
        self.assertEqual(done.code, REJECTED_ROWS, done.err)
        self.assertIn(f"{file}:5: dob", done.err)
        self.assertIn("3 records could be registered, 1 rows rejected; nothing was registered", done.out)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), before)

    def test_counts_say_truly_what_became_of_each_row(self):
        file = write_rows(self.folder / "people.csv", PEOPLE)
        first = self.import_json("--data-dir", self.data_dir, file)
        self.assertEqual([first[name] for name in OUTCOMES], [2, 1, 0, 0, 0, 0])
        changed = [row | {"event_date": "2024-03-01"} for row in PEOPLE]
        changed[0]["postcode"] = "M3 2BX"
        counts = self.import_json("--data-dir", self.data_dir, write_rows(self.folder / "changed.csv", [changed[0], changed[2] | {"local_id": "9"}]))
        self.assertEqual(counts["updated"], 1, counts)
        self.assertEqual(counts["records"], 2)
        older = self.import_json("--data-dir", self.data_dir, write_rows(
            self.folder / "older.csv", [changed[0] | {"event_date": "2023-03-01", "postcode": "M1 1AA"}]))
        self.assertEqual(older["superseded"], 1)

    def test_what_is_no_evidence_is_counted_by_reason_and_a_forgotten_flag_is_named(self):
        rows = self.population(60)
        file = write_rows(self.folder / "records.csv", rows)
        done = run("import", "--data-dir", self.data_dir, file, env=NO_TEST_NUMBERS)
        self.assertEqual(done.code, OK, done.err)
        self.assertRegex(done.out, r"[0-9,]+  nhs_number: NHS number is in the test range")
        self.assertEqual(len(re.findall(r"--test-nhs-numbers", done.err)), 1)
        taken = run("import", "--data-dir", self.fresh(), file)
        self.assertNotIn("test range", taken.out + taken.err)
        few = write_rows(self.folder / "few.csv", [row | {"nhs_number": ""} for row in rows])
        self.assertNotIn("--test-nhs-numbers", run("import", "--data-dir", self.fresh(), few, env=NO_TEST_NUMBERS).err)

    def test_a_table_without_a_source_asks_for_one(self):
        rows = [{name: value for name, value in row.items() if name != "source"} for row in PEOPLE]
        file = write_rows(self.folder / "people.csv", rows)
        done = run("import", "--data-dir", self.data_dir, file)
        self.assertEqual(done.code, USAGE)
        self.assertRegex(done.err, re.escape(str(file)) + r":1: no column names the source system.*--source NAME")
        self.assertEqual(self.import_json("--data-dir", self.data_dir, "--source", "gp", file)["records"], 3)
        unnamed = self.folder / "people.ndjson"
        unnamed.write_text(lines(rows))
        self.assertEqual(self.import_json("--data-dir", self.fresh(), "--source", "gp", unnamed)["records"], 3)

    def test_only_declared_sources_send_and_members_say_where_they_are_from(self):
        file = write_rows(self.folder / "people.csv", PEOPLE)
        config = self.folder / "gmpi.toml"
        config.write_text(SOURCES)
        done = run("import", "--config", config, "--data-dir", self.data_dir, file)
        self.assertEqual(done.code, REJECTED_ROWS, done.err)
        listed = read_rows(re.search(r"listed in (\S+)", done.err)[1])
        self.assertEqual([(row["line"], row["reason"]) for row in listed],
                         [("3", "source: not declared in the configuration ([[source]])")])
        with Server(self.data_dir, "--config", config) as server:
            person = server.request("GET", record_path("gp", "1") + "/person").json
            self.assertEqual([(m["locality"], m["sector"], m["ods_code"]) for m in person["members"]],
                             [("Bury", "primary", "P84486")])
            self.assertEqual(server.request("PUT", record_path("pas", "2"), {"surname": "Okafor"}).status, 422)
            self.assertEqual(server.request("PUT", record_path("gp", "7"), {"surname": "Okafor"}).status, 201)
        self.succeed("import", "--config", config, "--data-dir", self.data_dir, file, env={"GMPI_SOURCES_STRICT": "false"})
        config.write_text("[sources]\nstrict = false\n" + SOURCES)
        self.succeed("import", "--config", config, "--data-dir", self.fresh(), file)
        shown = self.succeed("config", "show", "--config", config).out
        self.assertIn("sources.strict = false", shown)
        again = self.folder / "shown.toml"
        again.write_text(shown)
        self.assertEqual(self.succeed("config", "show", "--config", again).out, shown)

    def test_output_that_cannot_be_written_is_a_failure(self):
        file = write_rows(self.folder / "people.csv", PEOPLE)
        ids = ("--id-column", "local_id")
        for words in (("link", file, *ids, "--pairs-out", "/dev/full"), ("link", file, *ids, "--clusters-out", "/dev/full"),
                      ("import", "--data-dir", self.data_dir, "--rejects", "/dev/full", file)):
            done = run(*words)
            self.assertEqual(done.code, FAILED, words)
            self.assertIn("/dev/full", done.err)

    def test_a_reader_that_leaves_ends_a_command_without_a_crash(self):
        file = write_rows(self.folder / "people.csv", [PEOPLE[0] | {"local_id": str(n)} for n in range(3000)])
        command = f"{program()} link {file} --id-column local_id --clusters-out - | head -n 1"
        done = subprocess.run(["bash", "-o", "pipefail", "-c", command], env=environment(), capture_output=True, check=False)
        self.assertEqual(done.stdout.decode().strip(), "record_id,cluster_id")
        self.assertIn(done.returncode, (OK, FAILED, 128 + signal.SIGPIPE), done.stderr)

    def test_a_file_that_is_missing_is_said_before_the_first_is_begun(self):
        file = write_rows(self.folder / "people.csv", PEOPLE)
        done = run("import", "--data-dir", self.data_dir, file, self.folder / "absent.csv")
        self.assertEqual(done.code, FAILED)
        self.assertIn("absent.csv: no such file", done.err)
        self.assertFalse(self.data_dir.exists(), "nor is anything made")

    def test_a_mistyped_first_command_does_not_settle_what_the_directory_is_for(self):
        file = write_rows(self.folder / "people.csv", PEOPLE)
        for words in (("--test-nhs-numbers", self.folder / "absent.csv"), ("--test-nhs-numbers", "--model", "/no/such", file)):
            self.assertNotEqual(run("import", "--data-dir", self.data_dir, *words).code, OK)
        real = {"GMPI_TEST_NHS_NUMBERS": "false"}
        self.succeed("import", "--data-dir", self.data_dir, file, env=real)
        self.assertIn("test_nhs_numbers = false", (self.data_dir / "index.toml").read_text())
        other = run("import", "--data-dir", self.data_dir, "--test-nhs-numbers", file)
        self.assertEqual(other.code, FAILED)
        self.assertIn("was made without test NHS numbers", other.err)

    def test_odd_files_are_told_apart(self):
        header = "source,local_id,surname\n"
        huge = ",".join(f"column{n}" for n in range(2000)) + "\n"
        for name, content, code, reason in (
                ("array.json", "[" + json.dumps(PEOPLE[0]) + "]", FAILED, r"JSON array; write one object a line"),
                ("utf16.json", lines(PEOPLE).encode("utf-16"), FAILED, r"UTF-16"),
                ("huge.csv", huge + "1\n", FAILED, r"more than 1024 fields"),
                ("blank.ndjson", "\n\n\n", FAILED, r"blank\.ndjson"),
                ("quoted_end.csv", header + 'gp,1,"Oka\nfor"', OK, r"^"),
                ("quoted_end_crlf.csv", (header + 'gp,1,"Oka\nfor"').replace("\n", "\r\n"), OK, r"^")):
            with self.subTest(name=name):
                path = self.folder / name
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
                done = run("import", "--data-dir", self.fresh(), path)
                self.assertEqual(done.code, code, done.err)
                self.assertRegex(done.err, reason)


if __name__ == "__main__":
    gmpi_process.main()
