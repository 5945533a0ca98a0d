// api/fhir/operation_outcome.h - how a refusal looks on a FHIR route.
#pragma once

#include <string_view>

#include "api/http/message.h"

namespace gmpi::fhir {

inline constexpr std::string_view kJsonType = "application/fhir+json; charset=utf-8";

/// Sets status, content type and body of `response` from its problem: one issue a fault, or one for the
/// whole. Every 4xx and 5xx of a FHIR route is an OperationOutcome.
void render_operation_outcome(http::Response& response, std::string_view request_id);

}  // namespace gmpi::fhir
