#include "tests/reference/plain_linker.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <stdexcept>

#include "blocking/blocking_plan.h"
#include "index/codec.h"
#include "linkage/person_columns.h"
#include "matcher/compiled_model.h"
#include "matcher/compiled_policy.h"
#include "standardize/person.h"
#include "tests/reference/block_split.h"
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

/// A bar for links, in bits above the threshold, that a component may need; the last lets equal contents through only.
constexpr double kBars[] = {0, 10, 20, 30, 40, 50, std::numeric_limits<double>::infinity()};

template <class OneContent>
std::set<RowId> component_of(RowId row, const std::vector<Tie>& ties, double bar, OneContent one_content) {
  std::set<RowId> rows{row};
  for (std::size_t before = 0; before != rows.size();) {
    before = rows.size();
    for (const Tie& tie : ties)
      if ((tie.kind == TieKind::kSame ||
           (tie.kind == TieKind::kLink && (tie.weight >= bar || one_content(tie.a, tie.b)))) &&
          (rows.contains(tie.a) || rows.contains(tie.b)))
        rows.insert({tie.a, tie.b});
  }
  return rows;
}

/// The unit of a record is its component at the lowest bar at which that is small enough.
template <class OneContent>
void drop_links_between_units(std::vector<Tie>& ties, std::uint32_t count, const Policy& policy, OneContent one_content) {
  std::vector<std::set<RowId>> units;
  for (RowId row = 0; row < count; ++row)
    for (const double bar : kBars) {
      const auto rows = component_of(row, ties, policy.link_weight + bar, one_content);
      const bool last = bar == std::numeric_limits<double>::infinity();
      if (!last && policy.component_records_max > 0 && rows.size() > policy.component_records_max) continue;
      units.push_back(rows);
      break;
    }
  std::erase_if(ties, [&](const Tie& tie) { return tie.kind == TieKind::kLink && !units[tie.a].contains(tie.b); });
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

void PlainLinker::say(const RecordKey& a, const RecordKey& b, std::optional<TieKind> word) {
  const auto pair = std::minmax(a, b);
  if (word) {
    words_[pair] = *word;
  } else {
    words_.erase(pair);
  }
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

  // Who has each key decides which keys are too common, and who still meets under them.
  std::vector<std::map<BlockingKey, CommonKey>> holders(plan.rules());
  const auto comparable = [&](RowId a, RowId b) {
    return bundle_.model.link_type != LinkType::kLinkOnly || keys[a].source != keys[b].source;
  };
  for (RuleId rule = 0; rule < plan.rules(); ++rule)
    for (RowId row = 0; row < count; ++row)
      for (const BlockingKey key : keys_of(plan, rule, packed.view(row))) {
        auto& holder = holders[rule][key];
        holder.limit = policy.block_records_max;
        holder.split_by = policy.split_by;
        holder.comparable = comparable;
        holder.rows.push_back(row);
      }

  const auto proposed = [&](RowId a, RowId b) {
    if (!comparable(a, b)) return false;
    for (RuleId rule = 0; rule < plan.rules(); ++rule) {
      if (residuals[rule] && !residuals[rule]->is_true(packed, packed.view(a), packed.view(b))) continue;
      const auto of_a = keys_of(plan, rule, packed.view(a)), of_b = keys_of(plan, rule, packed.view(b));
      for (const BlockingKey key : of_a)
        if (of_b.contains(key) && meet(holders[rule].at(key), packed, a, b)) return true;
    }
    return false;
  };

  std::vector<Tie> ties;
  for (RowId a = 0; a < count; ++a)
    for (RowId b = a + 1; b < count; ++b) {
      const auto word = words_.find({keys[a], keys[b]});
      if (word == words_.end() && !proposed(a, b)) continue;
      const RecordView left = packed.view(a), right = packed.view(b);
      const LinkDecision decision = decider.decide(left, right, model.weight(left, right));
      if (word != words_.end()) {
        ties.push_back({a, b, word->second, decision.weight});
      } else if (decision.apart) {
        ties.push_back({a, b, TieKind::kApart, decision.weight});
      } else if (decision.kind == DecisionKind::kLink) {
        ties.push_back({a, b, TieKind::kLink, decision.weight});
      }
    }
  drop_links_between_units(ties, count, policy, [&](RowId a, RowId b) {
    return std::equal(packed.view(a).line, packed.view(a).line + packed.given_columns(), packed.view(b).line);
  });
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
