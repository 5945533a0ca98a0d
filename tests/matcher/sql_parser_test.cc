// Conditions are read for their meaning, whatever their spelling; what is not known is refused by name and
// place.
#include "matcher/sql_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace gmpi {
namespace {

std::string canonical(std::string_view sql) {
  const auto parsed = parse_condition(sql);
  return parsed ? to_sql(*parsed) : "error: " + parsed.error().message;
}

void expect_refused(std::string_view sql, ErrorCode code, std::string_view part) {
  const auto parsed = parse_condition(sql);
  ASSERT_FALSE(parsed) << sql;
  EXPECT_EQ(parsed.error().code, code) << sql << ": " << parsed.error().message;
  EXPECT_NE(parsed.error().message.find(part), std::string::npos) << parsed.error().message;
}

TEST(SqlParser, ReadsEveryFormThatSplinkWrites) {
  const char* const kForms[] = {
      R"("a_l" IS NULL OR "a_r" IS NULL)",
      R"(("f_l" IS NULL OR "f_r" IS NULL) AND ("s_l" IS NULL OR "s_r" IS NULL))",
      R"("a_l" = "b_r" AND "a_r" = "b_l")",
      R"(jaro_winkler_similarity("a_l", "a_r") >= 0.9)",
      R"(jaro_similarity("a_l", "a_r") >= 0.9)",
      R"(jaccard("a_l", "a_r") >= 0.7)",
      R"(levenshtein("a_l", "a_r") <= 2)",
      R"(damerau_levenshtein(CAST("dob_l" AS TEXT), CAST("dob_r" AS TEXT)) <= 1)",
      R"(ABS(EPOCH(try_strptime("d_l", '%Y-%m-%d')) - EPOCH(try_strptime("d_r", '%Y-%m-%d'))) <= 2629800.0)",
      R"(abs(date_diff('month', strptime("dob_l", '%Y-%m-%d'), strptime("dob_r", '%Y-%m-%d'))) <= 1)",
      R"(array_length(list_intersect("arr_l", "arr_r")) >= 2)",
      R"(list_unique("a_l") + list_unique("a_r") - list_unique(list_concat("a_l", "a_r")) >= 1)",
      R"(LEAST(ARRAY_LENGTH("a_l"), ARRAY_LENGTH("a_r")) <> 0 AND
         ARRAY_LENGTH(ARRAY_INTERSECT("a_l", "a_r")) = LEAST(ARRAY_LENGTH("a_l"), ARRAY_LENGTH("a_r")))",
      R"(list_max(list_transform(flatten(list_transform("a_l", x -> list_transform("a_r", y -> [x, y]))),
         pair -> jaro_winkler_similarity(pair[1], pair[2]))) >= 0.9)",
      R"(cast(acos(case when (sin(radians("lat_l")) * sin(radians("lat_r")) + cos(radians("lat_l")) *
         cos(radians("lat_r")) * cos(radians("lng_r" - "lng_l"))) > 1 then 1 when 0.5 < -1 then -1 else 0.5 end)
         * 6371 as float) <= 2.5)",
      R"((ABS("a_l" - "a_r") / (CASE WHEN "a_r" > "a_l" THEN "a_r" ELSE "a_l" END)) < 0.1)",
      R"("a_l" = 'x' AND "a_r" = 'x')",
      R"("a_l" = CAST('2020-01-01' AS DATE) OR "a_r" = CAST(2.5 AS REAL) OR "a_l" = CAST(5 AS INT))",
      R"(array_cosine_similarity("v_l", "v_r") >= 0.9)",
      R"(hamming("a_l", "a_r") <= 2)",
      R"(substr(a_l,1,2)=substr(a_r,1,2) and len(a_l)>2 and left(a_l,1)<>right(a_r,1) and not length(a_r)<3)",
      R"(NULLIF(regexp_extract("pc_l", '^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]', 0), '') =
         NULLIF(regexp_extract("pc_r", '^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]', 0), ''))",
      R"("a_l"[1] = "a_r"[-1])",
      R"(NULLIF(SUBSTRING(LOWER("a_l"), 1, 3), 'zz') || "b_l" = UPPER("a_r"))",
  };
  for (const char* sql : kForms) {
    const auto parsed = parse_condition(sql);
    ASSERT_TRUE(parsed) << sql << ": " << parsed.error().message;
    const auto again = parse_condition(to_sql(*parsed));
    ASSERT_TRUE(again) << to_sql(*parsed) << ": " << again.error().message;
    EXPECT_EQ(*again, *parsed) << "what to_sql prints reads back as the same tree: " << to_sql(*parsed);
  }
}

