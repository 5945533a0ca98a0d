// standardize/dates.h - dates as systems write them, read to year, month and day.
//
//     1980-05-01  1980/5/1  19800501  19800501T1030  1980-05-01T00:00:00Z     year first
//     01/05/1980  1.5.1980  1 May 1980  1st May 1980  01-MAY-1980             day first, as in the UK
//     May 1, 1980                                                             month named first
//     05/13/1980                                                              month first, the only reading
//     1980  1980-05  May 1980  1980-05-00                                     partial
//
// Two-digit years are refused: a newborn and a centenarian would share one. Tested by
// tests/standardize/dates_test.cc.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gmpi {

using Date = std::chrono::year_month_day;

struct DateReading {
  std::optional<Date> date;  // whole and in the calendar
  int year = 0;              // known also of partial and impossible dates; 0: not known
  int month = 0;             // known also of partial dates; 0: not known
  std::string_view reason;   // why there is no date; empty when there is one, or nothing was sent
};

/// Years 1000 to 9999. Reasons: "not a date", "two-digit year", "partial date", "impossible date".
DateReading read_date(std::string_view text);

/// "1980-05-01". Requires a year from 0 to 9999.
std::string format_date(Date date);

/// Dates that systems put in when none is known: 1800-01-01, 1900-01-01, 1901-01-01, 1899-12-30 ...
bool is_default_date(Date date);

/// The date with day and month exchanged, when that is another date of the calendar.
std::optional<Date> swap_day_and_month(Date date);

}  // namespace gmpi
