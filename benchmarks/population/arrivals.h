// benchmarks/population/arrivals.h - rows put into the order in which a feed would bring them.
//
// A bucket sort by month: rows are kept in memory per month until there are too many, then each month goes to
// a file of its own; at the end months are read back, sorted and handed out one by one. Memory is bounded by
// kMemoryForArrivals plus the largest month.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "benchmarks/population/calendar.h"

namespace gmpi::population {

inline constexpr std::size_t kMemoryForArrivals = 512U << 20;

/// Threads: external lock needed.
class Arrivals {
 public:
  /// `spill_dir` is created when memory runs out and removed by the destructor.
  explicit Arrivals(std::string spill_dir, std::size_t memory_max = kMemoryForArrivals);
  ~Arrivals();
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

  /// `order` settles rows of one day and must differ between them for the result to be fixed.
  Status add(Day day, std::uint64_t order, std::uint64_t entity, std::string_view row);
  /// Hands out all rows by (day, order); the object is empty after.
  Status take_all(const std::function<void(std::uint64_t entity, std::string_view row)>& use);
  std::uint64_t size() const { return size_; }

 private:
  std::string path_of(std::size_t month) const;
  Status spill();

  std::string spill_dir_;
  std::size_t memory_max_;
  std::vector<std::string> months_;  // rows as bytes: see arrivals.cc
  std::vector<bool> spilt_;
  std::size_t bytes_ = 0;
  std::uint64_t size_ = 0;
};

}  // namespace gmpi::population