TEST(SqlParser, SpellingDoesNotMatter) {
  const auto wanted = canonical(R"("surname_l" = "surname_r" AND substring("town_l", 1, 3) = 'x')");
  for (const char* sql :
       {R"(surname_l=surname_r and substr(town_l,1,3)='x')",
        "\n  `surname_l`  ==  `surname_r`\tAnd SUBSTRING ( town_l FROM 1 FOR 3 ) = 'x' ",
        R"(l.surname = r."surname" AND (substring(l.town, 1, 3) = 'x'))",
        "surname_l /* family name */ = surname_r -- and\n and substring(town_l, 1, 3) = 'x'"})
    EXPECT_EQ(canonical(sql), wanted) << sql;
}

TEST(SqlParser, BindsOperatorsAsDuckDbDoes) {
  EXPECT_EQ(canonical("a_l = 1 or a_l = 2 and not a_r = 3"),
            R"((("a_l" = 1) or (("a_l" = 2) and (not ("a_r" = 3)))))");
  EXPECT_EQ(canonical("a_l + 2 * 3 - 1 = -2 ^ 2"), R"(((("a_l" + (2 * 3)) - 1) = power(-2, 2)))");
  EXPECT_EQ(canonical("a_l || b_l = c_r is null"), R"(((("a_l" || "b_l") = "c_r") is null))");
  EXPECT_EQ(canonical("a_l not between 1 and 2 and true"), R"(((not ("a_l" between 1 and 2)) and true))");
  EXPECT_EQ(canonical("a_l not in ('x', null)"), R"((not ("a_l" in ('x', null))))");
  EXPECT_EQ(canonical("a_l and b_l and (c_l and d_l)"), R"(("a_l" and "b_l" and "c_l" and "d_l"))");
  EXPECT_EQ(canonical("-a_l::int > 0"), R"(((- cast("a_l" as integer)) > 0))");
  EXPECT_EQ(canonical("a_l is not distinct from a_r"), R"((not ("a_l" is distinct from "a_r")))");
}

TEST(SqlParser, FoldsAliases) {
  EXPECT_EQ(canonical("len(array_intersect(a_l, a_r)) > 0"),
            R"((array_length(list_intersect("a_l", "a_r")) > 0))");
  EXPECT_EQ(canonical("ifnull(a_l, 'x') = editdist3(a_l, a_r)"),
            R"((coalesce("a_l", 'x') = levenshtein("a_l", "a_r")))");
  EXPECT_EQ(canonical("year(a_l) = extract(year from a_r)"),
            R"((date_part('year', "a_l") = date_part('year', "a_r")))");
  EXPECT_EQ(canonical("list_apply(a_l, lambda x: x + 1) = a_r"),
            R"((list_transform("a_l", x -> (x + 1)) = "a_r"))");
}

TEST(SqlParser, KnowsWhichRecordAColumnBelongsTo) {
  const auto rule = parse_blocking_rule(R"(l.first_l = r."First Name")");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->arguments[0].text, "first_l");
  EXPECT_EQ(rule->arguments[0].side, Side::kLeft);
  EXPECT_EQ(rule->arguments[1].text, "First Name");
  EXPECT_EQ(rule->arguments[1].side, Side::kRight);
  EXPECT_FALSE(parse_blocking_rule("first_l = first_r"));
  const auto term = parse_term("substring(postcode, 1, 4)");
  ASSERT_TRUE(term);
  EXPECT_EQ(term->arguments[0].side, Side::kNone);
  EXPECT_FALSE(parse_term("l.postcode"));
}

TEST(SqlParser, MarksDecimalLiterals) {
  EXPECT_EQ(parse_condition("a_l > 0.9")->arguments[1].type, "decimal");
  EXPECT_EQ(parse_condition("a_l > 9e-1")->arguments[1].type, "");
  EXPECT_EQ(parse_condition("a_l > 0.9")->arguments[1].number, 0.9);
}

