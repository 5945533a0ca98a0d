// models/sql_patterns.h - regular expressions of conditions: RE2, which is linear in the text whatever the
// pattern.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "models/sql_evaluate.h"
#include "models/sql_value.h"

namespace gmpi {

/// regexp_extract(text, pattern [, group [, options]]): '' when nothing matches or there is no such group.
Result<SqlValue> regexp_extract(std::span<const SqlValue> arguments, PatternCache* patterns);
/// regexp_matches(text, pattern [, options]): the pattern is found anywhere.
Result<SqlValue> regexp_matches(std::span<const SqlValue> arguments, PatternCache* patterns);
/// regexp_full_match(text, pattern [, options]).
Result<SqlValue> regexp_full_match(std::span<const SqlValue> arguments, PatternCache* patterns);
/// regexp_replace(text, pattern, replacement [, options]): the first match, or all with option 'g'.
Result<SqlValue> regexp_replace(std::span<const SqlValue> arguments, PatternCache* patterns);
/// LIKE and ILIKE: % any run, _ one code point; no escape character.
bool like(std::string_view text, std::string_view pattern);

}  // namespace gmpi
