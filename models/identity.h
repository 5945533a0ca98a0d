// models/identity.h - a person as gmpi knows one: a group of records under a stable number.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "models/record_key.h"

namespace gmpi {

/// Stable: a merge keeps the older id and the other redirects to it for ever; a split keeps the id with the part that holds
/// its founder, the earliest record it was first given to. Only where a steward's word is undone does an id that redirected
/// go back to its own. Written "GM" + ten digits + a check digit (ISO 7064 MOD 11-10).
struct EnterpriseId {
  std::uint64_t value = 0;  // 0: none

  explicit operator bool() const { return value != 0; }
  auto operator<=>(const EnterpriseId&) const = default;
};

/// Requires: an id, not "none".
std::string to_string(EnterpriseId id);
/// Nothing when the text is not an id in its written form (wrong length, check digit ...).
std::optional<EnterpriseId> parse_enterprise_id(std::string_view text);

enum class LineageKind : std::uint8_t {  // stored: never renumber
  kCreated = 1,     // the id came to be
  kJoined = 2,      // a record joined
  kLeft = 3,        // a record left (corrected, retracted, split away)
  kMerged = 4,      // the id took over all records of `other`
  kRedirected = 5,  // the id was merged into `other`
  kSplit = 6,       // some records left to form or join `other`
  kRetired = 7,     // the last record was retracted
  kRestored = 8,    // the id no longer redirects to `other`: the merge was undone
};

struct LineageEntry {
  std::uint64_t sequence = 0;
  UnixMillis at_ms = 0;
  EnterpriseId id;
  LineageKind kind = LineageKind::kCreated;
  EnterpriseId other;               // merges, redirects, splits
  std::optional<RecordKey> record;  // joins and leaves
  std::string reason;               // "weight 23.4 bits with 2 records", "corrected", "retracted", guard name ...
};

}  // namespace gmpi
