#include "base/random.h"

#include <gtest/gtest.h>

#include <vector>

namespace gmpi {
namespace {

TEST(Random, TheSequenceOfASeedNeverChanges) {
  EXPECT_EQ(mix64(0), 0xE220A8397B1DCDAFULL);  // first output of splitmix64 from seed 0, as published
  Random random(1);
  const std::uint64_t first = random.next();
  EXPECT_EQ(Random(1).next(), first);
  EXPECT_NE(Random(2).next(), first);
}

TEST(Random, BelowIsUniformAndStaysBelow) {
  Random random(3);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts.at(random.below(7));
  for (const int count : counts) EXPECT_NEAR(count, 10000, 500);  // five standard deviations
}

TEST(Random, BetweenReachesBothEnds) {
  Random random(4);
  bool first = false, last = false;
  for (int i = 0; i < 1000; ++i) {
    const auto n = random.between(-2, 2);
    ASSERT_GE(n, -2);
    ASSERT_LE(n, 2);
    first |= n == -2;
    last |= n == 2;
  }
  EXPECT_TRUE(first && last);
}

TEST(Random, UniformIsInTheHalfOpenUnitInterval) {
  Random random(5);
  double sum = 0;
  for (int i = 0; i < 100000; ++i) {
    const double u = random.uniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
  }
  EXPECT_NEAR(sum / 100000, 0.5, 0.005);
}

}  // namespace
}  // namespace gmpi
