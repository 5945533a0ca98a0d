// Stores that misbehave on purpose, over one that does not.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "index/store/store.h"

namespace gmpi {

/// Hands everything on.
class StoreOver : public Store {
 public:
  explicit StoreOver(Store& store) : store_(store) {}
  Result<std::vector<std::uint64_t>> commit_all(std::span<const CommitRequest> requests) override {
    return store_.commit_all(requests);
  }
  Result<std::optional<StoredValue>> get(Table table, std::string_view key) const override {
    return store_.get(table, key);
  }
  Status scan(Table table, std::string_view from, const RowVisitor& visit) const override {
    return store_.scan(table, from, visit);
  }
  Status scan_log(std::uint64_t from, const LogVisitor& visit) const override {
    return store_.scan_log(from, visit);
  }
  LogHead head() const override { return store_.head(); }
  Status checkpoint(const std::string& path) override { return store_.checkpoint(path); }
  Status verify() const override { return store_.verify(); }
  std::optional<Error> failure() const override { return store_.failure(); }
  Status settle() override { return store_.settle(); }

 private:
  Store& store_;
};

/// Commits nothing any more after some commits, as a full disk does.
class FailingStore final : public StoreOver {
 public:
  FailingStore(Store& store, int commits) : StoreOver(store), left_(commits) {}
  Result<std::vector<std::uint64_t>> commit_all(std::span<const CommitRequest> requests) override {
    if ((left_ -= static_cast<int>(requests.size())) < 0) return make_error(ErrorCode::kIo, "disk full");
    return StoreOver::commit_all(requests);
  }

 private:
  int left_;
};

/// A disk whose old blocks fail their checks, from the moment it is told.
class UnreadableStore final : public StoreOver {
 public:
  explicit UnreadableStore(Store& store) : StoreOver(store) {}
  void fail(std::optional<ErrorCode> how) { failing_ = how; }

  Result<std::optional<StoredValue>> get(Table table, std::string_view key) const override {
    if (const auto how = failing_.load()) return make_error(*how, "store: reading a value: block checksum mismatch");
    return StoreOver::get(table, key);
  }

 private:
  std::atomic<std::optional<ErrorCode>> failing_{std::nullopt};
};

/// A disk that does not answer while the gate is shut. Opening it lets what waits through.
class GatedStore final : public StoreOver {
 public:
  explicit GatedStore(Store& store) : StoreOver(store) {}
  ~GatedStore() override { open(); }

  void shut() { set(Gate::kShut); }
  void open() { set(Gate::kOpen); }
  /// What waits, and all that comes, is answered as by a disk that failed.
  void fail() { set(Gate::kFailing); }

  Result<std::vector<std::uint64_t>> commit_all(std::span<const CommitRequest> requests) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return gate_ != Gate::kShut; });
    if (gate_ == Gate::kFailing) return make_error(ErrorCode::kIo, "no space left on device");
    lock.unlock();
    return StoreOver::commit_all(requests);
  }

 private:
  enum class Gate { kOpen, kShut, kFailing };
  void set(Gate gate) {
    const std::lock_guard lock(mutex_);
    gate_ = gate;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Gate gate_ = Gate::kOpen;
};

}  // namespace gmpi
