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

/// Cuts `main` at the first of `marks` that stands as words of its own, at `from` or later, with a word after
/// it; what follows the mark is returned.
template <std::size_t N>
std::string cut_at_mark(std::string& main, const std::array<std::string_view, N>& marks, std::size_t from) {
  if (main.find(' ') == std::string::npos) return {};
  for (const auto mark : marks) {
    const auto at = main.find(mark, from);
    if (at == std::string::npos || (at > 0 && main[at - 1] != ' ')) continue;
    std::string after = main.substr(at + mark.size());
    if (after.size() < 2 || after[0] != ' ') continue;  // "Born" and "Nee" are surnames too
    main.resize(at);
    return after;
  }
  return {};
}

constexpr std::array<std::string_view, 7> kKnownAsMarks = {"known as", "preferred name", "prefers", "a.k.a.",
                                                           "aka",      "a.k.a",          "goes by"};
constexpr std::array<std::string_view, 6> kPreviousMarks = {"nee",  "formerly", "previously",
                                                            "born", "was",      "now"};

/// Names said in an aside: "known as Bob" or plain "Bob"; titles are not names.
void add_known_as(std::string aside, std::vector<std::string>& out) {
  const std::string marked = cut_at_mark(aside, kKnownAsMarks, 0);
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
  asides.push_back(cut_at_mark(main, kKnownAsMarks, 0));
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
  std::string main = without_asides(folded, asides);
  asides.push_back(cut_at_mark(main, kPreviousMarks, 1));
  for (auto& aside : asides) {
    const std::string marked = cut_at_mark(aside, kPreviousMarks, 0);
    const std::string previous = fold_alnum(marked.empty() ? aside : marked);
    if (!previous.empty() && title_of(previous).empty()) out.previous.push_back(previous);
  }
  Words words = split_words(main, kBetweenSurnames);
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
