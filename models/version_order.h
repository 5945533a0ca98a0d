// models/version_order.h - which of the contents that came for one record key is the current one.
//
// Contents are ordered by what they say of themselves, not by when they came:
//
//     dated      says when it became true. The greatest has the latest event time; of equal times the higher
//                source version (none is lowest); of equal versions the greater hash.
//     numbered   has a source version and no event time. The greatest has the highest source version.
//     plain      has neither. Nothing is known of it but that it came now: it replaces what is there.
//
// Between the greatest dated and the greatest numbered content the source version decides; where the dated
// one has none, the two have nothing in common and the later to come stays. So the current content is a
// function of the set of contents that came, except for the places named here where only the arrival orders
// them: plain ones, and a numbered one beside a greatest dated one without version. A plain one stays until a
// content comes that is itself the one decided for.
//
// A source version names one content: another content under a version that is known is a clash, and is
// refused. A deletion stands in the order as a dated mark at the moment it came (or at the event time of what
// it deleted, if that is later), with the higher version of the greatest dated and the greatest numbered
// content: what is not greater stays deleted.
//
// Bound: the last kPastContentsMax contents of a key are remembered, by tags of 8 bytes; the greatest always
// are. One from before them that comes again is kept as history once more, and another content under its
// version is not known for a clash: it is placed as any other, and is history unless its event time makes it
// the greatest.
//
// Pure. Cost: linear in the remembered contents. Compared with a plain evaluation of the whole set in
// tests/models/version_order_test.cc.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace gmpi {

struct RecordState;  // models/changeset.h

/// First half of a SHA-256 over all of a record's content.
using ContentHash = std::array<std::uint8_t, 16>;

inline constexpr std::size_t kPastContentsMax = 256;
inline constexpr std::size_t kSourceVersionBytesMax = 128;

/// A content's place in the order.
struct ContentMark {
  UnixMillis event_ms = 0;     // 0: not said
  std::string source_version;  // empty: not said
  ContentHash hash{};
  std::uint32_t record_version = 0;  // the number it was kept under; 0: none yet, or a deletion

  bool dated() const { return event_ms != 0; }
  bool plain() const { return event_ms == 0 && source_version.empty(); }
  bool operator==(const ContentMark&) const = default;
};

/// What is remembered of a content that is not current.
struct PastContent {
  std::uint64_t version_tag = 0;  // of its source version; 0: it had none
  std::uint64_t content_tag = 0;  // leading eight bytes of its hash

  bool operator==(const PastContent&) const = default;
};

/// A total order of texts: moments (2024-03-01, 2024-03-01T09:30:00.5Z, +01:00) by time and above all others;
/// else runs of digits by their value ("9" before "10", "v2" before "v10") and other bytes by theirs; equals
/// by bytes.
std::strong_ordering compare_source_versions(std::string_view a, std::string_view b);

enum class Placement : std::uint8_t {
  kCurrent,  // becomes what is held
  kOlder,    // history
  kRepeat,   // is held, or was
  kClash,    // its source version is known with another content
  kDeleted,  // the record was deleted, and this is not newer than that
};

/// `held.version` 0: nothing is known of the key.
Placement place_content(const RecordState& held, const ContentMark& sent);

/// Makes `sent`, placed as kCurrent or kOlder, part of `held` under the next record version. What is current
/// is then `sent`, or what was; or, rarely, a numbered content from history: when `sent` is dated above the
/// current one and has a lower version than that one from history. `live` and `version` say which; `sequence`
/// is the caller's.
void accept_content(RecordState& held, const ContentMark& sent, Placement place);

/// Makes `held` deleted at that moment.
void accept_deletion(RecordState& held, UnixMillis at_ms);
/// Takes the deletion out of the order: any content without a clash becomes current.
void undo_deletion(RecordState& held);

/// Fills in order and past of a state that was stored without them, from all contents of its key by record
/// version. `newest_ms`: when the last of them came, which stands for the unknown moment of a deletion.
void recall_order(RecordState& held, std::span<const ContentMark> history, UnixMillis newest_ms);

}  // namespace gmpi
