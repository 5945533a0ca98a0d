// benchmarks/population/calendar.h - days as integers, so that a life is arithmetic.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace gmpi::population {

/// Days since 1970-01-01; negative before it.
using Day = std::int32_t;

struct Civil {
  int year;
  int month;  // 1 to 12
  int day;    // 1 to 31
};

constexpr Day day_of(int year, int month, int day) {
  using namespace std::chrono;
  return static_cast<Day>(sys_days{std::chrono::year{year} / month / day}.time_since_epoch().count());
}

constexpr Civil civil_of(Day day) {
  using namespace std::chrono;
  const year_month_day ymd{sys_days{days{day}}};
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

constexpr int year_of(Day day) {
  return civil_of(day).year;
}

constexpr bool is_date(int year, int month, int day) {
  return (std::chrono::year{year} / month / day).ok();
}

/// Whole years lived on `on`.
constexpr int age_on(Day birth, Day on) {
  const Civil b = civil_of(birth), d = civil_of(on);
  return d.year - b.year - ((d.month < b.month || (d.month == b.month && d.day < b.day)) ? 1 : 0);
}

/// "YYYY-MM-DD".
inline std::string format_day(Day day) {
  const Civil c = civil_of(day);
  std::string text(10, '-');
  for (int i = 3, y = c.year; i >= 0; --i, y /= 10) text[i] = static_cast<char>('0' + y % 10);
  text[5] = static_cast<char>('0' + c.month / 10);
  text[6] = static_cast<char>('0' + c.month % 10);
  text[8] = static_cast<char>('0' + c.day / 10);
  text[9] = static_cast<char>('0' + c.day % 10);
  return text;
}

inline constexpr Day kNever = 1'000'000;
inline constexpr Day kYear = 365;
/// The twenty-one years simulated; the last day is "today".
inline constexpr Day kWindowStart = day_of(2005, 1, 1);
inline constexpr Day kWindowEnd = day_of(2025, 12, 31);

}  // namespace gmpi::population
