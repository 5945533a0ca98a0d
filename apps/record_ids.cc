#include "apps/record_ids.h"

#include <charconv>

namespace gmpi {

namespace {

constexpr RowId kNoRow = 0xffffffffu;

}  // namespace

std::optional<RowId> RecordIds::first_row(ValueId number) const {
  if (number == kMissing) return std::nullopt;
  const RowId row = first_row_.empty() ? number - 1 : number < first_row_.size() ? first_row_[number] : kNoRow;
  return row < size() ? std::optional<RowId>(row) : std::nullopt;
}

std::optional<RowId> RecordIds::find(std::uint32_t source, std::string_view id) const {
  const ValueId number = texts_.find(id);
  const auto first = first_row(number);
  if (!first || source_[*first] == source) return first;
  const auto other = others_.find({number, source});
  return other == others_.end() ? std::nullopt : std::optional<RowId>(other->second);
}

std::pair<RowId, bool> RecordIds::add(std::uint32_t source, ValueId number) {
  const auto fresh = static_cast<RowId>(size());
  const auto first = first_row(number);
  if (first && source_[*first] == source) return {*first, false};
  if (first) {
    const auto [held, is_new] = others_.emplace(std::pair(number, source), fresh);
    if (!is_new) return {held->second, false};
    if (number_.empty()) {
      for (RowId row = 0; row < fresh; ++row) number_.push_back(row + 1);
      first_row_.push_back(kNoRow);
      for (RowId row = 0; row < fresh; ++row) first_row_.push_back(row);
    }
  }
  source_.push_back(source);
  if (number_.empty()) return {fresh, true};
  number_.push_back(number);
  if (number >= first_row_.size()) first_row_.resize(number + 1, kNoRow);
  if (!first) first_row_[number] = fresh;
  return {fresh, true};
}

void RecordIds::qualify(std::span<const std::string> source_names) {
  std::vector<std::string> names(size());
  for (RowId row = 0; row < size(); ++row) names[row].append(source_names[source_[row]]).append("/").append(local(row));
  qualified_ = std::move(names);
}

std::optional<std::vector<std::int64_t>> RecordIds::as_integers() const {
  std::vector<std::int64_t> numbers(size());
  for (RowId row = 0; row < size(); ++row) {
    std::string_view text = local(row);
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), numbers[row]);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  }
  return numbers;
}

}  // namespace gmpi
