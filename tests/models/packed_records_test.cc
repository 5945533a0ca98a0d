// Packed lines say of each term what the plain evaluator says of the record, stored or asked about.
#include "models/packed_records.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "models/sql_cast.h"
#include "models/sql_evaluate.h"

namespace gmpi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Expression column(std::string name) {
  return {.kind = ExpressionKind::kColumn, .text = std::move(name), .type = {}, .arguments = {}};
}
Expression text(std::string value) {
  return {.kind = ExpressionKind::kString, .text = std::move(value), .type = {}, .arguments = {}};
}
Expression integer(std::int64_t value) {
  return {.kind = ExpressionKind::kInteger, .text = {}, .type = {}, .integer = value, .arguments = {}};
}
Expression call(std::string name, std::vector<Expression> arguments, std::string type = {}) {
  return {.kind = ExpressionKind::kCall,
          .text = std::move(name),
          .type = std::move(type),
          .arguments = std::move(arguments)};
}

StandardRecord record(std::vector<StandardColumn> columns) {
  return {.key = {}, .columns = std::move(columns), .removals = {}};
}

StandardRecord person(std::string name, std::string town = "", std::vector<std::string> tags = {}) {
  StandardRecord out = record({{"tags", true, std::move(tags)}});
  if (!name.empty()) out.columns.push_back({"name", false, {std::move(name)}});
  if (!town.empty()) out.columns.push_back({"town", false, {std::move(town)}});
  return out;
}

std::vector<ColumnSpec> columns() {
  return {{"name"}, {"town"}, {"tags", true}, {"lat", false, true}};
}

TEST(PackedRecords, KeepsTextsListsAndMissingValues) {
  PackedRecords records(columns());
  const RowId row = records.append(person("ann", "", {"x", "y"}));
  EXPECT_EQ(records.rows(), 1u);
  EXPECT_EQ(records.column_value(0, records.view(row)), SqlValue{std::string("ann")});
  EXPECT_TRUE(records.column_value(1, records.view(row)).is_null());
  EXPECT_EQ(records.column_value(2, records.view(row)),
            (SqlValue{SqlList{{std::string("x")}, {std::string("y")}}}));
  const RowId empty = records.append(record({}));
  for (ColumnId id = 0; id < records.column_count(); ++id) {
    EXPECT_TRUE(records.column_value(id, records.view(empty)).is_null());
    EXPECT_EQ(records.view(empty).line[id], kMissing);
  }
  EXPECT_EQ(records.find_column("town"), 1);
  EXPECT_EQ(records.find_column("colour"), std::nullopt);
}

TEST(PackedRecords, TakesTextsColumnByColumn) {
  PackedRecords records(columns());
  const std::array<std::string_view, 4> cells = {"ann", "",
                                                 "x\x1f"
                                                 "y",
                                                 "53.40"};
  const RowId row = records.append_texts(cells);
  const RowId same = records.append(
      record({{"name", false, {"ann"}}, {"tags", true, {"x", "y"}}, {"lat", false, {"53.4"}}}));
  for (ColumnId id = 0; id < 4; ++id) EXPECT_EQ(records.view(row).line[id], records.view(same).line[id]);
}

TEST(PackedRecords, RegistersATermOnceWhicheverSideItIsWrittenFor) {
  PackedRecords records(columns());
  Expression left = call("lower", {column("name")}), right = left;
  left.arguments[0].side = Side::kLeft;
  right.arguments[0].side = Side::kRight;
  const auto a = records.add_term(left), b = records.add_term(right), c = records.add_term(column("name"));
  ASSERT_TRUE(a && b && c);
  EXPECT_EQ(*a, *b);
  EXPECT_NE(*a, *c);
  EXPECT_EQ(records.term_column(*a), 0);
  EXPECT_FALSE(records.comparable_by_id(*a, *c));
}

TEST(PackedRecords, NamesAnUnknownColumnAndRefusesATermOfNone) {
  PackedRecords records(columns());
  const auto unknown = records.add_term(call("lower", {column("colour")}));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message, "unknown column 'colour' in lower(\"colour\")");
  EXPECT_FALSE(records.add_term(integer(5)));
}

