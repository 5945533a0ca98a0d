// index/store/store.h - the one narrow door to durable state.
//
// A store holds tables of bytes by key and a log. Every change is one request: writes to any tables plus one
// event. A request gets the next sequence number (1, 2, 3, ... without a gap) and becomes durable whole or
// not at all. The event goes into the log in the same atomic step, so nothing is saved and not announced.
//
//     auto seq = store.commit({.expected = {{Table::kIdentity, id, version_i_read}},
//                              .batch = {Put{Table::kIdentity, id, bytes}},
//                              .event = event_bytes});
//     if (!seq && seq.error().code == ErrorCode::kConflict) ...   // read again, decide again
//
// Version of a key: the sequence number of the commit that last wrote it, 0 when it is absent. The store
// keeps it beside the value; callers name it to say what their decision rests on.
//
// Implementations: rocks_store.h (one machine), memory_store.h (tests and simulation). The interface is
// written so that a PostgreSQL store can follow: lock_keys become sorted advisory locks, versions a column.
// All implementations pass tests/index/store/store_contract_test.cc.
//
// Not for: decisions (linkage), hot-path reads (the in-memory index), many small commits by many threads
// (give those to committer.h, which shares one fsync among them).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"

namespace gmpi {

/// What a key-value pair is about. The numbers are stored (in the log's hashes): never renumber, never reuse.
/// A new table gets the next number, a line in kTables, and a line in docs/storage-format.md.
enum class Table : std::uint8_t {
  kRecord = 1,     // state of each source record: which version is current, whether it is live
  kVersion = 2,    // every version of each source record, as it came
  kStandard = 3,   // the comparable form of the newest version
  kEdges = 4,      // ties between records: links, reviews, held apart
  kIdentity = 5,   // persons: members, or where one redirects
  kLineage = 6,    // merges, splits and redirects of persons
  kTask = 7,       // review tasks
  kAssertion = 8,  // steward assertions: same, different
  kMeta = 9,       // facts about the store itself; keys that begin with "store." are the store's own
  kFeed = 10,      // positions of readers of the log
};

struct TableName {
  Table table;
  std::string_view name;
};

inline constexpr std::array<TableName, 10> kTables = {{{Table::kRecord, "record"},
                                                       {Table::kVersion, "version"},
                                                       {Table::kStandard, "standard"},
                                                       {Table::kEdges, "edges"},
                                                       {Table::kIdentity, "identity"},
                                                       {Table::kLineage, "lineage"},
                                                       {Table::kTask, "task"},
                                                       {Table::kAssertion, "assertion"},
                                                       {Table::kMeta, "meta"},
                                                       {Table::kFeed, "feed"}}};

/// Position of a table in kTables; kTables.size() for a number that is no table.
constexpr std::size_t table_position(Table table) {
  std::size_t position = 0;
  while (position < kTables.size() && kTables[position].table != table) ++position;
  return position;
}

struct Put {
  Table table;
  std::string key;  // 1 to kStoreKeyBytesMax bytes
  std::string value;
};

struct Delete {
  Table table;
  std::string key;
};

/// In one batch a later write to the same key wins.
using Write = std::variant<Put, Delete>;

struct ExpectedVersion {
  Table table;
  std::string key;
  std::uint64_t version = 0;  // 0: the key must be absent
};

struct CommitRequest {
  /// Blocking keys and persons the decision read, for stores shared by several processes. A store that only
  /// one process writes does not use them: there the caller's own lock orders decisions.
  std::vector<std::string> lock_keys;
  std::vector<ExpectedVersion> expected;
  std::vector<Write> batch;
  std::string event;
};

using ChainHash = Sha256Digest;

/// The newest entry of the log. seq 0 and a zero hash: the log is empty.
struct LogHead {
  std::uint64_t seq = 0;
  ChainHash hash{};
  friend bool operator==(const LogHead&, const LogHead&) = default;
};

/// Borrowed for the call.
struct LogEntry {
  std::uint64_t seq = 0;
  std::string_view event;
  ChainHash hash{};
};

struct StoredValue {
  std::uint64_t version = 0;
  std::string bytes;
};

/// Borrowed for the call.
struct Row {
  std::string_view key;
  std::string_view value;
  std::uint64_t version = 0;
};

/// Invariants
///   1. The log is dense from 1 and chained (log_chain.h); head() is its last entry.
///   2. A key's version is the sequence number of a log entry, and that entry's batch wrote the key.
///   3. What get and scan show is durable.
/// Threads: any thread, for every function.
class Store {
 public:
  /// Return false to stop. Must not commit or wait for a commit; may read.
  using RowVisitor = std::function<bool(const Row&)>;
  using LogVisitor = std::function<bool(const LogEntry&)>;

  virtual ~Store() = default;

  /// commit_all of one.
  Result<std::uint64_t> commit(const CommitRequest& request);

  /// Commits the requests in order; one fsync for all (one for each kStoreGroupBytesMax of bytes).
  ///
  /// Expected versions of a request see the requests before it in the same call.
  /// Returns     one sequence number for each request, ascending by 1.
  /// Durability  on return all requests survive a power cut. A crash during the call leaves a prefix of the
  ///             requests, never half of one.
  /// Errors      kConflict (an expected version differs; the message names the request's position), kLimit,
  ///             kInvalidInput: nothing of any request is written.
  ///             kIo, kCorrupt: the device failed; whether the requests survive is known only after the store
  ///             is opened again. From then on every commit answers kUnavailable: the owner stops and
  ///             recovers.
  virtual Result<std::vector<std::uint64_t>> commit_all(std::span<const CommitRequest> requests) = 0;

  /// Nothing when the key is absent. Errors: kIo, kCorrupt.
  virtual Result<std::optional<StoredValue>> get(Table table, std::string_view key) const = 0;

  /// Rows with key >= from_key in ascending byte order, as of one moment (the start of the scan).
  virtual Status scan(Table table, std::string_view from_key, const RowVisitor& visit) const = 0;

  /// Log entries with seq >= from_seq, ascending, as of the start of the scan.
  virtual Status scan_log(std::uint64_t from_seq, const LogVisitor& visit) const = 0;

  virtual LogHead head() const = 0;

  /// A copy that opens as a store of its own, holding at least everything up to the head at the call. `path`
  /// must not exist. Errors: kUnsupported (a store without files), kIo.
  virtual Status checkpoint(const std::string& path) = 0;

  /// Reads everything and checks it: checksums of all blocks, density and chain of the whole log.
  /// Errors: kCorrupt, kIo. Cost: the size of the store.
  virtual Status verify() const = 0;

  /// Why no commit will be taken until the store is opened again, once that is so; reads go on. Does not
  /// wait.
  virtual std::optional<Error> failure() const = 0;

  /// Work that may wait until no commit is due (syncing the witness). Called by the committer when idle.
  virtual Status settle() = 0;
};

/// Rows whose key begins with `prefix`, in order.
Status scan_prefix(const Store& store, Table table, std::string_view prefix, const Store::RowVisitor& visit);

}  // namespace gmpi
