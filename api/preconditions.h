// api/preconditions.h - ETags and If-Match: "store this only if nobody changed it since I read it".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "api/http/message.h"
#include "linkage/linker.h"

namespace gmpi {

/// What If-Match asks for.
struct Precondition {
  std::optional<std::uint64_t> version;  // exactly this one is current
  bool exists = false;                   // "*": any is
  bool given() const { return version || exists; }
};

/// W/"7"
std::string etag_of(std::uint64_t version);

/// A Problem: the field cannot be met (another form, a list, or If-None-Match on a change).
std::variant<Precondition, http::Problem> read_precondition(const http::Request& request);

/// Calls `change` with the version it must find, if any, so that `asked` holds when it is made: a verb of the
/// linker with `if_version`. Errors: those of `change`; kConflict (nothing is there), kUnavailable (changed by
/// others all the time).
template <class Change>
auto change_under(const Precondition& asked, const Linker& linker, const RecordKey& key, Change change)
    -> decltype(change(asked.version)) {
  constexpr int kTriesMax = 8;
  if (!asked.exists) return change(asked.version);
  for (int i = 0; i < kTriesMax; ++i) {
    const auto held = linker.find_record(key);
    if (!held && held.error().code != ErrorCode::kNotFound) return held.error();
    if (!held || held->retracted) return make_error(ErrorCode::kConflict, "the record is not there");
    auto answer = change(held->record_version);
    if (answer || answer.error().code != ErrorCode::kConflict) return answer;
  }
  return make_error(ErrorCode::kUnavailable, "the record is being changed by others");
}

/// A version as a path or query names it: decimal, from 1, without a leading zero. Nothing otherwise.
std::optional<std::uint64_t> read_version_number(std::string_view text);

/// True when If-None-Match says the client has this version already.
bool has_version(const http::Request& request, std::uint64_t version);

}  // namespace gmpi
