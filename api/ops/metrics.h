// api/ops/metrics.h - the counters that /metrics prints, in Prometheus' text form.
//
// Names: gmpi_ prefix, base units, _total for counters. Labels are routes, methods, outcomes: never a person,
// a record, a source's local id or anything a client can invent. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "api/http/server.h"
#include "linkage/linker.h"

namespace gmpi {

/// How the read side in Redis is, at this moment.
struct RedisGauges {
  std::uint64_t lag = 0;   // events behind the log
  std::string_view state;  // one of `states`
  std::span<const std::string_view>
      states;  // all of them, each of which has a line: 1 for `state`, 0 for the others
};

class Metrics {
 public:
  Metrics(std::string_view version, std::string_view model_version);
  ~Metrics();

  void observe_request(const http::RequestFacts& facts);
  /// Requests that failed because stored data could not be read or failed a check.
  std::uint64_t store_faults() const;
  void observe_match(double seconds, std::size_t records_compared);
  void observe_decision(RegisterOutcome outcome);
  void observe_retraction();

  void observe_redis(const RedisGauges& redis);

  /// The whole page; gauges are set from `stats` first.
  std::string text(const LinkerStats& stats, const http::ServerState& server);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gmpi
