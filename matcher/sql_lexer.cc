#include "matcher/sql_lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gmpi {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  Result<std::vector<SqlToken>> run() {
    if (sql_.size() > kSqlBytesMost)
      return make_error(ErrorCode::kLimit,
                        fmt::format("condition of {} bytes; at most {}", sql_.size(), kSqlBytesMost));
    for (;;) {
      if (!skip_space_and_comments()) return fail("comment is not closed");
      start_ = at_;
      if (at_ == sql_.size()) break;
      if (const auto problem = token(); !problem.empty()) return fail(problem);
      if (tokens_.size() > kSqlTokensMost)
        return make_error(ErrorCode::kLimit, fmt::format("condition of more than {} tokens", kSqlTokensMost));
    }
    tokens_.push_back({SqlTokenKind::kEnd, "", at_});
    return std::move(tokens_);
  }

 private:
  Error fail(std::string_view problem) const {
    return make_error(ErrorCode::kInvalidInput, fmt::format("{} at offset {}", problem, start_));
  }

  char peek(std::size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

  bool skip_space_and_comments() {
    for (;;) {
      while (at_ < sql_.size() && is_space(sql_[at_])) ++at_;
      start_ = at_;
      if (peek() == '-' && peek(1) == '-') {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (peek() == '/' && peek(1) == '*') {
        const auto end = sql_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return false;
        at_ = end + 2;
      } else {
        return true;
      }
    }
  }

  void add(SqlTokenKind kind, std::string text) { tokens_.push_back({kind, std::move(text), start_}); }

  /// Reads one token. Returns what is wrong, or nothing.
  std::string token() {
    const char c = peek();
    if (starts_word(c)) return word();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (c == '\'') return quoted(c, SqlTokenKind::kString);
    if (c == '"' || c == '`') return quoted(c, SqlTokenKind::kQuotedName);
    if (c == '{') return condition_name();
    return symbol();
  }

  std::string word() {
    const std::size_t first = at_;
    while (at_ < sql_.size() && (starts_word(sql_[at_]) || is_digit(sql_[at_]) || sql_[at_] == '$')) ++at_;
    add(SqlTokenKind::kWord, std::string(sql_.substr(first, at_ - first)));
    return {};
  }

  std::string number() {
    const std::size_t first = at_;
    auto kind = SqlTokenKind::kInteger;
    while (is_digit(peek())) ++at_;
    if (peek() == '.') {
      kind = SqlTokenKind::kDecimal;
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    if (peek() == 'e' || peek() == 'E') {
      const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
      if (!is_digit(peek(1 + sign))) return "malformed number";
      kind = SqlTokenKind::kDouble;
      at_ += 1 + sign;
      while (is_digit(peek())) ++at_;
    }
    if (starts_word(peek())) return "malformed number";
    add(kind, std::string(sql_.substr(first, at_ - first)));
    return {};
  }

  std::string quoted(char quote, SqlTokenKind kind) {
    std::string text;
    for (++at_; at_ < sql_.size(); ++at_) {
      if (sql_[at_] != quote) {
        text += sql_[at_];
      } else if (peek(1) == quote) {  // doubled: the quote itself
        text += quote;
        ++at_;
      } else {
        ++at_;
        if (text.empty() && kind == SqlTokenKind::kQuotedName) return "empty name";
        add(kind, std::move(text));
        return {};
      }
    }
    return fmt::format("quote {} is not closed", quote);
  }

  std::string condition_name() {
    const std::size_t end = sql_.find('}', at_);
    const std::string_view name = sql_.substr(at_ + 1, end == std::string_view::npos ? 0 : end - at_ - 1);
    const auto fits = [](char c) { return starts_word(c) || is_digit(c); };
    if (name.empty() || !std::all_of(name.begin(), name.end(), fits)) return "unexpected '{'";
    add(SqlTokenKind::kCondition, std::string(name));
    at_ = end + 1;
    return {};
  }

  std::string symbol() {
    // Longest first.
    static constexpr std::array<std::string_view, 26> kSymbols = {
        "->", "::", "<=", ">=", "<>", "!=", "==", "||", "**", "//", "(", ")", "[",
        "]",  ",",  ".",  ":",  "=",  "<",  ">",  "+",  "-",  "*",  "/", "%", "^"};
    for (const auto symbol : kSymbols) {
      if (sql_.substr(at_, symbol.size()) != symbol) continue;
      at_ += symbol.size();
      add(SqlTokenKind::kSymbol, std::string(symbol == "!=" ? "<>" : symbol == "==" ? "=" : symbol));
      return {};
    }
    const auto byte = static_cast<unsigned char>(peek());
    if (byte > ' ' && byte < 0x7F) return fmt::format("unexpected '{}'", peek());
    return fmt::format("unexpected byte {:#04x}", byte);
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  std::vector<SqlToken> tokens_;
};

}  // namespace

Result<std::vector<SqlToken>> read_sql_tokens(std::string_view sql) {
  return Lexer(sql).run();
}

}  // namespace gmpi