TEST(PackedRecords, DerivesATermForValuesBeforeAndAfterItWasAdded) {
  PackedRecords records(columns());
  const RowId before = records.append(person("ANN"));
  const TermId lower = *records.add_term(call("lower", {column("name")}));
  const TermId length = *records.add_term(call("length", {column("name")}));
  const TermId nobody = *records.add_term(call("coalesce", {column("name"), text("nobody")}));
  const RowId after = records.append(person("Beth")), missing = records.append(person(""));
  EXPECT_EQ(records.term_text(lower, records.view(before)), "ann");
  EXPECT_EQ(records.term_text(lower, records.view(after)), "beth");
  EXPECT_EQ(records.term_number(length, records.view(before)), 3);
  EXPECT_EQ(records.term_number(length, records.view(after)), 4);
  EXPECT_EQ(records.term_id(lower, records.view(missing)), kMissing);
  EXPECT_EQ(records.term_text(lower, records.view(missing)), "");
  EXPECT_TRUE(std::isnan(records.term_number(length, records.view(missing))));
  EXPECT_EQ(records.term_text(nobody, records.view(missing)), "nobody")
      << "a term may make something of nothing";
  EXPECT_TRUE(std::isnan(records.term_number(lower, records.view(after)))) << "a text is no number";
}

TEST(PackedRecords, HoldsTermsThatAreListsAsSortedElements) {
  PackedRecords records(columns());
  const TermId tags = *records.add_term(column("tags"));
  const TermId distinct = *records.add_term(call("list_distinct", {column("tags")}));
  const RowId row = records.append(person("ann", "", {"y", "x"})),
              other = records.append(person("b", "", {"x"}));
  EXPECT_TRUE(records.term_is_list(tags));
  EXPECT_TRUE(records.term_is_list(distinct));
  EXPECT_EQ(records.term_elements(tags, records.view(row)).size(), 2u);
  EXPECT_EQ(records.term_elements(tags, records.view(other)).size(), 1u);
  EXPECT_THAT(records.term_elements(tags, records.view(row)),
              testing::Contains(records.term_elements(tags, records.view(other))[0]));
  EXPECT_THAT(records.term_elements(tags, records.view(records.append(person("c")))), IsEmpty());
}

TEST(PackedRecords, GivesATermOfSeveralColumnsAColumnOfItsOwn) {
  PackedRecords records(columns());
  const TermId both = *records.add_term(call("||", {column("name"), column("town")}));
  EXPECT_EQ(records.given_columns(), 4u);
  EXPECT_EQ(records.column_count(), 5u);
  const RowId row = records.append(person("ann", "bury")), other = records.append(person("an", "nbury"));
  EXPECT_EQ(records.term_text(both, records.view(row)), "annbury");
  EXPECT_EQ(records.term_id(both, records.view(row)), records.term_id(both, records.view(other)));
  EXPECT_EQ(records.term_id(both, records.view(records.append(person("ann")))), kMissing);
}

TEST(PackedRecords, CountsNumbersAsEqualHoweverTheyAreWritten) {
  PackedRecords records(columns());
  const TermId lat = *records.add_term(column("lat"));
  const TermId twice = *records.add_term(call("+", {column("lat"), column("lat")}));
  const auto id_of = [&](const char* cell) {
    return records.term_id(lat, records.view(records.append(record({{"lat", false, {cell}}}))));
  };
  EXPECT_EQ(id_of("5"), id_of("5.0"));
  EXPECT_EQ(id_of("5"), id_of("+5.00"));
  EXPECT_EQ(id_of("100000"), id_of("1e5"));
  EXPECT_NE(id_of("5"), id_of("5.5"));
  EXPECT_NE(id_of("9007199254740993"), id_of("9007199254740992")) << "integers are not rounded";
  for (const char* none : {"five", "nan", "inf", "5 km", "-"}) EXPECT_EQ(id_of(none), kMissing) << none;
  const RowId row = records.append(record({{"lat", false, {"53.25"}}}));
  EXPECT_EQ(records.column_value(3, records.view(row)), SqlValue{53.25});
  EXPECT_EQ(records.term_number(twice, records.view(row)), 106.5);
  const auto query = records.pack_query(record({{"lat", false, {"53.250"}}}));
  EXPECT_EQ(records.term_id(lat, query.view()), records.term_id(lat, records.view(row)));
}

TEST(PackedRecords, ReplacesAndCopiesLines) {
  PackedRecords records(columns());
  const TermId both = *records.add_term(call("||", {column("name"), column("town")}));
  const RowId a = records.append(person("ann", "bury", {"x"})), b = records.append(person("beth", "leigh"));
  records.replace(a, person("cara", "sale"));
  EXPECT_EQ(records.term_text(both, records.view(a)), "carasale");
  EXPECT_TRUE(records.column_value(2, records.view(a)).is_null()) << "nothing of the former content is left";
  EXPECT_EQ(records.term_text(both, records.view(b)), "bethleigh");
  records.copy_line(b, a);
  EXPECT_EQ(records.term_text(both, records.view(a)), "bethleigh");
  EXPECT_EQ(records.rows(), 2u);
}

