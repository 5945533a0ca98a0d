// matcher/comparators/jaccard.h - share of distinct bytes two texts have in common, as DuckDB's jaccard.
//
// 'ab', 'bc': 1/3. DuckDB raises on an empty text, so there is no value then. Threads: pure. Cost: O(n + m).
#pragma once

#include <optional>
#include <string_view>

namespace gmpi {

/// Absent when either text is empty.
std::optional<double> jaccard(std::string_view a, std::string_view b);

}  // namespace gmpi
