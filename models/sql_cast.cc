#include "models/sql_cast.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace gmpi {
namespace {

constexpr std::int64_t kDaysPerEra = 146'097;        // 400 years
constexpr std::int64_t kDaysFromYearZero = 719'468;  // 0000-03-01 to 1970-01-01

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool same_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

Error cast_error(const SqlValue& value, std::string_view type) {
  return make_error(ErrorCode::kInvalidInput, fmt::format("cannot convert {} to {}", type_name(value), type));
}

/// Digits with single underscores between them ("1_000" as DuckDB reads it); false when malformed.
bool strip_underscores(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
    } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
      return false;
    }
  }
  return true;
}

std::optional<double> double_from_text(std::string_view raw) {
  std::string text;
  if (!strip_underscores(trimmed(raw), text)) return std::nullopt;
  std::string_view digits = text;
  if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
  if (digits.empty() || (digits.front() == '+')) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end != digits.data() + digits.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::strtod(std::string(digits).c_str(), nullptr);
  if (error != std::errc()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> radix_integer(std::string_view text, int base, std::int64_t sign) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty() || text.front() == '-')
    return std::nullopt;
  return sign * value;
}

/// Text to integer with DuckDB's rounding half away from zero: "1.5" is 2, "1e3" is 1000, "0x1F" is 31.
std::optional<std::int64_t> integer_from_text(std::string_view raw) {
  std::string text;
  if (!strip_underscores(trimmed(raw), text)) return std::nullopt;
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  if (rest.size() > 2 && rest[0] == '0') {
    const char prefix = static_cast<char>(rest[1] | 0x20);
    if (prefix == 'x') return radix_integer(rest.substr(2), 16, negative ? -1 : 1);
    if (prefix == 'b') return radix_integer(rest.substr(2), 2, negative ? -1 : 1);
  }
  if (rest.empty() || !(is_digit(rest[0]) || (rest[0] == '.' && rest.size() > 1 && is_digit(rest[1]))))
    return std::nullopt;
  if (std::all_of(rest.begin(), rest.end(), is_digit)) {
    std::int64_t value = 0;
    const std::string signed_text = (negative ? "-" : "") + std::string(rest);
    const auto [end, error] =
        std::from_chars(signed_text.data(), signed_text.data() + signed_text.size(), value);
    return error == std::errc() ? std::optional(value) : std::nullopt;
  }
  const auto value = double_from_text(text);
  if (!value || !std::isfinite(*value) || std::fabs(*value) >= 9.2e18) return std::nullopt;
  return static_cast<std::int64_t>(std::round(*value));
}

std::optional<bool> boolean_from_text(std::string_view text) {
  for (std::string_view yes : {"true", "t", "yes", "y", "1"})
    if (same_ignoring_case(text, yes)) return true;
  for (std::string_view no : {"false", "f", "no", "n", "0"})
    if (same_ignoring_case(text, no)) return false;
  return std::nullopt;
}

/// Reads between `least` and `most` digits at `at`; advances `at`.
std::optional<std::int64_t> digits_at(std::string_view text, std::size_t& at, int least, int most) {
  std::int64_t value = 0;
  int count = 0;
  while (at < text.size() && is_digit(text[at]) && count < most) {
    value = value * 10 + (text[at++] - '0');
    ++count;
  }
  return count >= least ? std::optional(value) : std::nullopt;
}

/// The date at the start of `text`; `at` is left after it.
std::optional<std::int64_t> days_from_text(std::string_view text, std::size_t& at) {
  while (at < text.size() && is_space(text[at])) ++at;
  if (same_ignoring_case(trimmed(text), "epoch")) {
    at = text.size();
    return 0;
  }
  const bool negative = at < text.size() && text[at] == '-';
  if (negative) ++at;
  const auto year = digits_at(text, at, 1, 6);
  if (!year || at >= text.size()) return std::nullopt;
  const char separator = text[at++];
  if (separator != ' ' && separator != '-' && separator != '/' && separator != '\\') return std::nullopt;
  const auto month = digits_at(text, at, 1, 2);
  if (!month || at >= text.size() || text[at++] != separator) return std::nullopt;
  const auto day = digits_at(text, at, 1, 2);
  if (!day || (at < text.size() && is_digit(text[at]))) return std::nullopt;
  constexpr std::string_view kBeforeChrist = " (BC)";
  const bool bc = text.substr(at).starts_with(kBeforeChrist);
  if (bc) at += kBeforeChrist.size();
  if (bc && (negative || *year == 0)) return std::nullopt;
  return days_from_civil(bc ? 1 - *year : negative ? -*year : *year, *month, *day);
}

