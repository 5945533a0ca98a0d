#include "linkage/refine_clusters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include "base/random.h"

namespace gmpi {
namespace {

constexpr MatchWeight kApart = -std::numeric_limits<MatchWeight>::infinity();

/// Weights of all pairs of a small set; links are those at or above 0.
struct Weights {
  std::size_t rows;
  std::vector<MatchWeight> table;

  explicit Weights(std::size_t n, MatchWeight all = -8) : rows(n), table(n * n, all) {}
  void set(RowId a, RowId b, MatchWeight w) { table[a * rows + b] = table[b * rows + a] = w; }
  MatchWeight operator()(RowId a, RowId b) const { return table[a * rows + b]; }
  std::vector<WeightedLink> links() const {
    std::vector<WeightedLink> links;
    for (RowId a = 0; a < rows; ++a)
      for (RowId b = a + 1; b < rows; ++b)
        if ((*this)(a, b) >= 0) links.push_back({a, b, (*this)(a, b)});
    return links;
  }
};

std::vector<std::uint32_t> natural_ranks(std::size_t rows) {
  std::vector<std::uint32_t> rank(rows);
  std::iota(rank.begin(), rank.end(), 0U);
  return rank;
}

RefineReport refine(const Weights& weights, const RefineOptions& options = {}) {
  return refine_clusters(weights.rows, weights.links(), natural_ranks(weights.rows), std::cref(weights), options);
}

RefineOptions component_max(std::size_t rows) {
  RefineOptions options;
  options.component_max = rows;
  return options;
}

/// The textbook form: of all pairs of groups join the best, while it is good enough.
std::vector<RowId> plain_average_linkage(const Weights& weights, const RefineOptions& options) {
  std::vector<std::vector<RowId>> groups;
  for (RowId row = 0; row < weights.rows; ++row) groups.push_back({row});
  const auto mean = [&](const std::vector<RowId>& a, const std::vector<RowId>& b) {
    double sum = 0;
    for (const RowId x : a)
      for (const RowId y : b) sum += std::clamp(weights(x, y), options.weight_least, options.weight_most);
    return sum / static_cast<double>(a.size() * b.size());
  };
  while (true) {
    std::size_t best_a = 0, best_b = 0;
    double best = options.join_mean;
    for (std::size_t a = 0; a < groups.size(); ++a)
      for (std::size_t b = a + 1; b < groups.size(); ++b)
        if (const double m = mean(groups[a], groups[b]); m >= best && (best_b == 0 || m > best)) best = m, best_a = a, best_b = b;
    if (best_b == 0) break;
    groups[best_a].insert(groups[best_a].end(), groups[best_b].begin(), groups[best_b].end());
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(best_b));
  }
  std::vector<RowId> cluster(weights.rows);
  for (const auto& group : groups)
    for (const RowId row : group) cluster[row] = *std::min_element(group.begin(), group.end());
  return cluster;
}

TEST(RefineClusters, AWeakBridgeBetweenTwoPeopleIsRefused) {
  Weights weights(6);
  for (const auto& [a, b] : std::vector<std::pair<RowId, RowId>>{{0, 1}, {0, 2}, {1, 2}, {3, 4}, {3, 5}, {4, 5}}) weights.set(a, b, 9);
  weights.set(2, 3, 5);
  const auto report = refine(weights);
  EXPECT_EQ(report.cluster, (std::vector<RowId>{0, 0, 0, 3, 3, 3}));
  EXPECT_EQ(report.links_refused, 1U);
}

TEST(RefineClusters, OneUnlikePairDoesNotSplitAPerson) {
  Weights weights(4, 7);
  weights.set(0, 3, -9);
  EXPECT_EQ(refine(weights).cluster, (std::vector<RowId>{0, 0, 0, 0}));
}

TEST(RefineClusters, RecordsKeptApartAreNeverInOneGroup) {
  Weights weights(3, 9);
  weights.set(0, 2, kApart);
  const auto cluster = refine(weights).cluster;
  EXPECT_NE(cluster[0], cluster[2]);
}

TEST(RefineClusters, WithoutLinksEveryRecordIsAPerson) {
  EXPECT_EQ(refine(Weights(3)).cluster, (std::vector<RowId>{0, 1, 2}));
  EXPECT_TRUE(refine(Weights(0)).cluster.empty());
}

TEST(RefineClusters, AgreesWithTheTextbookForm) {
  Random random(5);
  for (int round = 0; round < 300; ++round) {
    const std::size_t n = 2 + random.below(9);
    Weights weights(n);
    // A chain of links keeps the set connected, as the textbook form looks at all rows.
    for (RowId a = 0; a < n; ++a)
      for (RowId b = a + 1; b < n; ++b) weights.set(a, b, b == a + 1 ? random.uniform() * 12 : random.uniform() * 24 - 12);
    RefineOptions options;
    options.join_mean = random.uniform() * 6 - 3;
    EXPECT_EQ(refine(weights, options).cluster, plain_average_linkage(weights, options)) << round;
  }
}

TEST(RefineClusters, TheOrderOfLinksDoesNotMatter) {
  Random random(6);
  Weights weights(40);
  for (int i = 0; i < 120; ++i)
    weights.set(static_cast<RowId>(random.below(20)), static_cast<RowId>(20 + random.below(20)), random.uniform() * 20 - 5);
  auto links = weights.links();
  const auto first = refine_clusters(40, links, natural_ranks(40), std::cref(weights), {}).cluster;
  std::reverse(links.begin(), links.end());
  for (auto& link : links) std::swap(link.left, link.right);
  EXPECT_EQ(refine_clusters(40, links, natural_ranks(40), std::cref(weights), {}).cluster, first);
}

TEST(RefineClusters, ASetAboveTheLimitIsCutAndTheCutIsTold) {
  constexpr std::size_t kRows = 60;
  Weights weights(kRows);
  for (RowId a = 0; a < kRows; ++a)
    for (RowId b = a + 1; b < kRows; ++b)
      if (a / 3 == b / 3) weights.set(a, b, 9);
  for (RowId a = 0; a + 3 < kRows; a += 3) weights.set(a, a + 3, 1);  // weak links chain all of them
  const auto report = refine(weights, component_max(10));
  EXPECT_GE(report.cut, 1U);
  for (RowId row = 0; row < kRows; ++row) EXPECT_EQ(report.cluster[row], row / 3 * 3) << row;
}

TEST(RefineClusters, ASetAboveTheLimitThatCannotBeCutIsOneGroupOnlyWhenItsLinksAreCertain) {
  RefineOptions options;
  options.component_max = 5;
  EXPECT_EQ(refine(Weights(30, options.weight_most), options).cluster, std::vector<RowId>(30, 0));
  const auto doubtful = refine(Weights(30, 4), options).cluster;
  for (RowId row = 0; row < 30; ++row) EXPECT_EQ(doubtful[row], row);
}

}  // namespace
}  // namespace gmpi
