// standardize/identifiers.h - identifiers other than the NHS number, and practice codes.
// Tested by tests/standardize/contact_test.cc.
#pragma once

#include <string_view>

#include "standardize/reading.h"

namespace gmpi {

/// "system:value" with the value reduced to upper-case letters and digits and the system to lower case
/// without spaces ("SSN: 341-12-7879" -> "ssn:341127879"); a plain value has no system. The last colon
/// separates, so URL and OID systems work. Dummies (one repeated character, 123456789, "unknown") and values
/// under three characters are missing.
Reading parse_identifier(std::string_view text);

/// Whether `system` (any case) names the NHS number: its FHIR system, its OIDs, "NHS", "nhs_number".
bool is_nhs_number_system(std::string_view system);

/// ODS code of a GP practice. V81997, V81998 and V81999 (no practice, not applicable, not known) are missing.
Reading parse_practice_code(std::string_view text);

}  // namespace gmpi
