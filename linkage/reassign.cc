#include "linkage/reassign.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

namespace gmpi {

namespace {

bool connects(TieKind kind) {
  return kind == TieKind::kLink || kind == TieKind::kSame;
}

/// Assigns the groups of one unit: records within which links are followed (linkage/bounded_components.h).
class UnitAssignment {
 public:
  UnitAssignment(BoundedComponents::Unit unit, const PendingIndex& after, const TieChanges& ties)
      : rows_(std::move(unit.rows)), cut_(unit.cut), after_(after), ties_(ties) {
    std::sort(rows_.begin(), rows_.end(),
              [&](RowId a, RowId b) { return after.key_text(a) < after.key_text(b); });
    for (std::uint32_t node = 0; node < rows_.size(); ++node) node_of_[rows_[node]] = node;
    for (const RowId row : rows_)
      for (const TermId term : after.rules().exclusive_terms())
        exclusive_.push_back(after.index().records().term_id(term, after.view(row)));
  }

  void run(ComponentGroups& out) {
    if (cut_) refuse_outside(out);
    if (rows_.size() == 1 || !can_be_parted()) {
      std::sort(rows_.begin(), rows_.end());
      out.groups.push_back(std::move(rows_));
      return;
    }
    const std::vector<Tie> ties = ties_within();
    const Assignment assignment = assign_identities(
        {.nodes = static_cast<std::uint32_t>(rows_.size()),
         .ties = ties,
         .exclusive_columns = static_cast<std::uint32_t>(after_.rules().exclusive_terms().size()),
         .exclusive = exclusive_,
         .conflict_margin = after_.rules().policy().conflict_margin});
    std::map<std::uint32_t, std::vector<RowId>> groups;
    for (std::uint32_t node = 0; node < rows_.size(); ++node)
      groups[assignment.group[node]].push_back(rows_[node]);
    for (auto& [lowest, members] : groups) {
      std::sort(members.begin(), members.end());
      out.groups.push_back(std::move(members));
    }
    for (const Refusal& refusal : assignment.refusals)
      out.refused.push_back({rows_[refusal.a], rows_[refusal.b], refusal.kind, refusal.exclusive_column});
  }

 private:
  /// False when nothing speaks against one group: links connect the unit, so they all join.
  bool can_be_parted() const {
    if (parted_by_exclusive_values(exclusive_, after_.rules().exclusive_terms().size())) return true;
    return std::any_of(rows_.begin(), rows_.end(), [&](RowId row) {
      const auto ties = ties_.ties(row);
      return std::any_of(ties.begin(), ties.end(), [&](const RecordTie& tie) {
        return (tie.kind == TieKind::kApart || tie.kind == TieKind::kDifferent) && node_of_.contains(tie.other);
      });
    });
  }

  std::vector<Tie> ties_within() const {
    std::vector<Tie> within;
    for (std::uint32_t node = 0; node < rows_.size(); ++node)
      for (const RecordTie& tie : ties_.ties(rows_[node])) {
        if (tie.kind == TieKind::kReview) continue;
        const auto other = node_of_.find(tie.other);
        if (other != node_of_.end() && node < other->second)
          within.push_back({node, other->second, tie.kind, tie.weight});
      }
    return within;
  }

  void refuse_outside(ComponentGroups& out) const {
    for (const RowId row : rows_)
      for (const RecordTie& tie : ties_.ties(row))
        if (tie.kind == TieKind::kLink && !node_of_.contains(tie.other))
          out.refused.push_back({row, tie.other, RefusalKind::kOversize, 0});
  }

