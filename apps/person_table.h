// apps/person_table.h - a table of people with any header -> SourceRecords.
//
// A column is recognised by the map the user gave, else by its header (standardize/headers.h). Columns that mean
// nothing to a person are named in `ignored()`; nothing is guessed from content here.
// Tested by tests/apps/person_table_test.cc.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"
#include "base/result.h"
#include "models/source_record.h"

namespace gmpi {

struct PersonTableOptions {
  std::string id_column;       // empty: record_id, unique_id, id or local_id, whichever the table has first
  bool prefer_local_id = false;  // where the table has both: for an index, whose records are (source, local id)
  std::string source_column;   // empty: "source" or "source_dataset" where the table has one
  std::string default_source;  // of rows that name none
  std::map<std::string, std::string> column_map;      // header -> person field; "" ignores the column
  std::map<std::string, std::string> configured_map;  // the same for any file: headers it lacks are no error
};

class PersonTable {
 public:
  /// Errors: kInvalidInput (no id column; no person field at all), kConflict (the options name a column or a field
  /// that is not there; the message has the nearest that is).
  static Result<PersonTable> plan(const std::vector<std::string>& header, const PersonTableOptions& options);

  /// Errors: kInvalidInput (no id in this row, bad event date).
  Result<SourceRecord> record(const CsvRow& row) const;

  /// False when every record is of the default source.
  bool has_source() const { return source_.has_value(); }
  const std::string& id_column() const { return id_column_; }
  /// Whether rows can say which of several of one record is current.
  bool has_versions() const { return version_ || event_date_; }
  /// Of each column that is not taken: its name where that is plainly a slip of one of ours or one of them, else its
  /// number, from 1. Without a header the first line is a person's, and is not to be repeated.
  const std::vector<std::string>& ignored() const { return ignored_; }
  /// Recognised columns as (header, person field).
  const std::vector<std::pair<std::string, std::string>>& recognised() const { return recognised_; }

 private:
  struct FieldColumn {
    std::size_t index;
    std::string field;
    bool is_list;
    std::string identifier_system;  // of an identifier column: its header
  };

  Status find_key_columns(const std::vector<std::string>& header, const std::map<std::string, std::string>& map,
                          const PersonTableOptions& options);
  void find_fields(const std::vector<std::string>& header, const std::map<std::string, std::string>& map);

  std::string id_column_;
  std::size_t id_ = 0;
  std::optional<std::size_t> source_, version_, event_date_;
  std::string default_source_;
  std::vector<FieldColumn> fields_;
  std::vector<std::string> ignored_;
  std::vector<std::pair<std::string, std::string>> recognised_;
};

/// Flags "column=field" as a column map; what is wrong with one of them, or "".
std::map<std::string, std::string> column_map_of(const std::vector<std::string>& flags);
std::string check_column_map(const std::string& flag);

/// "2024-03-01" or "2024-03-01T10:00:00Z" -> milliseconds; nothing when it is neither.
std::optional<UnixMillis> parse_event_date(std::string_view text);

}  // namespace gmpi
