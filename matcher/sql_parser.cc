#include "matcher/sql_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "matcher/comparators/functions.h"
#include "matcher/sql_lexer.h"
#include "matcher/sql_names.h"
#include "matcher/sql_nodes.h"
#include "models/sql_evaluate.h"
#include "models/sql_time.h"

namespace gmpi {
namespace {

enum class Columns { kEitherForm, kPrefixOnly, kOneRecord };

using namespace sql_nodes;

using Parsed = Result<Node>;

class Parser {
 public:
  Parser(std::vector<SqlToken> tokens, Columns columns, const ConditionByName& named)
      : tokens_(std::move(tokens)), columns_(columns), named_(named) {}

  Result<Expression> run() {
    auto node = expression();
    if (!node) return node.error();
    if (peek().kind != SqlTokenKind::kEnd) return unexpected();
    return std::move(node->tree);
  }

 private:
  // ------------------------------------------------------------ tokens

  const SqlToken& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const SqlToken& take() { return tokens_[at_ < tokens_.size() - 1 ? at_++ : at_]; }

  bool at_symbol(std::string_view symbol, std::size_t ahead = 0) const {
    return peek(ahead).kind == SqlTokenKind::kSymbol && peek(ahead).text == symbol;
  }
  bool at_word(std::string_view lower, std::size_t ahead = 0) const {
    return peek(ahead).kind == SqlTokenKind::kWord && ascii_lower(peek(ahead).text) == lower;
  }
  bool take_symbol(std::string_view symbol) {
    if (!at_symbol(symbol)) return false;
    take();
    return true;
  }
  bool take_word(std::string_view lower) {
    if (!at_word(lower)) return false;
    take();
    return true;
  }

  static std::string shown(const SqlToken& token) {
    if (token.kind == SqlTokenKind::kEnd) return "end of text";
    if (token.kind == SqlTokenKind::kCondition) return "'{'";
    return "'" + token.text.substr(0, 40) + "'";
  }
  Error unexpected() const {
    return make_error(ErrorCode::kInvalidInput,
                      fmt::format("unexpected {} at offset {}", shown(peek()), peek().offset));
  }
  Error expected(std::string_view what) const {
    return make_error(ErrorCode::kInvalidInput,
                      fmt::format("{} expected, not {}, at offset {}", what, shown(peek()), peek().offset));
  }
  static Error refused(ErrorCode code, std::string_view what, const SqlToken& token) {
    return make_error(code, fmt::format("{}, at offset {}", what, token.offset));
  }

  // ------------------------------------------------------------ operators, loosest first

  Parsed expression() {
    if (++depth_ > kTreeHeightMost / 2)
      return refused(ErrorCode::kLimit, fmt::format("nested deeper than {}", kTreeHeightMost / 2), peek());
    auto node = any_of();
    --depth_;
    return node;
  }

  Parsed checked(Node node) const {
    if (node.height > kTreeHeightMost)
      return refused(ErrorCode::kLimit, fmt::format("expression higher than {}", kTreeHeightMost), peek());
    if (node.size > kTreeNodesMost)
      return refused(ErrorCode::kLimit, fmt::format("expression of more than {} parts", kTreeNodesMost),
                     peek());
    return node;
  }

  /// A chain of AND or OR as one call with many arguments.
  Parsed chain(std::string_view word, Parsed (Parser::*operand)()) {
    auto first = (this->*operand)();
    if (!first || !at_word(word)) return first;
    std::vector<Node> operands;
    const auto add = [&](Node node) {
      if (!node.tree.is_call(word)) return operands.push_back(std::move(node));
      std::size_t size =
          node.size;  // of the whole chain: given to its first part, so that the sum stays right
      for (auto& inner : node.tree.arguments)
        operands.push_back({std::move(inner), node.height - 1, std::exchange(size, 0)});
    };
    add(std::move(*first));
    while (take_word(word)) {
      auto next = (this->*operand)();
      if (!next) return next;
      add(std::move(*next));
    }
    return checked(call_node(word, std::move(operands)));
  }

  Parsed any_of() { return chain("or", &Parser::all_of); }
  Parsed all_of() { return chain("and", &Parser::negation); }

  Parsed negation() {
    if (!take_word("not")) return null_test();
    if (++depth_ > kTreeHeightMost / 2) return refused(ErrorCode::kLimit, "too many NOT", peek());
    auto operand = negation();
    --depth_;
    if (!operand) return operand;
    return checked(call_of("not", std::move(*operand)));
  }

