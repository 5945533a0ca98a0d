#include "base/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace gmpi {
namespace {

using namespace std::chrono_literals;

/// What a Progress prints, on a clock that the test moves.
class ProgressText : public ::testing::Test {
 protected:
  Progress::Options options(ProgressStyle style, std::uint64_t total) {
    return {.task = "import", .unit = "records", .total = total, .style = style, .to = file_};
  }
  Progress::Ticks ticks() {
    return [this] { return now_; };
  }
  std::string printed() {
    std::fflush(file_);
    std::string text(static_cast<std::size_t>(std::ftell(file_)), '\0');
    std::rewind(file_);
    EXPECT_EQ(std::fread(text.data(), 1, text.size(), file_), text.size());
    return text;
  }
  void TearDown() override { std::fclose(file_); }

  std::FILE* file_ = std::tmpfile();
  std::chrono::steady_clock::time_point now_{};
};

TEST_F(ProgressText, LinesComeEveryTenSecondsWithRateTimeLeftAndRejects) {
  {
    Progress progress(options(ProgressStyle::kLines, 100000), ticks());
    for (int second = 0; second < 25; ++second) {
      now_ += 1s;
      progress.add(1000);
      if (second == 15) progress.reject(3);
    }
  }
  EXPECT_EQ(printed(),
            "import: 10,000 of 100,000 records (10 %), 1,000/s, 1 min 30 s left\n"
            "import: 20,000 of 100,000 records (20 %), 1,000/s, 1 min 20 s left, 3 rejected\n"
            "import: 25,000 of 100,000 records (25 %), 1,000/s, 1 min 15 s left, 3 rejected\n");
}

TEST_F(ProgressText, ATerminalIsRedrawnAtMostTenTimesASecond) {
  {
    Progress progress(options(ProgressStyle::kTerminal, 0), ticks());
    for (int i = 0; i < 1000; ++i) {
      now_ += 1ms;
      progress.add(1);
    }
  }
  const std::string text = printed();
  EXPECT_THAT(std::count(text.begin(), text.end(), '\r'),
              ::testing::AllOf(::testing::Ge(9), ::testing::Le(11)));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_THAT(text, ::testing::HasSubstr("import: 1,000 records, 1,000/s, 1 s"));
}

TEST_F(ProgressText, JsonIsOneObjectALineAndSaysWhenItIsOver) {
  {
    Progress progress(options(ProgressStyle::kJson, 10), ticks());
    now_ += 2s;
    progress.add(4);
    now_ += 500ms;
    progress.set(10, 10);
  }
  EXPECT_EQ(
      printed(),
      R"({"task":"import","unit":"records","done":4,"total":10,"rejected":0,"seconds":2.000,"per_second":2.0,"seconds_left":3.0,"finished":false})"
      "\n"
      R"({"task":"import","unit":"records","done":10,"total":10,"rejected":0,"seconds":2.500,"per_second":4.0,"finished":true})"
      "\n");
}

TEST_F(ProgressText, ManyThreadsCountTogether) {
  {
    Progress progress(options(ProgressStyle::kLines, 0), ticks());
    now_ += 5s;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 10000; ++i) progress.add(1);
      });
    }
    for (auto& thread : threads) thread.join();
  }
  EXPECT_EQ(printed(), "import: 40,000 records, 8,000/s, 5 s\n");
}

TEST(ProgressWords, NumbersAndDurationsReadAsAPersonWritesThem) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1234567), "1,234,567");
  EXPECT_EQ(duration_text(59.4), "59 s");
  EXPECT_EQ(duration_text(61), "1 min 01 s");
  EXPECT_EQ(duration_text(3725), "1 h 02 min");
}

}  // namespace
}  // namespace gmpi
