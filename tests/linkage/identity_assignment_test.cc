// Scenarios an expert can read, then the fast assignment against the plain one on random graphs.

#include "linkage/identity_assignment.h"

#include <algorithm>
#include <numeric>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/reference/identity_assignment.h"

namespace gmpi {
namespace {

using Groups = std::set<std::set<char>>;

/// Records are letters from A; a number after a letter is its exclusive value.
struct Scenario {
  std::vector<ValueId> exclusive;  // of A, B, C ...
  std::vector<Tie> ties;
  double margin = 5;

  static Tie tie(char a, char b, TieKind kind, double weight = 0) {
    return {static_cast<std::uint32_t>(std::min(a, b) - 'A'),
            static_cast<std::uint32_t>(std::max(a, b) - 'A'), kind, weight};
  }
  Scenario& link(char a, char b, double weight) { return add(tie(a, b, TieKind::kLink, weight)); }
  Scenario& apart(char a, char b) { return add(tie(a, b, TieKind::kApart)); }
  Scenario& same(char a, char b) { return add(tie(a, b, TieKind::kSame)); }
  Scenario& different(char a, char b) { return add(tie(a, b, TieKind::kDifferent)); }
  Scenario& review(char a, char b, double weight) { return add(tie(a, b, TieKind::kReview, weight)); }
  Scenario& add(Tie one) {
    ties.push_back(one);
    return *this;
  }

