"""Trains a model on one set by Splink, saves it, reads it back and predicts; run by `whole_sets` in the virtual environment
that has Splink 3, 4 or 5. The saved model goes to MODEL.json, all its pairs to PAIRS.csv, one JSON line to standard output.

    whole_sets_job.py SET LINK_TYPE RECORDS.csv... MODEL.json PAIRS.csv [CLUSTERS.csv WEIGHT SOURCE,...]

With CLUSTERS.csv also Splink's clusters of the pairs of WEIGHT or more that hold one record of each SOURCE at most, which
Splink makes from version 4 on.
"""
import json
import logging
import sys

# What is compared and blocked on. A comparison: its kind in both libraries, its columns, what it is given.
SETS = {
    "historical_a": {
        "files": ["historical_a/records.csv"], "lists": {"name_parts": "full_name"},
        "comparisons": [("forename_surname", "given_name", "surname"), ("date", "dob"), ("postcode", "postcode"),
                        ("exact", "birth_place", "tf"), ("exact", "occupation", "tf"), ("intersect", "name_parts", [2, 1])],
        "rules": ["l.postcode = r.postcode and substr(l.given_name, 1, 3) = substr(r.given_name, 1, 3)", "l.dob = r.dob",
                  "l.given_name = r.surname and l.surname = r.given_name",
                  "l.surname = r.surname and l.birth_place = r.birth_place and levenshtein(l.given_name, r.given_name) <= 2",
                  {"blocking_rule": "l.name_parts = r.name_parts and l.birth_place = r.birth_place", "arrays_to_explode": ["name_parts"]}],
        "train": ["l.given_name = r.given_name and l.surname = r.surname", "l.dob = r.dob"]},
    "febrl_3": {
        "files": ["febrl/3/records.csv"],
        "comparisons": [("name", "given_name"), ("jaro_winkler", "surname", [0.95, 0.88, 0.7], "tf"), ("date", "dob"),
                        ("damerau", "national_id", [1, 2]), ("exact", "postcode", "tf"), ("levenshtein", "address_1", [2, 5]),
                        ("jaro", "suburb", [0.9, 0.7])],
        "rules": ["l.national_id = r.national_id", "l.given_name = r.given_name and l.surname = r.surname", "l.dob = r.dob",
                  "l.suburb = r.suburb and l.state = r.state", "substr(l.address_1, 1, 4) = substr(r.address_1, 1, 4)"],
        "train": ["l.dob = r.dob", "l.surname = r.surname"]},
    "splink_fake_20000": {
        "files": ["splink_fake_20000/records.csv"],
        "comparisons": [("name", "given_name"), ("name", "surname"), ("date", "dob"), ("exact", "city", "tf"), ("email", "email")],
        "rules": ["l.given_name = r.given_name and l.surname = r.surname", "l.dob = r.dob", "l.email = r.email",
                  "l.city = r.city and lower(substr(l.surname, 1, 2)) = lower(substr(r.surname, 1, 2)) and l.given_name is not null"],
        "train": ["l.given_name = r.given_name", "l.dob = r.dob"]},
    "rldata_10000": {
        "files": ["rldata/10000/records.csv"],
        "comparisons": [("jaro_winkler", "given_name", [0.92, 0.8], "tf"), ("jaro_winkler", "surname", [0.92, 0.8], "tf"),
                        ("exact", "given_name_2"), ("date", "dob"), ("reversed", "given_name", "surname")],
        "rules": ["l.surname = r.surname", "l.given_name = r.given_name and substr(l.dob, 1, 4) = substr(r.dob, 1, 4)", "l.dob = r.dob"],
        "train": ["l.surname = r.surname", "l.dob = r.dob"]},
    "exchanger_d1": {
        "files": ["exchanger/d1/records.csv"],
        "comparisons": [("damerau", "given_name", [1, 2], "tf"), ("levenshtein", "surname", [1, 2, 3], "tf"), ("exact", "sex"),
                        ("exact", "state", "tf"), ("jaccard", "postcode", [0.9, 0.5]), ("date", "dob")],
        "rules": ["l.surname = r.surname", "l.dob = r.dob", "l.postcode = r.postcode and substr(l.surname, 1, 1) = substr(r.surname, 1, 1)",
                  "l.given_name = r.given_name and l.state = r.state"],
        "train": ["l.surname = r.surname", "l.dob = r.dob"]},
    "tuva_40k": {
        "files": ["tuva_40k/records.csv.gz"],
        "comparisons": [("forename_surname", "given_name", "surname"), ("date", "dob"), ("postcode", "postcode"), ("exact", "phone"),
                        ("damerau", "national_id", [1]), ("jaro_winkler", "address", [0.9, 0.7])],
        "rules": ["l.dob = r.dob", "l.phone = r.phone", "l.national_id = r.national_id",
                  "l.surname = r.surname and l.postcode = r.postcode"],
        "train": ["l.dob = r.dob", "l.surname = r.surname and l.given_name = r.given_name"]},
    "febrl_4": {
        "files": ["febrl/4/left.csv", "febrl/4/right.csv"], "names": ["west", "east"],
        "comparisons": [("name", "given_name"), ("name", "surname"), ("date", "dob"), ("damerau", "national_id", [1, 2]),
                        ("exact", "postcode", "tf"), ("levenshtein", "address_1", [2, 5])],
        "rules": ["l.given_name = r.given_name and l.surname = r.surname", "l.dob = r.dob", "l.national_id = r.national_id",
                  "l.surname = r.given_name", "l.postcode = r.postcode"],
        "train": ["l.dob = r.dob", "l.surname = r.surname"]},
}
# The same people dealt out to three sources, so that none is free of duplicates and clusters have to choose.
SETS["historical_a_in_3"] = {**SETS["historical_a"], "names": ["north", "east", "west"], "one_to_one": ["north", "west"]}


