"""Training on files: the bundle that comes out loads, links as well as its parameters say, and the report says how."""

import csv
import json
import random
import unittest

import gmpi_process
from gmpi_process import FAILED, OK, REJECTED_ROWS, USAGE, Case, run, write_rows

SYLLABLES = "ba be bi bo ca ce ci co da de di do fa fe fi fo ga ge gi go la le li lo".split()


def made_up(people, seed):
    """Rows of made-up people, some twice with slips; the truth is the column `person`."""
    rng = random.Random(seed)
    word = lambda n: "".join(rng.choice(SYLLABLES) for _ in range(n))
    given, family = [word(2) for _ in range(60)], [word(3) for _ in range(150)]
    rows = []
    for person in range(people):
        first = {"given_name": rng.choice(given), "surname": rng.choice(family),
                 "dob": f"{rng.randint(1940, 2009)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
                 "town": rng.choice(given[:12])}
        for _ in range(2 if rng.random() < 0.4 else 1):
            row = {"unique_id": f"r{len(rows)}", **first, "person": f"p{person}"}
            for name in first:
                roll = rng.random()
                if roll < 0.04:
                    row[name] = ""
                elif roll < 0.12:
                    at = rng.randrange(len(row[name]))
                    row[name] = row[name][:at] + rng.choice("aeiou0123456789") + row[name][at + 1:]
            rows.append(row)
    return rows


def level(sql, **more):
    return {"sql_condition": sql, "label_for_charts": sql[:20], **more}


def comparison(name, *conditions, **first):
    levels = [level(f'"{name}_l" IS NULL OR "{name}_r" IS NULL', is_null_level=True)]
    levels += [level(sql, **(first if i == 0 else {})) for i, sql in enumerate(conditions)]
    return {"output_column_name": name, "comparison_levels": levels}


START = {
    "link_type": "dedupe_only", "probability_two_random_records_match": 0.0005, "max_iterations": 100,
    "blocking_rules_to_generate_predictions": ["l.dob = r.dob", "l.given_name = r.given_name and l.surname = r.surname",
                                               "l.surname = r.surname and l.town = r.town",
                                               "l.given_name = r.given_name and l.town = r.town"],
    "comparisons": [
        comparison("given_name", '"given_name_l" = "given_name_r"', 'levenshtein("given_name_l", "given_name_r") <= 1', "ELSE",
                   tf_adjustment_column="given_name"),
        comparison("surname", '"surname_l" = "surname_r"', 'levenshtein("surname_l", "surname_r") <= 1', "ELSE"),
        comparison("dob", '"dob_l" = "dob_r"', 'levenshtein("dob_l", "dob_r") <= 1', "ELSE"),
        comparison("town", '"town_l" = "town_r"', "ELSE")],
}


