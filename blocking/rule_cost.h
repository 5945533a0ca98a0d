// blocking/rule_cost.h - what the blocking rules cost, before any pair is compared.
//
// Per rule, from the sizes of its groups alone: the pairs it would propose if it stood alone, and its largest groups. For
// a rule of equalities that is exact; what a residual would leave out is not known before pairs are looked at,
// a rule that explodes lists counts a pair once for each element shared, and one that reads different terms of the
// two sides counts both directions: `exact` says which. Pairs of one source are left out where they are not compared.
//
// Marginal pairs, those no earlier rule proposes, need the pairs themselves: they are proposed and counted, not compared,
// at some hundred million a second and core, as long as the pairs of all rules together stay below a limit.
// Cost: O(records log records) a rule; with marginal pairs, O(pairs). Tested by tests/blocking/rule_cost_test.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "blocking/batch_pairs.h"

namespace gmpi {

/// A group of records under one key.
struct BlockFacts {
  std::uint64_t records = 0;
  std::uint64_t pairs = 0;
  RowId member = 0;  // one of them, to read the values from
};

struct RuleCost {
  std::uint64_t keys = 0;              // distinct
  std::uint64_t records = 0;           // that have a key
  std::uint64_t pairs = 0;             // of the rule alone; at most so many when not `exact`
  bool exact = false;
  std::optional<std::uint64_t> marginal_pairs;  // not proposed by an earlier rule; absent above the limit
  std::vector<BlockFacts> largest;     // by pairs, largest first
};

struct RuleCostOptions {
  BatchPairsOptions pairs;
  std::size_t largest_blocks = 5;
  std::uint64_t marginal_pairs_max = 5'000'000'000;  // of all rules together; above, none is counted
};

std::vector<RuleCost> rule_costs(const BlockingPlan& plan, const PackedRecords& records, const RuleCostOptions& options);

}  // namespace gmpi
