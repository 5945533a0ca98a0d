// standardize/phonetics.h - codes that names of one sound share.
//
// Input is a folded name (lower-case ASCII letters; other characters are skipped). Tested on
// published examples in tests/standardize/phonetics_test.cc.
#pragma once

#include <string>
#include <string_view>

namespace gmpi {

/// What H and W between two letters of one code do: American Soundex reads the letters as one, the simplified
/// form as two. The NHS Data Dictionary (PERSON SURNAME SOUNDEX CODE, an4) leaves it open; the former is
/// usual.
enum class SoundexHw { kTransparent, kSeparates };

/// First letter and three digits, "R163" for "robert"; empty when `name` has no letter.
/// Source: Russell, US patents 1261167 (1918) and 1435663 (1922); US National Archives, "The Soundex Indexing
/// System" (rule of H and W).
std::string soundex(std::string_view name, SoundexHw hw = SoundexHw::kTransparent);

/// Two codes of up to four characters of A F H J K L M N P R S T X 0 ("0" is th), the second that of the
/// other likely pronunciation; equal when there is only one. "smith" -> SM0, XMT; "schmidt" -> XMT, SMT.
/// Source: Philips, "The Double Metaphone Search Algorithm", C/C++ Users Journal 18(6), 2000.
struct DoubleMetaphone {
  std::string primary;
  std::string alternate;

  bool operator==(const DoubleMetaphone&) const = default;
};
DoubleMetaphone double_metaphone(std::string_view name);

}  // namespace gmpi
