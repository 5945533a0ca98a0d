#include "standardize/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "standardize/limits.h"

namespace gmpi {
namespace {

using ::testing::ElementsAre;

AddressReading read(std::vector<std::string_view> lines) {
  return read_address(lines);
}

TEST(Address, WritingsOfOneAddressGiveOneSetOfWords) {
  const auto plain = read({"12 Oxford Road"});
  EXPECT_EQ(plain.number, "12");
  EXPECT_THAT(plain.words, ElementsAre("12", "oxford", "road"));
  for (const auto& same : {read({"12, OXFORD RD."}), read({"12", "Oxford rd"}), read({"12 Oxford  Rd"})}) {
    EXPECT_EQ(same.number, plain.number);
    EXPECT_EQ(same.words, plain.words);
  }
}

TEST(Address, FindsTheHouseAmongTheNumbers) {
  const std::pair<std::vector<std::string_view>, const char*> kTable[] = {
      {{"Flat 3, 12 Oxford Rd"}, "12"},
      {{"Flat 3", "12 Oxford Rd"}, "12"},
      {{"12 Oxford Rd", "Apt 3"}, "12"},
      {{"Apt 7 Victoria House"}, "7"},
      {{"12a Oxford Rd"}, "12a"},
      {{"12 A Oxford Rd"}, "12a"},
      {{"12-14 Oxford Rd"}, "12"},
      {{"Unit 3/12 Oxford Rd"}, "12"},
      {{"1st Floor, 12 Oxford Rd"}, "12"},
      {{"Rose Cottage, Mill Lane"}, ""},
      {{"2687 Morris Knoll Suite 788"}, "2687"},
      {{"PO Box 99"}, "99"}};
  for (const auto& [lines, number] : kTable) EXPECT_EQ(read(lines).number, number) << lines.front();
}

TEST(Address, StIsStreetOrSaintByItsPlace) {
  EXPECT_THAT(read({"12 Oxford St"}).words, ElementsAre("12", "oxford", "street"));
  EXPECT_THAT(read({"12 St John's St"}).words, ElementsAre("12", "johns", "saint", "street"));
  EXPECT_THAT(read({"St Marys Road"}).words, ElementsAre("marys", "road", "saint"));
  EXPECT_THAT(read({"Great St Johns Rd"}).words, ElementsAre("great", "johns", "road", "saint"));
  EXPECT_THAT(read({"Oxford St Flat 3"}).words, ElementsAre("3", "flat", "oxford", "street"));
}

TEST(Address, PlaceholdersAreMissingWithTheirReason) {
  EXPECT_EQ(read({"No Fixed Abode"}).reason, "no fixed abode");
  EXPECT_EQ(read({"NFA"}).reason, "no fixed abode");
  EXPECT_EQ(read({"Not known"}).reason, "placeholder address");
  EXPECT_EQ(read({"unknown", "12 Oxford Rd"}).number, "12");
  EXPECT_EQ(read({}).reason, "");
}

TEST(Address, KnowsHousesOfStrangers) {
  for (const char* line :
       {"HMP Forest Bank", "Ward 4, Royal Bolton Hospital", "Willow Bank Nursing Home, 3 Mill Lane",
        "The Limes Residential Home", "Owens Park Halls of Residence", "Ashley House Hostel",
        "Park Inn Hotel, 4 Cheetham Hill Rd", "St Ann's Hospice", "Salford Royal Hospital NHS Trust",
        "Yarl's Wood Removal Centre", "Denmark Road Student Village", "HOSTEL"})
    EXPECT_TRUE(read({line}).communal) << line;
  for (const char* line : {"12 Hospital Road", "3 Prison Lane", "1 Hospital St", "7 Hotel Close",
                           "5 Barracks Fold", "12 Home Farm", "Rest Harrow, Mill Lane", "Care Cottage",
                           "9 Student Street", "4 Infirmary Gdns", "22 Nursing Avenue", ""})
    EXPECT_FALSE(read({line}).communal) << line;
  EXPECT_TRUE(read({"Flat 2", "Ashley House Hostel"}).communal) << "in any line";
  EXPECT_TRUE(is_communal_postcode("M60 9AH"));
  EXPECT_FALSE(is_communal_postcode("M14 5TG"));
  EXPECT_FALSE(is_communal_postcode(""));
}

TEST(Address, HasALimit) {
  std::string long_line;
  for (int i = 0; i < 5000; ++i) long_line += std::to_string(i) + " road ";
  EXPECT_LE(read({long_line, long_line}).words.size(), kWordsPerValueMax);
}

TEST(Town, IsWords) {
  EXPECT_EQ(parse_town("Ashton-under-Lyne").value, "ashton under lyne");
  EXPECT_EQ(parse_town("St. Helens").value, "saint helens");
  EXPECT_EQ(parse_town("unknown").reason, "placeholder town");
  EXPECT_EQ(parse_town("--").reason, "placeholder town");
}

}  // namespace
}  // namespace gmpi
