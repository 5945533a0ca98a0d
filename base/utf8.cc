#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace gmpi {
namespace {

/// Bytes of the well-formed sequence at `p`, or 0. Requires p < end.
std::size_t sequence_bytes(const unsigned char* p, const unsigned char* end) {
  const unsigned lead = *p;
  if (lead < 0x80) return 1;
  // Table 3-7: the second byte's range depends on the lead; all later bytes are 80..BF.
  std::size_t bytes = 0;
  unsigned second_min = 0x80, second_max = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    bytes = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    bytes = 3;
    if (lead == 0xE0) second_min = 0xA0;
    if (lead == 0xED) second_max = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    bytes = 4;
    if (lead == 0xF0) second_min = 0x90;
    if (lead == 0xF4) second_max = 0x8F;
  }
  if (bytes == 0 || static_cast<std::size_t>(end - p) < bytes) return 0;
  if (p[1] < second_min || p[1] > second_max) return 0;
  for (std::size_t i = 2; i < bytes; ++i) {
    if ((p[i] & 0xC0) != 0x80) return 0;
  }
  return bytes;
}

}  // namespace

std::size_t find_invalid_utf8(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
  const auto* begin = reinterpret_cast<const unsigned char*>(text.data());
  const auto* end = begin + text.size();
  const auto* p = begin;
  while (p < end) {
    while (end - p >= 16) {
      std::uint64_t words[2];
      std::memcpy(words, p, 16);
      if (((words[0] | words[1]) & kHighBits) != 0) break;
      p += 16;
    }
    const auto* stop = end - p > 16 ? p + 16 : end;
    while (p < stop) {
      const std::size_t bytes = sequence_bytes(p, end);
      if (bytes == 0) return static_cast<std::size_t>(p - begin);
      p += bytes;
    }
  }
  return std::string_view::npos;
}

}  // namespace gmpi
