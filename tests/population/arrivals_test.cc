#include "benchmarks/population/arrivals.h"

#include <unistd.h>

#include <gtest/gtest.h>

#include <filesystem>

#include "base/random.h"

namespace gmpi::population {
namespace {

std::vector<std::pair<std::uint64_t, std::string>> through(std::size_t memory_max,
                                                           const std::string& spill_dir) {
  Arrivals arrivals(spill_dir, memory_max);
  Random random(1);
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const auto day = static_cast<Day>(random.between(kWindowStart, kWindowEnd));
    EXPECT_TRUE(arrivals.add(day, random.next(), i, format_day(day) + "," + std::to_string(i)));
  }
  std::vector<std::pair<std::uint64_t, std::string>> rows;
  EXPECT_TRUE(arrivals.take_all([&](auto entity, auto row) { rows.emplace_back(entity, row); }));
  return rows;
}

TEST(Arrivals, ComeByDayAndTheSameWithAndWithoutSpilling) {
  const std::string spill_dir = testing::TempDir() + "gmpi_arrivals_" + std::to_string(getpid());
  const auto in_memory = through(1 << 30, spill_dir);
  EXPECT_FALSE(std::filesystem::exists(spill_dir));
  const auto spilt = through(100'000, spill_dir);
  EXPECT_FALSE(std::filesystem::exists(spill_dir)) << "the spill folder was left behind";
  ASSERT_EQ(in_memory.size(), 20'000U);
  EXPECT_EQ(in_memory, spilt);
  for (std::size_t i = 1; i < in_memory.size(); ++i)
    ASSERT_LE(in_memory[i - 1].second.substr(0, 10), in_memory[i].second.substr(0, 10));
}

TEST(Arrivals, SayWhichFileCannotBeWritten) {
  Arrivals arrivals("/proc/no-such-folder", 10);
  const auto added = arrivals.add(kWindowStart, 1, 1, "a row longer than the memory allowed");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace gmpi::population
