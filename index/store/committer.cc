#include "index/store/committer.h"

#include <utility>

#include "base/log.h"

namespace gmpi {

Committer::Committer(Store& store, CommitterLimits limits)
    : store_(store),
      limits_(limits),
      next_seq_(store.head().seq + 1),
      durable_seq_(next_seq_ - 1),
      thread_([this] { run(); }) {}

Committer::~Committer() {
  stop();
}

Result<Ticket> Committer::submit(CommitRequest request, Completion on_durable) {
  if (auto good = check_request(request); !good) return good.error();
  const std::size_t bytes = request_bytes(request);
  const std::lock_guard lock(mutex_);
  if (auto good = admit(request, bytes); !good) return good.error();
  const Ticket ticket{next_seq_++};
  pending_.add(request, ticket.seq);
  queue_.push_back({std::move(request), std::move(on_durable), bytes});
  queue_bytes_ += bytes;
  work_.notify_one();
  return ticket;
}

Status Committer::admit(const CommitRequest& request, std::size_t bytes) {
  if (failure_)
    return make_error(ErrorCode::kUnavailable, "committer: stopped by a failure: " + failure_->message);
  if (stopping_) return make_error(ErrorCode::kUnavailable, "committer: stopping");
  const bool full = queue_.size() >= limits_.queue_requests_max ||
                    (!queue_.empty() && queue_bytes_ + bytes > limits_.queue_bytes_max);
  if (full) {
    ++counts_.refused_full;
    return make_error(ErrorCode::kLimit, "committer: " + std::to_string(queue_.size()) +
                                             " requests are waiting for the disk; try again later");
  }
  Status expected = check_expected(request, pending_, stored_version(store_));
  if (!expected && expected.error().code == ErrorCode::kConflict) ++counts_.conflicts;
  return expected;
}

Status Committer::wait_durable(const Ticket& ticket) {
  std::unique_lock lock(mutex_);
  if (ticket.seq >= next_seq_)
    return make_error(ErrorCode::kInvalidInput,
                      "committer: ticket " + std::to_string(ticket.seq) + " was never given");
  progress_.wait(lock, [&] { return durable_seq_ >= ticket.seq || failure_; });
  if (durable_seq_ >= ticket.seq) return Done{};
  return *failure_;
}

std::uint64_t Committer::durable_seq() const {
  const std::lock_guard lock(mutex_);
  return durable_seq_;
}

CommitterCounts Committer::counts() const {
  const std::lock_guard lock(mutex_);
  CommitterCounts counts = counts_;
  counts.queued = queue_.size();
  return counts;
}

std::optional<Error> Committer::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void Committer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    work_.notify_one();
  }
  std::call_once(joined_, [this] { thread_.join(); });
}

void Committer::run() {
  while (auto group = next_group()) {
    const Status outcome = commit(*group);
    finish(std::move(*group), outcome);
  }
  (void)store_.settle();
}

/// Blocks until there is something to commit. Nothing: stop.
std::optional<Committer::Group> Committer::next_group() {
  std::unique_lock lock(mutex_);
  wait_for_work(lock);
  if (queue_.empty()) return std::nullopt;
  Group group;
  group.first_seq = next_seq_ - queue_.size();
  while (!queue_.empty() && group.requests.size() < limits_.group_requests_max) {
    Queued& first = queue_.front();
    queue_bytes_ -= first.bytes;
    group.requests.push_back(std::move(first.request));
    group.completions.push_back(std::move(first.on_durable));
    queue_.pop_front();
  }
  return group;
}

void Committer::wait_for_work(std::unique_lock<std::mutex>& lock) {
  const auto ready = [this] { return !queue_.empty() || stopping_; };
  while (!ready()) {
    if (!unsettled_) {
      work_.wait(lock, ready);
    } else if (!work_.wait_for(lock, limits_.settle_after, ready)) {
      unsettled_ = false;
      lock.unlock();
      const Status settled = store_.settle();
      lock.lock();
      if (!settled) fail_locked(settled.error());
    }
  }
}

void Committer::fail_locked(const Error& cause) {
  if (failure_) return;
  failure_ = cause;
  log::error("{}; no change is taken until the store is opened again, reads go on", cause.message);
  progress_.notify_all();
}

/// After a failure, later groups are answered without trying.
Status Committer::commit(const Group& group) {
  if (auto failed = failure())
    return make_error(ErrorCode::kUnavailable, "committer: not written, after a failure: " + failed->message);
  auto sequences = store_.commit_all(group.requests);
  if (!sequences) return sequences.error();
  if (sequences->front() != group.first_seq)
    return make_error(ErrorCode::kInternal,
                      "committer: somebody else commits to this store: expected sequence " +
                          std::to_string(group.first_seq) + ", got " + std::to_string(sequences->front()));
  return Done{};
}

void Committer::finish(Group group, const Status& outcome) {
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < group.requests.size(); ++i)
      pending_.retire(group.requests[i], group.first_seq + i);
    if (outcome) {
      durable_seq_ = group.first_seq + group.requests.size() - 1;
      counts_.requests += group.requests.size();
      ++counts_.groups;
      unsettled_ = true;
    } else {
      fail_locked(outcome.error());
    }
    progress_.notify_all();
  }
  for (const Completion& completion : group.completions)
    if (completion) completion(outcome);
}

}  // namespace gmpi
