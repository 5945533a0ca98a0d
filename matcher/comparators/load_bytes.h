// matcher/comparators/load_bytes.h - reads up to 16 bytes into two words without touching a byte beyond the
// end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace gmpi::comparators {

struct SixteenBytes {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

template <class Word>
inline std::uint64_t word_at(const char* p) {
  Word word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

/// Requires size <= 16. Two overlapping loads instead of a loop.
inline SixteenBytes load_up_to_16(const char* p, std::size_t size) {
  if (size >= 8) {
    const std::uint64_t high = word_at<std::uint64_t>(p + size - 8);
    const std::size_t shift = 8 * (16 - size);
    return {word_at<std::uint64_t>(p), shift < 64 ? high >> shift : 0};
  }
  if (size >= 4)
    return {word_at<std::uint32_t>(p) | word_at<std::uint32_t>(p + size - 4) << (8 * (size - 4)), 0};
  if (size == 0) return {};
  const auto byte = [p](std::size_t i) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(p[i])) << (8 * i);
  };
  return {byte(0) | byte(size / 2) | byte(size - 1), 0};
}

}  // namespace gmpi::comparators
