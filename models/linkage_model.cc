#include "models/linkage_model.h"

#include <set>

namespace gmpi {

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