  /// x IS [NOT] NULL | TRUE | FALSE | DISTINCT FROM y
  Parsed null_test() {
    auto left = comparison();
    while (left && take_word("is")) {
      const bool negated = take_word("not");
      if (take_word("null") || take_word("unknown")) {
        left = checked(call_of(negated ? "is not null" : "is null", std::move(*left)));
        continue;
      }
      Node test;
      if (at_word("true") || at_word("false")) {
        const bool wanted = at_word("true");
        take();
        Node holds = wanted ? std::move(*left) : call_of("not", std::move(*left));
        test = call_of("case", std::move(holds), boolean_leaf(true), boolean_leaf(false));
      } else if (take_word("distinct")) {
        if (!take_word("from")) return expected("FROM");
        auto right = comparison();
        if (!right) return right;
        test = call_of("is distinct from", std::move(*left), std::move(*right));
      } else {
        return unexpected();
      }
      left = checked(negated ? call_of("not", std::move(test)) : std::move(test));
    }
    return left;
  }

  Parsed comparison() {
    auto left = range_test();
    if (!left) return left;
    for (std::string_view op : {"=", "<>", "<", "<=", ">", ">="}) {
      if (!take_symbol(op)) continue;
      if (at_word("any") || at_word("all") || at_word("some"))
        return refused(ErrorCode::kUnsupported, "ANY and ALL are not known", peek());
      auto right = range_test();
      if (!right) return right;
      return checked(call_of(op, std::move(*left), std::move(*right)));
    }
    return left;
  }

  /// x [NOT] BETWEEN a AND b | IN (...) | LIKE p
  Parsed range_test() {
    auto left = concatenation();
    if (!left) return left;
    const bool negated = at_word("not") && (at_word("between", 1) || at_word("in", 1) || at_word("like", 1) ||
                                            at_word("ilike", 1) || at_word("similar", 1));
    if (negated) take();
    Parsed test = left;
    if (take_word("between")) {
      test = between(std::move(*left));
    } else if (take_word("in")) {
      test = choices(std::move(*left));
    } else if (at_word("like") || at_word("ilike")) {
      const std::string op = ascii_lower(take().text);
      auto pattern = concatenation();
      if (!pattern) return pattern;
      if (at_word("escape")) return refused(ErrorCode::kUnsupported, "ESCAPE is not known", peek());
      test = checked(call_of(op, std::move(*left), std::move(*pattern)));
    } else {
      return test;
    }
    if (!test || !negated) return test;
    return checked(call_of("not", std::move(*test)));
  }

  Parsed between(Node value) {
    auto low = concatenation();
    if (!low) return low;
    if (!take_word("and")) return expected("AND");
    auto high = concatenation();
    if (!high) return high;
    return checked(call_of("between", std::move(value), std::move(*low), std::move(*high)));
  }

  Parsed choices(Node value) {
    if (!take_symbol("(")) return expected("'('");
    std::vector<Node> arguments;
    arguments.push_back(std::move(value));
    do {
      auto option = expression();
      if (!option) return option;
      arguments.push_back(std::move(*option));
    } while (take_symbol(","));
    if (!take_symbol(")")) return expected("')'");
    return checked(call_node("in", std::move(arguments)));
  }

  /// A left-associative run of binary operators.
  template <std::size_t N>
  Parsed run_of(const std::array<std::string_view, N>& operators, Parsed (Parser::*operand)()) {
    auto left = (this->*operand)();
    while (left) {
      const auto op =
          std::find_if(operators.begin(), operators.end(), [this](auto symbol) { return at_symbol(symbol); });
      if (op == operators.end()) break;
      take();
      auto right = (this->*operand)();
      if (!right) return right;
      if (is_number(left->tree) && is_number(right->tree) &&
          (is_decimal(left->tree) || is_decimal(right->tree)))
        return refused(ErrorCode::kUnsupported, "arithmetic on decimal literals: write the result", peek());
      left = checked(call_of(*op == "^" || *op == "**" ? "power" : *op, std::move(*left), std::move(*right)));
    }
    return left;
  }

  static bool is_decimal(const Expression& e) {
    return e.kind == ExpressionKind::kDouble && e.type == "decimal";
  }
  static bool is_number(const Expression& e) {
    return e.kind == ExpressionKind::kInteger || e.kind == ExpressionKind::kDouble;
  }

