// matcher/comparators/damerau_levenshtein.h - Levenshtein with swaps of two bytes as one edit, in its
// unrestricted form.
//
// Unrestricted: further edits may fall between the swapped bytes, so ca against abc is 2 (DuckDB too), where
// optimal string alignment says 3. Up to distance 2 both agree, except that an alignment of 3 may be a
// distance of 2; the fast path therefore runs the bit-parallel alignment first and the exact one only when
// that leaves a doubt.
//
// Threads: pure. Cost: as levenshtein.h when the answer is 0 to 2 or clearly above; else O(n * m).
// Source: Lowrance and Wagner, JACM 22 (1975); row form by Zhao and Sahni (2019).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gmpi {

std::int64_t damerau_levenshtein(std::string_view a, std::string_view b);

/// damerau_levenshtein(a, b) <= most, stopping as soon as that is settled.
bool damerau_levenshtein_at_most(std::string_view a, std::string_view b, std::size_t most);

}  // namespace gmpi
