#include "index/cache/breaker.h"

#include <gtest/gtest.h>

namespace gmpi {
namespace {

using namespace std::chrono_literals;

const Breaker::Time kStart{};

TEST(Breaker, it_allows_until_enough_failures_in_a_row) {
  Breaker breaker(3, 50ms, 1000ms);
  breaker.failed(kStart);
  breaker.failed(kStart);
  EXPECT_TRUE(breaker.allows(kStart));
  breaker.succeeded();
  breaker.failed(kStart);
  breaker.failed(kStart);
  EXPECT_TRUE(breaker.allows(kStart)) << "a success starts the count again";
  breaker.failed(kStart);
  EXPECT_FALSE(breaker.allows(kStart));
}

TEST(Breaker, the_wait_doubles_up_to_the_longest_and_a_success_resets_it) {
  Breaker breaker(1, 50ms, 300ms);
  Breaker::Time now = kStart;
  for (const auto expected : {50ms, 100ms, 200ms, 300ms, 300ms}) {
    breaker.failed(now);
    EXPECT_EQ(breaker.wait(now), expected);
    EXPECT_FALSE(breaker.allows(now + expected - 1ms));
    now += expected;
    EXPECT_TRUE(breaker.allows(now)) << "one may try again";
    EXPECT_EQ(breaker.wait(now), 0ms);
  }
  breaker.succeeded();
  breaker.failed(now);
  EXPECT_EQ(breaker.wait(now), 50ms);
}

}  // namespace
}  // namespace gmpi
