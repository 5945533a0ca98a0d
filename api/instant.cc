#include "api/instant.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace gmpi {
namespace {

using namespace std::chrono;

// `count` digits at `at`, or -1.
int digits_at(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int number = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

bool char_at(std::string_view text, std::size_t at, char c) {
  return at < text.size() && text[at] == c;
}

std::optional<sys_days> read_day(std::string_view text) {
  const int y = digits_at(text, 0, 4), m = digits_at(text, 5, 2), d = digits_at(text, 8, 2);
  if (y < 1800 || m < 0 || d < 0 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

// Minutes east of UTC of "Z", "+01:00", "-05:30".
std::optional<int> read_offset(std::string_view text) {
  if (text == "Z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const int h = digits_at(text, 1, 2), m = digits_at(text, 4, 2);
  if (h < 0 || h > 14 || m < 0 || m > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (h * 60 + m);
}

// Cuts ".123456" off the front of `rest`, as milliseconds; null: a point without digits.
std::optional<int> take_fraction(std::string_view& rest) {
  if (!rest.starts_with('.')) return 0;
  rest.remove_prefix(1);
  int millis = 0;
  std::size_t count = 0;
  for (int unit = 100; count < rest.size() && rest[count] >= '0' && rest[count] <= '9'; ++count, unit /= 10)
    millis += (rest[count] - '0') * unit;
  if (count == 0) return std::nullopt;
  rest.remove_prefix(count);
  return millis;
}

struct Parts {
  year_month_day date;
  hh_mm_ss<milliseconds> time;
  weekday on;
};

Parts parts_of(UnixMillis at) {
  const sys_time<milliseconds> moment{milliseconds(at)};
  const auto midnight = floor<days>(moment);
  return {year_month_day(midnight), hh_mm_ss<milliseconds>(moment - midnight), weekday(midnight)};
}

}  // namespace

std::optional<UnixMillis> parse_instant(std::string_view text) {
  if (text.size() < 10 || text.size() > 40) return std::nullopt;
  const auto date = read_day(text.substr(0, 10));
  if (!date) return std::nullopt;
  const UnixMillis midnight = duration_cast<milliseconds>(date->time_since_epoch()).count();
  if (text.size() == 10) return midnight;
  const int h = digits_at(text, 11, 2), m = digits_at(text, 14, 2), s = digits_at(text, 17, 2);
  const bool form = char_at(text, 10, 'T') && char_at(text, 13, ':') && char_at(text, 16, ':');
  if (!form || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60) return std::nullopt;
  std::string_view rest = text.substr(19);
  const auto millis = take_fraction(rest);
  const auto offset = read_offset(rest);
  if (!millis || !offset) return std::nullopt;
  return midnight + ((h * 60 + m - *offset) * 60LL + s) * 1000 + *millis;
}

std::string format_instant(UnixMillis at) {
  const Parts parts = parts_of(at);
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", format_day(at), parts.time.hours().count(),
                     parts.time.minutes().count(), parts.time.seconds().count(),
                     parts.time.subseconds().count());
}

std::string format_day(UnixMillis at) {
  const year_month_day date = parts_of(at).date;
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string format_http_date(UnixMillis at) {
  static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Parts parts = parts_of(at);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[parts.on.c_encoding()],
                     static_cast<unsigned>(parts.date.day()),
                     kMonths[static_cast<unsigned>(parts.date.month()) - 1],
                     static_cast<int>(parts.date.year()), parts.time.hours().count(),
                     parts.time.minutes().count(), parts.time.seconds().count());
}

}  // namespace gmpi
