// matcher/sql_lexer.h - the words of a condition, each with its place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "matcher/limits.h"

namespace gmpi {

enum class SqlTokenKind : unsigned char {
  kWord,        // unquoted name or keyword; text as written
  kQuotedName,  // "x" or `x`; text without the quotes
  kString,      // 'x'; text without the quotes
  kCondition,   // {x}: a condition by its name; text without the braces
  kInteger,
  kDecimal,  // digits with a point
  kDouble,   // with an exponent
  kSymbol,   // ( ) [ ] , . : :: -> = <> < <= > >= + - * / // % ^ ** ||    (== is =, != is <>)
  kEnd,
};

struct SqlToken {
  SqlTokenKind kind = SqlTokenKind::kEnd;
  std::string text;
  std::size_t offset = 0;  // bytes from the start
};

/// Ends with one kEnd token. Comments are skipped. Errors: kInvalidInput (a character or quote that starts
/// nothing we know, with its offset), kLimit (too long).
Result<std::vector<SqlToken>> read_sql_tokens(std::string_view sql);

}  // namespace gmpi
