// The set every x86-64 processor runs.
#include <emmintrin.h>

#include "matcher/comparators/kernels.h"
#include "matcher/comparators/load_bytes.h"

namespace gmpi::comparators {
namespace {

struct Bytes {
  __m128i part[4];
  std::uint32_t parts;
};

Bytes load(std::string_view text) {
  Bytes out;
  out.parts = static_cast<std::uint32_t>((text.size() + 15) / 16);
  for (std::uint32_t i = 0; i < out.parts; ++i) {
    const auto piece = text.substr(16 * i);
    if (piece.size() >= 16) {
      out.part[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(piece.data()));
    } else {
      const auto words = load_up_to_16(piece.data(), piece.size());
      out.part[i] = _mm_set_epi64x(static_cast<long long>(words.high), static_cast<long long>(words.low));
    }
  }
  return out;
}

std::uint64_t mask(__m128i x, __m128i y) {
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(x, y)));
}

std::uint64_t equal_to(const Bytes& bytes, char c) {
  const __m128i wanted = _mm_set1_epi8(c);
  std::uint64_t out = mask(bytes.part[0], wanted);
  for (std::uint32_t i = 1; i < bytes.parts; ++i) out |= mask(bytes.part[i], wanted) << (16 * i);
  return out;
}

std::uint64_t equal(const Bytes& x, const Bytes& y) {
  const std::uint32_t parts = x.parts < y.parts ? x.parts : y.parts;
  std::uint64_t out = 0;
  for (std::uint32_t i = 0; i < parts; ++i) out |= mask(x.part[i], y.part[i]) << (16 * i);
  return out;
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
  return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

#include "matcher/comparators/kernels_body.inc"

}  // namespace

constinit const Kernels kSse2Kernels = {"sse2", jaro, levenshtein, alignment};

}  // namespace gmpi::comparators
