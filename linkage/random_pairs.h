// linkage/random_pairs.h - how often each level occurs among random pairs: nearly all are two people.
//
// All pairs of a random sample of records are counted, but not asked one by one: records that agree in all
// columns a comparison reads are one group, a pair of groups is compared once and counts for all its pairs. A
// comparison whose conditions tell left from right is asked of single records, the one with the lower id on
// the left.
//
// The sample grows (1 %, 10 %, all of the budget) until each level of the comparison was seen often enough.
// Threads: all of oneTBB's; counts are integers, the same for any number. Cost: at most 1.1 x the budget.
// Tested by tests/linkage/train_model_test.cc against every pair asked singly.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/progress.h"
#include "matcher/compiled_model.h"
#include "matcher/training/estimates.h"
#include "models/linkage_model.h"

namespace gmpi {

struct RandomPairsOptions {
  std::uint64_t pairs_max = 0;         // of one comparison
  std::uint64_t observations_min = 0;  // of each level; 0: use all pairs
  std::uint64_t seed = 0;
};

struct RandomPairs {
  LevelCounts counts;
  std::uint64_t records = 0;  // most that were paired
};

/// `rank`: position of each row in the order of record ids. `source`, when set: rows of one source are not
/// paired.
RandomPairs count_random_pairs(const CompiledModel& model, const PackedRecords& records,
                               std::span<const std::uint32_t> rank, std::span<const std::uint32_t> source,
                               const RandomPairsOptions& options, Progress& progress);

/// Rows whose pairs number about `pairs_max`, or all; which ones depends on the ids and the seed alone.
std::vector<RowId> random_rows(std::span<const std::uint32_t> rank, std::span<const std::uint32_t> source,
                               std::uint64_t pairs_max, std::uint64_t seed);

/// Every pair of `rows`, each once, the lower id on the left, on all of oneTBB's threads. `worker` is below
/// the number returned by batch_workers() and never shared at one time.
void for_each_pair_of(std::span<const RowId> rows, std::span<const std::uint32_t> rank,
                      std::span<const std::uint32_t> source,
                      const std::function<void(std::span<const RowPair> pairs, std::size_t worker)>& sink);

/// Pairs that the link type allows: all, or, with `source`, those of two sources.
std::uint64_t count_all_pairs(std::size_t rows, std::span<const std::uint32_t> source);

/// True when no condition of the comparison depends on which record is left; false when that is not certain.
/// Functions that differ in the last bit between the two orders count as symmetric.
bool is_symmetric(const Comparison& comparison);

}  // namespace gmpi
