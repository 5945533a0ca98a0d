#include "index/cache/identity_cache.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/sha256.h"

namespace gmpi {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kReadFailuresToOpen = 3;
constexpr std::string_view kChainField = "chain";

constexpr std::array<std::string_view, 6> kStateNames = {"away", "following", "catching up",
                                                         "full", "diverged",  "stopped"};

Error refused(const RedisReply& reply) {
  return make_error(ErrorCode::kUnavailable, "redis: refused with " + std::string(reply.error_word()));
}

/// The sequence number of a stream id "<seq>-0".
std::optional<std::uint64_t> seq_of_id(std::string_view id) {
  std::uint64_t seq = 0;
  const auto parsed = std::from_chars(id.data(), id.data() + id.size(), seq);
  if (parsed.ec != std::errc() || std::string_view(parsed.ptr, id.data() + id.size()) != "-0")
    return std::nullopt;
  return seq;
}

/// The value of field "chain" in a stream entry's list of fields and values; empty when it has none.
std::string_view chain_of(const RedisReply& fields) {
  for (std::size_t i = 0; i + 1 < fields.elements.size(); i += 2)
    if (fields.elements[i].text == kChainField) return fields.elements[i + 1].text;
  return {};
}

/// XADD with an id that is not above the stream's last one. Redis has no error word of its own for it.
bool is_already_there(const RedisReply& reply) {
  return reply.kind == RedisReply::Kind::kError && reply.text.find("equal or smaller") != std::string::npos;
}

}  // namespace

std::string person_key(std::string_view enterprise_id, std::uint64_t version) {
  return "p:" + std::string(enterprise_id) + ":" + std::to_string(version);
}

std::string_view cache_state_name(CacheState state) {
  return kStateNames[static_cast<std::size_t>(state)];
}

std::span<const std::string_view> cache_state_names() {
  return kStateNames;
}

IdentityCache::IdentityCache(const Store& store, IdentityCacheOptions options, CacheWriter writer)
    : store_(store),
      options_(std::move(options)),
      writer_(std::move(writer)),
      breaker_(1, options_.first_delay, options_.longest_delay),
      read_breaker_(kReadFailuresToOpen, options_.first_delay, options_.longest_delay),
      thread_([this] { run(); }) {}

IdentityCache::~IdentityCache() {
  stop();
}

void IdentityCache::notify() {
  const std::lock_guard lock(mutex_);
  notified_ = true;
  wake_.notify_one();
}

void IdentityCache::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  std::call_once(joined_, [this] { thread_.join(); });
  readable_ = false;
  set_state(CacheState::kStopped);
}

CacheStatus IdentityCache::status() const {
  CacheStatus status;
  {
    const std::lock_guard lock(mutex_);
    status = status_;
  }
  status.head_seq = store_.head().seq;
  status.read_hits = read_hits_;
  status.read_misses = read_misses_;
  if (status.state == CacheState::kFollowing && status.lag() > kCacheLagReadyMax)
    status.state = CacheState::kCatchingUp;
  return status;
}

void IdentityCache::set_state(CacheState state) {
  const std::lock_guard lock(mutex_);
  status_.state = state;
}

void IdentityCache::sleep(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, at_most, [this] { return stopping_ || notified_; });
  notified_ = false;
}

void IdentityCache::run() {
  const auto stopping = [this] {
    const std::lock_guard lock(mutex_);
    return stopping_;
  };
  while (!stopping()) {
    switch (take_turn()) {
      case Turn::kWrote: break;
      case Turn::kIdle: sleep(options_.poll_interval); break;
      case Turn::kFailed: sleep(std::max(breaker_.wait(Clock::now()), std::chrono::milliseconds(1))); break;
    }
  }
}

IdentityCache::Turn IdentityCache::take_turn() {
  if (!breaker_.allows(Clock::now())) return Turn::kFailed;
  refusal_ = CacheState::kAway;
  if (!ensure_connected()) return Turn::kFailed;
  auto batch = next_batch();
  Result<Outcome> outcome = Outcome::kVanished;  // an idle probe asks for the position again
  if (!batch) {
    outcome = batch.error();
  } else if (batch->commands > 0) {
    outcome = send(*batch);
  } else if (Clock::now() - probed_at_ < options_.probe_interval) {
    return Turn::kIdle;
  }
  Status going = Done{};
  if (!outcome)
    going = outcome.error();
  else if (*outcome == Outcome::kVanished)
    going = sync_position();
  if (!going) {
    give_up(going.error(), refusal_);
    return Turn::kFailed;
  }
  breaker_.succeeded();
  return Turn::kWrote;
}

