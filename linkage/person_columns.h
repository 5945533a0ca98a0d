// linkage/person_columns.h - which columns a bundle needs packed, and whether a person record can give them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "models/linkage_model.h"
#include "models/packed_records.h"
#include "models/policy.h"

namespace gmpi {

/// Columns read by the model, its guards and its exclusive columns, sorted.
std::vector<std::string> needed_columns(const LinkageModel& model, const Policy& policy);

/// The same as specs of person columns. Errors: kInvalidInput naming a column that no person has.
Result<std::vector<ColumnSpec>> person_columns(const LinkageModel& model, const Policy& policy);

/// True when every column the model reads is one of a standardised person.
bool is_person_model(const LinkageModel& model);

}  // namespace gmpi
