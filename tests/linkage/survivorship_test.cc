#include "linkage/survivorship.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "standardize/person.h"
#include "tests/linkage/small_model.h"

namespace gmpi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const StandardizeOptions kOptions{.as_of_date = {}, .test_nhs_numbers = true, .default_country = "GB"};

SurvivorInput member(const std::string& id, UnixMillis event_ms, std::vector<SourceField> fields,
                     const StandardizeOptions& options = kOptions) {
  SurvivorInput input;
  input.record = person_record({"gp", id}, std::move(fields), event_ms);
  input.standard = standardize_person(input.record, options);
  return input;
}

/// "value<id" of each golden field of that name.
std::vector<std::string> golden(const std::vector<SurvivorInput>& members, const std::string& name) {
  std::vector<std::string> values;
  for (const GoldenField& field : golden_record(members, kOptions))
    if (field.name == name) values.push_back(field.value + "<" + field.from.local_id);
  return values;
}

TEST(Survivorship, TheMostRecentValueIsShown) {
  const std::vector<SurvivorInput> members = {member("a", 1, {{"surname", "Shaw"}}),
                                              member("b", 3, {{"surname", "Khan"}}),
                                              member("c", 2, {{"surname", "Shaw"}})};
  EXPECT_THAT(golden(members, "surname"), ElementsAre("Khan<b"));
}

TEST(Survivorship, OfEqualTimeTheMostFrequentThenTheFirstInOrder) {
  EXPECT_THAT(golden({member("a", 1, {{"surname", "Shaw"}}), member("b", 1, {{"surname", "Khan"}}),
                      member("c", 1, {{"surname", "SHAW"}})},
                     "surname"),
              ElementsAre("Shaw<a"));
  EXPECT_THAT(
      golden({member("b", 1, {{"surname", "Shaw"}}), member("a", 1, {{"surname", "Shaw"}})}, "surname"),
      ElementsAre("Shaw<a"));
}

TEST(Survivorship, ADefaultDateIsNeverShown) {
  EXPECT_THAT(
      golden({member("a", 1, {{"dob", "1980-05-01"}}), member("b", 9, {{"dob", "1900-01-01"}})}, "dob"),
      ElementsAre("1980-05-01<a"));
  EXPECT_THAT(golden({member("a", 9, {{"dob", "1900-01-01"}})}, "dob"), IsEmpty());
}

TEST(Survivorship, APartialDateIsShownWhereNoWholeOneIs) {
  EXPECT_THAT(golden({member("a", 1, {{"dob", "1985"}})}, "dob"), ElementsAre("1985<a"));
  EXPECT_THAT(golden({member("a", 1, {{"dob", "March 1985"}})}, "dob"), ElementsAre("1985-03<a"));
  EXPECT_THAT(golden({member("a", 1, {{"dob", "1985-03-00"}})}, "dob"), ElementsAre("1985-03<a"));
  EXPECT_THAT(golden({member("a", 1, {{"death_date", "2020-11"}})}, "death_date"), ElementsAre("2020-11<a"));
  const std::vector<SurvivorInput> members = {member("a", 9, {{"dob", "1985"}}),
                                              member("b", 5, {{"dob", "1985-03"}}),
                                              member("c", 1, {{"dob", "1985-03-02"}})};
  EXPECT_THAT(golden(members, "dob"), ElementsAre("1985-03-02<c"));
  EXPECT_THAT(golden({members[0], members[1]}, "dob"), ElementsAre("1985-03<b"));
  for (const char* nothing : {"1985-02-31", "85", "03/85", "unknown", "0000", "1985-13"})
    EXPECT_THAT(golden({member("a", 1, {{"dob", nothing}})}, "dob"), IsEmpty()) << nothing;
  StandardizeOptions today = kOptions;
  today.as_of_date = std::chrono::year(2026) / 6 / 15;
  EXPECT_THAT(golden({member("a", 1, {{"dob", "2027"}}, today)}, "dob"), IsEmpty());
}

