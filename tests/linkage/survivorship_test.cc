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

SurvivorInput member(const std::string& id, UnixMillis event_ms, std::vector<SourceField> fields) {
  SurvivorInput input;
  input.record = person_record({"gp", id}, std::move(fields), event_ms);
  input.standard =
      standardize_person(input.record, {.as_of_date = {}, .test_nhs_numbers = true, .default_country = "GB"});
  return input;
}

/// "value<id" of each golden field of that name.
std::vector<std::string> golden(const std::vector<SurvivorInput>& members, const std::string& name) {
  std::vector<std::string> values;
  for (const GoldenField& field : golden_record(members))
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
              ElementsAre("SHAW<c"));
  EXPECT_THAT(
      golden({member("b", 1, {{"surname", "Shaw"}}), member("a", 1, {{"surname", "Shaw"}})}, "surname"),
      ElementsAre("Shaw<a"));
}

TEST(Survivorship, APlaceholderOrDefaultDateNeverBeatsAValue) {
  EXPECT_THAT(
      golden({member("a", 1, {{"dob", "1980-05-01"}}), member("b", 9, {{"dob", "1900-01-01"}})}, "dob"),
      ElementsAre("1980-05-01<a"));
  EXPECT_THAT(golden({member("a", 9, {{"dob", "1900-01-01"}})}, "dob"), ElementsAre("1900-01-01<a"));
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
  const std::vector<SurvivorInput> members = {member("a", 1, {{"phone", "1"}, {"phone", "2"}}),
                                              member("b", 2, {{"phone", "2"}, {"phone", "3"}})};
  EXPECT_THAT(golden(members, "phone"), ElementsAre("2<b", "3<b", "1<a"));
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
      for (const auto& field : golden_record(members))
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

TEST(Survivorship, NobodyIsNothing) {
  EXPECT_THAT(golden_record({}), IsEmpty());
}

}  // namespace
}  // namespace gmpi
