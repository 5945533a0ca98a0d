// tests/reference/comparators.h - the text comparators written as their definitions read. Slow on purpose.
#pragma once

#include <cstdint>
#include <string_view>

namespace gmpi::reference {

double jaro_similarity(std::string_view a, std::string_view b);
double jaro_winkler_similarity(std::string_view a, std::string_view b);
std::int64_t levenshtein(std::string_view a, std::string_view b);
/// Unrestricted, by Lowrance and Wagner's recurrence.
std::int64_t damerau_levenshtein(std::string_view a, std::string_view b);
/// Requires both not empty.
double jaccard(std::string_view a, std::string_view b);

}  // namespace gmpi::reference
