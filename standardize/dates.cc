#include "standardize/dates.h"

#include <algorithm>
#include <array>

#include "standardize/fold.h"

namespace gmpi {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;

constexpr int kYearMin = 1000;

Date make_date(int y, int m, int d) {
  return {year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
}

/// The number at the front of `word` when at most four digits and nothing but `suffix` follow; else -1.
int number_of(std::string_view word, bool ordinal_allowed) {
  std::size_t digits = 0;
  int value = 0;
  while (digits < word.size() && digits < 5 && is_digit(word[digits]))
    value = value * 10 + (word[digits++] - '0');
  if (digits == 0 || digits > 4) return -1;
  const std::string_view rest = word.substr(digits);
  if (rest.empty()) return value;
  return ordinal_allowed && (rest == "st" || rest == "nd" || rest == "rd" || rest == "th") ? value : -1;
}

/// 1 to 12 from "may", "sep", "sept", "september"; 0 when no month's name.
int month_named(std::string_view word) {
  constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                        "may",       "june",     "july",     "august",
                                                        "september", "october",  "november", "december"};
  if (word.size() < 3) return 0;
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (kMonths[i].starts_with(word)) return static_cast<int>(i) + 1;
  return 0;
}

DateReading no_date(std::string_view reason, int y = 0, int m = 0) {
  return {std::nullopt, y, m, reason};
}

/// Year, month, day as numbers; 0 for month or day means not known.
DateReading from_parts(int y, int m, int d) {
  if (y < kYearMin || y > 9999) return no_date("not a date");
  if (m == 0) return no_date("partial date", y);
  if (m > 12 || m < 0) return no_date("impossible date", y);
  if (d == 0) return no_date("partial date", y, m);
  const Date date = make_date(y, m, d);
  if (d < 0 || d > 31 || !date.ok()) return no_date("impossible date", y);
  return {date, y, m, {}};
}

/// YYYY, YYYYMM, YYYYMMDD and HL7 v2 time stamps, which go on with hours.
DateReading from_digit_run(std::string_view digits) {
  const auto part = [&](std::size_t at, std::size_t size) {
    return at + size <= digits.size() ? number_of(digits.substr(at, size), false) : 0;
  };
  if (digits.size() == 4) return from_parts(part(0, 4), 0, 0);
  if (digits.size() == 6) return from_parts(part(0, 4), part(4, 2), 0);
  if (digits.size() >= 8 && digits.size() <= 17) return from_parts(part(0, 4), part(4, 2), part(6, 2));
  return no_date("not a date");
}

/// Cuts what follows the date: "t10:30", " 10:30:00", "t00:00:00z".
std::string_view without_time(std::string_view text) {
  for (std::size_t i = 8; i + 1 < text.size(); ++i) {
    if (!is_digit(text[i + 1])) continue;
    if (text[i] == 't' && is_digit(text[i - 1])) return text.substr(0, i);
    if (text[i] == ' ' && text.find(':', i) <= i + 3) return text.substr(0, i);
  }
  return text;
}

bool is_year(std::string_view word) {
  return word.size() == 4 && all_digits(word);
}

DateReading from_three(std::string_view a, std::string_view b, std::string_view c) {
  const int first = number_of(a, true);
  const int second = number_of(b, true);
  const int third = number_of(c, true);
  if (const int m = month_named(b); m != 0 && first >= 0) {
    if (is_year(a)) return from_parts(first, m, third);
    return c.size() == 2 ? no_date("two-digit year") : from_parts(third, m, first);
  }
  if (const int m = month_named(a); m != 0 && second >= 0) return from_parts(third, m, second);
  if (first < 0 || second < 0 || third < 0) return no_date("not a date");
  if (is_year(a)) return from_parts(first, second, third);
  if (!is_year(c)) return no_date(c.size() == 2 ? "two-digit year" : "not a date");
  const bool month_first = second > 12 && second <= 31 && first >= 1 && first <= 12;
  return month_first ? from_parts(third, first, second) : from_parts(third, second, first);
}

DateReading from_two(std::string_view a, std::string_view b) {
  if (const int m = month_named(a); m != 0) return from_parts(number_of(b, false), m, 0);
  const int first = number_of(a, false);
  const int second = number_of(b, false);
  if (first < 0 || second < 0) return no_date("not a date");
  if (is_year(a)) return from_parts(first, second, 0);
  return is_year(b) ? from_parts(second, first, 0) : no_date("not a date");
}

/// The usual shape, without allocation.
bool read_iso(std::string_view text, DateReading& out) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  if (!all_digits(text.substr(0, 4)) || !all_digits(text.substr(5, 2)) || !all_digits(text.substr(8)))
    return false;
  out = from_parts(number_of(text.substr(0, 4), false), number_of(text.substr(5, 2), false),
                   number_of(text.substr(8), false));
  return true;
}

}  // namespace

DateReading read_date(std::string_view text) {
  DateReading iso;
  if (read_iso(text, iso)) return iso;
  const std::string folded = fold(text);
  if (folded.empty()) return {};
  const Words words = split_words(without_time(folded), " -/.,");
  if (words.size() == 1 && all_digits(words[0])) return from_digit_run(words[0]);
  if (words.size() == 2) return from_two(words[0], words[1]);
  if (words.size() == 3) return from_three(words[0], words[1], words[2]);
  return no_date("not a date");
}

std::string format_date(Date date) {
  std::string text = "0000-00-00";
  const auto put = [&text](std::size_t last, unsigned value) {
    for (; value > 0; value /= 10) text[last--] = static_cast<char>('0' + value % 10);
  };
  put(3, static_cast<unsigned>(static_cast<int>(date.year())));
  put(6, static_cast<unsigned>(date.month()));
  put(9, static_cast<unsigned>(date.day()));
  return text;
}

bool is_default_date(Date date) {
  constexpr auto at = [](int y, unsigned m, unsigned d) { return Date{year(y), month(m), day(d)}; };
  constexpr std::array kDefaults = {at(1000, 1, 1),   at(1111, 11, 11), at(1753, 1, 1),  at(1800, 1, 1),
                                    at(1899, 12, 30), at(1899, 12, 31), at(1900, 1, 1),  at(1901, 1, 1),
                                    at(2999, 12, 31), at(9999, 9, 9),   at(9999, 12, 31)};
  return std::ranges::find(kDefaults, date) != kDefaults.end();
}

std::optional<Date> swap_day_and_month(Date date) {
  const auto d = static_cast<unsigned>(date.day());
  const auto m = static_cast<unsigned>(date.month());
  if (d > 12 || d == m) return std::nullopt;
  return Date{date.year(), month(d), day(m)};
}

}  // namespace gmpi
