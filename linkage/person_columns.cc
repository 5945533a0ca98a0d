#include "linkage/person_columns.h"

#include <algorithm>

#include "models/person_columns.h"

namespace gmpi {

namespace {

const PersonColumn* find_person_column(std::string_view name) {
  const auto* found = std::find_if(kPersonColumns.begin(), kPersonColumns.end(),
                                   [&](const PersonColumn& column) { return column.name == name; });
  return found == kPersonColumns.end() ? nullptr : found;
}

}  // namespace

std::vector<std::string> needed_columns(const LinkageModel& model, const Policy& policy) {
  std::vector<std::string> names = columns_of(model);
  for (const auto& guard : policy.guards) {
    const auto more = columns_of(guard.condition, Side::kNone);
    names.insert(names.end(), more.begin(), more.end());
  }
  for (const auto& exclusive : policy.exclusive) names.push_back(exclusive.column);
  names.insert(names.end(), policy.split_by.begin(), policy.split_by.end());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Result<std::vector<ColumnSpec>> person_columns(const LinkageModel& model, const Policy& policy) {
  std::vector<ColumnSpec> specs;
  for (const auto& name : needed_columns(model, policy)) {
    const PersonColumn* column = find_person_column(name);
    if (column == nullptr) return make_error(ErrorCode::kInvalidInput, "no person column is called '" + name + "'");
    specs.push_back({name, column->is_list});
  }
  return specs;
}

bool is_person_model(const LinkageModel& model) {
  const auto names = columns_of(model);
  return std::all_of(names.begin(), names.end(),
                     [](const std::string& name) { return find_person_column(name) != nullptr; });
}

}  // namespace gmpi
