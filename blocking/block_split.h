// blocking/block_split.h - what becomes of a blocking key that too many records share.
//
// Such a key is split by further fields, which the policy names. Two of its records meet only if
//
//   - they agree on one of these fields, and no more than the limit share the key and that field's value; or
//   - they are the same in all columns, and neighbours among those of the same content (see below).
//
// What is left is cut, and every answer says so. With a limit of 3 and the fields dob and postcode, of the six
// records under one key
//
//     a  1980-05-01  M1 1AE        a-b, a-c, b-c: the birthday is shared by three
//     b  1980-05-01  OL9 6AA       b-d: the postcode is shared by two
//     c  1980-05-01  -             a-d, a-e, d-f ...: cut
//     d  1951-11-23  OL9 6AA
//     e  -           -             e-f: of one content, neighbours
//     f  -           -
//
// All of this is a property of the set of records under the key, never of their order. Neighbours: let the records of
// one content be ordered by their keys. Each meets the next one before and after it that it may be compared with: in
// a model that compares across sources only, that is one of another source. So all of one content hang together,
// however many they are, by about one pair a record.
//
// Both the living index (linkage/pending_index.h) and the batch (batch_pairs.h) follow this rule. Pure; any thread.
// Cost: a few integer operations a call; content one pass over the line.
// Tested by tests/blocking/block_split_test.cc, and in the whole by tests/linkage/linker_random_test.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "blocking/blocking_plan.h"
#include "models/packed_records.h"

namespace gmpi {

class BlockSplit {
 public:
  using Field = std::uint8_t;

  BlockSplit() = default;

  /// Columns the records lack are left out: a file need not have them.
  /// Errors: kInvalidInput (more than kSplitFieldsMax).
  static Result<BlockSplit> compile(const std::vector<std::string>& columns, const PackedRecords& records);

  Field fields() const { return static_cast<Field>(columns_.size()); }

  /// False when the value is missing, or is a query's own that no stored record has.
  bool has(Field field, RecordView record) const {
    const ValueId id = record.line[columns_[field]];
    return id != kMissing && (id & kOverlayBit) == 0;
  }
  bool agree(Field field, RecordView a, RecordView b) const {
    return has(field, a) && a.line[columns_[field]] == b.line[columns_[field]];
  }
  /// The key of those under `block` that share the record's value of the field. Requires has(field, record).
  BlockingKey part(BlockingKey block, Field field, RecordView record) const;
  /// The key of those under `block` that have the record's content.
  BlockingKey content_part(BlockingKey block, RecordView record) const;
  /// Equal in every column of the set.
  bool same_content(RecordView a, RecordView b) const;
  /// Some strict order in which equal contents stand together.
  bool content_less(RecordView a, RecordView b) const;

  /// Appends the key of each part the record is in under `block`: one a field that it has, and that of its content.
  void append_parts(BlockingKey block, RecordView record, std::vector<BlockingKey>& parts) const;

 private:
  std::vector<ColumnId> columns_;
  std::size_t given_columns_ = 0;
};

/// Calls `use(a, b)` for each two neighbours, once. `ordered`: records of one content by their keys; `same_group(a, b)`:
/// the two are not to be compared (two records of one source, which stand together; or never).
template <class SameGroup, class Use>
void for_each_neighbours(std::span<const RowId> ordered, SameGroup same_group, Use use) {
  const auto group_end = [&](std::size_t first) {
    std::size_t last = first + 1;
    while (last < ordered.size() && same_group(ordered[first], ordered[last])) ++last;
    return last;
  };
  std::size_t first = 0;
  for (std::size_t middle = ordered.empty() ? 0 : group_end(0); middle < ordered.size();) {
    const std::size_t last = group_end(middle);
    for (std::size_t i = first; i < middle; ++i) use(ordered[i], ordered[middle]);
    for (std::size_t j = middle + 1; j < last; ++j) use(ordered[middle - 1], ordered[j]);
    first = middle;
    middle = last;
  }
}

}  // namespace gmpi
