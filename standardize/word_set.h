// standardize/word_set.h - is this word one of a few?
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace gmpi {

/// Looks at the first letter before anything else, which settles nearly every comparison in small tables.
template <std::size_t N>
constexpr bool among(std::string_view word, const std::array<std::string_view, N>& set) {
  if (word.empty()) return false;
  for (const auto candidate : set)
    if (candidate.front() == word.front() && candidate == word) return true;
  return false;
}

}  // namespace gmpi
