"""The command line keeps its conventions: help that fits, hints for slips, exit codes, JSON where asked, clean ends."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import unittest

import gmpi_process
from gmpi_process import (FAILED, INTERRUPTED, NOT_READY, OK, USAGE, Case, Server, program, record_path, run, start,
                          write_rows)

COMMANDS = ("serve", "import", "link", "train", "compare", "evaluate", "explain", "export", "check", "synth", "config",
            "config show", "completion")
WIDTH = 100

PEOPLE = [{"source": "gp", "local_id": "1", "given_name": "Ada", "surname": "Okafor", "dob": "1985-06-02", "postcode": "M3 2BW"},
          {"source": "pas", "local_id": "2", "given_name": "Ada", "surname": "Okafor", "dob": "1985-06-02", "postcode": "M3 2BW"},
          {"source": "gp", "local_id": "3", "given_name": "Tom", "surname": "Byrne", "dob": "1999-12-31", "postcode": "BL9 0QL"}]


class CommandLineTest(Case):
    def people(self):
        return write_rows(self.folder / "people.csv", PEOPLE)

    def test_help_is_printed_to_standard_output_and_fits(self):
        for command in ("", *COMMANDS):
            for flag in ("-h", "--help"):
                with self.subTest(command=command, flag=flag):
                    # However wide the terminal is.
                    done = run(*command.split(), flag, env={"COLUMNS": "300"})
                    self.assertEqual((done.code, done.err), (OK, ""))
                    self.assertIn("Usage: gmpi " + command, done.out)
                    self.assertIn("Examples", done.out)
                    for line in done.out.splitlines():
                        if not line.startswith("  gmpi "):  # an example is not broken: it is to be copied
                            self.assertLessEqual(len(line), WIDTH, line)
                    if flag == "--help":
                        self.assertIn("130 interrupted", " ".join(done.out.split()))
        short, full = run("import", "-h").out, run("import", "--help").out
        self.assertLess(len(short), len(full))
        for command in COMMANDS:
            if " " not in command:
                self.assertIn("\n  " + command, run("--help").out)

    def test_the_examples_of_the_help_are_of_its_command(self):
        for command in COMMANDS:
            text = run(*command.split(), "--help").out
            examples = re.findall(r"^  .*\bgmpi (.+)$", text.split("Usage:")[0], re.MULTILINE)
            self.assertTrue(examples, command)
            for example in examples:
                self.assertTrue(example.startswith(command), f"{command}: {example}")

    def test_a_slip_is_named_with_the_nearest_right_word(self):
        for words, reason in ((("imprt", "x.csv"), r"unknown command 'imprt'.*'import'"),
                              (("import", "--data-dri", "d", "x.csv"), r"unknown option '--data-dri'.*'--data-dir'"),
                              (("config", "shwo"), r"unknown command 'shwo'.*'show'"),
                              (("serve", "--redsi", "a:1"), r"unknown option '--redsi'.*'--redis'"),
                              (("link", "x.csv", "--profile", "lvie"), r"lvie"),
                              (("import", "--format", "xml", "x.csv"), r"xml"),
                              (("import", "--batch", "0", "x.csv"), r"batch"),
                              (("import",), r"files|FILE"), (("synth",), r"--out"),
                              (("import", "--data-dir"), r"--data-dir needs a value"),
                              (("serve", "--threads", "many"), r"--threads.*whole number"),
                              (("serve", "--listen", "8080"), r"--listen.*HOST:PORT"),
                              (("synth", "--people", "-1", "--out", "x"), r"people"),
                              (("synth", "--people", "0", "--out", "x"), r"people"),
                              (("synth", "--people", "many", "--out", "x"), r"people"),
                              (("serve", "--listen", "0.0.0.0:0"), r"0\.0\.0\.0.*loopback.*--allow-non-loopback"),
                              (("serve", "--listen", "nowhere.invalid:80"), r"nowhere\.invalid.*no.*IP address"),
                              (("import", "x.csv", "--map", "given_name"), r"COLUMN=FIELD"),
                              (("import", "x.csv", "--map", "A=sirname"), r"'sirname'; did you mean 'surname'"),
                              (("link", "x.csv", "--map", "A=dbo"), r"'dbo'; did you mean 'dob'"),
                              (("link", "x.csv", "--model", "no/such"), r"no/such: no such file or folder"),
                              (("completion", "tcsh"), r"tcsh")):
            with self.subTest(words=words):
                done = run(*words)
                self.assertEqual((done.code, done.out), (USAGE, ""), done.err)
                self.assertRegex(done.err, reason)
                self.assertTrue(done.err.startswith("gmpi: "))
        nothing = run()
        self.assertEqual((nothing.code, nothing.out), (USAGE, ""))
        self.assertIn("Commands", nothing.err)

    def test_a_flag_that_names_a_column_which_the_file_lacks_is_a_slip_of_the_line(self):
        file = self.people()
        data_dir = self.folder / "data"
        for words in (("import", "--data-dir", data_dir, file), ("link", file)):
            for flags, reason in ((("--id-column", "lokal_id"), r"'lokal_id'.*did you mean 'local_id'"),
                                  (("--source-column", "sorce"), r"'sorce'.*did you mean 'source'"),
                                  (("--map", "sur_name=surname"), r"'sur_name'.*did you mean 'surname'")):
                with self.subTest(words=words, flags=flags):
                    done = run(*words, *flags)
                    self.assertEqual((done.code, done.out), (USAGE, ""), done.err)
                    self.assertRegex(done.err, reason)
                    self.assertIn(f"{file}:1: ", done.err)

    def test_no_input_is_replaced_and_no_output_written_twice(self):
        file = self.people()
        before = file.read_bytes()
        other = self.folder / "other.csv"
        asked = self.folder / "asked.csv"
        asked.write_text("id_l,id_r\n1,2\n")
        ids = ("--id-column", "local_id")
        for words, name in ((("link", file, *ids, "--pairs-out", file), file),
                            (("link", file, *ids, "--clusters-out", self.folder / "." / "people.csv"), file),
                            (("link", file, *ids, "--rejects", file), file),
                            (("link", file, *ids, "--pairs-out", other, "--clusters-out", other), other),
                            (("link", file, *ids, "--pairs-out", "-", "--clusters-out", "-"), "-"),
                            (("compare", file, *ids, "--pairs", asked, "--pairs-out", asked), asked),
                            (("import", "--data-dir", self.folder / "data", "--rejects", file, file), file)):
            with self.subTest(words=words):
                done = run(*words)
                self.assertEqual(done.code, USAGE, done.err)
                self.assertIn(f"{name}: ", done.err)
        self.assertEqual((file.read_bytes(), asked.read_text()), (before, "id_l,id_r\n1,2\n"))
        self.assertFalse(other.exists())

    def test_who_holds_a_data_directory_is_said(self):
        with Server(self.folder / "data") as server:
            done = run("check", "--data-dir", self.folder / "data")
            self.assertEqual(done.code, NOT_READY)
            self.assertRegex(done.err, rf"in use by process {server.process.pid} \(gmpi serve\).*kill {server.process.pid}")

    def test_completion_is_code_that_its_shell_takes(self):
        for shell in ("bash", "zsh", "fish"):
            done = self.succeed("completion", shell)
            self.assertIn("gmpi", done.out)
            if shutil.which(shell):
                checked = subprocess.run([shell, "-n"], input=done.out.encode(), capture_output=True, check=False)
                self.assertEqual((checked.returncode, checked.stderr), (0, b""), shell)
        script = self.succeed("completion", "bash").out + """
            COMP_WORDS=(gmpi imp); COMP_CWORD=1; COMP_LINE="gmpi imp"; COMP_POINT=8
            $(complete -p gmpi | sed -E 's/.*-F ([^ ]+).*/\\1/') gmpi imp gmpi; echo "${COMPREPLY[@]}" """
        path = os.path.dirname(program()) + ":" + os.environ["PATH"]
        done = subprocess.run(["bash"], input=script.encode(), capture_output=True, env={"PATH": path}, check=False)
        self.assertEqual(done.stdout.decode().strip(), "import", done.stderr)

    def test_what_is_asked_as_json_is_json(self):
        file = self.people()
        data_dir, clusters = self.folder / "data", self.folder / "clusters.csv"
        truth = self.folder / "truth.csv"
        truth.write_text("record_id,entity_id\n1,a\n2,a\n3,b\n")
        asked = self.folder / "asked.csv"
        asked.write_text("id_l,id_r\n1,2\n1,3\n")
        table = ("--id-column", "local_id")
        for words, expected in (
                (("import", "--data-dir", data_dir, "--dry-run", file), {"records": 3, "rejected": 0}),
                (("import", "--data-dir", data_dir, file),
                 {"records": 3, "finished": True, "new": 2, "linked": 1, "updated": 0, "not_evidence": {}}),
                (("check", "--data-dir", data_dir), {"clean": True, "records": 3, "open_reviews": 0}),
                (("explain", "--data-dir", data_dir, "gp/1", "pas/2"), {"decision": "link"}),
                (("link", file, *table, "--clusters-out", clusters), {"records": 3, "clusters": 2}),
                (("compare", file, *table, "--pairs", asked, "--pairs-out", self.folder / "o.csv"),
                 {"pairs": 2, "link": 1, "none": 1, "rejected": 0}),
                (("export", "--data-dir", data_dir, "--clusters-out", clusters), {"records": 3, "people": 2}),
                (("link", file, *table, "--clusters-out", clusters), {"records": 3}),
                (("evaluate", "--truth", truth, "--clusters", clusters), {}), (("config", "show"), {}),
                (("synth", "--people", "10", "--out", self.folder / "synth"), {})):
            with self.subTest(words=words):
                done = self.succeed(*words, "--json", "--progress", "json")
                answer = json.loads(done.out)
                for name, value in expected.items():
                    self.assertEqual(answer[name], value)
                for line in done.err.splitlines():
                    json.loads(line)
        self.assertEqual(json.loads(run("evaluate", "--truth", truth, "--clusters", clusters, "--json").out)["pairwise"]["f1"], 1)

    def test_quiet_says_nothing_and_results_may_go_to_a_pipe(self):
        done = self.succeed("import", "--quiet", "--data-dir", self.folder / "data", self.people())
        self.assertEqual((done.out, done.err), ("", ""))
        done = self.succeed("export", "--data-dir", self.folder / "data", "--clusters-out", "-")
        self.assertEqual([line.split(",")[0] for line in done.out.splitlines()], ["record_id", "gp/1", "gp/3", "pas/2"])
        with open("/dev/full", "wb") as full:
            failed = subprocess.run([program(), "--help"], stdout=full, stderr=subprocess.PIPE, check=False)
            self.assertIn(failed.returncode, (OK, FAILED))
            failed = subprocess.run([program(), "check", "--data-dir", self.folder / "data"], stdout=full,
                                    stderr=subprocess.PIPE, check=False, env=gmpi_process.environment())
        self.assertEqual(failed.returncode, FAILED)
        self.assertIn(b"standard output", failed.stderr)

    def test_settings_come_from_flag_environment_file_and_default_in_this_order(self):
        config = self.folder / "gmpi.toml"
        config.write_text('listen = "127.0.0.1:1"\nredis = "127.0.0.1:2"\nthreads = 3\n')
        shown = self.succeed("config", "show", "--config", config, "--origin", env={"GMPI_REDIS": "127.0.0.1:4"}).out
        self.assertRegex(shown, r'listen = "127\.0\.0\.1:1".*gmpi\.toml:1')
        self.assertRegex(shown, r'redis = "127\.0\.0\.1:4".*GMPI_REDIS')
        self.assertRegex(shown, r'data_dir = "gmpi-data".*default')
        here = self.succeed("config", "show", "--json", cwd=self.folder)
        self.assertIn("127.0.0.1:1", here.out)

    def test_ctrl_c_ends_a_server_with_0_and_lets_a_request_in_flight_finish(self):
        for with_signal in (signal.SIGINT, signal.SIGTERM):
            with Server(self.folder / f"data-{with_signal}") as server:
                body = b'{"surname": "Okafor"}'
                head = (f"PUT {record_path('gp', '1')} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        f"Content-Length: {len(body)}\r\n\r\n").encode()
                with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
                    connection.sendall(head + body[:5])
                    time.sleep(0.2)  # it has been read: now the request is in flight
                    server.process.send_signal(with_signal)
                    time.sleep(0.2)
                    connection.sendall(body[5:])
                    answer = b""
                    while part := connection.recv(4096):
                        answer += part
                self.assertTrue(answer.startswith(b"HTTP/1.1 201"), answer[:200])
                began = time.monotonic()
                self.assertEqual(server.process.wait(25), OK)
                self.assertLess(time.monotonic() - began, 10)
                self.assertIn("stopping", server.log)
            self.assertEqual(self.check_clean(self.folder / f"data-{with_signal}")["records"], 1)

    def test_a_client_that_never_finishes_does_not_keep_a_server_from_its_end(self):
        with Server(self.folder / "data") as server:
            with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
                connection.sendall(b"PUT /api/v1/records/gp/1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                   b"Content-Length: 100\r\n\r\n{")
                time.sleep(0.2)
                self.assertEqual(server.stop(signal.SIGINT), OK)  # within its grace of 20 s

    def test_a_server_that_cannot_serve_says_why(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = run("serve", "--data-dir", self.folder / "a", "--listen", f"127.0.0.1:{port}")
            self.assertIn(done.code, (FAILED, NOT_READY))
            self.assertRegex(done.err, rf"{port}.*(in use|taken)|(in use|taken).*{port}")
        done = run("serve", "--data-dir", self.folder / "b", "--listen", "0.0.0.0:0")
        self.assertNotEqual(done.code, OK)
        self.assertRegex(done.err, r"loopback")
        done = run("serve", "--data-dir", self.folder / "c", "--listen", "nowhere.invalid:80")
        self.assertNotEqual(done.code, OK)

    def test_ctrl_c_ends_any_command_with_130(self):
        process = start("synth", "--people", 1_000_000, "--out", self.folder / "synth")
        while not (self.folder / "synth").exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(30), INTERRUPTED)

    def test_the_version_is_said(self):
        self.assertRegex(self.succeed("--version").out, r"^gmpi \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    gmpi_process.main()
