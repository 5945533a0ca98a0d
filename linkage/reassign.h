// linkage/reassign.h - from changed ties to changed identities: groups anew, ids by rule, lineage.
//
// Only units with a touched row are assigned again (linkage/bounded_components.h, linkage/identity_assignment.h). A group
// keeps the id of the identity whose founder it holds (or earliest record, when the founder is gone); where several ids
// claim a group the oldest stays and the others redirect to it. A group that no id claims gets a new one;
// only when a steward's word is undone, it takes back the id that redirected last and whose founder it holds. The founder is the earliest
// record of the group that the id was first given to; but the record whose new content is being decided comes last: when
// a source overwrites a record with another person, the id stays with those who did not change.
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
/// Why the set is assigned anew, where it is not a record that came or went.
struct AssignmentCause {
  std::string reason;       // in the lineage, of who moves
  bool is_undoing = false;  // of a merge too: ids that redirect may go back to their founders
};

Reassignment reassign(const PendingIndex& after, const TieChanges& ties, std::uint64_t sequence,
                      UnixMillis at_ms, const AssignmentCause& cause = {});

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
