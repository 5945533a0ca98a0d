#include "api/http/problem.h"

#include <array>
#include <cassert>

#include "api/json/write.h"

namespace gmpi::http {
namespace {

constexpr std::array kKinds = {
    ProblemKind{"bad_request", 400, "The request breaks HTTP/1.1 or this route's form",
                "Correct the request; sending it again unchanged gives the same answer.", "structure"},
    ProblemKind{"invalid_json", 400, "The body is not acceptable JSON",
                "See detail for the byte offset and the place; limits are listed in docs/api.md.",
                "structure"},
    ProblemKind{"invalid_field", 400, "A member has the wrong type or form",
                "Each entry of errors points at one member.", "value"},
    ProblemKind{"not_found", 404, "There is nothing here", "Check the path; ids are case sensitive.",
                "not-found"},
    ProblemKind{"method_not_allowed", 405, "The route does not have this method",
                "The Allow field lists those it has.", "not-supported"},
    ProblemKind{"not_acceptable", 406, "The answer cannot be had in a form you accept",
                "Accept application/json (FHIR routes: application/fhir+json).", "not-supported"},
    ProblemKind{"request_timeout", 408, "The request did not arrive in time", "Send it again, faster.",
                "timeout"},
    ProblemKind{"conflict", 409, "The state moved on", "Read again, then decide whether to repeat.",
                "conflict"},
    ProblemKind{"contradiction", 409, "What was sent cannot stand beside what is held",
                "See detail; docs/api.md, \"Which content is current\", says what can be sent.", "conflict"},
    ProblemKind{"gone", 410, "It was deleted", "An earlier version may still be in the history.", "deleted"},
    ProblemKind{"length_required", 411, "A body is expected and its length is not given",
                "Send Content-Length or Transfer-Encoding: chunked.", "structure"},
    ProblemKind{"precondition_failed", 412, "If-Match does not name the current version",
                "Read again and repeat with the new ETag.", "conflict"},
    ProblemKind{"body_too_large", 413, "The body is larger than this route reads",
                "Send less in one request.", "too-long"},
    ProblemKind{"target_too_long", 414, "The request target is too long", "Use POST where the route has it.",
                "too-long"},
    ProblemKind{
        "unsupported_media_type", 415, "The body's media type is not one this route reads",
        "Send Content-Type: application/json (FHIR routes: application/fhir+json), UTF-8, not compressed.",
        "not-supported"},
    ProblemKind{"expectation_failed", 417, "The expectation is not met", "Leave the Expect field out.",
                "not-supported"},
    ProblemKind{"unprocessable", 422, "Well formed, but against a rule of this index",
                "Each entry of errors names the rule.", "business-rule"},
    ProblemKind{"unknown_field", 422, "A member this index does not know",
                "Field names are those of models/person_fields.h; docs/api.md lists them.", "structure"},
    ProblemKind{"too_many_connections", 429, "Too many connections from your address",
                "Keep connections open and share them; wait Retry-After seconds.", "throttled"},
    ProblemKind{"header_too_large", 431, "The request head is too large",
                "Send fewer or shorter header fields.", "too-long"},
    ProblemKind{"internal", 500, "A fault on our side", "Report the request_id.", "exception"},
    ProblemKind{"not_implemented", 501, "This server does not know the method", "See docs/api.md.",
                "not-supported"},
    ProblemKind{"unavailable", 503, "Not now", "Wait Retry-After seconds and try again.", "transient"},
    ProblemKind{"version_not_supported", 505, "Not a version of HTTP this server speaks", "Use HTTP/1.1.",
                "not-supported"},
};

std::string_view code_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidInput: return "invalid_field";
    case ErrorCode::kUnsupported: return "unprocessable";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kConflict: return "conflict";
    case ErrorCode::kContradiction: return "contradiction";
    case ErrorCode::kLimit: return "unavailable";
    case ErrorCode::kUnavailable: return "unavailable";
    case ErrorCode::kIo:
    case ErrorCode::kCorrupt:
    case ErrorCode::kInternal: return "internal";
  }
  return "internal";
}

}  // namespace

std::span<const ProblemKind> problem_kinds() {
  return kKinds;
}

const ProblemKind* find_problem_kind(std::string_view code) {
  for (const auto& kind : kKinds)
    if (kind.code == code) return &kind;
  return nullptr;
}

Problem make_problem(std::string_view code, std::string detail) {
  const ProblemKind* kind = find_problem_kind(code);
  assert(kind);
  Problem problem;
  problem.status = kind ? kind->status : 500;
  problem.code = code;
  problem.detail = std::move(detail);
  return problem;
}

Problem problem_from(const Error& error) {
  const std::string_view code = code_for(error.code);
  Problem problem =
      make_problem(code, code == "internal" ? "the index could not serve the request" : error.message);
  if (problem.status == 503) problem.retry_after_s = 1;
  if (problem.status == 500) problem.cause = error;
  return problem;
}

void render_problem_json(Response& response, std::string_view request_id) {
  const Problem& problem = *response.problem;
  const ProblemKind* kind = find_problem_kind(problem.code);
  JsonWriter json;
  json.begin_object();
  json.member("type", "/docs/errors/" + problem.code);
  json.member("title", kind ? kind->title : std::string_view("Refused"));
  json.key("status").integer(problem.status);
  json.member("code", problem.code);
  json.member("detail", problem.detail);
  if (!problem.faults.empty()) {
    json.key("errors").begin_array();
    for (const auto& fault : problem.faults) {
      json.begin_object().member("pointer", fault.pointer).member("code", fault.code);
      json.member("detail", fault.detail).end_object();
    }
    json.end_array();
  }
  json.member("request_id", request_id).end_object();
  response.status = problem.status;
  response.content_type = "application/problem+json";
  response.body = std::move(json).take();
}

}  // namespace gmpi::http
