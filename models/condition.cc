#include "models/condition.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace gmpi {
namespace {

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (char c : text) {
    out += c;
    if (c == quote) out += quote;
  }
  return out + quote;
}

std::string number_text(const Expression& e) {
  char buffer[400];
  // A DECIMAL literal is written without an exponent, so that it reads back as one.
  const auto format = e.type == "decimal" ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, e.number, format).ptr;
  std::string out(buffer, end);
  if (e.type == "decimal" && out.find('.') == std::string::npos) out += ".0";
  return out;
}

std::string column_text(const Expression& e) {
  switch (e.side) {
    case Side::kLeft: return quoted(e.text + "_l", '"');
    case Side::kRight: return quoted(e.text + "_r", '"');
    case Side::kNone: break;
  }
  return quoted(e.text, '"');
}

std::string joined(const std::vector<Expression>& arguments, std::size_t first, std::string_view between) {
  std::string out;
  for (std::size_t i = first; i < arguments.size(); ++i) {
    if (i > first) out += between;
    out += to_sql(arguments[i]);
  }
  return out;
}

bool is_infix(std::string_view name) {
  static constexpr std::string_view kInfix[] = {
      "=", "<>", "<", "<=", ">",   ">=", "+",    "-",     "*",
      "/", "//", "%", "||", "and", "or", "like", "ilike", "is distinct from"};
  return std::find(std::begin(kInfix), std::end(kInfix), name) != std::end(kInfix);
}

std::string case_text(const Expression& e) {
  std::string out = "case";
  std::size_t i = 0;
  for (; i + 1 < e.arguments.size(); i += 2)
    out += " when " + to_sql(e.arguments[i]) + " then " + to_sql(e.arguments[i + 1]);
  if (i < e.arguments.size()) out += " else " + to_sql(e.arguments[i]);
  return out + " end";
}

std::string call_text(const Expression& e) {
  const auto& a = e.arguments;
  if (is_infix(e.text)) return "(" + joined(a, 0, " " + e.text + " ") + ")";
  if (e.text == "not") return "(not " + joined(a, 0, "") + ")";
  if (e.text == "neg") return "(- " + joined(a, 0, "") + ")";
  if (e.text == "is null" || e.text == "is not null") return "(" + joined(a, 0, "") + " " + e.text + ")";
  if (e.text == "between" && a.size() == 3)
    return "(" + to_sql(a[0]) + " between " + to_sql(a[1]) + " and " + to_sql(a[2]) + ")";
  if (e.text == "in" && !a.empty()) return "(" + to_sql(a[0]) + " in (" + joined(a, 1, ", ") + "))";
  if (e.text == "index" && a.size() == 2) return "(" + to_sql(a[0]) + ")[" + to_sql(a[1]) + "]";
  if (e.text == "list") return "[" + joined(a, 0, ", ") + "]";
  if (e.text == "case") return case_text(e);
  if (e.text == "cast" || e.text == "try_cast")
    return e.text + "(" + joined(a, 0, "") + " as " + e.type + ")";
  return e.text + "(" + joined(a, 0, ", ") + ")";
}

void collect_columns(const Expression& e, Side side, std::set<std::string>& names) {
  if (e.kind == ExpressionKind::kColumn && (side == Side::kNone || e.side == side)) names.insert(e.text);
  for (const auto& argument : e.arguments) collect_columns(argument, side, names);
}

}  // namespace

std::string to_sql(const Expression& e) {
  switch (e.kind) {
    case ExpressionKind::kColumn: return column_text(e);
    case ExpressionKind::kParameter: return e.text;
    case ExpressionKind::kNull: return "null";
    case ExpressionKind::kBoolean: return e.integer != 0 ? "true" : "false";
    case ExpressionKind::kInteger: return std::to_string(e.integer);
    case ExpressionKind::kDouble: return number_text(e);
    case ExpressionKind::kString: return quoted(e.text, '\'');
    case ExpressionKind::kLambda: return e.text + " -> " + joined(e.arguments, 0, "");
    case ExpressionKind::kCall: return call_text(e);
  }
  return {};
}

Expression mirrored(const Expression& expression) {
  Expression out = expression;
  if (out.side == Side::kLeft) {
    out.side = Side::kRight;
  } else if (out.side == Side::kRight) {
    out.side = Side::kLeft;
  }
  for (auto& argument : out.arguments) argument = mirrored(argument);
  return out;
}

std::vector<std::string> columns_of(const Expression& expression, Side side) {
  std::set<std::string> names;
  collect_columns(expression, side, names);
  return {names.begin(), names.end()};
}

}  // namespace gmpi
