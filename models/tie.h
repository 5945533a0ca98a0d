// models/tie.h - what holds two records together or apart, as the identity graph keeps it.
#pragma once

#include <cstdint>

#include "models/packed_records.h"
#include "models/scored_pair.h"

namespace gmpi {

enum class TieKind : std::uint8_t {  // stored: never renumber
  kLink = 1,       // weight above the link threshold, no guard
  kReview = 2,     // between the thresholds, or held back by a guard
  kApart = 3,      // a guard says different people
  kSame = 4,       // a steward says same
  kDifferent = 5,  // a steward says different
};

/// A tie as one of its two records sees it. A pair has at most one.
struct RecordTie {
  RowId other = 0;
  TieKind kind = TieKind::kLink;
  bool owned = false;       // stored with this record; of the two ends exactly one owns the tie
  std::int16_t guard = -1;  // index into Policy::guards, or LinkDecision::kNoGuard
  MatchWeight weight = 0;

  bool operator==(const RecordTie&) const = default;
};

}  // namespace gmpi
