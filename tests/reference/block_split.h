// tests/reference/block_split.h - who meets under a key that too many share, as its header tells it: by counting.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/packed_records.h"

namespace gmpi::reference {

struct CommonKey {
  std::vector<RowId> rows;  // that have the key, in the order of their record keys
  std::size_t limit = 0;    // 0: none
  std::vector<std::string> split_by;
  std::function<bool(RowId, RowId)> comparable;
};

/// Whether two rows of the key meet under it; `a` stands before `b`.
bool meet(const CommonKey& key, const PackedRecords& records, RowId a, RowId b);

}  // namespace gmpi::reference
