// Units of too large components: found from one record outwards as from the set as a whole.
#include "linkage/bounded_components.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "linkage/limits.h"

namespace gmpi {
namespace {

constexpr MatchWeight kLink = 12;

/// A graph of links; content of a node is its number divided by `copies`.
struct Links {
  std::uint32_t nodes = 0;
  std::uint32_t copies = 1;
  std::vector<Tie> ties = {};

  void add(std::uint32_t a, std::uint32_t b, MatchWeight weight, TieKind kind = TieKind::kLink) {
    ties.push_back({std::min(a, b), std::max(a, b), kind, weight});
  }
  bool same_content(std::uint32_t a, std::uint32_t b) const { return copies > 1 && a / copies == b / copies; }
  std::vector<std::vector<RecordTie>> by_row() const {
    std::vector<std::vector<RecordTie>> rows(nodes);
    for (const Tie& tie : ties) {
      rows[tie.a].push_back({.other = tie.b, .kind = tie.kind, .weight = tie.weight});
      rows[tie.b].push_back({.other = tie.a, .kind = tie.kind, .weight = tie.weight});
    }
    return rows;
  }
};

using Units = std::set<std::set<RowId>>;

Units from_the_whole(const Links& links, std::size_t records_max) {
  const auto unit = bounded_units(links.nodes, links.ties, kLink, records_max,
                                  [&](std::uint32_t a, std::uint32_t b) { return links.same_content(a, b); });
  std::map<std::uint32_t, std::set<RowId>> of_number;
  for (RowId node = 0; node < links.nodes; ++node) of_number[unit[node]].insert(node);
  Units units;
  for (auto& [number, rows] : of_number) units.insert(std::move(rows));
  return units;
}

/// One search for all records, in some order: what it remembers of one must be true for the next.
Units from_each_record(const Links& links, std::size_t records_max, Random& random) {
  const auto ties = links.by_row();
  BoundedComponents components({.ties = [&](RowId row) { return std::span<const RecordTie>(ties[row]); },
                                .same_content = [&](RowId a, RowId b) { return links.same_content(a, b); }},
                               kLink, records_max);
  std::vector<RowId> order(links.nodes);
  for (RowId row = 0; row < links.nodes; ++row) order[row] = row;
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  Units units;
  for (const RowId row : order) {
    const auto unit = components.unit_of(row);
    units.insert({unit.rows.begin(), unit.rows.end()});
  }
  return units;
}

TEST(BoundedComponents, AreTheSameFromOneRecordAsFromTheWhole) {
  std::size_t cut = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    Random random(seed);
    Links links{.nodes = 2 + static_cast<std::uint32_t>(random.below(30)),
                .copies = 1 + static_cast<std::uint32_t>(random.below(3))};
    std::set<std::pair<std::uint32_t, std::uint32_t>> known;
    for (auto n = random.below(links.nodes * 2); n > 0; --n) {
      const auto a = static_cast<std::uint32_t>(random.below(links.nodes));
      const auto b = static_cast<std::uint32_t>(random.below(links.nodes));
      if (a == b || !known.insert(std::minmax(a, b)).second) continue;
      const auto kind = random.chance(0.1) ? TieKind::kSame : random.chance(0.1) ? TieKind::kReview : TieKind::kLink;
      links.add(a, b, kLink + static_cast<double>(random.below(80)) - (kind == TieKind::kReview ? 20 : 0), kind);
    }
    const std::size_t records_max = 1 + random.below(10);
    const Units expected = from_the_whole(links, records_max);
    ASSERT_EQ(from_each_record(links, records_max, random), expected) << "seed " << seed;
    ASSERT_EQ(from_each_record(links, 0, random), from_the_whole(links, 0)) << "seed " << seed;
    cut += expected.size() != from_the_whole(links, 0).size();
  }
  EXPECT_GT(cut, 50u);
}

TEST(BoundedComponents, AreCutAtTheWeakestLinksFirst) {
  Links links{.nodes = 5};
  links.add(0, 1, 40);
  links.add(1, 2, 15);
  links.add(2, 3, 35);
  links.add(3, 4, 14);
  Random random(1);
  EXPECT_EQ(from_each_record(links, 3, random), (Units{{0, 1}, {2, 3}, {4}}));
  EXPECT_EQ(from_each_record(links, 5, random), (Units{{0, 1, 2, 3, 4}}));
}

TEST(BoundedComponents, NeverPartOneContent) {
  Links links{.nodes = 10, .copies = 9};
  for (std::uint32_t node = 1; node < 10; ++node) links.add(node - 1, node, 13);
  Random random(1);
  EXPECT_EQ(from_each_record(links, 3, random), (Units{{0, 1, 2, 3, 4, 5, 6, 7, 8}, {9}}));
}

TEST(BoundedComponents, AChainOfFiveThousandIsTakenApartAndEachLookIsShort) {
  constexpr std::uint32_t kChain = 5'000;
  constexpr std::size_t kMost = 2'000;
  Links links{.nodes = kChain};
  for (std::uint32_t node = 1; node < kChain; ++node) links.add(node - 1, node, node % 100 == 0 ? 13 : 40);
  const auto ties = links.by_row();
  std::size_t looks = 0;
  BoundedComponents components({.ties =
                                    [&](RowId row) {
                                      ++looks;
                                      return std::span<const RecordTie>(ties[row]);
                                    },
                                .same_content = [](RowId, RowId) { return false; }},
                               kLink, kMost);
  const auto unit = components.unit_of(2'550);
  EXPECT_TRUE(unit.cut);
  EXPECT_EQ(unit.rows.size(), 100u);
  EXPECT_LE(looks, kMost + 200);
}

}  // namespace
}  // namespace gmpi
