#include "blocking/block_split.h"

#include <algorithm>

#include "base/random.h"
#include "blocking/limits.h"

namespace gmpi {

namespace {

BlockingKey combine(BlockingKey key, std::uint64_t part) { return mix64(key ^ (part * 0x9e3779b97f4a7c15ULL)); }

}  // namespace

Result<BlockSplit> BlockSplit::compile(const std::vector<std::string>& columns, const PackedRecords& records) {
  if (columns.size() > kSplitFieldsMax)
    return make_error(ErrorCode::kInvalidInput,
                      "blocking: a key can be split by " + std::to_string(kSplitFieldsMax) + " columns at most");
  BlockSplit split;
  split.given_columns_ = records.given_columns();
  for (const std::string& name : columns)
    if (const auto column = records.find_column(name)) split.columns_.push_back(*column);
  return split;
}

BlockingKey BlockSplit::part(BlockingKey block, Field field, RecordView record) const {
  return combine(combine(block, field + 1u), record.line[columns_[field]]);
}

BlockingKey BlockSplit::content_part(BlockingKey block, RecordView record) const {
  BlockingKey key = combine(block, 0);
  for (std::size_t column = 0; column < given_columns_; ++column) key = combine(key, record.line[column]);
  return key;
}

bool BlockSplit::same_content(RecordView a, RecordView b) const {
  return std::equal(a.line, a.line + given_columns_, b.line);
}

bool BlockSplit::content_less(RecordView a, RecordView b) const {
  return std::lexicographical_compare(a.line, a.line + given_columns_, b.line, b.line + given_columns_);
}

void BlockSplit::append_parts(BlockingKey block, RecordView record, std::vector<BlockingKey>& parts) const {
  for (Field field = 0; field < fields(); ++field)
    if (has(field, record)) parts.push_back(part(block, field, record));
  parts.push_back(content_part(block, record));
}

}  // namespace gmpi
