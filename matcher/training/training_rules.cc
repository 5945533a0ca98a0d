#include "matcher/training/training_rules.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "matcher/training/expectation_maximisation.h"

namespace gmpi {

namespace {

constexpr double kSmallest = 1e-300;
constexpr double kBitsMost = 1000;

std::set<std::string> columns_of_rule(const BlockingRule& rule) {
  const auto names = columns_of(rule.condition, Side::kNone);
  return {names.begin(), names.end()};
}

bool reads_any(const Comparison& comparison, const std::set<std::string>& columns) {
  for (const auto& level : comparison.levels) {
    if (level.is_else) continue;
    for (const auto& name : columns_of(level.condition, Side::kNone))
      if (columns.contains(name)) return true;
  }
  return false;
}

double log2_of(const std::optional<double>& probability) {
  return std::log2(std::max(probability.value_or(kNotObserved), kSmallest));
}

double bits_of_rule(const LinkageModel& model, const BlockingRule& rule) {
  double bits = 0;
  for (const auto& [c, k] : levels_of_rule(model, rule)) {
    const ComparisonLevel& level = model.comparisons[c].levels[k];
    bits += log2_of(level.m) - log2_of(level.u);
  }
  return bits;
}

double moved(double probability, double bits) {
  const double odds_bits = std::log2(probability) - std::log2(1 - probability) + bits;
  return std::clamp(1 / (1 + std::exp2(-std::clamp(odds_bits, -kBitsMost, kBitsMost))), kSmallest,
                    1 - 0x1p-53);
}

}  // namespace

std::vector<bool> trained_by(const LinkageModel& model, const BlockingRule& rule) {
  const auto columns = columns_of_rule(rule);
  std::vector<bool> trained;
  for (const auto& comparison : model.comparisons) trained.push_back(!reads_any(comparison, columns));
  return trained;
}

std::vector<std::pair<std::size_t, std::size_t>> levels_of_rule(const LinkageModel& model,
                                                                const BlockingRule& rule) {
  struct Exact {
    std::size_t comparison, level;
    std::vector<std::string> columns;
  };
  std::vector<Exact> exact;
  for (std::size_t c = 0; c < model.comparisons.size(); ++c)
    for (std::size_t k = 0; k < model.comparisons[c].levels.size(); ++k)
      if (auto columns = exact_match_columns(model.comparisons[c].levels[k]); !columns.empty())
        exact.push_back({c, k, std::move(columns)});
  std::stable_sort(exact.begin(), exact.end(),
                   [](const Exact& a, const Exact& b) { return a.columns.size() > b.columns.size(); });
  auto open = columns_of_rule(rule);
  std::vector<std::pair<std::size_t, std::size_t>> levels;
  for (const auto& [comparison, level, columns] : exact) {
    if (!std::all_of(columns.begin(), columns.end(), [&](const auto& name) { return open.contains(name); }))
      continue;
    for (const auto& name : columns) open.erase(name);
    levels.emplace_back(comparison, level);
  }
  return levels;
}

double prior_of_rule(const LinkageModel& model, const BlockingRule& rule) {
  return moved(model.prior, bits_of_rule(model, rule));
}

double prior_behind_rule(const LinkageModel& model, const BlockingRule& rule, double prior_of_rule) {
  return moved(std::clamp(prior_of_rule, kSmallest, 1 - 0x1p-53), -bits_of_rule(model, rule));
}

std::vector<BlockingRule> choose_training_rules(const LinkageModel& model,
                                                std::span<const BlockingRule> candidates,
                                                std::size_t wanted) {
  std::vector<std::size_t> missing(model.comparisons.size(), wanted);
  std::vector<bool> used(candidates.size(), false);
  std::vector<BlockingRule> chosen;
  while (true) {
    std::size_t best = candidates.size(), best_gain = 0;
    for (std::size_t r = 0; r < candidates.size(); ++r) {
      if (used[r] || !candidates[r].arrays_to_explode.empty()) continue;
      const auto trained = trained_by(model, candidates[r]);
      std::size_t gain = 0;
      for (std::size_t c = 0; c < trained.size(); ++c) gain += trained[c] && missing[c] > 0 ? 1 : 0;
      if (gain > best_gain) best = r, best_gain = gain;
    }
    if (best == candidates.size()) return chosen;
    used[best] = true;
    chosen.push_back(candidates[best]);
    const auto trained = trained_by(model, candidates[best]);
    for (std::size_t c = 0; c < trained.size(); ++c)
      if (trained[c] && missing[c] > 0) --missing[c];
  }
}

}  // namespace gmpi
