"""gmpi link writes what Splink 3, 4 and 5 wrote for their own models: the same pairs in the same order of sides, levels,
weights and rules, for each link type. Expected values: scripts/make-splink-expectations."""

import csv
import json
import math
import unittest

import gmpi_process
from gmpi_process import OK, USAGE, REPOSITORY, Case, run

EXPECTED = REPOSITORY / "tests/matcher/expected"
TOLERANCE = 1e-9


def padded(generation, record_id):
    """Deduplicating, Splink orders numbers as numbers; a CSV holds text, which is ordered alike with leading zeros."""
    return record_id.zfill(3) if generation == "3" else record_id


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [{name: "" if cell == "\\N" else cell for name, cell in row.items()} for row in csv.DictReader(file)]


class SplinkOutputTest(Case):
    def write(self, name, records):
        path = self.folder / name
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, records[0].keys())
            writer.writeheader()
            writer.writerows(records)
        return path

    def linked(self, generation, *flags, split=lambda records: [records]):
        records = rows_of(EXPECTED / f"splink{generation}_records.csv")
        for record in records:
            record["record_id"] = padded(generation, record["record_id"])
        paths = [self.write(f"records{generation}{i or ''}.csv", part) for i, part in enumerate(split(records))]
        pairs = self.folder / f"pairs{generation}.csv"
        done = run("link", *paths, "--model", EXPECTED / f"splink{generation}_model.json", "--threshold-weight", "0",
                   "--pairs-weight-min", "-2000", "--pairs-out", pairs, *flags)
        self.assertEqual(done.code, OK, done.err)
        return rows_of(pairs)

    def expected_pairs(self, generation):
        return {tuple(padded(generation, pair["record_id" + side]) for side in ("_l", "_r")): pair
                for pair in rows_of(EXPECTED / f"splink{generation}_pairs.csv") if pair["match_weight"]}

    def test_pairs_levels_and_rules_are_those_of_splink(self):
        for generation in "345":
            with self.subTest(generation=generation):
                expected = self.expected_pairs(generation)
                found = {(pair["id_l"], pair["id_r"]): pair for pair in self.linked(generation, "--explain-columns")}
                self.assertEqual(set(found), set(expected))
                for key, pair in expected.items():
                    gammas = {name: value for name, value in pair.items() if name.startswith("gamma_")}
                    # Splink tells an empty list from a missing one; to gmpi it is no evidence.
                    empty_list = gammas.get("gamma_phones") == "0" and found[key]["gamma_phones"] == "-1"
                    for name, gamma in gammas.items():
                        if not (empty_list and name == "gamma_phones"):
                            self.assertEqual(found[key][name], gamma, f"{key} {name}")
                    self.assertEqual(found[key]["match_key"], pair["match_key"], key)
                    if not empty_list:
                        self.assertAlmostEqual(float(found[key]["match_weight"]), float(pair["match_weight"]), delta=TOLERANCE)

    def test_the_left_record_is_of_the_source_whose_name_is_less_in_whichever_order_the_files_stand(self):
        for first, second in (("east", "west"), ("west", "east")):
            files = self.linked("4", split=lambda records: [[r for r in records if r["source_dataset"] == source]
                                                            for source in (first, second)])
            self.assertEqual({(pair["id_l"], pair["id_r"]) for pair in files}, set(self.expected_pairs("4")), first)

    def test_explained_weights_add_up(self):
        for generation in "345":
            with self.subTest(generation=generation):
                prior = json.loads((EXPECTED / f"splink{generation}_model.json").read_text())["probability_two_random_records_match"]
                for pair in self.linked(generation, "--explain-columns"):
                    prefix = "mw_" if generation == "5" else "bf_"
                    parts = [cell for name, cell in pair.items() if name.startswith(prefix)]
                    if "" in parts or abs(float(pair["match_weight"])) > 900:
                        continue  # no level of some comparison holds
                    bits = [float(part) if generation == "5" else math.log2(float(part)) for part in parts]
                    self.assertAlmostEqual(sum(bits) + math.log2(prior / (1 - prior)), float(pair["match_weight"]), places=8)

    def test_one_to_one_gives_a_person_one_record_of_a_source(self):
        clusters = self.folder / "clusters.csv"
        self.linked("4", "--clusters-out", clusters, "--one-to-one", "west", "--one-to-one", "east")
        source = {row["record_id"]: row["source_dataset"] for row in rows_of(EXPECTED / "splink4_records.csv")}
        seen = [(row["cluster_id"], source[row["record_id"]]) for row in rows_of(clusters)]
        self.assertEqual(len(seen), len(set(seen)))
        self.assertLess(len({cluster for cluster, _ in seen}), len(seen), "some records are joined")
        unknown = run("link", self.folder / "records4.csv", "--model", EXPECTED / "splink4_model.json", "--one-to-one", "north")
        self.assertEqual(unknown.code, USAGE)
        self.assertIn("'north'", unknown.err)

    def test_blocking_analyse_counts_the_pairs_that_are_compared(self):
        for generation in "345":
            with self.subTest(generation=generation):
                compared = rows_of(EXPECTED / f"splink{generation}_pairs.csv")
                self.linked(generation)
                done = run("--json", "blocking", "analyse", self.folder / f"records{generation}.csv", "--model",
                           EXPECTED / f"splink{generation}_model.json")
                self.assertEqual(done.code, OK, done.err)
                rules = json.loads(done.out)["rules"]
                self.assertEqual([rule["new_pairs"] for rule in rules],
                                 [sum(pair["match_key"] == str(number) for pair in compared) for number in range(len(rules))])
                self.assertNotIn("values", done.out)


if __name__ == "__main__":
    gmpi_process.main()
