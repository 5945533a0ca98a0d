// models/sql_value.h - a value of SQL as DuckDB knows it: NULL, boolean, number, text, list, date.
//
// double stands for DOUBLE and for DECIMAL literals, float for FLOAT (a distance in km is compared in single
// precision). Text is UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace gmpi {

struct SqlNull {
  bool operator==(const SqlNull&) const = default;
};

/// Microseconds since 1970-01-01T00:00:00, proleptic Gregorian, no zone: a TIMESTAMP, or a DATE (at
/// midnight), which differs only when printed or subtracted. 'infinity' and '-infinity' are times too: after, and
/// before, all others.
struct SqlTimestamp {
  static constexpr std::int64_t kInfinity = INT64_MAX;

  std::int64_t micros = 0;
  bool is_date = false;
  bool is_infinite() const { return micros == kInfinity || micros == -kInfinity; }
  bool operator==(const SqlTimestamp& other) const { return micros == other.micros; }
};

struct SqlValue;
using SqlList = std::vector<SqlValue>;

struct SqlValue {
  std::variant<SqlNull, bool, std::int64_t, double, std::string, SqlTimestamp, SqlList, float> value;

  bool is_null() const { return value.index() == 0; }
  /// TRUE, and neither FALSE nor NULL: what CASE WHEN asks.
  bool is_true() const {
    const bool* b = std::get_if<bool>(&value);
    return b != nullptr && *b;
  }
  bool operator==(const SqlValue&) const = default;
};

}  // namespace gmpi
