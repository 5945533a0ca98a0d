#include "linkage/identity_assignment.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>
#include <optional>

namespace gmpi {

namespace {

constexpr std::size_t kSortedAtOnce = 1024;

/// The order in which ties are followed.
bool before(const Tie& x, const Tie& y) {
  if (x.kind != y.kind) return x.kind == TieKind::kSame;
  if (x.weight != y.weight) return x.weight > y.weight;
  return x.a != y.a ? x.a < y.a : x.b < y.b;
}

/// One greedy pass with some nodes set aside (they may join each other, but not the rest).
class Pass {
 public:
  Pass(const AssignmentInput& input, const std::vector<bool>& aside) : input_(input), aside_(aside) {
    group_.resize(input.nodes);
    std::iota(group_.begin(), group_.end(), 0u);
    members_.resize(input.nodes);
    for (std::uint32_t node = 0; node < input.nodes; ++node) members_[node] = {node};
    forbidden_.resize(input.nodes);
    for (const ValueId value : input.exclusive) values_.push_back({value, false});
    for (const Tie& tie : input.ties) {
      if (tie.kind != TieKind::kApart && tie.kind != TieKind::kDifferent) continue;
      forbidden_[tie.a].push_back({tie.b, tie.kind});
      forbidden_[tie.b].push_back({tie.a, tie.kind});
    }
  }

  /// In the order of before(); a tie within a group has nothing to say, so the light ones need not be sorted before
  /// the heavy ones have been followed.
  void follow(std::span<Tie> ties) {
    if (ties.size() <= kSortedAtOnce) {
      std::sort(ties.begin(), ties.end(), before);
      for (const Tie& tie : ties) follow(tie);
      return;
    }
    const auto heavy = ties.first(ties.size() / 2), light = ties.subspan(ties.size() / 2);
    std::nth_element(ties.begin(), light.begin(), ties.end(), before);
    follow(heavy);
    const auto end = std::remove_if(light.begin(), light.end(),
                                    [&](const Tie& tie) { return group_[tie.a] == group_[tie.b]; });
    follow(light.first(static_cast<std::size_t>(end - light.begin())));
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

  void follow(const Tie& tie) {
    const std::uint32_t a = group_[tie.a], b = group_[tie.b];
    if (a == b) return;
    if (aside_[tie.a] != aside_[tie.b]) {
      refusals_.push_back({tie.a, tie.b, RefusalKind::kUndecided, 0});
    } else if (const auto reason = forbids(a, b, tie.kind == TieKind::kSame)) {
      refusals_.push_back({tie.a, tie.b, reason->kind, reason->exclusive_column});
    } else {
      join(a, b);
    }
  }

  /// What spans the two groups and forbids joining them. A steward's "same" yields only to a steward's "different".
  std::optional<Refusal> forbids(std::uint32_t a, std::uint32_t b, bool asserted_same) {
    if (members_[a].size() > members_[b].size()) std::swap(a, b);
    std::optional<Refusal> found;
    for (const auto node : members_[a])
      for (const Forbidden& other : forbidden_[node]) {
        if (group_[other.node] != b) continue;
        if (other.kind == TieKind::kDifferent) return Refusal{0, 0, RefusalKind::kAsserted, 0};
        if (!asserted_same) found = Refusal{0, 0, RefusalKind::kApart, 0};
      }
    for (std::uint32_t column = 0; !asserted_same && !found && column < input_.exclusive_columns; ++column)
      if (values(a, column).conflict(values(b, column))) found = Refusal{0, 0, RefusalKind::kExclusive, column};
    return found;
  }

  /// What the members of a group have in one exclusive column.
  struct Values {
    ValueId one = kMissing;
    bool several = false;  // different ones, which only a steward's word brings together

    bool conflict(const Values& other) const {
      return one != kMissing && other.one != kMissing && (several || other.several || one != other.one);
    }
    void take(const Values& other) {
      several = several || conflict(other);
      if (one == kMissing) *this = other;
    }
  };

  Values& values(std::uint32_t group, std::uint32_t column) {
    return values_[std::size_t{group} * input_.exclusive_columns + column];
  }

  void join(std::uint32_t a, std::uint32_t b) {
    if (a > b) std::swap(a, b);  // the lowest node names the group
    for (const auto node : members_[b]) group_[node] = a;
    members_[a].insert(members_[a].end(), members_[b].begin(), members_[b].end());
    members_[b].clear();
    for (std::uint32_t column = 0; column < input_.exclusive_columns; ++column)
      values(a, column).take(values(b, column));
  }

  const AssignmentInput& input_;
  const std::vector<bool>& aside_;
  std::vector<std::uint32_t> group_;
  std::vector<std::vector<std::uint32_t>> members_;
  std::vector<std::vector<Forbidden>> forbidden_;
  std::vector<Values> values_;  // groups x columns
  std::vector<Refusal> refusals_;
};

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

bool parted_by_exclusive_values(std::span<const ValueId> exclusive, std::size_t columns) {
  for (std::size_t column = 0; column < columns; ++column) {
    ValueId one = kMissing;
    for (std::size_t at = column; at < exclusive.size(); at += columns) {
      if (exclusive[at] == kMissing) continue;
      if (one != kMissing && exclusive[at] != one) return true;
      one = exclusive[at];
    }
  }
  return false;
}

Assignment assign_identities(const AssignmentInput& input) {
  assert(input.exclusive.size() == std::size_t{input.nodes} * input.exclusive_columns);
  std::vector<Tie> links;
  std::copy_if(input.ties.begin(), input.ties.end(), std::back_inserter(links),
               [](const Tie& tie) { return tie.kind == TieKind::kLink || tie.kind == TieKind::kSame; });
  std::vector<bool> aside(input.nodes, false);
  for (;;) {
    Pass pass(input, aside);
    std::vector<Tie> unfollowed = links;
    pass.follow(unfollowed);
    const auto& refusals = pass.refusals();
    const bool excluded = std::any_of(refusals.begin(), refusals.end(), [](const Refusal& refusal) {
      return refusal.kind == RefusalKind::kApart || refusal.kind == RefusalKind::kExclusive;
    });
    if (!excluded || UndecidedSearch(input, pass).mark(aside) == 0)
      return {pass.take_groups(), pass.take_refusals()};
  }
}

}  // namespace gmpi