  Parsed concatenation() { return run_of(std::array<std::string_view, 1>{"||"}, &Parser::sum); }
  Parsed sum() { return run_of(std::array<std::string_view, 2>{"+", "-"}, &Parser::product); }
  Parsed product() { return run_of(std::array<std::string_view, 4>{"*", "/", "//", "%"}, &Parser::exponent); }
  Parsed exponent() { return run_of(std::array<std::string_view, 2>{"^", "**"}, &Parser::signed_value); }

  Parsed signed_value() {
    if (take_symbol("+")) return signed_value_nested();
    if (!take_symbol("-")) return postfixed();
    auto operand = signed_value_nested();
    if (!operand) return operand;
    Expression& tree = operand->tree;
    if (tree.kind == ExpressionKind::kInteger) {
      tree.integer = -tree.integer;
      return operand;
    }
    if (tree.kind == ExpressionKind::kDouble) {
      tree.number = -tree.number;
      return operand;
    }
    return checked(call_of("neg", std::move(*operand)));
  }

  Parsed signed_value_nested() {
    if (++depth_ > kTreeHeightMost / 2) return refused(ErrorCode::kLimit, "too many signs", peek());
    auto operand = signed_value();
    --depth_;
    return operand;
  }

  Parsed postfixed() {
    auto node = primary();
    while (node) {
      if (take_symbol("[")) {
        auto position = expression();
        if (!position) return position;
        if (at_symbol(":")) return refused(ErrorCode::kUnsupported, "slices x[a:b] are not known", peek());
        if (!take_symbol("]")) return expected("']'");
        node = checked(call_of("index", std::move(*node), std::move(*position)));
      } else if (take_symbol("::")) {
        node = converted(std::move(*node), "cast");
      } else {
        break;
      }
    }
    return node;
  }

  // ------------------------------------------------------------ values

  Parsed primary() {
    switch (peek().kind) {
      case SqlTokenKind::kString: return leaf(ExpressionKind::kString, take().text);
      case SqlTokenKind::kInteger:
      case SqlTokenKind::kDecimal:
      case SqlTokenKind::kDouble: return number();
      case SqlTokenKind::kQuotedName: return column();
      case SqlTokenKind::kWord: return word();
      case SqlTokenKind::kCondition: return named_condition();
      case SqlTokenKind::kSymbol: break;
      case SqlTokenKind::kEnd: return unexpected();
    }
    if (take_symbol("(")) return parenthesised();
    if (take_symbol("[")) return list();
    return unexpected();
  }

  Parsed named_condition() {
    if (!named_) return unexpected();
    const SqlToken& token = take();
    auto tree = named_(token.text);
    if (!tree) return refused(tree.error().code, tree.error().message, token);
    return checked(node_of(std::move(*tree)));
  }

  Parsed number() {
    const SqlToken& token = take();
    Node node = leaf(ExpressionKind::kDouble);
    const char* end = token.text.data() + token.text.size();
    if (token.kind == SqlTokenKind::kInteger) {
      std::int64_t value = 0;
      if (std::from_chars(token.text.data(), end, value).ec == std::errc()) return integer_leaf(value);
    }
    if (token.kind == SqlTokenKind::kDouble) {
      if (std::from_chars(token.text.data(), end, node.tree.number).ec != std::errc())
        return refused(ErrorCode::kInvalidInput, "number '" + token.text.substr(0, 40) + "' is out of range",
                       token);
      return node;
    }
    if (token.text.size() > 300) return refused(ErrorCode::kLimit, "number of more than 300 digits", token);
    node.tree.type = "decimal";
    node.tree.number = decimal_value(token.text);
    return node;
  }

  Parsed parenthesised() {
    auto inner = expression();
    if (!inner) return inner;
    if (at_symbol(",")) return refused(ErrorCode::kUnsupported, "row values (a, b) are not known", peek());
    if (!take_symbol(")")) return expected("')'");
    return inner;
  }

  Parsed list() {
    std::vector<Node> elements;
    if (take_symbol("]")) return call_node("list", {});
    do {
      auto element = expression();
      if (!element) return element;
      elements.push_back(std::move(*element));
    } while (take_symbol(","));
    if (!take_symbol("]")) return expected("']'");
    return checked(call_node("list", std::move(elements)));
  }

