// What every store promises. Each case runs on every implementation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <thread>

#include "base/random.h"
#include "index/store/limits.h"
#include "index/store/log_chain.h"
#include "index/store/memory_store.h"
#include "index/store/rocks_store.h"
#include "index/store/store.h"
#include "tests/index/store/temporary_directory.h"

namespace gmpi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual Store& store() = 0;
  /// Closes and opens again; a store without files stays as it is.
  virtual void reopen() {}
  virtual bool has_files() const { return false; }
  virtual std::string place(const std::string&) const { return {}; }
};

class MemoryUnderTest final : public StoreUnderTest {
 public:
  Store& store() override { return store_; }

 private:
  MemoryStore store_;
};

class RocksUnderTest final : public StoreUnderTest {
 public:
  RocksUnderTest() { open(); }
  Store& store() override { return *store_; }
  bool has_files() const override { return true; }
  std::string place(const std::string& name) const override { return directory_ / name; }
  void reopen() override {
    store_.reset();
    open();
  }

 private:
  void open() {
    auto opened = RocksStore::open({.path = directory_ / "store", .witness_path = directory_ / "witness"});
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
  }

  TemporaryDirectory directory_;
  std::unique_ptr<RocksStore> store_;
};

using Maker = std::unique_ptr<StoreUnderTest> (*)();

class StoreContract : public ::testing::TestWithParam<Maker> {
 protected:
  Store& store() { return under_test_->store(); }

  std::uint64_t must_commit(const CommitRequest& request) {
    auto seq = store().commit(request);
    EXPECT_TRUE(seq.ok()) << seq.error().message;
    return seq ? *seq : 0;
  }
  std::string value_of(Table table, std::string_view key) {
    auto value = store().get(table, key);
    EXPECT_TRUE(value.ok());
    return value && *value ? (*value)->bytes : "(absent)";
  }
  std::uint64_t version_of(Table table, std::string_view key) {
    auto value = store().get(table, key);
    EXPECT_TRUE(value.ok());
    return value && *value ? (*value)->version : 0;
  }
  std::vector<std::string> keys_from(Table table, std::string_view from) {
    std::vector<std::string> keys;
    EXPECT_TRUE(store().scan(table, from, [&](const Row& row) {
      keys.emplace_back(row.key);
      return true;
    }));
    return keys;
  }

  std::unique_ptr<StoreUnderTest> under_test_ = GetParam()();
};

CommitRequest put(Table table, std::string key, std::string value, std::string event = "e") {
  return {.lock_keys = {},
          .expected = {},
          .batch = {Put{table, std::move(key), std::move(value)}},
          .event = std::move(event)};
}

TEST_P(StoreContract, an_empty_store_has_head_zero_and_no_rows) {
  EXPECT_EQ(store().head(), LogHead{});
  EXPECT_THAT(keys_from(Table::kRecord, ""), ElementsAre());
  EXPECT_THAT(keys_from(Table::kMeta, ""), ElementsAre());
  EXPECT_EQ(value_of(Table::kRecord, "k"), "(absent)");
  EXPECT_TRUE(store().verify());
}

TEST_P(StoreContract, sequence_numbers_are_dense_from_one) {
  for (std::uint64_t expected = 1; expected <= 50; ++expected)
    EXPECT_EQ(must_commit(put(Table::kRecord, "k", "v")), expected);
  EXPECT_EQ(store().head().seq, 50u);
}

TEST_P(StoreContract, one_request_writes_all_its_tables_and_its_event) {
  must_commit({.lock_keys = {"nhs:1"},
               .expected = {},
               .batch = {Put{Table::kRecord, "r", "record"}, Put{Table::kIdentity, "r", "identity"},
                         Put{Table::kTask, "t", ""}},
               .event = "linked"});
  EXPECT_EQ(value_of(Table::kRecord, "r"), "record");
  EXPECT_EQ(value_of(Table::kIdentity, "r"), "identity");
  EXPECT_EQ(value_of(Table::kTask, "t"), "");
  EXPECT_EQ(value_of(Table::kTask, "r"), "(absent)") << "tables are apart";
  std::vector<std::string> events;
  EXPECT_TRUE(store().scan_log(1, [&](const LogEntry& entry) {
    events.emplace_back(entry.event);
    return true;
  }));
  EXPECT_THAT(events, ElementsAre("linked"));
}

