// matcher/comparators/cosine.h - cosine of the angle between two vectors, in DuckDB's order of arithmetic.
//
// In the type of the elements: array_cosine_similarity of FLOAT[] is a FLOAT. -1 when a vector is zero
// (DuckDB clamps the undefined quotient so). Threads: pure. Cost: O(n).
#pragma once

#include <span>

namespace gmpi {

/// Requires two vectors of one length. In [-1, 1].
double cosine_similarity(std::span<const double> a, std::span<const double> b);
float cosine_similarity(std::span<const float> a, std::span<const float> b);

}  // namespace gmpi
