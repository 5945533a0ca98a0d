#include "linkage/identity_assignment.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>
#include <optional>

namespace gmpi {

namespace {

/// One greedy pass with some nodes set aside (they may join each other, but not the rest).
class Pass {
 public:
  Pass(const AssignmentInput& input, const std::vector<bool>& aside) : input_(input), aside_(aside) {
    group_.resize(input.nodes);
    std::iota(group_.begin(), group_.end(), 0u);
    members_.resize(input.nodes);
    for (std::uint32_t node = 0; node < input.nodes; ++node) members_[node] = {node};
    forbidden_.resize(input.nodes);
    for (const Tie& tie : input.ties) {
      if (tie.kind != TieKind::kApart && tie.kind != TieKind::kDifferent) continue;
      forbidden_[tie.a].push_back({tie.b, tie.kind});
      forbidden_[tie.b].push_back({tie.a, tie.kind});
    }
  }

  void follow(std::span<const Tie> ordered) {
    for (const Tie& tie : ordered) {
      const std::uint32_t a = group_[tie.a], b = group_[tie.b];
      if (a == b) continue;
      if (aside_[tie.a] != aside_[tie.b]) {
        refusals_.push_back({tie.a, tie.b, RefusalKind::kUndecided, 0});
      } else if (const auto reason = forbids(a, b, tie.kind == TieKind::kSame)) {
        refusals_.push_back({tie.a, tie.b, reason->kind, reason->exclusive_column});
      } else {
        join(a, b);
      }
    }
  }

  bool forbidden(std::uint32_t node, std::uint32_t group) const {
    return std::any_of(forbidden_[node].begin(), forbidden_[node].end(),
                       [&](const Forbidden& other) { return group_[other.node] == group; });
  }
  ValueId exclusive(std::uint32_t node, std::uint32_t column) const {
    return input_.exclusive[std::size_t{node} * input_.exclusive_columns + column];
  }
  std::uint32_t group(std::uint32_t node) const { return group_[node]; }
  std::vector<std::uint32_t> take_groups() { return std::move(group_); }
  std::vector<Refusal> take_refusals() { return std::move(refusals_); }
  const std::vector<Refusal>& refusals() const { return refusals_; }

 private:
  struct Forbidden {
    std::uint32_t node;
    TieKind kind;
  };

  /// What spans the two groups and forbids joining them. A steward's "same" yields only to a steward's "different".
  std::optional<Refusal> forbids(std::uint32_t a, std::uint32_t b, bool asserted_same) const {
    if (members_[a].size() > members_[b].size()) std::swap(a, b);
    std::optional<Refusal> found;
    for (const auto node : members_[a])
      for (const Forbidden& other : forbidden_[node]) {
        if (group_[other.node] != b) continue;
        if (other.kind == TieKind::kDifferent) return Refusal{0, 0, RefusalKind::kAsserted, 0};
        if (!asserted_same) found = Refusal{0, 0, RefusalKind::kApart, 0};
      }
    for (std::uint32_t column = 0; !asserted_same && !found && column < input_.exclusive_columns; ++column)
      if (exclusive_conflict(a, b, column)) found = Refusal{0, 0, RefusalKind::kExclusive, column};
    return found;
  }

  bool exclusive_conflict(std::uint32_t a, std::uint32_t b, std::uint32_t column) const {
    for (const auto x : members_[a]) {
      const ValueId value = exclusive(x, column);
      if (value == kMissing) continue;
      for (const auto y : members_[b]) {
        const ValueId other = exclusive(y, column);
        if (other != kMissing && other != value) return true;
      }
    }
    return false;
  }

  void join(std::uint32_t a, std::uint32_t b) {
    if (a > b) std::swap(a, b);  // the lowest node names the group
    for (const auto node : members_[b]) group_[node] = a;
    members_[a].insert(members_[a].end(), members_[b].begin(), members_[b].end());
    members_[b].clear();
  }

  const AssignmentInput& input_;
  const std::vector<bool>& aside_;
  std::vector<std::uint32_t> group_;
  std::vector<std::vector<std::uint32_t>> members_;
  std::vector<std::vector<Forbidden>> forbidden_;
  std::vector<Refusal> refusals_;
};

std::vector<Tie> in_order(std::span<const Tie> ties) {
  std::vector<Tie> ordered;
  std::copy_if(ties.begin(), ties.end(), std::back_inserter(ordered),
               [](const Tie& tie) { return tie.kind == TieKind::kLink || tie.kind == TieKind::kSame; });
  std::sort(ordered.begin(), ordered.end(), [](const Tie& x, const Tie& y) {
    if (x.kind != y.kind) return x.kind == TieKind::kSame;
    if (x.weight != y.weight) return x.weight > y.weight;
    return x.a != y.a ? x.a < y.a : x.b < y.b;
  });
  return ordered;
}

/// Best link weight from a node to each group it has a link to.
struct GroupWeight {
  std::uint32_t group;
  MatchWeight weight;
};

class UndecidedSearch {
 public:
  UndecidedSearch(const AssignmentInput& input, const Pass& pass) : input_(input), pass_(pass) {
    best_.resize(input.nodes);
    for (const Tie& tie : input.ties) {
      if (tie.kind != TieKind::kLink) continue;
      note(tie.a, pass.group(tie.b), tie.weight);
      note(tie.b, pass.group(tie.a), tie.weight);
    }
  }

  /// Marks nodes that could belong to either of two groups; returns how many were not marked before.
  std::size_t mark(std::vector<bool>& aside) const {
    std::size_t added = 0;
    for (const Refusal& refusal : pass_.refusals()) {
      if (refusal.kind != RefusalKind::kApart && refusal.kind != RefusalKind::kExclusive) continue;
      for (const auto& [node, other] : {std::pair{refusal.a, refusal.b}, std::pair{refusal.b, refusal.a}})
        if (!aside[node] && undecided(node, pass_.group(other))) {
          aside[node] = true;
          ++added;
        }
    }
    return added;
  }

 private:
  void note(std::uint32_t node, std::uint32_t group, MatchWeight weight) {
    for (auto& entry : best_[node])
      if (entry.group == group) {
        entry.weight = std::max(entry.weight, weight);
        return;
      }
    best_[node].push_back({group, weight});
  }

  MatchWeight best(std::uint32_t node, std::uint32_t group) const {
    for (const auto& entry : best_[node])
      if (entry.group == group) return entry.weight;
    return -std::numeric_limits<double>::infinity();
  }

  bool undecided(std::uint32_t node, std::uint32_t other_group) const {
    for (std::uint32_t column = 0; column < input_.exclusive_columns; ++column)
      if (pass_.exclusive(node, column) != kMissing) return false;
    // What the record itself is known not to be is no alternative.
    if (pass_.forbidden(node, other_group)) return false;
    const MatchWeight own = best(node, pass_.group(node));
    return std::abs(own - best(node, other_group)) <= input_.conflict_margin;
  }

  const AssignmentInput& input_;
  const Pass& pass_;
  std::vector<std::vector<GroupWeight>> best_;
};

}  // namespace

Assignment assign_identities(const AssignmentInput& input) {
  assert(input.exclusive.size() == std::size_t{input.nodes} * input.exclusive_columns);
  const auto ordered = in_order(input.ties);
  std::vector<bool> aside(input.nodes, false);
  for (;;) {
    Pass pass(input, aside);
    pass.follow(ordered);
    if (UndecidedSearch(input, pass).mark(aside) == 0) return {pass.take_groups(), pass.take_refusals()};
  }
}

}  // namespace gmpi
