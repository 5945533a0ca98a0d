#include "linkage/pending_index.h"

#include <algorithm>
#include <iterator>

#include "index/store_keys.h"

namespace gmpi {

namespace {

std::string_view source_of(std::string_view key_text) {
  return key_text.substr(0, key_text.find('\0'));
}

std::vector<BlockingKey> difference(const std::vector<BlockingKey>& a, const std::vector<BlockingKey>& b) {
  std::vector<BlockingKey> only_a;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(only_a));
  return only_a;
}

}  // namespace

std::vector<BlockingKey> posting_keys(const std::vector<RuleKey>& keys) {
  std::vector<BlockingKey> distinct;
  distinct.reserve(keys.size());
  for (const RuleKey& key : keys)
    if (distinct.empty() || distinct.back() != key.key) distinct.push_back(key.key);
  return distinct;
}

PendingIndex::PendingIndex(const PersonIndex& index, const LinkingRules& rules, const PendingRecord* pending)
    : index_(index), rules_(rules), pending_(pending) {
  if (pending == nullptr) return;
  const auto before = posting_keys(pending->before), after = posting_keys(pending->after);
  entered_ = difference(after, before);
  left_ = difference(before, after);
}

RecordKey PendingIndex::key(RowId row) const {
  return *parse_key_text(key_text(row));
}

EnterpriseId PendingIndex::identity_before(RowId row) const {
  return row < index_.rows() ? index_.row(row).identity : EnterpriseId{};
}

bool PendingIndex::is_generic(BlockingKey key) const {
  std::size_t count = index_.postings().rows(key).size();
  if (std::binary_search(entered_.begin(), entered_.end(), key)) ++count;
  if (std::binary_search(left_.begin(), left_.end(), key)) --count;
  return rules_.is_generic(count);
}

std::vector<RowId> PendingIndex::others_with(BlockingKey key) const {
  const auto rows = index_.postings().rows(key);
  std::vector<RowId> others(rows.begin(), rows.end());
  if (pending_ != nullptr) std::erase(others, pending_->row);
  return others;
}

bool PendingIndex::comparable(RowId a, RowId b) const {
  return !rules_.across_sources_only() || source_of(key_text(a)) != source_of(key_text(b));
}

bool PendingIndex::holds(RuleId rule, RowId a, RowId b) const {
  const auto [left, right] = in_order(a, b);
  return rules_.plan().holds(rule, view(left), view(right));
}

std::vector<RuleId> PendingIndex::proposing_rules(RowId a, RowId b) const {
  std::vector<RuleId> rules;
  if (!comparable(a, b)) return rules;
  const auto [left, right] = in_order(a, b);
  const RecordView l = view(left), r = view(right);
  std::vector<BlockingKey> common;
  for (RuleId rule = 0; rule < rules_.plan().rules(); ++rule) {
    if (!rules_.plan().holds(rule, l, r)) continue;
    common.clear();
    rules_.plan().append_common_keys(rule, l, r, common);
    if (std::any_of(common.begin(), common.end(), [&](BlockingKey key) { return !is_generic(key); }))
      rules.push_back(rule);
  }
  return rules;
}

LinkDecision PendingIndex::decide(RowId a, RowId b) const {
  const auto [left, right] = in_order(a, b);
  return rules_.decide(view(left), view(right));
}

}  // namespace gmpi
