"""Whatever a file holds, the good rows are imported, each bad one is listed with line and reason, nothing crashes, and
nothing of what stands in the rows is told to the terminal."""

import gzip
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import unittest

import gmpi_process
from gmpi_process import (FAILED, OK, REJECTED_ROWS, SHIPPED_BUNDLE, USAGE, Case, environment, program, read_rows, run,
                          size)

LONG_LINE_BYTES = size("LONG_LINE_BYTES", 100_000_000)
NESTING = size("NESTING", 1_000_000)
MEMORY_BYTES = 400 << 20  # an import of a few rows, whatever they hold

HEADER = "source,local_id,nhs_number,given_name,surname,dob,postcode\n"
GOOD = ["gp-q,Kanarek01,9434765919,Zebedee,Quillfeather,1961-03-04,M3 2BW\n",
        "gp-q,Kanarek02,,Ottoline,Quillfeather,1963-09-21,OL1 1QY\n",
        "gp-q,Kanarek03,,Peregrine,Vanterpool,1999-12-31,BL9 0QL\n"]
SECRETS = ["kanarek", "9434765919", "zebedee", "quillfeather", "ottoline", "peregrine", "vanterpool", "1961-03-04",
           "1963-09-21", "M3 2BW", "OL1 1QY", "grimwaldt", "2999-01-01"]
BAD = "gp-q,Kanarek09,{},Grimwaldt,Quillfeather,{},M3 2BW{}\n"

PATIENT = {"resourceType": "Patient", "id": "gp-q.Kanarek01", "birthDate": "1961-03-04",
           "name": [{"family": "Quillfeather", "given": ["Zebedee"]}]}


def around(*bad):
    """The good rows with bad ones behind the first and behind the second."""
    return [GOOD[0], *bad, GOOD[1], *bad, GOOD[2]]


def text_of(lines):
    return b"".join(line if isinstance(line, bytes) else line.encode() for line in lines)


def flat(number, **extra):
    return {"source": "gp-q", "local_id": f"Kanarek0{number}", "given_name": "Zebedee", "surname": "Quillfeather",
            "dob": "1961-03-04"} | extra


