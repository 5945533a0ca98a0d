// A model written by Splink 3, 4 or 5 gives here the pairs, levels and weights that the same Splink gives.
// Expected results: scripts/make-splink-expectations.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "matcher/model_file.h"
#include "tests/matcher/splink_expectations.h"
#include "tests/reference/score.h"

namespace gmpi {
namespace {

using reference::Row;

/// The rule by which Splink first finds a pair; empty when no rule does.
std::string first_rule(const LinkageModel& model, const Row& left, const Row& right) {
  for (std::size_t k = 0; k < model.blocking_rules.size(); ++k) {
    const auto& rule = model.blocking_rules[k];
    // An exploded array meets the other when some element of both makes the rule true.
    std::vector<std::pair<Row, Row>> exploded = {{left, right}};
    for (const auto& column : rule.arrays_to_explode) {
      std::vector<std::pair<Row, Row>> next;
      for (const auto& [l, r] : exploded) {
        const auto* x = std::get_if<SqlList>(&l.at(column).value);
        const auto* y = std::get_if<SqlList>(&r.at(column).value);
        for (std::size_t i = 0; x != nullptr && y != nullptr && i < x->size(); ++i)
          for (const auto& element : *y) {
            next.push_back({l, r});
            next.back().first[column] = (*x)[i];
            next.back().second[column] = element;
          }
      }
      exploded = std::move(next);
    }
    for (const auto& [l, r] : exploded) {
      const auto holds = reference::condition(rule.condition, l, r);
      if (holds && holds->is_true()) return std::to_string(k);
    }
  }
  return {};
}

class SplinkModel : public testing::TestWithParam<std::pair<const char*, ModelArithmetic>> {
 protected:
  void SetUp() override {
    SplinkRun run = read_splink_run(GetParam().first);
    model_ = std::move(run.model);
    records_ = std::move(run.records);
    rows_ = std::move(run.rows);
    expected_ = std::move(run.pairs);
    ASSERT_GT(expected_.size(), 200U);
  }

  /// Whether Splink puts record i on the left of record j, and compares them at all.
  bool ordered(std::size_t i, std::size_t j) const {
    if (model_.link_type == LinkType::kDedupeOnly)
      return std::stol(records_[i].at("record_id")) < std::stol(records_[j].at("record_id"));
    const bool across = records_[i].at("source_dataset") != records_[j].at("source_dataset");
    if (model_.link_type == LinkType::kLinkOnly)  // two tables, in the order they were given
      return across && records_[i].at("source_dataset") == "east";
    return record_name(records_[i], "") < record_name(records_[j], "");
  }

  LinkageModel model_;
  std::vector<CsvRecord> records_;
  std::vector<Row> rows_;
  std::map<std::string, CsvRecord> expected_;
};

TEST_P(SplinkModel, IsReadAsItsGeneration) {
  EXPECT_EQ(model_.arithmetic, GetParam().second);
}

TEST_P(SplinkModel, GivesTheSamePairsLevelsAndWeights) {
  const auto frequencies = reference::count_frequencies(model_, rows_);
  std::size_t found = 0;
  double largest = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    for (std::size_t j = 0; j < rows_.size(); ++j) {
      if (i == j || !ordered(i, j)) continue;
      const std::string name = record_name(records_[i], "") + " " + record_name(records_[j], "");
      const std::string rule = first_rule(model_, rows_[i], rows_[j]);
      const auto pair = expected_.find(name);
      ASSERT_EQ(pair != expected_.end(), !rule.empty()) << name;
      if (rule.empty()) continue;
      ++found;
      EXPECT_EQ(pair->second.at("match_key"), rule) << name;
      const auto score = reference::score(model_, frequencies, rows_[i], rows_[j]);
      ASSERT_TRUE(score) << score.error().message;
      for (std::size_t c = 0; c < model_.comparisons.size(); ++c) {
        const auto gamma = pair->second.find("gamma_" + model_.comparisons[c].output_column_name);
        ASSERT_EQ(gamma != pair->second.end(), score->gammas[c].has_value()) << name;
        if (score->gammas[c]) {
          EXPECT_EQ(std::stoi(gamma->second), *score->gammas[c]) << name;
        }
      }
      ASSERT_EQ(pair->second.contains("match_weight"), score->match_weight.has_value()) << name;
      if (!score->match_weight) continue;
      largest =
          std::max(largest, std::abs(std::stod(pair->second.at("match_weight")) - *score->match_weight));
      EXPECT_NEAR(std::stod(pair->second.at("match_probability")), *score->match_probability, 1e-12) << name;
    }
  }
  EXPECT_EQ(found, expected_.size());
  EXPECT_LE(largest, 1e-9);
}

TEST_P(SplinkModel, SurvivesBeingWrittenByUs) {
  const auto again = read_model(write_model(model_), "written.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(write_model(*again), write_model(model_));
  for (std::size_t c = 0; c < model_.comparisons.size(); ++c)
    for (std::size_t k = 0; k < model_.comparisons[c].levels.size(); ++k) {
      EXPECT_EQ(again->comparisons[c].levels[k].m, model_.comparisons[c].levels[k].m);
      EXPECT_EQ(again->comparisons[c].levels[k].u, model_.comparisons[c].levels[k].u);
      EXPECT_EQ(again->comparisons[c].levels[k].condition, model_.comparisons[c].levels[k].condition);
    }
}

INSTANTIATE_TEST_SUITE_P(Generations, SplinkModel,
                         testing::Values(std::pair{"3", ModelArithmetic::kV3},
                                         std::pair{"4", ModelArithmetic::kV4},
                                         std::pair{"5", ModelArithmetic::kV5}),
                         [](const auto& parameter) { return std::string("Splink") + parameter.param.first; });

}  // namespace
}  // namespace gmpi
