// index/byte_codec.h - the primitives of stored values: varints, doubles, texts; reading distrusts every
// byte.
//
//     varint   unsigned LEB128, at most 10 bytes
//     signed   zigzag varint
//     double   8 bytes, IEEE 754 bits, little-endian
//     text     varint length, then the bytes
//
// A ByteReader that meets anything wrong answers zeros from then on and remembers; ask finish() once at the
// end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gmpi {

class ByteWriter {
 public:
  void byte(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void varint(std::uint64_t value);
  void signed_varint(std::int64_t value);
  void real(double value);
  void text(std::string_view value);
  void raw(std::string_view value) { bytes_.append(value); }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class ByteReader {
 public:
  /// `bytes` must outlive the reader and the texts it gives out.
  explicit ByteReader(std::string_view bytes) : left_(bytes) {}

  std::uint8_t byte();
  std::uint64_t varint();
  std::uint32_t varint32();  // wrong when above 2^32 - 1
  std::int64_t signed_varint();
  double real();
  std::string_view text();
  std::string_view raw(std::size_t size);
  /// Number of elements to come, each at least `element_bytes` long: never more than the bytes left allow.
  std::size_t count(std::size_t element_bytes);
  /// The value was read, but cannot be: an unknown kind, a number out of its range.
  void refuse() { wrong_ = true; }
  bool wrong() const { return wrong_; }
  bool at_end() const { return left_.empty(); }

  /// Errors: kCorrupt naming `what` when anything was wrong or bytes are left.
  Status finish(std::string_view what) const;

 private:
  std::string_view left_;
  bool wrong_ = false;
};

}  // namespace gmpi
