#include "standardize/column_profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace gmpi {
namespace {

using Values = std::vector<std::string>;

ColumnKind kind_of(std::string_view header, const Values& values) {
  const std::vector<std::string_view> views(values.begin(), values.end());
  return profile_column(header, views).kind;
}

/// A table by columns; every column as long as the longest, missing at the end.
std::vector<ColumnProfile> profiles_of(const std::vector<std::pair<std::string, Values>>& table) {
  std::vector<std::string> headers;
  std::vector<std::vector<std::string_view>> columns;
  for (const auto& [header, values] : table) {
    headers.push_back(header);
    columns.emplace_back(values.begin(), values.end());
  }
  return profile_table(headers, columns);
}

ColumnKind kind_in(const std::vector<ColumnProfile>& profiles, const std::string& header) {
  return std::find_if(profiles.begin(), profiles.end(), [&](const auto& p) { return p.header == header; })->kind;
}

const Values kIsoDates = {"1980-05-01", "1931-12-24", "", "2003-02-28", "1967-08-97"};
const Values kGermanDates = {"1.5.1980", "24.12.1931", "28.02.2003", "3.7.1955"};
const Values kPostcodes = {"M13 9WL", "m6 8hd", "SK5 1HU", "OL1 3AB", "BL2"};
const Values kSurnames = {"Schmidt", "Müller", "Weber", "Nowak", "Oyelaran", "O'Brien", "Dubois"};
const Values kGiven = {"John", "Mary", "Sarah", "William", "James", "Zbigniew", "Elizabeth"};

TEST(ColumnProfile, DatesAreDatesUnderAnyHeader) {
  for (const auto header : {"x", "dob", "Geburtsdatum", "spalte7", "surname"}) {
    EXPECT_EQ(kind_of(header, kIsoDates), ColumnKind::kDate) << header;
    EXPECT_EQ(kind_of(header, kGermanDates), ColumnKind::kDate) << header;
  }
  EXPECT_EQ(kind_of("c1", {"01/05/1980", "13/12/1931", "2/2/2003"}), ColumnKind::kDate);
  EXPECT_EQ(kind_of("c1", {"19800501", "19311213", "20030202"}), ColumnKind::kDate);
}

TEST(ColumnProfile, TellingFormsNeedNoHeader) {
  EXPECT_EQ(kind_of("c1", kPostcodes), ColumnKind::kPostcode);
  EXPECT_EQ(kind_of("c1", {"a.b@example.com", "zoe@mail.de", "x@y.org"}), ColumnKind::kEmail);
  EXPECT_EQ(kind_of("c1", {"9434765919", "943 476 5919", "4010232137"}), ColumnKind::kIdentifier);
  EXPECT_EQ(kind_of("c1", {"0161 496 0000", "+44 7700 900123", "(0161) 4960001", "07700 900124"}), ColumnKind::kPhone);
  EXPECT_EQ(kind_of("c1", {"12 Oxford Road", "3 Station Street", "Hauptstrasse 5", "9 rue Victor Hugo"}), ColumnKind::kStreet);
  EXPECT_EQ(kind_of("c1", {"CF53539336CFAQ", "CF15968026ZPYF", "CM19165151TZOD"}), ColumnKind::kIdentifier);
}

TEST(ColumnProfile, HeadersOfNineLanguagesTellNamesAndPlacesApart) {
  for (const auto header : {"surname", "Last Name", "Nachname", "nom de famille", "apellidos", "cognome", "sobrenome", "achternaam",
                            "nazwisko", "efternamn"})
    EXPECT_EQ(kind_of(header, kSurnames), ColumnKind::kSurname) << header;
  for (const auto header : {"given_name", "First Name", "Vorname", "Prénom", "nombre", "voornaam", "imię", "förnamn"})
    EXPECT_EQ(kind_of(header, kGiven), ColumnKind::kGivenName) << header;
  for (const auto header : {"town", "Wohnort", "ville", "ciudad", "città", "cidade", "woonplaats", "miasto"})
    EXPECT_EQ(kind_of(header, {"Leeds", "Lyon", "Roma", "Porto", "Gent"}), ColumnKind::kPlace) << header;
}

TEST(ColumnProfile, AHeaderDoesNotTurnValuesIntoWhatTheyCannotBe) {
  EXPECT_NE(kind_of("dob", kSurnames), ColumnKind::kDate);
  EXPECT_NE(kind_of("surname", {"8950763", "2563135", "7062381", "5543321"}), ColumnKind::kSurname);
  EXPECT_NE(kind_of("email", kGiven), ColumnKind::kEmail);
  EXPECT_NE(kind_of("postcode", kSurnames), ColumnKind::kPostcode);
}

TEST(ColumnProfile, GivenNamesAreKnownByTheirVocabulary) {
  EXPECT_EQ(kind_of("feld_a", kGiven), ColumnKind::kGivenName);
  EXPECT_EQ(kind_of("feld_b", kSurnames), ColumnKind::kName);
}

TEST(ColumnProfile, EmptyAndConstantColumnsSayNothing) {
  EXPECT_EQ(kind_of("surname", {"", "", ""}), ColumnKind::kEmpty);
  EXPECT_EQ(kind_of("surname", {}), ColumnKind::kEmpty);
  EXPECT_EQ(kind_of("country", {"UK", "UK", "", "UK"}), ColumnKind::kConstant);
}

TEST(ColumnProfile, MeasuresCountMissingAndDistinctValues) {
  const std::vector<std::string_view> values = {"a", "a", "b", ""};
  const ColumnMeasures m = measure_column(values);
  EXPECT_DOUBLE_EQ(m.missing, 0.25);
  EXPECT_EQ(m.different, 2U);
  EXPECT_NEAR(m.entropy_bits, 0.9183, 1e-4);
}

Values repeated(const Values& pattern, std::size_t rows) {
  Values values;
  for (std::size_t i = 0; i < rows; ++i) values.push_back(pattern[i % pattern.size()]);
  return values;
}

Values numbered(const std::string& prefix, std::size_t rows) {
  Values values;
  for (std::size_t i = 0; i < rows; ++i) values.push_back(prefix + std::to_string(i));
  return values;
}

TEST(TableProfile, FindsTheIdOfTheRowByHeaderOrContent) {
  const auto by_header = profiles_of({{"record_id", numbered("r", 50)}, {"ssn", numbered("x9", 50)}});
  EXPECT_EQ(kind_in(by_header, "record_id"), ColumnKind::kRecordId);
  EXPECT_EQ(kind_in(by_header, "ssn"), ColumnKind::kIdentifier);
  const auto by_content = profiles_of({{"Vorname", repeated(kGiven, 50)}, {"kennung", numbered("k10", 50)}});
  EXPECT_EQ(kind_in(by_content, "kennung"), ColumnKind::kRecordId);
}

TEST(TableProfile, AnIdThatRepeatsIsNoIdOfTheRow) {
  const auto profiles = profiles_of({{"id", repeated(numbered("p", 10), 50)}, {"surname", repeated(kSurnames, 50)}});
  EXPECT_EQ(kind_in(profiles, "id"), ColumnKind::kIdentifier);
}

TEST(TableProfile, ADateSpreadOverThreeColumnsIsFound) {
  const auto profiles = profiles_of({{"by", repeated({"1949", "1968", "1930"}, 50)},
                                     {"bm", repeated({"7", "12", "1", "3"}, 50)},
                                     {"bd", repeated({"22", "27", "5", "1", "31"}, 50)}});
  EXPECT_EQ(kind_in(profiles, "by"), ColumnKind::kYear);
  EXPECT_EQ(kind_in(profiles, "bm"), ColumnKind::kMonth);
  EXPECT_EQ(kind_in(profiles, "bd"), ColumnKind::kDay);
}

TEST(TableProfile, ASlipInOneCellOfHundredsHidesNoDate) {
  Values years = repeated({"1949", "1968", "1930"}, 300), months = repeated({"7", "12", "1", "3"}, 300),
         days = repeated({"22", "27", "5", "1", "31"}, 300);
  years[7] = "194", months[11] = "112", days[9] = "2o2";
  const auto profiles = profiles_of({{"x", years}, {"y", months}, {"z", days}});
  EXPECT_EQ(kind_in(profiles, "x"), ColumnKind::kYear);
  EXPECT_EQ(kind_in(profiles, "y"), ColumnKind::kMonth);
  EXPECT_EQ(kind_in(profiles, "z"), ColumnKind::kDay);
}

TEST(TableProfile, AColumnThatIsFilledWhereAnotherIsNotTakesItsPlace) {
  Values first = repeated({"1980-05-01", "1967-12-03"}, 100), second(100), both = first;
  for (std::size_t i = 50; i < 100; ++i) std::swap(first[i], second[i]);
  const auto of = [](const std::vector<ColumnProfile>& profiles, const std::string& header) {
    return std::find_if(profiles.begin(), profiles.end(), [&](const auto& p) { return p.header == header; })->instead_of;
  };
  EXPECT_EQ(of(profiles_of({{"dob", first}, {"Geburtsdatum", second}}), "Geburtsdatum"), "dob");
  EXPECT_EQ(of(profiles_of({{"dob", both}, {"date of death", both}}), "date of death"), "");
}

TEST(TableProfile, UnknownHeadersStillGiveAGivenAndAFamilyName) {
  Values surnames = numbered("", 60);
  for (std::size_t i = 0; i < surnames.size(); ++i)
    surnames[i] = kSurnames[i % kSurnames.size()] + std::string(1, static_cast<char>('a' + i % 26));
  const auto profiles = profiles_of({{"f1", repeated(kGiven, 60)}, {"f2", surnames}});
  EXPECT_EQ(kind_in(profiles, "f1"), ColumnKind::kGivenName);
  EXPECT_EQ(kind_in(profiles, "f2"), ColumnKind::kSurname);
}

TEST(TableProfile, HostileTablesAreProfiledWithoutHarm) {
  EXPECT_TRUE(profiles_of({}).empty());
  const auto profiles = profiles_of({{"", {"", ""}},
                                     {"\xff\xfe", {"\xff\xff", std::string(5000, 'x')}},
                                     {"digits", {std::string(400, '9'), "1"}}});
  EXPECT_EQ(profiles.size(), 3U);
}

}  // namespace
}  // namespace gmpi
