#include "matcher/compiled_condition.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <optional>

#include "matcher/comparators/damerau_levenshtein.h"
#include "matcher/comparators/functions.h"
#include "matcher/comparators/jaro.h"
#include "matcher/comparators/jaro_winkler.h"
#include "matcher/comparators/levenshtein.h"
#include "matcher/limits.h"
#include "models/sql_evaluate.h"

namespace gmpi {

namespace {

Truth truth_of(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

Truth negate(Truth truth) {
  if (truth == Truth::kNull) return truth;
  return truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
}

/// The one side a tree reads, or nothing when it reads both or none.
std::optional<Side> only_side(const Expression& expression) {
  const bool left = !columns_of(expression, Side::kLeft).empty();
  const bool right = !columns_of(expression, Side::kRight).empty();
  if (left == right) return std::nullopt;
  return left ? Side::kLeft : Side::kRight;
}

std::optional<double> number_literal(const Expression& expression) {
  if (expression.kind == ExpressionKind::kInteger) return static_cast<double>(expression.integer);
  if (expression.kind == ExpressionKind::kDouble) return expression.number;
  return std::nullopt;
}

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Certain to yield an integer or a DOUBLE that loses nothing as a double.
bool is_exact_number(const Expression& expression) {
  static constexpr std::array<std::string_view, 5> kFunctions = {"array_length", "date_part", "epoch", "length",
                                                                 "strlen"};
  static constexpr std::array<std::string_view, 4> kTypes = {"tinyint", "smallint", "integer", "double"};
  if (expression.is_call("cast") || expression.is_call("try_cast")) return is_one_of(expression.type, kTypes);
  return expression.kind == ExpressionKind::kCall && is_one_of(expression.text, kFunctions);
}

/// Certain to yield text: equal then means byte for byte.
bool is_text(const Expression& expression) {
  static constexpr std::array<std::string_view, 12> kFunctions = {
      "left", "lower", "ltrim", "regexp_extract", "regexp_replace", "replace",
      "right", "rtrim", "substring", "trim", "upper", "||"};
  if (expression.is_call("cast") || expression.is_call("try_cast")) return expression.type == "varchar";
  if (expression.is_call("nullif")) return is_text(expression.arguments[0]);
  if (expression.kind == ExpressionKind::kCall) return is_one_of(expression.text, kFunctions);
  return expression.kind == ExpressionKind::kColumn;
}

bool have_common_element(std::span<const ValueId> a, std::span<const ValueId> b, std::size_t wanted) {
  std::size_t common = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) {
      if (++common >= wanted) return true;
      ++i, ++j;
    } else if (a[i] < b[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  return common >= wanted;
}

}  // namespace

/// Builds nodes bottom-up. Each `try_` function recognises one shape and returns nothing when it is another.
struct CompiledCondition::Compiler {
  PackedRecords& records;
  std::vector<Node>& nodes;

  using Index = std::uint16_t;

  Index add(Node node) {
    nodes.push_back(std::move(node));
    return static_cast<Index>(nodes.size() - 1);
  }

  struct TermPair {
    TermId first, second;
    bool right_first;
  };

  /// Terms of two arguments that each read one side, one the left and one the right; in the order written.
  Result<std::optional<TermPair>> term_pair(const Expression& a, const Expression& b) {
    const auto side_a = only_side(a), side_b = only_side(b);
    if (!side_a || !side_b || *side_a == *side_b) return std::optional<TermPair>();
    auto term_a = records.add_term(a);
    if (!term_a) return term_a.error();
    auto term_b = records.add_term(b);
    if (!term_b) return term_b.error();
    return std::optional(TermPair{*term_a, *term_b, *side_a == Side::kRight});
  }

  Result<Index> compile(const Expression& e) {
    if (e.kind == ExpressionKind::kBoolean) return add({.op = Op::kConstant, .constant = truth_of(e.integer != 0)});
    if (e.kind == ExpressionKind::kNull) return add({.op = Op::kConstant});
    if (e.is_call("and") || e.is_call("or")) return compile_children(e, e.text == "and" ? Op::kAnd : Op::kOr);
    if (e.is_call("not")) return compile_children(e, Op::kNot);
    if (const auto side = only_side(e)) return compile_one_sided(e, *side);
    for (auto shape : {&Compiler::try_equal, &Compiler::try_similarity, &Compiler::try_intersect,
                       &Compiler::try_difference}) {
      auto index = (this->*shape)(e);
      if (!index) return index.error();
      if (*index) return **index;
    }
    return compile_plain(e);
  }

  Result<Index> compile_children(const Expression& e, Op op) {
    Node node{.op = op};
    for (const auto& argument : e.arguments) {
      auto child = compile(argument);
      if (!child) return child.error();
      node.children.push_back(*child);
    }
    return add(std::move(node));
  }

  Result<Index> compile_one_sided(const Expression& e, Side side) {
    const bool null_test = e.is_call("is null") || e.is_call("is not null");
    auto term = records.add_term(null_test ? e.arguments[0] : e);
    if (!term) return term.error();
    const Index index = add({.op = null_test ? Op::kIsNull : Op::kUnary, .side = side, .first = *term, .second = *term});
    if (!e.is_call("is not null")) return index;
    return add({.op = Op::kNot, .children = {index}});
  }

  Result<std::optional<Index>> try_equal(const Expression& e) {
    if (!e.is_call("=") && !e.is_call("<>")) return std::optional<Index>();
    auto pair = term_pair(e.arguments[0], e.arguments[1]);
    if (!pair) return pair.error();
    if (!*pair) return std::optional<Index>();
    const auto [first, second, right_first] = **pair;
    const bool by_id = records.comparable_by_id(first, second);
    if (!by_id && !(is_text(e.arguments[0]) && is_text(e.arguments[1]))) return std::optional<Index>();
    const Op op = by_id ? Op::kEqualIds : Op::kEqualTexts;
    const Index index = add({.op = op, .first = first, .second = second, .right_first = right_first});
    return std::optional(e.is_call("=") ? index : add({.op = Op::kNot, .children = {index}}));
  }

  /// f(a, b) >= t for similarities, f(a, b) <= n for distances.
  Result<std::optional<Index>> try_similarity(const Expression& e) {
    static constexpr std::array kSimilarities = {
        std::pair<std::string_view, SimilarityAtLeast>{"jaro_winkler_similarity", &jaro_winkler_at_least},
        std::pair<std::string_view, SimilarityAtLeast>{"jaro_similarity", &jaro_at_least},
    };
    static constexpr std::array kDistances = {
        std::pair<std::string_view, DistanceAtMost>{"levenshtein", &levenshtein_at_most},
        std::pair<std::string_view, DistanceAtMost>{"damerau_levenshtein", &damerau_levenshtein_at_most},
    };
    if (e.kind != ExpressionKind::kCall || e.arguments.size() != 2) return std::optional<Index>();
    const Expression& call = e.arguments[0];
    const auto limit = number_literal(e.arguments[1]);
    if (!limit || call.kind != ExpressionKind::kCall || call.arguments.size() != 2) return std::optional<Index>();

    Node node;
    for (const auto& [name, function] : kSimilarities)
      if (e.text == ">=" && call.text == name) node = {.op = Op::kAtLeast, .threshold = *limit, .at_least = function};
    for (const auto& [name, function] : kDistances)
      if (e.text == "<=" && call.text == name && *limit >= 0 && *limit <= kConditionCountMax)
        node = {.op = Op::kAtMost, .count = static_cast<std::size_t>(*limit), .at_most = function};
    if (node.op == Op::kConstant) return std::optional<Index>();
    return with_terms(std::move(node), call.arguments[0], call.arguments[1]);
  }

  /// array_length(list_intersect(a, b)) >= n
  Result<std::optional<Index>> try_intersect(const Expression& e) {
    if (!e.is_call(">=") || !e.arguments[0].is_call("array_length")) return std::optional<Index>();
    const Expression& call = e.arguments[0].arguments[0];
    const auto limit = number_literal(e.arguments[1]);
    if (!limit || *limit > kConditionCountMax || !call.is_call("list_intersect") || call.arguments.size() != 2)
      return std::optional<Index>();
    return with_terms({.op = Op::kIntersect, .count = static_cast<std::size_t>(std::max(0.0, std::ceil(*limit)))},
                      call.arguments[0], call.arguments[1]);
  }

  /// abs(a - b) <= x or >= x, over numbers that a double holds exactly.
  Result<std::optional<Index>> try_difference(const Expression& e) {
    if (!e.is_call("<=") && !e.is_call(">=")) return std::optional<Index>();
    const Expression& call = e.arguments[0];
    const auto limit = number_literal(e.arguments[1]);
    if (!limit || !call.is_call("abs") || !call.arguments[0].is_call("-") || call.arguments[0].arguments.size() != 2)
      return std::optional<Index>();
    const Expression& minus = call.arguments[0];
    // What DuckDB makes of texts, dates and single precision is left to the plain evaluator.
    if (!is_exact_number(minus.arguments[0]) || !is_exact_number(minus.arguments[1])) return std::optional<Index>();
    return with_terms({.op = e.text == "<=" ? Op::kDifferenceAtMost : Op::kDifferenceAtLeast, .threshold = *limit},
                      minus.arguments[0], minus.arguments[1]);
  }

  Result<std::optional<Index>> with_terms(Node node, const Expression& a, const Expression& b) {
    auto pair = term_pair(a, b);
    if (!pair) return pair.error();
    if (!*pair) return std::optional<Index>();
    node.first = (*pair)->first;
    node.second = (*pair)->second;
    node.right_first = (*pair)->right_first;
    const bool lists = node.op == Op::kIntersect;
    if (records.term_is_list(node.first) != lists || records.term_is_list(node.second) != lists)
      return std::optional<Index>();
    if (lists && !records.comparable_by_id(node.first, node.second)) return std::optional<Index>();
    return std::optional(add(std::move(node)));
  }

  Result<Index> compile_plain(const Expression& e) {
    for (const auto& name : columns_of(e, Side::kNone))
      if (!records.find_column(name)) return make_error(ErrorCode::kInvalidInput, "unknown column '" + name + "'");
    return add({.op = Op::kPlain, .plain = e});
  }
};

Result<CompiledCondition> CompiledCondition::compile(const Expression& expression, PackedRecords& records) {
  CompiledCondition condition;
  Compiler compiler{records, condition.nodes_};
  auto root = compiler.compile(expression);
  if (!root) return root.error();
  condition.root_ = *root;
  return condition;
}

bool CompiledCondition::uses_plain_evaluator() const {
  return std::any_of(nodes_.begin(), nodes_.end(), [](const Node& node) { return node.op == Op::kPlain; });
}

Truth CompiledCondition::evaluate_plain(const Node& node, const PackedRecords& records, RecordView left,
                                        RecordView right) const {
  const auto lookup = [&](std::string_view name, Side side) {
    return records.column_value(*records.find_column(name), side == Side::kRight ? right : left);
  };
  const auto value = gmpi::evaluate(node.plain, lookup, pair_functions());
  if (!value || value->is_null()) return Truth::kNull;
  return truth_of(value->is_true());
}

Truth CompiledCondition::evaluate_node(std::uint16_t index, const PackedRecords& records, RecordView left,
                                       RecordView right) const {
  const Node& node = nodes_[index];
  switch (node.op) {
    case Op::kConstant: return node.constant;
    case Op::kAnd:
    case Op::kOr: {
      const Truth decisive = node.op == Op::kAnd ? Truth::kFalse : Truth::kTrue;
      bool unknown = false;
      for (const auto child : node.children) {
        const Truth truth = evaluate_node(child, records, left, right);
        if (truth == decisive) return decisive;
        unknown |= truth == Truth::kNull;
      }
      return unknown ? Truth::kNull : negate(decisive);
    }
    case Op::kNot: return negate(evaluate_node(node.children[0], records, left, right));
    case Op::kIsNull:
      return truth_of(records.term_id(node.first, node.side == Side::kLeft ? left : right) == kMissing);
    case Op::kUnary: {
      const double value = records.term_number(node.first, node.side == Side::kLeft ? left : right);
      return std::isnan(value) ? Truth::kNull : truth_of(value != 0);
    }
    case Op::kPlain: return evaluate_plain(node, records, left, right);
    default: return evaluate_pair(node, records, node.right_first ? right : left, node.right_first ? left : right);
  }
}

/// `a` holds the node's first term, `b` its second.
Truth CompiledCondition::evaluate_pair(const Node& node, const PackedRecords& records, RecordView a, RecordView b) {
  const ValueId x = records.term_id(node.first, a), y = records.term_id(node.second, b);
  if (x == kMissing) return Truth::kNull;
  if (node.op == Op::kIntersect)  // DuckDB: list_intersect(NULL, list) is NULL, list_intersect(list, NULL) is []
    return truth_of(have_common_element(records.term_elements(node.first, a), records.term_elements(node.second, b),
                                        node.count));
  if (y == kMissing) return Truth::kNull;
  switch (node.op) {
    case Op::kEqualIds: return truth_of(x == y);
    case Op::kEqualTexts: return truth_of(records.term_text(node.first, a) == records.term_text(node.second, b));
    case Op::kAtLeast:
      return truth_of(
          node.at_least(records.term_text(node.first, a), records.term_text(node.second, b), node.threshold));
    case Op::kAtMost:
      return truth_of(node.at_most(records.term_text(node.first, a), records.term_text(node.second, b), node.count));
    case Op::kDifferenceAtMost:
    case Op::kDifferenceAtLeast: {
      const double difference = std::abs(records.term_number(node.first, a) - records.term_number(node.second, b));
      if (std::isnan(difference)) return Truth::kNull;
      return truth_of(node.op == Op::kDifferenceAtMost ? difference <= node.threshold : difference >= node.threshold);
    }
    default: assert(false); return Truth::kNull;
  }
}

}  // namespace gmpi
