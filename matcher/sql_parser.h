// matcher/sql_parser.h - the SQL of comparison levels and blocking rules to expression trees.
//
// Reads DuckDB's expressions as Splink 3, 4 and 5 write them and as people write them by hand: any spacing,
// case and quoting; operators, CASE, CAST, lists, x[1], lambdas (x -> ..., lambda x: ...), and the functions
// that models/sql_evaluate.h and matcher/comparators/functions.h know. What it does not know it refuses by
// name and place; it never guesses. Regular expressions and time formats must be literals and are checked
// here.
//
//     "surname_l" = "surname_r"                       condition: sides by suffix
//     l.surname = r."surname"                         blocking rule: sides by prefix
//     substring(postcode, 1, 4)                       term: one record, no sides
//
// Not for queries: SELECT, aggregates, windows, intervals and decimals of fixed scale are refused.
// Threads: pure. Cost: linear in the text; trees are at most kTreeHeightMost high.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "matcher/limits.h"
#include "models/condition.h"

namespace gmpi {

/// A comparison level's condition. Columns end in _l or _r, or begin with l. or r.
/// Errors: kInvalidInput (syntax; a column of neither side), kUnsupported (function, type or form not known),
/// kLimit; each names the token and its offset in bytes.
///
/// With `named`, {x} stands for the condition it gives for "x", in parentheses as it were; its error becomes the
/// parser's. Without, a brace is refused. What it adds counts towards the bounds of a tree.
using ConditionByName = std::function<Result<Expression>(std::string_view)>;
Result<Expression> parse_condition(std::string_view sql, const ConditionByName& named = {});

/// A blocking rule: columns begin with l. or r. Errors as above.
Result<Expression> parse_blocking_rule(std::string_view sql);

/// An expression over one record (Side::kNone). Errors as above.
Result<Expression> parse_term(std::string_view sql);

}  // namespace gmpi
