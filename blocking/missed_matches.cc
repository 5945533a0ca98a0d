#include "blocking/missed_matches.h"

#include <algorithm>
#include <numeric>

#include "base/random.h"

namespace gmpi {
namespace {

constexpr std::size_t kOfGroupMost = 12;  // records of one group that are paired: one large group is not the file

/// Rows in groups of two and more, group after group; groups in an order that has nothing to do with the records.
std::vector<RowId> rows_by_group(std::span<const RowId> group) {
  std::vector<std::uint32_t> size(group.size(), 0);
  for (const RowId g : group) ++size[g];
  std::vector<RowId> rows;
  for (RowId row = 0; row < group.size(); ++row)
    if (size[group[row]] > 1) rows.push_back(row);
  std::sort(rows.begin(), rows.end(), [&](RowId a, RowId b) {
    return group[a] != group[b] ? mix64(group[a]) < mix64(group[b]) : a < b;
  });
  return rows;
}

}  // namespace

std::uint64_t RuleCaptures::reached() const {
  return pairs.empty() ? 0 : std::accumulate(pairs.begin() + 1, pairs.end(), std::uint64_t{0});
}

double RuleCaptures::missed() const {
  if (pairs.size() < 2) return 0;
  const double rules = static_cast<double>(pairs.size() - 1);
  const double once = static_cast<double>(pairs[1]), twice = pairs.size() > 2 ? static_cast<double>(pairs[2]) : 0;
  const double bound = (rules - 1) / rules * once * (once - 1) / (2 * (twice + 1));
  return std::max(std::max(0.0, bound), static_cast<double>(pairs[0]));
}

double RuleCaptures::missed_share() const {
  const double all = static_cast<double>(reached()) + missed();
  return all > 0 ? missed() / all : 0;
}

std::size_t rules_that_hold(const BlockingPlan& plan, RecordView left, RecordView right) {
  std::size_t count = 0;
  for (RuleId rule = 0; rule < plan.rules(); ++rule)
    count += plan.holds(rule, left, right);
  return count;
}

RuleCaptures captures_of_groups(const BlockingPlan& plan, const PackedRecords& records, std::span<const RowId> group,
                                const CaptureOptions& options) {
  RuleCaptures captures;
  captures.pairs.resize(plan.rules() + 1, 0);
  const auto rows = rows_by_group(group);
  std::size_t seen = 0;
  for (std::size_t first = 0, last = 0; first < rows.size() && seen < options.pairs_max; first = last) {
    while (last < rows.size() && group[rows[last]] == group[rows[first]]) ++last;
    const std::size_t end = std::min(last, first + kOfGroupMost);
    for (std::size_t i = first; i < end; ++i)
      for (std::size_t j = i + 1; j < end; ++j) {
        if (!options.source.empty() && options.source[rows[i]] == options.source[rows[j]]) continue;
        const bool ordered = options.rank[rows[i]] < options.rank[rows[j]];
        const RowId left = rows[ordered ? i : j], right = rows[ordered ? j : i];
        ++captures.pairs[rules_that_hold(plan, records.view(left), records.view(right))];
        ++seen;
      }
  }
  return captures;
}

}  // namespace gmpi
