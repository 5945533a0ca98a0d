#include "api/door.h"

#include <fmt/format.h>

#include <atomic>

#include "api/fhir/operation_outcome.h"
#include "api/fhir/routes.h"
#include "api/http/problem.h"
#include "api/records/routes.h"
#include "api/steward/routes.h"
#include "base/random.h"

namespace gmpi {
namespace {

// Each error in the language of its door: OperationOutcome under /fhir, problem+json elsewhere.
void render_problem(http::Response& response, std::string_view path, std::string_view request_id) {
  if (path == "/fhir" || path.starts_with("/fhir/"))
    fhir::render_operation_outcome(response, request_id);
  else
    http::render_problem_json(response, request_id);
}

class HttpDoor final : public Door {
 public:
  HttpDoor(const DoorOptions& options, const Linker& linker)
      : metrics_(options.version, linker.bundle().version), id_seed_(mix64(options.server.seed)) {}

  Status open(DoorOptions options, Linker& linker, const Clock& clock) {
    http::Router router(routes(options, linker, clock), render_problem);
    auto observe = [this](const http::RequestFacts& facts) { metrics_.observe_request(facts); };
    auto server = http::Server::start(std::move(options.server), std::move(router), std::move(observe));
    if (!server) return server.error();
    server_ = *std::move(server);
    listening_ = server_.get();
    return Done{};
  }

  std::uint16_t port() const override { return server_->port(); }
  Metrics& metrics() override { return metrics_; }
  void stop(std::chrono::milliseconds grace) override { server_->stop(grace); }

 private:
  std::string new_id() {
    const std::uint64_t n = ids_made_.fetch_add(1);
    return fmt::format("{:016x}{:016x}", mix64(id_seed_ + n), mix64(id_seed_ ^ mix64(n)));
  }

  std::vector<http::Route> routes(DoorOptions& options, Linker& linker, const Clock& clock) {
    OpsContext ops;
    ops.linker = &linker;
    ops.metrics = &metrics_;
    ops.parts = std::move(options.parts);
    ops.redis = std::move(options.redis);
    ops.version = options.version;
    ops.server_state = [this] {
      const http::Server* server = listening_;
      return server ? server->state() : http::ServerState{};
    };
    fhir::FhirContext fhir_context;
    fhir_context.linker = &linker;
    fhir_context.metrics = &metrics_;
    fhir_context.clock = &clock;
    fhir_context.new_id = [this] { return new_id(); };
    fhir_context.public_url = options.public_url;
    fhir_context.version = options.version;
    fhir_context.sources = options.sources;
    std::vector<http::Route> all = ops_routes(std::move(ops));
    for (auto& route : record_routes(linker, metrics_, options.sources)) all.push_back(std::move(route));
    for (auto& route : steward_routes(linker)) all.push_back(std::move(route));
    for (auto& route : fhir::fhir_routes(std::move(fhir_context))) all.push_back(std::move(route));
    return all;
  }

  Metrics metrics_;
  std::uint64_t id_seed_;
  std::atomic<std::uint64_t> ids_made_{0};
  std::atomic<const http::Server*> listening_{nullptr};
  std::unique_ptr<http::Server> server_;  // last: it stops before what its handlers use goes away
};

}  // namespace

Result<std::unique_ptr<Door>> open_door(DoorOptions options, Linker& linker, const Clock& clock) {
  auto door = std::make_unique<HttpDoor>(options, linker);
  if (Status opened = door->open(std::move(options), linker, clock); !opened) return opened.error();
  return std::unique_ptr<Door>(std::move(door));
}

}  // namespace gmpi
