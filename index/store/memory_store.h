// index/store/memory_store.h - the store without a disk, for tests, simulation and trials.
//
// Same answers as every other store (tests/index/store/store_contract_test.cc); nothing survives the process.
// checkpoint answers kUnsupported.
//
// Threads: any thread. A scan holds the lock until its visitor is done; the visitor may read the store.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "index/store/store.h"

namespace gmpi {

class MemoryStore final : public Store {
 public:
  Result<std::vector<std::uint64_t>> commit_all(std::span<const CommitRequest> requests) override;
  Result<std::optional<StoredValue>> get(Table table, std::string_view key) const override;
  Status scan(Table table, std::string_view from_key, const RowVisitor& visit) const override;
  Status scan_log(std::uint64_t from_seq, const LogVisitor& visit) const override;
  LogHead head() const override;
  Status checkpoint(const std::string& path) override;
  Status verify() const override;
  std::optional<Error> failure() const override { return std::nullopt; }
  Status settle() override;

 private:
  struct Entry {
    ChainHash batch;
    ChainHash hash;
    std::string event;
  };

  LogHead head_locked() const;
  std::uint64_t apply(const CommitRequest& request);

  mutable std::recursive_mutex mutex_;
  std::array<std::map<std::string, StoredValue, std::less<>>, kTables.size()> tables_;
  std::vector<Entry> log_;  // entry of seq n at n - 1
};

}  // namespace gmpi
