// linkage/evaluate_ties.h - which ties change when one record's content changes.
//
// The record is compared with every record that its blocking keys propose. A key is too common or not by how
// many records have it, and is then split (blocking/block_split.h), so the record can also make a key or one
// of its parts too common (pairs that nothing else proposes lose their ties) or take that away (pairs of the
// other records are judged). All of it follows from the set of records alone.
//
// Cost: one decision a candidate. A key that becomes too common costs a look at the ties among its records, no
// decision; one that ceases to be, at most records_max^2 / 2 decisions on all cores, one for each two contents
// (figures: docs/performance.md).
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "linkage/pending_index.h"
#include "linkage/tie_changes.h"
#include "models/rule_cut.h"

namespace gmpi {

/// Says what the record was not compared with; by rule. Requires a pending record.
std::vector<RuleCut> evaluate_ties(const PendingIndex& after, TieChanges& changes);

struct ProposedRows {
  std::vector<RowId> rows;    // ascending, without repeats
  std::vector<RuleCut> cuts;  // by rule; counted before `below` and before what besides the key the rule asks for
};

/// The rows below `below` that a record's keys propose and whose rule holds, and those that a steward tied to it.
ProposedRows proposed_rows(const PendingIndex& after, RowId row, const std::vector<RuleKey>& keys,
                           RowId below = std::numeric_limits<RowId>::max());

/// The tie that a steward's word makes, as `a` sees and owns it; its weight is the evidence's.
RecordTie asserted_tie(const PendingIndex& after, RowId a, RowId b, TieKind kind);
/// The tie of the evidence alone; nothing when the decision is "none".
std::optional<RecordTie> judge_evidence(const PendingIndex& after, RowId a, RowId b);
/// The tie of a proposed pair: that of a steward's word where there is one.
std::optional<RecordTie> judge_pair(const PendingIndex& after, RowId a, RowId b);

}  // namespace gmpi
