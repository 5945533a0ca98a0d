// blocking/batch_pairs.h - all pairs of a set that its blocking rules propose, each once, by its first rule.
//
// Per rule: the keys of all records are sorted (by radix: first into parts that fit the cache, then each part),
// equal keys are groups, the pairs of a group are candidates. Each record keeps the number of its group under each
// rule, so whether an earlier rule proposed a pair already is a compare of numbers, four rules at a time; rules that
// explode lists or read different terms of the two sides are asked again on the values. No set of pairs is ever
// kept: memory is O(records x rules). Groups run in parallel (oneTBB); the sink is called on many threads.
//
// Groups are made of records in the order of their ids, so the first of two is the left one.
//
// A key shared by more than `block_records_max` records is split (block_split.h), and the report says what that left
// out. That is a property of the set of records, never of their order.
// Tested by tests/blocking/batch_pairs_test.cc against all pairs by brute force.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "blocking/block_split.h"
#include "blocking/blocking_plan.h"

namespace gmpi {

struct RuleReport {
  std::uint64_t keys = 0;             // distinct
  std::uint64_t pairs = 0;            // proposed first by this rule
  std::uint64_t generic_keys = 0;     // above the limit
  std::uint64_t generic_records = 0;  // records under such keys
  std::uint64_t cut_pairs = 0;        // pairs that share such a key and do not meet under it
  std::uint64_t largest_block = 0;    // records under the most common key that was used

  /// Takes in what was found in another part of the keys.
  void add(const RuleReport& part);
};

/// Told that all pairs of a chunk were given to the sink, by the worker that was given them.
using ChunkEnd = std::function<void(std::uint64_t chunk, std::size_t worker)>;

struct BatchPairsOptions {
  std::uint32_t block_records_max = 0;  // 0: no limit
  /// Position of each row in the order of record ids: the lower one is `left`.
  std::span<const std::uint32_t> rank;
  /// When set, rows with equal numbers are not paired (Splink's link_only).
  std::span<const std::uint32_t> source;
  /// What a key above the limit is split by; null: such a key proposes nothing.
  const BlockSplit* split = nullptr;
  /// Pairs come in chunks, numbered from 0 and begun in that order; a worker has one at a time. Which pairs a chunk holds,
  /// and in which order, depends on the records and rules alone. May be empty.
  ChunkEnd on_chunk_end = {};
};

/// Most pairs of one call of the sink.
inline constexpr std::size_t kPairsPerCall = 256;

/// Called for some pairs of one rule; `worker` is below the number returned by `batch_workers()` and never shared at
/// one time.
using PairsSink = std::function<void(std::span<const RowPair> pairs, RuleId rule, std::size_t worker)>;
/// The same for one pair.
using PairSink = std::function<void(RowId left, RowId right, RuleId rule, std::size_t worker)>;

std::size_t batch_workers();

/// Proposes every pair. Returns one report a rule.
std::vector<RuleReport> for_each_pairs(const BlockingPlan& plan, const PackedRecords& records,
                                       const BatchPairsOptions& options, const PairsSink& sink);
std::vector<RuleReport> for_each_pair(const BlockingPlan& plan, const PackedRecords& records,
                                      const BatchPairsOptions& options, const PairSink& sink);

}  // namespace gmpi
