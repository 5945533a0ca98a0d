// standardize/sex.h - administrative sex from FHIR, HL7 v2 and the NHS Data Dictionary.
//
// Only male and female are evidence for matching. "Other", "indeterminate" and "not known" say that the
// sender chose not to say, which two strangers share; they are missing with their reason. Tested by
// tests/standardize/sex_test.cc.
#pragma once

#include <string_view>

#include "standardize/reading.h"

namespace gmpi {

/// "male", "female" or missing. Accepts FHIR (male female other unknown), HL7 v2 table 0001 (M F U O N A),
/// PERSON STATED GENDER CODE (1 2 9 X) with its predecessor's 0, and everyday words, in any case.
Reading parse_sex(std::string_view text);

/// FHIR's code for the same: "male", "female", "other" or "unknown"; empty when parse_sex() does not know the
/// code. For showing: of these only the first two are evidence.
std::string_view administrative_gender(std::string_view text);

}  // namespace gmpi
