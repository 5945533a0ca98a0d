// models/condition.h - a model's SQL condition as a tree: the meaning, free of how it was spelt.
//
// Comparison levels and blocking rules are SQL text in a model file. matcher/model_file parses each once into
// an Expression; blocking and matcher compile that tree for their own use, and models/sql_evaluate.h says
// what any tree means for two given records. Operators are calls under canonical lower-case names, so that
// there is one kind of inner node:
//
//     "surname_l" = "surname_r" AND jaro_winkler_similarity(...) >= 0.9
//     call and ( call = (column surname left, column surname right), call >= (call jaro_winkler_similarity
//     ..., ...) )
//
// Canonical names: "=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "||", "and", "or", "not", "neg",
// "is null", "is not null", "is distinct from", "between", "in" (value, then the choices), "like", "ilike",
// "index" (x[i], 1-based), "case" (when, then, when, then, [else]), "cast" and "try_cast" (Expression::type
// holds the lower-case type), "list" (literal list), and each function by its DuckDB name after alias folding
// ("substr" -> "substring", "len" of a list function -> "array_length", ...). "and" and "or" take two
// arguments or more; what SQL writes as NOT IN, NOT LIKE, IS TRUE is a "not" or "case" around these.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gmpi {

/// Which record of the pair a column is read from. kNone: a column of a single record (derivations).
enum class Side : std::uint8_t { kNone, kLeft, kRight };

enum class ExpressionKind : std::uint8_t {
  kColumn,     // text = column name without the _l/_r suffix or l./r. prefix; side
  kParameter,  // text = name of a lambda's variable
  kNull,
  kBoolean,  // integer = 0 or 1
  kInteger,  // integer
  kDouble,   // number; type = "decimal" when written without an exponent (0.9), else empty (9e-1)
  kString,   // text
  kCall,     // text = canonical name; arguments
  kLambda,   // text = variable name; arguments[0] = body
};

struct Expression {
  ExpressionKind kind = ExpressionKind::kNull;
  Side side = Side::kNone;
  std::string text;
  std::string type;  // of "cast", "try_cast": integer, bigint, float, double, varchar, boolean, date ...
  std::int64_t integer = 0;
  double number = 0;
  std::vector<Expression> arguments;

  bool operator==(const Expression&) const = default;

  bool is_call(std::string_view name) const { return kind == ExpressionKind::kCall && text == name; }
};

/// Canonical SQL text of a tree: equal trees print equally. For messages, reports and keys of compiled terms.
std::string to_sql(const Expression& expression);

/// The tree with left and right exchanged.
Expression mirrored(const Expression& expression);

/// Names of the columns a tree reads from `side` (kNone: from any side), sorted, without repeats.
std::vector<std::string> columns_of(const Expression& expression, Side side);

}  // namespace gmpi