TEST(Survivorship, AProtectedMemberMakesTheWholePersonProtected) {
  const std::vector<SurvivorInput> members = {member("a", 1, {{"surname", "Shaw"}, {"restricted", "yes"}}),
                                              member("b", 9, {{"surname", "Shaw"}, {"restricted", "N"}}),
                                              member("c", 9, {{"surname", "Shaw"}})};
  EXPECT_THAT(golden(members, "restricted"), ElementsAre("R<a"));
  EXPECT_THAT(golden({members[1], members[2]}, "restricted"), IsEmpty());
  const SurvivorInput very = member("d", 0, {{"surname", "Shaw"}, {"restricted", "V"}});
  EXPECT_THAT(golden({members[0], very, members[2]}, "restricted"), ElementsAre("V<d")) << "the strictest, not the newest";
}

TEST(Survivorship, AVerifiedNumberBeatsAMoreRecentOneAndBringsItsStatus) {
  const std::vector<SurvivorInput> members = {
      member("a", 1, {{"nhs_number", test_nhs_number(1)}, {"nhs_number_status", "01"}}),
      member("b", 9, {{"nhs_number", test_nhs_number(2)}, {"nhs_number_status", "02"}})};
  EXPECT_THAT(golden(members, "nhs_number"), ElementsAre(test_nhs_number(1) + "<a"));
  EXPECT_THAT(golden(members, "nhs_number_status"), ElementsAre("01<a"));
}

TEST(Survivorship, AnAddressComesFromOneRecord) {
  const std::vector<SurvivorInput> members = {
      member("a", 1, {{"address_line", "1 High Street"}, {"town", "Oldham"}, {"postcode", "OL9 6AA"}}),
      member("b", 2, {{"address_line", "Flat 2"}, {"address_line", "9 Mill Lane"}, {"postcode", "M1 1AE"}})};
  EXPECT_THAT(golden(members, "postcode"), ElementsAre("M1 1AE<b"));
  EXPECT_THAT(golden(members, "address_line"), ElementsAre("Flat 2<b", "9 Mill Lane<b"));
  EXPECT_THAT(golden(members, "town"), IsEmpty());
}

TEST(Survivorship, ListsHaveEachValueOnceTheMostRecentFirst) {
  const std::vector<SurvivorInput> members = {member("a", 1, {{"known_as", "Bo"}, {"known_as", "Jo"}}),
                                              member("b", 2, {{"known_as", "Jo"}, {"known_as", "Al"}})};
  EXPECT_THAT(golden(members, "known_as"), ElementsAre("Jo<b", "Al<b", "Bo<a"));
}

TEST(Survivorship, WhatHasNoStandardFormIsNeverShownHoweverRecent) {
  const std::vector<SourceField> bad = {{"nhs_number", "1234567890"},
                                        {"nhs_number_status", "01"},
                                        {"sex", "banana"},
                                        {"postcode", "!!"},
                                        {"dob", "1980-02-31"},
                                        {"death_date", "2020-13-01"},
                                        {"phone", "4960"},
                                        {"email", "not an e-mail"},
                                        {"gp_practice", "V81999"}};
  EXPECT_THAT(golden_record({member("a", 9, bad)}, kOptions), IsEmpty());
  const std::vector<SurvivorInput> members = {member("a", 9, bad), member("b", 1,
                                                                          {{"nhs_number", test_nhs_number(1)},
                                                                           {"sex", "female"},
                                                                           {"postcode", "M1 1AE"},
                                                                           {"dob", "1980-02-28"},
                                                                           {"death_date", "2020-12-01"},
                                                                           {"phone", "0161 496 0000"},
                                                                           {"email", "a@example.org"},
                                                                           {"gp_practice", "P84001"}})};
  for (const GoldenField& field : golden_record(members, kOptions))
    EXPECT_EQ(field.from.local_id, "b") << field.name;
  EXPECT_THAT(golden_record(members, kOptions), testing::SizeIs(8));
}

