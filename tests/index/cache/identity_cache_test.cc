// The identity cache against a real Redis server that is killed, wiped, filled and frozen.
#include "index/cache/identity_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/sha256.h"
#include "index/store/memory_store.h"
#include "tests/index/cache/redis_server.h"

namespace gmpi {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class IdentityCacheTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!RedisServer::installed()) GTEST_SKIP() << "no redis-server on PATH";
  }

  /// Event "n": person "n" gets version <seq>.
  void commit(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string name = std::to_string(store_.head().seq + 1);
      ASSERT_TRUE(store_.commit({{}, {}, {Put{Table::kIdentity, name, "person"}}, name}).ok());
    }
  }

  static CacheUpdate update(std::uint64_t seq, std::string_view event) {
    return {.values = {{person_key(event, seq), "summary of " + std::string(event)}},
            .message = "{\"event\":" + std::string(event) + "}"};
  }

  IdentityCacheOptions options(const RedisServer& server) const {
    IdentityCacheOptions options;
    options.address = server.address();
    options.poll_interval = 5ms;
    options.probe_interval = 50ms;
    options.first_delay = 10ms;
    options.longest_delay = 50ms;
    options.connect_timeout = 1000ms;
    options.read_timeout = 1000ms;
    return options;
  }

  template <class Condition>
  static bool eventually(Condition holds) {
    for (int i = 0; i < 2000; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(5ms);
    }
    return holds();
  }
  bool caught_up(const IdentityCache& cache) {
    return eventually([&] {
      const CacheStatus status = cache.status();
      return status.state == CacheState::kFollowing && status.lag() == 0;
    });
  }

  /// The stream's sequence numbers must be exactly first..last.
  static void expect_stream(const RedisServer& server, std::uint64_t first, std::uint64_t last) {
    const RedisReply range = server.ask({"XRANGE", "gmpi:events", "-", "+"});
    ASSERT_EQ(range.elements.size(), last - first + 1);
    for (std::uint64_t seq = first; seq <= last; ++seq) {
      const RedisReply& entry = range.elements[seq - first];
      ASSERT_EQ(entry.elements[0].text, std::to_string(seq) + "-0");
      const auto& fields = entry.elements[1].elements;
      ASSERT_EQ(fields.size(), 4u);
      ASSERT_EQ(fields[3].text, "{\"event\":" + std::to_string(seq) + "}");
    }
  }

  MemoryStore store_;
};

TEST_F(IdentityCacheTest, it_follows_the_log_from_its_beginning_and_as_it_grows) {
  RedisServer server;
  server.start();
  commit(1000);
  IdentityCache cache(store_, options(server), update);
  ASSERT_TRUE(caught_up(cache));
  commit(50);
  cache.notify();
  ASSERT_TRUE(caught_up(cache));
  expect_stream(server, 1, 1050);
  for (const std::uint64_t person : {1u, 500u, 1050u})
    EXPECT_EQ(cache.read_person(std::to_string(person), person), "summary of " + std::to_string(person));
  EXPECT_EQ(cache.status().events_written, 1050u);
  EXPECT_EQ(cache.status().refills, 0u);
}

TEST_F(IdentityCacheTest, a_lag_above_the_limit_is_called_catching_up_until_it_is_gone) {
  RedisServer server;
  server.start();
  IdentityCacheOptions patient = options(server);
  patient.batch_timeout = 30s;  // so that a paused server is slow and not away
  IdentityCache cache(store_, patient, update);
  ASSERT_TRUE(caught_up(cache));
  server.pause();
  commit(static_cast<int>(kCacheLagReadyMax));
  EXPECT_EQ(cache.status().state, CacheState::kFollowing);
  commit(1);
  const CacheStatus behind = cache.status();
  EXPECT_EQ(behind.state, CacheState::kCatchingUp);
  EXPECT_EQ(behind.lag(), kCacheLagReadyMax + 1);
  EXPECT_EQ(cache_state_name(behind.state), "catching up");
  server.resume();
  EXPECT_TRUE(caught_up(cache));
}

TEST_F(IdentityCacheTest, an_entry_carries_the_hash_of_its_log_entry) {
  RedisServer server;
  server.start();
  commit(3);
  IdentityCache cache(store_, options(server), update);
  ASSERT_TRUE(caught_up(cache));
  const RedisReply last = server.ask({"XREVRANGE", "gmpi:events", "+", "-", "COUNT", "1"});
  const auto& fields = last.elements.at(0).elements.at(1).elements;
  EXPECT_EQ(fields.at(0).text, "chain");
  EXPECT_EQ(fields.at(1).text, hex(store_.head().hash));
}

