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
///
/// A system that means the same wherever it is named keeps its name: a national number (NI number, CHI, H&C
/// number, ULN, UPN, a passport with its country ...), a URI, an OID. Any other, and none at all, is
/// `source`'s own ("mrn" of two hospitals are two systems) and is written after it: "pas-wigan/mrn:12345". An
/// empty source adds nothing.
Reading parse_identifier(std::string_view text, std::string_view source = {});

/// Whether `system` (any case) means the same whoever writes it: see parse_identifier().
bool is_shared_system(std::string_view system);

/// The system of a comparable identifier, its source included: "pas-wigan/mrn", "ssn", "plain" for none.
std::string_view system_of_identifier(std::string_view identifier);

/// Whether `system` (any case) names the NHS number: its FHIR system, its OIDs, "NHS", "nhs_number".
bool is_nhs_number_system(std::string_view system);

/// ODS code of a GP practice. V81997, V81998 and V81999 (no practice, not applicable, not known) are missing.
Reading parse_practice_code(std::string_view text);

}  // namespace gmpi
