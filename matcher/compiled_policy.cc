#include "matcher/compiled_policy.h"

namespace gmpi {

Result<CompiledPolicy> CompiledPolicy::compile(const Policy& policy, PackedRecords& records, bool lenient) {
  CompiledPolicy compiled;
  compiled.policy_ = policy;
  compiled.records_ = &records;
  for (std::size_t i = 0; i < policy.guards.size(); ++i) {
    const Guard& guard = policy.guards[i];
    auto condition = CompiledCondition::compile(guard.condition, records);
    if (condition) {
      auto& list = guard.apart ? compiled.apart_guards_ : compiled.review_guards_;
      list.push_back({std::move(*condition), guard.asks, static_cast<std::int16_t>(i)});
    } else if (lenient) {
      compiled.skipped_.push_back(guard.name + ": " + condition.error().message);
    } else {
      return make_error(condition.error().code, "guard '" + guard.name + "': " + condition.error().message);
    }
  }
  for (const auto& exclusive : policy.exclusive) {
    auto term = records.add_term({.kind = ExpressionKind::kColumn, .text = exclusive.column, .type = {}, .arguments = {}});
    if (term) {
      compiled.exclusive_terms_.push_back(*term);
    } else if (lenient) {
      compiled.skipped_.push_back(exclusive.name + ": " + term.error().message);
    } else {
      return make_error(term.error().code, "exclusive '" + exclusive.name + "': " + term.error().message);
    }
  }
  return compiled;
}

LinkDecision CompiledPolicy::decide(RecordView left, RecordView right, MatchWeight weight) const {
  LinkDecision decision{.kind = DecisionKind::kNone, .weight = weight};
  if (weight >= policy_.review_weight) decision.kind = DecisionKind::kReview;
  if (weight >= policy_.link_weight) decision.kind = DecisionKind::kLink;
  for (const auto& guard : apart_guards_) {
    if (!guard.condition.is_true(*records_, left, right)) continue;
    decision.guard = guard.index;
    decision.apart = true;
    break;
  }
  const bool link = decision.kind == DecisionKind::kLink;
  if (decision.apart) {
    if (link) decision.kind = DecisionKind::kReview;
    return decision;
  }
  for (const auto& guard : review_guards_) {
    if (guard.asks == link || !guard.condition.is_true(*records_, left, right)) continue;
    decision.guard = guard.index;
    decision.kind = DecisionKind::kReview;
    break;
  }
  return decision;
}

}  // namespace gmpi
