#include "apps/evaluation.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <tuple>

namespace gmpi {
namespace {

std::uint64_t pairs_of(std::uint64_t n) {
  return n * (n - 1) / 2;
}

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Records of one entity in one cluster.
struct Cell {
  std::uint32_t cluster = 0;
  std::uint32_t entity = 0;
  std::uint64_t records = 0;
};

struct Totals {
  std::uint64_t records = 0;
  std::uint64_t cells = 0;
};

/// The table of clusters by entities, its empty cells left out.
struct Contingency {
  std::vector<Cell> cells;  // by (cluster, entity)
  std::vector<Totals> of_cluster;
  std::vector<Totals> of_entity;
  std::vector<std::uint32_t> cell_of;  // by record
};

std::uint32_t count_of(std::span<const std::uint32_t> labels) {
  return labels.empty() ? 0 : *std::max_element(labels.begin(), labels.end()) + 1;
}

Contingency tabulate(std::span<const std::uint32_t> entity_of, std::span<const std::uint32_t> cluster_of) {
  assert(entity_of.size() == cluster_of.size());
  Contingency table;
  table.of_cluster.resize(count_of(cluster_of));
  table.of_entity.resize(count_of(entity_of));
  table.cell_of.resize(entity_of.size());
  std::vector<std::uint32_t> order(entity_of.size());
  for (std::uint32_t r = 0; r < order.size(); ++r) order[r] = r;
  const auto key = [&](std::uint32_t r) { return std::tie(cluster_of[r], entity_of[r]); };
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return key(a) < key(b); });
  for (const std::uint32_t r : order) {
    const bool same = !table.cells.empty() && table.cells.back().cluster == cluster_of[r] &&
                      table.cells.back().entity == entity_of[r];
    if (!same) {
      table.cells.push_back({cluster_of[r], entity_of[r], 0});
      ++table.of_cluster[cluster_of[r]].cells;
      ++table.of_entity[entity_of[r]].cells;
    }
    ++table.cells.back().records;
    ++table.of_cluster[cluster_of[r]].records;
    ++table.of_entity[entity_of[r]].records;
    table.cell_of[r] = static_cast<std::uint32_t>(table.cells.size() - 1);
  }
  return table;
}

}  // namespace

