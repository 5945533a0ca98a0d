#include "benchmarks/population/tables.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "benchmarks/population/rates.h"

namespace gmpi::population {
namespace {

class TableFiles : public testing::Test {
 protected:
  TableFiles()
      : dir_(testing::TempDir() + "gmpi_tables_" +
             testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
  }
  ~TableFiles() override { std::filesystem::remove_all(dir_); }
  void write(const std::string& name, const std::string& text) { std::ofstream(dir_ + "/" + name) << text; }

  std::string dir_;
};

TEST(BuiltInTables, HoldEnoughNamesWithSmithAtAboutOnePercent) {
  const auto tables = load_tables("", 30'000);
  ASSERT_TRUE(tables);
  std::set<std::string> forenames;
  for (const auto& sex : tables->british_given)
    for (const auto& decade : sex)
      for (std::size_t i = 0; i < decade.size(); ++i) forenames.insert(decade.word(i));
  EXPECT_GE(forenames.size(), 400U);
  const auto& surnames = tables->family[static_cast<std::size_t>(Origin::kBritish)];
  ASSERT_EQ(surnames.word(0), "Smith");
  EXPECT_NEAR(static_cast<double>(surnames.weight(0)) / static_cast<double>(surnames.total()), 0.013, 0.002);
  double squares = 0;  // effective number of surnames: 1 / sum of squared shares
  for (std::size_t i = 0; i < surnames.size(); ++i) {
    const double share = static_cast<double>(surnames.weight(i)) / static_cast<double>(surnames.total());
    squares += share * share;
  }
  EXPECT_GE(surnames.size(), 1'500U);
  EXPECT_GE(1 / squares, 500);
}

TEST(BuiltInTables, GiveEveryLocalityUnitsOfItsOwnScaledToThePeople) {
  for (const std::uint64_t people : {100ULL, 30'000ULL, 290'000ULL, 2'900'000ULL}) {
    const auto tables = load_tables("", people);
    ASSERT_TRUE(tables);
    std::set<std::string> postcodes;
    for (const auto& unit : tables->units)
      ASSERT_TRUE(postcodes.insert(unit.postcode).second) << unit.postcode;
    for (const auto& [first, end] : tables->units_of) EXPECT_LT(first, end);
    if (people >= 30'000) {
      EXPECT_NEAR(static_cast<double>(people) / static_cast<double>(postcodes.size()), 41, 6);
    }
  }
}

TEST(BuiltInTables, HaveNamesForEveryOriginAndSex) {
  const auto tables = load_tables("", 1'000);
  ASSERT_TRUE(tables);
  for (std::size_t o = 0; o < kOrigins; ++o) {
    const auto origin = static_cast<Origin>(o);
    if (origin == Origin::kBritish || origin == Origin::kMixed || origin == Origin::kOther) continue;
    EXPECT_GE(tables->given[o][kMale].size(), 25U) << kOriginPoolNames[o];
    EXPECT_GE(tables->given[o][kFemale].size(), 25U) << kOriginPoolNames[o];
    EXPECT_GE(tables->family[o].size(), 40U) << kOriginPoolNames[o];
  }
}

TEST_F(TableFiles, ReplaceTheBuiltInListAndKeepItsIrishNames) {
  write("surnames_uk.csv", "surname,freq\nmcquirk,0.6\nsmyth-o'dowd,9e-04\n");
  const auto tables = load_tables(dir_, 1'000);
  ASSERT_TRUE(tables) << tables.error().message;
  const auto& surnames = tables->family[static_cast<std::size_t>(Origin::kBritish)];
  EXPECT_EQ(surnames.word(0), "McQuirk");
  EXPECT_EQ(surnames.word(1), "Smyth-O'Dowd");
  EXPECT_EQ(surnames.weight(0), 600'000U);
  EXPECT_EQ(surnames.weight(1), 900U);
  EXPECT_EQ(surnames.word(2), "O'Brien");
  ASSERT_EQ(tables->versions.size(), 2U);
  EXPECT_EQ(tables->versions[1].first, "surnames_uk.csv");
}

TEST_F(TableFiles, SayFileLineAndReasonWhenTheyAreWrong) {
  write("baby_names.csv", "nation,sex,decade,name,count\nEW,F,1990,Chloe,33235\nEW,X,1990,Emily,26341\n");
  const auto tables = load_tables(dir_, 1'000);
  ASSERT_FALSE(tables);
  EXPECT_EQ(tables.error().code, ErrorCode::kInvalidInput);
  EXPECT_NE(tables.error().message.find("baby_names.csv:3: sex is neither M nor F"), std::string::npos)
      << tables.error().message;
}

TEST_F(TableFiles, MustHaveTheirColumnsAndAllLocalities) {
  write("nicknames.csv", "name,pet\nwilliam,bill\n");
  const auto no_column = load_tables(dir_, 1'000);
  ASSERT_FALSE(no_column);
  EXPECT_NE(no_column.error().message.find("no column 'nickname'"), std::string::npos);
  std::filesystem::remove(dir_ + "/nicknames.csv");
  write("gm_postcodes.csv", "postcode,locality\nM14 5TP,Manchester\n");
  const auto one_locality = load_tables(dir_, 1'000);
  ASSERT_FALSE(one_locality);
  EXPECT_NE(one_locality.error().message.find("no postcode of Bolton"), std::string::npos);
}

TEST_F(TableFiles, OfAMissingFolderAreAnError) {
  const auto tables = load_tables(dir_ + "/absent", 1'000);
  ASSERT_FALSE(tables);
  EXPECT_EQ(tables.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace gmpi::population
