// index/store/bytes.h - big-endian integers in byte strings, so that keys sort as numbers do.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gmpi {

inline void append_be64(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

inline void append_be32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

inline std::string be64(std::uint64_t value) {
  std::string out;
  append_be64(out, value);
  return out;
}

/// Requires at least 8 bytes; reads the first 8.
inline std::uint64_t read_be64(std::string_view bytes) {
  assert(bytes.size() >= 8);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// Requires at least 4 bytes; reads the first 4.
inline std::uint32_t read_be32(std::string_view bytes) {
  assert(bytes.size() >= 4);
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

}  // namespace gmpi
