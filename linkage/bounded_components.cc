#include "linkage/bounded_components.h"

#include <algorithm>
#include <numeric>

#include <boost/unordered/unordered_flat_set.hpp>

#include "linkage/limits.h"

namespace gmpi {

bool passes_bar(TieKind kind, MatchWeight weight, bool same_content, MatchWeight link_weight, int level) {
  if (kind == TieKind::kSame) return true;
  if (kind != TieKind::kLink) return false;
  return same_content || (level < kLastBar && weight >= link_weight + kBarStepBits * level);
}

bool BoundedComponents::connects(const RecordTie& tie, RowId row, int level) const {
  if (tie.kind != TieKind::kLink) return tie.kind == TieKind::kSame;
  if (level == 0) return true;
  return passes_bar(tie.kind, tie.weight, graph_.same_content(row, tie.other), link_weight_, level);
}

bool BoundedComponents::known_too_large(RowId row, int level) const {
  const auto known = too_large_.find(row);
  return known != too_large_.end() && known->second >= level;
}

/// Nothing when it is too large.
std::optional<std::vector<RowId>> BoundedComponents::explore(RowId start, int level) {
  const bool bounded = records_max_ > 0 && level < kLastBar;
  std::vector<RowId> rows{start};
  boost::unordered_flat_set<RowId> seen{start};
  bool too_large = false;
  for (std::size_t i = 0; i < rows.size() && !too_large; ++i) {
    too_large = bounded && (rows.size() > records_max_ || known_too_large(rows[i], level));
    if (too_large) break;
    for (const RecordTie& tie : graph_.ties(rows[i]))
      if (connects(tie, rows[i], level) && seen.insert(tie.other).second) rows.push_back(tie.other);
  }
  if (!too_large && !(bounded && rows.size() > records_max_)) return rows;
  for (const RowId row : rows) {
    int& known = too_large_.try_emplace(row, level).first->second;
    known = std::max(known, level);
  }
  return std::nullopt;
}

BoundedComponents::Unit BoundedComponents::unit_of(RowId row) {
  for (int level = 0; level < kLastBar; ++level)
    if (!known_too_large(row, level))
      if (auto rows = explore(row, level)) return {std::move(*rows), level > 0};
  return {*explore(row, kLastBar), true};
}

std::vector<std::uint32_t> bounded_units(std::uint32_t nodes, std::span<const Tie> ties, MatchWeight link_weight,
                                         std::size_t records_max,
                                         const std::function<bool(std::uint32_t, std::uint32_t)>& same_content) {
  std::vector<std::uint32_t> unit(nodes, 0);
  std::vector<bool> settled(nodes, false);
  std::vector<std::uint32_t> root(nodes);
  const auto find = [&](std::uint32_t node) {
    while (root[node] != node) node = root[node] = root[root[node]];
    return node;
  };
  for (int level = 0; level <= kLastBar; ++level) {
    std::iota(root.begin(), root.end(), 0u);
    for (const Tie& tie : ties)
      if (!settled[tie.a] && !settled[tie.b] &&
          passes_bar(tie.kind, tie.weight, same_content(tie.a, tie.b), link_weight, level))
        root[find(tie.a)] = find(tie.b);
    std::vector<std::size_t> size(nodes, 0);
    for (std::uint32_t node = 0; node < nodes; ++node) ++size[find(node)];
    for (std::uint32_t node = 0; node < nodes; ++node) {
      if (settled[node]) continue;
      if (level < kLastBar && records_max > 0 && size[find(node)] > records_max) continue;
      settled[node] = true;
      unit[node] = find(node);
    }
  }
  return unit;
}

}  // namespace gmpi