std::optional<SqlTimestamp> infinity_from_text(std::string_view text, bool is_date) {
  const bool ends_in_space = !text.empty() && is_space(text.back());
  text = trimmed(text);
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const bool is_short = same_ignoring_case(text, "inf") && !ends_in_space;  // DuckDB 1.5: 'inf ' is none
  if (!is_short && !same_ignoring_case(text, "infinity")) return std::nullopt;
  return SqlTimestamp{negative ? -SqlTimestamp::kInfinity : SqlTimestamp::kInfinity, is_date};
}

std::optional<SqlTimestamp> date_from_text(std::string_view text) {
  if (const auto infinity = infinity_from_text(text, true)) return infinity;
  std::size_t at = 0;
  const auto days = days_from_text(text, at);
  if (!days) return std::nullopt;
  return SqlTimestamp{*days * kMicrosPerDay, true};
}

/// HH:MM[:SS[.ffffff]] as microseconds of the day; `at` is left after it.
std::optional<std::int64_t> time_from_text(std::string_view text, std::size_t& at) {
  const auto hour = digits_at(text, at, 1, 2);
  if (!hour || at >= text.size() || text[at++] != ':') return std::nullopt;
  const auto minute = digits_at(text, at, 2, 2);
  if (!minute || *hour > 24 || *minute > 59) return std::nullopt;
  std::int64_t micros = (*hour * 3600 + *minute * 60) * kMicrosPerSecond;
  if (at < text.size() && text[at] == ':') {
    const auto second = digits_at(text, ++at, 2, 2);
    if (!second || *second > 59) return std::nullopt;
    micros += *second * kMicrosPerSecond;
    if (at < text.size() && text[at] == '.') {
      std::int64_t unit = kMicrosPerSecond / 10;
      for (++at; at < text.size() && is_digit(text[at]); ++at, unit /= 10) micros += (text[at] - '0') * unit;
    }
  }
  return micros <= kMicrosPerDay ? std::optional(micros) : std::nullopt;
}

std::optional<SqlTimestamp> timestamp_from_text(std::string_view text) {
  if (const auto infinity = infinity_from_text(text, false)) return infinity;
  std::size_t at = 0;
  const auto days = days_from_text(text, at);
  if (!days) return std::nullopt;
  std::int64_t micros = *days * kMicrosPerDay;
  if (at == text.size()) return SqlTimestamp{micros, false};
  if (text[at] != ' ' && text[at] != 'T') return std::nullopt;
  const auto time = time_from_text(text, ++at);
  if (!time) return std::nullopt;
  const std::string_view rest = trimmed(text.substr(at));
  // A zone is read and ignored by DuckDB's TIMESTAMP; other trailing text is refused.
  const bool zone = rest.empty() || rest == "Z" || ((rest[0] == '+' || rest[0] == '-') && rest.size() >= 3);
  return zone ? std::optional(SqlTimestamp{micros + *time, false}) : std::nullopt;
}

