// linkage/refine_clusters.h - a cluster's pairs read again in the light of the cluster.
//
// Following every link joins two people as soon as one pair of their records looks alike: the more records, the more
// chances for such a bridge. Here groups grow by average linkage instead: two groups join when the mean weight of all
// pairs between them is high enough, best means first. Pairs that no rule proposed are scored too, so that what
// speaks against a join counts as much as what speaks for it.
//
//     a ── b ── c ── d     links;  a-c, a-d and b-d are compared and unlike:  b-c is a bridge and is refused
//
// The result is a function of the set of links and weights, not of their order: ties of means are settled by rank.
// Source: average linkage, Sokal and Michener 1958; on log-odds it approximates correlation clustering (Bansal, Blum,
// Chawla 2004). Cost: O(n^2) weights for a connected set of n records; sets above `component_max` are first cut by
// raising the weight from which links count, and one whose links all weigh the same is one group only when they weigh
// `weight_most` or more. Tested by tests/linkage/refine_clusters_test.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "linkage/batch_link.h"
#include "models/packed_records.h"
#include "models/scored_pair.h"

namespace gmpi {

struct WeightedLink {
  RowId left = 0;
  RowId right = 0;
  MatchWeight weight = 0;
};

struct RefineOptions {
  MatchWeight join_mean = 0;       // least mean weight between two groups that join
  MatchWeight weight_least = -10;  // a pair counts no less and no more than these: one comparison cannot outvote all
  MatchWeight weight_most = 10;
  std::size_t component_max = 600;
};

struct RefineReport {
  std::vector<RowId> cluster;      // a row: the row of its group with the lowest rank
  std::uint64_t links_refused = 0; // links whose ends are in two groups
  std::uint64_t cut = 0;           // sets that were cut because they were above the limit
};

/// `links`: pairs decided "link", each once. `weight` is asked for any pair of one connected set; pure, any thread;
/// -infinity keeps two records, and every group that holds them, apart.
RefineReport refine_clusters(std::size_t rows, std::span<const WeightedLink> links, std::span<const std::uint32_t> rank,
                             const std::function<MatchWeight(RowId, RowId)>& weight, const RefineOptions& options);

/// link_batch_in_chunks(), its groups refined when the policy asks for it (Policy::join_mean): `refused` then counts links whose
/// ends are in two groups. Memory grows with links.
BatchReport link_batch_refined(const BatchInput& input, const ChunkConsumer& consumer);

}  // namespace gmpi