  Parsed word() {
    const std::string name = ascii_lower(peek().text);
    if (name == "null") return take(), leaf(ExpressionKind::kNull);
    if (name == "true" || name == "false") return take(), boolean_leaf(name == "true");
    if (name == "case") return take(), choice();
    if ((name == "cast" || name == "try_cast") && at_symbol("(", 1)) return take(), cast(name);
    if (name == "array" && at_symbol("[", 1)) return take(), take(), list();
    if ((name == "date" || name == "timestamp") && peek(1).kind == SqlTokenKind::kString) {
      take();
      Node text = leaf(ExpressionKind::kString, take().text);
      Node node = call_of("cast", std::move(text));
      node.tree.type = name;
      return node;
    }
    if (is_parameter(peek().text)) return leaf(ExpressionKind::kParameter, take().text);
    if (is_reserved_word(name)) {
      if (name == "select" || name == "exists" || name == "interval")
        return refused(ErrorCode::kUnsupported, "'" + name + "' is not known", peek());
      return unexpected();
    }
    if (at_symbol("(", 1)) return function();
    return column();
  }

  Parsed choice() {  // after CASE
    std::optional<Node> subject;
    if (!at_word("when")) {
      auto value = expression();
      if (!value) return value;
      subject = std::move(*value);
    }
    std::vector<Node> arguments;
    std::size_t copied = 0;  // CASE x WHEN a WHEN b repeats x: nested, that would multiply
    while (take_word("when")) {
      if (subject && (copied += subject->size) > kTreeNodesMost)
        return refused(ErrorCode::kLimit, fmt::format("expression of more than {} parts", kTreeNodesMost),
                       peek());
      auto condition = expression();
      if (!condition) return condition;
      if (!take_word("then")) return expected("THEN");
      auto outcome = expression();
      if (!outcome) return outcome;
      arguments.push_back(subject ? call_of("=", *subject, std::move(*condition)) : std::move(*condition));
      arguments.push_back(std::move(*outcome));
    }
    if (arguments.empty()) return expected("WHEN");
    if (take_word("else")) {
      auto otherwise = expression();
      if (!otherwise) return otherwise;
      arguments.push_back(std::move(*otherwise));
    }
    if (!take_word("end")) return expected("END");
    return checked(call_node("case", std::move(arguments)));
  }

  Parsed cast(std::string_view kind) {
    take();  // (
    auto value = expression();
    if (!value) return value;
    if (!take_word("as")) return expected("AS");
    auto node = converted(std::move(*value), kind);
    if (!node) return node;
    if (!take_symbol(")")) return expected("')'");
    return node;
  }

  /// Reads a type and wraps `value` in the conversion to it.
  Parsed converted(Node value, std::string_view kind) {
    const SqlToken token = peek();
    if (token.kind != SqlTokenKind::kWord) return expected("a type");
    take();
    const auto type = canonical_type(ascii_lower(token.text));
    if (type.empty() || at_symbol("["))
      return refused(ErrorCode::kUnsupported,
                     "type '" + token.text + (type.empty() ? "'" : "[]'") + " is not known", token);
    if (type == "double") take_word("precision");
    if (type == "varchar" && take_symbol("(")) {  // DuckDB ignores the length
      if (peek().kind != SqlTokenKind::kInteger) return expected("a length");
      take();
      if (!take_symbol(")")) return expected("')'");
    }
    Node node = call_of(kind, std::move(value));
    node.tree.type = type;
    return checked(std::move(node));
  }

  // ------------------------------------------------------------ columns

  bool is_parameter(std::string_view name) const {
    return std::find(parameters_.begin(), parameters_.end(), name) != parameters_.end();
  }

  static Node column_leaf(std::string name, Side side) {
    Node node = leaf(ExpressionKind::kColumn, std::move(name));
    node.tree.side = side;
    return node;
  }

  Parsed column() {
    const SqlToken first = take();
    if (first.kind == SqlTokenKind::kQuotedName && is_parameter(first.text) && !at_symbol("."))
      return leaf(ExpressionKind::kParameter, first.text);
    if (take_symbol(".")) return prefixed_column(first);
    if (columns_ == Columns::kOneRecord) return column_leaf(first.text, Side::kNone);
    if (columns_ == Columns::kEitherForm && first.text.size() > 2) {
      const std::string suffix = ascii_lower(first.text.substr(first.text.size() - 2));
      const std::string name = first.text.substr(0, first.text.size() - 2);
      if (suffix == "_l") return column_leaf(name, Side::kLeft);
      if (suffix == "_r") return column_leaf(name, Side::kRight);
    }
    return refused(ErrorCode::kInvalidInput, "column '" + first.text.substr(0, 60) + "' is of neither record",
                   first);
  }

