// index/store/committer.h - many callers, one fsync: the only writer of a running store.
//
// Callers submit while they hold the lock their decision was made under, learn the sequence number at once,
// release the lock, and wait for durability outside it:
//
//     auto ticket = committer.submit(std::move(request));   // decided: ticket->seq is this change's place
//     lock.unlock();
//     auto done = committer.wait_durable(*ticket);           // on stable storage; now answer the client
//
// One thread takes everything that waits and commits it as one group; while the disk is busy the next group
// gathers. Expected versions are checked at submit, against the store and everything submitted before, so a
// conflict uses no sequence number and the numbers on tickets are exact.
//
// Tested by tests/index/store/committer_test.cc.
//
// The first failure is written to the log (base/log.h), once: whoever waits is told only that there was one.
//
// Invariants
//   1. Order of submission = order of sequence numbers = order of completion.
//   2. While a committer runs, nobody else commits to its store.
//   3. A ticket is durable, or its waiters get an error; none waits for ever.
// Threads: any thread. Cost: submit copies nothing and does no I/O unless expected versions must be read.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.h"
#include "index/store/limits.h"
#include "index/store/request_check.h"
#include "index/store/store.h"

namespace gmpi {

struct Ticket {
  std::uint64_t seq = 0;
};

struct CommitterLimits {
  std::size_t queue_requests_max = kCommitQueueRequestsMax;
  std::size_t queue_bytes_max = kCommitQueueBytesMax;
  std::size_t group_requests_max = kCommitGroupRequestsMax;
  std::chrono::milliseconds settle_after{1000};  // idle this long: Store::settle
};

struct CommitterCounts {
  std::uint64_t requests = 0;  // durable
  std::uint64_t groups = 0;    // calls of commit_all
  std::uint64_t conflicts = 0;
  std::uint64_t refused_full = 0;
  std::size_t queued = 0;  // now
};

class Committer {
 public:
  /// Called once on the committer's thread, in order of sequence, without any lock held. Must be short.
  using Completion = std::function<void(const Status&)>;

  /// `store` must outlive the committer.
  explicit Committer(Store& store, CommitterLimits limits = {});
  ~Committer();  // stop()

  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  /// Errors: kConflict, kInvalidInput, kLimit (the request, or a full queue: try again later), kUnavailable
  /// (stopped, or the store failed). On an error nothing is queued and `on_durable` is not called.
  Result<Ticket> submit(CommitRequest request, Completion on_durable = {});

  /// Blocks until the ticket is durable. Errors: those of the store, if its group or an earlier one failed.
  Status wait_durable(const Ticket& ticket);

  /// Everything up to this sequence number is durable.
  std::uint64_t durable_seq() const;
  CommitterCounts counts() const;
  /// The error that ended committing, if one did. The process should exit and recover.
  std::optional<Error> failure() const;

  /// Refuses new requests, commits what is queued, ends the thread. Idempotent.
  void stop();

 private:
  struct Group {
    std::uint64_t first_seq = 0;
    std::vector<CommitRequest> requests;
    std::vector<Completion> completions;
  };
  struct Queued {
    CommitRequest request;
    Completion on_durable;
    std::size_t bytes;
  };

  void run();
  std::optional<Group> next_group();
  void wait_for_work(std::unique_lock<std::mutex>& lock);
  void finish(Group group, const Status& outcome);
  void fail_locked(const Error& cause);
  Status commit(const Group& group);
  Status admit(const CommitRequest& request, std::size_t bytes);

  Store& store_;
  const CommitterLimits limits_;

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable progress_;
  std::deque<Queued> queue_;
  std::size_t queue_bytes_ = 0;
  PendingVersions pending_;
  std::uint64_t next_seq_;
  std::uint64_t durable_seq_;
  std::optional<Error> failure_;
  CommitterCounts counts_;
  bool stopping_ = false;
  bool unsettled_ = false;

  std::once_flag joined_;
  std::thread thread_;  // last: starts when the rest stands
};

}  // namespace gmpi
