#include "standardize/person.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/random.h"
#include "models/person_fields.h"
#include "standardize/limits.h"

namespace gmpi {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Fields = std::vector<SourceField>;

SourceRecord record_of(Fields fields) {
  SourceRecord record;
  record.key = {"RXX", "000001"};
  record.fields = std::move(fields);
  return record;
}

StandardizeOptions options_today() {
  using namespace std::chrono;
  StandardizeOptions options;
  options.as_of_date = 2025y / 6 / 1;
  options.test_nhs_numbers = true;
  return options;
}

StandardRecord standard(Fields fields) {
  return standardize_person(record_of(std::move(fields)), options_today());
}

std::vector<std::string> list(const StandardRecord& record, std::string_view column) {
  const auto* found = record.find(column);
  return found ? found->values : std::vector<std::string>();
}

SourceRecord full_record() {
  return record_of({{"nhs_number", "943 476 5919"},
                    {"nhs_number_status", "NSTS01"},
                    {"title", "Mr."},
                    {"given_name", "Robert (Bob) James"},
                    {"surname", "O’Brien-Smith"},
                    {"suffix", "Junior"},
                    {"previous_surname", "Łęcki"},
                    {"alias", "Bobby Lee"},
                    {"mother_surname", "van der Berg"},
                    {"dob", "04/05/1980"},
                    {"death_date", "2024-01-31"},
                    {"sex", "1"},
                    {"birth_order", "2"},
                    {"address_line", "Flat 3"},
                    {"address_line", "12 Oxford Rd"},
                    {"town", "Manchester"},
                    {"county", "Greater Manchester"},
                    {"postcode", "m139pl"},
                    {"previous_postcode", "OL6 7SR|ZZ99 3VZ"},
                    {"phone", "0161 496 0000"},
                    {"phone", "07700 900123"},
                    {"email", "Bob@Example.NET"},
                    {"identifier", "mrn:12-34-56x"},
                    {"gp_practice", "p84009"}});
}

TEST(StandardizePerson, GivesTheColumnsTheModelSpeaksOf) {
  const auto out = standardize_person(full_record(), options_today());
  const std::pair<const char*, const char*> kTexts[] = {{"nhs_number", "9434765919"},
                                                        {"nhs_verified", "9434765919"},
                                                        {"title", "mr"},
                                                        {"given_name", "robert"},
                                                        {"given_initial", "r"},
                                                        {"surname", "obriensmith"},
                                                        {"suffix", "jr"},
                                                        {"mother_surname", "vanderberg"},
                                                        {"dob", "1980-05-04"},
                                                        {"dob_swapped", "1980-04-05"},
                                                        {"birth_year", "1980"},
                                                        {"birth_month_day", "05-04"},
                                                        {"death_date", "2024-01-31"},
                                                        {"sex", "male"},
                                                        {"birth_order", "2"},
                                                        {"postcode", "M13 9PL"},
                                                        {"postcode_sector", "M13 9"},
                                                        {"postcode_district", "M13"},
                                                        {"town", "manchester"},
                                                        {"address_number", "12"},
                                                        {"gp_practice", "P84009"}};
  for (const auto& [column, value] : kTexts) EXPECT_EQ(out.text(column), value) << column;
  EXPECT_THAT(list(out, "given_names"), ElementsAre("bob", "bobby", "james", "robert"));
  EXPECT_THAT(list(out, "middle_names"), ElementsAre("james"));
  EXPECT_THAT(list(out, "given_roots"), ElementsAre("robert"));
  EXPECT_THAT(list(out, "surnames"), ElementsAre("brien", "lecki", "lee", "obrien", "obriensmith", "smith"));
  EXPECT_THAT(list(out, "given_sounds"), ElementsAre("RPRT"));
  EXPECT_THAT(list(out, "surname_sounds"), ElementsAre("APRN", "L", "LK", "PRN", "SM0", "XMT"));
  EXPECT_THAT(list(out, "surname_soundex"), ElementsAre("B650", "L000", "L200", "O165", "S530"));
  EXPECT_THAT(list(out, "name_tokens"), ElementsAre("bob", "bobby", "brien", "james", "lecki", "lee",
                                                    "obrien", "obriensmith", "robert", "smith"));
  EXPECT_THAT(list(out, "address_tokens"), ElementsAre("12", "3", "flat", "oxford", "road"));
  EXPECT_THAT(list(out, "postcodes"), ElementsAre("M13 9PL", "OL6 7SR"));
  EXPECT_THAT(list(out, "phones"), ElementsAre("+441614960000", "+447700900123"));
  EXPECT_THAT(list(out, "emails"), ElementsAre("bob@example.net"));
  EXPECT_THAT(list(out, "identifiers"), ElementsAre("RXX/mrn:123456X"));
  EXPECT_THAT(list(out, "identifier_systems"), ElementsAre("RXX/mrn"));
  EXPECT_THAT(out.removals, ElementsAre(Removal{"postcodes", "pseudo-postcode: no fixed abode"}));
  EXPECT_EQ(out.key, (RecordKey{"RXX", "000001"}));
}

TEST(StandardizePerson, AnIdentifierOfTheSourcesOwnBelongsToTheSource) {
  const auto identifiers_of = [](const char* source, const char* text) {
    SourceRecord record;
    record.key = {source, "1"};
    record.fields = {{"identifier", text}};
    const auto out = standardize_person(record, options_today());
    EXPECT_EQ(list(out, "identifier_systems").size(), 1u);
    return list(out, "identifiers");
  };
  for (const char* own : {"mrn:12345", "12345", "hospital_number:12345", "passport:533380006"})
    EXPECT_NE(identifiers_of("pas-a", own), identifiers_of("pas-b", own)) << own;
  for (const char* shared : {"chi:1102781234", "ssn:341-12-7879", "https://trust.example/Id/mrn:12345"})
    EXPECT_EQ(identifiers_of("pas-a", shared), identifiers_of("pas-b", shared)) << shared;
  EXPECT_EQ(identifiers_of("pas-a", "MRN: 12-345"), identifiers_of("pas-a", "mrn:12345"));
  EXPECT_THAT(identifiers_of("a:b|c", "12345"), ElementsAre("a:b|c/plain:12345"));
}

TEST(StandardizePerson, FlagsHousesOfStrangersAndProtectedPeople) {
  EXPECT_EQ(standard({{"address_line", "HMP Manchester"}}).text("communal"), "yes");
  EXPECT_EQ(standard({{"postcode", "m60 9ah"}}).text("communal"), "yes");
  EXPECT_EQ(standard({{"address_line", "12 Hospital Road"}, {"postcode", "M14 5TG"}}).find("communal"),
            nullptr);
  EXPECT_EQ(standard({{"restricted", "V"}}).text("restricted"), "V");
  EXPECT_EQ(standard({{"restricted", "yes"}}).text("restricted"), "R");
  EXPECT_EQ(standard({{"restricted", "no"}}).find("restricted"), nullptr);
}

TEST(StandardizePerson, LeavesTheRecordAsItWas) {
  SourceRecord record = full_record();
  record.verbatim_format = VerbatimFormat::kCsvRow;
  record.verbatim = "as received";
  const SourceRecord before = record;
  const auto out = standardize_person(record, options_today());
  EXPECT_EQ(record.fields, before.fields);
  EXPECT_EQ(record.verbatim, before.verbatim);
  EXPECT_FALSE(out.columns.empty());
}

TEST(StandardizePerson, MissingStaysMissing) {
  const auto nothing = standard({});
  EXPECT_THAT(nothing.columns, IsEmpty());
  EXPECT_THAT(nothing.removals, IsEmpty());
  Fields blanks;
  for (const auto& field : kPersonFields) blanks.push_back({std::string(field.name), "  "});
  const auto blank = standard(blanks);
  EXPECT_THAT(blank.columns, IsEmpty());
  EXPECT_THAT(blank.removals, IsEmpty());
}

TEST(StandardizePerson, FieldsItDoesNotKnowAreNotLookedAt) {
  EXPECT_THAT(standard({{"occupation", "dentist"}, {"nhs-number", "9434765919"}}).columns, IsEmpty());
}

TEST(StandardizePerson, OnlyVerifiedNumbersAreVerified) {
  for (const char* status : {"02", "05", "08", "", "AL"})
    EXPECT_EQ(standard({{"nhs_number", "9434765919"}, {"nhs_number_status", status}}).find("nhs_verified"),
              nullptr);
}

TEST(StandardizePerson, AnIdentifierOfTheNhsSystemIsTheNhsNumber) {
  const auto out =
      standard({{"identifier", "https://fhir.nhs.uk/Id/nhs-number:943 476 5919"}, {"identifier", "mrn:77A"}});
  EXPECT_EQ(out.text("nhs_number"), "9434765919");
  EXPECT_THAT(list(out, "identifiers"), ElementsAre("RXX/mrn:77A"));
}

TEST(StandardizePerson, TestNumbersNeedTestMode) {
  StandardizeOptions production;
  const auto out = standardize_person(record_of({{"nhs_number", "9434765919"}}), production);
  EXPECT_EQ(out.find("nhs_number"), nullptr);
  EXPECT_THAT(out.removals, ElementsAre(Removal{"nhs_number", "NHS number is in the test range"}));
}

TEST(StandardizePerson, PartialAndWeakDatesSayOnlyWhatTheyKnow) {
  const auto partial = standard({{"dob", "1980-05"}});
  EXPECT_EQ(partial.text("birth_year"), "1980");
  EXPECT_EQ(partial.find("dob"), nullptr);
  const auto new_year = standard({{"dob", "1980-01-01"}});
  EXPECT_EQ(new_year.text("dob"), "1980-01-01");
  EXPECT_EQ(new_year.find("birth_month_day"), nullptr);
  for (const char* text : {"1900-01-01", "2025-06-02", "2031"}) {
    const auto out = standard({{"dob", text}});
    EXPECT_THAT(out.columns, IsEmpty()) << text;
    EXPECT_EQ(out.removals.size(), 1U) << text;
  }
}

TEST(StandardizePerson, WholeNamesFillWhatTheFieldsLack) {
  const auto whole = standard({{"full_name", "BRIEN, Mary Ann"}});
  EXPECT_EQ(whole.text("given_name"), "mary");
  EXPECT_EQ(whole.text("surname"), "brien");
  EXPECT_THAT(list(whole, "middle_names"), ElementsAre("ann"));
  const auto both =
      standard({{"full_name", "Sir Thomas Henry Clarke"}, {"given_name", "sir"}, {"surname", "clarke"}});
  EXPECT_EQ(both.text("given_name"), "thomas");
  EXPECT_EQ(both.text("title"), "sir");
  const auto mononym = standard({{"full_name", "Sukarno"}});
  EXPECT_EQ(mononym.text("surname"), "sukarno");
  EXPECT_EQ(mononym.find("given_name"), nullptr);
  const auto given_only = standard({{"full_name", "margaret"}, {"given_name", "margaret"}});
  EXPECT_EQ(given_only.find("surname"), nullptr);
}

TEST(StandardizePerson, ARepeatedFieldIsNotLost) {
  const auto out = standard(
      {{"given_name", "Ada"}, {"given_name", "Chi"}, {"postcode", "M13 9PL"}, {"postcode", "OL6 7SR"}});
  EXPECT_EQ(out.text("given_name"), "ada");
  EXPECT_THAT(list(out, "middle_names"), ElementsAre("chi"));
  EXPECT_EQ(out.text("postcode"), "M13 9PL");
  EXPECT_THAT(list(out, "postcodes"), ElementsAre("M13 9PL", "OL6 7SR"));
}

TEST(StandardizePerson, SwappedNamesShareTheirTokens) {
  const auto right = standard({{"given_name", "Ada"}, {"surname", "Nkemelu"}});
  const auto swapped = standard({{"given_name", "Nkemelu"}, {"surname", "Ada"}});
  EXPECT_EQ(list(right, "name_tokens"), list(swapped, "name_tokens"));
}

TEST(StandardizePerson, BrokenTextIsMissingWithItsReason) {
  const auto out = standard({{"given_name", "\xC3"},
                             {"surname", std::string("a\0b", 3)},
                             {"town", std::string(1 << 20, 'a')},
                             {"phone", "\xFF\xFF"}});
  EXPECT_THAT(out.columns, IsEmpty());
  EXPECT_THAT(out.removals,
              ElementsAre(Removal{"given_name", "invalid UTF-8"}, Removal{"surname", "NUL character"},
                          Removal{"town", "value too long"}, Removal{"phones", "invalid UTF-8"}));
}

TEST(StandardizePerson, ReasonsNeverRepeatAValue) {
  const auto out = standard({{"nhs_number", "4857773456"},
                             {"dob", "1980-02-30"},
                             {"postcode", "secret"},
                             {"sex", "secret"},
                             {"email", "secret"},
                             {"phone", "secret"}});
  EXPECT_EQ(out.removals.size(), 6U);
  for (const auto& removal : out.removals) {
    EXPECT_EQ(removal.reason.find("secret"), std::string::npos);
    EXPECT_EQ(removal.reason.find("4857773456"), std::string::npos);
  }
}

/// Every column sorted, unique, never empty, and each name once.
void expect_sound(const StandardRecord& out) {
  std::vector<std::string> names;
  for (const auto& column : out.columns) {
    names.push_back(column.name);
    EXPECT_FALSE(column.values.empty()) << column.name;
    EXPECT_LE(column.values.size(), column.is_list ? kValuesPerColumnMax : 1U) << column.name;
    EXPECT_TRUE(std::ranges::is_sorted(column.values)) << column.name;
    EXPECT_EQ(std::ranges::adjacent_find(column.values), column.values.end()) << column.name;
    EXPECT_THAT(column.values, ::testing::Not(Contains(""))) << column.name;
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

std::string hostile_value(Random& random) {
  static constexpr std::string_view kPieces[] = {"smith",
                                                 "O'",
                                                 "-",
                                                 "(",
                                                 ")",
                                                 "\"",
                                                 "'",
                                                 ",",
                                                 ".",
                                                 " ",
                                                 "|",
                                                 "née ",
                                                 "TWIN ",
                                                 "1",
                                                 "2",
                                                 "BABY OF",
                                                 "\xE2\x80\x8F",
                                                 "😀",
                                                 "e\xCC\x81",
                                                 "王",
                                                 "ح",
                                                 "\xC3",
                                                 std::string_view("\0", 1),
                                                 "van",
                                                 "ZZ99",
                                                 "M1 1AE",
                                                 "1980-05-04",
                                                 "@",
                                                 "nhs.net",
                                                 "+44",
                                                 "0161",
                                                 "st",
                                                 "flat",
                                                 "/",
                                                 ":",
                                                 "known as",
                                                 "\xED\xA0\x80",
                                                 "\xF0\x9F",
                                                 "ß",
                                                 "ﷺ",
                                                 "Jr"};
  std::string value;
  const auto pieces = random.below(12);
  for (std::uint64_t i = 0; i < pieces; ++i) value += kPieces[random.below(std::size(kPieces))];
  return value;
}

TEST(StandardizePerson, HostileRecordsGiveSoundColumns) {
  Random random(2025);
  for (int round = 0; round < 4000; ++round) {
    Fields fields;
    const auto count = random.below(30);
    for (std::uint64_t i = 0; i < count; ++i)
      fields.push_back(
          {std::string(kPersonFields[random.below(kPersonFields.size())].name), hostile_value(random)});
    expect_sound(standard(fields));
  }
}

TEST(StandardizePerson, ManyFieldsAndValuesStayWithinTheLimits) {
  Fields fields;
  for (int i = 0; i < 5000; ++i) fields.push_back({"phone", "0161496" + std::to_string(1000 + i)});
  std::string aliases;
  for (int i = 0; i < 100; ++i) aliases += "a" + std::string(1, static_cast<char>('a' + i % 26)) + "b|";
  fields.insert(fields.begin(), {"known_as", aliases});
  const auto out = standard(fields);
  expect_sound(out);
  EXPECT_EQ(list(out, "phones").size(), kValuesPerColumnMax);
  EXPECT_THAT(out.removals, Contains(Removal{"phones", "too many values"}));
}

TEST(StandardizePerson, TheBytesOfOneRecordAreBounded) {
  const auto out = standard(Fields(20, {"alias", std::string(1000, 'a')}));
  EXPECT_EQ(out.removals, std::vector<Removal>(4, {"surnames", "record too long"}));
}

TEST(StandardizePerson, SaysTheSameAboutItsOwnTexts) {
  const auto once = standardize_person(full_record(), options_today());
  Fields again = {{"known_as", "bob"}, {"alias", "bobby lee"}};
  for (const char* field : {"nhs_number", "title", "given_name", "surname", "suffix", "mother_surname", "dob",
                            "death_date", "sex", "birth_order", "town", "postcode", "gp_practice"})
    again.push_back({field, std::string(once.text(field))});
  const std::pair<const char*, const char*> kLists[] = {{"phone", "phones"},
                                                        {"email", "emails"},
                                                        {"identifier", "identifiers"},
                                                        {"previous_postcode", "postcodes"},
                                                        {"middle_names", "middle_names"},
                                                        {"previous_surname", "surnames"}};
  for (const auto& [field, column] : kLists)
    for (const auto& value : list(once, column)) again.push_back({field, value});
  const auto twice = standard(again);
  for (const auto& column : once.columns) {
    if (column.name == "nhs_verified" || column.name.starts_with("address"))
      continue;  // not among the inputs
    const auto* same = twice.find(column.name);
    ASSERT_NE(same, nullptr) << column.name;
    EXPECT_EQ(same->values, column.values) << column.name;
  }
}

TEST(StandardizePerson, IsTheSameOnEveryThread) {
  const SourceRecord record = record_of(
      {{"given_name", "Олександр"}, {"surname", "王小明 محمد"}, {"town", "Łódź"}, {"known_as", "საბა"}});
  const auto expected = standardize_person(record, options_today());
  std::vector<int> differing(4, 0);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < differing.size(); ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 300; ++i) {
        const auto out = standardize_person(record, options_today());
        if (out.columns != expected.columns || out.removals != expected.removals) ++differing[t];
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(differing, ::testing::Each(0));
}

std::string refusal(Fields fields) {
  const auto status = check_person(record_of(std::move(fields)), options_today());
  return status ? "" : std::string(error_code_name(status.error().code)) + ": " + status.error().message;
}

TEST(CheckPerson, RefusesWhatNoRecordMayHold) {
  EXPECT_EQ(refusal({{"dob", "2025-06-02"}}), "invalid_input: dob: date in the future");
  EXPECT_EQ(refusal({{"dob", "2031"}}), "invalid_input: dob: date in the future");
  EXPECT_EQ(refusal({{"death_date", "2025-06-02"}}), "invalid_input: death_date: date in the future");
  EXPECT_EQ(refusal({{"surname", "\xC3"}}), "invalid_input: surname: invalid UTF-8");
  EXPECT_EQ(refusal({{"surname", std::string("a\0", 2)}}), "invalid_input: surname: NUL character");
  EXPECT_EQ(refusal({{"surname", std::string(1 << 20, 'a')}}), "invalid_input: surname: value too long");
  EXPECT_EQ(refusal({{"Jane Smith", "\xC3"}}), "invalid_input: unknown field: invalid UTF-8");
  EXPECT_EQ(refusal(Fields(kFieldsPerRecordMax + 1, {"phone", "1"})), "limit: more than 256 fields");
  EXPECT_EQ(refusal(Fields(17, {"alias", std::string(1000, 'a')})), "limit: more than 16384 bytes of values");
}

TEST(CheckPerson, RefusesAnEventThatIsMoreThanADayAhead) {
  using namespace std::chrono;
  const StandardizeOptions options = options_today();
  const auto at = [&](milliseconds from_midnight) {
    SourceRecord record = record_of({{"surname", "Shaw"}});
    record.event_ms = (sys_days(*options.as_of_date).time_since_epoch() + from_midnight).count();
    return check_person(record, options);
  };
  for (const milliseconds good : {milliseconds(-1), milliseconds(0), milliseconds(hours(47))}) EXPECT_TRUE(at(good)) << good.count();
  for (const milliseconds bad : {milliseconds(hours(48)), milliseconds(days(365))}) {
    ASSERT_FALSE(at(bad)) << bad.count();
    EXPECT_EQ(at(bad).error().message, "event_date: more than a day in the future");
  }
}

TEST(CheckPerson, AcceptsWhatIsMerelyPoor) {
  EXPECT_EQ(refusal(full_record().fields), "");
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(
      refusal({{"dob", "2025-06-01"}, {"nhs_number", "1"}, {"given_name", "TWIN 1"}, {"dob", "rubbish"}}),
      "");
  SourceRecord future = record_of({{"dob", "2999-01-01"}});
  EXPECT_TRUE(check_person(future, StandardizeOptions{}).ok());  // no date to compare with
}

}  // namespace
}  // namespace gmpi
