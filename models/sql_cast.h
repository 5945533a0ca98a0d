// models/sql_cast.h - conversion and order of SQL values, as DuckDB does both.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "models/sql_value.h"

namespace gmpi {

/// "INTEGER", "VARCHAR" ...: for messages. Never the value itself.
std::string_view type_name(const SqlValue& value);

/// True for the types of "cast" and "try_cast" that cast_value knows.
bool is_cast_type(std::string_view type);

/// CAST(value AS type). NULL stays NULL. Errors: kInvalidInput (no such conversion or it fails, without the
/// value), kUnsupported (unknown type).
Result<SqlValue> cast_value(const SqlValue& value, std::string_view type);

/// Order of two values, neither NULL, after DuckDB's implicit conversion of text to the other side's type.
/// Text by bytes, NaN equal to itself and above all numbers, lists element by element. Errors: kInvalidInput.
Result<std::weak_ordering> compare_values(const SqlValue& left, const SqlValue& right);

/// The number as a double; absent when the value is no number.
std::optional<double> as_double(const SqlValue& value);

struct CivilDate {
  std::int64_t year = 1970, month = 1, day = 1;
};

/// Years, months and days as a count of days since 1970-01-01; absent when there is no such day, or none whose
/// microseconds 64 bits hold (some 290,000 years either way).
/// Source of both: Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013.
std::optional<std::int64_t> days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day);
CivilDate civil_from_days(std::int64_t days);

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

}  // namespace gmpi
