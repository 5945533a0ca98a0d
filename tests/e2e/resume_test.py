"""What was stopped goes on, what was done is not done again, and a second start says what the first one said."""

import json
import re
import signal
import time
import unittest

import gmpi_process
from gmpi_process import (INTERRUPTED, OK, REJECTED_ROWS, Case, Server, flat_person, imported_lines, record_path, run,
                          size, start, write_rows)

PEOPLE = size("RESUME_PEOPLE", 250)


class ResumeTest(Case):
    def setUp(self):
        super().setUp()
        self.rows = self.population(PEOPLE)
        self.file = write_rows(self.folder / "records.csv", self.rows)
        self.data_dir = self.folder / "data"

    def import_json(self, *flags, expect=OK):
        done = run("import", "--data-dir", self.data_dir, "--json", *flags)
        self.assertEqual(done.code, expect, done.err)
        return json.loads(done.out)

    def stop_import(self, with_signal):
        """An import that is told to stop while it works; its exit code and what it said."""
        before = imported_lines(self.data_dir)
        said = self.folder / "said.txt"
        with open(said, "wb") as stderr:
            process = start("import", "--data-dir", self.data_dir, "--batch", 1, self.file, stderr=stderr)
            while process.poll() is None and imported_lines(self.data_dir) <= before:
                time.sleep(0.001)
            process.send_signal(with_signal)
            code = process.wait(60)
        return code, said.read_text()

    def test_an_import_stopped_by_ctrl_c_goes_on_where_it_was(self):
        for with_signal in (signal.SIGINT, signal.SIGTERM):
            code, said = self.stop_import(with_signal)
            self.assertEqual(code, INTERRUPTED)
            self.assertRegex(said, r"the same command goes on")
            self.check_clean(self.data_dir)
        held = self.check_clean(self.data_dir)["records"]
        self.assertLess(held, len(self.rows))
        done = self.import_json(self.file)
        self.assertTrue(done["finished"])
        self.assertEqual((done["skipped"], done["records"]), (held, len(self.rows) - held))
        self.assertEqual(done["unchanged"], 0, "a record was registered twice")

        self.succeed("import", "--data-dir", self.folder / "undisturbed", self.file)
        self.assert_same_partition(self.exported(self.data_dir), self.exported(self.folder / "undisturbed"))

    def test_importing_again_changes_nothing(self):
        first = self.import_json(self.file)
        self.assertEqual((first["records"], first["unchanged"], first["rejected"]), (len(self.rows), 0, 0))
        entries = self.check_clean(self.data_dir)["log_entries"]
        people = self.exported(self.data_dir)

        again = self.import_json(self.file)
        self.assertEqual((again["records"], again["unchanged"], again["skipped"]), (len(self.rows), len(self.rows), 0))
        restarted = self.import_json("--restart", self.file)
        self.assertEqual((restarted["records"], restarted["unchanged"]), (len(self.rows), len(self.rows)))
        shuffled = self.import_json(write_rows(self.folder / "other_order.csv", self.rows[::-1]))
        self.assertEqual(shuffled["unchanged"], len(self.rows))
        lines = self.folder / "records.ndjson"
        lines.write_text("".join(
            json.dumps({"source": row["source"], "local_id": row["local_id"]} | flat_person(row)) + "\n"
            for row in self.rows))
        self.assertEqual(self.import_json(lines)["unchanged"], len(self.rows))

        self.assertEqual(self.check_clean(self.data_dir)["log_entries"], entries)
        self.assert_same_partition(self.exported(self.data_dir), people)

    def test_a_file_of_the_same_size_with_another_end_is_another_file(self):
        """The position of an import belongs to the file's whole content, not to its name or beginning."""
        padding = "x" * 2_000_000
        text = "source,local_id,surname,notes\na,1,Okafor,%s\na,2,%s,\n"
        self.file.write_text(text % (padding, "Adeyemi"))
        self.assertEqual(self.import_json(self.file, expect=REJECTED_ROWS)["records"], 1)
        self.file.write_text(text % (padding, "Bankole"))
        self.assertEqual(self.import_json(self.file, expect=REJECTED_ROWS)["records"], 1)
        with Server(self.data_dir) as server:
            self.assertEqual(server.request("GET", record_path("a", "2")).json["surname"], "Bankole")

    def test_rows_rejected_before_a_stop_are_still_told_when_the_import_is_done(self):
        rows = [dict(row) for row in self.rows]
        rows[0]["event_date"] = "yesterday"
        self.file = write_rows(self.folder / "one_bad_row.csv", rows)
        code, _ = self.stop_import(signal.SIGINT)
        self.assertEqual(code, INTERRUPTED)
        done = run("import", "--data-dir", self.data_dir, self.file)
        self.assertEqual(done.code, REJECTED_ROWS, done.err)
        listed = gmpi_process.read_rows(re.search(r"listed in (\S+)", done.err)[1])
        self.assertEqual([row["line"] for row in listed], ["2"])

    def test_a_second_start_answers_the_same_people(self):
        self.import_json(self.file)
        answers = []
        for _ in range(2):
            with Server(self.data_dir) as server:
                answers.append([server.request("GET", record_path(row["source"], row["local_id"]) + "/person").body
                                for row in self.rows])
                self.assertEqual(server.stop(), OK)
        self.assertEqual(answers[0], answers[1])

    def test_a_data_directory_keeps_what_it_was_made_for(self):
        self.import_json(self.file)
        refused = run("import", "--data-dir", self.data_dir, self.file, env={"GMPI_TEST_NHS_NUMBERS": "false"})
        self.assertNotEqual(refused.code, OK)
        self.assertIn("test NHS numbers", refused.err)
        self.check_clean(self.data_dir)


if __name__ == "__main__":
    gmpi_process.main()
