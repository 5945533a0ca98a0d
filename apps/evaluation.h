// apps/evaluation.h - how good a linkage is, given the truth. Tested against tests/reference/evaluation.h.
//
// Records are numbers 0 .. N-1; `entity_of[r]` is the true person of record r and `cluster_of[r]` the person
// the linkage put it in. Everything is counted exactly from the table of (cluster, entity) cells, so the cost
// is a sort of N cells and never the number of pairs.
//
// Sources: pairwise measures as in Christen, "Data Matching" (2012), section 7.2; B-cubed from Bagga and
// Baldwin, "Entity-Based Cross-Document Coreferencing Using the Vector Space Model" (1998).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gmpi {

/// Right answers among those given, and among those there are. With nothing to count, both are 1.
struct PrecisionRecall {
  double precision = 1;
  double recall = 1;
  /// Harmonic mean.
  double f1() const;
  static PrecisionRecall of(std::uint64_t correct, std::uint64_t given, std::uint64_t wanted);
};

struct ClusterScores {
  std::uint64_t records = 0;
  std::uint64_t people = 0;    // entities with a record
  std::uint64_t clusters = 0;  // clusters with a record
  std::uint64_t true_pairs = 0;
  std::uint64_t found_pairs = 0;  // pairs that share a cluster
  std::uint64_t correct_pairs = 0;
  PrecisionRecall pairs;
  PrecisionRecall b_cubed;
  std::uint64_t false_merges = 0;  // sum over clusters of (entities in it - 1)
  std::uint64_t missed_links = 0;  // sum over entities of (clusters it lies in - 1)
  std::uint64_t people_mixed = 0;  // who share a cluster with someone else
  std::uint64_t people_split = 0;  // whose records lie in several clusters

  double per_10000_people(std::uint64_t count) const;
};

/// Requires the same length of both.
/// Threads: pure. Cost: O(N log N).
ClusterScores score_clusters(std::span<const std::uint32_t> entity_of,
                             std::span<const std::uint32_t> cluster_of);

/// The same by group of records (`group_of[r]` < group_count). A pair counts half for the group of each of
/// its two records: so the groups add up to the whole, and the half pairs are kept whole by counting pair
/// ends (the three *_pairs are ends here, twice the pairs). A person counts in each group that holds one of
/// her records; she is mixed there when one of those records lies with someone else. false_merges and
/// missed_links have no group and stay 0.
std::vector<ClusterScores> score_groups(std::span<const std::uint32_t> entity_of,
                                        std::span<const std::uint32_t> cluster_of,
                                        std::span<const std::uint32_t> group_of, std::uint32_t group_count);

/// Two people whose records a linkage should keep apart, or one person (both the same) it should keep
/// together.
struct HardCase {
  std::uint32_t kind = 0;
  std::uint32_t left = 0;  // entities
  std::uint32_t right = 0;
  bool are_same = false;
};

struct HardCaseScores {
  std::uint64_t cases = 0;
  std::uint64_t wrong = 0;  // apart: they share a cluster; together: their records lie in several
};

/// By kind (`kind` < kind_count). Requires entities that have records.
/// Cost: O((N + cases) log N).
std::vector<HardCaseScores> score_hard_cases(std::span<const std::uint32_t> entity_of,
                                             std::span<const std::uint32_t> cluster_of,
                                             std::span<const HardCase> cases, std::uint32_t kind_count);

/// A pair as the linkage scored it.
struct WeighedPair {
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  double weight = 0;
};

struct ThresholdScores {
  double threshold = 0;  // pairs of this weight or more are links
  std::uint64_t given = 0;
  std::uint64_t correct = 0;
  PrecisionRecall scores;
};

struct PairScores {
  std::uint64_t pairs = 0;       // distinct
  std::uint64_t repeated = 0;    // the same pair again, in any order; the highest weight counts
  std::uint64_t true_pairs = 0;  // in the truth
  std::uint64_t true_pairs_listed = 0;
  double blocking_recall = 1;          // true pairs listed at any weight
  ThresholdScores best;                // highest F1; of equals the highest threshold
  std::vector<ThresholdScores> curve;  // at whole bits, highest first, at most kCurvePointsMax
};
inline constexpr std::size_t kCurvePointsMax = 201;

/// Precision and recall of the pairs by themselves, without closing them to clusters.
/// Requires left != right, both < entity_of.size(), finite weights. Sorts `pairs`.
PairScores score_pairs(std::vector<WeighedPair>& pairs, std::span<const std::uint32_t> entity_of);

}  // namespace gmpi
