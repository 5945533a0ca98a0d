// For processors with AVX-512 BW, VL and VBMI2 (Ice Lake, Zen 4 and later): one register holds 64 bytes, a
// compare gives its mask directly, and matched bytes are packed by one instruction.
#include <immintrin.h>

#include "matcher/comparators/kernels.h"

#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi2")

namespace gmpi::comparators {
namespace {

using Bytes = __m512i;

Bytes load(std::string_view text) {
  return _mm512_maskz_loadu_epi8(_bzhi_u64(~0ULL, static_cast<unsigned>(text.size())), text.data());
}

std::uint64_t equal_to(Bytes bytes, char c) {
  return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(c));
}
std::uint64_t equal(Bytes x, Bytes y) {
  return _mm512_cmpeq_epi8_mask(x, y);
}

std::uint32_t out_of_order(std::string_view, std::string_view, Bytes left, Bytes right, std::uint64_t in_a,
                           std::uint64_t in_b) {
  const __m512i from_a = _mm512_maskz_compress_epi8(in_a, left);
  const __m512i from_b = _mm512_maskz_compress_epi8(in_b, right);
  return static_cast<std::uint32_t>(__builtin_popcountll(_mm512_cmpneq_epi8_mask(from_a, from_b)));
}

std::uint64_t low_bits(std::uint32_t count) {
  return _bzhi_u64(~0ULL, count);
}

#include "matcher/comparators/kernels_body.inc"

}  // namespace

constinit const Kernels kAvx512Kernels = {"avx512", jaro, levenshtein, alignment};

}  // namespace gmpi::comparators

#pragma GCC pop_options
