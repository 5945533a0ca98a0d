// api/steward/routes.h - what stewards are asked, and what they say.
//
//     GET  /api/v1/questions?limit=50&after=GM...            open questions, each two people once
//     POST /api/v1/assertions                                two records are, or are not, of one person
//     GET  /api/v1/assertions/{id}
//     POST /api/v1/assertions/{id}/undo
//     GET  /api/v1/records/{source}/{local_id}/assertions    the newest first, undone ones too
//
// No score is shown: what the model weighs is GET /api/v1/persons/... and `gmpi explain`, after the judgement.
#pragma once

#include <vector>

#include "api/http/router.h"
#include "linkage/linker.h"

namespace gmpi {

/// `linker` must outlive the routes.
std::vector<http::Route> steward_routes(Linker& linker);

inline constexpr std::size_t kQuestionsDefault = 50;
inline constexpr std::size_t kQuestionsMax = 200;  // a larger limit is answered with this many and the rest of one person's

}  // namespace gmpi
