#include "blocking/common_blocks.h"

#include <algorithm>

namespace gmpi {

namespace {

/// Calls `use` for each run of rows that `same` joins.
template <class Same, class Use>
void for_each_run(std::span<const RowId> rows, Same same, Use use) {
  for (std::size_t first = 0, last = 0; first < rows.size(); first = last) {
    while (last < rows.size() && (last == first || same(rows[first], rows[last]))) ++last;
    use(rows.subspan(first, last - first));
  }
}

}  // namespace

std::vector<MeetingRows> CommonBlocks::add(RuleId rule, BlockingKey key, std::span<const RowId> rows) {
  keys_[rule].insert(key);
  std::vector<MeetingRows> meeting;
  if (split_ == nullptr) return meeting;
  for (BlockSplit::Field field = 0; field < split_->fields(); ++field) add_parts(key, field, rows, meeting);
  add_neighbours(key, rows, meeting);
  return meeting;
}

void CommonBlocks::add_parts(BlockingKey key, BlockSplit::Field field, std::span<const RowId> rows,
                             std::vector<MeetingRows>& meeting) {
  boost::unordered_flat_map<BlockingKey, std::vector<RowId>> parts;
  for (const RowId row : rows)
    if (split_->has(field, records_.view(row))) parts[split_->part(key, field, records_.view(row))].push_back(row);
  for (auto& [part, its_rows] : parts) {
    if (its_rows.size() > limit_) {
      common_parts_.insert(part);
    } else if (its_rows.size() > 1) {
      meeting.push_back({key, field, std::move(its_rows)});
    }
  }
}

void CommonBlocks::add_neighbours(BlockingKey key, std::span<const RowId> rows, std::vector<MeetingRows>& meeting) {
  std::vector<RowId> by_content(rows.begin(), rows.end());
  std::stable_sort(by_content.begin(), by_content.end(),
                   [&](RowId a, RowId b) { return split_->content_less(records_.view(a), records_.view(b)); });
  for_each_run(
      by_content, [&](RowId a, RowId b) { return split_->same_content(records_.view(a), records_.view(b)); },
      [&](std::span<const RowId> same) {
        for_each_neighbours(same, same_group_, [&](RowId left, RowId right) {
          neighbours_.insert(std::uint64_t{left} << 32 | right);
          meeting.push_back({key, split_->fields(), {left, right}});
        });
      });
}

bool CommonBlocks::meet_by_field(BlockingKey key, BlockSplit::Field below, RowId left, RowId right) const {
  const RecordView l = records_.view(left), r = records_.view(right);
  for (BlockSplit::Field field = 0; field < below; ++field)
    if (split_->agree(field, l, r) && !common_parts_.contains(split_->part(key, field, l))) return true;
  return false;
}

bool CommonBlocks::is_first(const MeetingRows& meeting, RowId left, RowId right) const {
  return !meet_by_field(meeting.key, meeting.field, left, right);
}

bool CommonBlocks::meet(BlockingKey key, RowId left, RowId right) const {
  return split_ != nullptr && (meet_by_field(key, split_->fields(), left, right) || are_neighbours(left, right));
}

bool CommonBlocks::meet_by(RuleId rule, RowId left, RowId right) const {
  if (keys_[rule].empty()) return true;
  std::vector<BlockingKey> keys;
  plan_.append_common_keys(rule, records_.view(left), records_.view(right), keys);
  return std::any_of(keys.begin(), keys.end(),
                     [&](BlockingKey key) { return !contains(rule, key) || meet(key, left, right); });
}

}  // namespace gmpi
