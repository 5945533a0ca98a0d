#include "models/sql_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/sql_cast.h"

namespace gmpi {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> kDays = {"sunday",   "monday", "tuesday", "wednesday",
                                                   "thursday", "friday", "saturday"};

/// Specifiers that stand for others.
constexpr std::array<std::pair<char, std::string_view>, 3> kComposites = {
    {{'x', "%Y-%m-%d"}, {'X', "%H:%M:%S"}, {'c', "%Y-%m-%d %H:%M:%S"}}};

std::string expanded(std::string_view format) {
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
      continue;
    }
    std::string_view replacement = format.substr(i, 2);
    for (const auto& [name, meaning] : kComposites)
      if (format[i + 1] == name) replacement = meaning;
    out += replacement;
    ++i;
  }
  return out;
}

class TimeParser {
 public:
  explicit TimeParser(std::string_view text) : text_(text) {}

  std::optional<SqlTimestamp> parse(std::string_view format) {
    skip_spaces();
    for (std::size_t i = 0; i < format.size(); ++i) {
      if (format[i] == '%' && i + 1 < format.size() && format[i + 1] != '%') {
        ++i;
        if (format[i] == '-' && i + 1 < format.size()) ++i;  // %-d reads as %d
        if (!specifier(format[i])) return std::nullopt;
      } else if (is_space(format[i])) {  // a run of spaces fits any run of spaces
        if (at_ >= text_.size() || !is_space(text_[at_])) return std::nullopt;
        skip_spaces();
        while (i + 1 < format.size() && is_space(format[i + 1])) ++i;
      } else {
        if (format[i] == '%') ++i;
        if (at_ >= text_.size() || text_[at_++] != format[i]) return std::nullopt;
      }
    }
    skip_spaces();
    if (at_ != text_.size()) return std::nullopt;
    return result();
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  bool number(std::size_t digits_most, std::int64_t least, std::int64_t most, std::int64_t& out) {
    const std::size_t start = at_;
    std::int64_t value = 0;
    while (at_ < text_.size() && at_ - start < digits_most && is_digit(text_[at_]))
      value = value * 10 + (text_[at_++] - '0');
    out = value;
    return at_ > start && value >= least && value <= most;
  }

  /// A name of `names`, whole or cut to three letters, in any case.
  template <std::size_t N>
  bool name(const std::array<std::string_view, N>& names, bool whole, std::int64_t& out) {
    for (std::size_t i = 0; i < N; ++i) {
      const auto wanted = whole ? names[i] : names[i].substr(0, 3);
      if (text_.size() - at_ < wanted.size()) continue;
      std::size_t same = 0;
      while (same < wanted.size() && lower(text_[at_ + same]) == wanted[same]) ++same;
      if (same != wanted.size()) continue;
      at_ += same;
      out = static_cast<std::int64_t>(i);
      return true;
    }
    return false;
  }

  bool fraction(std::size_t digits_most) {
    std::int64_t unit = kMicrosPerSecond / 10;
    std::size_t count = 0;
    micros_ = 0;
    for (; at_ < text_.size() && is_digit(text_[at_]) && count < digits_most; ++at_, ++count, unit /= 10)
      micros_ += (text_[at_] - '0') * unit;
    return count > 0;
  }

  bool half_day() {
    if (text_.size() - at_ < 2 || lower(text_[at_ + 1]) != 'm') return false;
    const char half = lower(text_[at_]);
    at_ += 2;
    afternoon_ = half == 'p';
    halved_ = true;
    return half == 'a' || half == 'p';
  }

  bool specifier(char which) {
    std::int64_t ignored = 0;
    switch (which) {
      case 'Y': return number(4, 0, 9999, year_);
      case 'm': return number(2, 1, 12, month_);
      case 'd': return number(2, 1, 31, day_);
      case 'H': return number(2, 0, 23, hour_);
      case 'I': return number(2, 1, 12, hour_);
      case 'M': return number(2, 0, 59, minute_);
      case 'S': return number(2, 0, 59, second_);
      case 'f': return fraction(6);
      case 'g': return fraction(3);
      case 'p': return half_day();
      case 'a': return name(kDays, false, ignored);
      case 'A': return name(kDays, true, ignored);
      case 'y':
        if (!number(2, 0, 99, year_)) return false;
        year_ += year_ >= 69 ? 1900 : 2000;
        return true;
      case 'b':
      case 'B':
        if (!name(kMonths, which == 'B', month_)) return false;
        ++month_;
        return true;
      default: return false;
    }
  }

  std::optional<SqlTimestamp> result() const {
    const auto days = days_from_civil(year_, month_, day_);
    if (!days) return std::nullopt;
    std::int64_t hour = hour_;
    if (halved_) {
      if (hour > 12) return std::nullopt;
      hour = hour % 12 + (afternoon_ ? 12 : 0);
    }
    return SqlTimestamp{*days * kMicrosPerDay + ((hour * 60 + minute_) * 60 + second_) * kMicrosPerSecond +
                        micros_};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::int64_t year_ = 1900, month_ = 1, day_ = 1, hour_ = 0, minute_ = 0, second_ = 0, micros_ = 0;
  bool afternoon_ = false;
  bool halved_ = false;
};

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

CivilDate civil(SqlTimestamp stamp) {
  return civil_from_days(floor_div(stamp.micros, kMicrosPerDay));
}

/// The ordinal of the part that holds `stamp`: months since year 0, days since 1970 ...
std::optional<std::int64_t> part_ordinal(std::string_view part, SqlTimestamp stamp) {
  const CivilDate date = civil(stamp);
  if (part == "year") return date.year;
  if (part == "quarter") return date.year * 4 + (date.month - 1) / 3;
  if (part == "month") return date.year * 12 + date.month;
  if (part == "day") return floor_div(stamp.micros, kMicrosPerDay);
  if (part == "hour") return floor_div(stamp.micros, 3600 * kMicrosPerSecond);
  if (part == "minute") return floor_div(stamp.micros, 60 * kMicrosPerSecond);
  if (part == "second") return floor_div(stamp.micros, kMicrosPerSecond);
  return std::nullopt;
}

/// "DAYS" -> "day".
std::string singular(std::string_view part) {
  std::string out;
  for (char c : part) out += lower(c);
  if (out.size() > 1 && out.back() == 's') out.pop_back();
  return out;
}

}  // namespace

std::optional<SqlTimestamp> parse_time(std::string_view text, std::string_view format) {
  return TimeParser(text).parse(expanded(format));
}

std::optional<SqlTimestamp> special_time(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  constexpr std::pair<std::string_view, std::int64_t> kSpecials[] = {
      {"epoch", 0}, {"infinity", SqlTimestamp::kInfinity}, {"-infinity", -SqlTimestamp::kInfinity}};
  for (const auto& [name, micros] : kSpecials)
    if (std::equal(text.begin(), text.end(), name.begin(), name.end(), [](char a, char b) { return lower(a) == b; }))
      return SqlTimestamp{micros};
  return std::nullopt;
}

std::int64_t days_of(SqlTimestamp date) {
  if (date.is_infinite()) return date.micros > 0 ? INT32_MAX : -INT32_MAX;
  return floor_div(date.micros, kMicrosPerDay);
}

std::string unknown_time_specifier(std::string_view format) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    const std::size_t start = i++;
    if (i < format.size() && format[i] == '-') ++i;
    constexpr std::string_view kKnown = "YymdbBHIMSfgpaAxXc%";
    if (i >= format.size() || kKnown.find(format[i]) == std::string_view::npos)
      return std::string(format.substr(start, i + 1 - start));
  }
  return {};
}

bool is_time_part(std::string_view part) {
  return part_ordinal(singular(part), {}).has_value();
}

Result<std::int64_t> time_difference(std::string_view part, SqlTimestamp from, SqlTimestamp to) {
  const auto name = singular(part);
  const auto first = part_ordinal(name, from);
  const auto last = part_ordinal(name, to);
  if (!first || !last)
    return make_error(ErrorCode::kUnsupported, fmt::format("date part '{}' is not known", part));
  return *last - *first;
}

Result<std::int64_t> time_part(std::string_view part, SqlTimestamp stamp) {
  const auto name = singular(part);
  const auto date = civil(stamp);
  const std::int64_t second = floor_div(stamp.micros, kMicrosPerSecond);
  if (name == "year") return date.year;
  if (name == "month") return date.month;
  if (name == "day") return date.day;
  if (name == "quarter") return (date.month + 2) / 3;
  if (name == "hour") return floor_div(second, 3600) - floor_div(second, 86'400) * 24;
  if (name == "minute") return floor_div(second, 60) - floor_div(second, 3600) * 60;
  if (name == "second") return second - floor_div(second, 60) * 60;
  return make_error(ErrorCode::kUnsupported, fmt::format("date part '{}' is not known", part));
}

}  // namespace gmpi
