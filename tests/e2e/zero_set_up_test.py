"""A file nobody has described is linked well without a model, whatever its headers; one with nothing to link by gets a
clear answer."""

import collections
import csv
import itertools
import json
import random
import sys
import unittest

import gmpi_process
from gmpi_process import FAILED, OK, USAGE, Case, run, size

sys.path.insert(0, str(gmpi_process.REPOSITORY / "benchmarks"))
import record_sets

PEOPLE = size("ZERO_PEOPLE", 800)
SHAPE_PEOPLE = size("ZERO_SHAPE_PEOPLE", 500)
# Kinds of trouble (benchmarks/record_sets.py): least precision and F1 that a user can rely on. People live in families
# that share what they have, so precision is what breaks first; recall is what the columns give.
FLOORS = {
    "clean_sources": (0.97, 0.97),
    "names_dates": (0.95, 0.90),
    "aliases": (0.95, 0.90),
    "german": (0.80, 0.75),
    "identifiers": (0.85, 0.85),
    "unlabelled": (0.86, 0.82),
    "two_sources": (0.88, 0.75),
    "sparse": (0.80, 0.50),
}
F1_FLOOR = 0.95
PRECISION_FLOOR = 0.97
HARD_F1_FLOOR = 0.80  # of records of which 40 % of the cells are missing: many have next to nothing left

GIVEN = ("John Mary Sarah William James Elizabeth Thomas Anna Peter Laura Robert Karen Emma Lucas Nina Oscar Paula Hugo "
         "Clara Simon Julia Martin Eva Felix Greta Ivan Olga Marta Jonas Rita").split()
TOWNS = "Leeds York Bolton Bury Wigan Oldham Sale Hyde Stockport Rochdale Altrincham Eccles".split()
STREETS = "Oxford Station Church Victoria Mill Park Albert King Queen Market Chapel Bridge".split()
ENGLISH = ["record_id", "first_name", "surname", "dob", "town", "postcode", "phone", "address"]
GERMAN = ["Satznummer", "Vorname", "Nachname", "Geburtsdatum", "Wohnort", "PLZ", "Telefon", "Anschrift"]
POLISH = ["kennung", "imię", "nazwisko", "data urodzenia", "miasto", "kod pocztowy", "telefon", "ulica"]


def surname(rng):
    return "".join(rng.choice("bcdfghklmnprstw") + rng.choice("aeiou") for _ in range(rng.randint(2, 4))).title() + rng.choice(
        ["", "n", "r", "son", "ski", "man"])


def person(rng):
    day = f"{rng.randint(1930, 2010)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    code = f"M{rng.randint(1, 40)} {rng.randint(1, 9)}{rng.choice('ABDEFGH')}{rng.choice('JLNPQRS')}"
    return [rng.choice(GIVEN), surname(rng), day, rng.choice(TOWNS), code, f"07{rng.randint(10**8, 10**9 - 1)}",
            f"{rng.randint(1, 120)} {rng.choice(STREETS)} Road"]


def slip(rng, text):
    at = rng.randrange(len(text))
    return rng.choice([text[:at] + text[at + 1:], text[:at] + rng.choice("aeiourst19") + text[at:],
                       text[:at] + rng.choice("aeiourst19") + text[at + 1:]])


def spoilt(rng, cells, errors, missing, swapped):
    cells = [slip(rng, c) if rng.random() < errors else c for c in cells]
    if rng.random() < swapped:
        cells[0], cells[1] = cells[1], cells[0]
    return ["" if rng.random() < missing else c for c in cells]


def table(seed, people=PEOPLE, errors=0.1, missing=0.05, swapped=0.02):
    """Rows with their ids first, shuffled, and who is who."""
    rng = random.Random(seed)
    rows, truth = [], {}
    for entity in range(people):
        cells = person(rng)
        for _ in range(rng.choice([1, 1, 2, 2, 3])):
            rows.append(spoilt(rng, cells, errors, missing, swapped) + [entity])
    rng.shuffle(rows)
    for number, row in enumerate(rows):
        truth[f"r{number}"] = row.pop()
        row.insert(0, f"r{number}")
    return rows, truth


def pairs_of(groups):
    members = collections.defaultdict(list)
    for record, group in groups.items():
        members[group].append(record)
    return {pair for records in members.values() for pair in itertools.combinations(sorted(records), 2)}


