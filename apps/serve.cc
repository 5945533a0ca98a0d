// gmpi serve: the index behind its doors.
#include "apps/serve.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "api/door.h"
#include "apps/cli.h"
#include "apps/open_index.h"
#include "apps/read_side.h"
#include "base/log.h"
#include "base/version.h"

namespace gmpi {

namespace {

constexpr std::chrono::seconds kStopGrace{20};

/// Reads go on after the store has failed, but this process should be replaced by one that takes changes.
ReadyState store_state(const Linker& linker) {
  const auto failure = linker.failure();
  if (!failure) return {.ready = true, .detail = "takes changes"};
  return {.ready = false, .detail = "read only until restarted", .error = failure->message};
}

DoorOptions door_options(const Config& config, const HostPort& listen, const Linker& linker,
                         IdentityCache* cache) {
  DoorOptions options;
  options.server.address = listen.host;
  options.server.port = listen.port;
  options.server.threads = static_cast<int>(config.threads);
  options.server.allow_public_address = config.allow_non_loopback;
  options.server.seed = (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
  options.public_url = config.public_url;
  options.version = std::string(version());
  options.sources = source_register(config);
  options.parts.push_back({"store", true, [&linker] { return store_state(linker); }});
  if (cache == nullptr) return options;
  options.parts.push_back({"redis", false, [cache] { return ready_state(cache->status()); }});
  options.redis = [cache] { return redis_gauges(cache->status()); };
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

/// Two readers of standard error: who sits before it gets a line, the log gets one with a time. With log_json
/// it is a collector's, and all of it is log.
void tell_started(const Config& config, const Linker& linker, const HostPort& listen, std::uint16_t port) {
  const LinkerStats stats = linker.stats();
  const std::string url = fmt::format("http://{}:{}", listen.host, port);
  if (!config.log_json)
    fmt::print(stderr, "serving {} records of {} people on {} (Ctrl-C stops)\n", stats.records,
               stats.identities, url);
  log::info("started: gmpi {}, model {}, {} records, {} people, sequence {}, {}", version(),
            linker.bundle().version, stats.records, stats.identities, stats.sequence, url);
}

ExitCode run_serve(bool relink, Invocation& invocation) {
  const Config& config = invocation.config;
  const auto listen = parse_host_port(config.listen);
  if (!listen) return fail(ExitCode::kUsage, listen.error().message);
  if (Status allowed = http::check_listen_address(listen->host, config.allow_non_loopback); !allowed)
    return fail(ExitCode::kUsage, config.origins.at("listen") + ": " + allowed.error().message +
                                      " (--allow-non-loopback)");
  auto index = open_index(config, {.create = true, .relink = relink});
  if (!index) return fail(index.error());
  auto cache = open_read_side(config, *(*index)->store, *(*index)->linker);
  if (!cache) return fail(cache.error());
  auto door = open_door(door_options(config, *listen, *(*index)->linker, cache->get()), *(*index)->linker,
                        (*index)->clock);
  if (!door) return fail(door.error());

  tell_started(config, *(*index)->linker, *listen, (*door)->port());
  {
    std::optional<ReadSideLog> redis_log;
    if (*cache) redis_log.emplace([&] { return (*cache)->status(); });
    wait_for_stop(*invocation.stop);
  }
  if (!config.log_json) fmt::print(stderr, "stopping: finishing the requests in flight\n");
  log::info("stopping: finishing the requests in flight");
  (*door)->stop(kStopGrace);
  log::info("stopped at sequence {}", (*index)->linker->stats().sequence);
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
  for (const auto* setting : {"data_dir", "listen", "server.public_url", "threads", "redis", "redis_user", "redis_password_file",
                              "model", "witness_path", "allow_non_loopback", "test_nhs_numbers"})
    add_setting(*app, invocation, setting);
  auto relink = std::make_shared<bool>(false);
  app->add_flag("--relink", *relink, "Decide every record anew if the index was linked by another model");
  app->callback([relink, &invocation] {
    invocation.run = [relink, &invocation] { return run_serve(*relink, invocation); };
  });
}

}  // namespace gmpi