// ---- against the plain evaluator

std::vector<Expression> many_terms() {
  return {column("name"),
          column("tags"),
          call("upper", {column("name")}),
          call("length", {column("name")}),
          call("substring", {column("name"), integer(1), integer(2)}),
          call("nullif", {column("name"), text("ann")}),
          call("coalesce", {column("town"), text("none")}),
          call("try_cast", {column("name")}, "integer"),
          call("array_length", {column("tags")}),
          call("list_distinct", {column("tags")}),
          call("is null", {column("town")}),
          call("||", {column("name"), column("town")}),
          call("coalesce", {column("name"), column("town")})};
}

StandardRecord random_person(Random& random, std::string_view suffix) {
  static constexpr std::array kNames = {"ann", "Ann", "17", "éa", "x y", "beth"};
  static constexpr std::array kTowns = {"bury", "sale", "ann"};
  const auto name = random.chance(0.2) ? "" : kNames[random.below(kNames.size())] + std::string(suffix);
  const auto town = random.chance(0.3) ? "" : kTowns[random.below(kTowns.size())] + std::string(suffix);
  std::vector<std::string> tags;
  for (int tag = 0; tag < 5; ++tag)
    if (random.chance(0.3)) tags.push_back("t" + std::to_string(tag) + std::string(tag > 2 ? suffix : ""));
  return person(name, town, tags);
}

SqlValue plain_value(const Expression& term, const StandardRecord& asked) {
  const auto lookup = [&](std::string_view name, Side) -> SqlValue {
    const auto* found = asked.find(name);
    if (found == nullptr || found->missing()) return {};
    if (!found->is_list) return {found->values.front()};
    SqlList list;
    for (const auto& value : found->values) list.push_back({value});
    return {std::move(list)};
  };
  const auto value = evaluate(term, lookup);
  return value ? *value : SqlValue{};
}

void expect_term(const PackedRecords& records, TermId term, RecordView view, const SqlValue& expected) {
  ASSERT_EQ(records.term_id(term, view) == kMissing, expected.is_null());
  if (expected.is_null()) return;
  ASSERT_EQ(records.term_text(term, view), canonical_text(expected));
  if (const auto* number = std::get_if<std::int64_t>(&expected.value)) {
    ASSERT_EQ(records.term_number(term, view), static_cast<double>(*number));
  } else if (const auto* truth = std::get_if<bool>(&expected.value)) {
    ASSERT_EQ(records.term_number(term, view), *truth ? 1 : 0);
  } else if (const auto* list = std::get_if<SqlList>(&expected.value)) {
    ASSERT_EQ(records.term_elements(term, view).size(), list->size());
  }
}

TEST(PackedRecords, SaysOfEveryTermWhatThePlainEvaluatorSaysForRecordsAndQueries) {
  Random random(11);
  PackedRecords records(columns());
  std::vector<Expression> expressions = many_terms();
  std::vector<TermId> terms;
  for (const auto& expression : expressions) terms.push_back(*records.add_term(expression));
  std::vector<StandardRecord> stored;
  for (int i = 0; i < 400; ++i) {
    stored.push_back(random_person(random, i % 3 == 0 ? std::to_string(i) : ""));
    records.append(stored.back());
  }
  for (int i = 0; i < 100; ++i) {
    const auto row = random.below(stored.size());
    stored[row] = random_person(random, "r" + std::to_string(i));
    records.replace(static_cast<RowId>(row), stored[row]);
  }
  for (RowId row = 0; row < stored.size(); ++row)
    for (std::size_t t = 0; t < terms.size(); ++t) {
      SCOPED_TRACE(to_sql(expressions[t]));
      expect_term(records, terms[t], records.view(row), plain_value(expressions[t], stored[row]));
      if (HasFatalFailure()) return;
    }
  for (int i = 0; i < 200; ++i) {
    const StandardRecord asked =
        i % 2 == 0 ? stored[random.below(stored.size())] : random_person(random, "q");
    const PackedQuery query = records.pack_query(asked);
    for (std::size_t t = 0; t < terms.size(); ++t) {
      SCOPED_TRACE(to_sql(expressions[t]));
      expect_term(records, terms[t], query.view(), plain_value(expressions[t], asked));
      if (HasFatalFailure()) return;
    }
  }
}

