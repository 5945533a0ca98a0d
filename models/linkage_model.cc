#include "models/linkage_model.h"

#include <algorithm>
#include <set>

namespace gmpi {
namespace {

bool same_ignoring_case(const std::string& a, const std::string& b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

/// "x_l" = "x_r", in either order, alone or several under AND: adds each x; else false.
bool collect_equal_columns(const Expression& e, std::set<std::string>& names) {
  if (e.is_call("and"))
    return std::all_of(e.arguments.begin(), e.arguments.end(),
                       [&](const Expression& part) { return collect_equal_columns(part, names); });
  if (!e.is_call("=")) return false;
  const auto& left = e.arguments[0];
  const auto& right = e.arguments[1];
  if (left.kind != ExpressionKind::kColumn || right.kind != ExpressionKind::kColumn || left.side == right.side ||
      !same_ignoring_case(left.text, right.text))
    return false;
  names.insert(left.text);
  return true;
}

bool is_exact_match_on(const Expression& e, const std::string& column) {
  std::set<std::string> names;
  return collect_equal_columns(e, names) && std::all_of(names.begin(), names.end(), [&](const std::string& name) {
           return same_ignoring_case(name, column);
         });
}

}  // namespace

bool adjusts_for_frequency(const ComparisonLevel& level) {
  return !level.tf_column.empty() && !level.is_null_level && !level.is_else && level.tf_weight != 0;
}

std::optional<double> exact_match_u(const Comparison& comparison, const ComparisonLevel& level) {
  if (level.disable_tf_exact_match_detection) return level.u;
  for (const auto& other : comparison.levels)
    if (!other.is_else && is_exact_match_on(other.condition, level.tf_column)) return other.u;
  return std::nullopt;
}

std::optional<std::size_t> exact_match_level(const Comparison& comparison, std::size_t level) {
  if (comparison.levels[level].disable_tf_exact_match_detection) return level;
  for (std::size_t k = 0; k < comparison.levels.size(); ++k)
    if (!comparison.levels[k].is_else &&
        is_exact_match_on(comparison.levels[k].condition, comparison.levels[level].tf_column))
      return k;
  return std::nullopt;
}

std::vector<std::string> exact_match_columns(const ComparisonLevel& level) {
  std::set<std::string> names;
  if (level.is_else || level.is_null_level || !collect_equal_columns(level.condition, names)) return {};
  return {names.begin(), names.end()};
}

std::vector<std::string> columns_of(const LinkageModel& model) {
  std::set<std::string> names;
  const auto add = [&names](const Expression& condition) {
    for (auto& name : columns_of(condition, Side::kNone)) names.insert(std::move(name));
  };
  for (const auto& comparison : model.comparisons) {
    for (const auto& level : comparison.levels) {
      if (!level.is_else) add(level.condition);
      if (!level.tf_column.empty()) names.insert(level.tf_column);
    }
  }
  for (const auto& rule : model.blocking_rules) {
    add(rule.condition);
    names.insert(rule.arrays_to_explode.begin(), rule.arrays_to_explode.end());
  }
  return {names.begin(), names.end()};
}

}  // namespace gmpi
