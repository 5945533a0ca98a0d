// A table with any header becomes person records, and says what it took each column for.
#include "apps/person_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gmpi {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

std::vector<std::pair<std::string, std::string>> fields_of(const SourceRecord& record) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& field : record.fields) fields.emplace_back(field.name, field.value);
  return fields;
}

PersonTableOptions with(std::string PersonTableOptions::*member, std::string value) {
  PersonTableOptions options;
  options.*member = std::move(value);
  return options;
}

PersonTableOptions local_id_first() {
  PersonTableOptions options;
  options.prefer_local_id = true;
  return options;
}

PersonTableOptions mapped(std::map<std::string, std::string> by_user,
                          std::map<std::string, std::string> configured = {}) {
  PersonTableOptions options;
  options.column_map = std::move(by_user);
  options.configured_map = std::move(configured);
  return options;
}

std::string why_not(const std::vector<std::string>& header, const PersonTableOptions& options = {}) {
  const auto table = PersonTable::plan(header, options);
  return table ? "planned" : table.error().message;
}

TEST(PersonTable, RecognisesColumnsByTheirHeaders) {
  const auto table = PersonTable::plan(
      {"id", "source", "Forename", "Surname", "Date of Birth", "favourite colour", "phone"}, {});
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->id_column(), "id");
  EXPECT_THAT(table->ignored(), ElementsAre("6")) << "a stranger's word is not repeated";
  EXPECT_THAT(table->recognised(), ElementsAre(Pair("Forename", "given_name"), Pair("Surname", "surname"),
                                               Pair("Date of Birth", "dob"), Pair("phone", "phone")));
  const auto record = table->record(
      {.line = 2, .byte_offset = 0, .fields = {"7", "gp", "Ann", "", "1980-01-02", "red", "1|22||333|"}});
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->key, (RecordKey{"gp", "7"}));
  EXPECT_THAT(fields_of(*record), ElementsAre(Pair("given_name", "Ann"), Pair("dob", "1980-01-02"),
                                              Pair("phone", "1"), Pair("phone", "22"), Pair("phone", "333")));
}

TEST(PersonTable, TakesTheFirstIdColumnThereIsOrTheLocalIdWhereAsked) {
  EXPECT_EQ(PersonTable::plan({"local_id", "record_id", "surname"}, {})->id_column(), "record_id");
  EXPECT_EQ(PersonTable::plan({"local_id", "record_id", "surname"}, local_id_first())->id_column(),
            "local_id");
  EXPECT_EQ(PersonTable::plan({"unique_id", "surname"}, local_id_first())->id_column(), "unique_id");
  EXPECT_EQ(
      PersonTable::plan({"id", "surname", "mine"}, with(&PersonTableOptions::id_column, "mine"))->id_column(),
      "mine");
  EXPECT_EQ(why_not({"key", "surname"}), "no id column: one of record_id, unique_id, id, local_id is needed");
  EXPECT_EQ(why_not({"id", "surname"}, with(&PersonTableOptions::id_column, "mine")),
            "no column 'mine' to take ids from");
}

TEST(PersonTable, TakesTheSourceFromItsColumnOrTheDefault) {
  const CsvRow row{.line = 2, .byte_offset = 0, .fields = {"7", "x", "y"}};
  const auto key = [&](const char* second, const char* third, const PersonTableOptions& options) {
    return PersonTable::plan({"id", second, third}, options)->record(row)->key;
  };
  EXPECT_EQ(key("source", "surname", with(&PersonTableOptions::default_source, "file")),
            (RecordKey{"x", "7"}));
  EXPECT_EQ(key("source_dataset", "surname", {}), (RecordKey{"x", "7"}));
  EXPECT_EQ(key("town", "surname", with(&PersonTableOptions::default_source, "file")),
            (RecordKey{"file", "7"}));
  EXPECT_EQ(key("system", "surname", with(&PersonTableOptions::source_column, "system")),
            (RecordKey{"x", "7"}));
  EXPECT_EQ(why_not({"id", "surname"}, with(&PersonTableOptions::source_column, "system")),
            "no column 'system' to take sources from");
}

TEST(PersonTable, FollowsTheUsersMapBeforeItsOwnGuess) {
  const auto table = PersonTable::plan(
      {"id", "surname", "town", "kin"},
      mapped({{"kin", "known_as"}, {"town", ""}}, {{"surname", "previous_surname"}, {"absent", "town"}}));
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_THAT(table->recognised(), ElementsAre(Pair("surname", "previous_surname"), Pair("kin", "known_as")));
  EXPECT_THAT(table->ignored(), ElementsAre("town"));
  EXPECT_EQ(why_not({"id", "surname"}, mapped({{"kin", "town"}})),
            "the column map names 'kin', which the file lacks");
  EXPECT_EQ(why_not({"id", "surname"}, mapped({{"surname", "shoe"}})),
            "the column map gives 'surname' the unknown field 'shoe'");
}

