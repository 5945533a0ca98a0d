// models/changeset.h - one decision as a value: everything that changes, in memory and on disk, or nothing.
//
// linkage/ makes one without touching the index; index/ encodes and commits it and then applies it to memory
// (index/person_index.h). Rows are those of the index; a row that is not there yet is the staged one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/assertion.h"
#include "models/identity.h"
#include "models/linkage_event.h"
#include "models/tie.h"
#include "models/version_order.h"

namespace gmpi {

/// What the index holds of a record besides its content and its ties.
struct RecordState {
  RowId row = 0;
  bool live = false;
  std::uint64_t sequence = 0;      // of the log entry that made the current content current
  std::uint32_t version = 0;       // number of the current content
  std::uint32_t last_version = 0;  // highest number given out; history may hold more than the current one
  UnixMillis event_ms = 0;         // these three of the current content: its place among the key's contents
  std::string source_version;
  ContentHash hash{};
  /// Not current, yet the greatest of their kind, or a deletion: at most one dated and one numbered.
  std::vector<ContentMark> eclipsed;
  std::vector<PastContent> past;   // other contents this key once had, oldest first

  bool operator==(const RecordState&) const = default;
};

/// All ties of one row, by the other's row.
struct RecordTies {
  RowId row = 0;
  bool store = false;  // those it owns changed: they are written
  std::vector<RecordTie> ties;
};

/// An identity as it is from now on. No members and no redirect: retired.
struct IdentityState {
  EnterpriseId id;
  EnterpriseId redirect;
  std::vector<RowId> members;  // ascending
  /// The member that the id goes with when the rest parts from it; of a redirect, the record that takes the id back.
  std::optional<RowId> founder = {};

  bool operator==(const IdentityState&) const = default;
};

/// A row stands under a part of a too common blocking key.
struct PartPosting {
  std::uint64_t part = 0;
  RowId row = 0;

  auto operator<=>(const PartPosting&) const = default;
};

struct RecordChange {
  RecordKey key;
  RecordState state;
  std::string content;   // encoded SourceRecord to keep as version state.last_version; empty: none
  std::string standard;  // encoded standard columns of the new current content; empty: as before
  bool current = false;  // the staged line becomes the row's line
  std::vector<std::uint64_t> keys_left;     // blocking keys the row no longer has, ascending
  std::vector<std::uint64_t> keys_entered;  // and those it now has
  std::vector<PartPosting> parts_left;      // of this row; of others where a key ceased to be too common
  std::vector<PartPosting> parts_entered;   // of this row; of others where a key became too common
};

struct Changeset {
  std::optional<RecordChange> record;
  std::vector<RecordTies> ties;            // by row
  std::vector<IdentityState> identities;   // by id
  std::vector<LineageEntry> lineage;       // with sequence and time
  std::optional<Assertion> assertion;      // new, or undone
  LinkageEvent event;
};

}  // namespace gmpi
