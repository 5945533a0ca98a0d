// api/fhir/operation_outcome.h - how FHIR says what went wrong, or what is to be known of what went well.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.h"
#include "models/standard_record.h"

namespace gmpi::fhir {

inline constexpr std::string_view kJsonType = "application/fhir+json; charset=utf-8";

/// Sets status, content type and body of `response` from its problem: one issue a fault, or one for the
/// whole. Every 4xx and 5xx of a FHIR route is an OperationOutcome.
void render_operation_outcome(http::Response& response, std::string_view request_id);

/// Of a change that is stored: an issue "stored", and a warning for each value that is kept and is no evidence.
std::string stored_outcome(const std::vector<Removal>& notes);

}  // namespace gmpi::fhir
