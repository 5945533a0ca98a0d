// standardize/fold.h - any script to lower-case ASCII, so that equal names become equal bytes.
//
//     "Łukasz  NOWAK"  -> "lukasz nowak"       "O’Brien"  -> "o'brien"
//     "Zoë"            -> "zoe"                "Иван"     -> "ivan"
//     "小明"           -> "xiaoming"           "ＳＭＩＴＨ" -> "smith"
//
// Latin letters lose their marks (NFKD) and the few that do not decompose are spelt out (ß ss, æ ae, ø o, ł
// l); a word in another script is transliterated as a whole (ICU Any-Latin, Latin-ASCII). Quotation marks,
// apostrophes and dashes become their ASCII forms, every kind of white space one space; what has no ASCII
// form (emoji, controls, direction marks) disappears. fold(fold(x)) == fold(x).
//
// It is not for display and not reversible; the record as received stays the truth.
// Tested by tests/standardize/fold_test.cc.
#pragma once

#include <string>
#include <string_view>

#include <boost/container/small_vector.hpp>

namespace gmpi {

/// Lower-case printable ASCII without leading, trailing or double spaces. Bytes that are not UTF-8 are
/// dropped; of text that is not ASCII the first 4 kB count. Threads: any. Cost: 15 ns for an ASCII name,
/// under 1 us for other Latin, about 5 us for other scripts, and 13 us a character for Chinese.
std::string fold(std::string_view utf8);

/// Only the letters and digits of fold(utf8).
std::string fold_alnum(std::string_view utf8);

/// Why `value` cannot be text of a field: "invalid UTF-8", "NUL character", "value too long"; empty when it
/// can.
std::string_view text_fault(std::string_view value);

/// Views into folded text; at most kWordsPerValueMax of them.
using Words = boost::container::small_vector<std::string_view, 8>;

/// The runs of `folded` that hold none of `separators`.
Words split_words(std::string_view folded, std::string_view separators);

inline bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}
inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool all_digits(std::string_view s) {
  for (const char c : s)
    if (!is_digit(c)) return false;
  return !s.empty();
}
/// "1111111", "xxx": the mark of a value typed to get past a mandatory field.
inline bool all_same(std::string_view s) {
  return !s.empty() && s.find_first_not_of(s.front()) == std::string_view::npos;
}

}  // namespace gmpi
