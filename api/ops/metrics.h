// api/ops/metrics.h - the counters that /metrics prints, in Prometheus' text form.
//
// Names: gmpi_ prefix, base units, _total for counters. Labels are routes, methods, outcomes: never a person,
// a record, a source's local id or anything a client can invent. Any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "api/http/server.h"
#include "linkage/linker.h"

namespace gmpi {

class Metrics {
 public:
  Metrics(std::string_view version, std::string_view model_version);
  ~Metrics();

  void observe_request(const http::RequestFacts& facts);
  void observe_match(double seconds, std::size_t records_compared);
  void observe_decision(RegisterOutcome outcome);
  void observe_retraction();
  void observe_import(std::string_view result, std::uint64_t records);  // "ok", "unchanged", "rejected"

  /// The whole page; gauges are set from `stats` first.
  std::string text(const LinkerStats& stats, const http::ServerState& server);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gmpi