/// Connects and finds the position. On failure the back-off has begun.
bool IdentityCache::ensure_connected() {
  if (connection_) return true;
  auto opened = connect();
  if (!opened) {
    give_up(opened.error(), CacheState::kAway);
    return false;
  }
  connection_.emplace(std::move(*opened));
  if (auto synced = sync_position(); !synced) {
    give_up(synced.error(), refusal_);
    return false;
  }
  const std::lock_guard lock(mutex_);
  ++status_.connects;
  return true;
}

void IdentityCache::give_up(const Error& error, CacheState state) {
  readable_ = false;
  connection_.reset();
  breaker_.failed(Clock::now());
  const std::lock_guard lock(mutex_);
  status_.state = state;
  status_.last_error = error.message;
}

Result<RedisConnection> IdentityCache::connect() const {
  auto opened = RedisConnection::open(options_.address, options_.connect_timeout);
  if (!opened || options_.password.empty()) return opened;
  RedisPipeline login;
  if (options_.username.empty())
    login.add({"AUTH", options_.password});
  else
    login.add({"AUTH", options_.username, options_.password});
  auto replies = opened->exchange(login, options_.connect_timeout);
  if (!replies) return replies.error();
  if (replies->front().kind == RedisReply::Kind::kError) return refused(replies->front());
  return opened;
}

/// Asks the stream where it ends, and whether it tells our log.
Status IdentityCache::sync_position() {
  RedisPipeline question;
  question.add({"XREVRANGE", options_.stream, "+", "-", "COUNT", "1"});
  auto replies = connection_->exchange(question, options_.batch_timeout);
  if (!replies) return replies.error();
  const RedisReply& last = replies->front();
  if (last.kind == RedisReply::Kind::kError) return refused(last);
  probed_at_ = Clock::now();
  if (last.elements.empty()) {
    const std::uint64_t head = store_.head().seq;
    adopt_position(head > options_.stream_events_max ? head - options_.stream_events_max : 0, true);
    return Done{};
  }
  const RedisReply& entry = last.elements.front();
  if (entry.elements.size() != 2)
    return make_error(ErrorCode::kUnavailable, "redis: a stream entry without fields");
  const auto seq = seq_of_id(entry.elements[0].text);
  if (auto same = check_same_log(seq.value_or(0), chain_of(entry.elements[1])); !same) return same;
  adopt_position(*seq, false);
  return Done{};
}

/// seq 0: the last id is not one of ours.
Status IdentityCache::check_same_log(std::uint64_t seq, std::string_view chain) {
  bool same = false;
  if (seq > 0) {
    auto read = store_.scan_log(seq, [&](const LogEntry& entry) {
      same = entry.seq == seq && hex(entry.hash) == chain;
      return false;
    });
    if (!read) return read;
  }
  if (same) return Done{};
  refusal_ = CacheState::kDiverged;
  return make_error(
      ErrorCode::kConflict,
      "redis: the stream ends with an event that is not in this log; delete the stream and the cached "
      "values, and they are filled again");
}

void IdentityCache::adopt_position(std::uint64_t seq, bool stream_is_empty) {
  stream_is_empty_ = stream_is_empty;
  readable_ = true;
  const std::lock_guard lock(mutex_);
  if (seq < position_) ++status_.refills;
  position_ = seq;
  status_.applied_seq = seq;
  status_.state = CacheState::kFollowing;
  status_.last_error.clear();
}

Result<IdentityCache::Batch> IdentityCache::next_batch() {
  Batch batch;
  std::size_t events = 0;
  if (store_.head().seq <= position_) return batch;
  batch.pipeline.add({"MULTI"});
  auto read = store_.scan_log(position_ + 1, [&](const LogEntry& entry) {
    add_event(batch, entry);
    return ++events < kCacheBatchEventsMax && batch.pipeline.bytes().size() < kCacheBatchBytesMax;
  });
  if (!read) return read.error();
  batch.pipeline.add({"EXEC"});
  return batch;
}

