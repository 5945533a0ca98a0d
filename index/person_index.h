// index/person_index.h - what is known, in memory: records as packed lines, their keys, postings, ties,
// identities.
//
// Answers questions and applies changesets; it never decides. A row is a record key's place for ever: its
// number is the order in which keys first came, and a retracted record keeps it, dead.
//
// One line beyond the rows is the stage: new content is packed there and judged as if it stood in the index,
// while the index itself is unchanged until its changeset is applied (so a change the store refuses leaves no
// trace but dictionary entries).
//
// Invariants
//   1. Each live row is a member of exactly one identity, each dead row of none; members are live.
//   2. Ties stand at both ends, equal but for `owned`, and only between live rows.
//   3. An identity redirects to a smaller number only, so redirects cannot form a circle.
// Threads: external lock needed; stage() and apply() change what readers see.
// Tested through the linker by tests/linkage/linker_test.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/result.h"
#include "index/assertions.h"
#include "index/posting_table.h"
#include "models/changeset.h"
#include "models/packed_records.h"

namespace gmpi {

class PersonIndex {
 public:
  struct Row {
    EnterpriseId identity;       // none: dead
    std::uint64_t sequence = 0;  // these as in RecordState
    UnixMillis event_ms = 0;
    ContentHash hash{};
    std::uint32_t version = 0;
    std::uint32_t last_version = 0;
    bool live = false;
  };
  struct Identity {
    std::uint64_t version = 0;  // sequence of its last change; 0: the number was never given out
    EnterpriseId redirect;
    std::vector<RowId> members;  // ascending
    std::optional<RowId> founder;  // as in IdentityState
  };

  explicit PersonIndex(std::vector<ColumnSpec> columns) : records_(std::move(columns)) {}

  PackedRecords& records() { return records_; }
  const PackedRecords& records() const { return records_; }
  PostingTable& postings() { return postings_; }
  const PostingTable& postings() const { return postings_; }
  /// Of keys that too many records have: the rows under each of their parts (blocking/block_split.h).
  PostingTable& parts() { return parts_; }
  const PostingTable& parts() const { return parts_; }

  std::size_t rows() const { return rows_.size(); }
  const Row& row(RowId row) const { return rows_[row]; }
  std::optional<RowId> find(const RecordKey& key) const;
  /// index/store_keys.h key_text: ordered as record keys are. Valid until a changeset is applied.
  std::string_view key_text(RowId row) const { return keys_.text(row + 1); }
  RecordKey key(RowId row) const;
  RecordState state(RowId row) const;
  std::span<const RecordTie> ties(RowId row) const { return ties_[row]; }
  const Assertions& assertions() const { return assertions_; }

  /// Follows redirects. Null: never given out, or retired.
  const Identity* find_identity(EnterpriseId& id) const;
  /// The entry itself, redirected or not. Null: never given out.
  const Identity* identity_entry(EnterpriseId id) const;
  /// Ids that redirect and whose founder is this record; in no order.
  std::span<const EnterpriseId> redirected_from(RowId row) const;
  /// One more than the highest number given out.
  EnterpriseId next_identity() const { return {std::max<std::uint64_t>(1, identities_.size())}; }

  std::size_t live_records() const { return live_records_; }
  std::size_t live_identities() const { return live_identities_; }
  std::size_t memory_bytes() const;

  /// Packs content into the staged line and returns its row, which is rows().
  RowId stage(const StandardRecord& record);
  void apply(const Changeset& changeset);

  // Filling an empty index from the store (index/load_index.h), in this order.
  void load_row(std::string_view key_text, const RecordState& state,
                std::span<const std::string_view> columns);
  /// Errors: kCorrupt (breaks an invariant).
  Status load_identity(EnterpriseId id, std::uint64_t version, IdentityState state);
  /// Errors: kCorrupt (about a record that was never there).
  Status load_assertion(Assertion assertion);
  void load_form(RowId row, const FormHash& form) { assertions_.set_form(row, form); }
  /// Errors: kCorrupt.
  Status load_ties(std::vector<std::vector<RecordTie>> ties);

 private:
  void apply_record(const RecordChange& change);
  void apply_identity(const IdentityState& state, std::uint64_t version);
  void set_state(const RecordState& state);
  void set_ties(RowId row, std::vector<RecordTie> ties);

  PackedRecords records_;
  StringPool keys_;  // key text of row r has number r + 1
  std::vector<Row> rows_;
  /// What RecordState says of the order of contents beyond Row.
  struct Order {
    std::string source_version;
    std::vector<ContentMark> eclipsed;
    std::vector<PastContent> past;
  };
  boost::unordered_flat_map<RowId, Order> orders_;  // of rows that have any of it
  PostingTable postings_;
  std::vector<std::vector<RecordTie>> ties_;
  PostingTable parts_;
  std::vector<Identity> identities_;  // by number
  boost::unordered_flat_map<RowId, std::vector<EnterpriseId>> redirected_;  // by their founder
  Assertions assertions_;
  std::size_t live_records_ = 0;
  std::size_t live_identities_ = 0;
  std::size_t tie_bytes_ = 0;
};

}  // namespace gmpi
