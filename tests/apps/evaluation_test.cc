#include "apps/evaluation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/random.h"
#include "tests/reference/evaluation.h"

namespace gmpi {
namespace {

using Labels = std::vector<std::uint32_t>;

void expect_same(const ClusterScores& a, const ClusterScores& b) {
  EXPECT_EQ(a.records, b.records);
  EXPECT_EQ(a.people, b.people);
  EXPECT_EQ(a.clusters, b.clusters);
  EXPECT_EQ(a.true_pairs, b.true_pairs);
  EXPECT_EQ(a.found_pairs, b.found_pairs);
  EXPECT_EQ(a.correct_pairs, b.correct_pairs);
  EXPECT_EQ(a.false_merges, b.false_merges);
  EXPECT_EQ(a.missed_links, b.missed_links);
  EXPECT_EQ(a.people_mixed, b.people_mixed);
  EXPECT_EQ(a.people_split, b.people_split);
  EXPECT_DOUBLE_EQ(a.pairs.precision, b.pairs.precision);
  EXPECT_DOUBLE_EQ(a.pairs.recall, b.pairs.recall);
  EXPECT_NEAR(a.b_cubed.precision, b.b_cubed.precision, 1e-12);
  EXPECT_NEAR(a.b_cubed.recall, b.b_cubed.recall, 1e-12);
}

Labels random_labels(Random& random, std::size_t n, std::uint64_t kinds) {
  Labels labels(n);
  for (auto& label : labels) label = static_cast<std::uint32_t>(random.below(kinds));
  return labels;
}

TEST(Evaluation, AWorkedExampleByHand) {
  // People: {0 1 2} {3 4} {5}. Found: {0 1} {2 3 4} {5}.
  const ClusterScores s = score_clusters(Labels{0, 0, 0, 1, 1, 2}, Labels{7, 7, 8, 8, 8, 9});
  EXPECT_EQ(s.true_pairs, 4u);
  EXPECT_EQ(s.found_pairs, 4u);
  EXPECT_EQ(s.correct_pairs, 2u);
  EXPECT_DOUBLE_EQ(s.pairs.precision, 0.5);
  EXPECT_DOUBLE_EQ(s.pairs.recall, 0.5);
  EXPECT_DOUBLE_EQ(s.pairs.f1(), 0.5);
  EXPECT_NEAR(s.b_cubed.precision, (1 + 1 + 1. / 3 + 2. / 3 + 2. / 3 + 1) / 6, 1e-15);
  EXPECT_NEAR(s.b_cubed.recall, (2. / 3 + 2. / 3 + 1. / 3 + 1 + 1 + 1) / 6, 1e-15);
  EXPECT_EQ(s.false_merges, 1u);
  EXPECT_EQ(s.missed_links, 1u);
  EXPECT_EQ(s.people_mixed, 2u);
  EXPECT_EQ(s.people_split, 1u);
  EXPECT_NEAR(s.per_10000_people(s.false_merges), 10000.0 / 3, 1e-9);
}

TEST(Evaluation, NothingToFindIsFoundPerfectly) {
  EXPECT_EQ(score_clusters(Labels{}, Labels{}).pairs.f1(), 1);
  EXPECT_EQ(score_clusters(Labels{0, 1}, Labels{0, 1}).pairs.f1(), 1);
  EXPECT_EQ(score_clusters(Labels{0, 0}, Labels{0, 1}).pairs.f1(), 0);
}

TEST(Evaluation, RandomPartitionsScoreAsByLookingAtEveryPair) {
  Random random(17);
  for (int round = 0; round < 300; ++round) {
    const std::size_t n = random.below(60);
    const Labels entities = random_labels(random, n, 1 + random.below(40));
    Labels clusters = random_labels(random, n, 1 + random.below(40));
    if (round % 3 == 0) clusters = entities;
    if (n > 0 && round % 3 == 0) clusters[random.below(n)] = 50;
    expect_same(score_clusters(entities, clusters), reference::score_clusters(entities, clusters));
  }
}

TEST(Evaluation, GroupsScoreAsByLookingAtEveryPairAndAddUpToTheWhole) {
  Random random(18);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = random.below(50);
    const Labels entities = random_labels(random, n, 1 + random.below(20));
    const Labels clusters = random_labels(random, n, 1 + random.below(20));
    const Labels groups = random_labels(random, n, 4);
    const auto by_group = score_groups(entities, clusters, groups, 4);
    std::uint64_t correct_ends = 0;
    for (std::uint32_t g = 0; g < 4; ++g) {
      expect_same(by_group[g], reference::score_group(entities, clusters, groups, g));
      correct_ends += by_group[g].correct_pairs;
    }
    EXPECT_EQ(correct_ends, 2 * score_clusters(entities, clusters).correct_pairs);
  }
}

TEST(Evaluation, PairsAtTheBestThresholdAndAtEachBitScoreAsByLookingAtEveryPair) {
  Random random(19);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = 2 + random.below(20);
    const Labels entities = random_labels(random, n, 1 + random.below(8));
    std::vector<WeighedPair> pairs;
    for (auto count = random.below(60); count > 0; --count) {
      const auto left = static_cast<std::uint32_t>(random.below(n)),
                 right = static_cast<std::uint32_t>(random.below(n));
      if (left != right) pairs.push_back({left, right, static_cast<double>(random.between(-40, 80)) / 4});
    }
    const auto asked = pairs;
    const PairScores scores = score_pairs(pairs, entities);
    EXPECT_EQ(scores.pairs + scores.repeated, asked.size());
    const auto all = reference::score_at(asked, entities, -std::numeric_limits<double>::infinity());
    EXPECT_EQ(scores.true_pairs_listed, all.correct);
    EXPECT_DOUBLE_EQ(scores.blocking_recall, all.scores.recall);
    for (const auto& point : scores.curve) {
      const auto expected = reference::score_at(asked, entities, point.threshold);
      EXPECT_EQ(point.given, expected.given);
      EXPECT_EQ(point.correct, expected.correct);
    }
    double best_f1 = 0;
    for (const auto& pair : asked)
      best_f1 = std::max(best_f1, reference::score_at(asked, entities, pair.weight).scores.f1());
    if (!asked.empty()) {
      EXPECT_DOUBLE_EQ(scores.best.scores.f1(), best_f1);
      EXPECT_DOUBLE_EQ(reference::score_at(asked, entities, scores.best.threshold).scores.f1(), best_f1);
    }
  }
}

