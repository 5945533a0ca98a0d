// models/sql_functions.h - the functions of one record that a condition may call: text, lists, numbers, time.
//
// A table, so that the parser, the evaluator and the compiled forms agree on what exists. Behaviour:
// DuckDB 1.5.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "models/sql_evaluate.h"
#include "models/sql_value.h"

namespace gmpi {

/// What a function does with a NULL argument: give NULL without being called, or be called.
enum class NullRule : unsigned char { kNullGivesNull, kSeesNulls };

struct ScalarFunction {
  std::string_view name;
  Arity arity;
  NullRule nulls = NullRule::kNullGivesNull;
  Result<SqlValue> (*apply)(std::span<const SqlValue> arguments, PatternCache* patterns);
};

/// Null when there is none of that name. Operators ("+", "||", "=") are functions too; those that evaluate
/// their arguments only as needed (and, or, case, coalesce, list_transform) are not here.
const ScalarFunction* find_scalar_function(std::string_view name);

}  // namespace gmpi