class BadFilesTest(Case):
    def setUp(self):
        super().setUp()
        self.data_dir = self.folder / "data"

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else text_of(content))
        return path

    def import_file(self, path, *flags, user=None):
        """An import with a bound on its memory; nothing of the rows may be said."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        done = run("import", "--data-dir", self.data_dir, *flags, path, user=user)
        after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assert_without(done.err + done.out, SECRETS, f"the terminal ({path.name})")
        if after > before:  # the greatest of all children so far
            self.assertLess(after * 1024, MEMORY_BYTES, path.name)
        return done

    def rejects(self, done):
        listed = re.search(r"listed in (\S+)", done.err)
        self.assertTrue(listed, done.err)
        rows = read_rows(listed[1])
        with open(listed[1], encoding="utf-8") as file:
            self.assert_without(file.read(), SECRETS, "the rejects file")
        return rows

    def assert_rejected(self, name, content, expected, records=3, flags=()):
        """`expected`: (line, reason as a regular expression) of each reject."""
        with self.subTest(file=name):
            shutil.rmtree(self.data_dir, ignore_errors=True)
            path = self.write(name, content)
            done = self.import_file(path, *flags)
            self.assertEqual(done.code, REJECTED_ROWS if expected else OK, done.err)
            if expected:
                rows = self.rejects(done)
                self.assertEqual([(row["file"], row["line"]) for row in rows],
                                 [(str(path), str(line)) for line, _ in expected], rows)
                for row, (_, reason) in zip(rows, expected):
                    self.assertRegex(row["reason"], reason)
            self.assertEqual(self.check_clean(self.data_dir)["records"], records)

    def assert_refused(self, name, content, code, reason, records=0, flags=()):
        """The file as a whole."""
        with self.subTest(file=name):
            shutil.rmtree(self.data_dir, ignore_errors=True)
            path = self.write(name, content) if content is not None else self.folder / name
            done = self.import_file(path, *flags)
            self.assertEqual(done.code, code, done.err)
            self.assertRegex(done.err, reason)
            self.assertIn(str(path), done.err)
            if content is None:  # nothing to read: nothing is made either
                self.assertFalse(self.data_dir.exists())
            else:
                self.assertEqual(self.check_clean(self.data_dir)["records"], records)

    def test_a_bad_csv_row_is_listed_with_its_line_and_the_rows_around_it_are_imported(self):
        bad = BAD.format
        for name, row, reason in (
                ("few.csv", "gp-q,Kanarek09,Grimwaldt\n", r"3 fields where the header has 7"),
                ("many.csv", bad("", "1961-03-04", ",Grimwaldt"), r"8 fields where the header has 7"),
                ("utf8.csv", b"gp-q,Kanarek09,,Grimwaldt\xff,Quillfeather,1961-03-04,M3 2BW\n", r"UTF-8"),
                ("overlong.csv", b"gp-q,Kanarek09,,Grimwaldt\xc0\xaf,Quillfeather,1961-03-04,M3 2BW\n", r"UTF-8"),
                ("surrogate.csv", b"gp-q,Kanarek09,,Grimwaldt\xed\xa0\x80,Quillfeather,,M3 2BW\n", r"UTF-8"),
                ("nul.csv", b"gp-q,Kanarek09,,Grim\0waldt,Quillfeather,1961-03-04,M3 2BW\n", r"NUL"),
                ("quote.csv", 'gp-q,Kanarek09,,"Grimwaldt"x,Quillfeather,1961-03-04,M3 2BW\n', r"quote"),
                ("future.csv", bad("", "2999-01-01", ""), r"dob.*future|birth.*future"),
                ("no_id.csv", "gp-q,,,Grimwaldt,Quillfeather,1961-03-04,M3 2BW\n", r"local_id"),
                ("no_source.csv", ",Kanarek09,,Grimwaldt,Quillfeather,1961-03-04,M3 2BW\n", r"source"),
                ("bad_source.csv", "gp q/é,Kanarek09,,Grimwaldt,Quillfeather,,M3 2BW\n", r"source"),
                ("control.csv", "gp-q,Kana\trek09,,Grimwaldt,Quillfeather,,M3 2BW\n", r"local.id|local_id"),
                ("long_id.csv", f"gp-q,{'Kanarek' * 60},,Grimwaldt,Quillfeather,,M3 2BW\n", r"local.id|local_id"),
                ("long_line.csv", bad("", "", "x" * 2_000_000), r"line longer than")):
            self.assert_rejected(name, [HEADER, *around(row)], [(3, reason), (5, reason)])

    def test_a_quote_never_closed_costs_its_own_line(self):
        open_quote = 'gp-q,Kanarek09,,"Grimwaldt,Quillfeather,1961-03-04,M3 2BW\n'
        self.assert_rejected("open_quote.csv", [HEADER, GOOD[0], GOOD[1], open_quote, GOOD[2]], [(4, r"quote")])

    def test_what_looks_odd_but_is_good_is_imported(self):
        self.assert_rejected("bom.csv", [b"\xef\xbb\xbf", HEADER, *GOOD], [])
        self.assert_rejected("crlf.csv", [line.replace("\n", "\r\n") for line in [HEADER, *GOOD]], [])
        self.assert_rejected("blank_lines.csv", [HEADER, "\n", GOOD[0], "\n\n", GOOD[1], GOOD[2].rstrip("\n")], [])
        self.assert_rejected("line_break.csv", [HEADER, *GOOD[:2], 'gp-q,Kanarek03,,"Pere\ngrine",Vanterpool,,\n'], [])
        self.assert_rejected("zipped.csv.gz", gzip.compress(text_of([HEADER, *GOOD])), [])
        self.assert_rejected("header_alone.csv", HEADER, [], records=0)

    def test_a_row_that_comes_twice_is_registered_once_and_another_content_without_an_order_is_rejected(self):
        self.assert_rejected("twice.csv", [HEADER, *GOOD, HEADER, *GOOD], [(5, r"header once more")])
        file = self.write("changed.csv", [HEADER, *GOOD, GOOD[2].replace("BL9 0QL", "BL9 0QM"), GOOD[0]])
        shutil.rmtree(self.data_dir)
        for unchanged in (1, 4, 4):  # whenever it comes again, nothing is added
            done = run("import", "--data-dir", self.data_dir, "--json", file)
            said = json.loads(done.out)
            self.assertEqual((done.code, said["unchanged"], said["updated"]), (REJECTED_ROWS, unchanged, 0), done.err)
            self.assertRegex(pathlib.Path(said["rejects"]).read_text(), r",5,.the id is in line 4 already, with other content")
            report = self.check_clean(self.data_dir)
            self.assertEqual((report["records"], report["log_entries"]), (3, 3))
        newer = self.write("newer.csv", [HEADER, GOOD[2].replace("BL9 0QL", "BL9 0QM")])
        self.assertEqual(json.loads(self.succeed("import", "--data-dir", self.data_dir, "--json", newer).out)["updated"], 1)
        # A batch has no versions: there the first row of an id counts, and the others are rejected without its name.
        clusters = self.folder / "clusters.csv"
        linked = run("link", file, "--id-column", "local_id", "--clusters-out", clusters)
        self.assertEqual(linked.code, REJECTED_ROWS, linked.err)
        self.assertRegex(linked.err, re.escape(f"{file}:5: ") + r".*further up in its source: " + re.escape(f"{file}:4"))
        self.assertRegex(linked.err, re.escape(f"{file}:6: ") + r".*further up in its source: " + re.escape(f"{file}:2"))
        self.assert_without(linked.err, SECRETS, "the terminal")
        self.assertEqual(sorted(row["record_id"] for row in read_rows(clusters)), ["Kanarek01", "Kanarek02", "Kanarek03"])
        listed = self.folder / "rejects.csv"
        quiet = run("link", file, "--id-column", "local_id", "--clusters-out", clusters, "--rejects", listed)
        self.assertEqual(quiet.code, REJECTED_ROWS)
        self.assertEqual([row["line"] for row in read_rows(listed)], ["5", "6"])
        self.assertIn(str(listed), quiet.err)
        self.assertNotIn(f"{file}:5", quiet.err)

    def test_a_file_that_is_no_table_of_people_is_refused_as_a_whole(self):
        self.assert_refused("empty.csv", b"", FAILED, r"empty")
        self.assert_refused("empty.txt", b"", FAILED, r"empty")
        self.assert_refused("no_header.csv", GOOD, FAILED, r":1.*(id column|column)")
        self.assert_refused("wrong_columns.csv", "a,b,c\n1,2,3\n", FAILED, r":1: no id column")
        self.assert_refused("ids_only.csv", "local_id,source\n1,gp\n", FAILED, r":1: no column of a person")
        self.assert_refused("twice.csv", "local_id,surname,surname\n1,a,b\n", FAILED, r":1.*column of this name stands further left")
        self.assert_refused("utf16.csv", (HEADER + GOOD[0]).encode("utf-16"), FAILED, r"UTF-16")
        self.assert_refused("binary.csv", bytes(range(256)) * 64, FAILED, r".")
        self.assert_refused("absent.csv", None, FAILED, r"no such file|No such file")

    def test_a_damaged_archive_is_told_and_what_came_before_the_damage_is_kept(self):
        rows = [HEADER] + [f"gp-q,{number},,Zebedee,{os.urandom(400).hex()},,\n" for number in range(5_000)]
        whole = gzip.compress(text_of(rows))
        path = self.write("cut.csv.gz", whole[: len(whole) * 2 // 3])
        done = self.import_file(path)
        self.assertEqual(done.code, FAILED)
        self.assertRegex(done.err, r"gzip|damaged|cut")
        kept = self.check_clean(self.data_dir)["records"]
        self.assertGreater(kept, 0)
        self.write("cut.csv.gz", whole)
        self.assertEqual(self.import_file(path).code, OK)
        self.assertEqual(self.check_clean(self.data_dir)["records"], 5_000)
        self.assert_refused("garbage.csv.gz", b"\x1f\x8b\x08" + os.urandom(500), FAILED, r"gzip|damaged|empty")

    def test_a_folder_or_a_file_that_cannot_be_read_is_said_by_its_name(self):
        (self.folder / "folder.csv").mkdir()
        self.assert_refused("folder.csv", None, FAILED, r"directory")
        secret = self.write("locked.csv", [HEADER, *GOOD])
        secret.chmod(0)
        self.folder.chmod(0o777)
        if os.geteuid() == 0:
            nobody = 65534
            if subprocess.run([program(), "--version"], user=nobody, capture_output=True, check=False).returncode != 0:
                self.skipTest("the program cannot be run as another user here")
            shutil.rmtree(self.data_dir, ignore_errors=True)
            done = self.import_file(secret, user=nobody)
        else:
            done = self.import_file(secret)
        self.assertEqual(done.code, FAILED)
        self.assertIn(f"{secret}: Permission denied", done.err)
        unreadable = run("import", "--data-dir", self.folder / "other", "/proc/self/mem")
        self.assertEqual(unreadable.code, FAILED)
        self.assertIn("/proc/self/mem: Input/output error", unreadable.err)

    def test_a_line_of_100_megabytes_is_one_reject_and_costs_little_memory(self):
        path = self.folder / "endless.csv"
        with open(path, "wb") as file:
            file.write(text_of([HEADER, GOOD[0], "gp-q,Kanarek09,,"]))
            for _ in range(LONG_LINE_BYTES // 1_000_000):
                file.write(b"Grimwaldt " * 100_000)
            file.write(text_of(["\n", *GOOD[1:]]))
        done = self.import_file(path)
        self.assertEqual((done.code, [row["line"] for row in self.rejects(done)]), (REJECTED_ROWS, ["3"]))
        self.assertEqual(self.check_clean(self.data_dir)["records"], 3)

        path = self.folder / "endless.ndjson"
        with open(path, "wb") as file:
            file.write(text_of([json.dumps(flat(1)), '\n{"surname":"']))
            for _ in range(LONG_LINE_BYTES // 1_000_000):
                file.write(b"Grimwaldt " * 100_000)
            file.write(text_of(['"}\n', json.dumps(flat(2)), "\n"]))
        shutil.rmtree(self.data_dir)
        done = self.import_file(path)
        self.assertEqual((done.code, [row["line"] for row in self.rejects(done)]), (REJECTED_ROWS, ["2"]))
        self.assertEqual(self.check_clean(self.data_dir)["records"], 2)

        endless = self.folder / "one_line.csv"
        shutil.copyfile(path, endless)
        with open(endless, "r+b") as file:  # no line break anywhere
            file.write(b"x" * 1000)
        self.assertEqual(self.import_file(endless).code, FAILED)

    def test_a_bad_json_line_is_listed_and_the_lines_around_it_are_imported(self):
        deep = "[" * NESTING
        for name, line, reason in (
                ("deep.ndjson", deep, r"longer than \d+ bytes"),
                ("nested.ndjson", "[" * 60_000, r"deep|nested|depth|level"),
                ("deep_value.ndjson", '{"surname":' + deep + "]" * NESTING + "}", r"deep|nested|depth|level|bytes"),
                ("not_json.ndjson", "Grimwaldt", r"byte 0: Invalid value"),
                ("cut.ndjson", '{"source": "gp-q", "local_id": "Kanarek09", "surname": "Grimw', r"."),
                ("array.ndjson", '["Grimwaldt"]', r"object"),
                ("number.ndjson", json.dumps(flat(9, surname=7)), r"/surname"),
                ("unknown.ndjson", json.dumps(flat(9, sirname="Grimwaldt")), r"/sirname no field"),
                ("twice.ndjson", '{"source":"gp-q","local_id":"Kanarek09","surname":"a","surname":"Grimwaldt"}', r"twice"),
                ("keyless.ndjson", '{"surname": "Grimwaldt"}', r"/source is required"),
                ("nul.ndjson", json.dumps(flat(9, surname="Grim\0waldt")), r"NUL|U\+0000"),
                ("utf8.ndjson", json.dumps(flat(9)).encode().replace(b"Quill", b"Grimwaldt\xff"), r"/surname: Invalid encoding"),
                ("surrogate.ndjson", '{"source":"gp-q","local_id":"Kanarek09","surname":"\\ud800Grimwaldt"}', r"surrogate"),
                ("future.ndjson", json.dumps(flat(9, dob="2999-01-01")), r"future")):
            lines = [json.dumps(flat(1)), "\n", line, "\n", json.dumps(flat(2)), "\n", line, "\n", json.dumps(flat(3)), "\n"]
            self.assert_rejected(name, lines, [(2, reason), (4, reason)])

    def test_a_bad_fhir_line_is_listed_and_the_lines_around_it_are_imported(self):
        good = [json.dumps(PATIENT), json.dumps(PATIENT | {"id": "gp-q.Kanarek02"})]
        for name, line, reason in (
                ("deep.ndjson", '{"resourceType":"Patient","extension":' + "[" * NESTING, r"deep|nested|depth|level"),
                ("other.ndjson", json.dumps({"resourceType": "Observation", "id": "Grimwaldt"}), r"Patient"),
                ("unknown.ndjson", json.dumps(PATIENT | {"sirname": "Grimwaldt"}), r"sirname|unknown"),
                ("no_id.ndjson", json.dumps({k: v for k, v in PATIENT.items() if k != "id"}), r"id"),
                ("future.ndjson", json.dumps(PATIENT | {"birthDate": "2999-01-01"}), r"dob: .*future"),
                ("type.ndjson", json.dumps(PATIENT | {"name": "Grimwaldt"}), r"name")):
            self.assert_rejected(name, [good[0], "\n", line, "\n", good[1], "\n"], [(2, reason)], records=2)

    def test_link_compare_and_evaluate_take_no_harm_from_bad_files(self):
        clusters = self.folder / "clusters.csv"
        file = self.write("rows.csv", [HEADER, *around("gp-q,Kanarek09,Grimwaldt\n")])
        done = run("link", file, "--id-column", "local_id", "--clusters-out", clusters)
        self.assertEqual(done.code, REJECTED_ROWS)
        self.assertRegex(done.err, re.escape(str(file)) + r":3: .*3 fields")
        self.assertEqual(len(read_rows(clusters)), 3)
        self.assert_without(done.err, SECRETS, "the terminal")
        truth = self.write("truth.csv", "record_id,entity_id\nKanarek01,a\nKanarek01,b\n")
        for words, reason in (
                (("link", self.write("empty.csv", b""), "--clusters-out", clusters), r"empty"),
                (("link", self.folder / "absent.csv", "--clusters-out", clusters), r"absent\.csv"),
                (("link", self.folder, "--clusters-out", clusters), r"directory"),
                (("link", self.write("none.csv", GOOD), "--clusters-out", clusters), r"none\.csv:1: "),
                (("compare", file, "--id-column", "local_id", "--pairs", self.write("p.csv", "id_l\nx\n"), "--pairs-out",
                  self.folder / "o.csv"), r"p\.csv.*id_r"),
                (("evaluate", "--truth", truth, "--clusters", clusters), r"truth\.csv:3"),
                (("link", file, "--clusters-out", self.folder / "no/such/folder.csv", "--id-column", "local_id"),
                 r"folder\.csv")):
            with self.subTest(words=words):
                done = run(*words)
                self.assertEqual(done.code, FAILED, done.err)
                self.assertRegex(done.err, reason)
                self.assert_without(done.err + done.out, SECRETS, "the terminal")

    def broken_bundle(self, name, change):
        bundle = self.folder / "bundle"
        shutil.rmtree(bundle, ignore_errors=True)
        shutil.copytree(SHIPPED_BUNDLE, bundle)
        path = bundle / name
        text = path.read_text()
        broken = change(text)
        self.assertNotEqual(broken, text, "the change changes nothing: fit this test to the shipped bundle")
        path.write_text(broken)
        return bundle

    def test_a_broken_model_or_policy_is_refused_with_its_place(self):
        file = self.write("rows.csv", [HEADER, *GOOD])
        for name, change, reason in (
                ("model.json", lambda text: text[: len(text) // 2], r"model\.json:\d+:\d+: "),
                ("model.json", lambda text: "", r"model\.json"),
                ("model.json", lambda text: "[" * NESTING, r"model\.json:\d+:\d+: |deep|nest"),
                ("model.json", lambda text: text.replace("surname_l", "nonsense_l"), r"model\.json: comparisons\[\d+\] 'surname'"),
                ("model.json", lambda text: text.replace('"sql_condition": "', '"sql_condition": "(((', 1), r"model\.json"),
                ("model.json", lambda text: re.sub(r'"m_probability": [0-9.e-]+', '"m_probability": 7', text, count=1),
                 r"model\.json.*m_probability"),
                ("policy.toml", lambda text: text + "\nthis is no toml\n", r"policy\.toml:\d+:\d+: "),
                ("policy.toml", lambda text: text.replace("link = 12", "lnik = 12", 1), r"policy\.toml:\d+:\d+: .*lnik"),
                ("policy.toml", lambda text: text.replace("link = 12.0", 'link = "twelve"', 1), r"policy\.toml:\d+:\d+: "),
                ("policy.toml", lambda text: text.replace('"suffix_l" <> "suffix_r"', '"suffix_l" <> <>', 1),
                 r"policy\.toml:\d+:\d+: "),
                ("policy.toml", lambda text: text.replace('"suffix_l" <> "suffix_r"', '"sufix_l" <> "sufix_r"', 1),
                 r"policy\.toml.*sufix|sufix")):
            with self.subTest(file=name, reason=reason):
                bundle = self.broken_bundle(name, change)
                for words in (("import", "--data-dir", self.data_dir, "--model", bundle, file),
                              ("link", file, "--id-column", "local_id", "--model", bundle, "--clusters-out", "/dev/null")):
                    done = run(*words)
                    self.assertEqual(done.code, FAILED, done.err)
                    self.assertRegex(done.err, reason)
                    self.assertLess(len(done.err), 2000)
        for words in (("import", "--data-dir", self.data_dir, file), ("link", file, "--id-column", "local_id"),
                      ("serve", "--data-dir", self.data_dir)):
            absent = run(*words, "--model", self.folder / "nothing")
            self.assertEqual(absent.code, USAGE, absent.err)
            self.assertIn("nothing: no such file or folder", absent.err)
        self.assertEqual(self.import_file(file).code, OK)

    def test_a_broken_configuration_is_refused_with_line_and_column(self):
        for text, reason in (('listen = "127.0.0.1:8080', r"gmpi\.toml:1:\d+: "),
                             ('\nlistn = "x"\n', r"gmpi\.toml:2:1: unknown setting 'listn'.*'listen'"),
                             ('threads = "two"\n', r"gmpi\.toml:1:\d+: threads must be a whole number"),
                             ("threads = -1\n", r"gmpi\.toml:1:\d+: threads must be"),
                             ('listen = "nowhere"\n', r"gmpi\.toml:1:\d+: listen must be HOST:PORT"),
                             ('[map]\n"Surname" = "sirname"\n', r"gmpi\.toml:2:\d+: unknown field 'sirname'.*surname"),
                             ("a" * 2_000_000, r"gmpi\.toml"),
                             ("\0\xff", r"gmpi\.toml:1:1: ")):
            with self.subTest(reason=reason):
                config = self.folder / "gmpi.toml"
                config.write_text(text)
                done = run("config", "show", "--config", config)
                self.assertEqual(done.code, USAGE, done.err)
                self.assertRegex(done.err, reason)
                self.assertLess(len(done.err), 2000)
        absent = run("check", "--config", self.folder / "absent.toml")
        self.assertEqual(absent.code, USAGE)
        self.assertIn("absent.toml", absent.err)

    def test_a_data_directory_that_cannot_be_is_said(self):
        file = self.write("rows.csv", [HEADER, *GOOD])
        for data_dir in (file, "/proc/gmpi", self.folder / "rows.csv" / "below"):
            done = run("import", "--data-dir", data_dir, file)
            self.assertEqual(done.code, FAILED, done.err)
            self.assertIn(str(data_dir), done.err)
        for command in (("check",), ("export", "--clusters-out", self.folder / "c.csv"), ("explain", "a/1", "a/2")):
            done = run(*command, "--data-dir", self.folder / "nothing-here")
            self.assertEqual(done.code, FAILED)
            self.assertIn("no index here", done.err)
        self.assertFalse((self.folder / "nothing-here").exists())


if __name__ == "__main__":
    gmpi_process.main()