TEST(PackedRecords, LetsAQueryEqualWhatIsStoredAndNothingElse) {
  PackedRecords records(columns());
  const TermId name = *records.add_term(column("name")), tags = *records.add_term(column("tags"));
  const TermId start = *records.add_term(call("substring", {column("name"), integer(1), integer(1)}));
  const RowId row = records.append(person("ann", "", {"x", "y"}));
  const std::size_t texts = records.dictionary(0).size();

  const PackedQuery known = records.pack_query(person("ann", "", {"x", "y"}));
  EXPECT_EQ(records.term_id(name, known.view()), records.term_id(name, records.view(row)));
  EXPECT_EQ(records.term_id(tags, known.view()), records.term_id(tags, records.view(row)));

  const PackedQuery unknown = records.pack_query(person("alan", "", {"y", "zz", "aa"}));
  EXPECT_TRUE(records.term_id(name, unknown.view()) & kOverlayBit);
  EXPECT_EQ(records.term_text(name, unknown.view()), "alan");
  EXPECT_EQ(records.term_id(start, unknown.view()), records.term_id(start, records.view(row)))
      << "the derived value is known although the name is not";
  const auto elements = records.term_elements(tags, unknown.view());
  ASSERT_EQ(elements.size(), 3u);
  EXPECT_TRUE(std::is_sorted(elements.begin(), elements.end()));
  EXPECT_EQ(std::count_if(elements.begin(), elements.end(), [](ValueId id) { return id & kOverlayBit; }), 2);
  EXPECT_THAT(elements, testing::Contains(records.dictionary(2).find_element("y")));

  EXPECT_EQ(records.dictionary(0).size(), texts) << "asking stores nothing";
  EXPECT_EQ(records.rows(), 1u);
}

TEST(PackedRecords, KeepsItsLinesOverManyRowsAndColumns) {
  std::vector<ColumnSpec> specs;
  for (int i = 0; i < 40; ++i) specs.push_back({"c" + std::to_string(i)});
  PackedRecords records(std::move(specs));
  constexpr RowId kRows = 5000;
  for (RowId row = 0; row < kRows; ++row) {
    StandardRecord out;
    for (int i = 0; i < 40; ++i)
      if ((row + static_cast<RowId>(i)) % 3 != 0)
        out.columns.push_back({"c" + std::to_string(i), false, {std::to_string(row % (7 + i))}});
    ASSERT_EQ(records.append(out), row);
  }
  ASSERT_EQ(records.rows(), kRows);
  for (RowId row = 0; row < kRows; row += 37)
    for (int i = 0; i < 40; ++i) {
      const SqlValue value = records.column_value(static_cast<ColumnId>(i), records.view(row));
      const bool missing = (row + static_cast<RowId>(i)) % 3 == 0;
      ASSERT_EQ(value, missing ? SqlValue{} : SqlValue{std::to_string(row % (7 + i))});
    }
  EXPECT_GE(records.memory_bytes(), std::size_t{kRows} * 40 * sizeof(ValueId));
}

TEST(CanonicalText, IsEqualExactlyForEqualValues) {
  EXPECT_EQ(canonical_text({}), "");
  EXPECT_EQ(canonical_text({true}), "true");
  EXPECT_EQ(canonical_text({std::int64_t{-7}}), "-7");
  EXPECT_EQ(canonical_text({0.1}), "0.1");
  EXPECT_NE(canonical_text({0.1}), canonical_text({0.1 + 1e-17 + 0.2 - 0.2}));
  EXPECT_EQ(canonical_text({SqlList{{std::string("a")}, {std::string("b")}}}),
            "a\x1f"
            "b");
  EXPECT_EQ(canonical_text({-0.0}), canonical_text({0.0}));
  const std::vector<SqlList> unlike = {{},
                                       {{}},
                                       {{std::string()}},
                                       {{std::string("\x1d")}},
                                       {{std::string("\x1e")}},
                                       {{std::string("a")}},
                                       {{std::string("a")}, {}},
                                       {{std::string()}, {std::string("a")}}};
  for (std::size_t i = 0; i < unlike.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(canonical_text({unlike[i]}), canonical_text({unlike[j]})) << i << " " << j;
}

}  // namespace
}  // namespace gmpi
