#include "apps/read_side.h"

#include <fmt/format.h>

#include <utility>

#include "api/records/person_json.h"
#include "base/file.h"
#include "base/log.h"
#include "index/codec.h"

namespace gmpi {
namespace {

constexpr std::size_t kPasswordFileBytesMax = 4096;

/// What the hubs' read side holds of an event: the people it touched, as they are at that version (never what
/// may change without it). A person that changed again meanwhile is left to the later event.
CacheWriter golden_summaries(const Linker& linker) {
  return [&linker](std::uint64_t seq, std::string_view bytes) {
    CacheUpdate update;
    const auto event = decode_event(bytes);
    if (!event) return update;
    std::string identities;
    for (const TouchedIdentity& touched : event->identities) {
      identities += (identities.empty() ? "\"" : ",\"") + to_string(touched.id) + "\"";
      const auto person = linker.find_person(touched.id);
      if (person && person->id == touched.id && person->version == seq)
        update.values.push_back({person_key(to_string(touched.id), seq), summary_json(*person)});
    }
    update.message =
        fmt::format("{{\"sequence\":{},\"at_ms\":{},\"identities\":[{}]}}", seq, event->at_ms, identities);
    return update;
  };
}

Result<std::string> read_password(const std::string& path) {
  auto text = read_file(path, kPasswordFileBytesMax);
  if (!text) return text.error();
  std::string password = text->substr(0, text->find_first_of("\r\n"));
  if (password.empty())
    return make_error(ErrorCode::kInvalidInput, fmt::format("{}: the first line holds no password", path));
  return password;
}

}  // namespace

Result<IdentityCacheOptions> read_side_options(const Config& config) {
  const auto address = parse_redis_address(config.redis);
  if (!address) return address.error();
  IdentityCacheOptions options;
  options.address = *address;
  options.username = config.redis_user;
  if (config.redis_password_file.empty()) {
    if (config.redis_user.empty()) return options;
    return make_error(ErrorCode::kInvalidInput, "redis_user is set without redis_password_file");
  }
  auto password = read_password(config.redis_password_file);
  if (!password) return password.error();
  options.password = *std::move(password);
  return options;
}

Result<std::unique_ptr<IdentityCache>> open_read_side(const Config& config, const Store& store,
                                                      const Linker& linker) {
  if (config.redis.empty()) return std::unique_ptr<IdentityCache>();
  auto options = read_side_options(config);
  if (!options) return options.error();
  return std::make_unique<IdentityCache>(store, *std::move(options), golden_summaries(linker));
}

ReadyState ready_state(const CacheStatus& status) {
  ReadyState state;
  state.ready = status.state == CacheState::kFollowing;
  state.detail = fmt::format("{}, lag {}", cache_state_name(status.state), status.lag());
  state.lag = status.lag();
  state.applied_sequence = status.applied_seq;
  if (!status.last_error.empty()) state.error = status.last_error;
  return state;
}

RedisGauges redis_gauges(const CacheStatus& status) {
  return {status.lag(), cache_state_name(status.state), cache_state_names()};
}

std::string change_of_state(const CacheStatus& before, const CacheStatus& now) {
  if (before.state == now.state && before.last_error == now.last_error) return "";
  return fmt::format("redis is {}: applied sequence {}, lag {}{}{}", cache_state_name(now.state),
                     now.applied_seq, now.lag(), now.last_error.empty() ? "" : "; ", now.last_error);
}

ReadSideLog::ReadSideLog(std::function<CacheStatus()> status, std::chrono::milliseconds every)
    : status_(std::move(status)), every_(every), thread_([this] { run(); }) {}

ReadSideLog::~ReadSideLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  thread_.join();
}

void ReadSideLog::run() {
  CacheStatus before;  // away and no error yet: what a cache is before its first attempt
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, every_, [this] { return stopping_; })) {
    CacheStatus now = status_();
    const std::string line = change_of_state(before, now);
    const bool well = now.state == CacheState::kFollowing || now.state == CacheState::kCatchingUp;
    if (!line.empty()) log::write(well ? log::Level::kInfo : log::Level::kWarning, line);
    before = std::move(now);
  }
}

}  // namespace gmpi
