// api/instant.h - moments as the wires write them: RFC 3339, FHIR, HTTP dates, to and from Unix milliseconds.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace gmpi {

/// "YYYY-MM-DD" (midnight UTC) or "YYYY-MM-DDThh:mm:ss[.fraction](Z|+hh:mm|-hh:mm)". Null: another form, a
/// day that does not exist, or a year before 1800. Digits after milliseconds are cut.
std::optional<UnixMillis> parse_instant(std::string_view text);

/// "2026-11-23T03:42:55.123Z". Requires a year from 0 to 9999.
std::string format_instant(UnixMillis at);

/// "2026-11-23": its UTC day.
std::string format_day(UnixMillis at);

/// "Mon, 23 Nov 2026 03:42:55 GMT", as Last-Modified wants it (RFC 9110 5.6.7).
std::string format_http_date(UnixMillis at);

}  // namespace gmpi
