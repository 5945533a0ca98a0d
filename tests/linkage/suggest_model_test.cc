#include "linkage/suggest_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "base/random.h"
#include "standardize/derive_record.h"

namespace gmpi {
namespace {

using testing::HasSubstr;

using Table = std::vector<std::pair<std::string, std::vector<std::string>>>;

const std::vector<std::string> kGiven = {"John", "Mary", "Sarah", "William", "James", "Elizabeth", "Thomas", "Anna"};
const std::vector<std::string> kFamily = {"Schmidt", "Weber", "Nowak", "Dubois", "Rossi", "Costa", "Jansen", "Lindqvist"};
const std::vector<std::string> kTowns = {"Leeds", "Lyon", "Roma", "Porto", "Gent", "Poznan"};

/// People with six columns under the given headers, in the order given.
Table people(const std::vector<std::string>& headers, const std::vector<int>& order, std::size_t rows = 400) {
  std::vector<std::vector<std::string>> columns(6);
  Random random(3);
  for (std::size_t i = 0; i < rows; ++i) {
    columns[0].push_back("r" + std::to_string(i));
    columns[1].push_back(kGiven[random.below(kGiven.size())]);
    columns[2].push_back(kFamily[random.below(kFamily.size())] + std::string(1, static_cast<char>('a' + random.below(26))));
    columns[3].push_back(std::to_string(1930 + random.below(80)) + "-0" + std::to_string(1 + random.below(9)) + "-1" +
                         std::to_string(random.below(9)));
    columns[4].push_back(kTowns[random.below(kTowns.size())]);
    columns[5].push_back("M" + std::to_string(1 + random.below(30)) + " " + std::to_string(random.below(9)) + "AB");
  }
  Table table;
  for (const int at : order) table.emplace_back(headers[static_cast<std::size_t>(at)], columns[static_cast<std::size_t>(at)]);
  return table;
}

std::vector<ColumnProfile> profiles_of(const Table& table) {
  std::vector<std::string> headers;
  std::vector<std::vector<std::string_view>> columns;
  for (const auto& [header, values] : table) {
    headers.push_back(header);
    columns.emplace_back(values.begin(), values.end());
  }
  return profile_table(headers, columns);
}

LinkageModel model_of(const Table& table, const SuggestOptions& options = {}) {
  const auto columns = suggest_columns(profiles_of(table), options);
  EXPECT_TRUE(columns) << (columns ? "" : columns.error().message);
  std::vector<std::string> headers;
  for (const auto& [header, values] : table) headers.push_back(header);
  const auto deriver = RecordDeriver::plan(columns->derivations, headers);
  EXPECT_TRUE(deriver);
  std::vector<ColumnSpec> specs;
  for (const auto& column : deriver->columns()) specs.push_back({.name = column.name, .is_list = column.is_list});
  PackedRecords records(std::move(specs));
  for (std::size_t row = 0; row < table[0].second.size(); ++row) {
    std::vector<std::string_view> cells;
    for (const auto& [header, values] : table) cells.emplace_back(values[row]);
    records.append(deriver->derive(cells));
  }
  return suggest_comparisons(columns->derivations, records, options);
}

std::vector<std::string> levels_of(const LinkageModel& model) {
  std::vector<std::string> all;
  for (const auto& comparison : model.comparisons)
    for (const auto& level : comparison.levels) all.push_back(comparison.output_column_name + ": " + level.sql_condition);
  std::sort(all.begin(), all.end());
  return all;
}

const std::vector<std::string> kEnglish = {"record_id", "first_name", "surname", "dob", "town", "postcode"};

TEST(SuggestModel, ForeignAndShuffledHeadersGiveTheSameComparisons) {
  const auto english = levels_of(model_of(people(kEnglish, {0, 1, 2, 3, 4, 5})));
  EXPECT_FALSE(english.empty());
  EXPECT_EQ(levels_of(model_of(people({"record_id", "Vorname", "Nachname", "Geburtsdatum", "Wohnort", "PLZ"}, {3, 5, 1, 0, 4, 2}))),
            english);
  EXPECT_EQ(levels_of(model_of(people({"id", "prénom", "nom de famille", "date de naissance", "ville", "code postal"}, {5, 4, 3, 2, 1, 0}))),
            english);
  EXPECT_EQ(levels_of(model_of(people({"kennung", "imię", "nazwisko", "data urodzenia", "miasto", "kod pocztowy"}, {2, 1, 0, 4, 5, 3}))),
            english);
}

TEST(SuggestModel, HeadersThatSayNothingStillGiveNamesDateAndPostcode) {
  const auto model = model_of(people({"c0", "c1", "c2", "c3", "c4", "c5"}, {0, 1, 2, 3, 4, 5}));
  std::vector<std::string> names;
  for (const auto& comparison : model.comparisons) names.push_back(comparison.output_column_name);
  EXPECT_THAT(names, testing::IsSupersetOf({"given_name", "surname", "date", "postcode"}));
}

TEST(SuggestModel, EveryLevelButTheNullLevelHasAStartParameter) {
  for (const auto& comparison : model_of(people(kEnglish, {0, 1, 2, 3, 4, 5})).comparisons) {
    double m = 0, u = 0;
    EXPECT_TRUE(comparison.levels.front().is_null_level);
    EXPECT_TRUE(comparison.levels.back().is_else);
    for (const auto& level : comparison.levels) {
      if (level.is_null_level) continue;
      ASSERT_TRUE(level.m && level.u);
      m += *level.m, u += *level.u;
    }
    EXPECT_NEAR(m, 1, 1e-9);
    EXPECT_NEAR(u, 1, 1e-9);
  }
}

/// A town that every postcode has to itself.
Table determined(std::size_t rows) {
  Table table = people(kEnglish, {0, 1, 2, 3, 4, 5}, rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::string digit = table[5].second[i].substr(1, 1);
    table[4].second[i] = "Town" + std::string(1, static_cast<char>('a' + digit[0] - '0'));
    table[5].second[i] = "M" + digit + " 1AA";
  }
  return table;
}

TEST(SuggestModel, ATownThatThePostcodeTellsIsNoSecondEvidence) {
  const auto has_place = [](const LinkageModel& model) {
    return std::any_of(model.comparisons.begin(), model.comparisons.end(), [](const auto& c) { return c.output_column_name == "place"; });
  };
  EXPECT_FALSE(has_place(model_of(determined(600))));
  EXPECT_TRUE(has_place(model_of(determined(600), {.joint_places = false})));
  EXPECT_TRUE(has_place(model_of(people(kEnglish, {0, 1, 2, 3, 4, 5}))));
}

TEST(SuggestModel, SwitchesTakeLevelsAway) {
  const auto table = people(kEnglish, {0, 1, 2, 3, 4, 5});
  const auto count = [&](const SuggestOptions& options, std::string_view what) {
    const auto levels = levels_of(model_of(table, options));
    return std::count_if(levels.begin(), levels.end(), [&](const auto& level) { return level.find(what) != std::string::npos; });
  };
  EXPECT_EQ(count({}, R"("given_name_l" = "surname_r")"), 1);
  EXPECT_EQ(count({.cross_names = false}, R"("given_name_l" = "surname_r")"), 0);
  EXPECT_EQ(count({}, "_sounds_l"), 2);
  EXPECT_EQ(count({.sounds = false}, "_sounds_l"), 0);
  EXPECT_EQ(count({}, "_roots_l"), 1);
  EXPECT_EQ(count({.nicknames = false}, "_roots_l"), 0);
}

std::vector<std::string> derived_from(const Table& table, std::string_view column, const SuggestOptions& options = {}) {
  const auto columns = suggest_columns(profiles_of(table), options);
  EXPECT_TRUE(columns);
  for (const auto& d : columns->derivations)
    if (d.column == column) return d.from;
  return {};
}

TEST(SuggestModel, NumberAndStreetAreOneAddress) {
  Table table = people(kEnglish, {0, 1, 2, 3, 4, 5});
  table.push_back({"street", {}});
  table.push_back({"house_number", {}});
  for (std::size_t i = 0; i < 400; ++i) {
    table[6].second.push_back(std::string(i % 2 == 0 ? "Oxford" : "Station") + " Road");
    table[7].second.push_back(std::to_string(1 + i % 90));
  }
  EXPECT_EQ(derived_from(table, "street"), (std::vector<std::string>{"house_number", "street"}));
  EXPECT_TRUE(derived_from(table, "house_number").empty());
  EXPECT_EQ(derived_from(table, "street", {.whole_address = false}), (std::vector<std::string>{"street"}));
  EXPECT_EQ(derived_from(table, "house_number", {.whole_address = false}), (std::vector<std::string>{"house_number"}));
}

TEST(SuggestModel, APreviousNameMayAgreeWithAnyNameOfTheOther) {
  Table table = people(kEnglish, {0, 1, 2, 3, 4, 5});
  table.push_back({"maiden_name", {}});
  for (std::size_t i = 0; i < 400; ++i) table[6].second.push_back(i % 3 == 0 ? kFamily[i % kFamily.size()] : "");
  EXPECT_EQ(derived_from(table, "family_names"), (std::vector<std::string>{"surname", "maiden_name"}));
  const auto shares = [&](const SuggestOptions& options) {
    const auto levels = levels_of(model_of(table, options));
    return std::any_of(levels.begin(), levels.end(), [](const auto& level) { return level.find("family_names_l") != std::string::npos; });
  };
  EXPECT_TRUE(shares({}));
  EXPECT_FALSE(shares({.other_names = false}));
}

TEST(SuggestModel, ColumnsThatTwoFilesNameDifferentlyAreOne) {
  Table table = people({"record_id", "first_name", "surname", "dob", "town", "postcode"}, {0, 1, 2, 3, 4, 5});
  table.push_back({"Geburtsdatum", std::vector<std::string>(400)});
  table.push_back({"name", std::vector<std::string>(400)});
  for (std::size_t i = 200; i < 400; ++i) {  // the second file
    table[6].second[i] = std::exchange(table[3].second[i], "");
    table[7].second[i] = table[2].second[i] + ", " + table[1].second[i];
    table[1].second[i] = table[2].second[i] = "";
  }
  EXPECT_EQ(derived_from(table, "date"), (std::vector<std::string>{"dob", "Geburtsdatum"}));
  EXPECT_EQ(derived_from(table, "given_name"), (std::vector<std::string>{"first_name", "name"}));
  EXPECT_EQ(derived_from(table, "surname"), (std::vector<std::string>{"surname", "name"}));
}

TEST(SuggestModel, ATableThatTellsNobodyApartIsRefusedWithTheReason) {
  const std::vector<std::string> ids = {"a", "b", "c"}, same = {"x", "x", "x"}, none = {"", "", ""};
  const auto refused = suggest_columns(profiles_of({{"record_id", ids}, {"country", same}, {"surname", none}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(refused.error().message, HasSubstr("country"));
}

}  // namespace
}  // namespace gmpi