  std::vector<RowId> rows_;
  const bool cut_;
  const PendingIndex& after_;
  const TieChanges& ties_;
  boost::unordered_flat_map<RowId, std::uint32_t> node_of_;
  std::vector<ValueId> exclusive_;  // rows x columns
};

/// The units of the index as it was before the change, and as it is after it.
struct Units {
  Units(const PendingIndex& after, const TieChanges& ties)
      : before({.ties = [&](RowId row) { return after.index().ties(row); },
                .same_content = [&](RowId a, RowId b) {
                  const PackedRecords& records = after.index().records();
                  return after.rules().split().same_content(records.view(a), records.view(b));
                }},
               after.rules().policy().link_weight, after.rules().policy().component_records_max),
        now({.ties = [&](RowId row) { return ties.ties(row); },
             .same_content = [&](RowId a, RowId b) {
               return after.rules().split().same_content(after.view(a), after.view(b));
             }},
            after.rules().policy().link_weight, after.rules().policy().component_records_max) {}

  BoundedComponents before, now;
};

std::string bits(MatchWeight weight) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", weight);
  return text;
}

/// Gives groups their ids and writes down what became of whom.
class Naming {
 public:
  Naming(const PendingIndex& after, const TieChanges& ties, std::vector<std::vector<RowId>> groups,
         std::uint64_t sequence, UnixMillis at_ms, const AssignmentCause& cause)
      : after_(after), ties_(ties), groups_(std::move(groups)), sequence_(sequence), at_ms_(at_ms), cause_(cause) {}

  void run(Reassignment& out) {
    for (std::size_t g = 0; g < groups_.size(); ++g)
      for (const RowId row : groups_[g]) group_of_[row] = g;
    find_heirs();
    name_groups();
    for (std::size_t g = 0; g < groups_.size(); ++g) report_group(g, out);
    for (const auto& [old, heir] : heirs_) report_ended(old, heir, out);
    std::sort(out.identities.begin(), out.identities.end(),
              [](const IdentityState& a, const IdentityState& b) { return a.id < b.id; });
  }

 private:
  static constexpr std::size_t kNoGroup = static_cast<std::size_t>(-1);

  void find_heirs() {
    const auto claim = [&](RowId row) {
      const EnterpriseId old = after_.identity_before(row);
      if (old) heirs_.try_emplace(old, kNoGroup);
    };
    for (const auto& group : groups_) std::for_each(group.begin(), group.end(), claim);
    if (after_.pending() != nullptr) claim(after_.pending()->row);
    for (auto& [old, heir] : heirs_) heir = group_of_founder(*after_.index().identity_entry(old));
  }

  /// Or of the earliest member, when the founder is gone or its content is being replaced.
  std::size_t group_of_founder(const PersonIndex::Identity& identity) const {
    std::vector<RowId> members = identity.members;
    if (identity.founder)
      if (const auto founder = std::find(members.begin(), members.end(), *identity.founder); founder != members.end())
        std::rotate(members.begin(), founder, founder + 1);
    std::size_t of_pending = kNoGroup;
    for (const RowId row : members) {
      const auto found = group_of_.find(row);
      if (found == group_of_.end()) continue;  // retracted
      if (!after_.is_pending(row)) return found->second;
      of_pending = found->second;
    }
    return of_pending;
  }

  void name_groups() {
    ids_.assign(groups_.size(), {});
    for (const auto& [old, heir] : heirs_)  // ascending: the oldest claims first
      if (heir != kNoGroup && !ids_[heir]) ids_[heir] = old;
    EnterpriseId next = after_.index().next_identity();
    std::vector<std::size_t> unnamed;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      if (!ids_[g] && cause_.is_undoing) ids_[g] = redirected_from(groups_[g]);
      if (!ids_[g]) unnamed.push_back(g);
    }
    std::sort(unnamed.begin(), unnamed.end(),
              [&](std::size_t a, std::size_t b) { return groups_[a].front() < groups_[b].front(); });
    for (const std::size_t g : unnamed) ids_[g] = {next.value++};
  }

  RowId founder_of(std::size_t g, const PersonIndex::Identity* before) const {
    const auto& group = groups_[g];
    const bool stays = before != nullptr && before->founder &&
                       std::binary_search(group.begin(), group.end(), *before->founder);
    return stays ? *before->founder : group.front();
  }

