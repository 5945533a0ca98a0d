// api/http/problem.h - the one table of everything this server can refuse, and its problem+json form (RFC
// 9457).
//
// A problem has a stable code; `type` links to /docs/errors/{code}, which prints the row. FHIR routes render
// the same Problem as an OperationOutcome (api/fhir/operation_outcome.h). Pure: any thread.
#pragma once

#include <span>
#include <string_view>

#include "api/http/message.h"
#include "base/result.h"

namespace gmpi::http {

struct ProblemKind {
  std::string_view code;
  int status;
  std::string_view title;
  std::string_view advice;      // what the caller can do
  std::string_view fhir_issue;  // code of http://hl7.org/fhir/issue-type
};

std::span<const ProblemKind> problem_kinds();
/// Null for a code that is not in the table.
const ProblemKind* find_problem_kind(std::string_view code);

/// A problem of a kind in the table. Requires: `code` is in the table.
Problem make_problem(std::string_view code, std::string detail);

/// What an Error of the inner rooms means to a client. Messages of kIo, kCorrupt and kInternal stay inside, as the
/// problem's cause.
Problem problem_from(const Error& error);

/// Sets status, content type and body of `response` from its problem.
void render_problem_json(Response& response, std::string_view request_id);

}  // namespace gmpi::http
