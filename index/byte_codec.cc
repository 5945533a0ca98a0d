#include "index/byte_codec.h"

#include <bit>
#include <limits>

namespace gmpi {

void ByteWriter::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value | 0x80));
  byte(static_cast<std::uint8_t>(value));
}

void ByteWriter::signed_varint(std::int64_t value) {
  varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

void ByteWriter::real(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (int shift = 0; shift < 64; shift += 8) byte(static_cast<std::uint8_t>(bits >> shift));
}

void ByteWriter::text(std::string_view value) {
  varint(value.size());
  raw(value);
}

std::uint8_t ByteReader::byte() {
  if (wrong_ || left_.empty()) {
    wrong_ = true;
    return 0;
  }
  const auto value = static_cast<std::uint8_t>(left_.front());
  left_.remove_prefix(1);
  return value;
}

std::uint64_t ByteReader::varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::uint8_t part = byte();
    value |= static_cast<std::uint64_t>(part & 0x7f) << shift;
    if (part & 0x80) continue;
    // The tenth byte has room for one bit, and a last byte of zero would be a second spelling of the number.
    if ((shift == 63 && part > 1) || (shift > 0 && part == 0)) wrong_ = true;
    return wrong_ ? 0 : value;
  }
  wrong_ = true;
  return 0;
}

std::uint32_t ByteReader::varint32() {
  const std::uint64_t value = varint();
  if (value > std::numeric_limits<std::uint32_t>::max()) wrong_ = true;
  return wrong_ ? 0 : static_cast<std::uint32_t>(value);
}

std::int64_t ByteReader::signed_varint() {
  const std::uint64_t value = varint();
  return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
}

double ByteReader::real() {
  std::uint64_t bits = 0;
  for (int shift = 0; shift < 64; shift += 8) bits |= static_cast<std::uint64_t>(byte()) << shift;
  return wrong_ ? 0 : std::bit_cast<double>(bits);
}

std::string_view ByteReader::text() {
  const std::uint64_t size = varint();
  return raw(size > left_.size() ? left_.size() + 1 : static_cast<std::size_t>(size));
}

std::string_view ByteReader::raw(std::size_t size) {
  if (wrong_ || size > left_.size()) {
    wrong_ = true;
    return {};
  }
  const auto value = left_.substr(0, size);
  left_.remove_prefix(size);
  return value;
}

std::size_t ByteReader::count(std::size_t element_bytes) {
  const std::uint64_t value = varint();
  if (value > left_.size() / element_bytes) wrong_ = true;
  return wrong_ ? 0 : static_cast<std::size_t>(value);
}

Status ByteReader::finish(std::string_view what) const {
  if (!wrong_ && left_.empty()) return Done{};
  return make_error(ErrorCode::kCorrupt, "stored " + std::string(what) + ": " +
                                             (wrong_ ? "cut short or malformed" : "bytes after its end"));
}

}  // namespace gmpi
