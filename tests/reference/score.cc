#include "tests/reference/score.h"

#include <algorithm>
#include <cmath>

#include "matcher/comparators/functions.h"
#include "models/sql_cast.h"
#include "models/sql_evaluate.h"

namespace gmpi::reference {
namespace {

std::optional<std::string> text_of(const Row& row, const std::string& column) {
  const auto found = row.find(column);
  if (found == row.end() || found->second.is_null()) return std::nullopt;
  const auto text = cast_value(found->second, "varchar");
  return text ? std::optional(std::get<std::string>(text->value)) : std::nullopt;
}

std::optional<double> frequency(const Frequencies& frequencies, const std::string& column, const Row& row) {
  const auto value = text_of(row, column);
  const auto table = frequencies.find(column);
  if (!value || table == frequencies.end() || !table->second.contains(*value)) return std::nullopt;
  return table->second.at(*value);
}

/// What agreement on this value multiplies the Bayes factor by.
double frequency_factor(const Comparison& comparison, const ComparisonLevel& level,
                        const Frequencies& frequencies, const Row& left, const Row& right) {
  if (!adjusts_for_frequency(level)) return 1;
  auto l = frequency(frequencies, level.tf_column, left);
  auto r = frequency(frequencies, level.tf_column, right);
  if (!l) l = r;
  if (!r) r = l;
  if (!l) return 1;
  return std::pow(*exact_match_u(comparison, level) / std::max({*l, *r, level.tf_minimum_u}),
                  level.tf_weight);
}

struct Evidence {
  double factor = 1;     // Bayes factor, term frequency not included
  double frequency = 1;  // its adjustment
};

void finish_by_product(const LinkageModel& model, const std::vector<Evidence>& evidence, Score& out) {
  double factor = model.prior / (1 - model.prior);
  for (const auto& e : evidence) factor *= e.factor * e.frequency;
  if (model.arithmetic == ModelArithmetic::kV4) factor = std::clamp(factor, 1e-300, 1e300);
  out.match_weight = std::log2(factor);
  out.match_probability = std::isinf(factor) ? 1 : factor / (1 + factor);
}

void finish_by_sum(const LinkageModel& model, const std::vector<Evidence>& evidence, Score& out) {
  double weight = std::log2(model.prior / (1 - model.prior));
  for (const auto& e : evidence) weight += std::log2(e.factor) + std::log2(e.frequency);
  out.match_weight = weight;
  out.match_probability =
      weight >= 0 ? 1 / (1 + std::exp2(-weight)) : std::exp2(weight) / (1 + std::exp2(weight));
}

}  // namespace

Result<SqlValue> condition(const Expression& expression, const Row& left, const Row& right) {
  const ColumnLookup lookup = [&](std::string_view column, Side side) {
    const Row& row = side == Side::kRight ? right : left;
    const auto found = row.find(std::string(column));
    return found == row.end() ? SqlValue{} : found->second;
  };
  return evaluate(expression, lookup, pair_functions());
}

Frequencies count_frequencies(const LinkageModel& model, const std::vector<Row>& rows) {
  Frequencies out;
  for (const auto& comparison : model.comparisons)
    for (const auto& level : comparison.levels)
      if (!level.tf_column.empty()) out[level.tf_column];
  for (auto& [column, table] : out) {
    double total = 0;
    for (const auto& row : rows) {
      const auto value = text_of(row, column);
      if (!value) continue;
      table[*value] += 1;
      total += 1;
    }
    for (auto& [value, count] : table) count /= total;
  }
  return out;
}

Result<Score> score(const LinkageModel& model, const Frequencies& frequencies, const Row& left,
                    const Row& right) {
  Score out;
  std::vector<Evidence> evidence;
  for (const auto& comparison : model.comparisons) {
    int gamma = static_cast<int>(std::count_if(comparison.levels.begin(), comparison.levels.end(),
                                               [](const auto& level) { return !level.is_null_level; }));
    std::optional<int> reached;
    for (const auto& level : comparison.levels) {
      if (!level.is_null_level) --gamma;
      if (!level.is_else) {
        const auto holds = condition(level.condition, left, right);
        if (!holds) return holds.error();
        if (!holds->is_true()) continue;
      }
      reached = level.is_null_level ? -1 : gamma;
      if (!level.is_null_level)
        evidence.push_back(
            {*level.m / *level.u, frequency_factor(comparison, level, frequencies, left, right)});
      break;
    }
    out.gammas.push_back(reached);
  }
  if (std::any_of(out.gammas.begin(), out.gammas.end(), [](const auto& gamma) { return !gamma; })) {
    if (model.arithmetic != ModelArithmetic::kV4) return out;
    out.match_weight = std::log2(1e-300);  // Splink 4 clamps with GREATEST, which passes over NULL
    out.match_probability = 1e-300;
    return out;
  }
  if (model.arithmetic == ModelArithmetic::kV5) {
    finish_by_sum(model, evidence, out);
  } else {
    finish_by_product(model, evidence, out);
  }
  return out;
}

}  // namespace gmpi::reference
