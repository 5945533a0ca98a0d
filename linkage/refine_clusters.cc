#include "linkage/refine_clusters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <tbb/parallel_for.h>

namespace gmpi {
namespace {

RowId find_root(std::vector<RowId>& parent, RowId row) {
  while (parent[row] != row) row = parent[row] = parent[parent[row]];
  return row;
}

/// Rows that links connect, each set in order of rank; single rows are left out.
std::vector<std::vector<RowId>> connected_sets(std::size_t rows, std::span<const WeightedLink> links,
                                               std::span<const std::uint32_t> rank) {
  std::vector<RowId> parent(rows);
  std::iota(parent.begin(), parent.end(), 0U);
  for (const auto& link : links) parent[find_root(parent, link.left)] = find_root(parent, link.right);
  std::vector<std::pair<RowId, RowId>> members;
  std::vector<std::uint32_t> size(rows, 0);
  for (RowId row = 0; row < rows; ++row) ++size[find_root(parent, row)];
  for (RowId row = 0; row < rows; ++row)
    if (const RowId root = find_root(parent, row); size[root] > 1) members.emplace_back(root, row);
  std::sort(members.begin(), members.end(), [&](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : rank[a.second] < rank[b.second];
  });
  std::vector<std::vector<RowId>> sets;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i == 0 || members[i].first != members[i - 1].first) sets.emplace_back();
    sets.back().push_back(members[i].second);
  }
  return sets;
}

/// Average linkage over one connected set by the nearest-neighbour search of each group; sums are kept, so that a
/// mean is one division. Groups are numbered by their member of lowest rank.
class Agglomeration {
 public:
  Agglomeration(std::span<const RowId> rows, const std::function<MatchWeight(RowId, RowId)>& weight,
                const RefineOptions& options)
      : n_(rows.size()), sum_(n_ * n_, 0), size_(n_, 1), group_(n_), best_(n_, 0) {
    std::iota(group_.begin(), group_.end(), std::size_t{0});
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = i + 1; j < n_; ++j)
        at(i, j) = at(j, i) = counted(weight(rows[i], rows[j]), options);
    for (std::size_t i = 0; i < n_; ++i) find_best(i);
  }

  /// The group number of each row.
  std::vector<std::size_t> run(MatchWeight join_mean) {
    while (true) {
      std::size_t a = n_;
      for (std::size_t i = 0; i < n_; ++i)
        if (size_[i] > 0 && best_[i] < n_ && (a == n_ || mean(i, best_[i]) > mean(a, best_[a]))) a = i;
      if (a == n_ || mean(a, best_[a]) < join_mean) break;
      join(std::min(a, best_[a]), std::max(a, best_[a]));
    }
    return group_;
  }

 private:
  static double counted(MatchWeight weight, const RefineOptions& options) {
    return std::isinf(weight) && weight < 0 ? weight : std::clamp(weight, options.weight_least, options.weight_most);
  }

  double& at(std::size_t i, std::size_t j) { return sum_[i * n_ + j]; }
  double mean(std::size_t i, std::size_t j) { return at(i, j) / static_cast<double>(size_[i] * size_[j]); }

  void find_best(std::size_t i) {
    best_[i] = n_;
    for (std::size_t j = 0; j < n_; ++j)
      if (j != i && size_[j] > 0 && (best_[i] == n_ || mean(i, j) > mean(i, best_[i]))) best_[i] = j;
  }

  void join(std::size_t into, std::size_t from) {
    for (std::size_t k = 0; k < n_; ++k)
      if (k != into && k != from) at(into, k) = at(k, into) = at(into, k) + at(from, k);
    size_[into] += size_[from];
    size_[from] = 0;
    for (auto& group : group_)
      if (group == from) group = into;
    for (std::size_t k = 0; k < n_; ++k)
      if (size_[k] > 0 && (k == into || best_[k] == into || best_[k] == from || best_[k] == n_)) find_best(k);
      else if (size_[k] > 0 && mean(k, into) > mean(k, best_[k])) best_[k] = into;
  }

  std::size_t n_;
  std::vector<double> sum_;
  std::vector<std::size_t> size_, group_, best_;
};