class TrainTest(Case):
    def setUp(self):
        super().setUp()
        self.rows = made_up(900, 1)
        self.people = write_rows(self.folder / "people.csv", self.rows)
        self.start = self.folder / "start.json"
        self.start.write_text(json.dumps(START))

    def train(self, *words, code=OK):
        done = run("train", self.people, "--model", self.start, *words)
        self.assertEqual(done.code, code, done.err)
        return done

    def parameters(self, path):
        model = json.loads(path.read_text())
        return {(c["output_column_name"], k["sql_condition"]): (k.get("m_probability"), k.get("u_probability"))
                for c in model["comparisons"] for k in c["comparison_levels"]}, model

    def linked(self, model):
        """Precision and recall of pairs that `gmpi link` puts together at even odds."""
        clusters = self.folder / "clusters.csv"
        done = run("link", self.people, "--model", model, "--threshold-weight", "0", "--clusters-out", clusters)
        self.assertEqual(done.code, OK, done.err)
        with open(clusters, newline="") as file:
            cluster = {row["record_id"]: row["cluster_id"] for row in csv.DictReader(file)}
        person = {row["unique_id"]: row["person"] for row in self.rows}
        pairs = lambda of: {(a, b) for a in of for b in of if a < b and of[a] == of[b]}
        found, true = pairs(cluster), pairs(person)
        return len(found & true) / len(found), len(found & true) / len(true)

    def test_a_trained_bundle_links_better_than_its_start(self):
        out = self.folder / "trained"
        report = json.loads(self.train("--out", out, "--prior", "sessions", "--json").out)
        self.assertEqual(report["records"], len(self.rows))
        trained = [name for session in report["sessions"] for name in session["trained"]]
        for name in ("given_name", "surname", "dob", "town"):
            self.assertGreaterEqual(trained.count(name), 2, name)
        for session in report["sessions"]:
            self.assertTrue(session["converged"], session["rule"])
            self.assertEqual(len(set(session["trained"]) & set(session["untrained"])), 0)
        precision, recall = self.linked(out)
        self.assertGreater(precision, 0.97)
        self.assertGreater(recall, 0.9)
        untrained = self.linked(self.start)
        f1 = lambda p, r: 2 * p * r / (p + r)
        self.assertGreater(f1(precision, recall), f1(*untrained) + 0.02)

    def test_matches_are_taken_out_of_random_pairs_when_asked(self):
        plain, less = self.folder / "plain.json", self.folder / "less.json"
        self.train("--out", plain, "--prior", "sessions")
        self.train("--out", less, "--prior", "sessions", "--u-without-matches")
        u = lambda path: self.parameters(path)[0][("dob", '"dob_l" = "dob_r"')][1]
        birthdays = 70 * 12 * 28
        self.assertGreater(u(plain), 5 / birthdays)
        self.assertTrue(0.5 / birthdays < u(less) < 2 / birthdays, u(less))

    def test_the_same_words_give_the_same_model(self):
        first, second = self.folder / "first.json", self.folder / "second.json"
        self.train("--out", first, "--u-pairs", "100000", "--seed", "7")
        self.train("--out", second, "--u-pairs", "100000", "--seed", "7")
        self.assertEqual(first.read_bytes(), second.read_bytes())
        other = self.folder / "other.json"
        self.train("--out", other, "--u-pairs", "100000", "--seed", "8")
        self.assertNotEqual(first.read_bytes(), other.read_bytes())

    def test_the_report_shows_sessions_parameters_and_another_model_beside(self):
        out = self.folder / "trained.json"
        text = self.train("--out", out, "--deterministic-rule", "l.dob = r.dob and l.surname = r.surname",
                          "--recall", "0.7", "--compare", self.start).out
        for expected in (r"prior \S+, from the deterministic rules", r"session 1: l\.dob = r\.dob", r"settled",
                         r"largest change", r"median of 2", r"random pairs", r"start\.json: m, u, weight"):
            self.assertRegex(text, expected)
        for row in self.rows[:50]:
            self.assertNotIn(row["surname"], text)

    def test_what_is_fixed_stays(self):
        out = self.folder / "trained.json"
        first = self.folder / "first.json"
        self.train("--out", first)
        done = run("train", self.people, "--model", first, "--fix", "surname", "--fix", "dob:1", "--rule",
                   "l.given_name = r.given_name and l.town = r.town", "--u-pairs", "50000", "--u-observations", "0", "--out", out)
        self.assertEqual(done.code, OK, done.err)
        before, after = self.parameters(first)[0], self.parameters(out)[0]
        for key, values in before.items():
            if key[0] == "surname" or key == ("dob", '"dob_l" = "dob_r"'):
                self.assertEqual(after[key], values, key)
        self.assertNotEqual(after[("dob", "ELSE")], before[("dob", "ELSE")])

    def test_labels_teach_m(self):
        by_column, by_pairs = self.folder / "column.json", self.folder / "pairs.json"
        self.train("--label-column", "person", "--no-sessions", "--out", by_column)
        pairs = [{"id_l": a["unique_id"], "id_r": b["unique_id"], "clerical_match_score": "1"}
                 for a, b in zip(self.rows, self.rows[1:]) if a["person"] == b["person"]]
        pairs.append({"id_l": "r0", "id_r": "r5", "clerical_match_score": "0"})
        labels = write_rows(self.folder / "labels.csv", pairs)
        self.train("--labels", labels, "--no-sessions", "--out", by_pairs)
        self.assertEqual(by_column.read_bytes(), by_pairs.read_bytes())

    def test_a_bundle_keeps_its_policy_and_frequencies(self):
        bundle, out = self.folder / "bundle", self.folder / "trained"
        (bundle / "tf").mkdir(parents=True)
        (bundle / "model.json").write_text(json.dumps(START))
        (bundle / "tf" / "given_name.csv").write_text('value,frequency\n"a, ""b""",0.25\nbaba,0.001\n')
        (bundle / "policy.toml").write_text("[thresholds]\nlink = 9.0\nreview = 3.0\nconflict_margin = 1.0\n")
        done = run("train", self.people, "--model", bundle, "--out", out)
        self.assertEqual(done.code, OK, done.err)
        self.assertEqual((out / "policy.toml").read_text(), (bundle / "policy.toml").read_text())
        self.assertEqual((out / "tf" / "given_name.csv").read_text(), 'value,frequency\n"a, ""b""",0.25\nbaba,0.001\n')
        self.assertEqual(run("link", self.people, "--model", out, "--clusters-out", self.folder / "c.csv").code, OK)

    def test_what_cannot_be_done_is_refused_with_its_reason(self):
        for words, reason in ((("--rule", "l.dob ="), r"--rule 'l\.dob ='"), (("--rule", "l.shoe = r.shoe"), r"shoe"),
                              (("--rule", "l.unique_id = r.unique_id"), r"proposes no pairs"),
                              (("--fix", "shoe"), r"no comparison 'shoe'"), (("--fix", "dob:9"), r"no level 9"),
                              (("--deterministic-rule", "l.town = r.town", "--recall", "0.001"), r"recall must be at least"),
                              (("--label-column", "shoe"), r"shoe"), (("--labels", "no/such"), r"no/such"),
                              (("--compare", "no/such"), r"no/such")):
            with self.subTest(words=words):
                done = run("train", self.people, "--model", self.start, "--out", self.folder / "never", *words)
                self.assertEqual(done.code, FAILED, done.err)
                self.assertRegex(done.err, reason)
                self.assertFalse((self.folder / "never").exists())
        self.assertEqual(run("train").code, USAGE)
        self.assertEqual(run("train", self.people, "--recall", "2").code, USAGE)
        one = write_rows(self.folder / "one.csv", self.rows[:1])
        done = run("train", one, "--model", self.start)
        self.assertRegex(done.err, r"two records or more")

    def test_rows_that_cannot_be_read_are_named_and_counted(self):
        with open(self.people, "a") as file:
            file.write(",x,y,2000-01-01,z,p\n")
        done = self.train("--out", self.folder / "trained.json", code=REJECTED_ROWS)
        self.assertRegex(done.err, r"people\.csv:\d+: no id")
        self.assertRegex(done.out, r", 1 rejected;")


if __name__ == "__main__":
    gmpi_process.main()
