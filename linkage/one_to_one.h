// linkage/one_to_one.h - groups with at most one record of certain sources, grown from mutually best links.
//
// Where a source is known to hold each person once, two of its records cannot be one person. In rounds: of the links
// between two groups that could join (no such source has a record in both), each group takes its most probable, ties by
// the other record's rank; where two groups take each other, the record at the link's end goes over to the group of lower
// name. Until nothing moves. Groups are named by the rank of a record; a record's group only ever gets a lower name,
// so the rounds end.
//
//     a(A)  .9  b(B)      a-b join: each is the other's best.
//     a2(A) .8  b(B)      a2-b: B is taken by a, and A must not occur twice: a2 stays alone.
//
// Source: Splink's cluster_using_single_best_links with ties by the lowest id, step by step, so that the groups are those
// that Splink finds. Pure. Cost: O(links) a round. Tested by tests/linkage/one_to_one_test.cc.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace gmpi {

struct ProbableLink {
  std::uint32_t a = 0, b = 0;  // ranks
  double probability = 0;
};

/// Sources that may be named.
inline constexpr std::size_t kSingleSourcesMax = 64;

/// `source`: of each rank. `single`: numbers of sources of which a group has one record at most.
/// Returns the name of each rank's group. Errors: kInvalidInput (more than kSingleSourcesMax).
Result<std::vector<std::uint32_t>> one_to_one_groups(std::span<const std::uint32_t> source,
                                                     std::span<const std::uint32_t> single,
                                                     std::span<const ProbableLink> links);

}  // namespace gmpi
