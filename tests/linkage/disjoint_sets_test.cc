// Sets are the connected components of what was united, named by their least member, in whatever order and by
// however many threads they were united.
#include "linkage/disjoint_sets.h"

#include <numeric>

#include <gtest/gtest.h>
#include <tbb/parallel_for.h>

#include "base/random.h"

namespace gmpi {
namespace {

using Edge = std::pair<std::uint32_t, std::uint32_t>;

/// The slow obvious version: the least name spreads along edges until nothing changes.
std::vector<std::uint32_t> components(std::size_t size, const std::vector<Edge>& edges) {
  std::vector<std::uint32_t> name(size);
  std::iota(name.begin(), name.end(), 0u);
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [a, b] : edges) {
      const std::uint32_t least = std::min(name[a], name[b]);
      changed |= name[a] != least || name[b] != least;
      name[a] = name[b] = least;
    }
  }
  return name;
}

TEST(DisjointSets, AreTheComponentsWhoeverUnitesThem) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    const std::size_t size = 1 + random.below(3000);
    std::vector<Edge> edges;
    for (auto n = random.below(2 * size); n > 0; --n)
      edges.emplace_back(static_cast<std::uint32_t>(random.below(size)), static_cast<std::uint32_t>(random.below(size)));
    DisjointSets sets(size);
    tbb::parallel_for(std::size_t{0}, edges.size(), [&](std::size_t i) { sets.unite(edges[i].first, edges[i].second); });
    const auto expected = components(size, edges);
    for (std::uint32_t i = 0; i < size; ++i) ASSERT_EQ(sets.find(i), expected[i]) << "seed " << seed;
  }
}

TEST(DisjointSets, HoldOnALongChain) {
  constexpr std::uint32_t kSize = 200000;
  DisjointSets sets(kSize);
  tbb::parallel_for(std::uint32_t{1}, kSize, [&](std::uint32_t i) { sets.unite(i, i - 1); });
  EXPECT_EQ(sets.find(kSize - 1), 0u);
  EXPECT_EQ(sets.find(0), 0u);
}

}  // namespace
}  // namespace gmpi
