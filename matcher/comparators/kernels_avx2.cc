// For processors with AVX2, BMI1, BMI2 and POPCNT (2013 on).
#include <immintrin.h>

#include "matcher/comparators/kernels.h"
#include "matcher/comparators/load_bytes.h"

#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2,popcnt")

namespace gmpi::comparators {
namespace {

struct Bytes {
  __m256i low;
  __m256i high;
  bool two;
};

__m128i load_16(std::string_view text) {
  if (text.size() >= 16) return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data()));
  const auto words = load_up_to_16(text.data(), text.size());
  return _mm_set_epi64x(static_cast<long long>(words.high), static_cast<long long>(words.low));
}

__m256i load_32(std::string_view text) {
  if (text.size() >= 32) return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data()));
  const __m128i high = text.size() > 16 ? load_16(text.substr(16)) : _mm_setzero_si128();
  return _mm256_set_m128i(high, load_16(text));
}

Bytes load(std::string_view text) {
  const bool two = text.size() > 32;
  return {load_32(text), two ? load_32(text.substr(32)) : _mm256_setzero_si256(), two};
}

std::uint64_t mask(__m256i x, __m256i y) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(x, y)));
}

std::uint64_t equal_to(const Bytes& bytes, char c) {
  const __m256i wanted = _mm256_set1_epi8(c);
  const std::uint64_t low = mask(bytes.low, wanted);
  return bytes.two ? low | mask(bytes.high, wanted) << 32 : low;
}

std::uint64_t equal(const Bytes& x, const Bytes& y) {
  return mask(x.low, y.low) | mask(x.high, y.high) << 32;
}

std::uint32_t out_of_order(std::string_view a, std::string_view b, const Bytes&, const Bytes&,
                           std::uint64_t in_a, std::uint64_t in_b) {
  std::uint32_t differing = 0;
  for (; in_a != 0; in_a &= in_a - 1, in_b &= in_b - 1)
    differing += a[static_cast<std::size_t>(__builtin_ctzll(in_a))] !=
                 b[static_cast<std::size_t>(__builtin_ctzll(in_b))];
  return differing;
}

std::uint64_t low_bits(std::uint32_t count) {
  return _bzhi_u64(~0ULL, count);
}

#include "matcher/comparators/kernels_body.inc"

}  // namespace

constinit const Kernels kAvx2Kernels = {"avx2", jaro, levenshtein, alignment};

}  // namespace gmpi::comparators

#pragma GCC pop_options
