#include "blocking/batch_pairs.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include <boost/unordered/unordered_flat_set.hpp>
#include <tbb/blocked_range.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_sort.h>
#include <tbb/task_arena.h>

namespace gmpi {

namespace {

struct Entry {
  BlockingKey key;
  RowId row;
  bool operator<(const Entry& other) const { return key != other.key ? key < other.key : row < other.row; }
};

/// Keys above the limit, by rule.
using GenericKeys = std::vector<boost::unordered_flat_set<BlockingKey>>;

std::vector<Entry> sorted_entries(const BlockingPlan& plan, const PackedRecords& records, RuleId rule, Side side) {
  tbb::enumerable_thread_specific<std::vector<Entry>> parts;
  tbb::parallel_for(tbb::blocked_range<RowId>(0, static_cast<RowId>(records.rows()), 4096), [&](const auto& range) {
    auto& part = parts.local();
    std::vector<BlockingKey> keys;
    for (RowId row = range.begin(); row != range.end(); ++row) {
      keys.clear();
      plan.append_keys(rule, records.view(row), side, keys);
      for (const auto key : keys) part.push_back({key, row});
    }
  });
  std::vector<Entry> entries;
  for (const auto& part : parts) entries.insert(entries.end(), part.begin(), part.end());
  tbb::parallel_sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end(),
                            [](const Entry& a, const Entry& b) { return a.key == b.key && a.row == b.row; }),
                entries.end());
  return entries;
}

/// One rule over the whole set.
class RuleRun {
 public:
  RuleRun(const BlockingPlan& plan, const PackedRecords& records, const BatchPairsOptions& options, RuleId rule,
          GenericKeys& generic, const PairSink& sink)
      : plan_(plan), records_(records), options_(options), rule_(rule), generic_(generic), sink_(sink) {}

  RuleReport run() {
    left_ = sorted_entries(plan_, records_, rule_, Side::kLeft);
    if (!plan_.symmetric(rule_)) right_ = sorted_entries(plan_, records_, rule_, Side::kRight);
    find_generic_keys();
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, left_.size(), 512), [&](const auto& range) {
      std::uint64_t pairs = 0;
      for (std::size_t i = range.begin(); i != range.end(); ++i) pairs += pairs_of(i);
      pairs_ += pairs;
    });
    report_.pairs = pairs_;
    return report_;
  }

 private:
  const std::vector<Entry>& others() const { return plan_.symmetric(rule_) ? left_ : right_; }

  void find_generic_keys() {
    const auto& entries = left_;
    for (std::size_t first = 0, last = 0; first < entries.size(); first = last) {
      while (last < entries.size() && entries[last].key == entries[first].key) ++last;
      const std::uint64_t size = last - first;
      ++report_.keys;
      if (options_.block_records_max > 0 && size > options_.block_records_max) {
        ++report_.generic_keys;
        report_.generic_records += size;
        generic_[rule_].insert(entries[first].key);
      } else {
        report_.largest_block = std::max(report_.largest_block, size);
      }
    }
  }

  std::uint64_t pairs_of(std::size_t i) {
    const Entry& entry = left_[i];
    if (generic_[rule_].contains(entry.key)) return 0;
    const auto& list = others();
    std::size_t j = i + 1;
    if (!plan_.symmetric(rule_))
      j = static_cast<std::size_t>(std::lower_bound(list.begin(), list.end(), Entry{entry.key, 0}) - list.begin());
    std::uint64_t pairs = 0;
    for (; j < list.size() && list[j].key == entry.key; ++j)
      if (propose(entry.row, list[j].row, entry.key)) ++pairs;
    return pairs;
  }

  bool propose(RowId a, RowId b, BlockingKey key) {
    if (a == b || (!options_.source.empty() && options_.source[a] == options_.source[b])) return false;
    const bool ordered = options_.rank[a] < options_.rank[b];
    // A rule that reads different terms of the two sides holds in one direction only: left must be the lower id.
    if (!ordered && !plan_.symmetric(rule_)) return false;
    const RowId left = ordered ? a : b, right = ordered ? b : a;
    const RecordView l = records_.view(left), r = records_.view(right);
    if (!plan_.holds(rule_, l, r) || !first_common_key(l, r, key)) return false;
    for (RuleId earlier = 0; earlier < rule_; ++earlier)
      if (plan_.holds(earlier, l, r) && !all_generic(earlier, l, r)) return false;
    sink_(left, right, rule_, static_cast<std::size_t>(tbb::this_task_arena::current_thread_index()));
    return true;
  }

  /// With exploded lists a pair meets under several keys; it is proposed under the least of those in use.
  bool first_common_key(RecordView l, RecordView r, BlockingKey key) const {
    if (!plan_.explodes(rule_)) return true;
    std::vector<BlockingKey> keys;
    plan_.append_common_keys(rule_, l, r, keys);
    return std::none_of(keys.begin(), keys.end(),
                        [&](BlockingKey other) { return other < key && !generic_[rule_].contains(other); });
  }

  bool all_generic(RuleId rule, RecordView l, RecordView r) const {
    if (generic_[rule].empty()) return false;
    std::vector<BlockingKey> keys;
    plan_.append_common_keys(rule, l, r, keys);
    return std::all_of(keys.begin(), keys.end(), [&](BlockingKey key) { return generic_[rule].contains(key); });
  }

  const BlockingPlan& plan_;
  const PackedRecords& records_;
  const BatchPairsOptions& options_;
  const RuleId rule_;
  GenericKeys& generic_;
  const PairSink& sink_;
  std::vector<Entry> left_, right_;
  RuleReport report_;
  std::atomic<std::uint64_t> pairs_{0};
};

}  // namespace

std::size_t batch_workers() { return static_cast<std::size_t>(tbb::this_task_arena::max_concurrency()); }

std::vector<RuleReport> for_each_pair(const BlockingPlan& plan, const PackedRecords& records,
                                      const BatchPairsOptions& options, const PairSink& sink) {
  std::vector<RuleReport> reports;
  GenericKeys generic(plan.rules());
  for (std::size_t rule = 0; rule < plan.rules(); ++rule)
    reports.push_back(RuleRun(plan, records, options, static_cast<RuleId>(rule), generic, sink).run());
  return reports;
}

}  // namespace gmpi
