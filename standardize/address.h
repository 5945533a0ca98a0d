// standardize/address.h - address lines to a number and comparable words.
//
//     "Flat 3, 12 Oxford Rd."     -> number "12", words "12" "3" "flat" "oxford" "road"
//     "12a St. John's St"         -> number "12a", words "12a" "johns" "saint" "street"
//     "Apt 7 Victoria House"      -> number "7", words "7" "flat" "house" "victoria"
//     "No fixed abode"            -> nothing, with the reason
//     "HMP Manchester"            -> words "hmp" "manchester", communal; "12 Hospital Road" is not
//
// Words, not a parse: lines come in any order and with the flat lost; sets of words survive both.
// Tested by tests/standardize/address_test.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "standardize/reading.h"

namespace gmpi {

struct AddressReading {
  std::string number;              // of the house; of the flat when no house number is given
  std::vector<std::string> words;  // sorted, unique
  bool communal = false;  // a line names a hospital, prison, care home, hostel ...: strangers share it
  std::string_view reason;         // "no fixed abode", "placeholder address"
};

AddressReading read_address(std::span<const std::string_view> lines);

/// Whether many people who are not one household are known to give this postcode (comparable form): the
/// hospitals and prisons of Greater Manchester.
bool is_communal_postcode(std::string_view postcode);

/// Town as words: "Ashton-under-Lyne" -> "ashton under lyne"; "St. Helens" -> "saint helens".
Reading parse_town(std::string_view text);

}  // namespace gmpi