  Parsed prefixed_column(const SqlToken& prefix) {
    if (peek().kind != SqlTokenKind::kWord && peek().kind != SqlTokenKind::kQuotedName)
      return expected("a column");
    const SqlToken name = take();
    if (at_symbol(".") || at_symbol("("))
      return refused(ErrorCode::kUnsupported, "fields of structures are not known", peek());
    const std::string side = ascii_lower(prefix.text);
    if (columns_ == Columns::kOneRecord || (side != "l" && side != "r"))
      return refused(ErrorCode::kInvalidInput, "table '" + prefix.text.substr(0, 60) + "' is not known",
                     prefix);
    return column_leaf(name.text, side == "l" ? Side::kLeft : Side::kRight);
  }

  // ------------------------------------------------------------ functions

  Parsed function() {
    const SqlToken token = take();
    take();  // (
    const std::string written = ascii_lower(token.text);
    if (written == "extract") return extract(token);
    std::vector<Node> arguments;
    if (!take_symbol(")")) {
      do {
        auto next = argument();
        if (!next) return next;
        arguments.push_back(std::move(*next));
        // SUBSTRING(x FROM a FOR b)
      } while (take_symbol(",") || (written == "substring" && (take_word("from") || take_word("for"))));
      if (!take_symbol(")")) return expected("')'");
    }
    auto node = known_function(token, written, std::move(arguments));
    return node ? checked(std::move(*node)) : node;
  }

  Parsed extract(const SqlToken& token) {  // EXTRACT(part FROM x)
    if (peek().kind != SqlTokenKind::kWord && peek().kind != SqlTokenKind::kString)
      return expected("a date part");
    Node part = leaf(ExpressionKind::kString, take().text);
    if (!take_word("from")) return expected("FROM");
    auto value = expression();
    if (!value) return value;
    if (!take_symbol(")")) return expected("')'");
    std::vector<Node> arguments;
    arguments.push_back(std::move(part));
    arguments.push_back(std::move(*value));
    return known_function(token, "date_part", std::move(arguments));
  }

  /// An expression, or a lambda: x -> ..., (x) -> ..., lambda x: ...
  Parsed argument() {
    const auto is_name = [this](std::size_t ahead) {
      return peek(ahead).kind == SqlTokenKind::kWord || peek(ahead).kind == SqlTokenKind::kQuotedName;
    };
    if (is_name(0) && at_symbol("->", 1)) {
      const std::string variable = take().text;
      take();
      return lambda(variable);
    }
    if (at_symbol("(") && is_name(1) && at_symbol(")", 2) && at_symbol("->", 3)) {
      take();
      const std::string variable = take().text;
      take(), take();
      return lambda(variable);
    }
    if (at_word("lambda") && is_name(1) && at_symbol(":", 2)) {
      take();
      const std::string variable = take().text;
      take();
      return lambda(variable);
    }
    return expression();
  }

  Parsed lambda(const std::string& variable) {
    parameters_.push_back(variable);
    auto body = expression();
    parameters_.pop_back();
    if (!body) return body;
    Node node = leaf(ExpressionKind::kLambda, variable);
    node.height = body->height + 1;
    node.size = body->size + 1;
    node.tree.arguments.push_back(std::move(body->tree));
    return checked(std::move(node));
  }

  static bool gives_list(const Expression& e) {
    static constexpr std::string_view kLists[] = {"list_intersect", "list_concat", "list_distinct", "flatten",
                                                  "list_transform", "list_filter", "split",         "list"};
    return e.kind == ExpressionKind::kCall &&
           std::find(std::begin(kLists), std::end(kLists), e.text) != std::end(kLists);
  }

