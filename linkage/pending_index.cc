#include "linkage/pending_index.h"

#include <algorithm>
#include <iterator>

#include "index/store_keys.h"

namespace gmpi {

namespace {

std::string_view source_of(std::string_view key_text) {
  return key_text.substr(0, key_text.find('\0'));
}

template <class T>
std::vector<T> difference(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> only_a;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(only_a));
  return only_a;
}

std::vector<RuleKey> distinct_union(const std::vector<RuleKey>& a, const std::vector<RuleKey>& b) {
  std::vector<RuleKey> all;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

void sort_distinct(std::vector<RowId>& rows) {
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

}  // namespace

struct PendingIndex::OwnKey {
  BlockingKey key;
  RuleId rule;
  bool before, after;  // whether the record has it
};

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
  keys_entered_ = difference(after, before);
  keys_left_ = difference(before, after);
  for (const RuleKey& key : distinct_union(pending->before, pending->after))
    take_key({key.key, key.rule, std::binary_search(before.begin(), before.end(), key.key),
              std::binary_search(after.begin(), after.end(), key.key)});
  count_parts();
  sort_distinct(neighbours_before_);
  for (const RuleKey& key : pending->after)
    if (too_common(key.key)) {
      neighbours_after_ = neighbours(key.key, pending->row);  // the same under each of its keys
      break;
    }
}

void PendingIndex::take_key(const OwnKey& key) {
  const bool was = rules_.too_common(index_.postings().rows(key.key).size()), is = too_common(key.key);
  if (!was && is) return cross_up(key);
  if (was && !is) return cross_down(key);
  if (was) move_parts(key);
}

void PendingIndex::cross_up(const OwnKey& key) {
  newly_split_.push_back(key.key);
  Crossing crossing{.rule = key.rule, .rows = others_with(key.key)};
  std::vector<BlockingKey> parts;
  const auto enter = [&](RowId row) {
    parts.clear();
    rules_.split().append_parts(key.key, view(row), parts);
    for (const BlockingKey part : parts) parts_entered_.push_back({part, row});
  };
  for (const RowId row : crossing.rows) enter(row);
  enter(pending_->row);
  std::sort(crossing.rows.begin(), crossing.rows.end());
  becoming_common_.push_back(std::move(crossing));
}

void PendingIndex::cross_down(const OwnKey& key) {
  Crossing crossing{.rule = key.rule, .rows = others_with(key.key)};
  std::vector<BlockingKey> parts;
  for (const RowId row : index_.postings().rows(key.key)) {
    parts.clear();
    rules_.split().append_parts(key.key, index_.records().view(row), parts);
    for (const BlockingKey part : parts) parts_left_.push_back({part, row});
  }
  std::sort(crossing.rows.begin(), crossing.rows.end());
  ceasing_common_.push_back(std::move(crossing));
}

/// The key was and is too common: only the record's own parts change.
void PendingIndex::move_parts(const OwnKey& key) {
  const BlockSplit& split = rules_.split();
  const auto parts_of = [&](bool has_key, RecordView record) {
    std::vector<BlockingKey> parts;
    if (has_key) split.append_parts(key.key, record, parts);
    std::sort(parts.begin(), parts.end());
    return parts;
  };
  const auto before = parts_of(key.before, view_before()), after = parts_of(key.after, view(pending_->row));
  const auto size = [&](BlockingKey part) { return index_.parts().rows(part).size(); };
  for (const BlockingKey part : difference(after, before)) {
    parts_entered_.push_back({part, pending_->row});
    const bool of_content = part == split.content_part(key.key, view(pending_->row));
    if (!of_content && !rules_.too_common(size(part)) && rules_.too_common(size(part) + 1))
      becoming_common_.push_back({key.rule, rows_of_part(part)});
  }
  for (const BlockingKey part : difference(before, after)) {
    parts_left_.push_back({part, pending_->row});
    const bool of_content = part == split.content_part(key.key, view_before());
    if (!of_content && rules_.too_common(size(part)) && !rules_.too_common(size(part) - 1))
      ceasing_common_.push_back({key.rule, rows_of_part(part)});
  }
  if (key.before && neighbours_before_.empty())
    neighbours_before_ = nearest(pending_->row, rows_of_part(split.content_part(key.key, view_before())));
}

void PendingIndex::count_parts() {
  std::sort(parts_entered_.begin(), parts_entered_.end());
  std::sort(parts_left_.begin(), parts_left_.end());
  for (const PartPosting& entered : parts_entered_) ++part_changes_[entered.part];
  for (const PartPosting& left : parts_left_) --part_changes_[left.part];
}

RecordKey PendingIndex::key(RowId row) const {
  return *parse_key_text(key_text(row));
}

EnterpriseId PendingIndex::identity_before(RowId row) const {
  return row < index_.rows() ? index_.row(row).identity : EnterpriseId{};
}

std::size_t PendingIndex::count(BlockingKey key) const {
  std::size_t count = index_.postings().rows(key).size();
  if (std::binary_search(keys_entered_.begin(), keys_entered_.end(), key)) ++count;
  if (std::binary_search(keys_left_.begin(), keys_left_.end(), key)) --count;
  return count;
}

bool PendingIndex::part_too_common(BlockingKey part) const {
  const auto change = part_changes_.find(part);
  const auto now = static_cast<std::ptrdiff_t>(index_.parts().rows(part).size());
  return rules_.too_common(
      static_cast<std::size_t>(now + (change == part_changes_.end() ? 0 : change->second)));
}

std::vector<RowId> PendingIndex::others_with(BlockingKey key) const {
  const auto rows = index_.postings().rows(key);
  std::vector<RowId> others(rows.begin(), rows.end());
  if (pending_ != nullptr) std::erase(others, pending_->row);
  return others;
}

/// Of the index as it is, without the pending row; ascending.
std::vector<RowId> PendingIndex::rows_of_part(BlockingKey part) const {
  const auto rows = index_.parts().rows(part);
  std::vector<RowId> others(rows.begin(), rows.end());
  if (pending_ != nullptr) std::erase(others, pending_->row);
  std::sort(others.begin(), others.end());
  return others;
}

std::vector<RowId> PendingIndex::rows_sharing_a_part(BlockingKey key, RowId row) const {
  std::vector<RowId> sharing;
  const RecordView own = view(row);
  if (std::binary_search(newly_split_.begin(), newly_split_.end(), key)) {
    for (const RowId other : others_with(key))
      if (meets_by_fields(key, own, view(other))) sharing.push_back(other);
    return sharing;
  }
  const BlockSplit& split = rules_.split();
  for (BlockSplit::Field field = 0; field < split.fields(); ++field) {
    if (!split.has(field, own)) continue;
    const BlockingKey part = split.part(key, field, own);
    if (part_too_common(part)) continue;
    for (const RowId other : index_.parts().rows(part))
      if (!is_pending(other) || split.agree(field, own, view(other))) sharing.push_back(other);
  }
  return sharing;
}

bool PendingIndex::meets_by_fields(BlockingKey key, RecordView a, RecordView b) const {
  const BlockSplit& split = rules_.split();
  for (BlockSplit::Field field = 0; field < split.fields(); ++field)
    if (split.agree(field, a, b) && !part_too_common(split.part(key, field, a))) return true;
  return false;
}

std::vector<RowId> PendingIndex::others_of_content(BlockingKey key, RowId row) const {
  const RecordView own = view(row);
  std::vector<RowId> others = std::binary_search(newly_split_.begin(), newly_split_.end(), key)
                                  ? others_with(key)
                                  : rows_of_part(rules_.split().content_part(key, own));
  if (pending_ != nullptr && pending_->live) others.push_back(pending_->row);
  std::erase_if(others,
                [&](RowId other) { return other == row || !rules_.split().same_content(own, view(other)); });
  return others;
}

std::vector<RowId> PendingIndex::neighbours(BlockingKey key, RowId row) const {
  return nearest(row, others_of_content(key, row));
}

/// Records of one group are not compared: a source's, or each alone.
std::string_view PendingIndex::group_of(RowId row) const {
  return rules_.across_sources_only() ? source_of(key_text(row)) : key_text(row);
}

/// As for_each_neighbours() tells for `others` with `row` among them; one pass, as only the row's own are asked.
std::vector<RowId> PendingIndex::nearest(RowId row, const std::vector<RowId>& others) const {
  const std::string_view group = group_of(row), own = key_text(row);
  std::optional<RowId> before, after;  // the last of the groups before, the first of those after
  bool first = true, last = true;      // of its group
  for (const RowId other : others) {
    const std::string_view its_group = group_of(other), text = key_text(other);
    if (its_group == group) {
      (text < own ? first : last) = false;
    } else if (its_group < group) {
      if (!before || key_text(*before) < text) before = other;
    } else if (!after || text < key_text(*after)) {
      after = other;
    }
  }
  std::vector<RowId> found;
  if (before) found.push_back(*before);
  if (after) found.push_back(*after);
  for (const RowId other : others) {
    if (before && first && group_of(other) == group_of(*before)) found.push_back(other);
    if (after && last && group_of(other) == group_of(*after)) found.push_back(other);
  }
  sort_distinct(found);
  return found;
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
  std::optional<bool> neighbour;  // the same under each key
  std::vector<BlockingKey> common;
  for (RuleId rule = 0; rule < rules_.plan().rules(); ++rule) {
    if (!rules_.plan().holds(rule, l, r)) continue;
    common.clear();
    rules_.plan().append_common_keys(rule, l, r, common);
    const bool meet = std::any_of(common.begin(), common.end(), [&](BlockingKey key) {
      if (!too_common(key) || meets_by_fields(key, l, r)) return true;
      if (!neighbour) {
        const auto found = rules_.split().same_content(l, r) ? neighbours(key, a) : std::vector<RowId>();
        neighbour = std::binary_search(found.begin(), found.end(), b);
      }
      return *neighbour;
    });
    if (meet) rules.push_back(rule);
  }
  return rules;
}

std::vector<RuleId> PendingIndex::silenced_rules(RowId a, RowId b) const {
  std::vector<RuleId> rules;
  if (!comparable(a, b)) return rules;
  const std::vector<RuleId> proposing = proposing_rules(a, b);
  for (RuleId rule = 0; rule < rules_.plan().rules(); ++rule)
    if (!std::binary_search(proposing.begin(), proposing.end(), rule) && holds(rule, a, b))
      rules.push_back(rule);
  return rules;
}

LinkDecision PendingIndex::decide(RowId a, RowId b) const {
  const auto [left, right] = in_order(a, b);
  return rules_.decide(view(left), view(right));
}

}  // namespace gmpi