std::string text_of(double value) {
  auto text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string text_of(float value) {
  auto text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string text_of(const SqlTimestamp& stamp) {
  if (stamp.is_infinite()) return stamp.micros > 0 ? "infinity" : "-infinity";
  const std::int64_t rest = ((stamp.micros % kMicrosPerDay) + kMicrosPerDay) % kMicrosPerDay;
  const auto [year, month, day] = civil_from_days((stamp.micros - rest) / kMicrosPerDay);
  auto text = fmt::format("{:04}-{:02}-{:02}{}", year > 0 ? year : 1 - year, month, day, year > 0 ? "" : " (BC)");
  if (stamp.is_date) return text;
  const std::int64_t seconds = rest / kMicrosPerSecond;
  text += fmt::format(" {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (rest % kMicrosPerSecond != 0) {
    auto fraction = fmt::format(".{:06}", rest % kMicrosPerSecond);
    text += fraction.erase(fraction.find_last_not_of('0') + 1);
  }
  return text;
}

Result<SqlValue> to_text(const SqlValue& value) {
  if (const auto* b = std::get_if<bool>(&value.value)) return SqlValue{std::string(*b ? "true" : "false")};
  if (const auto* i = std::get_if<std::int64_t>(&value.value)) return SqlValue{std::to_string(*i)};
  if (const auto* d = std::get_if<double>(&value.value)) return SqlValue{text_of(*d)};
  if (const auto* f = std::get_if<float>(&value.value)) return SqlValue{text_of(*f)};
  if (const auto* t = std::get_if<SqlTimestamp>(&value.value)) return SqlValue{text_of(*t)};
  if (std::holds_alternative<std::string>(value.value)) return value;
  return make_error(ErrorCode::kUnsupported, "lists are not printed");
}

Result<SqlValue> to_integer(const SqlValue& value, std::string_view type, std::int64_t least,
                            std::int64_t most) {
  std::optional<std::int64_t> result;
  if (const auto* b = std::get_if<bool>(&value.value)) result = *b ? 1 : 0;
  if (const auto* i = std::get_if<std::int64_t>(&value.value)) result = *i;
  if (const auto* text = std::get_if<std::string>(&value.value)) result = integer_from_text(*text);
  if (std::holds_alternative<double>(value.value) || std::holds_alternative<float>(value.value)) {
    const double d = std::nearbyint(*as_double(value));  // half to even
    if (std::isfinite(d) && std::fabs(d) < 9.2e18) result = static_cast<std::int64_t>(d);
  }
  if (!result || *result < least || *result > most) return cast_error(value, type);
  return SqlValue{*result};
}

Result<SqlValue> to_double(const SqlValue& value, std::string_view type) {
  if (const auto number = as_double(value)) return SqlValue{*number};
  if (const auto* b = std::get_if<bool>(&value.value)) return SqlValue{*b ? 1.0 : 0.0};
  if (const auto* text = std::get_if<std::string>(&value.value))
    if (const auto number = double_from_text(*text)) return SqlValue{*number};
  return cast_error(value, type);
}

Result<SqlValue> to_boolean(const SqlValue& value, std::string_view type) {
  if (std::holds_alternative<bool>(value.value)) return value;
  if (const auto number = as_double(value)) return SqlValue{*number != 0};
  if (const auto* text = std::get_if<std::string>(&value.value))
    if (const auto truth = boolean_from_text(*text)) return SqlValue{*truth};
  return cast_error(value, type);
}

Result<SqlValue> to_timestamp(const SqlValue& value, std::string_view type) {
  const bool is_date = type == "date";
  if (const auto* stamp = std::get_if<SqlTimestamp>(&value.value)) {
    if (stamp->is_infinite()) return SqlValue{SqlTimestamp{stamp->micros, is_date}};
    const std::int64_t day =
        stamp->micros - ((stamp->micros % kMicrosPerDay) + kMicrosPerDay) % kMicrosPerDay;
    return SqlValue{SqlTimestamp{is_date ? day : stamp->micros, is_date}};
  }
  const auto* text = std::get_if<std::string>(&value.value);
  if (text != nullptr)
    if (const auto stamp = is_date ? date_from_text(*text) : timestamp_from_text(*text))
      return SqlValue{*stamp};
  return cast_error(value, type);
}

std::weak_ordering order_of(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return static_cast<int>(std::isnan(a)) <=> static_cast<int>(std::isnan(b));
  return a < b   ? std::weak_ordering::less
         : a > b ? std::weak_ordering::greater
                 : std::weak_ordering::equivalent;
}

Result<std::weak_ordering> compare_lists(const SqlList& left, const SqlList& right) {
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (left[i].is_null() || right[i].is_null()) {  // inside a list NULL equals NULL and is above all values
      if (left[i].is_null() && right[i].is_null()) continue;
      return left[i].is_null() ? std::weak_ordering::greater : std::weak_ordering::less;
    }
    auto order = compare_values(left[i], right[i]);
    if (!order || *order != 0) return order;
  }
  return std::weak_ordering(left.size() <=> right.size());
}

bool is_number(const SqlValue& value) {
  return as_double(value).has_value();
}

Result<std::weak_ordering> compare_numbers(const SqlValue& left, const SqlValue& right) {
  const auto* a = std::get_if<std::int64_t>(&left.value);
  const auto* b = std::get_if<std::int64_t>(&right.value);
  if (a != nullptr && b != nullptr) return std::weak_ordering(*a <=> *b);
  const bool single = std::holds_alternative<float>(left.value) || std::holds_alternative<float>(right.value);
  const bool with_double =
      std::holds_alternative<double>(left.value) || std::holds_alternative<double>(right.value);
  if (single && !with_double)  // FLOAT beside an integer is compared in single precision
    return order_of(static_cast<float>(*as_double(left)), static_cast<float>(*as_double(right)));
  return order_of(*as_double(left), *as_double(right));
}

/// The cast DuckDB applies to text that stands beside a value of another type.
std::string_view implicit_type(const SqlValue& other) {
  if (std::holds_alternative<bool>(other.value)) return "boolean";
  if (std::holds_alternative<std::int64_t>(other.value)) return "bigint";
  if (std::holds_alternative<double>(other.value)) return "double";
  if (std::holds_alternative<float>(other.value)) return "float";
  if (const auto* stamp = std::get_if<SqlTimestamp>(&other.value))
    return stamp->is_date ? "date" : "timestamp";
  return {};
}

}  // namespace

std::string_view type_name(const SqlValue& value) {
  static constexpr std::string_view kNames[] = {"NULL",    "BOOLEAN",   "INTEGER", "DOUBLE",
                                                "VARCHAR", "TIMESTAMP", "LIST",    "FLOAT"};
  return kNames[value.value.index()];
}

