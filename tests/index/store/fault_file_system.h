// A file system that can lose power, lie about syncing, or fail a chosen call.
//
// It remembers for every file written through it how many bytes are synced, and for every new name whether
// its directory was synced since. cut_power() makes every later write, sync and rename fail; lose_unsynced(),
// called when no writer runs any more, takes away what a disk need not have kept: a random part of each
// file's unsynced tail, and new files whose name was never synced. It does not reorder writes inside a file
// and does not drop pages after a failed sync. Source of the method: the fault injection tests of LevelDB and
// RocksDB.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "base/random.h"

namespace gmpi {

class FaultFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FaultFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultFileSystem"; }

  void cut_power() { power_is_off_ = true; }
  void lose_unsynced(Random& random);
  /// Syncs answer "done" and do nothing: a drive that lies, and the control of the power-cut test.
  void lie_about_syncs() { lying_ = true; }
  /// The k-th sync from now (1 = the next) fails with an I/O error. So do later ones if `for_good`.
  void fail_sync(long k) { sync_countdown_ = k; }
  /// From the k-th append from now on the disk is full.
  void fill_disk_at_append(long k) { append_countdown_ = k; }
  bool fault_met() const { return fault_met_; }

  using Status = rocksdb::IOStatus;
  Status NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                         std::unique_ptr<rocksdb::FSWritableFile>* file,
                         rocksdb::IODebugContext* debug) override;
  Status ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                            std::unique_ptr<rocksdb::FSWritableFile>* file,
                            rocksdb::IODebugContext* debug) override;
  Status NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                      std::unique_ptr<rocksdb::FSDirectory>* directory,
                      rocksdb::IODebugContext* debug) override;
  Status DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                    rocksdb::IODebugContext* debug) override;
  Status RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                    rocksdb::IODebugContext* debug) override;

  // Called by the files it hands out.
  Status before_append();
  Status before_sync();
  void appended(const std::string& name, std::uint64_t length);
  void synced(const std::string& name);
  void directory_synced(const std::string& directory);

 private:
  struct Length {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
  };
  Status power_check() const;

  std::atomic<bool> power_is_off_ = false;
  std::atomic<bool> lying_ = false;
  std::atomic<bool> fault_met_ = false;
  std::atomic<long> sync_countdown_ = 0;    // 0: off
  std::atomic<long> append_countdown_ = 0;  // 0: off; -1: full
  std::mutex mutex_;
  std::map<std::string, Length> files_;
  std::set<std::string> unsynced_names_;
};

}  // namespace gmpi
