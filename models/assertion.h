// models/assertion.h - what a steward said of two records. It outranks their weight until it is taken back.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "models/record_key.h"

namespace gmpi {

enum class AssertionKind : std::uint8_t {  // stored: never renumber
  kSame = 1,
  kDifferent = 2,
  kUnsure = 3,  // looked at, not settled: the evidence decides
};

/// First half of a SHA-256 over a record's standard columns: what was compared when the steward looked.
using FormHash = std::array<std::uint8_t, 16>;

struct AssertionUndoing {
  std::uint64_t sequence = 0;
  UnixMillis at_ms = 0;
  std::string author, reason;

  bool operator==(const AssertionUndoing&) const = default;
};

/// Of the assertions about two records that are not undone the newest is in force.
struct Assertion {
  std::uint64_t id = 0;  // sequence of the log entry that made it
  UnixMillis at_ms = 0;
  RecordKey left, right;  // left < right
  AssertionKind kind = AssertionKind::kUnsure;
  std::string author, reason;
  FormHash left_form{}, right_form{};
  std::optional<AssertionUndoing> undone;

  bool operator==(const Assertion&) const = default;
};

}  // namespace gmpi
