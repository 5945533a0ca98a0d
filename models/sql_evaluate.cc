#include "models/sql_evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include "models/sql_cast.h"
#include "models/sql_functions.h"
#include "models/sql_time.h"

namespace gmpi {
namespace {

class Evaluator {
 public:
  Evaluator(const ColumnLookup& columns, const PairFunction* functions, PatternCache* patterns)
      : columns_(columns), functions_(functions), patterns_(patterns) {}

  Result<SqlValue> value(const Expression& e) {
    switch (e.kind) {
      case ExpressionKind::kColumn: return columns_(e.text, e.side);
      case ExpressionKind::kParameter: return parameter(e.text);
      case ExpressionKind::kNull: return SqlValue{};
      case ExpressionKind::kBoolean: return SqlValue{e.integer != 0};
      case ExpressionKind::kInteger: return SqlValue{e.integer};
      case ExpressionKind::kDouble: return SqlValue{e.number};
      case ExpressionKind::kString: return SqlValue{e.text};
      case ExpressionKind::kLambda:
        return make_error(ErrorCode::kInvalidInput, "a lambda stands where a value should");
      case ExpressionKind::kCall: return call(e);
    }
    return make_error(ErrorCode::kInternal, "unknown kind of expression");
  }

  using Form = Result<SqlValue> (Evaluator::*)(const Expression&);
  struct SpecialForm {
    std::string_view name;
    Arity arity;
    Form form;
  };
  static const SpecialForm* find_special(std::string_view name);

 private:
  Result<SqlValue> parameter(std::string_view name) const {
    for (auto it = parameters_.rbegin(); it != parameters_.rend(); ++it)
      if (it->first == name) return it->second;
    return make_error(ErrorCode::kInvalidInput, fmt::format("'{}' is not a lambda's variable here", name));
  }

  Result<SqlValue> call(const Expression& e) {
    if (const auto* special = find_special(e.text)) {
      if (e.arguments.size() < special->arity.least || e.arguments.size() > special->arity.most)
        return wrong_count(e);
      return (this->*special->form)(e);
    }
    const auto* scalar = find_scalar_function(e.text);
    if (scalar != nullptr &&
        (e.arguments.size() < scalar->arity.least || e.arguments.size() > scalar->arity.most))
      return wrong_count(e);
    std::vector<SqlValue> arguments;
    arguments.reserve(e.arguments.size());
    for (const auto& argument : e.arguments) {
      auto evaluated = value(argument);
      if (!evaluated) return evaluated;
      arguments.push_back(std::move(*evaluated));
    }
    const bool any_null =
        std::any_of(arguments.begin(), arguments.end(), [](const auto& a) { return a.is_null(); });
    if (any_null && (scalar == nullptr || scalar->nulls == NullRule::kNullGivesNull)) return SqlValue{};
    if (scalar == nullptr) {
      if (functions_ == nullptr || !*functions_)
        return make_error(ErrorCode::kUnsupported, fmt::format("function '{}' is not known here", e.text));
      return (*functions_)(e.text, arguments);
    }
    if (scalar->name.find_first_not_of("<>=") == std::string_view::npos)
      if (const auto ready = settle_decimals(e, arguments); !ready) return ready.error();
    if (const auto ready = settle_times(e, arguments); !ready) return ready.error();
    return scalar->apply(arguments, patterns_);
  }

  static bool is_decimal(const Expression& e) {
    return e.kind == ExpressionKind::kDouble && e.type == "decimal";
  }

  /// FLOAT beside a DECIMAL literal is compared as FLOAT (0.1::float <= 0.1 is true), beside DOUBLE as
  /// DOUBLE. Text beside one would be rounded to the literal's digits ('5.04' = 5.0 is true): refused.
  static Status settle_decimals(const Expression& e, std::vector<SqlValue>& values) {
    for (std::size_t i = 0; i < 2; ++i) {
      if (!is_decimal(e.arguments[i])) continue;
      if (std::holds_alternative<std::string>(values[1 - i].value))
        return make_error(ErrorCode::kUnsupported, "text is compared with a decimal number; cast it first");
      if (std::holds_alternative<float>(values[1 - i].value))
        values[i] = SqlValue{static_cast<float>(e.arguments[i].number)};
    }
    return Done{};
  }

