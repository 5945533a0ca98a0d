// standardize/reading.h - what a parser of this room makes of one value.
#pragma once

#include <string>
#include <string_view>

namespace gmpi {

/// Either a comparable value, or none and the reason. Both are empty when the source sent nothing.
/// `reason` is a literal fit for a steward's eyes: it never repeats the value.
struct Reading {
  std::string value;
  std::string_view reason;

  bool missing() const { return value.empty(); }
  bool operator==(const Reading&) const = default;
};

inline Reading missing_because(std::string_view reason) {
  return {{}, reason};
}

}  // namespace gmpi
