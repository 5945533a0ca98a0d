#include "linkage/zero_set_up.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "linkage/batch_link.h"
#include "standardize/derive_record.h"

namespace gmpi {
namespace {

using testing::HasSubstr;

const std::vector<Derivation> kDerivations = {{"given_name", {"g"}, "given_name"},
                                              {"surname", {"s"}, "surname"},
                                              {"date", {"d"}, "date"},
                                              {"postcode", {"p"}, "postcode"}};
const std::vector<std::string> kHeaders = {"g", "s", "d", "p"};

std::string word(Random& random, std::size_t syllables) {
  std::string text;
  for (std::size_t i = 0; i < syllables; ++i) {
    text += "bdfgklmnprst"[random.below(12)];
    text += "aeiou"[random.below(5)];
  }
  return text;
}

std::string slip(Random& random, std::string text) {
  text[random.below(text.size())] = static_cast<char>('a' + random.below(26));
  return text;
}

/// People of one or two records, an error in one cell of ten.
class File {
 public:
  explicit File(std::size_t people, double errors = 0.1) {
    auto deriver = RecordDeriver::plan(kDerivations, kHeaders);
    std::vector<ColumnSpec> specs;
    for (const auto& column : deriver->columns()) specs.push_back({.name = column.name, .is_list = column.is_list});
    records_ = std::make_unique<PackedRecords>(std::move(specs));
    Random random(9);
    for (std::size_t i = 0; i < people; ++i) {
      const std::vector<std::string> person = {
          word(random, 2), word(random, 3),
          std::to_string(1930 + random.below(80)) + "-" + std::to_string(10 + random.below(3)) + "-" + std::to_string(10 + random.below(19)),
          "m" + std::to_string(1 + random.below(40)) + "9ab"};
      for (std::size_t copy = 0; copy <= random.below(2); ++copy) {
        auto cells = person;
        for (auto& cell : cells)
          if (random.chance(errors)) cell = slip(random, cell);
        const std::vector<std::string_view> views(cells.begin(), cells.end());
        records_->append(deriver->derive(views));
        entity_.push_back(i);
        rank_.push_back(static_cast<std::uint32_t>(rank_.size()));
      }
    }
  }

  Result<ZeroSetUp> set_up(const ZeroSetUpOptions& options = {}) {
    Progress progress({.task = "learn", .unit = "records", .style = ProgressStyle::kOff});
    return set_up_from_nothing({kDerivations, *records_, rank_, source_}, options, progress);
  }

  std::uint64_t true_pairs() const {
    std::uint64_t pairs = 0;
    for (std::size_t i = 1; i < entity_.size(); ++i) pairs += entity_[i] == entity_[i - 1];
    return pairs;
  }
  PackedRecords& records() { return *records_; }
  std::size_t rows() const { return entity_.size(); }