def later_comparison(kind, *rest):
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    tf = "tf" in rest
    a, *more = [x for x in rest if x != "tf"]
    made = {
        "exact": lambda: cl.ExactMatch(a), "name": lambda: cl.NameComparison(a), "email": lambda: cl.EmailComparison(a),
        "date": lambda: cl.DateOfBirthComparison(a, input_is_string=True), "postcode": lambda: cl.PostcodeComparison(a),
        "forename_surname": lambda: cl.ForenameSurnameComparison(a, more[0]),
        "jaro_winkler": lambda: cl.JaroWinklerAtThresholds(a, more[0]), "jaro": lambda: cl.JaroAtThresholds(a, more[0]),
        "levenshtein": lambda: cl.LevenshteinAtThresholds(a, more[0]), "damerau": lambda: cl.DamerauLevenshteinAtThresholds(a, more[0]),
        "jaccard": lambda: cl.JaccardAtThresholds(a, more[0]), "intersect": lambda: cl.ArrayIntersectAtSizes(a, more[0]),
        "reversed": lambda: cl.CustomComparison(output_column_name="reversed", comparison_levels=[
            cll.And(cll.NullLevel(a), cll.NullLevel(more[0])), cll.ColumnsReversedLevel(a, more[0], symmetrical=True), cll.ElseLevel()]),
    }[kind]()
    return made.configure(term_frequency_adjustments=True) if tf else made


def comparison_of_3(kind, *rest):
    import splink.duckdb.comparison_level_library as cll
    import splink.duckdb.comparison_library as cl
    import splink.duckdb.comparison_template_library as ctl
    tf = {"term_frequency_adjustments": "tf" in rest}
    a, *more = [x for x in rest if x != "tf"]
    return {
        "exact": lambda: cl.exact_match(a, **tf), "name": lambda: ctl.name_comparison(a, **tf), "email": lambda: ctl.email_comparison(a),
        "date": lambda: ctl.date_comparison(a, cast_strings_to_date=True, invalid_dates_as_null=True), "postcode": lambda: ctl.postcode_comparison(a),
        "forename_surname": lambda: ctl.forename_surname_comparison(a, more[0], term_frequency_adjustments=True),
        "jaro_winkler": lambda: cl.jaro_winkler_at_thresholds(a, more[0], **tf), "jaro": lambda: cl.jaro_at_thresholds(a, more[0], **tf),
        "levenshtein": lambda: cl.levenshtein_at_thresholds(a, more[0], **tf),
        "damerau": lambda: cl.damerau_levenshtein_at_thresholds(a, more[0], **tf),
        "jaccard": lambda: cl.jaccard_at_thresholds(a, more[0], **tf), "intersect": lambda: cl.array_intersect_at_sizes(a, more[0]),
        "reversed": lambda: {"output_column_name": "reversed", "comparison_levels": [
            cll.null_level(a), cll.columns_reversed_level(a, more[0]), cll.else_level()]},
    }[kind]()


