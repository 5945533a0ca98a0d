// models/standard_record.h - a record in comparable form: the columns a model's conditions speak of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/record_key.h"

namespace gmpi {

/// One column of one record.
///
/// A text column holds zero (missing) or one value. A list column holds any number, sorted bytewise without
/// repeats, so that equal sets are equal values; no value means missing. An empty string is never a value.
struct StandardColumn {
  std::string name;
  bool is_list = false;
  std::vector<std::string> values;

  bool missing() const { return values.empty(); }
  bool operator==(const StandardColumn&) const = default;
};

/// Why a column is missing although the source sent something.
struct Removal {
  std::string column;
  std::string reason;  // "placeholder name", "pseudo-postcode: no fixed abode", "NHS number fails modulus 11" ...

  bool operator==(const Removal&) const = default;
};

struct StandardRecord {
  RecordKey key;
  std::vector<StandardColumn> columns;  // those present; a column not listed is missing
  std::vector<Removal> removals;

  const StandardColumn* find(std::string_view name) const {
    for (const auto& column : columns)
      if (column.name == name) return &column;
    return nullptr;
  }
  /// The single value of a text column, or empty when missing.
  std::string_view text(std::string_view name) const {
    const auto* column = find(name);
    return column && !column->values.empty() ? std::string_view(column->values.front()) : std::string_view();
  }
};

}  // namespace gmpi
