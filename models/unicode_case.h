// models/unicode_case.h - lower and upper as DuckDB has them: simple Unicode mappings, one code point to one.
//
// Not for folding names (standardize does that with ICU): only to give LOWER(x) of a model's SQL its exact
// meaning. Bytes that are not UTF-8 pass unchanged.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gmpi {

std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);

/// Bytes of the code point that starts with `lead`, 1 for a byte that starts none.
constexpr std::size_t code_point_length(char lead) {
  const auto b = static_cast<unsigned char>(lead);
  return b < 0xC0 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : b < 0xF8 ? 4 : 1;
}

}  // namespace gmpi
