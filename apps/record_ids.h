// apps/record_ids.h - the ids of a set's rows: each text once, and which row has an id in its source.
//
// Tested by tests/apps/link_set_test.cc.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/packed_records.h"
#include "models/value_dictionary.h"

namespace gmpi {

/// Threads: any number of readers while nobody adds. Memory: about 30 bytes a row beside the texts.
class RecordIds {
 public:
  std::size_t size() const { return source_.size(); }
  /// How the row is named in what is written.
  std::string_view operator[](RowId row) const {
    return qualified_.empty() ? texts_.text(number(row)) : std::string_view(qualified_[row]);
  }
  /// Its id within its source.
  std::string_view local(RowId row) const { return texts_.text(number(row)); }
  /// Brings what operator[] reads of the row nearer: first where the text stands, in a second call the text.
  void prefetch(RowId row) const { texts_.prefetch(number(row)); }
  void prefetch_text(RowId row) const { texts_.prefetch_text(number(row)); }

  std::optional<RowId> find(std::uint32_t source, std::string_view id) const;
  /// The next row, and true; or the row that has this id in the source already, and false. Requires an id.
  std::pair<RowId, bool> add(std::uint32_t source, std::string_view id) { return add(source, texts_.intern(id)); }
  /// The same for ids that were given numbers by number_all() and are added in the order of these.
  std::pair<RowId, bool> add(std::uint32_t source, ValueId number);
  void number_all(std::span<const std::string_view> ids, ValueId* numbers) { texts_.intern_all(ids, numbers); }

  /// Source number of each row.
  const std::vector<std::uint32_t>& sources() const { return source_; }
  /// True when two sources use one id, which then names neither record.
  bool shared() const { return !others_.empty(); }
  /// Names every row source/id from now on.
  void qualify(std::span<const std::string> source_names);
  /// Each row's id as a number, when all are integers of 64 bits; else nothing.
  std::optional<std::vector<std::int64_t>> as_integers() const;

 private:
  ValueId number(RowId row) const { return number_.empty() ? row + 1 : number_[row]; }
  /// The row that had the id first.
  std::optional<RowId> first_row(ValueId number) const;

  StringPool texts_;
  std::vector<std::uint32_t> source_;
  // Until two sources share an id, row r has the id of number r + 1 and both of these are empty.
  std::vector<ValueId> number_;     // by row
  std::vector<RowId> first_row_;    // by number
  std::map<std::pair<ValueId, std::uint32_t>, RowId> others_;  // the rows that have an id too, by number and source
  std::vector<std::string> qualified_;
};

}  // namespace gmpi
