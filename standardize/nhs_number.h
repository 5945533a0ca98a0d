// standardize/nhs_number.h - the ten-digit NHS number: reading, checking, writing.
//
// Check digit: weights 10 to 2 on the first nine digits, 11 minus the sum modulo 11; 11 counts as 0, and 10
// means that no such number exists. Ten equal digits pass the sum and are always dummies. Scotland (CHI),
// Northern Ireland (H&C) and Ireland (IHI) use the same sum, so their ranges are told apart here. Source: NHS
// Data Dictionary, NHS NUMBER. Tested by tests/standardize/nhs_number_test.cc.
#pragma once

#include <string>
#include <string_view>

#include "standardize/reading.h"

namespace gmpi {

enum class NhsNumberRange {
  kEngland,          // 400-499 and 600-799: England, Wales, Isle of Man
  kScotland,         // 010-311: Community Health Index
  kNorthernIreland,  // 320-399: Health and Care number
  kIreland,          // 800-859: Individual Health Identifier
  kTest,             // 900-999: never issued; examples, sandboxes, synthetic people
  kUnallocated,      // the rest
};

/// Ten digits from what people type: spaces, hyphens, no-break spaces and full-width digits are accepted,
/// nothing else. Reasons: "NHS number is not ten digits", "NHS number is a dummy", "NHS number fails modulus
/// 11".
Reading parse_nhs_number(std::string_view text);

/// Whether ten ASCII digits pass the sum; says nothing about dummies and ranges.
bool passes_modulus_11(std::string_view digits);

/// Requires ten digits.
NhsNumberRange nhs_number_range(std::string_view digits);

/// As parse_nhs_number(), and refuses what is no NHS number although its sum is right: the ranges of
/// Scotland, Northern Ireland and Ireland, and the test range unless `allow_test_range`.
Reading usable_nhs_number(std::string_view text, bool allow_test_range);

/// "943 476 5919". Requires ten digits.
std::string format_nhs_number(std::string_view digits);

/// Verification status as "01" ... "08" from "1", "01", "NSTS01"; otherwise missing.
Reading parse_nhs_number_status(std::string_view text);

}  // namespace gmpi
