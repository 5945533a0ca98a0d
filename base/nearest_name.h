// base/nearest_name.h - "did you mean ...?"
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gmpi {

/// The candidate with the fewest typing slips (insert, delete, replace, swap neighbours) from `name`, when
/// that is at most a third of its length (one slip for short names); else "". Source: optimal string
/// alignment, in Damerau, "A technique for computer detection and correction of spelling errors", 1964.
std::string nearest_name(std::string_view name, std::span<const std::string> candidates);

/// "; did you mean 'listen'?", or "".
std::string did_you_mean(std::string_view name, std::span<const std::string> candidates);

}  // namespace gmpi
