// index/codec.h - the values of the tables as bytes and back. Grammar: docs/storage-format.md, "Values".
//
// Every value begins with the number of its format, so that a later build can read what this one wrote.
// Reading trusts nothing: any byte string gives a value or kCorrupt, never more memory than its own size
// allows. Pure. Tested by tests/index/codec_test.cc, with hostile bytes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "models/changeset.h"
#include "models/source_record.h"
#include "models/standard_record.h"

namespace gmpi {

/// One version of a record, as it came.
struct StoredContent {
  SourceRecord record;  // without its key, which is the store's
  UnixMillis stored_ms = 0;
};
std::string encode_content(const SourceRecord& record, UnixMillis stored_ms);
Result<StoredContent> decode_content(std::string_view bytes);

/// Of everything the source said, without the time of arrival. The order of fields of different names and the door
/// (CSV row or JSON object) do not count: the same record by another door is the same content.
ContentHash content_hash(const SourceRecord& record);

std::string encode_state(const RecordState& state);
Result<RecordState> decode_state(std::string_view bytes);
/// Whether a state was written by format 1, which did not hold the order of contents (models/version_order.h
/// recall_order): source version, eclipsed and past are then empty.
bool lacks_order(std::string_view state_bytes);

std::string encode_standard(const StandardRecord& record);
/// Calls `column` with each column's name and text (a list joined by kListSeparator), borrowed from `bytes`.
Status decode_standard(std::string_view bytes,
                       const std::function<void(std::string_view name, std::string_view text)>& column);

/// The ties a row owns, and of which contents they speak.
struct StoredTie {
  RowId other = 0;
  std::uint64_t other_sequence = 0;
  TieKind kind = TieKind::kLink;
  std::int16_t guard = -1;
  MatchWeight weight = 0;

  bool operator==(const StoredTie&) const = default;
};
struct StoredTies {
  std::uint64_t sequence = 0;  // of the owner's content
  std::vector<StoredTie> ties;

  bool operator==(const StoredTies&) const = default;
};
std::string encode_ties(const StoredTies& ties);
Result<StoredTies> decode_ties(std::string_view bytes);

std::string encode_identity(const IdentityState& identity);  // without its id, which is the store's key
Result<IdentityState> decode_identity(std::string_view bytes);

std::string encode_lineage(const LineageEntry& entry);
Result<LineageEntry> decode_lineage(std::string_view bytes);

std::string encode_assertion(const Assertion& assertion);
Result<Assertion> decode_assertion(std::string_view bytes);

std::string encode_event(const LinkageEvent& event);
Result<LinkageEvent> decode_event(std::string_view bytes);

}  // namespace gmpi
