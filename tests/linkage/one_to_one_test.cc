// Groups of mutually best links: what Splink's own steps give, written out plainly, and never two records of a source
// that holds each person once.
#include "linkage/one_to_one.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace gmpi {
namespace {

using testing::ElementsAre;
using Ranks = std::vector<std::uint32_t>;

/// Splink's queries, one by one: links in both directions, ranked within each group of either end.
Ranks by_queries(const Ranks& source, const Ranks& single, const std::vector<ProbableLink>& links) {
  std::vector<ProbableLink> both = links;
  for (const auto& link : links) both.push_back({link.b, link.a, link.probability});
  Ranks group(source.size());
  for (std::uint32_t i = 0; i < group.size(); ++i) group[i] = i;
  for (;;) {
    std::map<std::uint32_t, std::set<std::uint32_t>> contains;
    for (std::uint32_t i = 0; i < group.size(); ++i)
      if (std::count(single.begin(), single.end(), source[i]) > 0) contains[group[i]].insert(source[i]);
    std::vector<ProbableLink> ranked;
    for (const auto& link : both) {
      const auto &l = contains[group[link.a]], &r = contains[group[link.b]];
      const bool shared = std::any_of(l.begin(), l.end(), [&](std::uint32_t s) { return r.count(s) > 0; });
      if (group[link.a] != group[link.b] && !shared) ranked.push_back(link);
    }
    std::map<std::uint32_t, std::pair<double, std::uint32_t>> best_l, best_r;  // least (-probability, other end)
    for (const auto& link : ranked) {
      const std::pair l{-link.probability, link.b}, r{-link.probability, link.a};
      const auto [at_l, new_l] = best_l.emplace(group[link.a], l);
      if (!new_l) at_l->second = std::min(at_l->second, l);
      const auto [at_r, new_r] = best_r.emplace(group[link.b], r);
      if (!new_r) at_r->second = std::min(at_r->second, r);
    }
    Ranks next = group;
    for (const auto& link : ranked)
      if (best_l[group[link.a]] == std::pair{-link.probability, link.b} &&
          best_r[group[link.b]] == std::pair{-link.probability, link.a})
        next[link.a] = std::min(next[link.a], group[link.b]);
    if (next == group) return group;
    group = next;
  }
}

TEST(OneToOne, GivesWhatSplinksQueriesGive) {
  std::size_t joined = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Random random(seed);
    const std::size_t records = 2 + random.below(40), sources = 1 + random.below(4);
    Ranks source(records), single;
    for (auto& s : source) s = static_cast<std::uint32_t>(random.below(sources));
    for (std::uint32_t s = 0; s < sources; ++s)
      if (random.chance(0.7)) single.push_back(s);
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> weights;
    for (auto n = random.below(4 * records); n > 0; --n) {
      const auto a = static_cast<std::uint32_t>(random.below(records)), b = static_cast<std::uint32_t>(random.below(records));
      // Few different probabilities: ties are common.
      if (a != b) weights[std::minmax(a, b)] = static_cast<double>(random.below(6)) / 5;
    }
    std::vector<ProbableLink> links;
    for (const auto& [pair, probability] : weights) links.push_back({pair.first, pair.second, probability});
    const auto groups = one_to_one_groups(source, single, links);
    ASSERT_TRUE(groups);
    ASSERT_EQ(*groups, by_queries(source, single, links)) << "seed " << seed;
    std::reverse(links.begin(), links.end());
    ASSERT_EQ(*one_to_one_groups(source, single, links), *groups) << "the order of links does not matter";
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    for (std::size_t i = 0; i < records; ++i) {
      joined += (*groups)[i] != i;
      if (std::count(single.begin(), single.end(), source[i]) == 0) continue;
      ASSERT_TRUE(seen.emplace((*groups)[i], source[i]).second) << "two records of one such source, seed " << seed;
    }
  }
  EXPECT_GT(joined, 1000u);
}

TEST(OneToOne, TakesTheBestLinkAndTheLowerIdOfTwo) {
  const Ranks source = {0, 1, 1, 0};
  EXPECT_THAT(*one_to_one_groups(source, Ranks{0, 1}, std::vector<ProbableLink>{{0, 1, 0.8}, {0, 2, 0.9}}),
              ElementsAre(0, 1, 0, 3));
  EXPECT_THAT(*one_to_one_groups(source, Ranks{0, 1}, std::vector<ProbableLink>{{0, 1, 0.9}, {0, 2, 0.9}}),
              ElementsAre(0, 0, 2, 3));
  EXPECT_THAT(*one_to_one_groups(source, Ranks{}, std::vector<ProbableLink>{{0, 1, 0.9}, {0, 2, 0.9}, {2, 3, 0.5}}),
              ElementsAre(0, 0, 0, 0));
}

TEST(OneToOne, RefusesMoreSourcesThanItCanHold) {
  EXPECT_FALSE(one_to_one_groups(Ranks{0}, Ranks(kSingleSourcesMax + 1), {}));
}

}  // namespace
}  // namespace gmpi