  AssignmentInput input() const {
    return {.nodes = static_cast<std::uint32_t>(exclusive.size()),
            .ties = ties,
            .exclusive_columns = 1,
            .exclusive = exclusive,
            .conflict_margin = margin};
  }
  Groups groups() const {
    const Assignment assignment = assign_identities(input());
    std::map<std::uint32_t, std::set<char>> by_group;
    for (std::uint32_t node = 0; node < exclusive.size(); ++node)
      by_group[assignment.group[node]].insert(static_cast<char>('A' + node));
    Groups out;
    for (const auto& [lowest, members] : by_group) out.insert(members);
    return out;
  }
  std::vector<RefusalKind> refusals() const {
    std::vector<RefusalKind> kinds;
    for (const Refusal& refusal : assign_identities(input()).refusals) kinds.push_back(refusal.kind);
    return kinds;
  }
};

Scenario records(std::vector<ValueId> exclusive) {
  Scenario scenario;
  scenario.exclusive = std::move(exclusive);
  return scenario;
}

TEST(IdentityAssignment, LinksJoinThroughAThirdRecord) {
  EXPECT_EQ(records({0, 0, 0}).link('A', 'B', 30).link('B', 'C', 25).groups(), (Groups{{'A', 'B', 'C'}}));
}

TEST(IdentityAssignment, RecordsWithoutLinksStayAlone) {
  EXPECT_EQ(records({0, 0}).groups(), (Groups{{'A'}, {'B'}}));
  EXPECT_EQ(records({0, 0}).review('A', 'B', 11).groups(), (Groups{{'A'}, {'B'}}));
}

TEST(IdentityAssignment, TwoVerifiedNumbersAreNeverOnePersonAndTheWeakerLinkIsRefused) {
  const Scenario scenario = records({1, 0, 2}).link('A', 'B', 40).link('B', 'C', 25);
  EXPECT_EQ(scenario.groups(), (Groups{{'A', 'B'}, {'C'}}));
  EXPECT_THAT(scenario.refusals(), testing::ElementsAre(RefusalKind::kExclusive));
}

TEST(IdentityAssignment, ARecordThatFitsTwoNumbersNearlyEquallyJoinsNeither) {
  const Scenario scenario = records({1, 0, 2}).link('A', 'B', 26).link('B', 'C', 25);
  EXPECT_EQ(scenario.groups(), (Groups{{'A'}, {'B'}, {'C'}}));
  EXPECT_THAT(scenario.refusals(), testing::ElementsAre(RefusalKind::kUndecided, RefusalKind::kUndecided));
}

TEST(IdentityAssignment, TheMarginIsIncluded) {
  EXPECT_EQ(records({1, 0, 2}).link('A', 'B', 30).link('B', 'C', 25).groups(), (Groups{{'A'}, {'B'}, {'C'}}));
  EXPECT_EQ(records({1, 0, 2}).link('A', 'B', 30.1).link('B', 'C', 25).groups(), (Groups{{'A', 'B'}, {'C'}}));
}

TEST(IdentityAssignment, ApartIsNotUndoneByAThirdRecord) {
  const Scenario twins = records({0, 0, 0}).apart('A', 'C').link('A', 'B', 40).link('B', 'C', 30);
  EXPECT_EQ(twins.groups(), (Groups{{'A', 'B'}, {'C'}}));
  EXPECT_THAT(twins.refusals(), testing::ElementsAre(RefusalKind::kApart));
}

TEST(IdentityAssignment, ApartFromTheRivalIsNoAlternative) {
  // B fits A and C nearly equally, but is known not to be C: no doubt remains.
  EXPECT_EQ(records({1, 0, 2}).apart('B', 'C').link('A', 'B', 26).link('B', 'C', 25).groups(),
            (Groups{{'A', 'B'}, {'C'}}));
}

TEST(IdentityAssignment, ASameOfAStewardOutranksGuardAndNumbers) {
  EXPECT_EQ(records({1, 2}).apart('A', 'B').same('A', 'B').groups(), (Groups{{'A', 'B'}}));
}

TEST(IdentityAssignment, ADifferentOfAStewardOutranksEverything) {
  EXPECT_EQ(records({0, 0, 0}).different('A', 'C').same('A', 'B').same('B', 'C').groups(),
            (Groups{{'A', 'B'}, {'C'}}));
  EXPECT_EQ(records({0, 0}).different('A', 'B').link('A', 'B', 90).groups(), (Groups{{'A'}, {'B'}}));
}

TEST(IdentityAssignment, EqualWeightsAreFollowedInTheOrderOfRecordKeys) {
  // With no margin nothing is undecided, so the order must settle who gets B.
  Scenario scenario = records({1, 0, 2}).link('B', 'C', 30).link('A', 'B', 30);
  scenario.margin = -1;
  EXPECT_EQ(scenario.groups(), (Groups{{'A', 'B'}, {'C'}}));
}

TEST(IdentityAssignment, UndecidedRecordsMayJoinEachOther) {
  const Scenario scenario = records({1, 0, 0, 2})
                                .link('B', 'C', 50)
                                .link('A', 'B', 26)
                                .link('B', 'D', 25)
                                .link('A', 'C', 26)
                                .link('C', 'D', 25);
  // Each of B and C is tied most strongly to the other: neither is undecided by itself.
  EXPECT_EQ(scenario.groups(), (Groups{{'A', 'B', 'C'}, {'D'}}));
}

Scenario random_scenario(Random& random) {
  Scenario scenario;
  const auto nodes = static_cast<std::uint32_t>(random.between(1, 9));
  scenario.margin = static_cast<double>(random.between(0, 6));
  for (std::uint32_t i = 0; i < nodes; ++i)
    scenario.exclusive.push_back(random.chance(0.5) ? kMissing : static_cast<ValueId>(random.between(1, 3)));
  const double density = random.uniform();
  for (std::uint32_t a = 0; a < nodes; ++a)
    for (std::uint32_t b = a + 1; b < nodes; ++b) {
      if (!random.chance(density)) continue;
      const auto draw = random.below(20);
      const TieKind kind = draw < 13   ? TieKind::kLink
                           : draw < 15 ? TieKind::kReview
                           : draw < 18 ? TieKind::kApart
                           : draw < 19 ? TieKind::kSame
                                       : TieKind::kDifferent;
      scenario.ties.push_back({a, b, kind, static_cast<double>(random.between(12, 24))});
    }
  return scenario;
}

TEST(IdentityAssignment, EqualsThePlainAssignmentOnRandomGraphs) {
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    Random random(seed);
    const Scenario scenario = random_scenario(random);
    ASSERT_EQ(assign_identities(scenario.input()).group, reference::assign_identities(scenario.input()))
        << "seed " << seed;
  }
}

TEST(IdentityAssignment, TheOrderOfTiesDoesNotMatter) {
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    Random random(seed);
    Scenario scenario = random_scenario(random);
    const auto expected = assign_identities(scenario.input()).group;
    for (std::size_t i = scenario.ties.size(); i > 1; --i)
      std::swap(scenario.ties[i - 1], scenario.ties[random.below(i)]);
    ASSERT_EQ(assign_identities(scenario.input()).group, expected) << "seed " << seed;
  }
}

TEST(IdentityAssignment, NoGroupHoldsWhatExcludesEachOther) {
  for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
    Random random(seed);
    Scenario scenario = random_scenario(random);
    std::erase_if(scenario.ties, [](const Tie& tie) { return tie.kind == TieKind::kSame; });
    const auto group = assign_identities(scenario.input()).group;
    for (const Tie& tie : scenario.ties)
      if (tie.kind == TieKind::kApart || tie.kind == TieKind::kDifferent) {
        ASSERT_NE(group[tie.a], group[tie.b]) << "seed " << seed;
      }
    for (std::size_t a = 0; a < group.size(); ++a)
      for (std::size_t b = 0; b < a; ++b) {
        if (group[a] != group[b]) continue;
        const ValueId x = scenario.exclusive[a], y = scenario.exclusive[b];
        ASSERT_TRUE(x == kMissing || y == kMissing || x == y) << "seed " << seed;
      }
  }
}

}  // namespace
}  // namespace gmpi
