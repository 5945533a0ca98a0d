// What a condition means here is what DuckDB answers: every form, on all pairs of made-up and hostile values.
// Expected results: scripts/make-splink-expectations. GMPI_EXPECTATIONS names another folder of them.
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/csv.h"
#include "base/file.h"
#include "matcher/comparators/functions.h"
#include "matcher/sql_parser.h"
#include "models/sql_cast.h"
#include "models/sql_evaluate.h"
#include "tests/reference/score.h"

namespace gmpi {
namespace {

using Json = rapidjson::Value;

std::string expectations_folder() {
  const char* folder = std::getenv("GMPI_EXPECTATIONS");
  return folder != nullptr ? folder : GMPI_EXPECTED_FOLDER;
}

/// A JSON value as a value of a DuckDB type.
SqlValue value_of(const Json& json, const std::string& type) {
  if (json.IsNull()) return {};
  if (type.ends_with("[]")) {
    SqlList list;
    for (const auto& element : json.GetArray())
      list.push_back(value_of(element, type.substr(0, type.size() - 2)));
    return {std::move(list)};
  }
  if (type == "BIGINT") return {json.GetInt64()};
  if (type == "DOUBLE") return {json.GetDouble()};
  if (type == "FLOAT") return {static_cast<float>(json.GetDouble())};
  const std::string text(json.GetString(), json.GetStringLength());
  if (type == "DATE") return *cast_value({text}, "date");
  return {text};
}

std::vector<reference::Row> rows_of(const Json& form) {
  std::vector<reference::Row> rows;
  for (const auto& record : form["records"].GetArray()) {
    reference::Row row;
    rapidjson::SizeType i = 0;
    for (const auto& column : form["types"].GetObject())
      row[column.name.GetString()] = value_of(record[i++], column.value.GetString());
    rows.push_back(std::move(row));
  }
  return rows;
}

char letter_of(const Result<SqlValue>& outcome) {
  if (!outcome) return 'E';
  if (outcome->is_null()) return 'N';
  const auto truth = cast_value(*outcome, "boolean");
  return truth && truth->is_true() ? 'T' : 'F';
}

/// Describes pairs by their numbers: values could be patient data when the folder is another one.
struct Mismatches {
  std::string name;
  std::size_t count = 0;
  std::string first;

  void add(std::size_t left, std::size_t right, const std::string& expected, const std::string& actual) {
    if (count++ == 0)
      first = " pair " + std::to_string(left) + "," + std::to_string(right) + ": DuckDB " + expected +
              ", here " + actual;
  }
};

class Oracle : public testing::Test {
 protected:
  void SetUp() override {
    auto text = read_file(expectations_folder() + "/forms.json", std::size_t{1} << 31);
    ASSERT_TRUE(text) << text.error().message;
    text_ = std::move(*text);
    document_.ParseInsitu<rapidjson::kParseFullPrecisionFlag>(text_.data());
    ASSERT_FALSE(document_.HasParseError());
    ASSERT_GT(document_.Size(), 100U);
  }

  std::string text_;
  rapidjson::Document document_;
};

TEST_F(Oracle, EveryConditionAnswersAsDuckDbDoes) {
  std::size_t pairs = 0;
  for (const auto& form : document_.GetArray()) {
    if (std::string(form["kind"].GetString()) != "condition") continue;
    const auto parsed = parse_condition(form["sql"].GetString());
    ASSERT_TRUE(parsed) << form["sql"].GetString() << ": " << parsed.error().message;
    const auto rows = rows_of(form);
    const std::string results = form["results"].GetString();
    ASSERT_EQ(results.size(), rows.size() * rows.size());
    Mismatches mismatches{form["name"].GetString(), 0, ""};
    for (std::size_t i = 0; i < results.size(); ++i, ++pairs) {
      const char answer =
          letter_of(reference::condition(*parsed, rows[i / rows.size()], rows[i % rows.size()]));
      if (answer != results[i])
        mismatches.add(i / rows.size(), i % rows.size(), std::string(1, results[i]), std::string(1, answer));
    }
    EXPECT_EQ(mismatches.count, 0U) << mismatches.name << mismatches.first << "\n" << form["sql"].GetString();
  }
  RecordProperty("pairs", static_cast<int>(pairs));
}

TEST_F(Oracle, EverySimilarityIsTheSameDouble) {
  for (const auto& form : document_.GetArray()) {
    if (std::string(form["kind"].GetString()) != "value") continue;
    const auto parsed = parse_condition(form["sql"].GetString());
    ASSERT_TRUE(parsed) << parsed.error().message;
    const auto rows = rows_of(form);
    Mismatches mismatches{form["name"].GetString(), 0, ""};
    for (rapidjson::SizeType i = 0; i < form["results"].Size(); ++i) {
      const auto& expected = form["results"][i];
      const auto outcome = reference::condition(*parsed, rows[i / rows.size()], rows[i % rows.size()]);
      const auto number = outcome ? as_double(*outcome) : std::nullopt;
      const bool same = expected.IsNull() ? !number : number && *number == expected.GetDouble();
      if (!same)
        mismatches.add(i / rows.size(), i % rows.size(),
                       expected.IsNull() ? "NULL" : std::to_string(expected.GetDouble()),
                       number ? std::to_string(*number) : "NULL");
    }
    EXPECT_EQ(mismatches.count, 0U) << mismatches.name << mismatches.first;
  }
}

TEST(OracleConstants, EveryExpressionIsWorthWhatDuckDbSaysOrIsRefused) {
  auto reader = CsvReader::open(expectations_folder() + "/constants.csv", {});
  ASSERT_TRUE(reader) << reader.error().message;
  std::size_t refused = 0;
  std::size_t agreed = 0;
  while (const CsvRow* row = reader->next()) {
    const std::string sql(row->fields[0]);
    const std::string expected =
        row->fields[1] == "value" ? std::string(row->fields[2]) : std::string(row->fields[1]);
    const auto parsed = parse_term(sql);
    if (!parsed) {
      ++refused;
      continue;
    }
    const auto value = evaluate(
        *parsed, [](std::string_view, Side) { return SqlValue{}; }, pair_functions());
    if (!value && value.error().code == ErrorCode::kUnsupported) {
      ++refused;
      continue;
    }
    if (value && std::holds_alternative<SqlList>(value->value)) continue;  // lists are compared by the forms
    std::string actual = "error";
    if (value && value->is_null()) actual = "null";
    if (value && !value->is_null()) {
      actual = std::get<std::string>(cast_value(*value, "varchar")->value);
      // DuckDB says 6 where a DECIMAL or HUGEINT is meant and 6.0 for DOUBLE; the number is what counts.
      const auto number = cast_value({expected}, "double");
      if (as_double(*value) && number && *as_double(*number) == *as_double(*value)) actual = expected;
    }
    EXPECT_EQ(actual, expected) << sql;
    agreed += actual == expected;
  }
  EXPECT_GT(agreed, 200U);
  EXPECT_LT(refused, 60U);
}

}  // namespace
}  // namespace gmpi
