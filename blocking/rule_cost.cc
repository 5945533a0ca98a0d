#include "blocking/rule_cost.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "blocking/sorted_keys.h"

namespace gmpi {

namespace {

/// Rows by side under the keys of one rule.
class Histogram {
 public:
  Histogram(const BlockingPlan& plan, const PackedRecords& records, const RuleCostOptions& options, RuleId rule)
      : plan_(plan), records_(records), options_(options), rule_(rule) {}

  RuleCost cost() {
    const auto left = entries(Side::kLeft);
    const auto right = plan_.symmetric(rule_) ? LargeVector<KeyEntry>() : entries(Side::kRight);
    cost_.exact = plan_.symmetric(rule_) && !plan_.explodes(rule_) && !plan_.residual(rule_);
    cost_.records = count_records(left);
    auto other = right.begin();
    for (std::size_t first = 0, last = 0; first < left.size(); first = last) {
      while (last < left.size() && left[last].key == left[first].key) ++last;
      ++cost_.keys;
      const std::span<const KeyEntry> group(left.data() + first, last - first);
      if (plan_.symmetric(rule_)) {
        add_group(group.size(), pairs_within(group), left[first].position);
      } else {
        while (other != right.end() && other->key < left[first].key) ++other;
        const auto begin = other;
        while (other != right.end() && other->key == left[first].key) ++other;
        const std::span<const KeyEntry> others(&*begin, static_cast<std::size_t>(other - begin));
        add_group(group.size() + others.size(), pairs_across(group, others), left[first].position);
      }
    }
    std::sort_heap(cost_.largest.begin(), cost_.largest.end(), larger);
    return std::move(cost_);
  }

 private:
  static bool larger(const BlockFacts& a, const BlockFacts& b) {
    return a.pairs != b.pairs ? a.pairs > b.pairs : a.member < b.member;
  }

  LargeVector<KeyEntry> entries(Side side) const {
    return sorted_keys(records_.rows(), plan_.explodes(rule_), [&](RowId row, std::vector<BlockingKey>& keys) {
      plan_.append_keys(rule_, records_.view(row), side, keys);
    });
  }

  std::uint64_t count_records(const LargeVector<KeyEntry>& entries) const {
    std::vector<bool> seen(records_.rows());
    for (const auto& entry : entries) seen[entry.position] = true;
    return static_cast<std::uint64_t>(std::count(seen.begin(), seen.end(), true));
  }

  /// How many of the rows each source has; the number of sources is small beside the rows.
  std::map<std::uint32_t, std::uint64_t> by_source(std::span<const KeyEntry> group) const {
    std::map<std::uint32_t, std::uint64_t> counts;
    if (!options_.pairs.source.empty())
      for (const auto& entry : group) ++counts[options_.pairs.source[entry.position]];
    return counts;
  }

  static std::uint64_t pairs_of(std::uint64_t n) { return n * (n - 1) / 2; }

  std::uint64_t pairs_within(std::span<const KeyEntry> group) const {
    std::uint64_t pairs = pairs_of(group.size());
    for (const auto& [source, n] : by_source(group)) pairs -= pairs_of(n);
    return pairs;
  }

  /// A record may stand on both sides; it is no pair with itself, nor with another of its source.
  std::uint64_t pairs_across(std::span<const KeyEntry> left, std::span<const KeyEntry> right) const {
    std::uint64_t pairs = left.size() * right.size();
    if (options_.pairs.source.empty()) {
      std::vector<KeyEntry> both;
      std::set_intersection(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(both));
      return pairs - both.size();
    }
    const auto others = by_source(right);
    for (const auto& [source, n] : by_source(left))
      if (const auto same = others.find(source); same != others.end()) pairs -= n * same->second;
    return pairs;
  }

  void add_group(std::uint64_t records, std::uint64_t pairs, RowId member) {
    if (options_.pairs.block_records_max > 0 && records > options_.pairs.block_records_max) return;
    cost_.pairs += pairs;
    if (pairs == 0 || options_.largest_blocks == 0) return;
    auto& largest = cost_.largest;  // a heap whose front is the least of them
    if (largest.size() == options_.largest_blocks) {
      if (!larger({records, pairs, member}, largest.front())) return;
      std::pop_heap(largest.begin(), largest.end(), larger);
      largest.pop_back();
    }
    largest.push_back({records, pairs, member});
    std::push_heap(largest.begin(), largest.end(), larger);
  }

  const BlockingPlan& plan_;
  const PackedRecords& records_;
  const RuleCostOptions& options_;
  const RuleId rule_;
  RuleCost cost_;
};

}  // namespace

std::vector<RuleCost> rule_costs(const BlockingPlan& plan, const PackedRecords& records,
                                 const RuleCostOptions& options) {
  std::vector<RuleCost> costs;
  std::uint64_t pairs = 0;
  for (RuleId rule = 0; rule < plan.rules(); ++rule) {
    costs.push_back(Histogram(plan, records, options, rule).cost());
    pairs += costs.back().pairs;
  }
  if (pairs > options.marginal_pairs_max) return costs;
  const auto reports = for_each_pairs(plan, records, options.pairs, [](std::span<const RowPair>, RuleId, std::size_t) {});
  for (std::size_t rule = 0; rule < costs.size(); ++rule) costs[rule].marginal_pairs = reports[rule].pairs;
  return costs;
}

}  // namespace gmpi
