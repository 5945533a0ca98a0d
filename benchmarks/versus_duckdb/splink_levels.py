"""Prints, as JSON, the levels that Splink's own library writes for DuckDB: [[name, [SQL, ...]], ...], ELSE left out.

Run by `run` in a virtual environment that has Splink 3, 4 or 5. Columns are those of scripts/make-splink-expectations:
a, b and s are texts, d and g dates as texts, day a date, pc a postcode, em an e-mail address, v a list, x and n numbers,
lat and lng coordinates, q a vector.
"""
import json
import logging

import splink

logging.disable(logging.WARNING)
VERSION = int(splink.__version__.split(".")[0])


def version_3():
    import splink.duckdb.comparison_level_library as cll
    import splink.duckdb.comparison_library as cl
    import splink.duckdb.comparison_template_library as ctl
    sector = "^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]"
    yield from (
        cl.exact_match("a"), cl.exact_match("pc", regex_extract=sector, valid_string_pattern="^[A-Z]"),
        cl.exact_match("a", set_to_lowercase=True),
        cl.levenshtein_at_thresholds("a", [1, 2, 4]), cl.damerau_levenshtein_at_thresholds("a", [1, 2, 4]),
        cl.levenshtein_at_thresholds("em", [2], regex_extract="^[^@]+", set_to_lowercase=True),
        cl.jaro_at_thresholds("a", [0.9, 0.7, 0.5]), cl.jaro_winkler_at_thresholds("a", [0.95, 0.9, 0.88, 0.7]),
        cl.jaccard_at_thresholds("s", [0.9, 0.7]), cl.distance_function_at_thresholds("a", "levenshtein", [1, 3], higher_is_more_similar=False),
        cl.array_intersect_at_sizes("v", [3, 2, 1]),
        cl.datediff_at_thresholds("day", [1, 1, 10], ["day", "month", "year"]),
        cl.datediff_at_thresholds("g", [1, 1, 10], ["month", "year", "year"], cast_strings_to_date=True, date_format="%Y-%m-%d"),
        cl.distance_in_km_at_thresholds("lat", "lng", [0.1, 1, 10, 300]),
        ctl.date_comparison("g", cast_strings_to_date=True, date_format="%Y-%m-%d", separate_1st_january=True, levenshtein_thresholds=[1, 2]),
        ctl.date_comparison("d", cast_strings_to_date=True, invalid_dates_as_null=True),
        ctl.date_comparison("day", damerau_levenshtein_thresholds=[]),
        ctl.name_comparison("a"), ctl.name_comparison("a", set_to_lowercase=True, phonetic_col_name="b", levenshtein_thresholds=[2],
                                                      jaro_thresholds=[0.8]),
        ctl.forename_surname_comparison("a", "b", levenshtein_thresholds=[2]),
        ctl.forename_surname_comparison("a", "b", set_to_lowercase=True),
        ctl.email_comparison("em", invalid_emails_as_null=True, include_domain_match_level=True, levenshtein_thresholds=[2],
                             damerau_levenshtein_thresholds=[1], jaro_thresholds=[0.8]),
        ctl.email_comparison("em"),
        ctl.postcode_comparison("pc", lat_col="lat", long_col="lng", km_thresholds=[1, 10]),
        ctl.postcode_comparison("pc", invalid_postcodes_as_null=True, set_to_lowercase=False),
    )
    for level in (cll.columns_reversed_level("a", "b"), cll.columns_reversed_level("a", "b", set_to_lowercase=True),
                  cll.percentage_difference_level("x", 0.1), cll.null_level("d", invalid_dates_as_null=True),
                  cll.null_level("pc", valid_string_pattern="^[A-Z]"), cll.distance_in_km_level("lat", "lng", 5, not_null=True),
                  cll.array_intersect_level("v", min_intersection=2)):
        yield level