  /// Of the ids that redirect and whose founder is in the group, the one that did so last; of several the oldest. Only
  /// younger ones than the id that is left: should the parts join again, that one has its records back.
  EnterpriseId redirected_from(const std::vector<RowId>& group) const {
    const auto version = [&](EnterpriseId id) { return id ? after_.index().identity_entry(id)->version : 0; };
    EnterpriseId last;
    for (const RowId row : group)
      for (const EnterpriseId id : after_.index().redirected_from(row))
        if (id > after_.identity_before(row) &&
            (version(id) > version(last) || (version(id) == version(last) && id < last)))
          last = id;
    return last;
  }

  void report_group(std::size_t g, Reassignment& out) {
    const EnterpriseId id = ids_[g];
    const auto* before = after_.index().identity_entry(id);
    const bool content_changed =
        after_.pending() != nullptr &&
        std::find(groups_[g].begin(), groups_[g].end(), after_.pending()->row) != groups_[g].end();
    if (before != nullptr && before->members == groups_[g] && !content_changed) return;
    out.identities.push_back(
        {.id = id, .redirect = {}, .members = groups_[g], .founder = founder_of(g, before)});
    const bool restored = before != nullptr && before->redirect;
    if (before == nullptr) add(out, id, LineageKind::kCreated);
    if (restored) add(out, id, LineageKind::kRestored, before->redirect, {}, cause_.reason);
    for (const RowId row : groups_[g]) report_member(row, id, before == nullptr || restored, out);
  }

  void report_member(RowId row, EnterpriseId id, bool id_is_new, Reassignment& out) {
    const EnterpriseId old = after_.identity_before(row);
    if (old == id) return;
    if (!old) {
      add(out, id, LineageKind::kJoined, {}, row, joining_reason(row));
    } else if (const std::size_t heir = heirs_.at(old); heir != kNoGroup && ids_[heir] == id) {
      return;  // came with its whole identity: the merge says so
    } else {
      add(out, old, LineageKind::kLeft, id, row, cause_.reason);
      add(out, id, LineageKind::kJoined, old, row, joining_reason(row));
      if (id_is_new) add_split(out, old, id);
    }
  }

  /// An old identity that no group carries on under its own number: merged away, or without records.
  void report_ended(EnterpriseId old, std::size_t heir, Reassignment& out) {
    if (heir == kNoGroup) {
      out.identities.push_back({.id = old, .redirect = {}, .members = {}});
      add(out, old, LineageKind::kLeft, {}, after_.pending()->row, "retracted");
      add(out, old, LineageKind::kRetired);
    } else if (ids_[heir] != old) {
      out.identities.push_back({.id = old,
                                .redirect = ids_[heir],
                                .members = {},
                                .founder = after_.index().identity_entry(old)->founder});
      add(out, ids_[heir], LineageKind::kMerged, old, {}, cause_.reason);
      add(out, old, LineageKind::kRedirected, ids_[heir], {}, cause_.reason);
    } else if (after_.pending() != nullptr && !after_.pending()->live &&
               after_.identity_before(after_.pending()->row) == old) {
      add(out, old, LineageKind::kLeft, {}, after_.pending()->row, "retracted");
    }
  }

  /// The best evidence that a record belongs where it now is.
  std::string joining_reason(RowId row) const {
    const RecordTie* best = nullptr;
    std::size_t links = 0;
    for (const RecordTie& tie : ties_.ties(row)) {
      const auto group = group_of_.find(tie.other);
      if (!connects(tie.kind) || group == group_of_.end() || group->second != group_of_.at(row)) continue;
      ++links;
      const bool word = tie.kind == TieKind::kSame && best != nullptr && best->kind != TieKind::kSame;
      if (best == nullptr || word || (tie.kind == best->kind && tie.weight > best->weight)) best = &tie;
    }
    if (best == nullptr) return {};
    if (best->kind == TieKind::kSame) return "a steward said that it is the same person";
    return "weight " + bits(best->weight) + " bits, links to " + std::to_string(links) +
           (links == 1 ? " record" : " records");
  }

