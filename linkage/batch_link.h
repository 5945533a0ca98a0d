// linkage/batch_link.h - links a whole set at once: every pair its rules propose is scored, decided and grouped.
//
// Blocking and scoring are fused and run on all cores; a pair is handed to the consumer and forgotten, so memory
// does not grow with pairs, and grows with links only where the policy can hold groups apart (otherwise people are
// the connected components of links, joined as links are found: Anderson & Woll 1991, lock-free union by least rank). The groups are those that the living index reaches record by record: both use
// decide() for pairs and assign_identities() for groups, and neither looks at the order of the records.
// Tested by tests/linkage/batch_link_test.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "blocking/batch_pairs.h"
#include "matcher/compiled_model.h"
#include "matcher/compiled_policy.h"

namespace gmpi {

struct BatchPair {
  RowId left = 0;
  RowId right = 0;
  RuleId rule = 0;
  LinkDecision decision;
};

struct BatchInput {
  const PackedRecords& records;
  const BlockingPlan& plan;
  const CompiledModel& model;
  const CompiledPolicy& policy;
  std::span<const std::uint32_t> rank;    // position of each row in the order of record ids
  std::span<const std::uint32_t> source;  // set only for link_only: rows of one source are not paired
  /// Least weight of a pair that the consumer is to see. What lies below it, and below every threshold of the policy,
  /// is counted and need not be weighed to the end.
  MatchWeight pairs_weight_min = -std::numeric_limits<MatchWeight>::infinity();
};

struct BatchReport {
  std::vector<RuleReport> rules;
  std::uint64_t pairs = 0;          // compared
  std::uint64_t links = 0;          // decided "link"
  std::uint64_t reviews = 0;        // decided "review"
  std::uint64_t held_back = 0;      // of those, by a guard although the weight would link
  std::uint64_t refused = 0;        // links not followed because the groups exclude each other
  std::uint64_t undecided = 0;      // of those, because the record could belong to either of two people
  std::vector<RowId> cluster;       // a row: the row of its group with the lowest rank
};

/// `on_pair` sees every compared pair of `pairs_weight_min` or more, and some of less, on worker `worker`
/// (< batch_workers()); it must not block for long.
using PairConsumer = std::function<void(const BatchPair& pair, std::size_t worker)>;

BatchReport link_batch(const BatchInput& input, const PairConsumer& on_pair);

/// The same pairs, some at a time.
struct ChunkConsumer {
  /// Pairs of one chunk; their decisions stand.
  std::function<void(std::span<const BatchPair> pairs, std::size_t worker)> on_pairs;
  /// The worker has seen all pairs of the chunk. Chunks are numbered from 0 and begun in that order, and what they hold
  /// depends on the input alone: what is written chunk by chunk is the same in every run. May be empty.
  ChunkEnd on_chunk_end;
};
BatchReport link_batch_in_chunks(const BatchInput& input, const ChunkConsumer& consumer);

/// Rank of each of `ids` in bytewise order. Requires ids unique.
std::vector<std::uint32_t> ranks_of(std::span<const std::string> ids);
/// The same for texts that are no strings of their own. `text_of` is called on many threads.
std::vector<std::uint32_t> ranks_of(std::size_t count, const std::function<std::string_view(std::size_t)>& text_of);
/// By numbers, those that are equal by their texts.
std::vector<std::uint32_t> ranks_of(std::span<const std::int64_t> numbers,
                                    const std::function<std::string_view(std::size_t)>& text_of);

}  // namespace gmpi
