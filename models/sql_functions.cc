#include "models/sql_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "models/sql_cast.h"
#include "models/sql_patterns.h"
#include "models/sql_time.h"
#include "models/unicode_case.h"

namespace gmpi {
namespace {

using Values = std::span<const SqlValue>;
using Outcome = Result<SqlValue>;

Error mismatch(std::string_view what, const SqlValue& value) {
  return make_error(ErrorCode::kInvalidInput, fmt::format("{} expected, not {}", what, type_name(value)));
}

const std::string* text_in(const SqlValue& value) {
  return std::get_if<std::string>(&value.value);
}
const SqlList* list_in(const SqlValue& value) {
  return std::get_if<SqlList>(&value.value);
}

/// Runs `body` on the arguments as texts.
template <class Body>
Outcome with_texts(Values a, Body body) {
  for (const auto& value : a)
    if (text_in(value) == nullptr) return mismatch("text", value);
  return body();
}

/// Text as an integer argument ('2' for 2), as DuckDB allows.
Result<std::int64_t> integer_in(const SqlValue& value) {
  const auto number = cast_value(value, "bigint");
  if (!number) return number.error();
  return std::get<std::int64_t>(number->value);
}

/// |value| <= most, also for the least integer, which has no absolute value.
bool within(std::int64_t value, std::int64_t most) {
  return value >= -most && value <= most;
}

// ---------------------------------------------------------------- text

std::vector<std::size_t> code_point_starts(std::string_view text) {
  std::vector<std::size_t> starts;
  for (std::size_t at = 0; at < text.size(); at += code_point_length(text[at])) starts.push_back(at);
  return starts;
}

/// Code points [first, last) of text, both clamped.
std::string slice(std::string_view text, std::int64_t first, std::int64_t last) {
  const auto starts = code_point_starts(text);
  const auto count = static_cast<std::int64_t>(starts.size());
  first = std::clamp<std::int64_t>(first, 0, count);
  last = std::clamp<std::int64_t>(last, 0, count);
  if (first >= last) return {};
  const std::size_t begin = starts[static_cast<std::size_t>(first)];
  const std::size_t end = last == count ? text.size() : starts[static_cast<std::size_t>(last)];
  return std::string(text.substr(begin, end - begin));
}

std::int64_t count_code_points(std::string_view text) {
  return static_cast<std::int64_t>(code_point_starts(text).size());
}

constexpr std::int64_t kOffsetMost = std::int64_t{1} << 32;  // DuckDB refuses offsets beyond this too

Outcome substring(Values a, PatternCache*) {
  const auto* text = text_in(a[0]);
  if (text == nullptr) return mismatch("text", a[0]);
  auto offset = integer_in(a[1]);
  if (!offset) return offset.error();
  auto length = a.size() > 2 ? integer_in(a[2]) : Result<std::int64_t>(kOffsetMost);
  if (!length) return length.error();
  if (!within(*offset, kOffsetMost) || !within(*length, kOffsetMost))
    return make_error(ErrorCode::kInvalidInput, "substring offset or length out of range");
  const std::int64_t first = *offset >= 0 ? *offset - 1 : count_code_points(*text) + *offset;
  return SqlValue{*length >= 0 ? slice(*text, first, first + *length) : slice(*text, first + *length, first)};
}

Outcome left(Values a, PatternCache*) {
  const auto* text = text_in(a[0]);
  if (text == nullptr) return mismatch("text", a[0]);
  const auto count = integer_in(a[1]);
  if (!count) return count.error();
  return SqlValue{slice(*text, 0, *count >= 0 ? *count : count_code_points(*text) + *count)};
}

Outcome right(Values a, PatternCache*) {
  const auto* text = text_in(a[0]);
  if (text == nullptr) return mismatch("text", a[0]);
  const auto count = integer_in(a[1]);
  if (!count) return count.error();
  const std::int64_t size = count_code_points(*text);
  const std::int64_t first = *count >= 0 ? size - std::min(*count, size) : -std::max(*count, -size);
  return SqlValue{slice(*text, first, size)};
}

Outcome lower(Values a, PatternCache*) {
  return with_texts(a, [&]() -> Outcome { return SqlValue{to_lower(*text_in(a[0]))}; });
}
Outcome upper(Values a, PatternCache*) {
  return with_texts(a, [&]() -> Outcome { return SqlValue{to_upper(*text_in(a[0]))}; });
}

Outcome length(Values a, PatternCache*) {
  if (const auto* list = list_in(a[0])) return SqlValue{static_cast<std::int64_t>(list->size())};
  return with_texts(a, [&]() -> Outcome { return SqlValue{count_code_points(*text_in(a[0]))}; });
}
Outcome strlen_bytes(Values a, PatternCache*) {
  return with_texts(a,
                    [&]() -> Outcome { return SqlValue{static_cast<std::int64_t>(text_in(a[0])->size())}; });
}

/// Trims the spaces of Unicode (category Zs: neither tabs nor line ends), or the characters of the second argument.
Outcome trim_sides(Values a, bool left_side, bool right_side) {
  static constexpr std::string_view kSpaces =
      " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000";
  return with_texts(a, [&]() -> Outcome {
    const std::string_view text = *text_in(a[0]);
    const std::string_view set = a.size() > 1 ? std::string_view(*text_in(a[1])) : kSpaces;
    auto starts = code_point_starts(text);
    starts.push_back(text.size());
    std::size_t first = 0, last = starts.size() - 1;  // of the code points that stay: [first, last)
    const auto goes = [&](std::size_t i) { return set.find(text.substr(starts[i], starts[i + 1] - starts[i])) != set.npos; };
    while (left_side && first < last && goes(first)) ++first;
    while (right_side && first < last && goes(last - 1)) --last;
    return SqlValue{std::string(text.substr(starts[first], starts[last] - starts[first]))};
  });
}
Outcome trim(Values a, PatternCache*) {
  return trim_sides(a, true, true);
}
Outcome ltrim(Values a, PatternCache*) {
  return trim_sides(a, true, false);
}
Outcome rtrim(Values a, PatternCache*) {
  return trim_sides(a, false, true);
}

Outcome replace(Values a, PatternCache*) {
  return with_texts(a, [&]() -> Outcome {
    const std::string& text = *text_in(a[0]);
    const std::string& from = *text_in(a[1]);
    if (from.empty()) return a[0];
    std::string out;
    std::size_t at = 0;
    for (std::size_t hit; (hit = text.find(from, at)) != text.npos; at = hit + from.size())
      out.append(text, at, hit - at).append(*text_in(a[2]));
    return SqlValue{out.append(text, at)};
  });
}

Outcome concat(Values a, PatternCache*) {
  std::string out;
  for (const auto& value : a) {
    if (value.is_null()) continue;
    const auto text = cast_value(value, "varchar");
    if (!text) return text.error();
    out += std::get<std::string>(text->value);
  }
  return SqlValue{std::move(out)};
}

Outcome join(Values a, PatternCache*) {  // ||
  const auto* left_list = list_in(a[0]);
  const auto* right_list = list_in(a[1]);
  if (left_list == nullptr && right_list == nullptr) return concat(a, nullptr);
  if (left_list == nullptr || right_list == nullptr)
    return mismatch("list", left_list == nullptr ? a[0] : a[1]);
  SqlList out = *left_list;
  out.insert(out.end(), right_list->begin(), right_list->end());
  return SqlValue{std::move(out)};
}

Outcome starts_with(Values a, PatternCache*) {
  return with_texts(a, [&]() -> Outcome { return SqlValue{text_in(a[0])->starts_with(*text_in(a[1]))}; });
}
Outcome ends_with(Values a, PatternCache*) {
  return with_texts(a, [&]() -> Outcome { return SqlValue{text_in(a[0])->ends_with(*text_in(a[1]))}; });
}

Outcome like_text(Values a, PatternCache*) {
  return with_texts(a, [&]() -> Outcome { return SqlValue{like(*text_in(a[0]), *text_in(a[1]))}; });
}
Outcome ilike_text(Values a, PatternCache*) {
  return with_texts(
      a, [&]() -> Outcome { return SqlValue{like(to_lower(*text_in(a[0])), to_lower(*text_in(a[1])))}; });
}

Outcome split(Values a, PatternCache*) {
  return with_texts(a, [&]() -> Outcome {
    const std::string& text = *text_in(a[0]);
    const std::string& by = *text_in(a[1]);
    SqlList out;
    if (by.empty()) {
      for (std::size_t at = 0; at < text.size(); at += code_point_length(text[at]))
        out.push_back({text.substr(at, code_point_length(text[at]))});
      return SqlValue{std::move(out)};
    }
    std::size_t at = 0;
    for (std::size_t hit; (hit = text.find(by, at)) != text.npos; at = hit + by.size())
      out.push_back({text.substr(at, hit - at)});
    out.push_back({text.substr(at)});
    return SqlValue{std::move(out)};
  });
}

// ---------------------------------------------------------------- comparison and numbers

template <class Test>
Outcome compared(Values a, Test test) {
  const auto order = compare_values(a[0], a[1]);
  if (!order) return order.error();
  return SqlValue{static_cast<bool>(test(*order))};
}
Outcome equal(Values a, PatternCache*) {
  return compared(a, [](auto o) { return o == 0; });
}
Outcome unequal(Values a, PatternCache*) {
  return compared(a, [](auto o) { return o != 0; });
}
Outcome less(Values a, PatternCache*) {
  return compared(a, [](auto o) { return o < 0; });
}
Outcome less_equal(Values a, PatternCache*) {
  return compared(a, [](auto o) { return o <= 0; });
}
Outcome greater(Values a, PatternCache*) {
  return compared(a, [](auto o) { return o > 0; });
}
Outcome greater_equal(Values a, PatternCache*) {
  return compared(a, [](auto o) { return o >= 0; });
}

Outcome distinct_from(Values a, PatternCache*) {
  if (a[0].is_null() || a[1].is_null()) return SqlValue{a[0].is_null() != a[1].is_null()};
  return unequal(a, nullptr);
}
Outcome is_null(Values a, PatternCache*) {
  return SqlValue{a[0].is_null()};
}
Outcome is_not_null(Values a, PatternCache*) {
  return SqlValue{!a[0].is_null()};
}

Outcome null_if(Values a, PatternCache*) {
  if (a[0].is_null() || a[1].is_null()) return a[0];
  const auto same = equal(a, nullptr);
  if (!same) return same.error();
  return same->is_true() ? SqlValue{} : a[0];
}

Error overflow() {
  return make_error(ErrorCode::kInvalidInput, "integer overflow");
}

/// Applies an arithmetic operator in the type DuckDB would choose: integer, FLOAT or DOUBLE.
template <class Checked, class Floating>
Outcome arithmetic(Values a, Checked checked, Floating floating) {
  const auto* i = std::get_if<std::int64_t>(&a[0].value);
  const auto* j = std::get_if<std::int64_t>(&a[1].value);
  if (i != nullptr && j != nullptr) {
    std::int64_t out = 0;
    return checked(*i, *j, &out) ? Outcome(overflow()) : Outcome(SqlValue{out});
  }
  const auto x = as_double(a[0]);
  const auto y = as_double(a[1]);
  if (!x) return mismatch("number", a[0]);
  if (!y) return mismatch("number", a[1]);
  const bool doubles =
      std::holds_alternative<double>(a[0].value) || std::holds_alternative<double>(a[1].value);
  if (doubles) return SqlValue{floating(*x, *y)};
  return SqlValue{static_cast<float>(floating(static_cast<float>(*x), static_cast<float>(*y)))};
}

/// DATE plus or minus a number of days; DATE minus DATE in days. Absent when this is no date arithmetic.
std::optional<Outcome> date_arithmetic(Values a, std::int64_t sign) {
  const auto* x = std::get_if<SqlTimestamp>(&a[0].value);
  const auto* y = std::get_if<SqlTimestamp>(&a[1].value);
  if (x == nullptr && y == nullptr) return std::nullopt;
  const auto* days = std::get_if<std::int64_t>(&a[1].value);
  constexpr std::int64_t kDaysMost = 10'000'000;
  if (x != nullptr && x->is_date && days != nullptr && within(*days, kDaysMost)) {
    if (x->is_infinite()) return SqlValue{*x};
    const std::int64_t micros = x->micros + sign * *days * kMicrosPerDay;
    if (!within(micros, kDaysMost * kMicrosPerDay))
      return make_error(ErrorCode::kInvalidInput, "date out of range");
    return SqlValue{SqlTimestamp{micros, true}};
  }
  if (sign < 0 && x != nullptr && y != nullptr && x->is_date && y->is_date)
    return SqlValue{days_of(*x) - days_of(*y)};
  return make_error(ErrorCode::kUnsupported,
                    "intervals are not known; subtract EPOCH of each time, or use date_diff");
}

Outcome add(Values a, PatternCache*) {
  if (auto date = date_arithmetic(a, 1)) return *date;
  return arithmetic(
      a, [](auto x, auto y, auto* out) { return __builtin_add_overflow(x, y, out); },
      [](auto x, auto y) { return x + y; });
}
Outcome subtract(Values a, PatternCache*) {
  if (auto date = date_arithmetic(a, -1)) return *date;
  return arithmetic(
      a, [](auto x, auto y, auto* out) { return __builtin_sub_overflow(x, y, out); },
      [](auto x, auto y) { return x - y; });
}
Outcome multiply(Values a, PatternCache*) {
  return arithmetic(
      a, [](auto x, auto y, auto* out) { return __builtin_mul_overflow(x, y, out); },
      [](auto x, auto y) { return x * y; });
}
Outcome modulo(Values a, PatternCache*) {
  const auto* j = std::get_if<std::int64_t>(&a[1].value);
  if (j != nullptr && *j == 0 && std::holds_alternative<std::int64_t>(a[0].value)) return SqlValue{};
  return arithmetic(
      a,
      [](std::int64_t x, std::int64_t y, std::int64_t* out) {
        *out = y == -1 ? 0 : x % y;
        return false;
      },
      [](auto x, auto y) { return std::fmod(x, y); });
}
Outcome integer_divide(Values a, PatternCache*) {
  const auto* x = std::get_if<std::int64_t>(&a[0].value);
  const auto* y = std::get_if<std::int64_t>(&a[1].value);
  if (x == nullptr || y == nullptr) return mismatch("integer", x == nullptr ? a[0] : a[1]);
  if (*y == 0) return SqlValue{};
  if (*y == -1 && *x == std::numeric_limits<std::int64_t>::min()) return overflow();
  return SqlValue{*x / *y};
}
Outcome divide(Values a, PatternCache*) {  // always floating point, and by IEEE 754 when the divisor is zero
  const auto x = as_double(a[0]);
  const auto y = as_double(a[1]);
  if (!x) return mismatch("number", a[0]);
  if (!y) return mismatch("number", a[1]);
  const bool single = std::holds_alternative<float>(a[0].value) && std::holds_alternative<float>(a[1].value);
  if (single) return SqlValue{static_cast<float>(*x) / static_cast<float>(*y)};
  return SqlValue{*x / *y};
}

Outcome negate(Values a, PatternCache*) {
  const SqlValue operands[2] = {SqlValue{std::int64_t{0}}, a[0]};
  if (const auto* d = std::get_if<double>(&a[0].value)) return SqlValue{-*d};
  if (const auto* f = std::get_if<float>(&a[0].value)) return SqlValue{-*f};
  return subtract(operands, nullptr);
}
Outcome absolute(Values a, PatternCache*) {
  if (const auto* d = std::get_if<double>(&a[0].value)) return SqlValue{std::fabs(*d)};
  if (const auto* f = std::get_if<float>(&a[0].value)) return SqlValue{std::fabs(*f)};
  const auto* i = std::get_if<std::int64_t>(&a[0].value);
  if (i == nullptr) return mismatch("number", a[0]);
  if (*i == std::numeric_limits<std::int64_t>::min()) return overflow();
  return SqlValue{std::abs(*i)};
}

template <double (*Function)(double)>
Outcome real_function(Values a, PatternCache*) {
  const auto x = as_double(a[0]);
  if (!x) return mismatch("number", a[0]);
  return SqlValue{Function(*x)};
}

/// A function that DuckDB refuses outside [least, most].
template <double (*Function)(double), int Least, int Most, bool LeastIncluded>
Outcome bounded_function(Values a, PatternCache*) {
  const auto x = as_double(a[0]);
  if (!x) return mismatch("number", a[0]);
  const bool low = LeastIncluded ? *x < Least : *x <= Least;
  if (low || (Most > Least && *x > Most))
    return make_error(ErrorCode::kInvalidInput, "number outside the domain of the function");
  return SqlValue{Function(*x)};
}

double radians_of(double degrees) {
  return degrees * (std::numbers::pi / 180);
}
double degrees_of(double radians) {
  return radians * (180 / std::numbers::pi);
}

Outcome power(Values a, PatternCache*) {
  const auto x = as_double(a[0]);
  const auto y = as_double(a[1]);
  if (!x || !y) return mismatch("number", x ? a[1] : a[0]);
  return SqlValue{std::pow(*x, *y)};
}
Outcome atan2_of(Values a, PatternCache*) {
  const auto y = as_double(a[0]);
  const auto x = as_double(a[1]);
  if (!x || !y) return mismatch("number", y ? a[1] : a[0]);
  return SqlValue{std::atan2(*y, *x)};
}
Outcome pi(Values, PatternCache*) {
  return SqlValue{std::numbers::pi};
}

/// The first value for which every other is not `better`; NULLs are left out.
template <class Better>
Outcome extreme(Values a, Better better) {
  const SqlValue* best = nullptr;
  for (const auto& value : a) {
    if (value.is_null()) continue;
    if (best == nullptr) {
      best = &value;
      continue;
    }
    const auto order = compare_values(value, *best);
    if (!order) return order.error();
    if (better(*order)) best = &value;
  }
  return best == nullptr ? SqlValue{} : *best;
}
Outcome greatest(Values a, PatternCache*) {
  return extreme(a, [](auto o) { return o > 0; });
}
Outcome least(Values a, PatternCache*) {
  return extreme(a, [](auto o) { return o < 0; });
}

// ---------------------------------------------------------------- lists

Outcome list_max(Values a, PatternCache*) {
  const auto* list = list_in(a[0]);
  return list == nullptr ? Outcome(mismatch("list", a[0])) : greatest(*list, nullptr);
}
Outcome list_min(Values a, PatternCache*) {
  const auto* list = list_in(a[0]);
  return list == nullptr ? Outcome(mismatch("list", a[0])) : least(*list, nullptr);
}
Outcome array_length(Values a, PatternCache*) {
  const auto* list = list_in(a[0]);
  return list == nullptr ? Outcome(mismatch("list", a[0]))
                         : SqlValue{static_cast<std::int64_t>(list->size())};
}

Result<bool> holds(const SqlList& list, const SqlValue& wanted) {
  for (const auto& value : list) {
    if (value.is_null()) continue;
    const auto order = compare_values(value, wanted);
    if (!order) return order.error();
    if (*order == 0) return true;
  }
  return false;
}

/// Values of `list` without NULL and repeats, kept only when `keep` says so.
template <class Keep>
Outcome distinct_values(const SqlList& list, Keep keep) {
  SqlList out;
  for (const auto& value : list) {
    if (value.is_null()) continue;
    const Result<bool> wanted = keep(value);
    if (!wanted) return wanted.error();
    if (!*wanted) continue;
    const auto repeated = holds(out, value);
    if (!repeated) return repeated.error();
    if (!*repeated) out.push_back(value);
  }
  return SqlValue{std::move(out)};
}

Outcome list_distinct(Values a, PatternCache*) {
  const auto* list = list_in(a[0]);
  if (list == nullptr) return mismatch("list", a[0]);
  return distinct_values(*list, [](const SqlValue&) { return Result<bool>(true); });
}
Outcome list_unique(Values a, PatternCache*) {
  auto distinct = list_distinct(a, nullptr);
  if (!distinct) return distinct;
  return SqlValue{static_cast<std::int64_t>(list_in(*distinct)->size())};
}
Outcome list_intersect(Values a, PatternCache*) {
  if (a[0].is_null()) return SqlValue{};
  const SqlList none;  // a NULL on the right is an empty list, on the left it is NULL: so DuckDB does
  const auto* x = list_in(a[0]);
  const auto* y = a[1].is_null() ? &none : list_in(a[1]);
  if (x == nullptr || y == nullptr) return mismatch("list", x == nullptr ? a[0] : a[1]);
  return distinct_values(*x, [y](const SqlValue& value) { return holds(*y, value); });
}
Outcome list_concat(Values a, PatternCache*) {
  SqlList out;
  bool any = false;
  for (const auto& value : a) {
    if (value.is_null()) continue;
    const auto* list = list_in(value);
    if (list == nullptr) return mismatch("list", value);
    out.insert(out.end(), list->begin(), list->end());
    any = true;
  }
  return any ? SqlValue{std::move(out)} : SqlValue{};
}
Outcome list_contains(Values a, PatternCache*) {
  const auto* list = list_in(a[0]);
  if (list == nullptr) return mismatch("list", a[0]);
  const auto found = holds(*list, a[1]);
  if (!found) return found.error();
  return SqlValue{*found};
}
Outcome list_has_any(Values a, PatternCache*) {
  const auto common = list_intersect(a, nullptr);
  if (!common) return common.error();
  return SqlValue{!list_in(*common)->empty()};
}
Outcome contains(Values a, PatternCache*) {
  if (list_in(a[0]) != nullptr) return list_contains(a, nullptr);
  return with_texts(
      a, [&]() -> Outcome { return SqlValue{text_in(a[0])->find(*text_in(a[1])) != std::string::npos}; });
}
Outcome flatten(Values a, PatternCache*) {
  const auto* list = list_in(a[0]);
  if (list == nullptr) return mismatch("list", a[0]);
  SqlList out;
  for (const auto& inner : *list) {
    if (inner.is_null()) continue;
    const auto* values = list_in(inner);
    if (values == nullptr) return mismatch("list of lists", inner);
    out.insert(out.end(), values->begin(), values->end());
  }
  return SqlValue{std::move(out)};
}
Outcome make_list(Values a, PatternCache*) {
  return SqlValue{SqlList(a.begin(), a.end())};
}

Outcome index(Values a, PatternCache*) {
  const auto at = integer_in(a[1]);
  if (!at) return at.error();
  if (const auto* text = text_in(a[0])) {
    const std::int64_t first = *at > 0 ? *at - 1 : count_code_points(*text) + *at;
    return SqlValue{*at == 0 ? std::string() : slice(*text, first, first + 1)};
  }
  const auto* list = list_in(a[0]);
  if (list == nullptr) return mismatch("list", a[0]);
  const auto size = static_cast<std::int64_t>(list->size());
  const std::int64_t position = *at > 0 ? *at - 1 : size + *at;
  if (*at == 0 || position < 0 || position >= size) return SqlValue{};
  return (*list)[static_cast<std::size_t>(position)];
}

// ---------------------------------------------------------------- time

// 'epoch' and 'infinity' fit any format. DuckDB 1.5.6 takes them for what they say in strptime, but in try_strptime for
// the time of which no specifier said anything: 1900-01-01.
Outcome try_strptime(Values a, PatternCache*) {
  return with_texts(a, [&]() -> Outcome {
    const auto time = special_time(*text_in(a[0])) ? parse_time("", "") : parse_time(*text_in(a[0]), *text_in(a[1]));
    return time ? SqlValue{*time} : SqlValue{};
  });
}
Outcome strptime(Values a, PatternCache*) {
  return with_texts(a, [&]() -> Outcome {
    auto time = special_time(*text_in(a[0]));
    if (!time) time = parse_time(*text_in(a[0]), *text_in(a[1]));
    if (time) return SqlValue{*time};
    return make_error(ErrorCode::kInvalidInput,
                      "strptime: a value does not fit the format (try_strptime gives NULL)");
  });
}
Outcome epoch(Values a, PatternCache*) {
  const auto* stamp = std::get_if<SqlTimestamp>(&a[0].value);
  if (stamp == nullptr) return mismatch("date or timestamp", a[0]);
  if (stamp->is_infinite()) return SqlValue{};
  return SqlValue{static_cast<double>(stamp->micros) / static_cast<double>(kMicrosPerSecond)};
}
Outcome date_diff(Values a, PatternCache*) {
  const auto* part = text_in(a[0]);
  const auto* from = std::get_if<SqlTimestamp>(&a[1].value);
  const auto* to = std::get_if<SqlTimestamp>(&a[2].value);
  if (part == nullptr) return mismatch("text", a[0]);
  if (from == nullptr || to == nullptr) return mismatch("date or timestamp", from == nullptr ? a[1] : a[2]);
  if (from->is_infinite() || to->is_infinite()) return SqlValue{};
  const auto count = time_difference(*part, *from, *to);
  if (!count) return count.error();
  return SqlValue{*count};
}
Outcome date_part(Values a, PatternCache*) {
  const auto* part = text_in(a[0]);
  const auto* stamp = std::get_if<SqlTimestamp>(&a[1].value);
  if (part == nullptr) return mismatch("text", a[0]);
  if (stamp == nullptr) return mismatch("date or timestamp", a[1]);
  if (stamp->is_infinite()) return SqlValue{};
  const auto number = time_part(*part, *stamp);
  if (!number) return number.error();
  return SqlValue{*number};
}

// ---------------------------------------------------------------- the table

constexpr std::size_t kMany = 4096;
constexpr auto kSees = NullRule::kSeesNulls;
constexpr auto kNull = NullRule::kNullGivesNull;

// Sorted by name (checked below).
constexpr ScalarFunction kFunctions[] = {
    {"%", {2, 2}, kNull, modulo},
    {"*", {2, 2}, kNull, multiply},
    {"+", {2, 2}, kNull, add},
    {"-", {2, 2}, kNull, subtract},
    {"/", {2, 2}, kNull, divide},
    {"//", {2, 2}, kNull, integer_divide},
    {"<", {2, 2}, kNull, less},
    {"<=", {2, 2}, kNull, less_equal},
    {"<>", {2, 2}, kNull, unequal},
    {"=", {2, 2}, kNull, equal},
    {">", {2, 2}, kNull, greater},
    {">=", {2, 2}, kNull, greater_equal},
    {"abs", {1, 1}, kNull, absolute},
    {"acos", {1, 1}, kNull, bounded_function<std::acos, -1, 1, true>},
    {"array_length", {1, 1}, kNull, array_length},
    {"asin", {1, 1}, kNull, bounded_function<std::asin, -1, 1, true>},
    {"atan", {1, 1}, kNull, real_function<std::atan>},
    {"atan2", {2, 2}, kNull, atan2_of},
    {"ceil", {1, 1}, kNull, real_function<std::ceil>},
    {"concat", {1, kMany}, kSees, concat},
    {"contains", {2, 2}, kNull, contains},
    {"cos", {1, 1}, kNull, real_function<std::cos>},
    {"date_diff", {3, 3}, kNull, date_diff},
    {"date_part", {2, 2}, kNull, date_part},
    {"degrees", {1, 1}, kNull, real_function<degrees_of>},
    {"ends_with", {2, 2}, kNull, ends_with},
    {"epoch", {1, 1}, kNull, epoch},
    {"exp", {1, 1}, kNull, real_function<std::exp>},
    {"flatten", {1, 1}, kNull, flatten},
    {"floor", {1, 1}, kNull, real_function<std::floor>},
    {"greatest", {1, kMany}, kSees, greatest},
    {"ilike", {2, 2}, kNull, ilike_text},
    {"index", {2, 2}, kNull, index},
    {"is distinct from", {2, 2}, kSees, distinct_from},
    {"is not null", {1, 1}, kSees, is_not_null},
    {"is null", {1, 1}, kSees, is_null},
    {"least", {1, kMany}, kSees, least},
    {"left", {2, 2}, kNull, left},
    {"length", {1, 1}, kNull, length},
    {"like", {2, 2}, kNull, like_text},
    {"list", {0, kMany}, kSees, make_list},
    {"list_concat", {1, kMany}, kSees, list_concat},
    {"list_contains", {2, 2}, kNull, list_contains},
    {"list_distinct", {1, 1}, kNull, list_distinct},
    {"list_has_any", {2, 2}, kNull, list_has_any},
    {"list_intersect", {2, 2}, kSees, list_intersect},
    {"list_max", {1, 1}, kNull, list_max},
    {"list_min", {1, 1}, kNull, list_min},
    {"list_unique", {1, 1}, kNull, list_unique},
    {"ln", {1, 1}, kNull, bounded_function<std::log, 0, 0, false>},
    {"log10", {1, 1}, kNull, bounded_function<std::log10, 0, 0, false>},
    {"log2", {1, 1}, kNull, bounded_function<std::log2, 0, 0, false>},
    {"lower", {1, 1}, kNull, lower},
    {"ltrim", {1, 2}, kNull, ltrim},
    {"neg", {1, 1}, kNull, negate},
    {"nullif", {2, 2}, kSees, null_if},
    {"pi", {0, 0}, kNull, pi},
    {"power", {2, 2}, kNull, power},
    {"radians", {1, 1}, kNull, real_function<radians_of>},
    {"regexp_extract", {2, 4}, kNull, regexp_extract},
    {"regexp_full_match", {2, 3}, kNull, regexp_full_match},
    {"regexp_matches", {2, 3}, kNull, regexp_matches},
    {"regexp_replace", {3, 4}, kNull, regexp_replace},
    {"replace", {3, 3}, kNull, replace},
    {"right", {2, 2}, kNull, right},
    {"rtrim", {1, 2}, kNull, rtrim},
    {"sin", {1, 1}, kNull, real_function<std::sin>},
    {"split", {2, 2}, kNull, split},
    {"sqrt", {1, 1}, kNull, bounded_function<std::sqrt, 0, 0, true>},
    {"starts_with", {2, 2}, kNull, starts_with},
    {"strlen", {1, 1}, kNull, strlen_bytes},
    {"strptime", {2, 2}, kNull, strptime},
    {"substring", {2, 3}, kNull, substring},
    {"tan", {1, 1}, kNull, real_function<std::tan>},
    {"trim", {1, 2}, kNull, trim},
    {"try_strptime", {2, 2}, kNull, try_strptime},
    {"upper", {1, 1}, kNull, upper},
    {"||", {2, 2}, kNull, join},
};
static_assert(std::is_sorted(std::begin(kFunctions), std::end(kFunctions),
                             [](const auto& x, const auto& y) { return x.name < y.name; }));

}  // namespace

const ScalarFunction* find_scalar_function(std::string_view name) {
  const auto* found =
      std::lower_bound(std::begin(kFunctions), std::end(kFunctions), name,
                       [](const auto& function, std::string_view n) { return function.name < n; });
  return found != std::end(kFunctions) && found->name == name ? found : nullptr;
}

}  // namespace gmpi