  void add(Reassignment& out, EnterpriseId id, LineageKind kind, EnterpriseId other = {},
           std::optional<RowId> row = {}, std::string reason = {}) const {
    LineageEntry entry;
    entry.sequence = sequence_;
    entry.at_ms = at_ms_;
    entry.id = id;
    entry.kind = kind;
    entry.other = other;
    if (row) entry.record = after_.key(*row);
    entry.reason = std::move(reason);
    out.lineage.push_back(std::move(entry));
  }

  /// Once for each pair of identities, however many records moved.
  void add_split(Reassignment& out, EnterpriseId old, EnterpriseId to) const {
    const bool known = std::any_of(out.lineage.begin(), out.lineage.end(), [&](const LineageEntry& entry) {
      return entry.kind == LineageKind::kSplit && entry.id == old && entry.other == to;
    });
    if (!known) add(out, old, LineageKind::kSplit, to);
  }

  const PendingIndex& after_;
  const TieChanges& ties_;
  std::vector<std::vector<RowId>> groups_;
  const std::uint64_t sequence_;
  const UnixMillis at_ms_;
  const AssignmentCause& cause_;
  boost::unordered_flat_map<RowId, std::size_t> group_of_;
  std::map<EnterpriseId, std::size_t> heirs_;  // an old identity: the group that holds its founder
  std::vector<EnterpriseId> ids_;              // of groups
};

}  // namespace

ComponentGroups assign_components(const PendingIndex& after, const TieChanges& ties,
                                  const std::vector<RowId>& rows) {
  ComponentGroups out;
  Units units(after, ties);
  boost::unordered_flat_set<RowId> assigned, cut, before;
  std::vector<RowId> open = rows;
  for (std::size_t i = 0; i < open.size(); ++i) {
    const RowId row = open[i];
    if (!after.live(row)) continue;
    if (!assigned.contains(row)) {
      BoundedComponents::Unit unit = units.now.unit_of(row);
      assigned.insert(unit.rows.begin(), unit.rows.end());
      if (unit.cut) cut.insert(unit.rows.begin(), unit.rows.end());
      UnitAssignment(std::move(unit), after, ties).run(out);
    }
    // Where a component has become too large, rows that no tie touched can be in another unit than before: those of
    // the units that the touched rows were in.
    const bool touched = i < rows.size() && (after.pending() != nullptr || ties.changed());
    if (touched && cut.contains(row) && !before.contains(row) && after.identity_before(row)) {
      const auto unit = units.before.unit_of(row);
      before.insert(unit.rows.begin(), unit.rows.end());
      open.insert(open.end(), unit.rows.begin(), unit.rows.end());
    }
  }
  return out;
}

Reassignment reassign(const PendingIndex& after, const TieChanges& ties, std::uint64_t sequence,
                      UnixMillis at_ms, const AssignmentCause& cause) {
  ComponentGroups components = assign_components(after, ties, ties.touched());
  Reassignment out;
  out.refused = std::move(components.refused);
  Naming(after, ties, std::move(components.groups), sequence, at_ms, cause).run(out);
  return out;
}

std::string refusal_reason(const RefusedLink& link, const Policy& policy) {
  switch (link.kind) {
    case RefusalKind::kExclusive: return policy.exclusive[link.exclusive_column].reason;
    case RefusalKind::kApart: return "A record of the one is held apart from a record of the other";
    case RefusalKind::kAsserted: return "A steward said that they are different people";
    case RefusalKind::kOversize: return "Too many records hang together by links like this one";
    case RefusalKind::kUndecided: return "Could as well belong to another person whom these records exclude";
  }
  return {};
}

}  // namespace gmpi