TEST_F(IdentityCacheTest, another_version_or_person_is_a_miss) {
  RedisServer server;
  server.start();
  commit(1);
  IdentityCache cache(store_, options(server), update);
  ASSERT_TRUE(caught_up(cache));
  EXPECT_TRUE(cache.read_person("1", 1));
  EXPECT_FALSE(cache.read_person("1", 2));
  EXPECT_FALSE(cache.read_person("2", 1));
  EXPECT_EQ(cache.status().read_hits, 1u);
  EXPECT_EQ(cache.status().read_misses, 2u);
}

TEST_F(IdentityCacheTest, values_have_a_time_to_live_and_can_be_kept_for_ever) {
  RedisServer server;
  server.start();
  commit(1);
  {
    IdentityCache cache(store_, options(server), update);
    ASSERT_TRUE(caught_up(cache));
  }
  EXPECT_GT(server.ask({"TTL", person_key("1", 1)}).integer, 29 * 24 * 3600);
  IdentityCacheOptions for_ever = options(server);
  for_ever.value_ttl = 0s;
  commit(1);
  IdentityCache cache(store_, for_ever, update);
  ASSERT_TRUE(caught_up(cache));
  EXPECT_EQ(server.ask({"TTL", person_key("2", 2)}).integer, -1);
}

TEST_F(IdentityCacheTest, it_resumes_where_it_stopped_without_writing_an_event_twice) {
  RedisServer server;
  server.start();
  commit(300);
  for (int round = 0; round < 5; ++round) {
    IdentityCache cache(store_, options(server), update);
    ASSERT_TRUE(caught_up(cache));
    EXPECT_EQ(cache.status().events_written, round == 0 ? 300u : 20u) << "only what is new";
    cache.stop();
    EXPECT_EQ(cache.status().state, CacheState::kStopped);
    commit(20);
  }
  expect_stream(server, 1, 380);
}

TEST_F(IdentityCacheTest, stopping_in_the_middle_leaves_no_gap_and_no_duplicate) {
  RedisServer server;
  server.start();
  commit(5000);
  while (true) {
    IdentityCache cache(store_, options(server), update);
    std::this_thread::sleep_for(3ms);
    cache.stop();
    if (cache.status().applied_seq == 5000) break;
  }
  expect_stream(server, 1, 5000);
}

TEST_F(IdentityCacheTest, two_followers_of_one_log_write_each_event_once) {
  RedisServer server;
  server.start();
  commit(2000);
  IdentityCache one(store_, options(server), update), two(store_, options(server), update);
  ASSERT_TRUE(caught_up(one));
  ASSERT_TRUE(caught_up(two));
  commit(100);
  ASSERT_TRUE(caught_up(one));
  ASSERT_TRUE(caught_up(two));
  expect_stream(server, 1, 2100);
}

TEST_F(IdentityCacheTest, without_redis_callers_get_misses_and_the_lag_is_told) {
  RedisServer server;  // never started
  commit(10);
  IdentityCache cache(store_, options(server), update);
  ASSERT_TRUE(eventually([&] { return !cache.status().last_error.empty(); }));
  EXPECT_EQ(cache.status().state, CacheState::kAway);
  EXPECT_EQ(cache.status().lag(), 10u);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(cache.read_person("1", 1));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 500ms) << "a dead Redis costs a reader nothing";

  server.start();
  ASSERT_TRUE(caught_up(cache));
  EXPECT_TRUE(cache.status().last_error.empty());
  EXPECT_TRUE(cache.read_person("1", 1));
}

TEST_F(IdentityCacheTest, a_redis_killed_and_started_empty_is_filled_again) {
  RedisServer server;
  server.start();
  commit(500);
  IdentityCache cache(store_, options(server), update);
  ASSERT_TRUE(caught_up(cache));
  server.kill();
  commit(10);
  ASSERT_TRUE(eventually([&] { return cache.status().state == CacheState::kAway; }));
  EXPECT_EQ(cache.status().lag(), 10u);
  EXPECT_FALSE(cache.read_person("1", 1));
  server.start();
  ASSERT_TRUE(caught_up(cache));
  expect_stream(server, 1, 510);
  EXPECT_TRUE(eventually([&] { return cache.read_person("1", 1).has_value(); }));
  EXPECT_EQ(cache.status().refills, 1u);
}

