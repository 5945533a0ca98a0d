// linkage/pending_index.h - the index as it will be once one record has its new content, or is gone.
//
// All questions of a decision are asked here: the record's line is the staged one, blocking keys are counted
// with its new keys in and its old keys out. With no pending record it is the index as it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// Borrows everything. Pure; as long as the index does not change.
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

  /// Ascending.
  const std::vector<BlockingKey>& keys_entered() const { return entered_; }
  const std::vector<BlockingKey>& keys_left() const { return left_; }

  bool is_generic(BlockingKey key) const;
  /// Rows that have the key, without the pending one.
  std::vector<RowId> others_with(BlockingKey key) const;

  /// The two in the order of their record keys.
  std::pair<RowId, RowId> in_order(RowId a, RowId b) const {
    return key_text(a) < key_text(b) ? std::pair{a, b} : std::pair{b, a};
  }
  /// False for two records of one source when the model compares across sources only.
  bool comparable(RowId a, RowId b) const;
  bool holds(RuleId rule, RowId a, RowId b) const;
  /// Rules that hold for the pair and have a key for it that is not generic.
  std::vector<RuleId> proposing_rules(RowId a, RowId b) const;
  bool proposes(RowId a, RowId b) const { return !proposing_rules(a, b).empty(); }
  LinkDecision decide(RowId a, RowId b) const;

 private:
  const PersonIndex& index_;
  const LinkingRules& rules_;
  const PendingRecord* pending_;
  std::vector<BlockingKey> entered_, left_;
};

/// Distinct keys, ascending.
std::vector<BlockingKey> posting_keys(const std::vector<RuleKey>& keys);

}  // namespace gmpi
