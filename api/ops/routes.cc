#include "api/ops/routes.h"

#include "api/http/problem.h"
#include "api/json/write.h"

namespace gmpi {
namespace {

using http::Lane;
using http::Method;
using http::Request;
using http::Response;
using http::Route;

constexpr const char* kJson = "application/json";

void write_part(JsonWriter& json, const ReadyPart& part, const ReadyState& state) {
  json.begin_object().member("name", part.name).key("ready").boolean(state.ready);
  json.key("required").boolean(part.required);
  if (!state.detail.empty()) json.member("detail", state.detail);
  if (state.lag) json.key("lag").integer(static_cast<std::int64_t>(*state.lag));
  if (state.applied_sequence)
    json.key("applied_sequence").integer(static_cast<std::int64_t>(*state.applied_sequence));
  if (state.error) json.member("error", *state.error);
  json.end_object();
}

// Reported and not required: what is damaged is answered with 500, and a server that is taken away for it would
// answer nothing at all.
ReadyState stored_data(std::uint64_t faults) {
  if (faults == 0) return {.ready = true, .detail = "readable"};
  return {.ready = false,
          .detail = std::to_string(faults) + " requests met data that cannot be read or fail a check; see the log, stop "
                                             "the server and run gmpi check"};
}

Response ready(const OpsContext& context) {
  bool all = true;
  JsonWriter parts;
  parts.begin_array();
  for (const auto& part : context.parts) {
    const ReadyState state = part.state();
    all = all && (state.ready || !part.required);
    write_part(parts, part, state);
  }
  const ReadyPart reads{"stored_data", false, {}};
  write_part(parts, reads, stored_data(context.metrics->store_faults()));
  parts.end_array();
  JsonWriter json;
  json.begin_object()
      .member("status", all ? "ready" : "not ready")
      .key("parts")
      .raw(std::move(parts).take())
      .end_object();
  return {all ? 200 : 503, kJson, std::move(json).take()};
}

Response version(const OpsContext& context) {
  JsonWriter json;
  json.begin_object().member("name", "gmpi").member("version", context.version);
  json.member("model", context.linker->bundle().version).member("fhir", "4.0.1").end_object();
  return {200, kJson, std::move(json).take()};
}

void write_kind(JsonWriter& json, const http::ProblemKind& kind) {
  json.begin_object().member("code", kind.code).key("status").integer(kind.status);
  json.member("title", kind.title).member("advice", kind.advice).end_object();
}

Response all_errors() {
  JsonWriter json;
  json.begin_array();
  for (const auto& kind : http::problem_kinds()) write_kind(json, kind);
  json.end_array();
  return {200, kJson, std::move(json).take()};
}

Response one_error(const Request& request) {
  const auto* kind = http::find_problem_kind(request.path_value("code"));
  if (!kind) return http::make_problem("not_found", "no error has this code; GET /docs/errors lists them");
  JsonWriter json;
  write_kind(json, *kind);
  return {200, kJson, std::move(json).take()};
}

}  // namespace

std::vector<Route> ops_routes(OpsContext context) {
  const http::MediaTypes json{{}, {kJson}};
  const auto shared = std::make_shared<const OpsContext>(std::move(context));
  const auto get = [&json](const char* pattern, http::Handler handler) {
    return Route{Method::kGet, pattern, std::move(handler), Lane::kConnection, 0, json};
  };
  std::vector<Route> routes;
  routes.push_back(
      get("/healthz", [](const Request&) { return Response(200, kJson, R"({"status":"ok"})"); }));
  routes.push_back(get("/readyz", [shared](const Request&) { return ready(*shared); }));
  routes.push_back(get("/version", [shared](const Request&) { return version(*shared); }));
  routes.push_back(get("/docs/errors", [](const Request&) { return all_errors(); }));
  routes.push_back(get("/docs/errors/{code}", one_error));
  routes.push_back(get("/metrics", [shared](const Request&) {
    if (shared->redis) shared->metrics->observe_redis(shared->redis());
    return Response(200, "text/plain; version=0.0.4; charset=utf-8",
                    shared->metrics->text(shared->linker->stats(), shared->server_state()));
  }));
  routes.back().lane = Lane::kOperations;  // its numbers are under the index's lock
  routes.back().media.answer.clear();      // scrapers ask for several forms; this one is always understood
  return routes;
}

}  // namespace gmpi
