// api/preconditions.h - ETags and If-Match: "store this only if nobody changed it since I read it".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "api/http/message.h"

namespace gmpi {

/// W/"7"
std::string etag_of(std::uint64_t version);

/// The version that a change requires. Nothing: no condition. A Problem: the field cannot be met (another
/// form, a list, '*', or If-None-Match on a change).
std::variant<std::optional<std::uint64_t>, http::Problem> required_version(const http::Request& request);

/// A version as a path or query names it: decimal, from 1, without a leading zero. Nothing otherwise.
std::optional<std::uint64_t> read_version_number(std::string_view text);

/// True when If-None-Match says the client has this version already.
bool has_version(const http::Request& request, std::uint64_t version);

}  // namespace gmpi
