#include "index/store/committer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>

#include "index/store/memory_store.h"
#include "index/store/rocks_store.h"
#include "tests/index/store/temporary_directory.h"

namespace gmpi {
namespace {

using namespace std::chrono_literals;

CommitRequest put(std::string key, std::string value = "v") {
  return {{}, {}, {Put{Table::kRecord, key, std::move(value)}}, key};
}

/// A store in memory whose commits can be held back or made to fail.
class GatedStore final : public Store {
 public:
  void close_gate() { open_ = false; }
  void open_gate() {
    open_ = true;
    open_.notify_all();
  }
  void fail_next() { fail_ = true; }
  int calls() const { return calls_; }
  int settled() const { return settled_; }

  Result<std::vector<std::uint64_t>> commit_all(std::span<const CommitRequest> requests) override {
    ++calls_;
    open_.wait(false);
    if (fail_) return make_error(ErrorCode::kIo, "injected: the disk is gone");
    return inner_.commit_all(requests);
  }
  Result<std::optional<StoredValue>> get(Table table, std::string_view key) const override {
    return inner_.get(table, key);
  }
  Status scan(Table table, std::string_view from, const RowVisitor& visit) const override {
    return inner_.scan(table, from, visit);
  }
  Status scan_log(std::uint64_t from, const LogVisitor& visit) const override {
    return inner_.scan_log(from, visit);
  }
  LogHead head() const override { return inner_.head(); }
  Status checkpoint(const std::string& path) override { return inner_.checkpoint(path); }
  Status verify() const override { return inner_.verify(); }
  std::optional<Error> failure() const override { return inner_.failure(); }
  Status settle() override {
    ++settled_;
    return inner_.settle();
  }

