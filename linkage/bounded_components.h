// linkage/bounded_components.h - within which records groups are assigned: components of links, none of them too large.
//
// Groups are formed within the records that links connect. Where links connect more records than the policy allows
// (`[grouping] records_max`), something is wrong with them, or with the records: a chain of look-alikes, a test
// patient. Then the bar is raised: only links of ten bits more connect, then of twenty, and so on; at last only a
// steward's word, and equal contents. So the unit of a record is the component at the lowest bar at which that
// component is small enough. Links between units are not followed and go to review ("oversize").
//
//     records_max 3, link threshold 12    A -40- B -15- C -35- D -14- E        units: {A, B} {C, D} {E}
//
// Units follow from the set of records and links alone. Records of one content are never parted, however many.
// Cost of unit_of(): (number of bars) x records_max, and the ties of those records; one content's records more.
// Tested by tests/linkage/bounded_components_test.cc and, in the whole, against tests/reference/plain_linker.h.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "linkage/identity_assignment.h"
#include "models/tie.h"

namespace gmpi {

class BoundedComponents {
 public:
  struct Graph {
    std::function<std::span<const RecordTie>(RowId)> ties;
    std::function<bool(RowId, RowId)> same_content;
  };

  /// `records_max`: 0: no limit.
  BoundedComponents(Graph graph, MatchWeight link_weight, std::size_t records_max)
      : graph_(std::move(graph)), link_weight_(link_weight), records_max_(records_max) {}

  struct Unit {
    std::vector<RowId> rows;  // in no order
    bool cut = false;         // links to other units exist
  };
  Unit unit_of(RowId row);

 private:
  std::optional<std::vector<RowId>> explore(RowId start, int level);
  bool connects(const RecordTie& tie, RowId row, int level) const;
  bool known_too_large(RowId row, int level) const;

  const Graph graph_;
  const MatchWeight link_weight_;
  const std::size_t records_max_;
  boost::unordered_flat_map<RowId, int> too_large_;  // the highest level at which a row's component is known to be
};

/// True when a tie that connects does so with the bar at `level`; the last level is kLastBar.
bool passes_bar(TieKind kind, MatchWeight weight, bool same_content, MatchWeight link_weight, int level);

/// The same for a set known as a whole: a number for each node's unit, the same for two of one unit. Of `ties` the
/// connecting ones count. `same_content(a, b)` of two nodes.
std::vector<std::uint32_t> bounded_units(std::uint32_t nodes, std::span<const Tie> ties, MatchWeight link_weight,
                                         std::size_t records_max,
                                         const std::function<bool(std::uint32_t, std::uint32_t)>& same_content);

}  // namespace gmpi
