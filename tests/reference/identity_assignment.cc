#include "tests/reference/identity_assignment.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace gmpi::reference {

namespace {

using Group = std::set<std::uint32_t>;

struct Outcome {
  std::vector<Group> groups;
  std::vector<Tie> excluded;  // links that a guard or an exclusive column refused
};

std::optional<ValueId> exclusive_value(const AssignmentInput& input, std::uint32_t node,
                                       std::uint32_t column) {
  const ValueId value = input.exclusive[node * input.exclusive_columns + column];
  if (value == kMissing) return std::nullopt;
  return value;
}

bool tied(const AssignmentInput& input, std::uint32_t x, std::uint32_t y, TieKind kind) {
  for (const Tie& tie : input.ties)
    if (tie.kind == kind && ((tie.a == x && tie.b == y) || (tie.a == y && tie.b == x))) return true;
  return false;
}

bool spanned_by(const AssignmentInput& input, const Group& g, const Group& h, TieKind kind) {
  for (const auto x : g)
    for (const auto y : h)
      if (tied(input, x, y, kind)) return true;
  return false;
}

bool exclusive_values_differ(const AssignmentInput& input, const Group& g, const Group& h) {
  for (const auto x : g)
    for (const auto y : h)
      for (std::uint32_t column = 0; column < input.exclusive_columns; ++column) {
        const auto a = exclusive_value(input, x, column), b = exclusive_value(input, y, column);
        if (a && b && *a != *b) return true;
      }
  return false;
}

std::size_t find_group(const std::vector<Group>& groups, std::uint32_t node) {
  for (std::size_t g = 0; g < groups.size(); ++g)
    if (groups[g].contains(node)) return g;
  return groups.size();
}

std::vector<Tie> links_in_order(const AssignmentInput& input) {
  std::vector<Tie> links;
  for (const Tie& tie : input.ties)
    if (tie.kind == TieKind::kLink || tie.kind == TieKind::kSame) links.push_back(tie);
  std::stable_sort(links.begin(), links.end(), [](const Tie& x, const Tie& y) {
    if ((x.kind == TieKind::kSame) != (y.kind == TieKind::kSame)) return x.kind == TieKind::kSame;
    if (x.weight != y.weight) return x.weight > y.weight;
    return std::pair(x.a, x.b) < std::pair(y.a, y.b);
  });
  return links;
}

Outcome join_all(const AssignmentInput& input, const std::set<std::uint32_t>& aside) {
  Outcome outcome;
  for (std::uint32_t node = 0; node < input.nodes; ++node) outcome.groups.push_back({node});
  for (const Tie& link : links_in_order(input)) {
    const std::size_t g = find_group(outcome.groups, link.a), h = find_group(outcome.groups, link.b);
    if (g == h || aside.contains(link.a) != aside.contains(link.b)) continue;
    const Group& a = outcome.groups[g];
    const Group& b = outcome.groups[h];
    if (spanned_by(input, a, b, TieKind::kDifferent)) continue;
    const bool asserted = link.kind == TieKind::kSame;
    if (!asserted && (spanned_by(input, a, b, TieKind::kApart) || exclusive_values_differ(input, a, b))) {
      outcome.excluded.push_back(link);
      continue;
    }
    outcome.groups[g].insert(b.begin(), b.end());
    outcome.groups.erase(outcome.groups.begin() + static_cast<std::ptrdiff_t>(h));
  }
  return outcome;
}

std::optional<double> best_link(const AssignmentInput& input, std::uint32_t node, const Group& group) {
  std::optional<double> best;
  for (const Tie& tie : input.ties) {
    if (tie.kind != TieKind::kLink || (tie.a != node && tie.b != node)) continue;
    if (group.contains(tie.a == node ? tie.b : tie.a) && (!best || tie.weight > *best)) best = tie.weight;
  }
  return best;
}

bool is_undecided(const AssignmentInput& input, const Outcome& outcome, std::uint32_t node,
                  std::uint32_t other) {
  for (std::uint32_t column = 0; column < input.exclusive_columns; ++column)
    if (exclusive_value(input, node, column)) return false;
  const Group& rival = outcome.groups[find_group(outcome.groups, other)];
  if (spanned_by(input, {node}, rival, TieKind::kApart) ||
      spanned_by(input, {node}, rival, TieKind::kDifferent))
    return false;
  const auto own = best_link(input, node, outcome.groups[find_group(outcome.groups, node)]);
  const auto theirs = best_link(input, node, rival);
  return own && theirs && std::fabs(*own - *theirs) <= input.conflict_margin;
}

}  // namespace

std::vector<std::uint32_t> assign_identities(const AssignmentInput& input) {
  std::set<std::uint32_t> aside;
  for (;;) {
    const Outcome outcome = join_all(input, aside);
    std::set<std::uint32_t> more = aside;
    for (const Tie& link : outcome.excluded) {
      if (is_undecided(input, outcome, link.a, link.b)) more.insert(link.a);
      if (is_undecided(input, outcome, link.b, link.a)) more.insert(link.b);
    }
    if (more != aside) {
      aside = more;
      continue;
    }
    std::vector<std::uint32_t> group(input.nodes);
    for (std::uint32_t node = 0; node < input.nodes; ++node)
      group[node] = *outcome.groups[find_group(outcome.groups, node)].begin();
    return group;
  }
}

}  // namespace gmpi::reference