TEST(PersonTable, OffersTheNearestNameForASlipInAFlag) {
  EXPECT_EQ(why_not({"id", "surname", "Fore Name"}, mapped({{"ForeName", "given_name"}})),
            "the column map names 'ForeName', which the file lacks; did you mean 'Fore Name'?");
  EXPECT_EQ(why_not({"id", "surname"}, mapped({{"surname", "sirname"}})),
            "the column map gives 'surname' the unknown field 'sirname'; did you mean 'surname'?");
  EXPECT_EQ(why_not({"MRN", "surname"}, with(&PersonTableOptions::id_column, "MRM")),
            "no column 'MRM' to take ids from; did you mean 'MRN'?");
  EXPECT_EQ(PersonTable::plan({"id", "surname"}, with(&PersonTableOptions::id_column, "mine")).error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(check_column_map("Fore Name=given_name"), "");
  EXPECT_EQ(check_column_map("Notes="), "");
  EXPECT_EQ(check_column_map("Key=local_id"), "");
  EXPECT_EQ(check_column_map("a=sirname"), "unknown field 'sirname'; did you mean 'surname'?");
  EXPECT_NE(check_column_map("given_name"), "");
  EXPECT_NE(check_column_map("=given_name"), "");
}

TEST(PersonTable, TakesTheKeyFromMappedColumns) {
  const auto table = PersonTable::plan(
      {"Key", "System", "Changed", "Rev", "surname"},
      mapped({{"Key", "local_id"}, {"System", "source"}}, {{"Changed", "event_date"}, {"Rev", "version"}}));
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_TRUE(table->has_source());
  const auto record = table->record({.line = 2, .byte_offset = 0, .fields = {"7", "gp", "2024-03-01", "v3", "Shaw"}});
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->key, (RecordKey{"gp", "7"}));
  EXPECT_EQ(record->version, "v3");
  EXPECT_EQ(record->event_ms, 1709251200000);
  EXPECT_THAT(fields_of(*record), ElementsAre(Pair("surname", "Shaw")));
  EXPECT_FALSE(PersonTable::plan({"id", "surname"}, {})->has_source());
}

TEST(PersonTable, FillsAnEmptySourceCellWithTheDefault) {
  const auto table = *PersonTable::plan({"id", "source", "surname"}, with(&PersonTableOptions::default_source, "file"));
  EXPECT_EQ(table.record({.line = 2, .byte_offset = 0, .fields = {"7", "", "Shaw"}})->key, (RecordKey{"file", "7"}));
  EXPECT_EQ(table.record({.line = 2, .byte_offset = 0, .fields = {"7", "gp", "Shaw"}})->key, (RecordKey{"gp", "7"}));
}

TEST(PersonTable, MayTakeTheIdColumnForAFieldAsWell) {
  const auto table = PersonTable::plan({"id", "surname"}, mapped({{"id", "nhs_number"}}));
  ASSERT_TRUE(table) << table.error().message;
  const auto record = table->record({.line = 2, .byte_offset = 0, .fields = {"9990001006", "Shaw"}});
  EXPECT_EQ(record->key.local_id, "9990001006");
  EXPECT_THAT(fields_of(*record), ElementsAre(Pair("nhs_number", "9990001006"), Pair("surname", "Shaw")));
}

TEST(PersonTable, NamesTheSystemOfAnIdentifierAfterItsColumn) {
  const auto table =
      PersonTable::plan({"id", "identifier", "hospital"}, mapped({{"hospital", "identifier"}}));
  ASSERT_TRUE(table) << table.error().message;
  const auto record = table->record({.line = 2, .byte_offset = 0, .fields = {"7", "ssn:1", "55|66"}});
  EXPECT_THAT(fields_of(*record), ElementsAre(Pair("identifier", "ssn:1"), Pair("identifier", "hospital:55"),
                                              Pair("identifier", "hospital:66")));
}

TEST(PersonTable, NeedsOneColumnOfAPerson) {
  EXPECT_THAT(why_not({"id", "favourite colour"}), HasSubstr("no column of a person is recognised"));
  EXPECT_THAT(why_not({}), HasSubstr("no id column"));
}

TEST(PersonTable, ReadsVersionAndEventDateAndRefusesABadOne) {
  const auto table = *PersonTable::plan({"id", "surname", "version", "event_date"}, {});
  EXPECT_THAT(table.ignored(), IsEmpty());
  const auto record =
      table.record({.line = 2, .byte_offset = 0, .fields = {"7", "Shaw", "v3", "1970-01-02"}});
  ASSERT_TRUE(record);
  EXPECT_EQ(record->version, "v3");
  EXPECT_EQ(record->event_ms, 86'400'000);
  EXPECT_EQ(table.record({.line = 2, .byte_offset = 0, .fields = {"7", "Shaw", "", ""}})->event_ms, 0);
  const auto bad = table.record({.line = 2, .byte_offset = 0, .fields = {"7", "Shaw", "", "2 Jan 1970"}});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "event_date is not a date (YYYY-MM-DD)");
  const auto nameless = table.record({.line = 2, .byte_offset = 0, .fields = {"", "Shaw", "", ""}});
  ASSERT_FALSE(nameless);
  EXPECT_EQ(nameless.error().message, "no id in column 'id'");
}

TEST(EventDate, IsADayOrASecondInUtc) {
  EXPECT_EQ(parse_event_date("1970-01-01"), 0);
  EXPECT_EQ(parse_event_date("1970-01-01T00:00:01Z"), 1000);
  EXPECT_EQ(parse_event_date("1970-01-02 01:02:03"), 90'123'000);
  EXPECT_EQ(parse_event_date("1969-12-31T23:59:59"), -1000);
  EXPECT_EQ(parse_event_date("2024-02-29"), 1'709'164'800'000);
  for (const char* bad :
       {"", "1970", "1970-1-1", "2023-02-29", "1970-13-01", "1970-00-01", "1970/01/01", "-024-01-01",
        "+970-01-01", "1970-01-01T", "1970-01-01T24:00:00", "1970-01-01T00:60:00",
        "1970-01-01T00:00:00+01:00", "1970-01-01x", "1970-01-0x", "1970-01-01T0x:00:00"})
    EXPECT_EQ(parse_event_date(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace gmpi
