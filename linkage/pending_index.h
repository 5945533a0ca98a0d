// linkage/pending_index.h - the index as it will be once one record has its new content, or is gone.
//
// All questions of a decision are asked here: the record's line is the staged one, blocking keys are counted
// with its new keys in and its old keys out. With no pending record it is the index as it is.
//
// A key that more records have than the policy allows is split (blocking/block_split.h): the index keeps the
// rows of each of its parts. When the pending record makes a key too common, or ends that, the parts of all
// its records enter or leave; the pairs whose proposal can thereby change are those of the `Crossing`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "index/person_index.h"
#include "linkage/linking_rules.h"

namespace gmpi {

struct PendingRecord {
  RowId row = 0;
  RowId line = 0;               // where its new content stands
  bool live = true;             // false: it is being retracted
  std::string key_text;         // index/store_keys.h
  std::vector<RuleKey> before;  // ascending; empty when it was not live
  std::vector<RuleKey> after;   // ascending; empty when it will not be
};

/// A key, or one part of a key, that becomes too common or ceases to be.
struct Crossing {
  RuleId rule = 0;
  std::vector<RowId> rows;  // that have it, ascending; without the pending one
};

/// Borrows everything. Pure; as long as the index does not change.
/// Cost: the record's keys; where a key crosses the limit, all records that have it.
class PendingIndex {
 public:
  PendingIndex(const PersonIndex& index, const LinkingRules& rules, const PendingRecord* pending);

  const PersonIndex& index() const { return index_; }
  const LinkingRules& rules() const { return rules_; }
  const PendingRecord* pending() const { return pending_; }
  bool is_pending(RowId row) const { return pending_ != nullptr && row == pending_->row; }

  RecordView view(RowId row) const { return index_.records().view(is_pending(row) ? pending_->line : row); }
  std::string_view key_text(RowId row) const {
    return is_pending(row) ? std::string_view(pending_->key_text) : index_.key_text(row);
  }
  RecordKey key(RowId row) const;
  bool live(RowId row) const { return is_pending(row) ? pending_->live : index_.row(row).live; }
  /// None for a row that is new, or was not live.
  EnterpriseId identity_before(RowId row) const;

  // Ascending: what the change does to postings.
  const std::vector<BlockingKey>& keys_entered() const { return keys_entered_; }
  const std::vector<BlockingKey>& keys_left() const { return keys_left_; }
  const std::vector<PartPosting>& parts_entered() const { return parts_entered_; }
  const std::vector<PartPosting>& parts_left() const { return parts_left_; }

  const std::vector<Crossing>& becoming_common() const { return becoming_common_; }
  const std::vector<Crossing>& ceasing_common() const { return ceasing_common_; }
  /// Under a key that was and is too common: the neighbours among records of one content that the pending
  /// record had before, and those it has after. Ascending.
  const std::vector<RowId>& neighbours_before() const { return neighbours_before_; }
  const std::vector<RowId>& neighbours_after() const { return neighbours_after_; }

  /// Records that have the key.
  std::size_t count(BlockingKey key) const;
  bool too_common(BlockingKey key) const { return rules_.too_common(count(key)); }
  bool part_too_common(BlockingKey part) const;

  /// Rows that have the key, without the pending one. In no order.
  std::vector<RowId> others_with(BlockingKey key) const;
  /// Rows that meet `row` under a too common key of it because they share a field that few enough share; may
  /// repeat and hold the pending one.
  std::vector<RowId> rows_sharing_a_part(BlockingKey key, RowId row) const;
  /// The neighbours of `row` among the live records of its content, given that `key`, one of its keys, is too
  /// common. Ascending.
  std::vector<RowId> neighbours(BlockingKey key, RowId row) const;

  /// The two in the order of their record keys.
  std::pair<RowId, RowId> in_order(RowId a, RowId b) const {
    return key_text(a) < key_text(b) ? std::pair{a, b} : std::pair{b, a};
  }
  /// False for two records of one source when the model compares across sources only.
  bool comparable(RowId a, RowId b) const;
  bool holds(RuleId rule, RowId a, RowId b) const;
  /// Rules that hold for the pair and have a key under which it meets.
  std::vector<RuleId> proposing_rules(RowId a, RowId b) const;
  /// A steward's word proposes a pair whatever its keys.
  bool proposes(RowId a, RowId b) const { return asserted(a, b).has_value() || !proposing_rules(a, b).empty(); }
  /// The tie a steward's word makes.
  std::optional<TieKind> asserted(RowId a, RowId b) const { return index_.assertions().tie(a, b); }
  /// Rules that hold for the pair, though it does not meet under any of their keys: all are too common.
  std::vector<RuleId> silenced_rules(RowId a, RowId b) const;
  LinkDecision decide(RowId a, RowId b) const;

 private:
  struct OwnKey;  // a key of the pending record, before or after
  void take_key(const OwnKey& key);
  void cross_up(const OwnKey& key);
  void cross_down(const OwnKey& key);
  void move_parts(const OwnKey& key);
  void count_parts();
  RecordView view_before() const { return index_.records().view(pending_->row); }
  bool meets_by_fields(BlockingKey key, RecordView a, RecordView b) const;
  std::vector<RowId> rows_of_part(BlockingKey part) const;
  std::vector<RowId> others_of_content(BlockingKey key, RowId row) const;
  std::vector<RowId> nearest(RowId row, const std::vector<RowId>& others) const;
  std::string_view group_of(RowId row) const;

  const PersonIndex& index_;
  const LinkingRules& rules_;
  const PendingRecord* pending_;
  std::vector<BlockingKey> keys_entered_, keys_left_;
  std::vector<PartPosting> parts_entered_, parts_left_;
  std::vector<Crossing> becoming_common_, ceasing_common_;
  std::vector<RowId> neighbours_before_, neighbours_after_;
  std::vector<BlockingKey> newly_split_;                       // keys whose parts are not in the index yet
  boost::unordered_flat_map<BlockingKey, int> part_changes_;   // records more, or fewer, by part
};

/// Distinct keys, ascending.
std::vector<BlockingKey> posting_keys(const std::vector<RuleKey>& keys);

}  // namespace gmpi
