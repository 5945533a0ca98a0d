// linkage/search_rows.h - whom a query is compared with: the records that share a blocking key with it.
//
// A key that is too common is split as for stored records (blocking/block_split.h); of the records of the query's own
// content under it the first by key stands for all, which are one identity or would be. When the keys give more than
// `rows_max` records, those under the rarest keys are taken, and of the key where the room ends those whose record keys
// come first: the answer is a function of the set of records, not of their order of arrival.
// Pure; under the index's lock. Cost: the rows under the keys; when cut, sorting them by record key.
// Tested by tests/linkage/search_rows_test.cc.
#pragma once

#include <cstddef>
#include <vector>

#include "index/person_index.h"
#include "linkage/linking_rules.h"
#include "models/rule_cut.h"

namespace gmpi {

struct SearchedRows {
  std::vector<RowId> rows;       // whose rule holds; ascending, without repeats
  std::vector<RuleCut> cuts;     // by rule
  std::size_t common_keys = 0;   // of the query's keys, those too common to search by alone
  bool truncated = false;        // rows_max was reached
};

SearchedRows search_rows(const PersonIndex& index, const LinkingRules& rules, RecordView query,
                         std::size_t rows_max);

}  // namespace gmpi
