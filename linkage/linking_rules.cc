#include "linkage/linking_rules.h"

#include <algorithm>

#include "blocking/limits.h"
#include "matcher/limits.h"

namespace gmpi {

namespace {

static_assert(kSplitByMost <= kSplitFieldsMax, "a policy that is read can be compiled");

/// Says which columns the model adjusts without frequencies to do it by.
std::vector<std::string> missing_frequencies(const ModelBundle& bundle) {
  std::vector<std::string> warnings;
  for (const Comparison& comparison : bundle.model.comparisons)
    for (const ComparisonLevel& level : comparison.levels) {
      if (level.tf_column.empty() || level.tf_weight == 0) continue;
      const bool known =
          std::any_of(bundle.term_frequencies.begin(), bundle.term_frequencies.end(),
                      [&](const TermFrequencyTable& table) { return table.column == level.tf_column; });
      const std::string warning = "the model adjusts '" + level.tf_column +
                                  "' by term frequency, but the bundle has no tf/" + level.tf_column +
                                  ".csv: agreement on a common value counts as much as on a rare one";
      if (!known && std::find(warnings.begin(), warnings.end(), warning) == warnings.end())
        warnings.push_back(warning);
    }
  return warnings;
}

}  // namespace

Status LinkingRules::add_residual_tests(PackedRecords& records) {
  for (RuleId rule = 0; rule < plan_.rules(); ++rule) {
    if (!plan_.symmetric(rule))
      return make_error(ErrorCode::kUnsupported,
                        "blocking rule " + std::to_string(rule) + " (" +
                            model_.model().blocking_rules[rule].sql +
                            ") reads different terms of its two sides: only batch linkage can");
    if (!plan_.residual(rule)) continue;
    auto condition = CompiledCondition::compile(*plan_.residual(rule), records);
    if (!condition) return condition.error();
    residuals_.push_back(std::make_unique<CompiledCondition>(std::move(*condition)));
    plan_.set_residual_test(rule,
                            [test = residuals_.back().get(), &records](RecordView left, RecordView right) {
                              return test->is_true(records, left, right);
                            });
  }
  return Done{};
}

Result<std::unique_ptr<LinkingRules>> LinkingRules::compile(const ModelBundle& bundle, const Policy& policy,
                                                            PackedRecords& records) {
  auto plan = BlockingPlan::compile(bundle.model, records);
  if (!plan) return plan.error();
  auto split = BlockSplit::compile(policy.split_by, records);
  if (!split) return split.error();
  auto model = CompiledModel::compile(bundle.model, records);
  if (!model) return model.error();
  auto compiled_policy = CompiledPolicy::compile(policy, records, /*lenient=*/false);
  if (!compiled_policy) return compiled_policy.error();
  std::unique_ptr<LinkingRules> rules(
      new LinkingRules(std::move(*plan), std::move(*split), std::move(*model), std::move(*compiled_policy)));
  rules->records_ = &records;
  if (auto good = rules->add_residual_tests(records); !good) return good.error();
  rules->model_.use_frequencies(bundle.term_frequencies);
  rules->warnings_ = missing_frequencies(bundle);
  return rules;
}

std::vector<RuleKey> LinkingRules::keys(RecordView record) const {
  std::vector<RuleKey> all;
  std::vector<BlockingKey> keys;
  for (RuleId rule = 0; rule < plan_.rules(); ++rule) {
    keys.clear();
    plan_.append_keys(rule, record, Side::kLeft, keys);
    for (const BlockingKey key : keys) all.push_back({key, rule});
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

bool LinkingRules::has_exclusive_value(RecordView record) const {
  return std::any_of(exclusive_terms().begin(), exclusive_terms().end(),
                     [&](TermId term) { return records_->term_id(term, record) != kMissing; });
}

bool LinkingRules::share_exclusive_value(RecordView a, RecordView b) const {
  return std::any_of(exclusive_terms().begin(), exclusive_terms().end(), [&](TermId term) {
    const ValueId value = records_->term_id(term, a);
    return value != kMissing && value == records_->term_id(term, b);
  });
}

std::optional<TieKind> tie_kind(const LinkDecision& decision) {
  if (decision.apart) return TieKind::kApart;
  switch (decision.kind) {
    case DecisionKind::kLink: return TieKind::kLink;
    case DecisionKind::kReview: return TieKind::kReview;
    case DecisionKind::kNone: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace gmpi
