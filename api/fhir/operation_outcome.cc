#include "api/fhir/operation_outcome.h"

#include "api/http/problem.h"
#include "api/json/write.h"

namespace gmpi::fhir {
namespace {

void write_issue(JsonWriter& json, std::string_view severity, std::string_view code,
                 std::string_view diagnostics, std::string_view expression) {
  json.begin_object().member("severity", severity).member("code", code);
  json.member("diagnostics", diagnostics);
  if (!expression.empty()) json.key("expression").begin_array().string(expression).end_array();
  json.end_object();
}

}  // namespace

void render_operation_outcome(http::Response& response, std::string_view request_id) {
  const http::Problem& problem = *response.problem;
  const auto* kind = http::find_problem_kind(problem.code);
  const std::string_view issue = kind ? kind->fhir_issue : std::string_view("exception");
  const std::string_view severity = problem.status >= 500 ? "fatal" : "error";
  JsonWriter json;
  json.begin_object().member("resourceType", "OperationOutcome");
  if (!request_id.empty()) json.member("id", request_id);
  json.key("issue").begin_array();
  for (const auto& fault : problem.faults)
    write_issue(json, severity, fault.code.empty() ? issue : std::string_view(fault.code), fault.detail,
                fault.pointer);
  if (problem.faults.empty()) write_issue(json, severity, issue, problem.detail, {});
  json.end_array().end_object();
  response.status = problem.status;
  response.content_type = kJsonType;
  response.body = std::move(json).take();
}

std::string stored_outcome(const std::vector<Removal>& notes) {
  JsonWriter json;
  json.begin_object().member("resourceType", "OperationOutcome").key("issue").begin_array();
  write_issue(json, "information", "informational", "stored", {});
  for (const auto& note : notes)
    write_issue(json, "warning", "value", note.column + " is kept and not compared: " + note.reason, {});
  json.end_array().end_object();
  return std::move(json).take();
}

}  // namespace gmpi::fhir
