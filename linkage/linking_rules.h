// linkage/linking_rules.h - a model bundle made ready to judge records one by one: keys, pairs, decisions.
//
// The weight of a pair is a function of the pair: of two stored records, `left` is the one whose key comes
// first. Frequencies are the bundle's frozen ones; counting them from what has arrived would make a decision
// depend on the order of arrival, so a model that asks for frequencies its bundle lacks is refused.
//
// Threads: const functions from any thread while no line is packed. Cost: as blocking_plan.h,
// compiled_model.h.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "blocking/block_split.h"
#include "blocking/blocking_plan.h"
#include "matcher/compiled_model.h"
#include "matcher/compiled_policy.h"
#include "models/model_bundle.h"
#include "models/tie.h"

namespace gmpi {

/// One way to find a record.
struct RuleKey {
  BlockingKey key = 0;
  RuleId rule = 0;

  auto operator<=>(const RuleKey&) const = default;
};

class LinkingRules {
 public:
  /// `records` must outlive the rules and hold no rows yet.
  /// Errors: kInvalidInput, kUnsupported (a rule that reads different terms of its two sides).
  static Result<std::unique_ptr<LinkingRules>> compile(const ModelBundle& bundle, const Policy& policy,
                                                       PackedRecords& records);

  /// All keys of a record, ascending, without repeats.
  std::vector<RuleKey> keys(RecordView record) const;
  bool too_common(std::size_t records) const {
    return policy().block_records_max > 0 && records > policy().block_records_max;
  }
  /// What a key that is too common is split by.
  const BlockSplit& split() const { return split_; }
  const BlockingPlan& plan() const { return plan_; }
  const CompiledModel& model() const { return model_; }
  const Policy& policy() const { return policy_.policy(); }
  const std::vector<TermId>& exclusive_terms() const { return policy_.exclusive_terms(); }
  /// Has a value of a column that no two people share (the policy's exclusive columns).
  bool has_exclusive_value(RecordView record) const;
  bool share_exclusive_value(RecordView a, RecordView b) const;
  /// Records of one source are not compared.
  bool across_sources_only() const { return model_.model().link_type == LinkType::kLinkOnly; }

  LinkDecision decide(RecordView left, RecordView right) const {
    return policy_.decide(left, right, model_.weight(left, right));
  }
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// Call after packing lines, before deciding about them.
  void refresh() { model_.refresh(); }

 private:
  LinkingRules(BlockingPlan plan, BlockSplit split, CompiledModel model, CompiledPolicy policy)
      : plan_(std::move(plan)),
        split_(std::move(split)),
        model_(std::move(model)),
        policy_(std::move(policy)) {}
  Status add_residual_tests(PackedRecords& records);

  const PackedRecords* records_ = nullptr;
  BlockingPlan plan_;
  BlockSplit split_;
  CompiledModel model_;
  CompiledPolicy policy_;
  std::vector<std::unique_ptr<CompiledCondition>> residuals_;
  std::vector<std::string> warnings_;
};

/// What a decision is in the identity graph; nothing when the pair is not worth a tie.
std::optional<TieKind> tie_kind(const LinkDecision& decision);

/// False when a tie of this kind, spanning two identities, is no question for a steward. One that is held apart asks
/// only when the two share an exclusive value.
inline bool may_ask(TieKind kind, bool exclusive) {
  return kind == TieKind::kApart ? exclusive : kind != TieKind::kDifferent;
}

}  // namespace gmpi
