// The verb explain: why two records are, or are not, taken for one person. The live decision's own code path.

#include "index/store_keys.h"
#include "linkage/linker_impl.h"

namespace gmpi {

namespace {

std::vector<ExplainedComparison> explained(const ScoredPair& scored, const LinkageModel& model) {
  std::vector<ExplainedComparison> out;
  for (std::size_t i = 0; i < scored.comparisons.size(); ++i) {
    const ComparisonOutcome& outcome = scored.comparisons[i];
    const Comparison& comparison = model.comparisons[i];
    const std::string level = outcome.level < 0
                                  ? "no level holds"
                                  : comparison.levels[static_cast<std::size_t>(outcome.level)].label;
    out.push_back({comparison.output_column_name, level, outcome.weight, outcome.tf_adjustment});
  }
  return out;
}

/// For each rule that holds but does not propose the pair, how many records share the pair's keys.
std::vector<RuleCut> silenced_cuts(const PendingIndex& now, RowId left, RowId right) {
  std::vector<RuleCut> cuts;
  std::vector<BlockingKey> keys;
  for (const RuleId rule : now.silenced_rules(left, right)) {
    keys.clear();
    now.rules().plan().append_common_keys(rule, now.view(left), now.view(right), keys);
    RuleCut cut{.rule = rule, .keys = static_cast<std::uint32_t>(keys.size())};
    for (const BlockingKey key : keys) cut.records += now.count(key);
    cuts.push_back(cut);
  }
  return cuts;
}

}  // namespace

Result<PairExplanation> Linker::explain_pair(const RecordKey& left, const RecordKey& right) const {
  if (auto good = check_record_key(left); !good) return good.error();
  if (auto good = check_record_key(right); !good) return good.error();
  if (left == right) return make_error(ErrorCode::kInvalidInput, "a record is not compared with itself");
  return impl_->read([&](ReadFootprint& seen) -> Result<PairExplanation> {
    const PersonIndex& index = impl_->index;
    const auto a = index.find(left), b = index.find(right);
    for (const auto& row : {a, b})
      if (row) seen.record(*row), seen.identity(index.row(*row).identity);
    if (!a || !b || !index.row(*a).live || !index.row(*b).live)
      return make_error(ErrorCode::kNotFound, (!a || !index.row(*a).live) ? "no such record: the first one"
                                                                          : "no such record: the second one");
    const PendingIndex now(index, *impl_->rules, nullptr);
    const auto [first, second] = now.in_order(*a, *b);
    const RecordView l = now.view(first), r = now.view(second);
    for (const RecordView& view : {l, r})  // how common they are decides what is proposed
      for (const RuleKey& key : impl_->rules->keys(view)) seen.key(key.key);
    const ScoredPair scored = impl_->rules->model().score(l, r);

    PairExplanation out;
    out.decision = impl_->rules->decide(l, r);
    out.prior_weight = scored.prior_weight;
    out.comparisons = explained(scored, impl_->bundle.model);
    for (const RuleId rule : now.proposing_rules(first, second))
      out.blocking_rules.push_back(impl_->bundle.model.blocking_rules[rule].sql);
    out.cuts = impl_->named(silenced_cuts(now, first, second));
    if (out.decision.guard != LinkDecision::kNoGuard) {
      const Guard& guard = impl_->rules->policy().guards[static_cast<std::size_t>(out.decision.guard)];
      out.guard_name = guard.name;
      out.guard_reason = guard.reason;
    }
    out.same_identity = index.row(*a).identity == index.row(*b).identity;
    out.model_version = impl_->bundle.version;
    return out;
  });
}

}  // namespace gmpi