TEST_P(StoreContract, keys_values_and_events_are_any_bytes) {
  const std::string bytes("\0\xff\n\0z", 5);
  must_commit(put(Table::kRecord, bytes, bytes, bytes));
  EXPECT_EQ(value_of(Table::kRecord, bytes), bytes);
  EXPECT_TRUE(store().scan_log(1, [&](const LogEntry& entry) {
    EXPECT_EQ(entry.event, bytes);
    return true;
  }));
}

TEST_P(StoreContract, a_delete_removes_and_the_last_write_of_a_batch_wins) {
  must_commit(put(Table::kRecord, "a", "1"));
  must_commit({{}, {}, {Delete{Table::kRecord, "a"}, Delete{Table::kRecord, "never there"}}, "e"});
  EXPECT_EQ(value_of(Table::kRecord, "a"), "(absent)");
  must_commit({{},
               {},
               {Put{Table::kRecord, "a", "2"}, Delete{Table::kRecord, "a"}, Put{Table::kRecord, "a", "3"}},
               "e"});
  EXPECT_EQ(value_of(Table::kRecord, "a"), "3");
}

TEST_P(StoreContract, the_version_of_a_key_is_the_commit_that_last_wrote_it) {
  must_commit(put(Table::kIdentity, "a", "1"));
  must_commit(put(Table::kIdentity, "b", "1"));
  must_commit(put(Table::kIdentity, "a", "2"));
  EXPECT_EQ(version_of(Table::kIdentity, "a"), 3u);
  EXPECT_EQ(version_of(Table::kIdentity, "b"), 2u);
  EXPECT_EQ(version_of(Table::kIdentity, "c"), 0u);
}

TEST_P(StoreContract, a_conflict_writes_nothing_and_uses_no_number) {
  must_commit(put(Table::kIdentity, "a", "1"));
  const auto stale = store().commit({{},
                                     {{Table::kIdentity, "a", 7}},
                                     {Put{Table::kIdentity, "a", "2"}, Put{Table::kRecord, "x", "y"}},
                                     "e"});
  ASSERT_FALSE(stale.ok());
  EXPECT_EQ(stale.error().code, ErrorCode::kConflict);
  EXPECT_EQ(value_of(Table::kIdentity, "a"), "1");
  EXPECT_EQ(value_of(Table::kRecord, "x"), "(absent)");
  EXPECT_EQ(must_commit({{}, {{Table::kIdentity, "a", 1}, {Table::kIdentity, "b", 0}}, {}, "e"}), 2u);
}

TEST_P(StoreContract, expecting_absence_fails_once_the_key_exists) {
  const CommitRequest first = {{}, {{Table::kIdentity, "p", 0}}, {Put{Table::kIdentity, "p", "1"}}, "e"};
  EXPECT_TRUE(store().commit(first).ok());
  EXPECT_EQ(store().commit(first).error().code, ErrorCode::kConflict);
  must_commit({{}, {}, {Delete{Table::kIdentity, "p"}}, "e"});
  EXPECT_TRUE(store().commit(first).ok());
}

TEST_P(StoreContract, a_conflict_tells_no_key) {
  must_commit(put(Table::kIdentity, "secret-key", "1"));
  const auto refused = store().commit({{}, {{Table::kIdentity, "secret-key", 0}}, {}, "e"});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, ::testing::Not(HasSubstr("secret")));
}

TEST_P(StoreContract, a_group_gives_each_request_its_own_number_in_order) {
  std::vector<CommitRequest> group;
  for (int i = 0; i < 20; ++i)
    group.push_back(put(Table::kRecord, std::to_string(i), "v", std::to_string(i)));
  must_commit(put(Table::kRecord, "first", "v"));
  const auto sequences = store().commit_all(group);
  ASSERT_TRUE(sequences.ok());
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ((*sequences)[i], i + 2);
    EXPECT_EQ(version_of(Table::kRecord, std::to_string(i)), i + 2);
  }
  std::uint64_t next = 2;
  EXPECT_TRUE(store().scan_log(2, [&](const LogEntry& entry) {
    EXPECT_EQ(entry.seq, next);
    EXPECT_EQ(entry.event, std::to_string(next - 2));
    ++next;
    return true;
  }));
  EXPECT_EQ(next, 22u);
}

