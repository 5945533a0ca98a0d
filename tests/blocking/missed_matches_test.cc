// The estimate of what no rule reaches is near the truth where rules are independent, and never boasts where they are not.
#include "blocking/missed_matches.h"

#include <array>
#include <numeric>
#include <optional>

#include "tests/blocking/blocking_fixture.h"

namespace gmpi {
namespace {

/// Pairs of records of one person each, and which fields agree is drawn.
struct Pairs {
  PackedRecords records{std::vector<ColumnSpec>{{"a", false}, {"b", false}, {"c", false}, {"d", false}}};
  std::optional<BlockingPlan> plan;
  std::vector<RowId> truth;       // by person
  std::vector<std::uint32_t> rank;
  double missed_share = 0;        // of the true pairs, known

  /// `chance(person)`: that a field agrees.
  template <class Chance>
  Pairs(std::size_t people, std::uint64_t seed, Chance chance) {
    auto compiled = BlockingPlan::compile(model_with({{R"(l."a" = r."a")", {}}, {R"(l."b" = r."b")", {}}, {R"(l."c" = r."c")", {}}, {R"(l."d" = r."d")", {}}}), records);
    EXPECT_TRUE(compiled.ok());
    plan.emplace(std::move(*compiled));
    Random random(seed);
    std::size_t missed = 0;
    for (std::size_t person = 0; person < people; ++person) {
      std::array<std::string, 4> left, right;
      bool reached = false;
      for (std::size_t f = 0; f < 4; ++f) {
        left[f] = "v" + std::to_string(person);
        const bool agrees = random.chance(chance(random, f));
        right[f] = agrees ? left[f] : "w" + std::to_string(person);
        reached = reached || agrees;
      }
      missed += !reached;
      for (const auto* cells : {&left, &right}) {
        const std::string_view views[] = {(*cells)[0], (*cells)[1], (*cells)[2], (*cells)[3]};
        records.append_texts(views);
        truth.push_back(static_cast<RowId>(2 * person));
      }
    }
    missed_share = static_cast<double>(missed) / static_cast<double>(people);
    rank.resize(records.rows());
    std::iota(rank.begin(), rank.end(), 0u);
  }

  /// As a linkage knows them: pairs that no rule reaches are two people to it.
  std::vector<RowId> found() const {
    auto group = truth;
    for (RowId row = 1; row < group.size(); row += 2)
      if (rules_that_hold(*plan, records.view(row - 1), records.view(row)) == 0) group[row] = row;
    return group;
  }
};

TEST(MissedMatches, IsNearTheTruthWhenRulesAreIndependent) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const double each[] = {0.35, 0.3, 0.4, 0.3};
    const Pairs pairs(6000, seed, [&](Random&, std::size_t field) { return each[field]; });
    const auto captures = captures_of_groups(*pairs.plan, pairs.records, pairs.found(), {.rank = pairs.rank, .source = {}});
    EXPECT_NEAR(captures.missed_share(), pairs.missed_share, 0.04) << "seed " << seed;
    EXPECT_GT(pairs.missed_share, 0.1);
  }
}

TEST(MissedMatches, IsALowerBoundWhenSomePairsAreHarderThanOthers) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    double chance = 0;
    const Pairs pairs(6000, seed, [&](Random& random, std::size_t field) {
      if (field == 0) chance = random.chance(0.3) ? 0.1 : 0.8;
      return chance;
    });
    const auto captures = captures_of_groups(*pairs.plan, pairs.records, pairs.found(), {.rank = pairs.rank, .source = {}});
    EXPECT_LT(captures.missed_share(), pairs.missed_share + 0.02) << "seed " << seed;
    EXPECT_GT(captures.missed_share(), 0.02) << "seed " << seed;
  }
}

TEST(MissedMatches, PairsJoinedThroughOthersAreKnownToBeMissed) {
  const Pairs pairs(2000, 3, [](Random&, std::size_t) { return 0.3; });
  const auto captures = captures_of_groups(*pairs.plan, pairs.records, pairs.truth, {.rank = pairs.rank, .source = {}});
  EXPECT_EQ(captures.reached() + captures.pairs[0], 2000u);
  EXPECT_GE(captures.missed_share(), pairs.missed_share);
}

TEST(MissedMatches, NothingFoundOrOneRuleGivesNothing) {
  EXPECT_EQ(RuleCaptures{}.missed_share(), 0);
  EXPECT_EQ((RuleCaptures{{0, 0, 0}}).missed_share(), 0);
  EXPECT_EQ((RuleCaptures{{0, 50}}).missed_share(), 0);  // one rule says nothing of what it misses
}

TEST(MissedMatches, OneLargeGroupIsNotTheFile) {
  const Pairs pairs(500, 1, [](Random&, std::size_t) { return 1.0; });
  std::vector<RowId> group(pairs.truth.size(), 0);
  const auto captures = captures_of_groups(*pairs.plan, pairs.records, group, {.rank = pairs.rank, .source = {}});
  EXPECT_LE(captures.reached() + captures.pairs[0], 66u);
}

}  // namespace
}  // namespace gmpi
