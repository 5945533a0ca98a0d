#include "benchmarks/population/nhs_number.h"

#include <gtest/gtest.h>

#include <set>

#include "benchmarks/population/permutation.h"

namespace gmpi::population {
namespace {

TEST(NhsNumber, CheckDigitIsThatOfPublishedExamples) {
  EXPECT_EQ(nhs_check_digit(943'476'591), 9);  // 943 476 5919, the example of the NHS Data Dictionary
  EXPECT_EQ(nhs_check_digit(999'012'342), 10) << "no number begins so";
  EXPECT_TRUE(is_valid_nhs_number(9'434'765'919));
  EXPECT_FALSE(is_valid_nhs_number(9'434'765'918));
}

TEST(NhsNumber, EveryPersonHasTwoValidNumbersOfTheTestRangeAndSharesNone) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t person = 0; person < 50'000; ++person) {
    for (int nth = 0; nth < 2; ++nth) {
      const auto number = nhs_number_of(7, person, nth);
      if (nth == 1 && number == 0) continue;
      ASSERT_TRUE(is_valid_nhs_number(number));
      ASSERT_GE(number, 9'000'000'000);
      ASSERT_TRUE(seen.insert(number).second);
    }
  }
}

TEST(Permutation, ReachesEveryNumberOnceAndHidesOrder) {
  const Permutation shuffle(100, 42);
  std::set<std::uint64_t> seen;
  int ascents = 0;
  for (std::uint64_t x = 0; x < 10'000; ++x) {
    ASSERT_LT(shuffle(x), 10'000U);
    seen.insert(shuffle(x));
    if (x > 0) ascents += shuffle(x) > shuffle(x - 1);
  }
  EXPECT_EQ(seen.size(), 10'000U);
  EXPECT_NEAR(ascents, 5'000, 300);
}

}  // namespace
}  // namespace gmpi::population