TEST(Survivorship, ValuesAreShownInTheirStandardForm) {
  const std::string number = test_nhs_number(1);
  const std::vector<SurvivorInput> members = {
      member("a", 1,
             {{"nhs_number", number.substr(0, 3) + " " + number.substr(3, 3) + "-" + number.substr(6)},
              {"dob", "01/05/1980"},
              {"death_date", "3 June 2020"},
              {"sex", "1"},
              {"postcode", "m139wl"},
              {"email", "Ada@Example.ORG"},
              {"gp_practice", "p84001"}})};
  EXPECT_THAT(golden(members, "nhs_number"), ElementsAre(number + "<a"));
  EXPECT_THAT(golden(members, "dob"), ElementsAre("1980-05-01<a"));
  EXPECT_THAT(golden(members, "death_date"), ElementsAre("2020-06-03<a"));
  EXPECT_THAT(golden(members, "sex"), ElementsAre("male<a"));
  EXPECT_THAT(golden(members, "postcode"), ElementsAre("M13 9WL<a"));
  EXPECT_THAT(golden(members, "email"), ElementsAre("ada@example.org<a"));
  EXPECT_THAT(golden(members, "gp_practice"), ElementsAre("P84001<a"));
}

TEST(Survivorship, SexNeitherMaleNorFemaleIsShownOnlyWhenNobodySaysEither) {
  EXPECT_THAT(golden({member("a", 1, {{"sex", "9"}})}, "sex"), ElementsAre("other<a"));
  EXPECT_THAT(golden({member("a", 1, {{"sex", "X"}})}, "sex"), ElementsAre("unknown<a"));
  EXPECT_THAT(golden({member("a", 9, {{"sex", "U"}}), member("b", 1, {{"sex", "F"}})}, "sex"),
              ElementsAre("female<b"));
}

TEST(Survivorship, SpellingsOfOnePhoneNumberAreOnePhone) {
  const std::vector<SurvivorInput> members = {
      member("a", 1, {{"phone", "07700 900123"}, {"phone", "0044 161 4960000"}}),
      member("b", 2, {{"phone", "0161 496 0000 / +44 7700 900123"}, {"phone", "(0161) 496-0000"}})};
  EXPECT_THAT(golden(members, "phone"), ElementsAre("+441614960000<b", "+447700900123<b"));
}

TEST(Survivorship, ContactsShownAreThoseThatAreCompared) {
  const SurvivorInput one = member("a", 1,
                                   {{"phone", "0161 496 0000; 4960|07700 900123, 712 486766"},
                                    {"phone", "///"},
                                    {"email", "b@example.org|A@example.org"},
                                    {"email", "none@none.com"}});
  for (const auto& [field, column] : {std::pair("phone", "phones"), std::pair("email", "emails")}) {
    std::vector<std::string> shown;
    for (const GoldenField& golden : golden_record({one}, kOptions))
      if (golden.name == field) shown.push_back(golden.value);
    EXPECT_THAT(shown, testing::UnorderedElementsAreArray(one.standard.find(column)->values)) << field;
  }
}

TEST(Survivorship, TestRangeNhsNumbersAreShownOnlyWhereTheyAreAccepted) {
  const std::vector<SourceField> fields = {{"nhs_number", test_nhs_number(1)}};
  const StandardizeOptions live{.as_of_date = {}, .test_nhs_numbers = false, .default_country = "GB"};
  EXPECT_THAT(golden_record({member("a", 1, fields, live)}, live), IsEmpty());
  EXPECT_THAT(golden_record({member("a", 1, fields)}, kOptions), testing::SizeIs(1));
}

TEST(Survivorship, PlaceholderNamesAreNeverShown) {
  EXPECT_THAT(golden_record({member("a", 9,
                                    {{"given_name", "BABY BOY"},
                                     {"middle_names", "not known"},
                                     {"surname", "unknown"},
                                     {"known_as", "xxx"},
                                     {"mother_surname", "unknown"}})},
                            kOptions),
              IsEmpty());
  EXPECT_THAT(golden_record({member("a", 9, {{"given_name", "TEST"}, {"surname", "TEST"}})}, kOptions),
              IsEmpty());
  EXPECT_THAT(golden_record({member("a", 9, {{"full_name", "TEST TEST"}, {"alias", "TEST TEST"}})}, kOptions),
              IsEmpty());
  EXPECT_THAT(golden({member("a", 9, {{"given_name", "BABY BOY"}, {"full_name", "Sarah Khan"}}),
                      member("b", 1, {{"given_name", "Sarah"}})},
                     "given_name"),
              ElementsAre("Sarah<b"));
}

