#include "tests/reference/plain_linker.h"

#include <algorithm>
#include <cassert>
#include <stdexcept>

#include "blocking/blocking_plan.h"
#include "index/codec.h"
#include "linkage/person_columns.h"
#include "matcher/compiled_model.h"
#include "matcher/compiled_policy.h"
#include "standardize/person.h"
#include "tests/reference/identity_assignment.h"

namespace gmpi::reference {

namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

std::set<BlockingKey> keys_of(const BlockingPlan& plan, RuleId rule, RecordView record) {
  std::vector<BlockingKey> keys;
  plan.append_keys(rule, record, Side::kLeft, keys);
  return {keys.begin(), keys.end()};
}

}  // namespace

Placement PlainLinker::put(const SourceRecord& record) {
  Known& known = records_[record.key];
  const Placement place = known.order.put({record.event_ms, record.version, content_hash(record), 0});
  if (place == Placement::kCurrent || place == Placement::kOlder) known.contents.push_back(record);
  return place;
}

std::optional<Placement> PlainLinker::put_anew(const SourceRecord& record) {
  if (holds(record.key)) return std::nullopt;
  Known& known = records_[record.key];
  const PlainVersionOrder before = known.order;
  known.order.undo_erase();
  const Placement place = put(record);
  if (place == Placement::kClash) known.order = before;  // refused: nothing has changed
  return place;
}

void PlainLinker::remove(const RecordKey& key, UnixMillis at_ms) {
  if (holds(key)) records_[key].order.erase(at_ms);
}

const SourceRecord* PlainLinker::current(const RecordKey& key) const {
  const auto known = records_.find(key);
  if (known == records_.end() || !known->second.order.current()) return nullptr;
  return &known->second.contents[known->second.order.current()->record_version - 1];
}

Partition PlainLinker::partition() const {
  const Policy policy = must(read_policy(bundle_.policy_text, "policy.toml"));
  PackedRecords packed(must(person_columns(bundle_.model, policy)));
  BlockingPlan plan = must(BlockingPlan::compile(bundle_.model, packed));
  CompiledModel model = must(CompiledModel::compile(bundle_.model, packed));
  const CompiledPolicy decider = must(CompiledPolicy::compile(policy, packed, false));
  std::vector<std::optional<CompiledCondition>> residuals(plan.rules());
  for (RuleId rule = 0; rule < plan.rules(); ++rule)
    if (plan.residual(rule)) residuals[rule] = must(CompiledCondition::compile(*plan.residual(rule), packed));

  std::vector<RecordKey> keys;
  for (const auto& [key, known] : records_) {
    const SourceRecord* record = current(key);
    if (record == nullptr) continue;
    keys.push_back(key);
    packed.append(
        standardize_person(*record, {.as_of_date = {}, .test_nhs_numbers = true, .default_country = "GB"}));
  }
  model.use_frequencies(bundle_.term_frequencies);
  const auto count = static_cast<std::uint32_t>(keys.size());

  // Who has each key decides which keys are too common, and what is left of those.
  std::vector<std::map<BlockingKey, std::set<RowId>>> holders(plan.rules());
  for (RuleId rule = 0; rule < plan.rules(); ++rule)
    for (RowId row = 0; row < count; ++row)
      for (const BlockingKey key : keys_of(plan, rule, packed.view(row))) holders[rule][key].insert(row);

  const auto comparable = [&](RowId a, RowId b) {
    return bundle_.model.link_type != LinkType::kLinkOnly || keys[a].source != keys[b].source;
  };
  const auto few = [&](std::size_t records) {
    return policy.block_records_max == 0 || records <= policy.block_records_max;
  };
  const auto value = [&](RowId row, const std::string& column) {
    return packed.view(row).line[*packed.find_column(column)];
  };
  const auto one_content = [&](RowId a, RowId b) {
    for (std::size_t column = 0; column < packed.given_columns(); ++column)
      if (packed.view(a).line[column] != packed.view(b).line[column]) return false;
    return true;
  };
  // Rows are in the order of their keys: the next of the content on one side of the other.
  const auto neighbours = [&](RowId a, RowId b) {
    bool first_after_a = true, last_before_b = true;
    for (RowId between = a + 1; between < b; ++between) {
      if (!one_content(a, between)) continue;
      if (comparable(a, between)) first_after_a = false;
      if (comparable(between, b)) last_before_b = false;
    }
    return one_content(a, b) && (first_after_a || last_before_b);
  };
  const auto meet = [&](const std::set<RowId>& under_key, RowId a, RowId b) {
    if (few(under_key.size())) return true;
    for (const std::string& column : policy.split_by) {
      if (value(a, column) == kMissing || value(a, column) != value(b, column)) continue;
      if (few(static_cast<std::size_t>(std::count_if(under_key.begin(), under_key.end(), [&](RowId row) {
            return value(row, column) == value(a, column);
          }))))
        return true;
    }
    return neighbours(a, b);
  };
  const auto proposed = [&](RowId a, RowId b) {
    if (!comparable(a, b)) return false;
    for (RuleId rule = 0; rule < plan.rules(); ++rule) {
      if (residuals[rule] && !residuals[rule]->is_true(packed, packed.view(a), packed.view(b))) continue;
      const auto of_a = keys_of(plan, rule, packed.view(a)), of_b = keys_of(plan, rule, packed.view(b));
      for (const BlockingKey key : of_a)
        if (of_b.contains(key) && meet(holders[rule].at(key), a, b)) return true;
    }
    return false;
  };

  std::vector<Tie> ties;
  for (RowId a = 0; a < count; ++a)
    for (RowId b = a + 1; b < count; ++b) {
      if (!proposed(a, b)) continue;
      const RecordView left = packed.view(a), right = packed.view(b);
      const LinkDecision decision = decider.decide(left, right, model.weight(left, right));
      if (decision.apart) {
        ties.push_back({a, b, TieKind::kApart, decision.weight});
      } else if (decision.kind == DecisionKind::kLink) {
        ties.push_back({a, b, TieKind::kLink, decision.weight});
      }
    }
  std::vector<ValueId> exclusive;
  for (RowId row = 0; row < count; ++row)
    for (const TermId term : decider.exclusive_terms())
      exclusive.push_back(packed.term_id(term, packed.view(row)));
  const auto group =
      assign_identities({.nodes = count,
                         .ties = ties,
                         .exclusive_columns = static_cast<std::uint32_t>(decider.exclusive_terms().size()),
                         .exclusive = exclusive,
                         .conflict_margin = policy.conflict_margin});
  std::map<std::uint32_t, std::set<RecordKey>> groups;
  for (std::uint32_t node = 0; node < count; ++node) groups[group[node]].insert(keys[node]);
  Partition partition;
  for (auto& [lowest, members] : groups) partition.insert(std::move(members));
  return partition;
}

}  // namespace gmpi::reference