double PrecisionRecall::f1() const {
  return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

PrecisionRecall PrecisionRecall::of(std::uint64_t correct, std::uint64_t given, std::uint64_t wanted) {
  return {ratio(correct, given), ratio(correct, wanted)};
}

double ClusterScores::per_10000_people(std::uint64_t count) const {
  return people == 0 ? 0 : 1e4 * static_cast<double>(count) / static_cast<double>(people);
}

ClusterScores score_clusters(std::span<const std::uint32_t> entity_of,
                             std::span<const std::uint32_t> cluster_of) {
  const Contingency table = tabulate(entity_of, cluster_of);
  ClusterScores scores;
  scores.records = entity_of.size();
  for (const Totals& cluster : table.of_cluster) {
    if (cluster.records == 0) continue;
    ++scores.clusters;
    scores.found_pairs += pairs_of(cluster.records);
    scores.false_merges += cluster.cells - 1;
  }
  for (const Totals& entity : table.of_entity) {
    if (entity.records == 0) continue;
    ++scores.people;
    scores.true_pairs += pairs_of(entity.records);
    scores.missed_links += entity.cells - 1;
    scores.people_split += entity.cells > 1;
  }
  std::vector<bool> is_mixed(table.of_entity.size());
  double precision = 0, recall = 0;
  for (const Cell& cell : table.cells) {
    scores.correct_pairs += pairs_of(cell.records);
    const auto n = static_cast<double>(cell.records);
    precision += n * n / static_cast<double>(table.of_cluster[cell.cluster].records);
    recall += n * n / static_cast<double>(table.of_entity[cell.entity].records);
    if (table.of_cluster[cell.cluster].cells > 1) is_mixed[cell.entity] = true;
  }
  scores.people_mixed = static_cast<std::uint64_t>(std::count(is_mixed.begin(), is_mixed.end(), true));
  scores.pairs = PrecisionRecall::of(scores.correct_pairs, scores.found_pairs, scores.true_pairs);
  if (scores.records > 0) {
    const auto n = static_cast<double>(scores.records);
    scores.b_cubed = {precision / n, recall / n};
  }
  return scores;
}

namespace {

/// Counts the people of each group, once each, with whether they are mixed or split there.
void count_people(const Contingency& table, std::span<const std::uint32_t> group_of,
                  std::vector<ClusterScores>& groups) {
  struct Presence {
    std::uint32_t group, entity;
    bool mixed;
  };
  std::vector<Presence> present;
  present.reserve(group_of.size());
  for (std::size_t r = 0; r < group_of.size(); ++r) {
    const Cell& cell = table.cells[table.cell_of[r]];
    present.push_back({group_of[r], cell.entity, table.of_cluster[cell.cluster].cells > 1});
  }
  std::sort(present.begin(), present.end(), [](const Presence& a, const Presence& b) {
    return std::tie(a.group, a.entity, b.mixed) < std::tie(b.group, b.entity, a.mixed);  // mixed first
  });
  for (std::size_t i = 0; i < present.size(); ++i) {
    const Presence& p = present[i];
    if (i > 0 && present[i - 1].group == p.group && present[i - 1].entity == p.entity) continue;
    ++groups[p.group].people;
    groups[p.group].people_mixed += p.mixed;
    groups[p.group].people_split += table.of_entity[p.entity].cells > 1;
  }
}

/// Counts the clusters that hold a record of each group.
void count_clusters(std::span<const std::uint32_t> cluster_of, std::span<const std::uint32_t> group_of,
                    std::vector<ClusterScores>& groups) {
  std::vector<std::uint64_t> present;
  present.reserve(group_of.size());
  for (std::size_t r = 0; r < group_of.size(); ++r) {
    present.push_back(static_cast<std::uint64_t>(group_of[r]) << 32 | cluster_of[r]);
  }
  std::sort(present.begin(), present.end());
  present.erase(std::unique(present.begin(), present.end()), present.end());
  for (const std::uint64_t key : present) ++groups[key >> 32].clusters;
}

}  // namespace

std::vector<ClusterScores> score_groups(std::span<const std::uint32_t> entity_of,
                                        std::span<const std::uint32_t> cluster_of,
                                        std::span<const std::uint32_t> group_of, std::uint32_t group_count) {
  const Contingency table = tabulate(entity_of, cluster_of);
  std::vector<ClusterScores> groups(group_count);
  std::vector<PrecisionRecall> b_cubed_sums(group_count, PrecisionRecall{0, 0});
  for (std::size_t r = 0; r < group_of.size(); ++r) {
    const Cell& cell = table.cells[table.cell_of[r]];
    const std::uint64_t in_cluster = table.of_cluster[cell.cluster].records;
    const std::uint64_t in_entity = table.of_entity[cell.entity].records;
    ClusterScores& group = groups[group_of[r]];
    ++group.records;
    group.correct_pairs += cell.records - 1;
    group.found_pairs += in_cluster - 1;
    group.true_pairs += in_entity - 1;
    b_cubed_sums[group_of[r]].precision +=
        static_cast<double>(cell.records) / static_cast<double>(in_cluster);
    b_cubed_sums[group_of[r]].recall += static_cast<double>(cell.records) / static_cast<double>(in_entity);
  }
  for (std::uint32_t g = 0; g < group_count; ++g) {
    ClusterScores& group = groups[g];
    group.pairs = PrecisionRecall::of(group.correct_pairs, group.found_pairs, group.true_pairs);
    if (group.records == 0) continue;
    const auto n = static_cast<double>(group.records);
    group.b_cubed = {b_cubed_sums[g].precision / n, b_cubed_sums[g].recall / n};
  }
  count_people(table, group_of, groups);
  count_clusters(cluster_of, group_of, groups);
  return groups;
}

namespace {

using Labelled = std::pair<std::uint32_t, std::uint32_t>;  // (entity, cluster)

/// The clusters of an entity: a stretch of the sorted pairs.
std::span<const Labelled> clusters_of(const std::vector<Labelled>& sorted, std::uint32_t entity) {
  const auto first = std::lower_bound(sorted.begin(), sorted.end(), Labelled{entity, 0});
  auto last = first;
  while (last != sorted.end() && last->first == entity) ++last;
  return {first, last};
}

bool is_wrong(const HardCase& c, const std::vector<Labelled>& sorted) {
  const auto left = clusters_of(sorted, c.left), right = clusters_of(sorted, c.right);
  assert(!left.empty() && !right.empty());
  if (c.are_same) return left.size() > 1 || right.size() > 1 || left[0].second != right[0].second;
  return std::any_of(left.begin(), left.end(), [&](const Labelled& l) {
    return std::any_of(right.begin(), right.end(), [&](const Labelled& r) { return l.second == r.second; });
  });
}

}  // namespace

std::vector<HardCaseScores> score_hard_cases(std::span<const std::uint32_t> entity_of,
                                             std::span<const std::uint32_t> cluster_of,
                                             std::span<const HardCase> cases, std::uint32_t kind_count) {
  std::vector<Labelled> sorted;
  sorted.reserve(entity_of.size());
  for (std::size_t r = 0; r < entity_of.size(); ++r) sorted.emplace_back(entity_of[r], cluster_of[r]);
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<HardCaseScores> scores(kind_count);
  for (const HardCase& c : cases) {
    ++scores[c.kind].cases;
    scores[c.kind].wrong += is_wrong(c, sorted);
  }
  return scores;
}

namespace {

std::uint64_t count_true_pairs(std::span<const std::uint32_t> entity_of) {
  std::vector<std::uint64_t> sizes(count_of(entity_of));
  for (const std::uint32_t entity : entity_of) ++sizes[entity];
  std::uint64_t pairs = 0;
  for (const std::uint64_t size : sizes) pairs += size > 0 ? pairs_of(size) : 0;
  return pairs;
}

/// Keeps the heaviest of each pair; returns how many went.
std::uint64_t drop_repeats(std::vector<WeighedPair>& pairs) {
  for (WeighedPair& pair : pairs) {
    if (pair.left > pair.right) std::swap(pair.left, pair.right);
  }
  std::sort(pairs.begin(), pairs.end(), [](const WeighedPair& a, const WeighedPair& b) {
    return std::tie(a.left, a.right, b.weight) < std::tie(b.left, b.right, a.weight);
  });
  const auto same = [](const WeighedPair& a, const WeighedPair& b) {
    return a.left == b.left && a.right == b.right;
  };
  const auto kept = std::unique(pairs.begin(), pairs.end(), same);
  const auto gone = static_cast<std::uint64_t>(pairs.end() - kept);
  pairs.erase(kept, pairs.end());
  return gone;
}

}  // namespace

PairScores score_pairs(std::vector<WeighedPair>& pairs, std::span<const std::uint32_t> entity_of) {
  PairScores out;
  out.repeated = drop_repeats(pairs);
  out.pairs = pairs.size();
  out.true_pairs = count_true_pairs(entity_of);
  std::sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.weight > b.weight; });

  ThresholdScores now;
  double best_f1 = -1;
  const auto close_point = [&](double threshold) {
    now.threshold = threshold;
    now.scores = PrecisionRecall::of(now.correct, now.given, out.true_pairs);
  };
  double next_bit = pairs.empty() ? 0 : std::floor(pairs.front().weight);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const WeighedPair& pair = pairs[i];
    if (pair.weight < next_bit && out.curve.size() < kCurvePointsMax) {
      close_point(next_bit);
      out.curve.push_back(now);
      next_bit = std::floor(pair.weight);
    }
    ++now.given;
    now.correct += entity_of[pair.left] == entity_of[pair.right];
    if (i + 1 < pairs.size() && pairs[i + 1].weight == pair.weight)
      continue;  // a threshold cannot part equals
    close_point(pair.weight);
    if (now.scores.f1() > best_f1) {
      best_f1 = now.scores.f1();
      out.best = now;
    }
  }
  if (!pairs.empty() && out.curve.size() < kCurvePointsMax) {
    close_point(next_bit);
    out.curve.push_back(now);
  }
  out.true_pairs_listed = now.correct;
  out.blocking_recall = ratio(now.correct, out.true_pairs);
  return out;
}

}  // namespace gmpi
