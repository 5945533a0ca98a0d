// models/sql_evaluate.h - what a condition means: DuckDB's semantics, three-valued logic included.
//
// This is the plain evaluator that every faster path is compared with. It knows the functions that look at
// one value (text, dates, lists, casts, regular expressions); functions that compare two texts are handed in
// by the room that owns them (matcher/comparators), so that blocking can evaluate keys without them.
//
// Source: behaviour measured on DuckDB 1.5 (see docs/linkage-model.md); text functions work on bytes except
// where DuckDB counts code points (substring, lower, upper).
#pragma once

#include <functional>
#include <memory>
#include <optional>
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
using PairFunction =
    std::function<Result<SqlValue>(std::string_view name, std::span<const SqlValue> arguments)>;

/// Compiled regular expressions kept between evaluations; bounded. One per thread, or an external lock.
class PatternCache {
 public:
  PatternCache();
  ~PatternCache();
  PatternCache(PatternCache&&) noexcept;
  PatternCache& operator=(PatternCache&&) noexcept;

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Evaluates a tree. `patterns` may be null: each regular expression is then compiled at each use (some 10
/// us). Cost: a walk of the tree; recursion as deep as the tree, which sql_parser.h bounds. Errors:
/// kUnsupported (unknown function, named), kInvalidInput (what DuckDB raises: a failed cast, log of zero,
/// type mismatch).
Result<SqlValue> evaluate(const Expression& expression, const ColumnLookup& columns,
                          const PairFunction& functions, PatternCache* patterns = nullptr);

/// The same with no pair functions: for terms of one record.
Result<SqlValue> evaluate(const Expression& expression, const ColumnLookup& columns,
                          PatternCache* patterns = nullptr);

struct Arity {
  std::size_t least = 0;
  std::size_t most = 0;
};

/// The number of arguments of a function or operator that `evaluate` knows itself; absent when it does not.
std::optional<Arity> scalar_function_arity(std::string_view name);
inline bool is_scalar_function(std::string_view name) {
  return scalar_function_arity(name).has_value();
}

/// Whether RE2 accepts a pattern within our memory limit. Errors: kInvalidInput, with RE2's reason.
Status check_pattern(std::string_view pattern);
/// Whether strptime accepts a format. Errors: kUnsupported, naming the specifier.
Status check_time_format(std::string_view format);

}  // namespace gmpi
