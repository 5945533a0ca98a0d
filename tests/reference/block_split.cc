#include "tests/reference/block_split.h"

#include <algorithm>

namespace gmpi::reference {

namespace {

std::string text(const PackedRecords& records, ColumnId column, RowId row) {
  const ValueId value = records.view(row).line[column];
  return value == kMissing ? std::string() : std::string(records.dictionary(column).text(value));
}

bool one_content(const PackedRecords& records, RowId a, RowId b) {
  for (std::size_t c = 0; c < records.given_columns(); ++c)
    if (text(records, static_cast<ColumnId>(c), a) != text(records, static_cast<ColumnId>(c), b)) return false;
  return true;
}

/// The first after `a` of its content that it is compared with is `b`, or the last before `b` is `a`.
bool neighbours(const CommonKey& key, const PackedRecords& records, RowId a, RowId b) {
  if (!one_content(records, a, b)) return false;
  bool first_after_a = true, last_before_b = true, between = false;
  for (const RowId row : key.rows) {
    if (row == b) break;
    if (between && one_content(records, a, row)) {
      if (key.comparable(a, row)) first_after_a = false;
      if (key.comparable(row, b)) last_before_b = false;
    }
    if (row == a) between = true;
  }
  return first_after_a || last_before_b;
}

}  // namespace

bool meet(const CommonKey& key, const PackedRecords& records, RowId a, RowId b) {
  const auto few = [&](std::ptrdiff_t rows) { return key.limit == 0 || static_cast<std::size_t>(rows) <= key.limit; };
  if (few(static_cast<std::ptrdiff_t>(key.rows.size()))) return true;
  for (const std::string& name : key.split_by) {
    const auto column = records.find_column(name);
    if (!column || text(records, *column, a).empty()) continue;
    const auto like_a = [&](RowId row) { return text(records, *column, row) == text(records, *column, a); };
    if (like_a(b) && few(std::count_if(key.rows.begin(), key.rows.end(), like_a))) return true;
  }
  return neighbours(key, records, a, b);
}

}  // namespace gmpi::reference
