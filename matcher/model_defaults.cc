#include "matcher/model_defaults.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace gmpi {
namespace {

void collect_in_order(const Expression& e, std::vector<std::string>& names) {
  if (e.kind == ExpressionKind::kColumn && std::find(names.begin(), names.end(), e.text) == names.end())
    names.push_back(e.text);
  for (const auto& argument : e.arguments) collect_in_order(argument, names);
}

}  // namespace

void set_default_probabilities(Comparison& comparison) {
  const auto count = std::count_if(comparison.levels.begin(), comparison.levels.end(),
                                   [](const auto& level) { return !level.is_null_level; });
  const double best = 0.95;
  const double shared = (1 - best) / static_cast<double>(count - 1);
  auto gamma = count;  // counts down to 0, the worst
  for (auto& level : comparison.levels) {
    if (level.is_null_level) continue;
    --gamma;
    const bool top = gamma == count - 1;
    const double m = top ? best : shared;
    const double step = count > 2 ? 8.0 / static_cast<double>(count - 2) : 0;
    const double weight = top ? 10 : -5 + static_cast<double>(gamma) * step;
    level.m_from_default = !level.m;
    level.u_from_default = !level.u;
    if (!level.m) level.m = m;
    if (!level.u) level.u = m / std::exp2(weight);
  }
}

std::string default_output_name(const Comparison& comparison) {
  std::vector<std::string> names;
  for (const auto& level : comparison.levels)
    if (!level.is_else) collect_in_order(level.condition, names);
  if (names.size() == 1) return names.front();
  std::string out = "custom";
  for (const auto& name : names) out += "_" + name;
  return out;
}

}  // namespace gmpi
