// models/sql_evaluate.h - what a condition means: DuckDB's semantics, three-valued logic included.
//
// This is the plain evaluator that every faster path is compared with. It knows the functions that look at one
// value (text, dates, lists, casts, regular expressions); functions that compare two texts are handed in by the
// room that owns them (matcher/comparators), so that blocking can evaluate keys without them.
//
// Source: behaviour measured on DuckDB 1.5 (see docs/linkage-model.md); text functions work on bytes except where
// DuckDB counts code points (substring, lower, upper).
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "models/condition.h"
#include "models/sql_value.h"

namespace gmpi {

/// The value of a column of one side. Returns NULL for a missing value.
using ColumnLookup = std::function<SqlValue(std::string_view column, Side side)>;

/// A function this file does not know: name and evaluated arguments, none NULL.
/// Errors: kUnsupported when the name is unknown, kInvalidInput when DuckDB would raise (jaccard of '').
using PairFunction = std::function<Result<SqlValue>(std::string_view name, std::span<const SqlValue> arguments)>;

/// Evaluates a tree. Errors: kUnsupported (unknown function, named), kInvalidInput (what DuckDB raises: a failed
/// cast, log of zero, type mismatch).
Result<SqlValue> evaluate(const Expression& expression, const ColumnLookup& columns, const PairFunction& functions);

/// The same with no pair functions: for terms of one record.
Result<SqlValue> evaluate(const Expression& expression, const ColumnLookup& columns);

/// True when `evaluate` knows the function name itself.
bool is_scalar_function(std::string_view name);

}  // namespace gmpi