TEST_P(StoreContract, a_group_of_none_is_nothing) {
  const auto sequences = store().commit_all({});
  ASSERT_TRUE(sequences.ok());
  EXPECT_TRUE(sequences->empty());
  EXPECT_EQ(store().head().seq, 0u);
}

TEST_P(StoreContract, expected_versions_see_the_requests_before_them_in_the_group) {
  const std::vector<CommitRequest> good = {
      {{}, {{Table::kIdentity, "a", 0}}, {Put{Table::kIdentity, "a", "1"}}, "e"},
      {{}, {{Table::kIdentity, "a", 1}}, {Delete{Table::kIdentity, "a"}}, "e"},
      {{}, {{Table::kIdentity, "a", 0}}, {Put{Table::kIdentity, "a", "3"}}, "e"}};
  EXPECT_TRUE(store().commit_all(good).ok());
  EXPECT_EQ(version_of(Table::kIdentity, "a"), 3u);

  const std::vector<CommitRequest> bad = {put(Table::kIdentity, "a", "4"),
                                          {{}, {{Table::kIdentity, "a", 3}}, {}, "stale by now"}};
  const auto refused = store().commit_all(bad);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_THAT(refused.error().message, HasSubstr("request 2 of 2"));
  EXPECT_EQ(value_of(Table::kIdentity, "a"), "3") << "nothing of the whole group is written";
  EXPECT_EQ(store().head().seq, 3u);
}

TEST_P(StoreContract, a_group_larger_than_one_sync_is_still_dense_and_complete) {
  const std::string megabyte(1u << 20, 'm');
  std::vector<CommitRequest> group;
  for (int i = 0; i < 20; ++i) group.push_back(put(Table::kVersion, std::to_string(i), megabyte));
  const auto sequences = store().commit_all(group);
  ASSERT_TRUE(sequences.ok());
  EXPECT_EQ(sequences->back(), 20u);
  EXPECT_TRUE(store().verify());
}

TEST_P(StoreContract, limits_are_answered_before_anything_is_written) {
  const auto code = [&](const CommitRequest& request) {
    auto refused = store().commit(request);
    return refused.ok() ? ErrorCode::kInternal : refused.error().code;
  };
  EXPECT_EQ(code(put(Table::kRecord, std::string(kStoreKeyBytesMax + 1, 'k'), "v")), ErrorCode::kLimit);
  EXPECT_EQ(code(put(Table::kRecord, "k", std::string(kStoreValueBytesMax + 1, 'v'))), ErrorCode::kLimit);
  EXPECT_EQ(code(put(Table::kRecord, "k", "v", std::string(kStoreEventBytesMax + 1, 'e'))),
            ErrorCode::kLimit);
  EXPECT_EQ(code(put(Table::kRecord, "", "v")), ErrorCode::kInvalidInput);
  EXPECT_EQ(code(put(Table::kMeta, "store.format", "9")), ErrorCode::kInvalidInput);
  EXPECT_EQ(code(put(static_cast<Table>(200), "k", "v")), ErrorCode::kInvalidInput);
  EXPECT_EQ(store().head().seq, 0u);
  EXPECT_TRUE(store().commit(put(Table::kRecord, std::string(kStoreKeyBytesMax, 'k'), "v")).ok());
}