class ZeroSetUpTest(Case):
    def write(self, headers, rows, order=None):
        path = self.folder / "people.csv"
        order = order or range(len(headers))
        with open(path, "w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow([headers[i] for i in order])
            writer.writerows([[row[i] for i in order] for row in rows])
        return path

    def link(self, *arguments):
        clusters = self.folder / "clusters.csv"
        done = run("link", *arguments, "--clusters-out", clusters, "--json")
        self.assertEqual(done.code, OK, done.err)
        with open(clusters, newline="") as source:
            groups = {row["record_id"]: row["cluster_id"] for row in csv.DictReader(source)}
        return json.loads(done.out), groups

    def accuracy(self, groups, truth):
        found, right = pairs_of(groups), pairs_of(truth)
        both = len(found & right)
        precision, recall = both / max(1, len(found)), both / max(1, len(right))
        return precision, 2 * precision * recall / max(1e-9, precision + recall)

    def test_a_described_by_nobody_file_is_linked_well_under_any_headers(self):
        rows, truth = table(seed=1)
        kept = None
        for headers, order in ((ENGLISH, None), (GERMAN, [5, 3, 0, 2, 7, 1, 4, 6]), (POLISH, [2, 0, 1, 6, 7, 3, 5, 4])):
            report, groups = self.link(self.write(headers, rows, order))
            self.assertIn("learned", report)
            precision, f1 = self.accuracy(groups, truth)
            self.assertGreaterEqual(precision, PRECISION_FLOOR, headers)
            self.assertGreaterEqual(f1, F1_FLOOR, headers)
            names = sorted(c["name"] for c in report["learned"]["comparisons"])
            kept = kept or names
            self.assertEqual(names, kept)

    def test_missing_cells_and_swapped_names_cost_recall_and_not_precision(self):
        rows, truth = table(seed=2, missing=0.4, swapped=0.1)
        _, groups = self.link(self.write(ENGLISH, rows))
        precision, f1 = self.accuracy(groups, truth)
        self.assertGreaterEqual(precision, PRECISION_FLOOR)
        self.assertGreaterEqual(f1, HARD_F1_FLOOR)

    def test_families_dirty_dates_other_headers_and_several_files_are_linked_as_well_as_their_columns_allow(self):
        for shape, (least_precision, least_f1) in FLOORS.items():
            with self.subTest(shape=shape):
                files, truth = record_sets.make(shape, seed=3, people=SHAPE_PEOPLE)
                record_sets.write(self.folder / shape, files, truth)
                report, groups = self.link(*(self.folder / shape / name for name in files))
                self.assertIn("learned", report)
                precision, f1 = self.accuracy(groups, truth)
                self.assertGreaterEqual(precision, least_precision)
                self.assertGreaterEqual(f1, least_f1)

    def test_what_no_rule_reaches_is_estimated(self):
        rows, _ = table(seed=6)
        report, _ = self.link(self.write(ENGLISH, rows))
        self.assertGreaterEqual(report["missed_by_rules"], 0)
        self.assertLess(report["missed_by_rules"], 0.1)

    def test_each_device_can_be_switched_off_and_others_are_refused(self):
        rows, _ = table(seed=7)
        path = self.write(ENGLISH, rows)
        names = lambda report: [c["name"] for c in report["learned"]["comparisons"]]
        self.assertIn("household", names(self.link(path)[0]))
        self.assertNotIn("household", names(self.link(path, "--without", "household")[0]))
        self.assertIsNone(self.link(path, "--without", "refine_clusters")[0]["learned"]["join_mean"])
        self.assertEqual(run("link", path, "--without", "magic", "--clusters-out", "-").code, USAGE)

    def test_a_suggested_bundle_links_as_the_set_up_itself_does(self):
        rows, _ = table(seed=3)
        path = self.write(GERMAN, rows)
        bundle = self.folder / "bundle"
        done = run("model", "suggest", path, "--out", bundle)
        self.assertEqual(done.code, OK, done.err)
        for part in ("Columns", "Compared", "Pairs are compared", "Learnt from", "To check"):
            self.assertIn(part, done.out)
        direct, alone = self.link(path)
        again, bundled = self.link(path, "--model", bundle)
        self.assertEqual(bundled, alone)
        self.assertEqual(again["model_version"], direct["model_version"])
        self.assertEqual(run("model", "suggest", path, "--out", bundle).code, USAGE)

    def test_the_report_goes_where_it_is_asked_to(self):
        rows, _ = table(seed=4)
        report = self.folder / "report.txt"
        self.link(self.write(ENGLISH, rows), "--report", report)
        text = report.read_text()
        self.assertIn("Geburt" if "Geburt" in text else "dob", text)
        self.assertIn("no rule proposes", text)

    def test_rows_without_an_id_are_named_by_their_line(self):
        rows, truth = table(seed=5)
        _, groups = self.link(self.write(ENGLISH, rows, order=range(1, 8)))
        named = {str(number + 2): truth[row[0]] for number, row in enumerate(rows)}
        self.assertGreaterEqual(self.accuracy(groups, named)[1], F1_FLOOR)

    def test_files_with_nothing_to_link_by_are_refused_with_a_reason(self):
        count = 600
        hostile = {
            "one column of ids": (["id"], [[f"x{i}"] for i in range(count)]),
            "a constant": (["id", "land"], [[f"x{i}", "UK"] for i in range(count)]),
            "all missing": (["id", "surname", "dob"], [[f"x{i}", "", ""] for i in range(count)]),
            "one code": (["id", "sex"], [[f"x{i}", "mf"[i % 2]] for i in range(count)]),
            "no rows": (["id", "surname"], []),
        }
        for what, (headers, rows) in hostile.items():
            path = self.write(headers, rows)
            done = run("model", "suggest", path, "--out", self.folder / "none")
            self.assertEqual(done.code, USAGE, what + done.err)
            self.assertRegex(done.err, r"(?m)^gmpi: .{10,}", what)
            self.assertIn(run("link", path, "--clusters-out", self.folder / "c.csv").code, (OK, FAILED, USAGE), what)

    def test_a_file_of_equal_rows_costs_no_more_than_the_budget(self):
        rows = [[f"r{i}", "John", "Smith", "1980-01-01", "Leeds", "M1 1AA", "07700900123", "1 Oxford Road"] for i in range(3000)]
        done = run("model", "suggest", self.write(ENGLISH, rows), "--out", self.folder / "bundle")
        self.assertEqual(done.code, USAGE, done.err)


if __name__ == "__main__":
    gmpi_process.main()
