#include "models/sql_patterns.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "models/unicode_case.h"

namespace gmpi {

struct PatternCache::Impl {
  std::map<std::string, std::unique_ptr<RE2>, std::less<>> compiled;
};

PatternCache::PatternCache() : impl_(std::make_unique<Impl>()) {}
PatternCache::~PatternCache() = default;
PatternCache::PatternCache(PatternCache&&) noexcept = default;
PatternCache& PatternCache::operator=(PatternCache&&) noexcept = default;

namespace {

constexpr std::size_t kCachedMost = 256;
constexpr std::size_t kPatternBytesMost = 4096;
constexpr std::int64_t kPatternMemoryMost = 8 << 20;  // RE2's own default

struct Options {
  bool ignore_case = false;
  bool dot_matches_newline = false;
  bool all = false;
};

Result<Options> options_from(const SqlValue* value) {
  Options options;
  if (value == nullptr) return options;
  const auto* text = std::get_if<std::string>(&value->value);
  if (text == nullptr) return make_error(ErrorCode::kInvalidInput, "regular expression options must be text");
  for (char c : *text) {
    if (c == 'i') {
      options.ignore_case = true;
    } else if (c == 'c') {
      options.ignore_case = false;
    } else if (c == 's') {
      options.dot_matches_newline = true;
    } else if (c == 'g') {
      options.all = true;
    } else {
      return make_error(ErrorCode::kUnsupported,
                        fmt::format("regular expression option '{}' is not known", c));
    }
  }
  return options;
}

Result<std::unique_ptr<RE2>> compile(std::string_view pattern, const Options& options) {
  if (pattern.size() > kPatternBytesMost)
    return make_error(ErrorCode::kLimit, fmt::format("regular expression of {} bytes; at most {}",
                                                     pattern.size(), kPatternBytesMost));
  RE2::Options re2;
  re2.set_log_errors(false);
  re2.set_max_mem(kPatternMemoryMost);
  re2.set_case_sensitive(!options.ignore_case);
  re2.set_dot_nl(options.dot_matches_newline);
  auto compiled = std::make_unique<RE2>(re2::StringPiece(pattern.data(), pattern.size()), re2);
  if (!compiled->ok())
    return make_error(ErrorCode::kInvalidInput, "regular expression refused: " + compiled->error());
  return compiled;
}

/// A compiled pattern, from the cache when there is one.
class Compiled {
 public:
  static Result<Compiled> get(const SqlValue& pattern, const Options& options, PatternCache* cache) {
    const auto* text = std::get_if<std::string>(&pattern.value);
    if (text == nullptr) return make_error(ErrorCode::kInvalidInput, "regular expression must be text");
    const std::string key =
        std::string(options.ignore_case ? "i" : "c") + (options.dot_matches_newline ? "s" : "n") + *text;
    if (cache != nullptr) {
      const auto& known = cache->impl().compiled;
      if (const auto found = known.find(key); found != known.end())
        return Compiled(found->second.get(), nullptr);
    }
    auto made = compile(*text, options);
    if (!made) return made.error();
    const RE2* regex = made->get();
    if (cache == nullptr || cache->impl().compiled.size() >= kCachedMost)
      return Compiled(regex, std::move(*made));
    cache->impl().compiled.emplace(key, std::move(*made));
    return Compiled(regex, nullptr);
  }

  const RE2& operator*() const { return *regex_; }
  const RE2* operator->() const { return regex_; }

 private:
  Compiled(const RE2* regex, std::unique_ptr<RE2> owned) : regex_(regex), owned_(std::move(owned)) {}
  const RE2* regex_;
  std::unique_ptr<RE2> owned_;
};

struct Call {
  std::string_view text;
  Options options;
  Compiled regex;
};

/// The parts all four functions share; options stand at `options_at` when given.
Result<Call> read_call(std::span<const SqlValue> a, std::size_t options_at, PatternCache* cache) {
  const auto* text = std::get_if<std::string>(&a[0].value);
  if (text == nullptr) return make_error(ErrorCode::kInvalidInput, "regular expressions apply to text only");
  const auto options = options_from(a.size() > options_at ? &a[options_at] : nullptr);
  if (!options) return options.error();
  auto regex = Compiled::get(a[1], *options, cache);
  if (!regex) return regex.error();
  return Call{*text, *options, std::move(*regex)};
}

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

Status check_pattern(std::string_view pattern) {
  const auto compiled = compile(pattern, {});
  if (!compiled) return compiled.error();
  return Done{};
}

Result<SqlValue> regexp_extract(std::span<const SqlValue> a, PatternCache* patterns) {
  const auto call = read_call(a, 3, patterns);
  if (!call) return call.error();
  std::int64_t group = 0;
  if (a.size() > 2) {
    const auto* wanted = std::get_if<std::int64_t>(&a[2].value);
    if (wanted == nullptr || *wanted < 0 || *wanted > 9)
      return make_error(ErrorCode::kUnsupported, "group of regexp_extract must be a number from 0 to 9");
    group = *wanted;
  }
  if (group > call->regex->NumberOfCapturingGroups()) return SqlValue{std::string()};
  re2::StringPiece found[10];
  const bool matched = call->regex->Match(piece(call->text), 0, call->text.size(), RE2::UNANCHORED, found,
                                          static_cast<int>(group) + 1);
  if (!matched || found[group].data() == nullptr) return SqlValue{std::string()};
  return SqlValue{std::string(found[group].data(), found[group].size())};
}

Result<SqlValue> regexp_matches(std::span<const SqlValue> a, PatternCache* patterns) {
  const auto call = read_call(a, 2, patterns);
  if (!call) return call.error();
  return SqlValue{RE2::PartialMatch(piece(call->text), *call->regex)};
}

Result<SqlValue> regexp_full_match(std::span<const SqlValue> a, PatternCache* patterns) {
  const auto call = read_call(a, 2, patterns);
  if (!call) return call.error();
  return SqlValue{RE2::FullMatch(piece(call->text), *call->regex)};
}

Result<SqlValue> regexp_replace(std::span<const SqlValue> a, PatternCache* patterns) {
  const auto call = read_call(a, 3, patterns);
  if (!call) return call.error();
  const auto* replacement = std::get_if<std::string>(&a[2].value);
  if (replacement == nullptr) return make_error(ErrorCode::kInvalidInput, "replacement must be text");
  std::string out(call->text);
  if (call->options.all) {
    RE2::GlobalReplace(&out, *call->regex, piece(*replacement));
  } else {
    RE2::Replace(&out, *call->regex, piece(*replacement));
  }
  return SqlValue{std::move(out)};
}

bool like(std::string_view text, std::string_view pattern) {
  // Backtracks only to the last %, so the cost is at most |text| * |pattern|.
  std::size_t t = 0, p = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == '_') {
      t += std::min(code_point_length(text[t]), text.size() - t);
      ++p;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++t, ++p;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      resume += std::min(code_point_length(text[resume]), text.size() - resume);
      t = resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

}  // namespace gmpi