  Parsed known_function(const SqlToken& token, const std::string& written, std::vector<Node> arguments) {
    std::string name(canonical_function(written));
    if (name == "ifnull" && arguments.size() == 2) name = "coalesce";
    if (name == "if" && arguments.size() == 3) name = "case";
    if (name == "length" && arguments.size() == 1 && gives_list(arguments[0].tree)) name = "array_length";
    if ((name == "year" || name == "month" || name == "day" || name == "quarter") && arguments.size() == 1) {
      arguments.insert(arguments.begin(), leaf(ExpressionKind::kString, name));
      name = "date_part";
    }
    const auto arity = is_callable(name) ? scalar_function_arity(name) : std::nullopt;
    const auto known = arity ? arity : pair_function_arity(name);
    if (!known)
      return refused(ErrorCode::kUnsupported, "function '" + token.text.substr(0, 60) + "' is not known",
                     token);
    if (arguments.size() < known->least || arguments.size() > known->most)
      return refused(ErrorCode::kInvalidInput,
                     fmt::format("function '{}' does not take {} arguments", token.text, arguments.size()),
                     token);
    if ((name == "coalesce" || name == "nullif" || name == "greatest" || name == "least") &&
        mixes_types(arguments))
      return refused(ErrorCode::kInvalidInput, "function '" + token.text + "' mixes text and numbers", token);
    if (const auto problem = check_literals(name, arguments); !problem)
      return refused(problem.error().code,
                     fmt::format("function '{}': {}", token.text, problem.error().message), token);
    return call_node(name, std::move(arguments));
  }

  /// Literals of text beside numbers: DuckDB would convert the text, and fail.
  static bool mixes_types(const std::vector<Node>& arguments) {
    const auto any = [&](auto test) {
      return std::any_of(arguments.begin(), arguments.end(),
                         [&](const Node& node) { return test(node.tree); });
    };
    return any(is_number) && any([](const Expression& e) { return e.kind == ExpressionKind::kString; });
  }

  /// Operators and forms with a syntax of their own cannot be called by name.
  static bool is_callable(std::string_view name) {
    static constexpr std::string_view kForms[] = {"and", "or",   "not",   "neg",  "between",
                                                  "in",  "like", "ilike", "cast", "try_cast"};
    const bool form = std::find(std::begin(kForms), std::end(kForms), name) != std::end(kForms);
    return !form && name.find(' ') == std::string_view::npos;
  }

  /// Lambdas only where they belong; patterns, formats and date parts written out, and good.
  static Status check_literals(std::string_view name, const std::vector<Node>& arguments) {
    const bool takes_lambda = name == "list_transform" || name == "list_filter";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const bool is_lambda = arguments[i].tree.kind == ExpressionKind::kLambda;
      if (is_lambda != (takes_lambda && i == 1))
        return make_error(ErrorCode::kInvalidInput,
                          is_lambda ? "a lambda does not belong here" : "a lambda is missing");
    }
    const auto literal = [&](std::size_t i) {
      return i < arguments.size() && arguments[i].tree.kind == ExpressionKind::kString
                 ? &arguments[i].tree.text
                 : nullptr;
    };
    if (name.starts_with("regexp_")) {
      if (literal(1) == nullptr)
        return make_error(ErrorCode::kUnsupported, "the regular expression must be written out");
      return check_pattern(*literal(1));
    }
    if (name == "strptime" || name == "try_strptime") {
      if (literal(1) == nullptr)
        return make_error(ErrorCode::kUnsupported, "the time format must be written out");
      return check_time_format(*literal(1));
    }
    if (name == "date_diff" || name == "date_part") {
      if (literal(0) == nullptr || !is_time_part(*literal(0)))
        return make_error(ErrorCode::kUnsupported, "the date part is not known");
    }
    return Done{};
  }

  std::vector<SqlToken> tokens_;
  Columns columns_;
  const ConditionByName& named_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<std::string> parameters_;
};

Result<Expression> parse(std::string_view sql, Columns columns, const ConditionByName& named = {}) {
  auto tokens = read_sql_tokens(sql);
  if (!tokens) return tokens.error();
  return Parser(std::move(*tokens), columns, named).run();
}

}  // namespace

Result<Expression> parse_condition(std::string_view sql, const ConditionByName& named) {
  return parse(sql, Columns::kEitherForm, named);
}
Result<Expression> parse_blocking_rule(std::string_view sql) {
  return parse(sql, Columns::kPrefixOnly);
}
Result<Expression> parse_term(std::string_view sql) {
  return parse(sql, Columns::kOneRecord);
}

}  // namespace gmpi
