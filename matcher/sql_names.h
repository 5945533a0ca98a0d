// matcher/sql_names.h - the many spellings of functions and types, folded to the canonical ones of
// models/condition.h.
#pragma once

#include <string>
#include <string_view>

namespace gmpi {

/// `name` in ASCII lower case.
std::string ascii_lower(std::string_view name);

/// Canonical function name of a lower-case spelling ("substr" -> "substring"); the spelling itself when it is
/// not an alias.
std::string_view canonical_function(std::string_view lower);

/// Canonical type name of a lower-case spelling ("text" -> "varchar"); empty when there is none.
std::string_view canonical_type(std::string_view lower);

/// True for words that can be neither column nor function.
bool is_reserved_word(std::string_view lower);

}  // namespace gmpi
