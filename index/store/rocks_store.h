// index/store/rocks_store.h - the default store: RocksDB, embedded, one process.
//
// One column family for each Table and one for the log. A group of requests is one RocksDB write batch
// (tables, log entries with their hash links) written with sync = true: whole in the write-ahead log, or not
// there. The files are described in docs/storage-format.md.
//
// What opening refuses, and why:
//   damage in the middle of the write-ahead log (kTolerateCorruptedTailRecords; RocksDB's default would open
//   with the acknowledged changes after the damage missing); a log behind or different from its witness; a
//   broken chain; a format newer than this build; a directory another process holds.
//
// After any failed write, sync or background error the store is failed: reads go on, every commit answers
// kUnavailable. It never resumes by itself: after a failed fsync the operating system may have dropped the
// pages, so only recovery from the files says what is there. Source: PostgreSQL's rule after "fsyncgate"
// (2018).
//
// Threads: any thread. Cost: a commit is one fsync, plus one SHA-256 of its bytes; get is one point read.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "index/store/store.h"

namespace rocksdb {
class Env;
}

namespace gmpi {

struct RocksStoreOptions {
  std::string path{};  // directory; created with mode 0700 when absent (its parent must exist)

  /// The witness file, on another disk in production. Empty: no witness, and a log cut between two records
  /// goes unnoticed.
  std::string witness_path{};
  /// At most one fdatasync of the witness in this time while commits flow, and one when they pause (settle).
  /// After a power cut, a loss of at most this much of the newest log is not noticed. 0: sync at every
  /// commit.
  std::chrono::milliseconds witness_sync_interval{1000};
  /// The operator's word that the store's own head is the one to trust (after a restore): the witness is
  /// written anew instead of being checked.
  bool adopt_store_head = false;

  std::size_t block_cache_bytes = 256u << 20;
  std::size_t memtable_bytes = 64u << 20;          // one table's
  std::size_t memtables_bytes_total = 192u << 20;  // all tables' together

  /// For tests that inject faults; borrowed, must outlive the store. Null: the operating system's files.
  rocksdb::Env* env = nullptr;
};

/// Invariant: no commit is answered before its fsync and its witness record are done.
class RocksStore final : public Store {
 public:
  /// Errors: kUnavailable (held by another process), kCorrupt (damage, chain, witness), kUnsupported (newer
  /// format), kNotFound (no witness file for a store that has commits), kIo.
  static Result<std::unique_ptr<RocksStore>> open(const RocksStoreOptions& options);

  /// Syncs the witness and closes the files. No call may be running.
  ~RocksStore() override;

  Result<std::vector<std::uint64_t>> commit_all(std::span<const CommitRequest> requests) override;
  Result<std::optional<StoredValue>> get(Table table, std::string_view key) const override;
  Status scan(Table table, std::string_view from_key, const RowVisitor& visit) const override;
  Status scan_log(std::uint64_t from_seq, const LogVisitor& visit) const override;
  LogHead head() const override;
  Status checkpoint(const std::string& path) override;
  Status verify() const override;
  std::optional<Error> failure() const override;
  Status settle() override;

 private:
  struct Files;
  explicit RocksStore(std::unique_ptr<Files> files);

  Status start(const RocksStoreOptions& options);
  Status check_format();
  Status load_head();
  Status check_recent_chain();
  Status check_witness(const RocksStoreOptions& options);
  Status verify_chain(LogHead from) const;
  Result<LogHead> head_at(std::uint64_t seq) const;
  Result<LogHead> write_group(std::span<const CommitRequest> requests, LogHead from);
  Result<std::vector<std::uint64_t>> commit_locked(std::span<const CommitRequest> requests);
  Status record_witness(const LogHead& head);
  Error fail(const Error& cause);
  Status check_not_failed() const;

  std::unique_ptr<Files> files_;
};

}  // namespace gmpi
