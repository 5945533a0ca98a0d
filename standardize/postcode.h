// standardize/postcode.h - UK postcodes, pseudo-postcodes, and the codes of other countries as text.
//
//     "m13 9wl"  -> M13 9WL  sector "M13 9"  district "M13"
//     "M1 IAA"   -> M1 1AA   repaired
//     "ZZ99 3VZ" -> missing, "pseudo-postcode: no fixed abode"
//     "M14"      -> missing, "outward code only", district "M14"
//     "2913"     -> 2913     another country's, district "291"
//
// Pseudo-postcodes say where somebody is not; two of them agreeing is no evidence, so they are missing here.
// Forms and letters: BS 7666 as in standards PC-01. Tested by tests/standardize/postcode_test.cc.
#pragma once

#include <string>
#include <string_view>

namespace gmpi {

enum class PostcodeKind { kNone, kUk, kPseudo, kPartial, kForeign };

struct PostcodeReading {
  PostcodeKind kind = PostcodeKind::kNone;
  std::string postcode;     // comparable form, or empty
  std::string sector;       // UK: outward code, space, digit
  std::string district;     // UK: outward code; another country's: first three of at least four digits
  bool repaired = false;    // an O or I in the digit's place of the inward code was read as 0 or 1
  std::string_view reason;  // why there is no postcode
};

PostcodeReading read_postcode(std::string_view text);

/// Whether `outward` (upper case) has one of the six outward forms and their letters, or is GIR.
bool is_outward_code(std::string_view outward);

}  // namespace gmpi
