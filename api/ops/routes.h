// api/ops/routes.h - what operators and their machines ask: /healthz, /readyz, /version, /metrics,
// /docs/errors.
//
//     GET /healthz            200 while the process serves; no counts, no state
//     GET /readyz             200 or 503, and a line for each part this server depends on
//     GET /version            build and model
//     GET /metrics            Prometheus text
//     GET /docs/errors        every problem code; /docs/errors/{code} one of them
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/http/router.h"
#include "api/http/server.h"
#include "api/ops/metrics.h"
#include "linkage/linker.h"

namespace gmpi {

/// How one part is: asked at each /readyz, from any thread, and must not wait.
struct ReadyState {
  bool ready = true;
  std::string detail;  // "lag 12", "store stopped: ..."; no patient data

  // Members of the answer where the part has them: one that follows the log, or that failed.
  std::optional<std::uint64_t> lag{};               // events behind the log
  std::optional<std::uint64_t> applied_sequence{};  // the last event it holds
  std::optional<std::string> error{};               // the last failure, until it is over; no patient data
};

struct ReadyPart {
  std::string name;      // "store", "redis"
  bool required = true;  // false: reported, but its failure leaves the server ready
  std::function<ReadyState()> state;
};

struct OpsContext {
  const Linker* linker = nullptr;
  Metrics* metrics = nullptr;
  std::vector<ReadyPart> parts;
  std::function<http::ServerState()> server_state;
  std::function<RedisGauges()> redis;  // empty: no read side, and no gauges of it
  std::string version;
};

/// The pointers must outlive the routes.
std::vector<http::Route> ops_routes(OpsContext context);

}  // namespace gmpi
