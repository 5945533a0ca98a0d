// tests/reference/evaluation.h - the measures of apps/evaluation.h by their definitions: every pair is looked
// at.
#pragma once

#include "apps/evaluation.h"

namespace gmpi::reference {

ClusterScores score_clusters(const std::vector<std::uint32_t>& entity_of,
                             const std::vector<std::uint32_t>& cluster_of);

/// Of the records of one group.
ClusterScores score_group(const std::vector<std::uint32_t>& entity_of,
                          const std::vector<std::uint32_t>& cluster_of,
                          const std::vector<std::uint32_t>& group_of, std::uint32_t group);

/// Precision and recall of the pairs of `threshold` or more.
ThresholdScores score_at(const std::vector<WeighedPair>& pairs, const std::vector<std::uint32_t>& entity_of,
                         double threshold);

}  // namespace gmpi::reference
