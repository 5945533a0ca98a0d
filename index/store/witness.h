// index/store/witness.h - the log's head, remembered apart from the log.
//
// A write-ahead log cut exactly between two records looks whole: the store would open, shorter, and nobody
// would know that acknowledged changes are gone. The witness is a small file, on another disk in production,
// with the newest (seq, hash). At open the store must reach it (check_witness).
//
// The file has two slots, each with its own checksum, written in turn: a torn write leaves the other one.
// Grammar: docs/storage-format.md. Tested by tests/index/store/witness_test.cc.
//
// Durability  record() puts the head into the operating system's cache: it survives the death of the process.
//             sync() puts it on the disk. What was recorded since the last sync can be missing after a power
//             cut; a log that lost no more than that is then not noticed. This is the detection limit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "index/store/store.h"

namespace gmpi {

/// Threads: external lock needed.
class Witness {
 public:
  /// Opens or creates the file and locks it against a second opener.
  /// Errors: kIo, kUnavailable (held by another process), kCorrupt (not empty, and no slot passes its
  /// checksum).
  static Result<Witness> open(const std::string& path);

  Witness(Witness&& other) noexcept;
  Witness& operator=(Witness&& other) noexcept;
  ~Witness();

  /// The newest head on file; nothing for a new file.
  const std::optional<LogHead>& recorded() const { return recorded_; }
  bool synced() const { return synced_; }

  Status record(const LogHead& head);
  Status sync();
  /// Forgets what was recorded, in both slots, in favour of `head`, which may be behind it; synced on return.
  Status replace(const LogHead& head);

 private:
  Witness(int file, std::string path) : file_(file), path_(std::move(path)) {}
  Status read_slots();

  int file_ = -1;
  std::string path_;
  std::optional<LogHead> recorded_;
  unsigned next_slot_ = 0;
  bool synced_ = true;
};

}  // namespace gmpi