  /// A column of dates is a column of texts here, and of DATE or TIMESTAMP to Splink, whose reader looks at the cells: the
  /// functions that take times read the text. (DuckDB refuses them a column of texts: this gives nothing another meaning.)
  static Status settle_times(const Expression& e, std::vector<SqlValue>& values) {
    static constexpr std::pair<std::string_view, std::size_t> kFirstTime[] = {
        {"epoch", 0}, {"date_diff", 1}, {"date_part", 1}};
    for (const auto& [name, first] : kFirstTime) {
      for (std::size_t i = first; name == e.text && i < values.size(); ++i) {
        const bool text = std::holds_alternative<std::string>(values[i].value);
        if (!text || e.arguments[i].kind != ExpressionKind::kColumn) continue;
        auto time = cast_value(values[i], "timestamp");
        if (!time) return time.error();
        values[i] = std::move(*time);
      }
    }
    return Done{};
  }

  static Error wrong_count(const Expression& e) {
    return make_error(ErrorCode::kInvalidInput,
                      fmt::format("'{}' does not take {} arguments", e.text, e.arguments.size()));
  }

  /// A value as TRUE, FALSE or NULL.
  Result<SqlValue> truth(const Expression& e) {
    auto evaluated = value(e);
    if (!evaluated || evaluated->is_null()) return evaluated;
    return cast_value(*evaluated, "boolean");
  }

  /// AND and OR: `decisive` (false, true) settles the outcome; otherwise NULL if any argument is NULL.
  Result<SqlValue> junction(const Expression& e, bool decisive) {
    bool unknown = false;
    for (const auto& argument : e.arguments) {
      auto holds = truth(argument);
      if (!holds) return holds;
      if (holds->is_null()) {
        unknown = true;
      } else if (holds->is_true() == decisive) {
        return SqlValue{decisive};
      }
    }
    return unknown ? SqlValue{} : SqlValue{!decisive};
  }

  Result<SqlValue> all_of(const Expression& e) { return junction(e, false); }
  Result<SqlValue> any_of(const Expression& e) { return junction(e, true); }

  Result<SqlValue> negation(const Expression& e) {
    auto holds = truth(e.arguments[0]);
    if (!holds || holds->is_null()) return holds;
    return SqlValue{!holds->is_true()};
  }

  Result<SqlValue> choice(const Expression& e) {  // case
    std::size_t i = 0;
    for (; i + 1 < e.arguments.size(); i += 2) {
      auto holds = truth(e.arguments[i]);
      if (!holds) return holds;
      if (holds->is_true()) return value(e.arguments[i + 1]);
    }
    return i < e.arguments.size() ? value(e.arguments[i]) : SqlValue{};
  }

  Result<SqlValue> coalesce(const Expression& e) {
    for (const auto& argument : e.arguments) {
      auto evaluated = value(argument);
      if (!evaluated || !evaluated->is_null()) return evaluated;
    }
    return SqlValue{};
  }

  Result<SqlValue> cast(const Expression& e) {
    auto evaluated = value(e.arguments[0]);
    if (!evaluated) return evaluated;
    // DECIMAL rounds half away from zero, DOUBLE half to even.
    const bool to_integer = e.type.ends_with("int") || e.type == "integer";
    if (is_decimal(e.arguments[0]) && to_integer) evaluated = SqlValue{std::round(e.arguments[0].number)};
    return cast_value(*evaluated, e.type);
  }
  Result<SqlValue> try_cast(const Expression& e) {
    auto converted = cast(e);
    if (!converted && converted.error().code == ErrorCode::kInvalidInput) return SqlValue{};
    return converted;
  }

  /// The three-valued outcome of one comparison.
  Result<SqlValue> compared(std::string_view op, const SqlValue& x, const SqlValue& y) {
    if (x.is_null() || y.is_null()) return SqlValue{};
    const SqlValue both[2] = {x, y};
    return find_scalar_function(op)->apply(std::span(both), nullptr);
  }

  Result<SqlValue> between(const Expression& e) {
    auto x = value(e.arguments[0]);
    if (!x) return x;
    bool unknown = false;
    for (const auto& [op, bound] : {std::pair{">=", &e.arguments[1]}, std::pair{"<=", &e.arguments[2]}}) {
      auto limit = value(*bound);
      if (!limit) return limit;
      auto holds = compared(op, *x, *limit);
      if (!holds) return holds;
      if (!holds->is_null() && !holds->is_true()) return SqlValue{false};
      unknown = unknown || holds->is_null();
    }
    return unknown ? SqlValue{} : SqlValue{true};
  }