void IdentityCache::add_event(Batch& batch, const LogEntry& entry) {
  const CacheUpdate update = writer_(entry.seq, entry.event);
  const std::string ttl = std::to_string(options_.value_ttl.count());
  for (const CacheEntry& one : update.values) {
    if (options_.value_ttl.count() > 0)
      batch.pipeline.add({"SET", one.key, one.value, "EX", ttl});
    else
      batch.pipeline.add({"SET", one.key, one.value});
    ++batch.commands;
  }
  const std::string id = std::to_string(entry.seq) + "-0";
  const std::string kept = std::to_string(options_.stream_events_max);
  const std::string chain = hex(entry.hash);
  std::vector<std::string_view> words = {"XADD", options_.stream};
  const bool may_create = stream_is_empty_ && batch.stream_replies.empty();
  if (!may_create) words.emplace_back("NOMKSTREAM");
  for (const std::string_view word : std::initializer_list<std::string_view>{
           "MAXLEN", "~", kept, id, kChainField, chain, "event", update.message})
    words.push_back(word);
  batch.pipeline.add(words);
  batch.stream_replies.push_back(batch.commands++);
  batch.last_seq = entry.seq;
}

Result<IdentityCache::Outcome> IdentityCache::send(const Batch& batch) {
  auto replies = connection_->exchange(batch.pipeline, options_.batch_timeout);
  if (!replies) return replies.error();
  auto outcome = judge(batch, *replies);
  if (!outcome || *outcome == Outcome::kVanished) return outcome;
  stream_is_empty_ = false;
  probed_at_ = Clock::now();
  const std::lock_guard lock(mutex_);
  position_ = batch.last_seq;
  status_.applied_seq = batch.last_seq;
  status_.events_written += batch.stream_replies.size();
  return outcome;
}

/// The first refusal decides: either all commands of the batch were done or (EXECABORT) none.
Result<IdentityCache::Outcome> IdentityCache::judge(const Batch& batch,
                                                    const std::vector<RedisReply>& replies) {
  const auto refusal = [this](const RedisReply& reply) {
    if (reply.error_word() == "OOM") refusal_ = CacheState::kFull;
    return refused(reply);
  };
  for (const RedisReply& reply : replies)
    if (reply.kind == RedisReply::Kind::kError) return refusal(reply);
  const std::vector<RedisReply>& done = replies.back().elements;
  if (done.size() != batch.commands)
    return make_error(ErrorCode::kUnavailable, "redis: EXEC answered something else");
  for (const RedisReply& reply : done)
    if (reply.kind == RedisReply::Kind::kError && !is_already_there(reply)) return refusal(reply);
  for (const std::size_t position : batch.stream_replies)
    if (done[position].kind == RedisReply::Kind::kNil) return Outcome::kVanished;
  return Outcome::kDone;
}

std::optional<std::string> IdentityCache::read_person(std::string_view enterprise_id, std::uint64_t version) {
  std::optional<std::string> found;
  const bool allowed = [this] {
    const std::lock_guard lock(read_breaker_mutex_);
    return readable_ && read_breaker_.allows(Clock::now());
  }();
  if (allowed) {
    for (ReadSlot& slot : read_slots_) {
      const std::unique_lock lock(slot.mutex, std::try_to_lock);
      if (!lock.owns_lock()) continue;
      found = read_through(slot, person_key(enterprise_id, version));
      break;
    }
  }
  ++(found ? read_hits_ : read_misses_);
  return found;
}

std::optional<std::string> IdentityCache::read_through(ReadSlot& slot, const std::string& key) {
  const auto failed = [&]() -> std::optional<std::string> {
    slot.connection.reset();
    const std::lock_guard lock(read_breaker_mutex_);
    read_breaker_.failed(Clock::now());
    return std::nullopt;
  };
  if (!slot.connection) {
    auto opened = connect();
    if (!opened) return failed();
    slot.connection.emplace(std::move(*opened));
  }
  RedisPipeline question;
  question.add({"GET", key});
  auto replies = slot.connection->exchange(question, options_.read_timeout);
  if (!replies) return failed();
  {
    const std::lock_guard lock(read_breaker_mutex_);
    read_breaker_.succeeded();
  }
  RedisReply& reply = replies->front();
  if (reply.kind != RedisReply::Kind::kText) return std::nullopt;
  return std::move(reply.text);
}

}  // namespace gmpi
