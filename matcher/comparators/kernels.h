// matcher/comparators/kernels.h - the inner loops of the text comparators, one set for each generation of
// processor.
//
// Each set works on texts of at most 64 bytes held in vector registers: where a byte occurs in the other text
// is one compare and one mask, so no table is built and nothing is allocated. The sets return the same
// integers; all floating point arithmetic is outside (jaro.cc), so results are bit-identical on every
// machine.
//
// Source: Hyyrö, "A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances" (2003); Myers,
// JACM 46 (1999); bit-parallel Jaro as in rapidfuzz-cpp (Bachmann, MIT).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gmpi::comparators {

inline constexpr std::size_t kWordBytes = 64;  // longest text a kernel takes

struct JaroCounts {
  std::uint32_t common = 0;          // matched bytes
  std::uint32_t transpositions = 0;  // matched bytes out of order, before halving
};

/// Requires 1 <= size <= kWordBytes of both texts.
struct Kernels {
  std::string_view name;
  JaroCounts (*jaro)(std::string_view a, std::string_view b);
  /// Edit distance; any number above `most` when it is above `most`.
  std::uint32_t (*levenshtein)(std::string_view a, std::string_view b, std::uint32_t most);
  /// Optimal string alignment (each substring edited once), likewise.
  std::uint32_t (*alignment)(std::string_view a, std::string_view b, std::uint32_t most);
};

/// The fastest set this processor can run; chosen once.
const Kernels& kernels();

/// All sets this processor can run, slowest first: for tests and benchmarks.
std::size_t runnable_kernels(const Kernels* (&out)[3]);

extern const Kernels kSse2Kernels;
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;

}  // namespace gmpi::comparators
