// api/fhir/capability.h - the CapabilityStatement: what the FHIR routes do, and nothing they do not.
#pragma once

#include <string>
#include <string_view>

namespace gmpi::fhir {

/// `base`: absolute URL of the FHIR root.
std::string capability_statement(std::string_view base, std::string_view version);

}  // namespace gmpi::fhir