/// Drops the weaker half of the links, or those below it when most are equal; false when all are.
bool drop_weakest(std::vector<WeightedLink>& links) {
  std::vector<MatchWeight> weights;
  for (const auto& link : links) weights.push_back(link.weight);
  const auto middle = weights.begin() + static_cast<std::ptrdiff_t>(weights.size() / 2);
  std::nth_element(weights.begin(), middle, weights.end());
  const MatchWeight median = *middle;
  const auto [least, most] = std::minmax_element(weights.begin(), weights.end());
  if (*least == *most) return false;
  const bool below = *least < median;
  std::erase_if(links, [&](const WeightedLink& link) { return below ? link.weight < median : link.weight <= median; });
  return true;
}

/// Sets that cannot be cut since all their links weigh the same: one group each when the links are as strong as counts,
/// else every record stays alone.
void follow_certain(std::span<const std::vector<RowId>> sets, std::span<const WeightedLink> links, const RefineOptions& options,
                    std::vector<RowId>& cluster) {
  if (links.empty() || links.front().weight < options.weight_most) return;
  for (const auto& set : sets)
    for (const RowId row : set) cluster[row] = set.front();
}

}  // namespace

RefineReport refine_clusters(std::size_t rows, std::span<const WeightedLink> links, std::span<const std::uint32_t> rank,
                             const std::function<MatchWeight(RowId, RowId)>& weight, const RefineOptions& options) {
  RefineReport report;
  report.cluster.resize(rows);
  std::iota(report.cluster.begin(), report.cluster.end(), 0U);
  std::vector<WeightedLink> left(links.begin(), links.end());
  // A set too large to look at pairwise is cut by dropping its weakest links, half of them at a time.
  while (true) {
    auto sets = connected_sets(rows, left, rank);
    std::vector<std::vector<RowId>> large;
    for (auto& set : sets)
      if (set.size() > options.component_max) large.push_back(std::move(set));
    std::erase_if(sets, [](const auto& set) { return set.empty(); });
    tbb::parallel_for(std::size_t{0}, sets.size(), [&](std::size_t i) {
      const auto groups = Agglomeration(sets[i], weight, options).run(options.join_mean);
      for (std::size_t k = 0; k < groups.size(); ++k) report.cluster[sets[i][k]] = sets[i][groups[k]];
    });
    if (large.empty()) break;
    report.cut += large.size();
    std::vector<std::uint8_t> in_large(rows, 0);
    for (const auto& set : large)
      for (const RowId row : set) in_large[row] = 1;
    std::erase_if(left, [&](const WeightedLink& link) { return in_large[link.left] == 0; });
    if (!drop_weakest(left)) {
      follow_certain(large, left, options, report.cluster);
      break;
    }
  }
  for (const auto& link : links)
    if (report.cluster[link.left] != report.cluster[link.right]) ++report.links_refused;
  return report;
}

BatchReport link_batch_refined(const BatchInput& input, const ChunkConsumer& consumer) {
  const auto join_mean = input.policy.policy().join_mean;
  if (!join_mean) return link_batch_in_chunks(input, consumer);
  struct alignas(64) Part {
    std::vector<WeightedLink> links;
  };
  std::vector<Part> parts(batch_workers());
  const auto keep_links = [&](std::span<const BatchPair> pairs, std::size_t worker) {
    for (const BatchPair& pair : pairs)
      if (pair.decision.kind == DecisionKind::kLink)
        parts[worker].links.push_back({pair.left, pair.right, pair.decision.weight});
    if (consumer.on_pairs) consumer.on_pairs(pairs, worker);
  };
  BatchReport report = link_batch_in_chunks(input, {.on_pairs = keep_links, .on_chunk_end = consumer.on_chunk_end});
  std::vector<WeightedLink> links;
  for (const auto& part : parts) links.insert(links.end(), part.links.begin(), part.links.end());
  const auto weight = [&](RowId a, RowId b) -> MatchWeight {
    const bool ordered = input.rank[a] < input.rank[b];
    const RecordView left = input.records.view(ordered ? a : b), right = input.records.view(ordered ? b : a);
    const MatchWeight bits = input.model.weight(left, right);
    return input.policy.decide(left, right, bits).apart ? -std::numeric_limits<MatchWeight>::infinity() : bits;
  };
  auto refined = refine_clusters(input.records.rows(), links, input.rank, weight, {.join_mean = *join_mean});
  report.cluster = std::move(refined.cluster);
  report.refused = refined.links_refused;
  return report;
}

}  // namespace gmpi