TEST_F(IdentityCacheTest, a_wiped_redis_is_noticed_by_an_idle_follower) {
  RedisServer server;
  server.start();
  commit(100);
  IdentityCache cache(store_, options(server), update);
  ASSERT_TRUE(caught_up(cache));
  server.ask({"FLUSHALL"});
  EXPECT_TRUE(eventually([&] { return server.ask({"XLEN", "gmpi:events"}).integer == 100; }));
  EXPECT_EQ(cache.status().refills, 1u);
}

TEST_F(IdentityCacheTest, a_wiped_redis_is_noticed_by_the_next_event) {
  RedisServer server;
  server.start();
  commit(100);
  IdentityCacheOptions never_probe = options(server);
  never_probe.probe_interval = 1h;
  IdentityCache cache(store_, never_probe, update);
  ASSERT_TRUE(caught_up(cache));
  server.ask({"FLUSHALL"});
  commit(1);
  ASSERT_TRUE(eventually([&] { return server.ask({"XLEN", "gmpi:events"}).integer == 101; }));
  expect_stream(server, 1, 101);
}

TEST_F(IdentityCacheTest, an_empty_redis_is_filled_with_the_newest_events_only) {
  RedisServer server;
  server.start();
  commit(1000);
  IdentityCacheOptions few = options(server);
  few.stream_events_max = 100;
  IdentityCache cache(store_, few, update);
  ASSERT_TRUE(caught_up(cache));
  expect_stream(server, 901, 1000);
  EXPECT_FALSE(cache.read_person("900", 900));
  EXPECT_TRUE(cache.read_person("901", 901));
}

TEST_F(IdentityCacheTest, the_stream_is_trimmed) {
  RedisServer server({"--stream-node-max-entries", "50"});
  server.start();
  IdentityCacheOptions few = options(server);
  few.stream_events_max = 200;
  commit(10);
  IdentityCache cache(store_, few, update);
  for (int i = 0; i < 20; ++i) {
    commit(100);
    ASSERT_TRUE(caught_up(cache));
  }
  const auto length = server.ask({"XLEN", "gmpi:events"}).integer;
  EXPECT_GE(length, 200);
  EXPECT_LE(length, 300);
}

TEST_F(IdentityCacheTest, a_full_redis_is_told_and_followed_again_without_a_gap_once_it_has_room) {
  RedisServer server({"--maxmemory", "3mb", "--maxmemory-policy", "noeviction"});
  server.start();
  const auto large = [](std::uint64_t seq, std::string_view event) {
    CacheUpdate one = update(seq, event);
    one.values[0].value.append(20'000, 'x');
    return one;
  };
  commit(400);
  IdentityCache cache(store_, options(server), large);
  ASSERT_TRUE(eventually([&] { return cache.status().state == CacheState::kFull; }));
  const CacheStatus full = cache.status();
  EXPECT_GT(full.lag(), 0u);
  EXPECT_THAT(full.last_error, HasSubstr("OOM"));
  EXPECT_THAT(full.last_error, Not(HasSubstr("p:")));
  commit(10);
  EXPECT_EQ(store_.head().seq, 410u) << "our own commits do not care";
  server.ask({"CONFIG", "SET", "maxmemory", "100mb"});
  ASSERT_TRUE(caught_up(cache));
  expect_stream(server, 1, 410);
  for (int person = 1; person <= 410; ++person)
    ASSERT_TRUE(cache.read_person(std::to_string(person), person)) << person;
}

TEST_F(IdentityCacheTest, a_stream_of_another_log_stops_writing_and_reading_until_it_is_removed) {
  RedisServer server;
  server.start();
  {
    MemoryStore other;
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(other.commit({{}, {}, {}, "9"}).ok());
    IdentityCache theirs(other, options(server), update);
    ASSERT_TRUE(caught_up(theirs));
  }
  commit(10);
  IdentityCache cache(store_, options(server), update);
  ASSERT_TRUE(eventually([&] { return cache.status().state == CacheState::kDiverged; }));
  EXPECT_FALSE(cache.read_person("9", 1)) << "it is there, but it is not ours";
  EXPECT_EQ(server.ask({"XLEN", "gmpi:events"}).integer, 5);
  server.ask({"FLUSHALL"});
  ASSERT_TRUE(caught_up(cache));
  expect_stream(server, 1, 10);
}

TEST_F(IdentityCacheTest, a_stream_ahead_of_a_restored_log_stops_it) {
  RedisServer server;
  server.start();
  commit(10);
  {
    IdentityCache cache(store_, options(server), update);
    ASSERT_TRUE(caught_up(cache));
  }
  MemoryStore restored;
  for (int i = 1; i <= 5; ++i)
    ASSERT_TRUE(
        restored.commit({{}, {}, {Put{Table::kIdentity, std::to_string(i), "person"}}, std::to_string(i)})
            .ok());
  IdentityCache cache(restored, options(server), update);
  EXPECT_TRUE(eventually([&] { return cache.status().state == CacheState::kDiverged; }));
}

TEST_F(IdentityCacheTest, a_frozen_redis_costs_readers_a_bounded_time_and_then_nothing) {
  RedisServer server;
  server.start();
  commit(10);
  IdentityCacheOptions hasty = options(server);
  hasty.read_timeout = 20ms;
  hasty.connect_timeout = 50ms;
  hasty.first_delay = 10s;
  hasty.longest_delay = 10s;
  IdentityCache cache(store_, hasty, update);
  ASSERT_TRUE(caught_up(cache));
  server.pause();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i) EXPECT_FALSE(cache.read_person("1", 1));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s) << "three time-outs, then the breaker is open";
  server.resume();
}