def later_versions():
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import ColumnExpression as Column
    date = {"input_is_string": True}
    yield from (
        cl.ExactMatch("a"), cl.ExactMatch(Column("a").lower()), cl.LevenshteinAtThresholds("a", [1, 2, 4]),
        cl.DamerauLevenshteinAtThresholds("a", [1, 2, 4]), cl.JaroAtThresholds("a", [0.9, 0.7, 0.5]),
        cl.JaroWinklerAtThresholds("a", [0.95, 0.9, 0.88, 0.7]), cl.JaccardAtThresholds("s", [0.9, 0.7]),
        cl.JaroWinklerAtThresholds(Column("a").lower(), [0.9]), cl.JaroWinklerAtThresholds(Column("a").substr(2, 7), [0.9]),
        cl.JaroWinklerAtThresholds(Column("pc").regex_extract("^[A-Z]+[0-9]+"), [0.9]),
        cl.JaroWinklerAtThresholds(Column("a").nullif("ab"), [0.9]), cl.LevenshteinAtThresholds(Column("day").cast_to_string(), [1, 2]),
        cl.DistanceFunctionAtThresholds("a", "levenshtein", [1, 3], higher_is_more_similar=False),
        cl.DistanceFunctionAtThresholds("a", "jaro_similarity", [0.9, 0.6]),
        cl.PairwiseStringDistanceFunctionAtThresholds("v", "levenshtein", [1, 2]),
        cl.PairwiseStringDistanceFunctionAtThresholds("v", "damerau_levenshtein", [1, 2]),
        cl.PairwiseStringDistanceFunctionAtThresholds("v", "jaro_winkler", [0.95, 0.8]),
        cl.PairwiseStringDistanceFunctionAtThresholds("v", "jaro", [0.95, 0.8]),
        cl.ArrayIntersectAtSizes("v", [3, 2, 1]), cl.DistanceInKMAtThresholds("lat", "lng", [0.1, 1, 10, 300]),
        cl.CosineSimilarityAtThresholds("q", [0.9, 0.5]),
        cl.AbsoluteTimeDifferenceAtThresholds("d", metrics=["second", "minute", "hour", "day", "month", "year"],
                                              thresholds=[1, 10, 12, 2, 1.5, 10], **date),
        cl.AbsoluteTimeDifferenceAtThresholds("d", metrics=["day"], thresholds=[30], datetime_format="%d/%m/%Y", **date),
        cl.AbsoluteTimeDifferenceAtThresholds("day", input_is_string=False, metrics=["month", "year"], thresholds=[1, 10]),
        cl.AbsoluteDateDifferenceAtThresholds("d", metrics=["day", "month", "year"], thresholds=[1, 1, 10], **date),
        cl.AbsoluteDateDifferenceAtThresholds("g", metrics=["day", "month", "year"], thresholds=[1, 1, 10],
                                              invalid_dates_as_null=False, **date),
        cl.DateOfBirthComparison("d", **date), cl.DateOfBirthComparison("g", invalid_dates_as_null=False, **date),
        cl.DateOfBirthComparison("day", input_is_string=False), cl.EmailComparison("em"), cl.NameComparison("a"),
        cl.NameComparison("a", jaro_winkler_thresholds=[0.95, 0.8], dmeta_col_name="v"),
        cl.ForenameSurnameComparison("a", "b"), cl.ForenameSurnameComparison("a", "b", forename_surname_concat_col_name="s"),
        cl.PostcodeComparison("pc"), cl.PostcodeComparison("pc", invalid_postcodes_as_null=True, lat_col="lat", long_col="lng",
                                                           km_thresholds=[1, 10, 100]),
    )
    yield from (
        cll.ColumnsReversedLevel("a", "b"), cll.ColumnsReversedLevel("a", "b", symmetrical=True), cll.ArraySubsetLevel("v"),
        cll.ArraySubsetLevel("v", empty_is_subset=True), cll.ArrayIntersectLevel("v", 2), cll.AbsoluteDifferenceLevel("x", 5),
        cll.AbsoluteDifferenceLevel("n", 5), cll.PercentageDifferenceLevel("x", 0.1), cll.PercentageDifferenceLevel("n", 0.1),
        cll.DistanceInKMLevel("lat", "lng", 5, not_null=True), cll.NullLevel("pc", valid_string_pattern="^[A-Z]+[0-9]"),
        cll.LiteralMatchLevel("a", "ab", "string"), cll.LiteralMatchLevel("n", "5", "int", "left"),
        cll.LiteralMatchLevel("x", "0.1", "float", "right"), cll.LiteralMatchLevel("day", "1970-01-01", "date"),
        cll.CosineSimilarityLevel("q", 0.5), cll.CustomLevel("left(a_l, 2) = left(a_r, 2)"),
        cll.And(cll.ExactMatchLevel("a"), cll.Or(cll.JaroWinklerLevel("b", 0.8), cll.Not(cll.LevenshteinLevel("b", 3)))),
        cll.Not(cll.NullLevel("a")), cll.ExactMatchLevel(Column("v").access_extreme_array_element("first")),
        cll.ExactMatchLevel(Column("v").access_extreme_array_element("last")),
        cll.AbsoluteTimeDifferenceLevel(Column("d").try_parse_timestamp(), input_is_string=False, threshold=2, metric="hour"),
        cll.AbsoluteTimeDifferenceLevel(Column("d").try_parse_date("%Y%m%d"), input_is_string=False, threshold=2, metric="day"),
    )


def levels_of(creator):
    if VERSION == 3:
        settings = creator.as_dict()
    else:
        settings = getattr(creator, "get_comparison", getattr(creator, "get_comparison_level", None))("duckdb").as_dict()
    levels = settings.get("comparison_levels", [settings])
    return [level["sql_condition"] for level in levels if level["sql_condition"].upper() != "ELSE"]


def main():
    made = []
    for number, creator in enumerate(version_3() if VERSION == 3 else later_versions()):
        made.append([f"Splink {splink.__version__}, {type(creator).__name__} {number}", levels_of(creator)])
    print(json.dumps(made))


if __name__ == "__main__":
    main()