  Result<SqlValue> in(const Expression& e) {
    auto x = value(e.arguments[0]);
    if (!x) return x;
    bool unknown = false;
    for (std::size_t i = 1; i < e.arguments.size(); ++i) {
      auto option = value(e.arguments[i]);
      if (!option) return option;
      auto same = compared("=", *x, *option);
      if (!same) return same;
      if (same->is_true()) return SqlValue{true};
      unknown = unknown || same->is_null();
    }
    return unknown ? SqlValue{} : SqlValue{false};
  }

  /// Runs `body` once for each element of the list in arguments[0] with the lambda in arguments[1].
  template <class Body>
  Result<SqlValue> each(const Expression& e, Body body) {
    auto source = value(e.arguments[0]);
    if (!source || source->is_null()) return source;
    auto* list = std::get_if<SqlList>(&source->value);
    const Expression& lambda = e.arguments[1];
    if (list == nullptr || lambda.kind != ExpressionKind::kLambda || lambda.arguments.size() != 1)
      return make_error(ErrorCode::kInvalidInput, fmt::format("'{}' takes a list and a lambda", e.text));
    SqlList out;
    for (auto& element : *list) {
      parameters_.emplace_back(lambda.text, element);
      auto evaluated = value(lambda.arguments[0]);
      parameters_.pop_back();
      if (!evaluated) return evaluated;
      body(out, element, *evaluated);
      // Two nested lambdas over two lists of a record multiply; a hostile model must not multiply without
      // end.
      if ((work_ += 1) > kLambdaCallsMost)
        return make_error(ErrorCode::kLimit,
                          fmt::format("'{}' needs more than {} steps", e.text, kLambdaCallsMost));
    }
    return SqlValue{std::move(out)};
  }

  Result<SqlValue> list_transform(const Expression& e) {
    return each(e, [](SqlList& out, SqlValue&, SqlValue& mapped) { out.push_back(std::move(mapped)); });
  }
  Result<SqlValue> list_filter(const Expression& e) {
    return each(e, [](SqlList& out, SqlValue& element, SqlValue& holds) {
      if (holds.is_true()) out.push_back(std::move(element));
    });
  }

  static constexpr std::size_t kLambdaCallsMost = 1'000'000;

  const ColumnLookup& columns_;
  const PairFunction* functions_;
  PatternCache* patterns_;
  std::vector<std::pair<std::string_view, SqlValue>> parameters_;
  std::size_t work_ = 0;
};

const Evaluator::SpecialForm* Evaluator::find_special(std::string_view name) {
  static constexpr std::size_t kMany = 100'000;
  static constexpr SpecialForm kForms[] = {
      {"and", {1, kMany}, &Evaluator::all_of},
      {"between", {3, 3}, &Evaluator::between},
      {"case", {2, kMany}, &Evaluator::choice},
      {"cast", {1, 1}, &Evaluator::cast},
      {"coalesce", {1, kMany}, &Evaluator::coalesce},
      {"in", {2, kMany}, &Evaluator::in},
      {"list_filter", {2, 2}, &Evaluator::list_filter},
      {"list_transform", {2, 2}, &Evaluator::list_transform},
      {"not", {1, 1}, &Evaluator::negation},
      {"or", {1, kMany}, &Evaluator::any_of},
      {"try_cast", {1, 1}, &Evaluator::try_cast},
  };
  for (const auto& form : kForms)
    if (form.name == name) return &form;
  return nullptr;
}

}  // namespace

Result<SqlValue> evaluate(const Expression& expression, const ColumnLookup& columns,
                          const PairFunction& functions, PatternCache* patterns) {
  return Evaluator(columns, &functions, patterns).value(expression);
}

Result<SqlValue> evaluate(const Expression& expression, const ColumnLookup& columns, PatternCache* patterns) {
  return Evaluator(columns, nullptr, patterns).value(expression);
}

std::optional<Arity> scalar_function_arity(std::string_view name) {
  if (const auto* form = Evaluator::find_special(name)) return form->arity;
  if (const auto* function = find_scalar_function(name)) return function->arity;
  return std::nullopt;
}

Status check_time_format(std::string_view format) {
  if (const auto unknown = unknown_time_specifier(format); !unknown.empty())
    return make_error(ErrorCode::kUnsupported, fmt::format("time specifier '{}' is not known", unknown));
  return Done{};
}

}  // namespace gmpi
