#include "api/ops/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <atomic>

namespace gmpi {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Histogram;

const Histogram::BucketBoundaries& second_buckets() {
  static const Histogram::BucketBoundaries kBuckets = {
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
  return kBuckets;
}

const Histogram::BucketBoundaries& count_buckets() {
  static const Histogram::BucketBoundaries kBuckets = {0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000};
  return kBuckets;
}

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<Histogram>& requests = BuildHistogram()
                                                .Name("gmpi_http_request_duration_seconds")
                                                .Help("Time from the end of a request's head to its answer")
                                                .Register(registry);
  prometheus::Family<prometheus::Counter>& faults =
      BuildCounter().Name("gmpi_request_faults_total").Help("Requests that failed inside, by kind").Register(registry);
  std::atomic<std::uint64_t> store_faults{0};
  Histogram& match_seconds = BuildHistogram()
                                 .Name("gmpi_match_duration_seconds")
                                 .Help("Time of one match")
                                 .Register(registry)
                                 .Add({}, second_buckets());
  Histogram& candidates = BuildHistogram()
                              .Name("gmpi_candidates_per_query")
                              .Help("Records compared for one match")
                              .Register(registry)
                              .Add({}, count_buckets());
  prometheus::Family<prometheus::Counter>& decisions =
      BuildCounter().Name("gmpi_decisions_total").Help("Changes decided, by outcome").Register(registry);
  prometheus::Gauge& records = gauge("gmpi_records", "Live records");
  prometheus::Gauge& common_keys =
      gauge("gmpi_common_keys", "Blocking keys shared by more records than the policy allows, and therefore split");
  prometheus::Gauge& persons = gauge("gmpi_persons", "Identities with at least one live record");
  prometheus::Gauge& sequence = gauge("gmpi_log_sequence", "Number of the last durable change");
  prometheus::Gauge& writable =
      gauge("gmpi_store_writable", "1 while changes are taken, 0 once the store failed");
  prometheus::Gauge& memory = gauge("gmpi_index_memory_bytes", "Memory held by the index");
  prometheus::Gauge& connections = gauge("gmpi_http_connections", "Open connections");
  prometheus::Gauge& reads =
      gauge("gmpi_http_reads_waiting", "Requests that read the store, running or waiting");
  prometheus::Gauge& changes =
      gauge("gmpi_http_changes_waiting", "Requests that change the store, running or waiting");
  prometheus::Gauge& tasks = BuildGauge()
                                 .Name("gmpi_tasks_open")
                                 .Help("Pairs of people that wait for a steward, by type")
                                 .Register(registry)
                                 .Add({{"type", "possible_match"}});

  // These two have no line before observe_redis(): a server without Redis does not speak of it.
  prometheus::Family<prometheus::Gauge>& redis_lag =
      BuildGauge().Name("gmpi_redis_lag").Help("Events that Redis is behind the log").Register(registry);
  prometheus::Family<prometheus::Gauge>& redis_state =
      BuildGauge()
          .Name("gmpi_redis_state")
          .Help("1 for the state Redis is in, 0 for the others")
          .Register(registry);

  prometheus::Gauge& gauge(const char* name, const char* help) {
    return BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }
};

Metrics::Metrics(std::string_view version, std::string_view model_version) : impl_(std::make_unique<Impl>()) {
  BuildGauge()
      .Name("gmpi_build_info")
      .Help("Always 1; the labels say which build and which model")
      .Register(impl_->registry)
      .Add({{"version", std::string(version)}, {"model", std::string(model_version)}})
      .Set(1);
}

Metrics::~Metrics() = default;

void Metrics::observe_request(const http::RequestFacts& facts) {
  impl_->requests
      .Add({{"route", facts.route.empty() ? "none" : std::string(facts.route)},
            {"method", std::string(facts.method)},
            {"status", std::to_string(facts.status)}},
           second_buckets())
      .Observe(facts.seconds);
  if (!facts.fault) return;
  impl_->faults.Add({{"code", std::string(error_code_name(*facts.fault))}}).Increment();
  if (*facts.fault == ErrorCode::kIo || *facts.fault == ErrorCode::kCorrupt) ++impl_->store_faults;
}

std::uint64_t Metrics::store_faults() const {
  return impl_->store_faults;
}

void Metrics::observe_match(double seconds, std::size_t records_compared) {
  impl_->match_seconds.Observe(seconds);
  impl_->candidates.Observe(static_cast<double>(records_compared));
}

void Metrics::observe_decision(RegisterOutcome outcome) {
  impl_->decisions.Add({{"decision", outcome_name(outcome)}, {"type", "register"}}).Increment();
}

void Metrics::observe_retraction() {
  impl_->decisions.Add({{"decision", "retracted"}, {"type", "retract"}}).Increment();
}

void Metrics::observe_redis(const RedisGauges& redis) {
  impl_->redis_lag.Add({}).Set(static_cast<double>(redis.lag));
  for (const std::string_view state : redis.states)
    impl_->redis_state.Add({{"state", std::string(state)}}).Set(state == redis.state ? 1 : 0);
}

std::string Metrics::text(const LinkerStats& stats, const http::ServerState& server) {
  impl_->records.Set(static_cast<double>(stats.records));
  impl_->persons.Set(static_cast<double>(stats.identities));
  impl_->sequence.Set(static_cast<double>(stats.sequence));
  impl_->writable.Set(stats.writable ? 1 : 0);
  impl_->memory.Set(static_cast<double>(stats.memory_bytes));
  impl_->tasks.Set(static_cast<double>(stats.open_reviews));
  impl_->common_keys.Set(static_cast<double>(stats.split_keys));
  impl_->connections.Set(server.connections);
  impl_->reads.Set(server.reads);
  impl_->changes.Set(server.changes);
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace gmpi
