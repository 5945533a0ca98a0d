// blocking/missed_matches.h - how many true pairs no blocking rule reaches, estimated without knowing them.
//
// Each rule is an occasion on which a true pair may be caught; some pairs are caught by one rule, some by two, some by
// none, and those are what is asked for. With f1 pairs caught by exactly one of t rules and f2 by exactly two, at least
//
//     f0 = (t - 1) / t * f1 (f1 - 1) / (2 (f2 + 1))
//
// were caught by none. It is a lower bound whatever the chances of single pairs are, as long as a rule does not
// depend on another: pairs hard to catch are more often missed than the bound knows, and so are pairs of rules that ask
// for the same field. Source: A. Chao, "Estimating the population size for capture-recapture data with unequal
// catchability", Biometrics 43, 1987 (the form for t occasions, corrected for bias: Chao 1989).
//
// What is taken for a true pair is the caller's: records of one group, or pairs that weigh enough to be linked.
// Tested by tests/blocking/missed_matches_test.cc on records whose true pairs are known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "blocking/blocking_plan.h"
#include "models/packed_records.h"

namespace gmpi {

/// True pairs by how many rules reach them.
struct RuleCaptures {
  std::vector<std::uint64_t> pairs;  // [k]: by exactly k rules; [0]: known all the same, such as from a group

  /// Caught by a rule.
  std::uint64_t reached() const;
  /// Lower bound of the pairs that none catches; never less than those known.
  double missed() const;
  /// The same of all true pairs, in [0, 1]; nothing known: 0.
  double missed_share() const;
};

/// How many rules propose the pair; the left record has the lower id.
std::size_t rules_that_hold(const BlockingPlan& plan, RecordView left, RecordView right);

struct CaptureOptions {
  std::span<const std::uint32_t> rank;    // position of each row in the order of record ids
  std::span<const std::uint32_t> source;  // set: rows of one source are no pair
  std::size_t pairs_max = 200'000;        // a sample of so many; of a large group only its first records
};

/// Pairs of records of one group. `group`: a row's group by any number below the number of rows. Cost: O(rows) and
/// `pairs_max` tests of every rule.
RuleCaptures captures_of_groups(const BlockingPlan& plan, const PackedRecords& records, std::span<const RowId> group,
                                const CaptureOptions& options);

}  // namespace gmpi
