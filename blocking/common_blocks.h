// blocking/common_blocks.h - the too common keys of a batch: who still meets under them (block_split.h).
//
// Filled rule by rule, before the rule's pairs are proposed; then a later rule can ask whether an earlier one proposed a
// pair. Threads: add() from one; the rest from any while nothing is added. Memory: O(records under such keys x fields).
// Tested through batch_pairs.h by tests/blocking/batch_pairs_test.cc against all pairs by brute force.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "blocking/block_split.h"

namespace gmpi {

/// Records that may meet under one key: those of a part that few enough share, or neighbours of one content.
struct MeetingRows {
  BlockingKey key = 0;
  BlockSplit::Field field = 0;  // behind the last one: neighbours
  std::vector<RowId> rows;  // in the order of their ids
};

class CommonBlocks {
 public:
  /// `split`: null when nobody is to meet under such a key. `same_group(a, b)`: the two are not to be compared.
  CommonBlocks(const BlockingPlan& plan, const PackedRecords& records, const BlockSplit* split, std::uint32_t limit,
               std::function<bool(RowId, RowId)> same_group)
      : plan_(plan), records_(records), split_(split), limit_(limit), same_group_(std::move(same_group)), keys_(plan.rules()) {}

  /// A key of the rule that too many records have: `rows`, in the order of their ids. Returns who may meet under it;
  /// a pair may stand in several of them, and
  /// is first in one.
  std::vector<MeetingRows> add(RuleId rule, BlockingKey key, std::span<const RowId> rows);

  bool any(RuleId rule) const { return !keys_[rule].empty(); }
  bool contains(RuleId rule, BlockingKey key) const { return keys_[rule].contains(key); }
  /// Whether the pair, of `meeting`, stands in no other one before it.
  bool is_first(const MeetingRows& meeting, RowId left, RowId right) const;
  /// Whether a pair that shares the key, which is too common, meets under it. `left` has the lower id.
  bool meet(BlockingKey key, RowId left, RowId right) const;
  /// Whether a pair for which the rule holds meets under any of its keys.
  bool meet_by(RuleId rule, RowId left, RowId right) const;

 private:
  void add_parts(BlockingKey key, BlockSplit::Field field, std::span<const RowId> rows, std::vector<MeetingRows>& meeting);
  void add_neighbours(BlockingKey key, std::span<const RowId> rows, std::vector<MeetingRows>& meeting);
  bool meet_by_field(BlockingKey key, BlockSplit::Field below, RowId left, RowId right) const;
  bool are_neighbours(RowId left, RowId right) const {
    return neighbours_.contains(std::uint64_t{left} << 32 | right);
  }

  const BlockingPlan& plan_;
  const PackedRecords& records_;
  const BlockSplit* split_;
  const std::uint32_t limit_;
  const std::function<bool(RowId, RowId)> same_group_;
  std::vector<boost::unordered_flat_set<BlockingKey>> keys_;      // too common, by rule
  boost::unordered_flat_set<BlockingKey> common_parts_;
  boost::unordered_flat_set<std::uint64_t> neighbours_;           // left and right row
};

}  // namespace gmpi
