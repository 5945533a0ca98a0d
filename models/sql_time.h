// models/sql_time.h - strptime and calendar differences as DuckDB computes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "models/sql_value.h"

namespace gmpi {

/// The time `text` stands for under `format`, absent when it does not fit: leading and trailing spaces are
/// allowed, numbers may be shorter than written ('2020-1-5', and '20-01-05' is the year 20), impossible dates
/// do not fit. Requires a format that check_time_format (sql_evaluate.h) accepts; an unknown specifier fits
/// nothing.
std::optional<SqlTimestamp> parse_time(std::string_view text, std::string_view format);

/// The time that 'epoch', 'infinity' or '-infinity' stands for, in any case of letters; absent for other texts.
std::optional<SqlTimestamp> special_time(std::string_view text);

/// The first specifier of `format` that parse_time does not know, or empty.
std::string unknown_time_specifier(std::string_view format);

/// Number of `part` boundaries (day, month, quarter, year, hour, minute, second) crossed from `from` to `to`.
/// Requires finite times. Errors: kUnsupported (unknown part).
Result<std::int64_t> time_difference(std::string_view part, SqlTimestamp from, SqlTimestamp to);

/// The year, month, day, hour, minute or second of a finite time. Errors: kUnsupported (unknown part).
Result<std::int64_t> time_part(std::string_view part, SqlTimestamp stamp);

/// A DATE as DuckDB counts it, in days; an infinite one is the largest or smallest count.
std::int64_t days_of(SqlTimestamp date);

/// True when the name is a part that time_difference knows.
bool is_time_part(std::string_view part);

}  // namespace gmpi