TEST_P(StoreContract, a_scan_goes_in_byte_order_from_the_key_and_stops_when_told) {
  must_commit({{},
               {},
               {Put{Table::kEdges, "b", "2"}, Put{Table::kEdges, "a", "1"}, Put{Table::kEdges, "\xff", "4"},
                Put{Table::kEdges, "ba", "3"}, Put{Table::kRecord, "b", "other table"}},
               "e"});
  EXPECT_THAT(keys_from(Table::kEdges, ""), ElementsAre("a", "b", "ba", "\xff"));
  EXPECT_THAT(keys_from(Table::kEdges, "b"), ElementsAre("b", "ba", "\xff"));
  EXPECT_THAT(keys_from(Table::kEdges, "b\x01"), ElementsAre("ba", "\xff"));
  int seen = 0;
  EXPECT_TRUE(store().scan(Table::kEdges, "", [&](const Row&) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
  std::vector<std::string> prefixed;
  EXPECT_TRUE(scan_prefix(store(), Table::kEdges, "b", [&](const Row& row) {
    prefixed.emplace_back(row.key);
    EXPECT_EQ(row.version, 1u);
    return true;
  }));
  EXPECT_THAT(prefixed, ElementsAre("b", "ba"));
}

TEST_P(StoreContract, a_visitor_may_read_the_store) {
  must_commit({{}, {}, {Put{Table::kIdentity, "p", "r1"}, Put{Table::kRecord, "r1", "record"}}, "e"});
  std::string found;
  EXPECT_TRUE(store().scan(Table::kIdentity, "", [&](const Row& row) {
    found = value_of(Table::kRecord, row.value);
    return true;
  }));
  EXPECT_EQ(found, "record");
}

TEST_P(StoreContract, reading_a_table_that_is_none_is_an_error) {
  EXPECT_EQ(store().get(static_cast<Table>(77), "k").error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(store().scan(static_cast<Table>(77), "", [](const Row&) { return true; }).error().code,
            ErrorCode::kInvalidInput);
}

TEST_P(StoreContract, the_log_is_chained_from_the_first_entry) {
  must_commit(put(Table::kRecord, "a", "1", "first"));
  must_commit({{}, {}, {Delete{Table::kRecord, "a"}}, "second"});
  const std::vector<Write> first_batch = {Put{Table::kRecord, "a", "1"}};
  const std::vector<Write> second_batch = {Delete{Table::kRecord, "a"}};
  const ChainHash first = next_chain_hash({}, 1, batch_hash(first_batch), "first");
  const ChainHash second = next_chain_hash(first, 2, batch_hash(second_batch), "second");
  std::vector<ChainHash> hashes;
  EXPECT_TRUE(store().scan_log(0, [&](const LogEntry& entry) {
    hashes.push_back(entry.hash);
    return true;
  }));
  EXPECT_THAT(hashes, ElementsAre(first, second));
  EXPECT_EQ(store().head(), (LogHead{2, second}));
}

TEST_P(StoreContract, the_log_is_read_from_any_place) {
  for (int i = 1; i <= 10; ++i) must_commit(put(Table::kRecord, "k", "v", std::to_string(i)));
  std::vector<std::string> events;
  EXPECT_TRUE(store().scan_log(8, [&](const LogEntry& entry) {
    events.emplace_back(entry.event);
    return true;
  }));
  EXPECT_THAT(events, ElementsAre("8", "9", "10"));
  EXPECT_TRUE(store().scan_log(11, [&](const LogEntry&) {
    ADD_FAILURE() << "an entry past the end";
    return true;
  }));
  int seen = 0;
  EXPECT_TRUE(store().scan_log(1, [&](const LogEntry&) { return ++seen < 4; }));
  EXPECT_EQ(seen, 4);
}

TEST_P(StoreContract, everything_is_there_after_opening_again) {
  must_commit(put(Table::kRecord, "a", "1", "first"));
  must_commit(put(Table::kIdentity, "b", "2", "second"));
  const LogHead before = store().head();
  under_test_->reopen();
  EXPECT_EQ(store().head(), before);
  EXPECT_EQ(value_of(Table::kRecord, "a"), "1");
  EXPECT_EQ(version_of(Table::kIdentity, "b"), 2u);
  EXPECT_EQ(must_commit({{}, {{Table::kRecord, "a", 1}}, {}, "third"}), 3u);
  EXPECT_TRUE(store().verify());
}

TEST_P(StoreContract, a_checkpoint_opens_as_the_store_was) {
  for (int i = 0; i < 100; ++i) must_commit(put(Table::kRecord, std::to_string(i), "v"));
  if (!under_test_->has_files()) {
    EXPECT_EQ(store().checkpoint("nowhere").error().code, ErrorCode::kUnsupported);
    return;
  }
  const LogHead head = store().head();
  const auto made = store().checkpoint(under_test_->place("copy"));
  ASSERT_TRUE(made) << made.error().message;
  must_commit(put(Table::kRecord, "later", "v"));
  auto copy = RocksStore::open({.path = under_test_->place("copy")});
  ASSERT_TRUE(copy.ok()) << copy.error().message;
  EXPECT_EQ((*copy)->head(), head);
  EXPECT_FALSE(*(*copy)->get(Table::kRecord, "later"));
  EXPECT_TRUE((*copy)->verify());
  EXPECT_FALSE(store().checkpoint(under_test_->place("copy"))) << "an existing directory is not overwritten";
}

TEST_P(StoreContract, concurrent_committers_get_distinct_dense_numbers) {
  constexpr int kThreads = 8, kEach = 50;
  std::mutex mutex;
  std::set<std::uint64_t> sequences;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        auto seq = store().commit(put(Table::kRecord, std::to_string(t) + "/" + std::to_string(i), "v"));
        ASSERT_TRUE(seq.ok());
        const std::lock_guard lock(mutex);
        sequences.insert(*seq);
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sequences.size(), static_cast<std::size_t>(kThreads * kEach));
  EXPECT_EQ(*sequences.rbegin(), static_cast<std::uint64_t>(kThreads * kEach));
  EXPECT_TRUE(store().verify());
}

TEST_P(StoreContract, of_racing_commits_that_expect_the_same_version_one_wins) {
  must_commit(put(Table::kIdentity, "p", "0"));
  std::atomic<int> won = 0, lost = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      auto seq = store().commit({{}, {{Table::kIdentity, "p", 1}}, {Put{Table::kIdentity, "p", "1"}}, "e"});
      ++(seq.ok() ? won : lost);
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, 7);
}

INSTANTIATE_TEST_SUITE_P(
    Stores, StoreContract,
    ::testing::Values(
        +[]() -> std::unique_ptr<StoreUnderTest> { return std::make_unique<MemoryUnderTest>(); },
        +[]() -> std::unique_ptr<StoreUnderTest> { return std::make_unique<RocksUnderTest>(); }),
    [](const auto& parameter) { return parameter.index == 0 ? "memory" : "rocksdb"; });

/// One random request over few keys, so that puts, deletes, conflicts and groups meet.
CommitRequest random_request(Random& random, std::uint64_t head) {
  CommitRequest request;
  request.event = "event " + std::to_string(random.below(1000));
  for (std::uint64_t i = random.below(4); i > 0; --i) {
    const Table table = kTables[random.below(kTables.size())].table;
    const std::string key = "key " + std::to_string(random.below(12));
    if (random.chance(0.3))
      request.batch.emplace_back(Delete{table, key});
    else
      request.batch.emplace_back(Put{table, key, std::string(random.below(40), 'x')});
    if (random.chance(0.3))
      request.expected.push_back({table, key, random.chance(0.5) ? 0 : random.below(head + 2)});
  }
  return request;
}

std::string dump(const Store& store) {
  std::string all;
  for (const TableName& table : kTables)
    EXPECT_TRUE(store.scan(table.table, "", [&](const Row& row) {
      all.append(table.name).append("|").append(row.key).append("|").append(row.value);
      all.append("|").append(std::to_string(row.version)).append("\n");
      return true;
    }));
  EXPECT_TRUE(store.scan_log(1, [&](const LogEntry& entry) {
    all.append(std::to_string(entry.seq)).append("|").append(entry.event);
    all.append("|").append(hex(entry.hash)).append("\n");
    return true;
  }));
  return all;
}

TEST(StoreConformance, both_stores_give_byte_equal_answers_to_the_same_requests) {
  MemoryUnderTest memory;
  RocksUnderTest rocks;
  Random random(20240607);
  int conflicts = 0;
  for (int step = 0; step < 1500; ++step) {
    std::vector<CommitRequest> group;
    for (std::uint64_t i = random.below(4) + 1; i > 0; --i)
      group.push_back(random_request(random, memory.store().head().seq));
    const auto from_memory = memory.store().commit_all(group);
    const auto from_rocks = rocks.store().commit_all(group);
    ASSERT_EQ(from_memory.ok(), from_rocks.ok());
    if (from_memory)
      ASSERT_EQ(*from_memory, *from_rocks);
    else
      ASSERT_EQ(from_memory.error().message, from_rocks.error().message);
    conflicts += !from_memory.ok();
    if (step % 500 == 499) rocks.reopen();
  }
  EXPECT_GT(conflicts, 50);
  EXPECT_GT(memory.store().head().seq, 500u);
  EXPECT_EQ(dump(memory.store()), dump(rocks.store()));
  EXPECT_TRUE(rocks.store().verify());
}

}  // namespace
}  // namespace gmpi
