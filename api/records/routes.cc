#include "api/records/routes.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>

#include "api/http/problem.h"
#include "api/instant.h"
#include "api/preconditions.h"
#include "api/records/flat_json.h"
#include "api/records/person_json.h"
#include "base/sha256.h"
#include "models/person_fields.h"

namespace gmpi {
namespace {

using http::Lane;
using http::make_problem;
using http::Method;
using http::Problem;
using http::Request;
using http::Response;
using http::Route;

constexpr const char* kJson = "application/json";
constexpr std::size_t kBodyBytesMax = 64 * 1024;

std::variant<RecordKey, Problem> key_of(const Request& request) {
  RecordKey key{std::string(request.path_value("source")), std::string(request.path_value("local_id"))};
  if (!is_valid_source(key.source))
    return make_problem("unprocessable", "a source is 1 to 64 of A-Z a-z 0-9 . _ -");
  if (!is_valid_local_id(key.local_id))
    return make_problem("unprocessable", "a local id is 1 to 256 bytes of UTF-8 without control characters");
  return key;
}

/// "dob" of "dob: date in the future"; empty when the refusal is not about one field.
std::string_view refused_field(std::string_view message) {
  const std::string_view name = message.substr(0, message.find(": "));
  const bool known = name == "version" || name == "event_date" ||
                     std::ranges::any_of(kPersonFields, [&](const auto& field) { return field.name == name; });
  return known && name.size() < message.size() ? name : std::string_view();
}

Response put_record(Linker& linker, Metrics& metrics, const SourceRegister& sources, const Request& request) {
  const auto key = key_of(request);
  if (const auto* problem = std::get_if<Problem>(&key)) return *problem;
  if (!sources.accepts(std::get<RecordKey>(key).source)) return undeclared_source();
  const auto precondition = read_precondition(request);
  if (const auto* problem = std::get_if<Problem>(&precondition)) return *problem;
  const auto& asked = std::get<Precondition>(precondition);
  RecordReading reading = read_flat_json(request.body, std::get<RecordKey>(key));
  if (!reading.record) return reading.problem;
  const auto answer = change_under(asked, linker, std::get<RecordKey>(key), [&](const auto& if_version) {
    return linker.register_record(*reading.record, if_version);
  });
  if (!answer) return problem_of_change(answer.error(), asked.given());
  metrics.observe_decision(answer->outcome);
  Response response(answer->created ? 201 : 200, kJson, register_json(*answer));
  response.fields.emplace_back("ETag", etag_of(answer->current_version));
  if (answer->created) response.fields.emplace_back("Location", request.path);
  return response;
}

/// ?version=N; nothing when it is not given.
std::variant<std::optional<std::uint64_t>, Problem> asked_version(const Request& request) {
  std::optional<std::uint64_t> version;
  for (const auto& [name, value] : request.parameters) {
    if (name != "version") return make_problem("bad_request", "the parameter of a record is version");
    if (version || !(version = read_version_number(value)))
      return make_problem("bad_request", "version must be one whole number from 1");
  }
  return version;
}

Response get_record(const Linker& linker, const Request& request) {
  const auto key = key_of(request);
  if (std::holds_alternative<Problem>(key)) return make_problem("not_found", "no record has this key");
  const auto asked = asked_version(request);
  if (const auto* problem = std::get_if<Problem>(&asked)) return *problem;
  const auto version = std::get<std::optional<std::uint64_t>>(asked);
  const auto found = version ? linker.find_record_version(std::get<RecordKey>(key), *version)
                             : linker.find_record(std::get<RecordKey>(key));
  if (!found) return http::problem_from(found.error());
  // A retraction has no version of its own: those before it stay readable.
  if (found->retracted && !version) return make_problem("gone", "the record was retracted");
  Response response(200, kJson, "");
  if (has_version(request, found->record_version))
    response = Response(304, "", "");
  else
    response.body = flat_json_from(found->record);
  response.fields.emplace_back("ETag", etag_of(found->record_version));
  response.fields.emplace_back("Last-Modified", format_http_date(found->stored_ms));
  if (found->enterprise_id)
    response.fields.emplace_back("X-GMPI-Enterprise-ID", to_string(found->enterprise_id));
  response.fields.emplace_back("X-GMPI-Sequence", std::to_string(found->sequence));
  return response;
}

Response delete_record(Linker& linker, Metrics& metrics, const Request& request) {
  const auto key = key_of(request);
  if (std::holds_alternative<Problem>(key)) return make_problem("not_found", "no record has this key");
  const auto precondition = read_precondition(request);
  if (const auto* problem = std::get_if<Problem>(&precondition)) return *problem;
  const auto& asked = std::get<Precondition>(precondition);
  const auto answer = change_under(asked, linker, std::get<RecordKey>(key), [&](const auto& if_version) {
    return linker.retract_record(std::get<RecordKey>(key), if_version);
  });
  if (!answer) return problem_of_change(answer.error(), asked.given());
  metrics.observe_retraction();
  return {200, kJson, "{\"sequence\":" + std::to_string(answer->sequence) + "}"};
}

/// Of the whole answer: possible matches change without the person's version.
std::string etag_of_person(const Person& person, std::string_view body) {
  return "W/\"" + std::to_string(person.version) + "-" + sha256_hex(body).substr(0, 16) + "\"";
}

Response person_response(const Request& request, const Result<Person>& person, const SourceRegister& sources) {
  if (!person) return http::problem_from(person.error());
  Response response(200, kJson, person_json(*person, sources));
  const std::string etag = etag_of_person(*person, response.body);
  const std::string_view held = request.field("if-none-match");
  if (held == "*" || held == etag) response = Response(304, "", "");
  response.fields.emplace_back("ETag", etag);
  return response;
}

Response get_person_of_record(const Linker& linker, const SourceRegister& sources, const Request& request) {
  const auto key = key_of(request);
  if (std::holds_alternative<Problem>(key)) return make_problem("not_found", "no record has this key");
  const auto id = linker.enterprise_id_of(std::get<RecordKey>(key));
  if (!id) return http::problem_from(id.error());
  return person_response(request, linker.find_person(*id), sources);
}

Response get_person(const Linker& linker, const SourceRegister& sources, const Request& request) {
  const auto id = parse_enterprise_id(request.path_value("enterprise_id"));
  if (!id) return make_problem("not_found", "this is not an enterprise id (check its last digit)");
  return person_response(request, linker.find_person(*id), sources);
}

// Reads ?count and ?only_certain; null: well formed.
std::optional<Problem> read_match_options(const Request& request, MatchRequest& match) {
  match.count = kMatchCountDefault;
  for (const auto& [name, value] : request.parameters) {
    if (name == "count") {
      const char* end = value.data() + value.size();
      const auto [stop, error] = std::from_chars(value.data(), end, match.count);
      if (error != std::errc() || stop != end || match.count == 0)
        return make_problem("bad_request", "count must be a whole number from 1");
    } else if (name == "only_certain") {
      if (value != "true" && value != "false")
        return make_problem("bad_request", "only_certain must be true or false");
      match.only_certain = value == "true";
    } else {
      return make_problem("bad_request", "the parameters of a match are count and only_certain");
    }
  }
  match.count = std::min(match.count, kMatchCountMax);
  return std::nullopt;
}

Response post_match(const Linker& linker, Metrics& metrics, const Request& request) {
  MatchRequest match;
  if (auto problem = read_match_options(request, match)) return *std::move(problem);
  RecordReading reading = read_flat_person(request.body);
  if (!reading.record) return reading.problem;
  match.person = *std::move(reading.record);
  const auto answer = timed_match(linker, metrics, match);
  if (!answer) return problem_of_change(answer.error(), false);
  return {200, kJson, match_json(*answer)};
}

}  // namespace

Result<MatchAnswer> timed_match(const Linker& linker, Metrics& metrics, const MatchRequest& request) {
  const auto began = std::chrono::steady_clock::now();
  auto answer = linker.match_person(request);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  if (answer) metrics.observe_match(took.count(), answer->records_compared);
  return answer;
}

Problem problem_of_change(const Error& error, bool had_precondition) {
  if (error.code == ErrorCode::kInvalidInput) {
    Problem problem = make_problem("unprocessable", error.message);
    if (const auto field = refused_field(error.message); !field.empty())
      problem.faults.push_back({"/" + std::string(field), "business-rule", error.message.substr(field.size() + 2)});
    return problem;
  }
  if (error.code == ErrorCode::kConflict && had_precondition)
    return make_problem("precondition_failed", "the record has another version now, or is not there");
  return http::problem_from(error);
}

Problem undeclared_source() {
  Problem problem = make_problem("unprocessable", "the source is not declared in the configuration of this index");
  problem.faults.push_back({"/source", "business-rule", "is not declared in the configuration of this index"});
  return problem;
}

std::vector<Route> record_routes(Linker& linker, Metrics& metrics, SourceRegister sources) {
  const auto systems = std::make_shared<const SourceRegister>(std::move(sources));
  const http::MediaTypes reads{{}, {kJson}};
  const http::MediaTypes takes{{kJson}, {kJson}};
  const std::string record = "/api/v1/records/{source}/{local_id}";
  std::vector<Route> routes;
  routes.push_back({Method::kPut, record, [&, systems](const Request& r) { return put_record(linker, metrics, *systems, r); },
                    Lane::kChange, kBodyBytesMax, takes});
  routes.push_back(
      {Method::kGet, record, [&](const Request& r) { return get_record(linker, r); }, Lane::kRead, 0, reads});
  routes.push_back({Method::kDelete, record,
                    [&](const Request& r) { return delete_record(linker, metrics, r); }, Lane::kChange, 0,
                    reads});
  routes.push_back({Method::kGet, record + "/person",
                    [&, systems](const Request& r) { return get_person_of_record(linker, *systems, r); }, Lane::kRead, 0,
                    reads});
  routes.push_back({Method::kGet, "/api/v1/persons/{enterprise_id}",
                    [&, systems](const Request& r) { return get_person(linker, *systems, r); }, Lane::kRead, 0, reads});
  routes.push_back({Method::kPost, "/api/v1/match",
                    [&](const Request& r) { return post_match(linker, metrics, r); }, Lane::kRead,
                    kBodyBytesMax, takes});
  return routes;
}

}  // namespace gmpi