 private:
  MemoryStore inner_;
  std::atomic<bool> open_ = true;
  std::atomic<bool> fail_ = false;
  std::atomic<int> calls_ = 0;
  std::atomic<int> settled_ = 0;
};

TEST(Committer, a_ticket_carries_the_sequence_number_before_it_is_durable) {
  GatedStore store;
  Committer committer(store);
  store.close_gate();
  for (std::uint64_t seq = 1; seq <= 10; ++seq) {
    auto ticket = committer.submit(put(std::to_string(seq)));
    ASSERT_TRUE(ticket.ok());
    EXPECT_EQ(ticket->seq, seq);
  }
  EXPECT_EQ(committer.durable_seq(), 0u);
  store.open_gate();
  EXPECT_TRUE(committer.wait_durable({10}));
  EXPECT_EQ(committer.durable_seq(), 10u);
  for (std::uint64_t seq = 1; seq <= 10; ++seq)
    EXPECT_EQ((*store.get(Table::kRecord, std::to_string(seq)))->version, seq);
}

TEST(Committer, what_waits_shares_one_commit) {
  GatedStore store;
  Committer committer(store);
  store.close_gate();
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(committer.submit(put(std::to_string(i))).ok());
  store.open_gate();
  EXPECT_TRUE(committer.wait_durable({200}));
  EXPECT_LE(store.calls(), 3) << "the first alone, then the rest";
  EXPECT_EQ(committer.counts().requests, 200u);
}

TEST(Committer, completions_come_once_and_in_order) {
  MemoryStore store;
  std::vector<int> order;
  {
    Committer committer(store);
    for (int i = 0; i < 300; ++i)
      ASSERT_TRUE(committer
                      .submit(put(std::to_string(i)),
                              [&order, i](const Status& done) {
                                EXPECT_TRUE(done);
                                order.push_back(i);
                              })
                      .ok());
  }
  ASSERT_EQ(order.size(), 300u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(Committer, a_conflict_is_answered_at_submit_and_uses_no_number) {
  GatedStore store;
  Committer committer(store);
  store.close_gate();
  ASSERT_TRUE(
      committer.submit({{}, {{Table::kIdentity, "p", 0}}, {Put{Table::kIdentity, "p", "1"}}, "e"}).ok());
  const auto stale =
      committer.submit({{}, {{Table::kIdentity, "p", 0}}, {Put{Table::kIdentity, "p", "2"}}, "e"});
  ASSERT_FALSE(stale.ok()) << "it must see the request that is not durable yet";
  EXPECT_EQ(stale.error().code, ErrorCode::kConflict);
  const auto next =
      committer.submit({{}, {{Table::kIdentity, "p", 1}}, {Delete{Table::kIdentity, "p"}}, "e"});
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(next->seq, 2u);
  ASSERT_TRUE(
      committer.submit({{}, {{Table::kIdentity, "p", 0}}, {Put{Table::kIdentity, "p", "3"}}, "e"}).ok());
  store.open_gate();
  EXPECT_TRUE(committer.wait_durable({3}));
  EXPECT_EQ((*store.get(Table::kIdentity, "p"))->version, 3u);
  EXPECT_EQ(committer.counts().conflicts, 1u);
}

TEST(Committer, a_full_queue_is_refused_and_has_room_again_later) {
  GatedStore store;
  Committer committer(store, {.queue_requests_max = 4});
  store.close_gate();
  Result<Ticket> last = make_error(ErrorCode::kInternal, "");
  int accepted = 0;
  while ((last = committer.submit(put(std::to_string(accepted)))).ok()) ASSERT_LE(++accepted, 5);
  EXPECT_EQ(last.error().code, ErrorCode::kLimit);
  EXPECT_GE(accepted, 4);
  store.open_gate();
  EXPECT_TRUE(committer.wait_durable({static_cast<std::uint64_t>(accepted)}));
  EXPECT_TRUE(committer.submit(put("again")).ok());
}

TEST(Committer, the_queue_is_bounded_in_bytes_too) {
  GatedStore store;
  Committer committer(store, {.queue_bytes_max = 1000});
  store.close_gate();
  int accepted = 0;
  while (committer.submit(put(std::to_string(accepted), std::string(400, 'v'))).ok())
    ASSERT_LE(++accepted, 4);
  store.open_gate();
}

TEST(Committer, a_store_failure_reaches_every_waiter_and_ends_committing) {
  GatedStore store;
  Committer committer(store);
  ASSERT_TRUE(committer.submit(put("good")).ok());
  ASSERT_TRUE(committer.wait_durable({1}));
  store.close_gate();
  std::atomic<int> told = 0;
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(
        committer.submit(put(std::to_string(i)), [&](const Status& done) { told += !done.ok(); }).ok());
  std::vector<std::future<Status>> waiters;
  for (std::uint64_t seq = 2; seq <= 21; ++seq)
    waiters.push_back(std::async(std::launch::async, [&, seq] { return committer.wait_durable({seq}); }));
  store.fail_next();
  store.open_gate();
  for (auto& waiter : waiters) {
    const Status outcome = waiter.get();
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, ErrorCode::kIo);
  }
  EXPECT_TRUE(committer.wait_durable({1})) << "what was durable stays so";
  EXPECT_EQ(committer.submit(put("later")).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(committer.failure().has_value());
  committer.stop();
  EXPECT_EQ(told, 20);
  EXPECT_LE(store.calls(), 3) << "nothing is tried after the failure";
}

TEST(Committer, a_second_writer_is_found_out) {
  MemoryStore store;
  Committer committer(store);
  ASSERT_TRUE(store.commit(put("behind its back")).ok());
  ASSERT_TRUE(committer.submit(put("mine")).ok());
  EXPECT_EQ(committer.wait_durable({1}).error().code, ErrorCode::kInternal);
}

TEST(Committer, stop_commits_what_is_queued_and_refuses_more) {
  GatedStore store;
  Committer committer(store);
  store.close_gate();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(committer.submit(put(std::to_string(i))).ok());
  std::thread stopper([&] { committer.stop(); });
  std::this_thread::sleep_for(5ms);
  store.open_gate();
  stopper.join();
  EXPECT_EQ(store.head().seq, 50u);
  EXPECT_TRUE(committer.wait_durable({50}));
  EXPECT_EQ(committer.submit(put("late")).error().code, ErrorCode::kUnavailable);
  committer.stop();
}

TEST(Committer, a_ticket_nobody_was_given_is_refused_at_once) {
  MemoryStore store;
  Committer committer(store);
  EXPECT_EQ(committer.wait_durable({1}).error().code, ErrorCode::kInvalidInput);
}

TEST(Committer, an_idle_store_is_settled_once) {
  GatedStore store;
  Committer committer(store, {.settle_after = 5ms});
  ASSERT_TRUE(committer.submit(put("a")).ok());
  ASSERT_TRUE(committer.wait_durable({1}));
  for (int i = 0; i < 1000 && store.settled() == 0; ++i) std::this_thread::sleep_for(5ms);
  std::this_thread::sleep_for(30ms);
  EXPECT_EQ(store.settled(), 1);
}

TEST(Committer, many_threads_on_a_real_store_get_dense_numbers_and_durable_writes) {
  TemporaryDirectory directory;
  auto store = RocksStore::open({.path = directory / "store", .witness_path = directory / "witness"});
  ASSERT_TRUE(store.ok());
  constexpr int kThreads = 32, kEach = 50;
  {
    Committer committer(**store);
    std::mutex mutex;
    std::set<std::uint64_t> sequences;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const std::string key = std::to_string(t) + "/" + std::to_string(i);
          auto ticket = committer.submit(put(key));
          ASSERT_TRUE(ticket.ok());
          ASSERT_TRUE(committer.wait_durable(*ticket));
          auto value = (*store)->get(Table::kRecord, key);
          ASSERT_TRUE(value.ok() && *value);
          EXPECT_EQ((*value)->version, ticket->seq);
          const std::lock_guard lock(mutex);
          sequences.insert(ticket->seq);
        }
      });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(sequences.size(), static_cast<std::size_t>(kThreads * kEach));
    EXPECT_LT(committer.counts().groups, static_cast<std::uint64_t>(kThreads * kEach) / 2)
        << "fsyncs are shared";
  }
  EXPECT_EQ((*store)->head().seq, static_cast<std::uint64_t>(kThreads * kEach));
  EXPECT_TRUE((*store)->verify());
}

}  // namespace
}  // namespace gmpi