std::optional<std::int64_t> days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  constexpr std::int64_t kYearsMost = 290'000;
  constexpr std::int64_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < -kYearsMost || year > kYearsMost || month < 1 || month > 12 || day < 1) return std::nullopt;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (day > kDays[month - 1] + (month == 2 && leap ? 1 : 0)) return std::nullopt;
  const std::int64_t from_march = month <= 2 ? year - 1 : year;
  const std::int64_t era = (from_march >= 0 ? from_march : from_march - 399) / 400;
  const std::int64_t year_of_era = from_march - era * 400;
  const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kDaysFromYearZero;
}

CivilDate civil_from_days(std::int64_t days) {
  days += kDaysFromYearZero;
  const std::int64_t era = (days >= 0 ? days : days - (kDaysPerEra - 1)) / kDaysPerEra;
  const std::int64_t day_of_era = days - era * kDaysPerEra;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t from_march = (5 * day_of_year + 2) / 153;
  const std::int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day_of_year - (153 * from_march + 2) / 5 + 1};
}

std::optional<double> as_double(const SqlValue& value) {
  if (const auto* i = std::get_if<std::int64_t>(&value.value)) return static_cast<double>(*i);
  if (const auto* d = std::get_if<double>(&value.value)) return *d;
  if (const auto* f = std::get_if<float>(&value.value)) return static_cast<double>(*f);
  return std::nullopt;
}

bool is_cast_type(std::string_view type) {
  static constexpr std::string_view kTypes[] = {"tinyint", "smallint", "integer", "bigint", "float",
                                                "double",  "varchar",  "boolean", "date",   "timestamp"};
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

Result<SqlValue> cast_value(const SqlValue& value, std::string_view type) {
  if (!is_cast_type(type))
    return make_error(ErrorCode::kUnsupported, fmt::format("type '{}' is not known", type));
  if (value.is_null()) return value;
  if (type == "varchar") return to_text(value);
  if (type == "integer") return to_integer(value, type, INT32_MIN, INT32_MAX);
  if (type == "bigint") return to_integer(value, type, INT64_MIN, INT64_MAX);
  if (type == "smallint") return to_integer(value, type, INT16_MIN, INT16_MAX);
  if (type == "tinyint") return to_integer(value, type, INT8_MIN, INT8_MAX);
  if (type == "boolean") return to_boolean(value, type);
  if (type == "date" || type == "timestamp") return to_timestamp(value, type);
  auto number = to_double(value, type);
  if (!number || type == "double") return number;
  const double wide = *as_double(*number);
  const auto narrow = static_cast<float>(wide);
  const bool from_text =
      std::holds_alternative<std::string>(value.value);  // '1e40' becomes infinity, 1e40 does not
  if (std::isinf(narrow) && std::isfinite(wide) && !from_text) return cast_error(value, type);
  return SqlValue{narrow};
}

Result<std::weak_ordering> compare_values(const SqlValue& left, const SqlValue& right) {
  if (is_number(left) && is_number(right)) return compare_numbers(left, right);
  if (left.value.index() == right.value.index()) {
    if (const auto* text = std::get_if<std::string>(&left.value))
      return std::weak_ordering(text->compare(std::get<std::string>(right.value)) <=> 0);
    if (const auto* truth = std::get_if<bool>(&left.value))
      return std::weak_ordering(*truth <=> std::get<bool>(right.value));
    if (const auto* stamp = std::get_if<SqlTimestamp>(&left.value))
      return std::weak_ordering(stamp->micros <=> std::get<SqlTimestamp>(right.value).micros);
    if (const auto* list = std::get_if<SqlList>(&left.value))
      return compare_lists(*list, std::get<SqlList>(right.value));
  }
  if (std::holds_alternative<bool>(left.value) && is_number(right))
    return order_of(std::get<bool>(left.value) ? 1.0 : 0.0, *as_double(right));
  if (std::holds_alternative<bool>(right.value) && is_number(left))
    return order_of(*as_double(left), std::get<bool>(right.value) ? 1.0 : 0.0);
  const bool text_left = std::holds_alternative<std::string>(left.value);
  const bool text_right = std::holds_alternative<std::string>(right.value);
  const std::string_view type = text_left ? implicit_type(right) : text_right ? implicit_type(left) : "";
  if (type.empty())
    return make_error(ErrorCode::kInvalidInput,
                      fmt::format("cannot compare {} with {}", type_name(left), type_name(right)));
  auto converted = cast_value(text_left ? left : right, type);
  if (!converted) return converted.error();
  return text_left ? compare_values(*converted, right) : compare_values(left, *converted);
}

}  // namespace gmpi
