// standardize/phones.h - telephone numbers of comparable form.
//
//     "0161 496 0000", "+44 (0)161 496 0000", "0044 161 4960000"  -> +441614960000
//     "07700 900123 ext 4"                                        -> +447700900123, extension "4"
//     "+1 (321) 499-7661"                                         -> +13214997661
//     "712 486766"                                                -> 712486766 (no country known)
//     "4960"                                                      -> missing, "too few digits to compare"
//
// Source: ITU-T E.164; Ofcom, "The National Telephone Numbering Plan". Tested by
// tests/standardize/contact_test.cc.
#pragma once

#include <string>
#include <string_view>

namespace gmpi {

struct PhoneReading {
  std::string number;     // "+" and digits when the country is known, else 7 to 15 digits
  std::string extension;  // digits after "ext" or "x"; not part of the comparable number
  std::string_view reason;
};

/// country  ISO 3166 code of the numbers written without one; "GB" knows the trunk 0, others keep plain
/// digits.
PhoneReading read_phone(std::string_view text, std::string_view country);

}  // namespace gmpi
