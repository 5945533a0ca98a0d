// api/records/routes.h - /api/v1: records in flat JSON, the people they make, and matching.
//
//     PUT    /api/v1/records/{source}/{local_id}          register; answered when it is on stable storage
//     GET    /api/v1/records/{source}/{local_id}          as it was written
//     DELETE /api/v1/records/{source}/{local_id}          retract
//     GET    /api/v1/records/{source}/{local_id}/person   the person the record belongs to
//     GET    /api/v1/persons/{enterprise_id}              golden record, members, why
//     POST   /api/v1/match?count=10&only_certain=false    who is this? stores nothing
#pragma once

#include <vector>

#include "api/http/router.h"
#include "api/ops/metrics.h"
#include "linkage/linker.h"
#include "models/source_system.h"

namespace gmpi {

/// `linker` and `metrics` must outlive the routes. Records of systems that `sources` does not accept are refused (422).
std::vector<http::Route> record_routes(Linker& linker, Metrics& metrics, SourceRegister sources = {});

inline constexpr std::size_t kMatchCountDefault = 10;
inline constexpr std::size_t kMatchCountMax = 50;  // a larger count is answered with this many

/// Why a record of this system is not taken.
http::Problem undeclared_source();

/// match_person with its time measured.
Result<MatchAnswer> timed_match(const Linker& linker, Metrics& metrics, const MatchRequest& request);

/// What an Error of a verb that was sent a record means: a broken rule is 422 and points at the field ("/dob"), a
/// precondition that does not hold 412.
http::Problem problem_of_change(const Error& error, bool had_precondition);

}  // namespace gmpi
