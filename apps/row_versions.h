// apps/row_versions.h - several rows of one record in a batch: which of them is linked.
//
// The rule is that of the living index (models/version_order.h), so that a file linked at once and the same
// file imported find the same people. A row that says neither date nor version takes no part: of those a
// batch has one. Cost: 32 bytes for each row with a date or a version; the standard columns of further rows
// until the end. Tested by tests/apps/link_set_test.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "models/packed_records.h"
#include "models/standard_record.h"
#include "models/value_dictionary.h"
#include "models/version_order.h"

namespace gmpi {

/// A further row of a record.
struct RowVersion {
  std::uint64_t line = 0;
  std::uint32_t file = 0;
  ContentMark mark;
  StandardRecord standard;
};

class RowVersions {
 public:
  /// `mark` is that of the first row of a record, the one that stands in the set. Requires: rising rows.
  void remember_first(RowId row, const ContentMark& mark);
  /// Keeps a further row of the record that stands at `row`. False when that one says neither date nor
  /// version.
  bool add(RowId row, RowVersion version);
  /// Once, at the end. `use` gets the standard columns of the current row where that is not the first;
  /// `refuse` each row whose version came with other content before; `others` counts the rows that are not
  /// current or repeat one.
  void settle(const std::function<void(RowId, StandardRecord&)>& use,
              const std::function<void(const RowVersion&)>& refuse, std::size_t& others);

 private:
  struct First {
    UnixMillis event_ms = 0;
    ContentHash hash{};
    RowId row = 0;
    ValueId version = kMissing;  // in texts_
  };

  const First* first_of(RowId row) const;

  std::vector<First> firsts_;  // by row
  StringPool texts_;
  std::map<RowId, std::vector<RowVersion>> further_;
};

}  // namespace gmpi