TEST(Survivorship, OfEqualNamesOneThatIsNotAllUpperCaseIsShownAsReceived) {
  EXPECT_THAT(
      golden({member("a", 1, {{"given_name", "CHRISTOPH"}}), member("b", 1, {{"given_name", "Christopher"}})},
             "given_name"),
      ElementsAre("Christopher<b"));
  EXPECT_THAT(
      golden({member("a", 1, {{"known_as", "CHRIS"}}), member("b", 1, {{"known_as", "Chris"}})}, "known_as"),
      ElementsAre("Chris<b"));
  EXPECT_THAT(
      golden({member("a", 2, {{"surname", "MCKAY"}}), member("b", 1, {{"surname", "McKay"}})}, "surname"),
      ElementsAre("MCKAY<a"));
}

TEST(Survivorship, AnAddressWithoutAUsablePostcodeIsShownWithoutIt) {
  const std::vector<SurvivorInput> members = {
      member("a", 1, {{"address_line", "1 High Street"}, {"postcode", "!!"}})};
  EXPECT_THAT(golden(members, "address_line"), ElementsAre("1 High Street<a"));
  EXPECT_THAT(golden(members, "postcode"), IsEmpty());
}

TEST(Survivorship, TheOrderOfMembersDoesNotMatter) {
  SmallWorld world(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<SurvivorInput> members;
    for (int i = 0; i < 5; ++i) {
      const SourceRecord record = world.content({"gp", std::to_string(i)});
      members.push_back(
          member(record.key.local_id, static_cast<UnixMillis>(world.random().below(3)), record.fields));
    }
    const auto text = [&] {
      std::string all;
      for (const auto& field : golden_record(members, kOptions))
        all += field.name + "=" + field.value + "<" + field.from.local_id + "\n";
      return all;
    };
    const std::string expected = text();
    std::reverse(members.begin(), members.end());
    EXPECT_EQ(text(), expected);
    std::swap(members[1], members[3]);
    EXPECT_EQ(text(), expected);
  }
}

TEST(Survivorship, AnIdentifierThatNamesTheNhsNumberIsShownAsThatOrNotAtAll) {
  const std::string number = test_nhs_number(3), wrong = number.substr(0, 9) + (number[9] == '0' ? '1' : '0');
  for (const char* system :
       {"NHS", "https://fhir.nhs.uk/Id/nhs-number", "urn:oid:2.16.840.1.113883.2.1.4.1"}) {
    const std::string prefix = std::string(system) + ":";
    const std::vector<SurvivorInput> members = {
        member("a", 2, {{"identifier", prefix + wrong}, {"identifier", "mrn:A17"}}),
        member("b", 1, {{"identifier", prefix + number}})};
    EXPECT_THAT(golden(members, "identifier"), ElementsAre("mrn:A17<a"));
    EXPECT_THAT(golden(members, "nhs_number"), ElementsAre(number + "<b"));
  }
}

TEST(CheckedFields, HoldTheNhsNumberInStandardFormOrNotAtAll) {
  const std::string number = test_nhs_number(3), wrong = number.substr(0, 9) + (number[9] == '0' ? '1' : '0');
  const auto checked = [](std::vector<SourceField> fields) {
    std::string text;
    for (const auto& field : checked_fields(member("a", 1, std::move(fields)).record, kOptions))
      text += field.name + "=" + field.value + " ";
    return text;
  };
  const std::string spaced = number.substr(0, 3) + " " + number.substr(3);
  EXPECT_EQ(checked({{"surname", "Okafor"}, {"nhs_number", spaced}, {"nhs_number_status", "01"}}),
            "nhs_number=" + number + " surname=Okafor nhs_number_status=01 ");
  EXPECT_EQ(checked({{"surname", "Okafor"}, {"nhs_number", wrong}, {"nhs_number_status", "01"}}),
            "surname=Okafor ");
  EXPECT_EQ(checked({{"identifier", "NHS:" + number}, {"identifier", "mrn:A17"}}),
            "nhs_number=" + number + " identifier=mrn:A17 ");
  EXPECT_EQ(checked({{"identifier", "NHS:" + wrong}, {"nhs_number_status", "01"}}), "");
  EXPECT_EQ(checked({{"dob", "not a date"}}), "dob=not a date ") << "everything else is as received";
}

TEST(Survivorship, NobodyIsNothing) {
  EXPECT_THAT(golden_record({}, kOptions), IsEmpty());
}

}  // namespace
}  // namespace gmpi
