#include "linkage/evaluate_ties.h"

#include <algorithm>

namespace gmpi {

namespace {

struct RuleRow {
  RowId row;
  RuleId rule;
  auto operator<=>(const RuleRow&) const = default;
};

void evaluate_record(const PendingIndex& after, TieChanges& changes) {
  const PendingRecord& record = *after.pending();
  const auto old = changes.ties(record.row);
  std::vector<RowId> gone;
  for (const RecordTie& tie : old) gone.push_back(tie.other);
  for (const RowId other : proposed_rows(after, record.row, record.after)) {
    const auto tie = judge_pair(after, record.row, other);
    if (!tie) continue;
    std::erase(gone, other);
    changes.set(record.row, other, *tie);
  }
  // Its old ties are void with its old content, wherever they are stored.
  for (const RowId other : gone) changes.drop(record.row, other, /*rewrite_owner=*/false);
  if (record.live) changes.store(record.row);
}

void drop_pairs_of(BlockingKey key, const PendingIndex& after, TieChanges& changes) {
  std::vector<RowId> members = after.others_with(key);
  std::sort(members.begin(), members.end());
  for (const RowId member : members) {
    std::vector<RowId> unsupported;
    for (const RecordTie& tie : changes.ties(member))
      if (tie.other > member && std::binary_search(members.begin(), members.end(), tie.other) &&
          !after.proposes(member, tie.other))
        unsupported.push_back(tie.other);
    for (const RowId other : unsupported) changes.drop(member, other, /*rewrite_owner=*/true);
  }
}

void judge_pairs_of(BlockingKey key, RuleId rule, const PendingIndex& after, TieChanges& changes) {
  std::vector<RowId> members = after.others_with(key);
  std::sort(members.begin(), members.end());
  for (std::size_t i = 0; i < members.size(); ++i)
    for (std::size_t j = i + 1; j < members.size(); ++j) {
      const RowId a = members[i], b = members[j];
      if (changes.find(a, b) != nullptr || !after.comparable(a, b) || !after.holds(rule, a, b)) continue;
      if (const auto tie = judge_pair(after, a, b)) changes.set(a, b, *tie);
    }
}

}  // namespace

std::optional<RecordTie> judge_pair(const PendingIndex& after, RowId a, RowId b) {
  const LinkDecision decision = after.decide(a, b);
  const auto kind = tie_kind(decision);
  if (!kind) return std::nullopt;
  return RecordTie{
      .other = b, .kind = *kind, .owned = true, .guard = decision.guard, .weight = decision.weight};
}

std::vector<RowId> proposed_rows(const PendingIndex& after, RowId row, const std::vector<RuleKey>& keys,
                                 RowId below) {
  std::vector<RuleRow> candidates;
  for (const RuleKey& key : keys) {
    if (after.is_generic(key.key)) continue;
    for (const RowId other : after.index().postings().rows(key.key))
      if (other != row && other < below) candidates.push_back({other, key.rule});
  }
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());

  std::vector<RowId> rows;
  for (const RuleRow& candidate : candidates) {
    if (!rows.empty() && rows.back() == candidate.row) continue;
    after.index().records().prefetch(candidate.row);
    if (after.comparable(row, candidate.row) && after.holds(candidate.rule, row, candidate.row))
      rows.push_back(candidate.row);
  }
  return rows;
}

void evaluate_ties(const PendingIndex& after, TieChanges& changes) {
  evaluate_record(after, changes);
  const auto size = [&](BlockingKey key) { return after.index().postings().rows(key).size(); };
  for (const BlockingKey key : after.keys_entered())
    if (after.is_generic(key) && !after.rules().is_generic(size(key))) drop_pairs_of(key, after, changes);
  for (const RuleKey& key : after.pending()->before) {
    if (!std::binary_search(after.keys_left().begin(), after.keys_left().end(), key.key)) continue;
    if (!after.is_generic(key.key) && after.rules().is_generic(size(key.key)))
      judge_pairs_of(key.key, key.rule, after, changes);
  }
}

}  // namespace gmpi
