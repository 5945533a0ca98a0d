#include "standardize/fold.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <memory>

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "base/utf8.h"
#include "standardize/limits.h"

namespace gmpi {
namespace {

bool is_ascii(std::string_view text) {
  unsigned char any = 0;
  for (const char c : text) any |= static_cast<unsigned char>(c);
  return any < 0x80;
}

/// Appends one ASCII character of the answer, turning controls to spaces and squeezing spaces.
void put(std::string& out, char c) {
  if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  if (c == '`') c = '\'';
  if (c <= ' ' || c == 0x7f) {
    if (!out.empty() && out.back() != ' ') out.push_back(' ');
  } else {
    out.push_back(c);
  }
}

struct Spelling {
  char32_t letter;
  std::string_view ascii;
};

/// Characters that NFKD leaves alone; sorted by code point, letters in lower case.
constexpr std::array kSpellings = {
    Spelling{0x00ab, "\""}, Spelling{0x00b4, "'"},  Spelling{0x00bb, "\""}, Spelling{0x00df, "ss"},
    Spelling{0x00e6, "ae"}, Spelling{0x00f0, "d"},  Spelling{0x00f8, "o"},  Spelling{0x00fe, "th"},
    Spelling{0x0111, "d"},  Spelling{0x0127, "h"},  Spelling{0x0131, "i"},  Spelling{0x0138, "q"},
    Spelling{0x0142, "l"},  Spelling{0x014b, "n"},  Spelling{0x0153, "oe"}, Spelling{0x0167, "t"},
    Spelling{0x0180, "b"},  Spelling{0x0188, "c"},  Spelling{0x0192, "f"},  Spelling{0x0199, "k"},
    Spelling{0x01dd, "e"},  Spelling{0x01e5, "g"},  Spelling{0x0253, "b"},  Spelling{0x0257, "d"},
    Spelling{0x0259, "e"},  Spelling{0x0260, "g"},  Spelling{0x0268, "i"},  Spelling{0x0272, "n"},
    Spelling{0x0289, "u"},  Spelling{0x02b9, "'"},  Spelling{0x02ba, "\""}, Spelling{0x02bb, "'"},
    Spelling{0x02bc, "'"},  Spelling{0x02bd, "'"},  Spelling{0x02be, "'"},  Spelling{0x02bf, "'"},
    Spelling{0x02c8, "'"},  Spelling{0x2010, "-"},  Spelling{0x2011, "-"},  Spelling{0x2012, "-"},
    Spelling{0x2013, "-"},  Spelling{0x2014, "-"},  Spelling{0x2015, "-"},  Spelling{0x2018, "'"},
    Spelling{0x2019, "'"},  Spelling{0x201a, "'"},  Spelling{0x201b, "'"},  Spelling{0x201c, "\""},
    Spelling{0x201d, "\""}, Spelling{0x201e, "\""}, Spelling{0x2032, "'"},  Spelling{0x2033, "\""},
    Spelling{0x2044, "/"},  Spelling{0x2212, "-"},
};

const Spelling* spelling_of(char32_t letter) {
  const auto at = std::lower_bound(kSpellings.begin(), kSpellings.end(), letter,
                                   [](const Spelling& s, char32_t c) { return s.letter < c; });
  return at != kSpellings.end() && at->letter == letter ? at : nullptr;
}

const icu::Normalizer2* nfkd() {
  static const icu::Normalizer2* const instance = [] {
    UErrorCode error = U_ZERO_ERROR;
    const auto* found = icu::Normalizer2::getNFKDInstance(error);
    return U_SUCCESS(error) ? found : nullptr;
  }();
  return instance;
}

/// ICU's transliterators may be shared: transliterate() is const and locks what it must.
const icu::Transliterator* to_latin() {
  static const std::unique_ptr<const icu::Transliterator> instance = [] {
    UErrorCode error = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> made(icu::Transliterator::createInstance(
        "NFKC; Any-Latin; NFKD; [:M:] Remove; Latin-ASCII; Lower", UTRANS_FORWARD, error));
    if (U_FAILURE(error)) made.reset();
    return std::unique_ptr<const icu::Transliterator>(std::move(made));
  }();
  return instance.get();
}

/// Appends `word` when its letters are Latin; says false, and appends nothing, when it needs transliteration.
bool put_latin(std::string& out, const icu::UnicodeString& word) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeString plain = nfkd() ? nfkd()->normalize(word, error) : word;
  if (U_FAILURE(error)) return true;
  const auto before = out.size();
  for (int32_t i = 0; i < plain.length(); i = plain.moveIndex32(i, 1)) {
    const UChar32 c = u_tolower(plain.char32At(i));
    if (c < 0x80) {
      put(out, static_cast<char>(c));
    } else if (const auto* spelt = spelling_of(static_cast<char32_t>(c))) {
      out += spelt->ascii;
    } else if (u_isalpha(c) || u_charType(c) == U_COMBINING_SPACING_MARK) {
      out.resize(before);
      return false;
    }
  }
  return true;
}

/// Transliterates one word; syllables of one word (Han, Kana) stay one word.
void put_other_script(std::string& out, icu::UnicodeString word) {
  if (!to_latin()) return;
  to_latin()->transliterate(word);
  for (int32_t i = 0; i < word.length(); ++i) {
    const char16_t c = word.charAt(i);
    if (c > ' ' && c < 0x7f) put(out, static_cast<char>(c));
  }
}

void put_unicode(std::string& out, std::string_view utf8) {
  const auto text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())));
  int32_t begin = 0;
  while (begin < text.length()) {
    int32_t end = begin;
    while (end < text.length() && !u_isUWhiteSpace(text.char32At(end)) && !u_isISOControl(text.char32At(end)))
      end = text.moveIndex32(end, 1);
    const icu::UnicodeString word(text, begin, end - begin);
    if (!put_latin(out, word)) put_other_script(out, word);
    put(out, ' ');
    begin = std::max(text.moveIndex32(end, 1), begin + 1);
  }
}

}  // namespace

std::string fold(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size() + 1);
  if (is_ascii(utf8)) {
    for (const char c : utf8) put(out, c);
  } else {
    put_unicode(out, utf8.substr(0, 4 * kValueBytesMax));
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string fold_alnum(std::string_view utf8) {
  std::string folded = fold(utf8);
  std::erase_if(folded, [](char c) { return !is_letter(c) && !is_digit(c); });
  return folded;
}

std::string_view text_fault(std::string_view value) {
  if (value.size() > kValueBytesMax) return "value too long";
  if (value.find('\0') != std::string_view::npos) return "NUL character";
  if (!is_valid_utf8(value)) return "invalid UTF-8";
  return {};
}

Words split_words(std::string_view folded, std::string_view separators) {
  std::bitset<256> separates;
  for (const char c : separators) separates.set(static_cast<unsigned char>(c));
  const auto stops = [&](char c) { return separates[static_cast<unsigned char>(c)]; };
  Words words;
  const char* at = folded.data();
  const char* const end = at + folded.size();
  while (words.size() < kWordsPerValueMax) {
    at = std::find_if_not(at, end, stops);
    if (at == end) break;
    const char* const word_end = std::find_if(at, end, stops);
    words.emplace_back(at, static_cast<std::size_t>(word_end - at));
    at = word_end;
  }
  return words;
}

}  // namespace gmpi
