// matcher/comparators/common_ends.h - cuts what two texts share at their ends, which changes no edit
// distance.
#pragma once

#include <algorithm>
#include <string_view>

namespace gmpi::comparators {

inline void strip_common_ends(std::string_view& a, std::string_view& b) {
  const auto front =
      std::mismatch(a.begin(), a.begin() + std::min(a.size(), b.size()), b.begin()).first - a.begin();
  a.remove_prefix(static_cast<std::size_t>(front));
  b.remove_prefix(static_cast<std::size_t>(front));
  const auto back =
      std::mismatch(a.rbegin(), a.rbegin() + std::min(a.size(), b.size()), b.rbegin()).first - a.rbegin();
  a.remove_suffix(static_cast<std::size_t>(back));
  b.remove_suffix(static_cast<std::size_t>(back));
}

}  // namespace gmpi::comparators
