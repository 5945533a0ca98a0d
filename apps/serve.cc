// gmpi serve: the index behind its doors.
#include "apps/serve.h"

#include <condition_variable>
#include <mutex>
#include <random>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "api/door.h"
#include "api/records/person_json.h"
#include "apps/cli.h"
#include "apps/open_index.h"
#include "base/log.h"
#include "base/version.h"
#include "index/cache/identity_cache.h"
#include "index/codec.h"

namespace gmpi {

namespace {

constexpr std::chrono::seconds kStopGrace{20};

/// What the hubs' read side holds of an event: the people it touched, as they are at that version (never what may
/// change without it). A person that changed again meanwhile is left to the later event.
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
    update.message = fmt::format("{{\"sequence\":{},\"at_ms\":{},\"identities\":[{}]}}", seq, event->at_ms, identities);
    return update;
  };
}

Result<std::unique_ptr<IdentityCache>> open_cache(const Config& config, const OpenIndex& index) {
  if (config.redis.empty()) return std::unique_ptr<IdentityCache>();
  const auto address = parse_redis_address(config.redis);
  if (!address) return address.error();
  IdentityCacheOptions options;
  options.address = *address;
  return std::make_unique<IdentityCache>(*index.store, options, golden_summaries(*index.linker));
}

DoorOptions door_options(const Config& config, const HostPort& listen, IdentityCache* cache) {
  DoorOptions options;
  options.server.address = listen.host;
  options.server.port = listen.port;
  options.server.threads = static_cast<int>(config.threads);
  options.server.allow_public_address = config.allow_non_loopback;
  options.server.seed = (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
  options.version = std::string(version());
  if (cache != nullptr)
    options.parts.push_back({"redis", false, [cache] {
                               const CacheStatus status = cache->status();
                               return ReadyState{status.state == CacheState::kFollowing,
                                                 fmt::format("{}, lag {}", cache_state_name(status.state), status.lag())};
                             }});
  return options;
}

/// Waits until a signal asks to stop.
void wait_for_stop(StopSignal& stop) {
  std::mutex mutex;
  std::condition_variable asked;
  bool stopping = false;
  stop.take_over([&] {
    const std::lock_guard lock(mutex);
    stopping = true;
    asked.notify_all();
  });
  std::unique_lock lock(mutex);
  asked.wait(lock, [&] { return stopping; });
  lock.unlock();
  stop.take_over(nullptr);
}

ExitCode run_serve(Invocation& invocation) {
  const Config& config = invocation.config;
  const auto listen = parse_host_port(config.listen);
  if (!listen) return fail(ExitCode::kUsage, listen.error().message);
  auto index = open_index(config, true);
  if (!index) return fail(index.error());
  auto cache = open_cache(config, **index);
  if (!cache) return fail(cache.error());
  auto door = open_door(door_options(config, *listen, cache->get()), *(*index)->linker, (*index)->clock);
  if (!door) return fail(door.error());

  const LinkerStats stats = (*index)->linker->stats();
  fmt::print(stderr, "serving {} records of {} people on http://{}:{} (Ctrl-C stops)\n", stats.records, stats.identities,
             listen->host, (*door)->port());
  wait_for_stop(*invocation.stop);
  fmt::print(stderr, "stopping: finishing the requests in flight\n");
  (*door)->stop(kStopGrace);
  return ExitCode::kOk;
}

}  // namespace

void add_serve(CLI::App& program, Invocation& invocation) {
  auto* app = program.add_subcommand("serve", "Answer over HTTP: FHIR, REST, metrics");
  app->footer(
      "gmpi serve --data-dir data\n"
      "gmpi serve gmpi.toml\n"
      "gmpi serve --data-dir data --listen 127.0.0.1:9000 --redis 127.0.0.1:6379");
  app->add_option("config", invocation.config_path, "Configuration file")->type_name("CONFIG");
  for (const auto* setting : {"data_dir", "listen", "threads", "redis", "model", "witness_path", "allow_non_loopback",
                              "test_nhs_numbers"})
    add_setting(*app, invocation, setting);
  app->callback([&invocation] { invocation.run = [&invocation] { return run_serve(invocation); }; });
}

}  // namespace gmpi