 private:
  std::unique_ptr<PackedRecords> records_;
  std::vector<std::size_t> entity_;
  std::vector<std::uint32_t> rank_, source_;
};

TEST(ZeroSetUp, ExpectsAboutAsManyTruePairsAsThereAre) {
  File file(1200);
  const auto set_up = file.set_up();
  ASSERT_TRUE(set_up) << set_up.error().message;
  const double truth = static_cast<double>(file.true_pairs());
  EXPECT_NEAR(set_up->expected_matches, truth, 0.1 * truth);
  EXPECT_GT(set_up->expected_recall, 0.95);
  EXPECT_GE(set_up->link_weight, 0);
}

TEST(ZeroSetUp, KeepsToItsBudgetOfPairs) {
  File file(1200);
  for (const double budget : {10.0, 50.0, 300.0}) {
    ZeroSetUpOptions options;
    options.pairs_per_record = budget;
    const auto set_up = file.set_up(options);
    ASSERT_TRUE(set_up) << set_up.error().message;
    EXPECT_LE(static_cast<double>(set_up->pairs), 1.1 * budget * static_cast<double>(file.rows())) << budget;
    EXPECT_FALSE(set_up->rules.empty());
  }
}

TEST(ZeroSetUp, EveryParameterIsAProbabilityThatLeavesNothingImpossible) {
  File file(1200);
  const auto set_up = file.set_up();
  ASSERT_TRUE(set_up);
  for (const auto& comparison : set_up->model.comparisons)
    for (const auto& level : comparison.levels) {
      if (level.is_null_level) continue;
      EXPECT_GT(*level.m, 1e-6) << comparison.output_column_name << ": " << level.label;
      EXPECT_LT(*level.m, 1);
      EXPECT_GT(*level.u, 0);
      EXPECT_LT(*level.u, 1);
    }
}

TEST(ZeroSetUp, TheSameFileGivesTheSameModel) {
  File a(1200), b(1200);
  const auto first = a.set_up(), second = b.set_up();
  ASSERT_TRUE(first && second);
  EXPECT_DOUBLE_EQ(first->link_weight, second->link_weight);
  EXPECT_DOUBLE_EQ(first->model.prior, second->model.prior);
  ASSERT_EQ(first->rules.size(), second->rules.size());
  for (std::size_t i = 0; i < first->rules.size(); ++i) EXPECT_EQ(first->rules[i].sql, second->rules[i].sql);
}

TEST(ZeroSetUp, TooLittleIsRefusedWithTheReason) {
  File none(0);
  ASSERT_FALSE(none.set_up());
  EXPECT_THAT(none.set_up().error().message, HasSubstr("fewer than two"));
}

TEST(SuggestRules, RulesNeverCombineTwoFeaturesOfOneField) {
  File file(1200);
  const auto features = blocking_features(kDerivations, file.records());
  const auto rules = affordable_rules(features, file.records(), {.pair_budget = 100'000});
  ASSERT_TRUE(rules);
  EXPECT_FALSE(rules->empty());
  for (const auto& rule : *rules) {
    std::set<std::string> fields;
    for (const auto feature : rule.features) fields.insert(features[feature].field);
    EXPECT_EQ(fields.size(), rule.features.size());
    EXPECT_LE(rule.pairs, 100'000);
  }
}

TEST(SuggestRules, TheCostOfARuleIsTheNumberOfItsPairs) {
  File file(1500);
  const auto features = blocking_features(kDerivations, file.records());
  const auto rules = affordable_rules(features, file.records(), {.pair_budget = 1e9});
  ASSERT_TRUE(rules);
  for (const auto& rule : *rules) {
    LinkageModel model;
    model.blocking_rules.push_back(make_rule(features, rule));
    if (!model.blocking_rules[0].arrays_to_explode.empty()) continue;  // lists meet under several keys
    auto plan = BlockingPlan::compile(model, file.records());
    ASSERT_TRUE(plan);
    std::vector<std::uint32_t> rank(file.rows());
    for (std::uint32_t i = 0; i < rank.size(); ++i) rank[i] = i;
    const auto report = for_each_pair(*plan, file.records(), {.block_records_max = 0, .rank = rank, .source = {}},
                                      [](RowId, RowId, RuleId, std::size_t) {});
    EXPECT_NEAR(static_cast<double>(report[0].pairs), rule.pairs, 0.5) << model.blocking_rules[0].sql;
  }
}

/// Matches of which a share agrees on feature 0 and a share on feature 1, each seen by a rule on the other.
std::vector<ProbableMatch> matches_of(double first, double second) {
  std::vector<ProbableMatch> matches;
  Random random(4);
  for (int i = 0; i < 4000; ++i) {
    const bool found_by_first = i % 2 == 0;
    matches.push_back({{found_by_first || random.chance(first), !found_by_first || random.chance(second)}, {found_by_first ? "a" : "b"}});
  }
  return matches;
}

TEST(SuggestRules, CoverageIsEstimatedFromRulesThatDoNotVouchForThemselves) {
  const std::vector<BlockingFeature> features = {{"a", R"(l."a" = r."a")", "", true}, {"b", R"(l."b" = r."b")", "", true}};
  const std::vector<CandidateRule> rules = {{{0}, 100}, {{1}, 100}};
  const auto chosen = choose_rules(features, rules, matches_of(0.8, 0.5), {.pair_budget = 1000});
  ASSERT_EQ(chosen.rules.size(), 2U);
  // Three quarters as they are, a quarter with each agreement halved.
  EXPECT_NEAR(chosen.coverage, 0.75 * (1 - 0.2 * 0.5) + 0.25 * (1 - 0.6 * 0.75), 0.02);
}

TEST(SuggestRules, ARuleThatAddsTooLittleForItsCostIsLeftOutUnderASmallBudget) {
  const std::vector<BlockingFeature> features = {{"a", R"(l."a" = r."a")", "", true}, {"b", R"(l."b" = r."b")", "", true}};
  const std::vector<CandidateRule> rules = {{{0}, 100}, {{1}, 5000}};
  const auto chosen = choose_rules(features, rules, matches_of(0.9, 0.9), {.pair_budget = 1000});
  ASSERT_EQ(chosen.rules.size(), 1U);
  EXPECT_EQ(chosen.rules[0].features, std::vector<std::uint16_t>{0});
}

}  // namespace
}  // namespace gmpi
