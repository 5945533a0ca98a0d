// matcher/comparators/jaro_winkler.h - Jaro similarity that rewards a common beginning: for names.
//
//     jw = j + prefix * 0.1 * (1 - j)   if j > 0.7, else j;   prefix = equal bytes at the start, at most 4
//
// JONES, JOHNSON: 0.83238. DwAyNE, DuANE: 0.84. On bytes, as DuckDB: é against è is 0.667. Threads, cost: as
// jaro.h. Source: Winkler, "String Comparator Metrics and Enhanced Decision Rules" (1990); boost rule of
// rapidfuzz-cpp (2022).
#pragma once

#include <string_view>

namespace gmpi {

double jaro_winkler_similarity(std::string_view a, std::string_view b);

/// jaro_winkler_similarity(a, b) >= least: the same truth value, sooner.
bool jaro_winkler_at_least(std::string_view a, std::string_view b, double least);

}  // namespace gmpi
