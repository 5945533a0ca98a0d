// standardize/headers.h - which person field a column of somebody's CSV is.
//
//     "First Name", "forename", "GivenName" -> given_name      "zip" -> postcode      "ssn" -> identifier
//
// Case, spaces, hyphens, dots and underscores do not matter. A header that is not recognised is nothing:
// better a column unused than a column misread. Tested by tests/standardize/headers_test.cc.
#pragma once

#include <optional>
#include <string_view>

namespace gmpi {

/// Name of the person field (models/person_fields.h). For "identifier" the header itself names the system:
/// write the value as "header:value", unless the header is "identifier" itself.
std::optional<std::string_view> person_field_for(std::string_view header);

/// Whether values under `header` need the header as their identifier system.
bool header_names_identifier_system(std::string_view header);

}  // namespace gmpi