def settings_of(spec, link_type, version):
    comparison = comparison_of_3 if version == 3 else later_comparison
    return {"link_type": link_type, "unique_id_column_name": "record_id",
            "comparisons": [comparison(*c) for c in spec["comparisons"]],
            "blocking_rules_to_generate_predictions": [r if isinstance(r, dict) or version == 3 else {"blocking_rule": r}
                                                       for r in spec["rules"]]}


def tables_of(connection, spec, files):
    lists = "".join(f', string_split("{name}", \'|\') as "{name}"' for name in spec.get("lists", {}))
    without = f" exclude ({', '.join(spec['lists'])})" if lists else ""
    for i, path in enumerate(files):
        connection.execute(f"create table {spec.get('names', ['people'])[i]} as select *{without}{lists} from read_csv('{path}', "
                           "all_varchar=true, header=true)")
    return spec.get("names", ["people"])


def linker_maker(connection, spec, files, version):
    names = tables_of(connection, spec, files)
    if version == 3:
        from splink.duckdb.linker import DuckDBLinker
        return lambda how: DuckDBLinker(names, how, connection=connection, input_table_aliases=names)
    import splink
    if version == 4:
        return lambda how: splink.Linker(names, how, db_api=splink.DuckDBAPI(connection), input_table_aliases=names)
    api = splink.DuckDBAPI(connection)
    registered = [api.register(name, dataset_display_name=name) for name in names]
    return lambda how: splink.Linker(registered if len(registered) > 1 else registered[0], how)


def train(linker, spec, version):
    training = linker if version == 3 else linker.training
    training.estimate_probability_two_random_records_match(spec["train"][:1], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=5e5)
    for rule in spec["train"]:
        training.estimate_parameters_using_expectation_maximisation(rule)


def one_to_one(linker, pairs, weight, sources):
    """Splink's clusters in which each source has one record at most."""
    return linker.clustering.cluster_using_single_best_links(
        pairs, duplicate_free_datasets=sources, threshold_match_weight=weight, ties_method="lowest_id").physical_name


def main():
    name, link_type, *rest = sys.argv[1:]
    spec = SETS[name]
    tables = len(spec.get("names", ["people"]))
    files, rest = rest[:tables], rest[tables:]
    model_path, pairs_path, *clusters = rest
    logging.disable(logging.WARNING)
    import duckdb
    import splink
    version = int(splink.__version__.split(".")[0])
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    make = linker_maker(connection, spec, files, version)
    first = make(settings_of(spec, link_type, version))
    train(first, spec, version)
    (first if version == 3 else first.misc).save_model_to_json(model_path, overwrite=True)
    linker = make(model_path)
    pairs = (linker if version == 3 else linker.inference).predict()
    connection.execute(f"""copy (select record_id_l as id_l, record_id_r as id_r, match_weight, match_probability, match_key
                                 from {pairs.physical_name}) to '{pairs_path}' (header, delimiter ',')""")
    report = {"splink": splink.__version__, "duckdb": duckdb.__version__,
              "pairs": connection.execute(f"select count(*) from {pairs.physical_name}").fetchone()[0]}
    if clusters:
        path, weight, sources = clusters
        table = one_to_one(linker, pairs, float(weight), sources.split(","))
        connection.execute(f"copy (select record_id, cluster_id from {table}) to '{path}' (header, delimiter ',')")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
