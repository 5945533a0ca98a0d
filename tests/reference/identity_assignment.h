// tests/reference/identity_assignment.h - identity assignment as its header tells it, with nothing clever.
//
// Groups are sets of nodes in a list; every question looks at all nodes and all ties again. Shares no code
// with linkage/identity_assignment.cc, whose results must be equal. Cost: cubic and worse; for a few dozen
// nodes.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "linkage/identity_assignment.h"

namespace gmpi::reference {

/// group[node] = lowest node of its group.
std::vector<std::uint32_t> assign_identities(const AssignmentInput& input);

}  // namespace gmpi::reference
