// linkage/evaluate_ties.h - which ties change when one record's content changes.
//
// The record is compared with every record that its blocking keys propose. A key is generic or not by how
// many records have it, so the record can also make a key generic (pairs that nothing else proposes lose
// their ties) or take that away (pairs of the key's other records are judged again). Both follow from the set
// of records alone. Cost: one decision a candidate; a key that ceases to be generic costs block_records_max^2
// / 2 decisions.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "linkage/pending_index.h"
#include "linkage/tie_changes.h"

namespace gmpi {

/// Requires a pending record.
void evaluate_ties(const PendingIndex& after, TieChanges& changes);

/// The rows below `below` that a record's keys propose and whose rule holds; ascending, without repeats.
std::vector<RowId> proposed_rows(const PendingIndex& after, RowId row, const std::vector<RuleKey>& keys,
                                 RowId below = std::numeric_limits<RowId>::max());

/// The tie of a proposed pair as `a` sees and owns it; nothing when the decision is "none".
std::optional<RecordTie> judge_pair(const PendingIndex& after, RowId a, RowId b);

}  // namespace gmpi