TEST_F(IdentityCacheTest, a_value_of_the_wrong_type_is_a_miss) {
  RedisServer server;
  server.start();
  commit(1);
  IdentityCache cache(store_, options(server), update);
  ASSERT_TRUE(caught_up(cache));
  server.ask({"DEL", person_key("1", 1)});
  server.ask({"LPUSH", person_key("1", 1), "poison"});
  EXPECT_FALSE(cache.read_person("1", 1));
}

TEST_F(IdentityCacheTest, a_stream_key_of_the_wrong_type_is_told_and_not_overwritten) {
  RedisServer server;
  server.start();
  server.ask({"SET", "gmpi:events", "something else"});
  commit(1);
  IdentityCache cache(store_, options(server), update);
  ASSERT_TRUE(eventually([&] { return !cache.status().last_error.empty(); }));
  EXPECT_THAT(cache.status().last_error, HasSubstr("WRONGTYPE"));
  EXPECT_EQ(server.ask({"GET", "gmpi:events"}).text, "something else");
}

TEST_F(IdentityCacheTest, a_password_is_given_and_a_wrong_one_is_told) {
  RedisServer server({"--requirepass", "open sesame"});
  server.start();
  commit(3);
  IdentityCacheOptions right = options(server);
  right.password = "open sesame";
  IdentityCache good(store_, right, update);
  EXPECT_TRUE(caught_up(good));
  EXPECT_TRUE(good.read_person("1", 1));
  IdentityCacheOptions wrong = options(server);
  wrong.password = "guess";
  IdentityCache bad(store_, wrong, update);
  ASSERT_TRUE(eventually([&] { return !bad.status().last_error.empty(); }));
  EXPECT_THAT(bad.status().last_error, HasSubstr("WRONGPASS"));
  EXPECT_THAT(bad.status().last_error, Not(HasSubstr("guess")));
}

TEST_F(IdentityCacheTest, many_readers_beside_the_follower_get_the_right_values) {
  RedisServer server;
  server.start();
  commit(100);
  IdentityCache cache(store_, options(server), update);
  ASSERT_TRUE(caught_up(cache));
  std::atomic<int> wrong = 0, hits = 0;
  std::vector<std::thread> readers;
  for (int t = 0; t < 8; ++t)
    readers.emplace_back([&, t] {
      for (int i = 0; i < 300; ++i) {
        const int person = (t * 37 + i) % 100 + 1;
        auto value = cache.read_person(std::to_string(person), person);
        // A read that finds every connection busy is a miss; asked again it must become a hit.
        for (int again = 0; !value && again < 2000; ++again) {
          std::this_thread::sleep_for(1ms);
          value = cache.read_person(std::to_string(person), person);
        }
        hits += value.has_value();
        wrong += value && *value != "summary of " + std::to_string(person);
      }
    });
  commit(200);
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(hits, 8 * 300);
  EXPECT_TRUE(caught_up(cache));
}

TEST_F(IdentityCacheTest, redis_killed_again_and_again_under_commits_ends_complete) {
  RedisServer server;
  server.start();
  IdentityCache cache(store_, options(server), update);
  for (int round = 0; round < 5; ++round) {
    commit(200);
    server.kill();
    commit(50);
    server.start();
    commit(50);
  }
  ASSERT_TRUE(caught_up(cache));
  expect_stream(server, 1, 1500);
}

}  // namespace
}  // namespace gmpi
