// linkage/reassign.h - from changed ties to changed identities: groups anew, ids by rule, lineage.
//
// Only units with a touched row are assigned again (linkage/bounded_components.h, linkage/identity_assignment.h). A group keeps the id
// of the identity whose earliest record it holds; where several ids claim a group the oldest stays and the
// others redirect to it for ever; a group nobody claims gets a new id. "Earliest" is by first arrival, but
// the record whose new content is being decided comes last: when a source overwrites a record with another
// person, the id stays with those who did not change.
#pragma once

#include <string>
#include <vector>

#include "linkage/bounded_components.h"
#include "linkage/identity_assignment.h"
#include "linkage/pending_index.h"
#include "linkage/tie_changes.h"

namespace gmpi {

/// A link between two records that was not followed.
struct RefusedLink {
  RowId a = 0;
  RowId b = 0;
  RefusalKind kind = RefusalKind::kApart;
  std::uint32_t exclusive_column = 0;
};

struct Reassignment {
  std::vector<IdentityState> identities;  // those whose members, or their content, changed; by id
  std::vector<LineageEntry> lineage;
  std::vector<RefusedLink> refused;  // in the components that were assigned
};

/// Pure. Cost: the ties of the touched units, and sorting those where something parts a unit.
Reassignment reassign(const PendingIndex& after, const TieChanges& ties, std::uint64_t sequence,
                      UnixMillis at_ms);

/// The partition of the components that hold `rows`; members ascending.
struct ComponentGroups {
  std::vector<std::vector<RowId>> groups;
  std::vector<RefusedLink> refused;
};
ComponentGroups assign_components(const PendingIndex& after, const TieChanges& ties,
                                  const std::vector<RowId>& rows);

/// What a refusal is called for stewards. No patient data.
std::string refusal_reason(const RefusedLink& link, const Policy& policy);

}  // namespace gmpi
