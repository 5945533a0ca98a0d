// index/cache/identity_cache.h - the hubs' read side: persons and events in Redis, following the log.
//
// A follower thread reads the store's log and writes, for each event, immutable values and one stream entry:
//
//     SET  p:{enterprise id}:{version}  <golden summary>  EX <ttl>
//     XADD gmpi:events NOMKSTREAM MAXLEN ~ <n>  <seq>-0  chain <hash of log entry, hex>  event <message>
//
// The version is part of the key, and which version is current is asked of the index, never of Redis: a value
// can be missing but not stale. Stream ids are the log's sequence numbers, so an event written twice is
// refused by Redis, and a consumer sees a gap as a gap in the ids (and then asks the index anew about
// everybody it holds).
//
// Position: the last id of the stream itself. Nothing is kept apart, so after a restart of ours, of Redis, or
// of both, the follower resumes where the stream ends; an empty Redis is filled again with the newest events.
// A batch is one MULTI/EXEC: a full server takes all of it or nothing, so the stream has no holes.
//
// The chain field says whose log the stream tells. If it is not ours (another store, or ours before a
// restore), the follower stops and readers get misses: the values may describe things that never happened
// here. The operator deletes the stream and the p: keys (or the whole database), and it is filled again.
//
// Redis away, slow, full or wiped changes no answer of ours: callers get a miss, status() says what is wrong.
// Recommended server settings: maxmemory with volatile-lfu (values have a time to live and can go, the stream
// stays). The contract as its readers and operators need it: docs/redis.md.
//
// Tested against a real redis-server by tests/index/cache/identity_cache_test.cc.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "index/cache/breaker.h"
#include "index/cache/limits.h"
#include "index/cache/redis_connection.h"
#include "index/store/store.h"

namespace gmpi {

struct CacheEntry {
  std::string key;  // person_key() or another key that is never given a second value
  std::string value;
};

/// What one event becomes in Redis.
struct CacheUpdate {
  std::vector<CacheEntry> values;
  std::string message;  // published in the stream
};

/// Called on the follower's thread, for each event at least once, in order of sequence within a connection.
using CacheWriter = std::function<CacheUpdate(std::uint64_t seq, std::string_view event)>;

/// "p:{enterprise_id}:{version}"
std::string person_key(std::string_view enterprise_id, std::uint64_t version);

struct IdentityCacheOptions {
  RedisAddress address{};
  std::string username{};  // empty: the default user
  std::string password{};  // empty: no AUTH
  std::string stream = "gmpi:events";
  std::uint64_t stream_events_max = kCacheStreamEventsMax;  // also how far back an empty Redis is filled
  std::chrono::seconds value_ttl{30 * 24 * 3600};           // 0: for ever

  using Span = std::chrono::milliseconds;
  Span connect_timeout{50};
  Span read_timeout{20};      // a reader's command
  Span batch_timeout{1000};   // the follower's batch; no caller waits for it
  Span poll_interval{50};     // how soon a commit is seen without notify()
  Span probe_interval{1000};  // how soon an idle follower sees that Redis was wiped
  Span first_delay{50};       // back-off after a failure, doubled up to
  Span longest_delay{1000};
};

enum class CacheState {
  kAway,        // not connected (yet); trying with back-off
  kFollowing,   // connected; lag says how far behind
  kCatchingUp,  // the same, with a lag above kCacheLagReadyMax
  kFull,        // Redis refuses writes for lack of memory; trying with back-off
  kDiverged,    // the stream tells another log; nothing is written or read until it is removed
  kStopped,
};

/// "away", "following", ...
std::string_view cache_state_name(CacheState state);
/// Every state's name, in the order of the enumeration.
std::span<const std::string_view> cache_state_names();

struct CacheStatus {
  CacheState state = CacheState::kAway;
  std::uint64_t head_seq = 0;     // of the log
  std::uint64_t applied_seq = 0;  // of the stream, as last seen
  std::uint64_t lag() const { return head_seq > applied_seq ? head_seq - applied_seq : 0; }
  std::uint64_t events_written = 0;
  std::uint64_t connects = 0;
  std::uint64_t refills = 0;  // times the stream was found shorter than we left it
  std::uint64_t read_hits = 0;
  std::uint64_t read_misses = 0;
  std::string last_error;  // of the follower; holds no data
};

/// Threads: any thread, for every function.
class IdentityCache {
 public:
  /// Starts following at once. `store` must outlive the cache.
  IdentityCache(const Store& store, IdentityCacheOptions options, CacheWriter writer);
  ~IdentityCache();  // stop()

  IdentityCache(const IdentityCache&) = delete;
  IdentityCache& operator=(const IdentityCache&) = delete;

  /// There may be something new in the log. Never blocks on Redis. For owners that cannot wait for
  /// poll_interval; `gmpi serve` is served by polling, which costs one look at the store's head.
  void notify();

  /// For readers of ours written in C++ (others follow docs/redis.md); the server itself answers from the
  /// index and never asks Redis. The value of person_key(), if it is there. Nothing on any trouble, within
  /// connect_timeout + read_timeout the first few times, at once while the breaker is open.
  std::optional<std::string> read_person(std::string_view enterprise_id, std::uint64_t version);

  CacheStatus status() const;

  /// Ends the thread, at the latest after batch_timeout. Idempotent.
  void stop();

 private:
  struct Batch {
    RedisPipeline pipeline;
    std::vector<std::size_t> stream_replies;  // which replies inside EXEC are those of XADD
    std::uint64_t last_seq = 0;
    std::size_t commands = 0;
  };
  struct ReadSlot {
    std::mutex mutex;
    std::optional<RedisConnection> connection;
  };
  enum class Outcome { kDone, kVanished };
  enum class Turn { kWrote, kIdle, kFailed };

  void run();
  Turn take_turn();
  bool ensure_connected();
  Status sync_position();
  Status check_same_log(std::uint64_t seq, std::string_view chain);
  void adopt_position(std::uint64_t seq, bool stream_is_empty);
  Result<Batch> next_batch();
  void add_event(Batch& batch, const LogEntry& entry);
  Result<Outcome> send(const Batch& batch);
  Result<Outcome> judge(const Batch& batch, const std::vector<RedisReply>& replies);
  void give_up(const Error& error, CacheState state);
  void sleep(std::chrono::milliseconds at_most);

  Result<RedisConnection> connect() const;
  std::optional<std::string> read_through(ReadSlot& slot, const std::string& key);
  void set_state(CacheState state);

  const Store& store_;
  const IdentityCacheOptions options_;
  const CacheWriter writer_;

  // The follower's own.
  std::optional<RedisConnection> connection_;
  Breaker breaker_;
  std::uint64_t position_ = 0;
  bool stream_is_empty_ = false;
  CacheState refusal_ = CacheState::kAway;  // why the last Redis error stopped us
  std::chrono::steady_clock::time_point probed_at_{};

  std::atomic<bool> readable_ = false;
  std::array<ReadSlot, kCacheReadConnections> read_slots_;
  std::mutex read_breaker_mutex_;
  Breaker read_breaker_;
  std::atomic<std::uint64_t> read_hits_ = 0;
  std::atomic<std::uint64_t> read_misses_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool notified_ = false;
  CacheStatus status_;

  std::once_flag joined_;
  std::thread thread_;  // last: starts when the rest stands
};

}  // namespace gmpi
