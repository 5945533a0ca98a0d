// models/restricted.h - whether a record says that its person is protected (the S-flag of the NHS).
//
// Codes: FHIR's and HL7's confidentiality (R and V restrict; U, L, M, N do not), S, and yes or no in their usual forms.
// A word that is none of these restricts: a flag that is misread must err to the side of the person. V, very
// restricted, is never shown as less than that.
// Tested by tests/models/restricted_test.cc.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace gmpi {

/// Reads the person field "restricted" as "V" (very restricted), "R" (restricted) or "" (not restricted). Case, blanks
/// and punctuation do not matter; nothing is not restricted.
inline std::string_view restriction_code(std::string_view text) {
  constexpr std::array<std::string_view, 13> kOpen = {"0",   "false", "l",      "low",           "m",   "moderate", "n",
                                                      "no",  "none",  "normal", "notrestricted", "null", "u"};
  std::string word;
  bool other = false;  // anything but letters, figures, blanks and punctuation
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) word += upper ? static_cast<char>(c - 'A' + 'a') : c;
    other = other || static_cast<unsigned char>(c) >= 0x80;
  }
  if (other) return "R";
  if (word == "v" || word == "veryrestricted") return "V";
  return word.empty() || std::find(kOpen.begin(), kOpen.end(), word) != kOpen.end() ? "" : "R";
}

inline bool is_restricted(std::string_view text) { return !restriction_code(text).empty(); }

}  // namespace gmpi