TEST(Evaluation, HardCasesAreWrongWhenPeopleMeetOrOnePersonIsTornApart) {
  const Labels entities{0, 0, 1, 1, 2, 2, 3}, clusters{0, 1, 1, 1, 2, 2, 3};
  const std::vector<HardCase> cases = {
      {0, 0, 1, false},                                     // share cluster 1
      {0, 0, 2, false}, {0, 2, 3, false}, {1, 0, 0, true},  // in clusters 0 and 1
      {1, 1, 1, true},  {1, 2, 2, true},  {1, 2, 3, true},  // the last: two that should be one
  };
  const auto scores = score_hard_cases(entities, clusters, cases, 2);
  EXPECT_EQ(scores[0].cases, 3u);
  EXPECT_EQ(scores[0].wrong, 1u);
  EXPECT_EQ(scores[1].cases, 4u);
  EXPECT_EQ(scores[1].wrong, 2u);
}

TEST(Evaluation, AHugeClusterIsCountedWithoutLookingAtItsPairs) {
  const std::size_t n = 3'000'000;  // 4.5e12 pairs
  Labels entities(n), clusters(n, 0);
  for (std::size_t i = 0; i < n; ++i) entities[i] = static_cast<std::uint32_t>(i / 2);
  const ClusterScores s = score_clusters(entities, clusters);
  EXPECT_EQ(s.found_pairs, 4'499'998'500'000u);
  EXPECT_EQ(s.correct_pairs, n / 2);
  EXPECT_EQ(s.false_merges, n / 2 - 1);
}

}  // namespace
}  // namespace gmpi
