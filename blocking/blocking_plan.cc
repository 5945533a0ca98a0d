#include "blocking/blocking_plan.h"

#include <algorithm>
#include <functional>

#include "base/random.h"
#include "blocking/limits.h"

namespace gmpi {

namespace {

BlockingKey combine(BlockingKey key, std::uint64_t part) { return mix64(key ^ (part * 0x9e3779b97f4a7c15ULL)); }

void append_conjuncts(const Expression& expression, std::vector<Expression>& conjuncts) {
  if (!expression.is_call("and")) {
    conjuncts.push_back(expression);
    return;
  }
  for (const auto& argument : expression.arguments) append_conjuncts(argument, conjuncts);
}

bool reads_one_side(const Expression& expression, Side side) {
  const Side other = side == Side::kLeft ? Side::kRight : Side::kLeft;
  return !columns_of(expression, side).empty() && columns_of(expression, other).empty();
}

std::vector<ValueId> common_elements(std::span<const ValueId> a, std::span<const ValueId> b) {
  std::vector<ValueId> common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return common;
}

/// Appends the key of each choice of one element per list.
void append_choices(BlockingKey key, std::span<const std::span<const ValueId>> lists, std::vector<BlockingKey>& keys) {
  if (lists.empty()) {
    keys.push_back(key);
    return;
  }
  for (const ValueId element : lists[0])
    if (!(element & kOverlayBit)) append_choices(combine(key, element), lists.subspan(1), keys);
}

}  // namespace

Result<BlockingPlan::Rule> BlockingPlan::compile_rule(const BlockingRule& source) {
  Rule rule;
  std::vector<Expression> conjuncts, rest;
  append_conjuncts(source.condition, conjuncts);
  for (const auto& conjunct : conjuncts) {
    const Expression* l = nullptr;
    const Expression* r = nullptr;
    if (conjunct.is_call("=")) {
      const auto& a = conjunct.arguments[0];
      const auto& b = conjunct.arguments[1];
      if (reads_one_side(a, Side::kLeft) && reads_one_side(b, Side::kRight)) l = &a, r = &b;
      if (reads_one_side(a, Side::kRight) && reads_one_side(b, Side::kLeft)) l = &b, r = &a;
    }
    if (l == nullptr) {
      rest.push_back(conjunct);
      continue;
    }
    auto left = writable_->add_term(*l);
    if (!left) return left.error();
    auto right = writable_->add_term(*r);
    if (!right) return right.error();
    const bool exploded = std::any_of(source.arrays_to_explode.begin(), source.arrays_to_explode.end(),
                                      [&](const auto& name) { return l->kind == ExpressionKind::kColumn && l->text == name; });
    if (exploded && (*left != *right || !writable_->term_is_list(*left)))
      return make_error(ErrorCode::kUnsupported, "an exploded list must be compared as l.x = r.x");
    if (exploded) {
      rule.exploded.push_back(*left);
    } else {
      rule.equalities.push_back({*left, *right, writable_->comparable_by_id(*left, *right)});
      rule.symmetric = rule.symmetric && *left == *right;
    }
  }
  if (rule.exploded.size() != source.arrays_to_explode.size())
    return make_error(ErrorCode::kUnsupported, "an exploded list must be compared as l.x = r.x");
  if (rule.equalities.empty() && rule.exploded.empty())
    return make_error(ErrorCode::kUnsupported, "no equality between the two records to block on");
  if (rest.size() == 1) rule.residual = rest[0];
  if (rest.size() > 1)
    rule.residual = Expression{.kind = ExpressionKind::kCall, .text = "and", .type = {}, .arguments = rest};
  return rule;
}

Result<BlockingPlan> BlockingPlan::compile(const LinkageModel& model, PackedRecords& records) {
  BlockingPlan plan;
  plan.records_ = &records;
  plan.writable_ = &records;
  for (std::size_t i = 0; i < model.blocking_rules.size(); ++i) {
    auto rule = plan.compile_rule(model.blocking_rules[i]);
    if (!rule)
      return make_error(rule.error().code, "blocking rule " + std::to_string(i) + " (" + model.blocking_rules[i].sql +
                                               "): " + rule.error().message);
    plan.rules_.push_back(std::move(*rule));
  }
  plan.writable_ = nullptr;
  return plan;
}

std::optional<BlockingKey> BlockingPlan::base_key(RuleId rule, RecordView record, Side side) const {
  BlockingKey key = mix64(rule + 1);
  for (const auto& equality : rules_[rule].equalities) {
    const TermId term = side == Side::kLeft ? equality.left : equality.right;
    const ValueId id = records_->term_id(term, record);
    // A value only the query holds meets no stored record; one key for text equality needs the text itself.
    if (id == kMissing) return std::nullopt;
    if (equality.by_id && (id & kOverlayBit)) return std::nullopt;
    key = combine(key, equality.by_id ? id : std::hash<std::string_view>{}(records_->term_text(term, record)));
  }
  return key;
}

std::vector<TermId> BlockingPlan::left_terms(RuleId rule) const {
  std::vector<TermId> terms;
  for (const auto& equality : rules_[rule].equalities) terms.push_back(equality.left);
  terms.insert(terms.end(), rules_[rule].exploded.begin(), rules_[rule].exploded.end());
  return terms;
}

bool BlockingPlan::has_exact_key(RuleId rule) const {
  const Rule& r = rules_[rule];
  return r.exploded.empty() && r.equalities.size() <= 2 &&
         std::all_of(r.equalities.begin(), r.equalities.end(), [](const Equality& equality) { return equality.by_id; });
}

std::optional<BlockingKey> BlockingPlan::exact_key(RuleId rule, RecordView record) const {
  BlockingKey key = 0;
  for (const auto& equality : rules_[rule].equalities) {
    const ValueId id = records_->term_id(equality.left, record);
    if (id == kMissing || (id & kOverlayBit)) return std::nullopt;
    key = key << 32 | id;
  }
  return mix64(key);  // one-to-one: two ids fill the 64 bits, and mixing loses none
}

void BlockingPlan::append_keys(RuleId rule, RecordView record, Side side, std::vector<BlockingKey>& keys) const {
  const auto base = base_key(rule, record, side);
  if (!base || too_many_keys(rules_[rule], record)) return;
  std::vector<std::span<const ValueId>> lists;
  for (const TermId term : rules_[rule].exploded) lists.push_back(records_->term_elements(term, record));
  append_choices(*base, lists, keys);
}

bool BlockingPlan::too_many_keys(const Rule& rule, RecordView record) const {
  std::size_t choices = 1;
  for (const TermId term : rule.exploded) {
    choices *= records_->term_elements(term, record).size();
    if (choices > kKeysPerRuleMax) return true;
  }
  return false;
}

bool BlockingPlan::equalities_hold(RuleId rule, RecordView left, RecordView right) const {
  for (const auto& equality : rules_[rule].equalities) {
    const ValueId a = records_->term_id(equality.left, left), b = records_->term_id(equality.right, right);
    if (a == kMissing || b == kMissing) return false;
    if (equality.by_id ? a != b
                       : records_->term_text(equality.left, left) != records_->term_text(equality.right, right))
      return false;
  }
  return true;
}

bool BlockingPlan::holds(RuleId rule, RecordView left, RecordView right) const {
  const Rule& r = rules_[rule];
  if (!equalities_hold(rule, left, right)) return false;
  if (!r.exploded.empty() && (too_many_keys(r, left) || too_many_keys(r, right))) return false;
  for (const TermId term : r.exploded)
    if (common_elements(records_->term_elements(term, left), records_->term_elements(term, right)).empty())
      return false;
  return residual_holds(rule, left, right);
}

void BlockingPlan::append_common_keys(RuleId rule, RecordView left, RecordView right,
                                      std::vector<BlockingKey>& keys) const {
  const auto base = base_key(rule, left, Side::kLeft);
  if (!base) return;
  std::vector<std::vector<ValueId>> common;
  for (const TermId term : rules_[rule].exploded)
    common.push_back(common_elements(records_->term_elements(term, left), records_->term_elements(term, right)));
  std::vector<std::span<const ValueId>> lists(common.begin(), common.end());
  append_choices(*base, lists, keys);
}

}  // namespace gmpi
