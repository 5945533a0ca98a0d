#include "standardize/names.h"

#include <algorithm>
#include <array>

#include "standardize/fold.h"
#include "standardize/name_words.h"

namespace gmpi {
namespace {

constexpr std::string_view kBetweenNames = " .,/+&;:()[]{}\"\\|<>=!?*#_^~%$@";
constexpr std::string_view kBetweenSurnames = "- .,/+&;:()[]{}\"\\|<>=!?*#_^~%$@";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// A name without its hyphens and apostrophes.
std::string closed_up(std::string_view word) {
  std::string out(word);
  std::erase_if(out, [](char c) { return c == '-' || c == '\''; });
  return out;
}

/// `text` without bracketed and quoted parts, which go to `asides`.
std::string without_asides(std::string_view text, std::vector<std::string>& asides) {
  if (text.find_first_of("([{\"'") == std::string_view::npos) return std::string(text);
  std::string main;
  std::size_t i = 0;
  while (i < text.size()) {
    const char open = text[i];
    const bool quote = open == '\'' && (i == 0 || text[i - 1] == ' ');
    const char close = open == '('   ? ')'
                       : open == '[' ? ']'
                       : open == '{' ? '}'
                       : open == '"' ? '"'
                       : quote       ? '\''
                                     : '\0';
    std::size_t end = close ? text.find(close, i + 1) : std::string_view::npos;
    if (quote && end != std::string_view::npos && end + 1 < text.size() && text[end + 1] != ' ')
      end = std::string_view::npos;  // 'O'Neil' opens no quotation
    if (end == std::string_view::npos) {
      main.push_back(open);
      ++i;
      continue;
    }
    asides.emplace_back(text.substr(i + 1, end - i - 1));
    main.push_back(' ');
    i = end + 1;
  }
  return main;
}

/// Where `mark` stands in `text` as words of its own, at `from` or later, with a word after it: "Born" and "Nee"
/// are surnames too.
std::size_t find_mark(std::string_view text, std::string_view mark, std::size_t from) {
  for (auto at = text.find(mark, from); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    const bool begins = at == 0 || text[at - 1] == ' ';
    const std::string_view after = text.substr(at + mark.size());
    if (begins && after.size() > 1 && after[0] == ' ') return at;
  }
  return std::string_view::npos;
}

/// What stands behind a mark.
struct Marked {
  std::string_view mark;  // empty: there is none
  std::string after;
};

/// Cuts `main` at the mark that comes first in it.
template <std::size_t N>
Marked cut_at_mark(std::string& main, const std::array<std::string_view, N>& marks, std::size_t from) {
  if (main.find(' ') == std::string::npos) return {};
  std::size_t first = std::string::npos;
  std::string_view found;
  for (const auto mark : marks)
    if (const auto at = find_mark(main, mark, from); at < first) {
      first = at;
      found = mark;
    }
  if (found.empty()) return {};
  Marked cut{found, main.substr(first + found.size())};
  main.resize(first);
  return cut;
}

constexpr std::array<std::string_view, 7> kKnownAsMarks = {"known as", "preferred name", "prefers", "a.k.a.",
                                                           "aka",      "a.k.a",          "goes by"};
/// Between two surnames: which of them is held now.
constexpr std::string_view kNow = "now";
constexpr std::array<std::string_view, 6> kSurnameMarks = {"nee", "formerly", "previously", "born", "was", kNow};

struct MarkedSurnames {
  std::string current;
  std::vector<std::string> previous;
  bool says_now = false;
};

/// "smith nee jones": smith, once jones. "smith now jones": jones, once smith.
MarkedSurnames split_at_marks(std::string text, std::size_t from) {
  MarkedSurnames out;
  Marked cut = cut_at_mark(text, kSurnameMarks, from);
  out.current = std::move(text);
  while (!cut.mark.empty()) {
    Marked next = cut_at_mark(cut.after, kSurnameMarks, 0);
    if (cut.mark == kNow) std::swap(out.current, cut.after);
    out.says_now = out.says_now || cut.mark == kNow;
    out.previous.push_back(std::move(cut.after));
    cut = std::move(next);
  }
  return out;
}

void add_previous(const std::string& text, Surname& out) {
  std::string previous = fold_alnum(text);
  if (previous.empty() || !title_of(previous).empty()) return;
  if (!is_placeholder_surname(text, split_words(text, kBetweenSurnames))) out.previous.push_back(std::move(previous));
}

/// Names said in an aside: "known as Bob" or plain "Bob"; titles are not names.
void add_known_as(std::string aside, std::vector<std::string>& out) {
  const std::string marked = cut_at_mark(aside, kKnownAsMarks, 0).after;
  const std::string& text = marked.empty() ? aside : marked;
  const Words words = split_words(text, kBetweenNames);
  if (placeholder_given_name(text, words).found) return;
  for (const auto word : words)
    if (title_of(word).empty()) out.push_back(closed_up(word));
}

void add_given(std::string_view word, GivenNames& out) {
  std::string joined = closed_up(word);
  if (joined.empty() || all_digits(joined)) return;
  const Words halves = split_words(word, "-");
  if (halves.size() > 1)
    for (const auto half : halves)
      if (auto closed = closed_up(half); !closed.empty()) out.halves.push_back(std::move(closed));
  out.names.push_back(std::move(joined));
}

bool is_no_middle_name(std::string_view word) {
  return word == "nmn" || word == "nmi";
}

/// Surname words grouped with the particles before them.
void add_surname_groups(const Words& words, Surname& out) {
  std::string group;
  bool has_particle = false;
  int groups = 0;
  std::vector<std::string> bodies;
  const auto close_group = [&](std::string body) {
    ++groups;
    if (has_particle && body.size() >= 3) bodies.push_back(std::move(body));
    out.parts.push_back(group);
    group.clear();
    has_particle = false;
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string word = closed_up(words[i]);
    if (word.empty()) continue;
    out.joined += word;
    group += word;
    const auto apostrophe = words[i].find('\'');
    const bool inner_particle = apostrophe == 1 && words[i].size() > 4;  // o'brien, d'souza
    if (i + 1 < words.size() && is_particle(word)) {
      has_particle = true;
      continue;
    }
    has_particle = has_particle || inner_particle;
    close_group(inner_particle ? closed_up(words[i].substr(2)) : std::move(word));
  }
  if (!group.empty()) close_group({});
  if (groups == 1) out.parts.clear();
  std::ranges::move(bodies, std::back_inserter(out.parts));
}

/// Words that a surname field holds besides the surname: a title before it, a suffix or honour after it.
void strip_surname_ends(Words& words, Surname& out) {
  constexpr std::array<std::string_view, 7> kTitles = {"mr", "mrs", "ms", "miss", "mx", "dr", "mstr"};
  if (words.size() > 1 && std::ranges::find(kTitles, words.front()) != kTitles.end())
    words.erase(words.begin());
  while (words.size() > 1) {
    const auto suffix = suffix_of(words.back());
    if (suffix.empty() && !is_honour(words.back())) return;
    if (!suffix.empty()) out.suffix = suffix;
    words.pop_back();
  }
}

bool all_upper(std::string_view word) {
  return word.size() >= 3 &&
         std::ranges::none_of(word, [](char c) { return (c >= 'a' && c <= 'z') || (c & 0x80); }) &&
         std::ranges::any_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string join(std::span<const std::string_view> words) {
  std::string out;
  for (const auto word : words) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

/// "SMITH JONES Mary Ann": upper-case words in front of words that are not are the surname. 0: not so
/// written.
std::size_t leading_capitals(const Words& words) {
  std::size_t count = 0;
  while (count < words.size() && all_upper(words[count])) ++count;
  const bool titled = count > 0 && !title_of(fold(words[0])).empty();
  return count == words.size() || titled ? 0 : count;
}

/// Where the surname begins in a name written given names first.
std::size_t surname_begin(const Words& words) {
  std::size_t end = words.size();
  while (end > 2 && (!suffix_of(words[end - 1]).empty() || is_honour(words[end - 1]))) --end;
  std::size_t begin = end - 1;
  while (begin > 1 && is_particle(words[begin - 1])) --begin;
  return begin;
}

/// What stands after the comma of "Clarke, George" but not of "George Clarke, 1st Baron" and "John Smith,
/// Jr".
bool is_given_side(const Words& words) {
  if (words.empty()) return false;
  const bool suffixes =
      std::ranges::all_of(words, [](auto w) { return !suffix_of(w).empty() || is_honour(w); });
  return !suffixes && !is_rank(words.front()) && std::ranges::find(words, "of") == words.end();
}

WholeName split_at_comma(const std::string& folded, std::size_t comma) {
  const std::string left = folded.substr(0, comma);
  const std::string right = folded.substr(comma + 1);
  const Words after = split_words(right, " .,");
  if (is_given_side(after)) return {right, left};
  WholeName name = split_whole_name(left);
  if (!after.empty() && !suffix_of(after.front()).empty() && !name.surname.empty())
    name.surname.append(1, ' ').append(after.front());
  return name;
}

}  // namespace

GivenNames read_given_names(std::string_view text) {
  GivenNames out;
  const std::string folded = fold(text);
  if (folded.empty()) {
    if (!is_blank(text)) out.reason = "not a name";
    return out;
  }
  std::vector<std::string> asides;
  std::string main = without_asides(folded, asides);
  asides.push_back(cut_at_mark(main, kKnownAsMarks, 0).after);
  Words words = split_words(main, kBetweenNames);
  while (words.size() > 1 && !title_of(words.front()).empty()) {
    if (out.title.empty()) out.title = title_of(words.front());
    words.erase(words.begin());
  }
  for (auto& aside : asides)
    if (!aside.empty()) add_known_as(std::move(aside), out.known_as);
  const auto placeholder = placeholder_given_name(folded, words);
  if (placeholder.found) {
    out.birth_order = placeholder.birth_order;
    out.reason = "placeholder name";
    return out;
  }
  if (words.size() > 1 && (words.front() == "baby" || words.front() == "infant")) {
    out.called_baby = true;
    words.erase(words.begin());
  }
  for (const auto word : words)
    if (!is_no_middle_name(word)) add_given(word, out);
  if (out.names.empty()) out.reason = "not a name";
  return out;
}

Surname read_surname(std::string_view text) {
  Surname out;
  const std::string folded = fold(text);
  if (folded.empty()) {
    if (!is_blank(text)) out.reason = "not a name";
    return out;
  }
  std::vector<std::string> asides;
  MarkedSurnames named = split_at_marks(without_asides(folded, asides), 1);
  for (auto& aside : asides) {
    MarkedSurnames within = split_at_marks(std::move(aside), 0);
    if (within.says_now) std::swap(named.current, within.current);
    named.previous.push_back(std::move(within.current));
    std::ranges::move(within.previous, std::back_inserter(named.previous));
  }
  for (const auto& previous : named.previous) add_previous(previous, out);
  Words words = split_words(named.current, kBetweenSurnames);
  if (is_placeholder_surname(folded, words)) {
    out.reason = "placeholder name";
    return out;
  }
  out.doubtful = is_doubtful_surname(words);
  strip_surname_ends(words, out);
  add_surname_groups(words, out);
  if (out.joined.empty()) out.reason = "not a name";
  return out;
}

WholeName split_whole_name(std::string_view text) {
  const std::string folded = fold(text);
  if (const auto comma = folded.find(','); comma != std::string::npos) return split_at_comma(folded, comma);
  std::vector<std::string> asides;
  const std::string main = without_asides(text, asides);
  const Words typed = split_words(main, " \t");
  if (const auto capitals = leading_capitals(typed); capitals > 0)
    return {join(std::span(typed).subspan(capitals)), join(std::span(typed).first(capitals))};
  const std::string plain = fold(main);
  const Words words = split_words(plain, " ");
  if (words.empty()) return {};
  if (words.size() == 1) return {{}, std::string(words[0])};
  const std::size_t begin = surname_begin(words);
  WholeName name{join(std::span(words).first(begin)), join(std::span(words).subspan(begin))};
  for (const auto& aside : asides) name.given += " (" + fold(aside) + ")";
  return name;
}

std::string read_suffix(std::string_view text) {
  return std::string(suffix_of(fold_alnum(text)));
}

std::string read_title(std::string_view text) {
  std::string folded = fold_alnum(text);
  const auto known = title_of(folded);
  return known.empty() ? folded : std::string(known);
}

}  // namespace gmpi