TEST(SqlParser, RefusesByNameAndPlace) {
  expect_refused("soundex(a_l) = soundex(a_r)", ErrorCode::kUnsupported,
                 "function 'soundex' is not known, at offset 0");
  expect_refused("a_l = surname", ErrorCode::kInvalidInput,
                 "column 'surname' is of neither record, at offset 6");
  expect_refused("a_l = a_r; drop table x", ErrorCode::kInvalidInput, "unexpected ';' at offset 9");
  expect_refused("a_l = a_r)", ErrorCode::kInvalidInput, "unexpected ')' at offset 9");
  expect_refused("a_l = 'x", ErrorCode::kInvalidInput, "not closed at offset 6");
  expect_refused("a_l = (select 1)", ErrorCode::kUnsupported, "'select' is not known, at offset 7");
  expect_refused("levenshtein(a_l) < 2", ErrorCode::kInvalidInput, "does not take 1 arguments");
  expect_refused("cast(a_l as decimal) = 1", ErrorCode::kUnsupported, "type 'decimal'");
  expect_refused("regexp_matches(a_l, '(')", ErrorCode::kInvalidInput, "regular expression refused");
  expect_refused("regexp_matches(a_l, '((a{100}){100}){100}')", ErrorCode::kInvalidInput,
                 "regular expression refused");
  expect_refused("regexp_matches(a_l, a_r)", ErrorCode::kUnsupported, "must be written out");
  expect_refused("strptime(a_l, '%Q') = 1", ErrorCode::kUnsupported, "'%Q'");
  expect_refused("date_diff('fortnight', a_l, a_r) < 1", ErrorCode::kUnsupported, "date part");
  expect_refused("list_transform(a_l, 1) = a_r", ErrorCode::kInvalidInput, "lambda is missing");
  expect_refused("lower(x -> x) = 'a'", ErrorCode::kInvalidInput, "lambda does not belong");
  expect_refused("a_l = any(a_r)", ErrorCode::kUnsupported, "ANY");
  expect_refused("a_l[1:2] = 'x'", ErrorCode::kUnsupported, "slices");
  expect_refused("t.a = 1", ErrorCode::kInvalidInput, "table 't'");
  expect_refused("", ErrorCode::kInvalidInput, "end of text");
  expect_refused("a_l = 12abc", ErrorCode::kInvalidInput, "malformed number");
  expect_refused("a_l < b_l < c_l", ErrorCode::kInvalidInput, "unexpected '<'");
  expect_refused("\"\" = 1", ErrorCode::kInvalidInput, "empty name");
  expect_refused("a_l = \x01", ErrorCode::kInvalidInput, "unexpected byte 0x01");
}

TEST(SqlParser, HostileDepthAndLengthGiveAnErrorNotACrash) {
  const auto repeated = [](std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
  };
  for (std::size_t times : {150UL, 5'000UL, 15'000UL, 1'000'000UL}) {
    for (std::string_view text :
         {"(", "not ", "- ", "+", "lower(", "[", "case when ", "a_l[", "case case ", "x -> ",
          "list_transform(a_l, x -> ", "cast(", "a_l = 1 or (", "1 + (", "a_l[1][", "/*"})
      EXPECT_FALSE(parse_condition(repeated(text, times))) << text << times;
    EXPECT_FALSE(parse_condition("a_l" + repeated("[1]", times * 2)));
    EXPECT_FALSE(parse_condition("a_l" + repeated(" + 1", times * 2)));
    EXPECT_FALSE(parse_condition("a_l" + repeated("::int", times * 2)));
  }
  std::string nested = "a_l";
  for (int i = 0; i < 60; ++i) nested = "case " + nested + " when 1 then 2 when 3 then 4 end";
  EXPECT_EQ(parse_condition(nested).error().code, ErrorCode::kLimit)
      << "repeating the subject may not multiply";
}

TEST(SqlParser, LongFlatConditionsAreFine) {
  std::string sql = "a_l = 'v'";
  for (int i = 0; i < 1500; ++i) sql += " or a_l = 'v" + std::to_string(i) + "'";
  const auto parsed = parse_condition(sql);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->arguments.size(), 1501U);
}

}  // namespace
}  // namespace gmpi
