// matcher/comparators/jaro.h - Jaro similarity: how many characters two texts share in nearly the same place.
//
// Works on bytes, exactly as DuckDB's jaro_similarity does, to the last bit of the double: 0 for empty texts,
// window max(n, m) / 2 - 1, equality when both have one byte. Text beyond ASCII therefore counts each byte.
//
// Threads: pure. Cost: no allocation up to 64 bytes; beyond, O(n * m / 64) with one bitmap of 32 * n bytes.
// Source: Jaro, JASA 84 (1989); the order of arithmetic is that of rapidfuzz-cpp (2022), which DuckDB
// carries. Tested by tests/matcher/comparators_test.cc against tests/reference/comparators.h and DuckDB's own
// results.
#pragma once

#include <optional>
#include <string_view>

#include "matcher/comparators/kernels.h"

namespace gmpi {

/// In [0, 1]. `a` is DuckDB's first argument, although no pair is known where the order matters.
double jaro_similarity(std::string_view a, std::string_view b);

/// jaro_similarity(a, b) >= least, without the arithmetic that cannot change the answer.
bool jaro_at_least(std::string_view a, std::string_view b, double least);

namespace comparators {

/// Matched bytes of two texts of any length; see kernels.h. Requires both not empty.
JaroCounts jaro_counts(std::string_view a, std::string_view b);

/// The similarity that counts stand for. Requires n, m > 0.
double jaro_from_counts(std::size_t n, std::size_t m, JaroCounts counts);

/// Whether the similarity of these counts is at least `least`: by integers where that is clear, absent when
/// it lies within rounding of `least` and must be computed.
std::optional<bool> jaro_clearly_at_least(std::size_t n, std::size_t m, JaroCounts counts, double least);

/// False when no match at all between texts of these lengths can give `least`.
bool jaro_may_reach(std::size_t n, std::size_t m, double least);

}  // namespace comparators
}  // namespace gmpi
