#include "tests/reference/evaluation.h"

#include <algorithm>
#include <map>
#include <set>

namespace gmpi::reference {
namespace {

using Labels = std::vector<std::uint32_t>;

std::map<std::uint32_t, std::set<std::uint32_t>> members(const Labels& of, const Labels& member) {
  std::map<std::uint32_t, std::set<std::uint32_t>> out;
  for (std::size_t i = 0; i < of.size(); ++i) out[of[i]].insert(member[i]);
  return out;
}

/// B-cubed of one record: the share of its cluster that is its entity's, and of its entity that is in its
/// cluster.
PrecisionRecall b_cubed_of(const Labels& entity_of, const Labels& cluster_of, std::size_t r) {
  double both = 0, in_cluster = 0, in_entity = 0;
  for (std::size_t s = 0; s < entity_of.size(); ++s) {
    both += entity_of[s] == entity_of[r] && cluster_of[s] == cluster_of[r];
    in_cluster += cluster_of[s] == cluster_of[r];
    in_entity += entity_of[s] == entity_of[r];
  }
  return {both / in_cluster, both / in_entity};
}

PrecisionRecall mean_b_cubed(const Labels& entity_of, const Labels& cluster_of,
                             const std::vector<std::size_t>& of) {
  PrecisionRecall sum{0, 0};
  for (const std::size_t r : of) {
    const auto one = b_cubed_of(entity_of, cluster_of, r);
    sum.precision += one.precision;
    sum.recall += one.recall;
  }
  const auto n = static_cast<double>(of.size());
  return of.empty() ? PrecisionRecall{1, 1} : PrecisionRecall{sum.precision / n, sum.recall / n};
}

}  // namespace

ClusterScores score_clusters(const Labels& entity_of, const Labels& cluster_of) {
  ClusterScores scores;
  scores.records = entity_of.size();
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < entity_of.size(); ++i) {
    all.push_back(i);
    for (std::size_t j = i + 1; j < entity_of.size(); ++j) {
      const bool same_entity = entity_of[i] == entity_of[j], same_cluster = cluster_of[i] == cluster_of[j];
      scores.true_pairs += same_entity;
      scores.found_pairs += same_cluster;
      scores.correct_pairs += same_entity && same_cluster;
    }
  }
  scores.pairs = PrecisionRecall::of(scores.correct_pairs, scores.found_pairs, scores.true_pairs);
  scores.b_cubed = mean_b_cubed(entity_of, cluster_of, all);
  const auto entities_in = members(cluster_of, entity_of), clusters_of = members(entity_of, cluster_of);
  scores.clusters = entities_in.size();
  scores.people = clusters_of.size();
  std::set<std::uint32_t> mixed;
  for (const auto& [cluster, entities] : entities_in) {
    scores.false_merges += entities.size() - 1;
    if (entities.size() > 1) mixed.insert(entities.begin(), entities.end());
  }
  for (const auto& [entity, clusters] : clusters_of) {
    scores.missed_links += clusters.size() - 1;
    scores.people_split += clusters.size() > 1;
  }
  scores.people_mixed = mixed.size();
  return scores;
}

ClusterScores score_group(const Labels& entity_of, const Labels& cluster_of, const Labels& group_of,
                          std::uint32_t group) {
  ClusterScores scores;
  std::vector<std::size_t> own;
  std::set<std::uint32_t> people, mixed, split, clusters;
  for (std::size_t i = 0; i < entity_of.size(); ++i) {
    if (group_of[i] != group) continue;
    own.push_back(i);
    people.insert(entity_of[i]);
    clusters.insert(cluster_of[i]);
    for (std::size_t j = 0; j < entity_of.size(); ++j) {
      if (i == j) continue;
      const bool same_entity = entity_of[i] == entity_of[j], same_cluster = cluster_of[i] == cluster_of[j];
      scores.true_pairs += same_entity;
      scores.found_pairs += same_cluster;
      scores.correct_pairs += same_entity && same_cluster;
      if (same_cluster && !same_entity) mixed.insert(entity_of[i]);
    }
  }
  const auto clusters_of = members(entity_of, cluster_of);
  for (const auto entity : people) scores.people_split += clusters_of.at(entity).size() > 1;
  scores.records = own.size();
  scores.people = people.size();
  scores.people_mixed = mixed.size();
  scores.clusters = clusters.size();
  scores.pairs = PrecisionRecall::of(scores.correct_pairs, scores.found_pairs, scores.true_pairs);
  scores.b_cubed = mean_b_cubed(entity_of, cluster_of, own);
  return scores;
}

ThresholdScores score_at(const std::vector<WeighedPair>& pairs, const Labels& entity_of, double threshold) {
  ThresholdScores out;
  out.threshold = threshold;
  std::set<std::pair<std::uint32_t, std::uint32_t>> given;
  for (const auto& pair : pairs) {
    if (pair.weight >= threshold) given.insert(std::minmax(pair.left, pair.right));
  }
  std::uint64_t wanted = 0;
  for (std::size_t i = 0; i < entity_of.size(); ++i) {
    for (std::size_t j = i + 1; j < entity_of.size(); ++j) wanted += entity_of[i] == entity_of[j];
  }
  for (const auto& [left, right] : given) out.correct += entity_of[left] == entity_of[right];
  out.given = given.size();
  out.scores = PrecisionRecall::of(out.correct, out.given, wanted);
  return out;
}

}  // namespace gmpi::reference
