// A compiled condition means what the plain evaluator says it means, for stored records and for queries.
#include "matcher/compiled_condition.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "matcher/comparators/functions.h"
#include "matcher/sql_parser.h"
#include "models/sql_evaluate.h"

namespace gmpi {
namespace {

std::vector<ColumnSpec> columns() {
  return {{"name", false}, {"other", false}, {"dob", false}, {"number", false}, {"tags", true}, {"codes", true}};
}

std::string random_text(Random& random) {
  static constexpr std::string_view kTexts[] = {"smith", "smyth", "jones", "johnson", "é", "e",  "o'brien",
                                                "al",    "a",     "zoë",   "smith ",  "1", "SMITH", "dwayne duane"};
  return random.chance(0.2) ? "" : std::string(kTexts[random.below(std::size(kTexts))]);
}

std::string random_date(Random& random) {
  static constexpr std::string_view kDates[] = {"1970-01-01", "1970-01-02", "1970-02-01", "1971-01-01",
                                                "1980-12-31", "not a date", "1970-1-5",   "2020-02-30"};
  return random.chance(0.2) ? "" : std::string(kDates[random.below(std::size(kDates))]);
}

std::string random_list(Random& random) {
  std::string joined;
  for (std::uint64_t n = random.below(4); n > 0; --n) {
    if (!joined.empty()) joined += kListSeparator;
    joined += "t" + std::to_string(random.below(5));
  }
  return joined;
}

struct Cells {
  std::string text[6];
};

Cells random_cells(Random& random) {
  return {{random_text(random), random_text(random), random_date(random),
           random.chance(0.2) ? "" : random.chance(0.1) ? "01" : std::to_string(random.below(40)), random_list(random), random_list(random)}};
}

StandardRecord standard_of(const Cells& cells) {
  StandardRecord record;
  const auto specs = columns();
  for (std::size_t i = 0; i < specs.size(); ++i) {
    StandardColumn column{specs[i].name, specs[i].is_list, {}};
    if (specs[i].is_list) {
      for (const auto element : split_list(cells.text[i])) column.values.emplace_back(element);
    } else if (!cells.text[i].empty()) {
      column.values.push_back(cells.text[i]);
    }
    record.columns.push_back(std::move(column));
  }
  return record;
}

constexpr std::string_view kConditions[] = {
    R"("name_l" IS NULL OR "name_r" IS NULL)",
    R"("name_l" IS NOT NULL AND "name_r" IS NULL)",
    R"("name_l" = "name_r")",
    R"("name_l" <> "name_r")",
    R"("name_l" = "other_r" AND "other_l" = "name_r")",
    R"(lower("name_l") = lower("name_r"))",
    R"(substring("name_l", 1, 2) = substring("name_r", 1, 2))",
    R"(nullif("name_l", 'smith') = nullif("name_r", 'smith'))",
    R"(coalesce("name_l", 'nobody') = coalesce("name_r", 'nobody'))",
    R"(jaro_winkler_similarity("name_l", "name_r") >= 0.88)",
    R"(jaro_similarity("name_l", "other_r") >= 0.7)",
    R"(levenshtein("name_l", "name_r") <= 2)",
    R"(damerau_levenshtein("name_l", "name_r") <= 1)",
    R"(abs(epoch(try_strptime("dob_l", '%Y-%m-%d')) - epoch(try_strptime("dob_r", '%Y-%m-%d'))) <= 2629800.0)",
    R"(abs(try_cast("number_l" as int) - try_cast("number_r" as int)) >= 12)",
    R"(array_length(list_intersect("tags_l", "tags_r")) >= 1)",
    R"(array_length(list_intersect("tags_l", "tags_r")) >= 2)",
    R"(array_length(list_intersect("tags_l", "codes_r")) >= 1)",
    R"(NOT array_length(list_intersect("tags_l", "tags_r")) >= 1)",
    R"(NOT array_length(list_intersect("tags_r", "tags_l")) >= 1)",
    R"(array_length(list_intersect("tags_r", "tags_l")) >= 1)",
    R"(array_length(list_intersect("tags_l", "tags_r")) >= 0)",
    R"(array_length(list_intersect("tags_r", "tags_l")) >= 0)",
    R"(array_length(list_intersect("tags_r", "tags_l")) >= -1 AND "name_l" = "name_r")",
    R"(array_length(list_intersect("tags_l", "tags_r")) >= 0.5)",
    R"(NOT array_length(list_intersect("tags_l", "tags_r")) >= 1e30)",
    R"(array_length(list_intersect("tags_l", "tags_r")) >= 1 IS NULL)",
    R"(coalesce(array_length(list_intersect("tags_r", "tags_l")) >= 1, true))",
    R"(array_length(list_intersect(list_filter("tags_l", x -> x <> 't1'), list_filter("tags_r", x -> x <> 't1'))) >= 1)",
    R"(NOT array_length(list_intersect(list_filter("tags_r", x -> x <> 't1'), list_filter("tags_l", x -> x <> 't1'))) >= 1)",
    R"(jaro_winkler_similarity("name_r", "other_l") >= 0.7)",
    R"(levenshtein("name_r", "name_l") <= 1e30)",
    R"("name_r" = "other_l")",
    R"(abs(try_cast("dob_l" as date) - try_cast("dob_r" as date)) <= 31)",
    R"(abs(date_diff('day', try_strptime("dob_l", '%Y-%m-%d'), try_strptime("dob_r", '%Y-%m-%d'))) <= 31)",
    R"(abs(try_cast("number_l" as float) - try_cast("number_r" as float)) <= 0.1)",
    R"(abs(try_cast("number_l" as double) - try_cast("number_r" as double)) <= 0.5)",
    R"(abs(length("name_l") - length("other_r")) >= 2)",
    R"(try_cast("number_l" as int) = "other_r")",
    R"(try_cast("dob_l" as date) = try_cast("dob_r" as date))",
    R"(lower("name_l") = "other_r")",
    R"(abs(try_cast("number_r" as int) - try_cast("number_l" as int)) <= 3)",
    R"(length("name_l") = 1 OR length("name_r") = 1)",
    R"("name_l" = 'smith' AND "name_r" = 'smith')",
    R"("name_l" || "other_l" = "name_r" || "other_r")",
    R"(substring("name_l" || "other_l", 9, 3) = substring("name_r" || "other_r", 9, 3))",
    R"(substring("name_l" || "other_l", 9) = '' OR "dob_r" IS NULL)",
    R"(coalesce("name_l", "other_l", '') = coalesce("name_r", "other_r", ''))",
    R"(abs(length("name_l" || "other_l") - length("name_r" || "other_r")) <= 2)",
    R"(array_length(list_intersect(list_transform("tags_l", x -> substring(x, 3)), list_transform("tags_r", x -> substring(x, 3)))) >= 1)",
    R"(array_length(list_intersect(list_transform("tags_l", x -> nullif(x, 't1')), list_transform("tags_r", x -> nullif(x, 't1')))) >= 2)",
    R"(list_transform("tags_l", x -> nullif(x, 't1')) = list_transform("tags_r", x -> nullif(x, 't1')))",
    R"(abs(try_cast("number_l" as double) * 0) = abs(try_cast("number_r" as double) * -1 * 0))",
    R"(coalesce("name_l" = "name_r", false) OR coalesce("dob_l" = "dob_r", false))",
    R"(NOT ("name_l" = "name_r" OR "dob_l" = "dob_r"))",
    R"("name_l" = "name_r" AND ("dob_l" = "dob_r" OR "number_l" = "number_r") AND NOT "other_l" = "other_r")",
    R"(CASE WHEN "name_l" = "name_r" THEN "dob_l" = "dob_r" ELSE false END)",
    R"("tags_l"[1] = "tags_r"[1])",
    R"(true)",
};

class CompiledConditionTest : public ::testing::TestWithParam<std::string_view> {};

TEST_P(CompiledConditionTest, MeansWhatThePlainEvaluatorSays) {
  auto expression = parse_condition(GetParam());
  ASSERT_TRUE(expression.ok()) << expression.error().message;
  PackedRecords records(columns());
  auto compiled = CompiledCondition::compile(*expression, records);
  ASSERT_TRUE(compiled.ok()) << compiled.error().message;

  Random random(42);
  std::vector<StandardRecord> standard;
  for (int i = 0; i < 120; ++i) {
    standard.push_back(standard_of(random_cells(random)));
    records.append(standard.back());
  }
  const auto expected = [&](RecordView l, RecordView r) {
    const auto lookup = [&](std::string_view name, Side side) {
      return records.column_value(*records.find_column(name), side == Side::kRight ? r : l);
    };
    const auto value = evaluate(*expression, lookup, pair_functions());
    if (!value || value->is_null()) return Truth::kNull;
    return value->is_true() ? Truth::kTrue : Truth::kFalse;
  };
  int seen[3] = {};
  for (RowId a = 0; a < records.rows(); ++a)
    for (RowId b = 0; b < records.rows(); ++b) {
      const Truth truth = compiled->evaluate(records, records.view(a), records.view(b));
      ++seen[static_cast<int>(truth)];
      ASSERT_EQ(truth, expected(records.view(a), records.view(b))) << GetParam() << " on rows " << a << ", " << b;
    }
  if (GetParam() != "true") {
    EXPECT_GT(seen[static_cast<int>(Truth::kTrue)], 0) << "never true: the test shows nothing";
  }

  // A query with values of its own, and one that equals a stored record.
  for (int i = 0; i < 60; ++i) {
    Cells cells = random_cells(random);
    if (i % 2 == 0) cells.text[0] += "q";
    const StandardRecord asked = i % 3 == 0 ? standard[static_cast<std::size_t>(i)] : standard_of(cells);
    const PackedQuery query = records.pack_query(asked);
    PackedRecords stored(columns());
    auto again = CompiledCondition::compile(*expression, stored);
    ASSERT_TRUE(again.ok());
    for (const auto& record : standard) stored.append(record);
    const RowId row = stored.append(asked);
    for (RowId b = 0; b < records.rows(); ++b)
      ASSERT_EQ(compiled->evaluate(records, query.view(), records.view(b)),
                again->evaluate(stored, stored.view(row), stored.view(b)))
          << GetParam() << " as a query";
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, CompiledConditionTest, ::testing::ValuesIn(kConditions));

TEST(CompiledCondition, OnlyUnusualFormsUseThePlainEvaluator) {
  const auto uses_plain = [](std::string_view sql) {
    PackedRecords records(columns());
    return CompiledCondition::compile(*parse_condition(sql), records)->uses_plain_evaluator();
  };
  EXPECT_FALSE(uses_plain(R"("name_l" = "name_r" AND levenshtein("name_l", "name_r") <= 2)"));
  EXPECT_FALSE(uses_plain(R"(abs(epoch(try_strptime("dob_l", '%Y-%m-%d')) - epoch(try_strptime("dob_r", '%Y-%m-%d'))) <= 1)"));
  EXPECT_TRUE(uses_plain(R"(CASE WHEN "name_l" = "name_r" THEN true ELSE false END)"));
}

/// Truths of a condition over one column, for each ordered pair of two cells.
std::vector<Truth> truths(std::string_view sql, bool is_list, const std::vector<std::pair<std::string, std::string>>& cells) {
  PackedRecords records({{"x", is_list}});
  const auto compiled = CompiledCondition::compile(*parse_condition(sql), records);
  EXPECT_TRUE(compiled.ok());
  std::vector<Truth> out;
  for (const auto& [left, right] : cells) {
    const std::string_view l[] = {left}, r[] = {right};
    const RowId a = records.append_texts(l), b = records.append_texts(r);
    out.push_back(compiled->evaluate(records, records.view(a), records.view(b)));
  }
  return out;
}

// What Splink's reader takes for a DATE column reaches us as texts; its levels then have no strptime in them.
TEST(CompiledCondition, ReadsCellsThatAreDatesWhereAFunctionTakesDates) {
  const std::vector<std::pair<std::string, std::string>> cells = {
      {"2020-01-05", "2020-02-04"}, {"2020-01-05", "2020-02-05"}, {"2020-01-05", "no date"},
      {"", "2020-01-05"},           {"2020-01-05T12:00:00", "2020-01-05"}};
  const std::vector<Truth> expected = {Truth::kTrue, Truth::kFalse, Truth::kNull, Truth::kNull, Truth::kTrue};
  EXPECT_EQ(truths(R"(ABS(EPOCH("x_l") - EPOCH("x_r")) <= 2592000)", false, cells), expected);
  EXPECT_EQ(truths(R"(abs(date_diff('day', "x_l", "x_r")) <= 30)", false, cells), expected);
  EXPECT_EQ(truths(R"(month("x_l") = month("x_r"))", false, cells),
            (std::vector<Truth>{Truth::kFalse, Truth::kFalse, Truth::kNull, Truth::kNull, Truth::kTrue}));
}

TEST(CompiledCondition, ReadsCellsThatAreVectors) {
  const std::vector<std::pair<std::string, std::string>> cells = {
      {"1\x1f" "0", "1\x1f" "1"}, {"1\x1f" "0", "0.25\x1f" "-1e-1"}, {"1\x1f" "0", "0\x1f" "1"}, {"1\x1f" "0", "a\x1f" "1"}, {"", "1\x1f" "1"}};
  const std::vector<Truth> expected = {Truth::kTrue, Truth::kTrue, Truth::kFalse, Truth::kNull, Truth::kNull};
  EXPECT_EQ(truths(R"(array_cosine_similarity("x_l", "x_r") >= 0.7)", true, cells), expected);
  EXPECT_EQ(truths(R"(list_cosine_similarity("x_l", "x_r") >= 0.7)", true, cells), expected);
}

TEST(CompiledCondition, NamesAColumnThatIsNotThere) {
  PackedRecords records(columns());
  const auto compiled = CompiledCondition::compile(*parse_condition(R"("nowhere_l" = "nowhere_r")"), records);
  ASSERT_FALSE(compiled.ok());
  EXPECT_NE(compiled.error().message.find("nowhere"), std::string::npos);
}

}  // namespace
}  // namespace gmpi
