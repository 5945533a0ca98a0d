// What training computes from counts: the textbook's estimates, on any input, and never a value that is no
// probability.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "matcher/sql_parser.h"
#include "matcher/training/estimates.h"
#include "matcher/training/expectation_maximisation.h"
#include "matcher/training/pattern_counts.h"
#include "matcher/training/training_rules.h"
#include "tests/reference/training.h"

namespace gmpi {
namespace {

using reference::ComparedPair;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::Optional;

ComparisonLevel null_level(const std::string& column) {
  ComparisonLevel level;
  level.sql_condition = column + "_l IS NULL OR " + column + "_r IS NULL";
  level.condition = *parse_condition(level.sql_condition);
  level.is_null_level = true;
  return level;
}

ComparisonLevel level_of(const std::string& sql, double m, double u) {
  ComparisonLevel level;
  level.sql_condition = sql;
  level.is_else = sql == "ELSE";
  if (!level.is_else) level.condition = *parse_condition(sql);
  level.m = m;
  level.u = u;
  return level;
}

/// Missing, equal (adjusted for the value's frequency when asked), near, else.
Comparison comparison_of(const std::string& column, bool adjusts = false) {
  Comparison comparison{column,
                        column,
                        {null_level(column), level_of(column + "_l = " + column + "_r", 0.9, 0.05),
                         level_of("levenshtein(" + column + "_l, " + column + "_r) <= 1", 0.07, 0.1),
                         level_of("ELSE", 0.03, 0.85)}};
  if (adjusts) {
    comparison.levels[1].tf_column = comparison.levels[2].tf_column = column;
    comparison.levels[2].tf_weight = 0.5;
  }
  return comparison;
}

std::vector<PatternCounts::Line> lines_of(std::span<const Comparison> comparisons,
                                          const PatternLayout& layout, std::span<const ComparedPair> pairs) {
  PatternCounts counts;
  for (const auto& pair : pairs) {
    Pattern pattern{};
    double bits = 0;
    for (std::size_t c = 0; c < comparisons.size(); ++c) {
      layout.set(pattern, c, pair.levels[c], pair.log2_frequency[c].has_value());
      if (pair.log2_frequency[c])
        bits -= comparisons[c].levels[static_cast<std::size_t>(pair.levels[c])].tf_weight *
                *pair.log2_frequency[c];
    }
    counts.add(pattern, bits);
  }
  return counts.lines();
}

EmResult em_of(std::span<const Comparison> comparisons, double prior, std::span<const ComparedPair> pairs,
               const EmOptions& options) {
  const auto layout = PatternLayout::of(comparisons);
  return run_em(comparisons, prior, *layout, lines_of(comparisons, *layout, pairs), options);
}

/// Pairs of a world with these m, u and prior, given by the comparisons; some values missing.
std::vector<ComparedPair> simulated(std::span<const Comparison> comparisons, double prior, std::size_t count,
                                    Random& random) {
  std::vector<ComparedPair> pairs;
  for (std::size_t n = 0; n < count; ++n) {
    const bool match = random.chance(prior);
    ComparedPair pair;
    for (const auto& comparison : comparisons) {
      pair.log2_frequency.emplace_back();
      if (random.chance(0.1)) {
        pair.levels.push_back(0);
        continue;
      }
      double roll = random.uniform();
      std::size_t k = 1;
      for (; k + 1 < comparison.levels.size(); ++k) {
        roll -= match ? *comparison.levels[k].m : *comparison.levels[k].u;
        if (roll < 0) break;
      }
      pair.levels.push_back(static_cast<int>(k));
    }
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

/// Any levels at all, "none holds" and frequencies included.
std::vector<ComparedPair> hostile(std::span<const Comparison> comparisons, std::size_t count,
                                  Random& random) {
  std::vector<ComparedPair> pairs;
  const bool few_levels = random.chance(0.3);
  for (std::size_t n = 0; n < count; ++n) {
    ComparedPair pair;
    for (const auto& comparison : comparisons) {
      const int top = static_cast<int>(comparison.levels.size()) - 1;
      const int level =
          random.chance(0.03) ? -1 : static_cast<int>(random.between(few_levels ? top - 1 : 0, top));
      pair.levels.push_back(level);
      auto& frequency = pair.log2_frequency.emplace_back();
      if (level >= 0 && adjusts_for_frequency(comparison.levels[static_cast<std::size_t>(level)]) &&
          random.chance(0.9))
        frequency = -random.uniform() * 18;
    }
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

void expect_close(const EmResult& found, const EmResult& expected, double tolerance) {
  EXPECT_NEAR(found.prior, expected.prior, tolerance);
  EXPECT_EQ(found.converged, expected.converged);
  EXPECT_EQ(found.history.size(), expected.history.size());
  for (std::size_t c = 0; c < expected.levels.size(); ++c)
    for (std::size_t k = 0; k < expected.levels[c].size(); ++k) {
      SCOPED_TRACE(testing::Message() << "comparison " << c << ", level " << k);
      const auto& f = found.levels[c][k];
      const auto& e = expected.levels[c][k];
      if (f.m) {
        EXPECT_THAT(e.m, Optional(DoubleNear(*f.m, tolerance)));
      }
      if (f.u) {
        EXPECT_THAT(e.u, Optional(DoubleNear(*f.u, tolerance)));
      }
    }
}

void expect_probabilities(const EmResult& result) {
  EXPECT_TRUE(result.prior >= 0 && result.prior <= 1) << result.prior;
  for (const auto& comparison : result.levels)
    for (const auto& level : comparison)
      for (const auto& value : {level.m, level.u})
        if (value) {
          EXPECT_TRUE(*value > 0 && *value <= 1) << *value;
        }
}

TEST(ExpectationMaximisation, EqualsThePlainOneOverPairs) {
  Random random(1);
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(testing::Message() << "round " << round);
    std::vector<Comparison> comparisons = {comparison_of("a"), comparison_of("b"), comparison_of("c")};
    comparisons[0].levels[2].fix_m = round % 7 == 0;
    comparisons[1].levels[1].fix_u = round % 5 == 0;
    const auto pairs = round % 2 == 0 ? simulated(comparisons, random.uniform(), 300, random)
                                      : hostile(comparisons, 1 + random.below(60), random);
    const EmOptions options{.fix_m = round % 4 == 3,
                            .fix_u = round % 3 != 0,
                            .fix_prior = round % 6 == 1,
                            .no_level_is_no_match = round % 2 == 1};
    const auto found = em_of(comparisons, 0.01, pairs, options);
    expect_close(found, reference::run_em(comparisons, 0.01, pairs, options), 1e-9);
    expect_probabilities(found);
  }
}

TEST(ExpectationMaximisation, KeepsTheMeaningOfTermFrequenciesThatShareALine) {
  Random random(2);
  for (int round = 0; round < 40; ++round) {
    SCOPED_TRACE(testing::Message() << "round " << round);
    const std::vector<Comparison> comparisons = {comparison_of("a", true), comparison_of("b"),
                                                 comparison_of("c", true)};
    const auto pairs = hostile(comparisons, 400, random);
    const EmOptions options{.fix_u = round % 2 == 0, .convergence = 1e-12, .max_iterations = 10};
    expect_close(em_of(comparisons, 0.05, pairs, options),
                 reference::run_em(comparisons, 0.05, pairs, options), 1e-6);
  }
}

TEST(ExpectationMaximisation, FindsTheWorldThatMadeThePairs) {
  Random random(3);
  std::vector<Comparison> world = {comparison_of("a"), comparison_of("b"), comparison_of("c"),
                                   comparison_of("d")};
  world[1].levels[1].m = 0.7, world[1].levels[2].m = 0.2, world[1].levels[3].m = 0.1;
  world[2].levels[1].u = 0.2, world[2].levels[2].u = 0.2, world[2].levels[3].u = 0.6;
  const auto pairs = simulated(world, 0.15, 60'000, random);
  std::vector<Comparison> start = {comparison_of("a"), comparison_of("b"), comparison_of("c"),
                                   comparison_of("d")};
  const EmOptions options{.fix_u = false, .convergence = 1e-7, .max_iterations = 500};
  const auto found = em_of(start, 0.5, pairs, options);
  EXPECT_TRUE(found.converged);
  EXPECT_NEAR(found.prior, 0.15, 0.01);
  for (std::size_t c = 0; c < world.size(); ++c)
    for (std::size_t k = 1; k < world[c].levels.size(); ++k) {
      EXPECT_NEAR(*found.levels[c][k].m, *world[c].levels[k].m, 0.02);
      EXPECT_NEAR(*found.levels[c][k].u, *world[c].levels[k].u, 0.01);
    }
}

TEST(ExpectationMaximisation, GivesProbabilitiesWhateverItIsGiven) {
  const EmOptions options{.fix_u = false, .convergence = 0, .max_iterations = 60};
  Random random(4);
  const std::vector<std::vector<ComparedPair>> inputs = {
      std::vector<ComparedPair>(1000, {{1, 1}, {std::nullopt, std::nullopt}}),    // one pattern, agreeing
      std::vector<ComparedPair>(1000, {{3, 3}, {std::nullopt, std::nullopt}}),    // one pattern, disagreeing
      std::vector<ComparedPair>(1000, {{0, 0}, {std::nullopt, std::nullopt}}),    // all missing
      std::vector<ComparedPair>(1000, {{-1, -1}, {std::nullopt, std::nullopt}}),  // no level holds
      {{{1, 3}, {-1e6, std::nullopt}}},  // a frequency below any double
  };
  for (const auto& pairs : inputs)
    for (const double prior : {0.0, 1e-300, 0.5, 1.0})
      for (const double extreme : {0.0, 1e-320, 1.0}) {
        std::vector<Comparison> comparisons = {comparison_of("a", true), comparison_of("b")};
        comparisons[0].levels[1].m = extreme;
        comparisons[0].levels[1].u = 1 - extreme;
        comparisons[1].levels[3].m = comparisons[1].levels[3].u = extreme;
        expect_probabilities(em_of(comparisons, prior, pairs, options));
      }
}

TEST(ExpectationMaximisation, SaysWhatNoPairShowed) {
  const std::vector<Comparison> comparisons = {comparison_of("a"), comparison_of("b")};
  const std::vector<ComparedPair> pairs(50, {{1, 3}, {std::nullopt, std::nullopt}});
  const auto found = em_of(comparisons, 0.1, pairs, {});
  EXPECT_THAT(found.levels[0][1].m, Optional(1.0));
  EXPECT_EQ(found.levels[0][1].pairs, 50u);
  EXPECT_FALSE(found.levels[0][0].m) << "a null level has none";
  EXPECT_FALSE(found.levels[0][2].m);
  EXPECT_FALSE(found.levels[0][1].u) << "u was not asked for";
  const auto nothing = em_of(comparisons, 0.1, std::vector<ComparedPair>{}, {});
  EXPECT_EQ(nothing.prior, 0.1);
  EXPECT_TRUE(nothing.history.empty());
}

TEST(Patterns, KeepEachComparisonApart) {
  std::vector<Comparison> comparisons;
  for (int i = 0; i < 25; ++i) comparisons.push_back(comparison_of("c" + std::to_string(i), i % 3 == 0));
  const auto layout = PatternLayout::of(comparisons);
  ASSERT_TRUE(layout) << layout.error().message;
  Random random(5);
  for (int round = 0; round < 200; ++round) {
    Pattern pattern{};
    std::vector<std::pair<int, bool>> wanted;
    for (std::size_t c = 0; c < comparisons.size(); ++c) {
      wanted.emplace_back(random.between(-1, 3), false);
      wanted[c].second = wanted[c].first >= 0 && c % 3 == 0 && random.chance(0.5);
      layout->set(pattern, c, wanted[c].first, wanted[c].second);
    }
    for (std::size_t c = 0; c < comparisons.size(); ++c) {
      EXPECT_EQ(layout->at(pattern, c).level, wanted[c].first);
      EXPECT_EQ(layout->at(pattern, c).adjusted, wanted[c].second);
    }
  }
}

TEST(Patterns, RefuseMoreComparisonsThanTheyHold) {
  std::vector<Comparison> comparisons(43, comparison_of("a"));
  EXPECT_FALSE(PatternLayout::of(comparisons)) << "43 comparisons of 3 bits, 21 to a word";
  comparisons.pop_back();
  EXPECT_TRUE(PatternLayout::of(comparisons));
}

TEST(Patterns, AddUpToTheSameLinesInAnyOrder) {
  Random random(6);
  std::vector<std::pair<Pattern, double>> pairs;
  for (int n = 0; n < 5000; ++n)
    pairs.push_back({{random.below(4), random.below(2)}, random.uniform() * 4 - 2});
  const auto counted = [&] {
    std::vector<PatternCounts> parts(3);
    for (std::size_t i = 0; i < pairs.size(); ++i) parts[i % 3].add(pairs[i].first, pairs[i].second);
    parts[0].merge(parts[1]);
    parts[0].merge(parts[2]);
    EXPECT_EQ(parts[0].pairs(), pairs.size());
    return parts[0].lines();
  };
  const auto lines = counted();
  std::reverse(pairs.begin(), pairs.end());
  EXPECT_EQ(counted(), lines);
  EXPECT_LT(lines.size(), 8 * 4 * 257u);
  double sum = 0;
  for (const auto& line : lines) sum += static_cast<double>(line.count) * line.tf_bits;
  EXPECT_NEAR(
      sum,
      std::accumulate(pairs.begin(), pairs.end(), 0.0, [](double s, const auto& p) { return s + p.second; }),
      0.01);
}

TEST(Estimates, CombineToTheirMedian) {
  EXPECT_FALSE(combined({}));
  const std::vector<ParameterEstimate> none = {{"a", {}}};
  EXPECT_FALSE(combined(none));
  const std::vector<ParameterEstimate> odd = {{"a", 0.9}, {"b", {}}, {"c", 0.1}, {"d", 0.2}};
  EXPECT_THAT(combined(odd), Optional(0.2));
  const std::vector<ParameterEstimate> even = {{"a", 0.9}, {"b", 0.1}};
  EXPECT_THAT(combined(even), Optional(0.5));
}

TEST(LevelCounts, AreSharesOfWhatIsNotMissing) {
  const std::vector<Comparison> comparisons = {comparison_of("a"), comparison_of("b")};
  LevelCounts counts(comparisons);
  counts.add(0, 0, 100);  // missing
  counts.add(0, 1, 3);
  counts.add(0, 3, 1);
  counts.add(0, -1, 50);  // no level holds
  EXPECT_EQ(counts.not_missing(0), 4u);
  EXPECT_THAT(counts.share(0, 1), Optional(0.75));
  EXPECT_FALSE(counts.share(0, 0));
  EXPECT_FALSE(counts.share(0, 2)) << "no pair showed it";
  EXPECT_FALSE(counts.share(1, 1));
  EXPECT_EQ(counts.least(0), 0u);
  counts.merge(counts);
  EXPECT_EQ(counts.count(0, 1), 6u);
}

BlockingRule rule_of(const std::string& sql) {
  return {sql, *parse_blocking_rule(sql), {}};
}

LinkageModel model_over(std::initializer_list<const char*> columns) {
  LinkageModel model;
  for (const char* column : columns) model.comparisons.push_back(comparison_of(column));
  return model;
}

TEST(TrainingRules, TrainWhatTheyDoNotRead) {
  const auto model = model_over({"a", "b", "c"});
  EXPECT_THAT(trained_by(model, rule_of("l.a = r.a")), ElementsAre(false, true, true));
  EXPECT_THAT(trained_by(model, rule_of("l.a = r.a and levenshtein(l.b, r.b) < 2")),
              ElementsAre(false, false, true));
}

TEST(TrainingRules, RaiseThePriorByTheEvidenceOfTheirColumns) {
  auto model = model_over({"a", "b", "c"});
  model.prior = 0.001;
  const double odds = 0.001 / 0.999;
  const double one = odds * 0.9 / 0.05, two = one * 0.9 / 0.05;
  EXPECT_NEAR(prior_of_rule(model, rule_of("l.a = r.a")), one / (1 + one), 1e-12);
  EXPECT_NEAR(prior_of_rule(model, rule_of("l.a = r.a and l.c = r.c")), two / (1 + two), 1e-12);
  EXPECT_NEAR(prior_of_rule(model, rule_of("l.x = r.x")), 0.001, 1e-12)
      << "no level says what it makes equal";
  EXPECT_NEAR(prior_behind_rule(model, rule_of("l.a = r.a"), one / (1 + one)), 0.001, 1e-12);
  // One level on both columns is taken before two on one each: they are not independent.
  model.comparisons[1].levels.insert(model.comparisons[1].levels.begin() + 1,
                                     level_of("a_l = a_r AND b_l = b_r", 0.8, 0.01));
  const double both = odds * 0.8 / 0.01;
  EXPECT_NEAR(prior_of_rule(model, rule_of("l.a = r.a and l.b = r.b")), both / (1 + both), 1e-12);
  model.comparisons[0].levels[1].u = 0;
  const double certain = prior_of_rule(model, rule_of("l.a = r.a"));
  EXPECT_TRUE(certain > 0.999 && certain < 1) << certain;
}

TEST(TrainingRules, AreAsFewAsTrainEachComparisonTwice) {
  const auto model = model_over({"a", "b", "c"});
  const auto sqls = [&](std::vector<BlockingRule> candidates, std::size_t wanted) {
    std::vector<std::string> out;
    for (const auto& rule : choose_training_rules(model, candidates, wanted)) out.push_back(rule.sql);
    return out;
  };
  const std::vector<BlockingRule> candidates = {rule_of("l.a = r.a and l.b = r.b"), rule_of("l.a = r.a"),
                                                rule_of("l.b = r.b"), rule_of("l.c = r.c"),
                                                rule_of("l.a = r.a and l.b = r.b and l.c = r.c")};
  EXPECT_THAT(sqls(candidates, 1), ElementsAre("l.a = r.a", "l.b = r.b"));
  EXPECT_THAT(sqls(candidates, 2), ElementsAre("l.a = r.a", "l.b = r.b", "l.c = r.c"));
  EXPECT_TRUE(sqls({candidates.back()}, 2).empty());
  auto exploding = rule_of("l.a = r.a");
  exploding.arrays_to_explode = {"a"};
  EXPECT_TRUE(sqls({exploding}, 2).empty());
}

}  // namespace
}  // namespace gmpi
