// benchmarks/population/errors.h - the ways in which a field goes wrong, one function each.
//
// Each takes the right value and returns a wrong one; text that offers nothing to spoil comes back unchanged.
// UTF-8 in, UTF-8 out: only ASCII letters and digits are touched. Pure but for `random`.
// Tested by tests/population/errors_test.cc. Shares of operators: Just et al. 2016, pseudopeople, FEBRL.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"
#include "benchmarks/population/calendar.h"
#include "benchmarks/population/tables.h"

namespace gmpi::population {

/// One slip of the fingers: a neighbouring key for or beside a letter, a letter lost, doubled or exchanged
/// with the next.
std::string mistyped(std::string_view text, Random& random);
/// As somebody writes who only heard it: "Philips" for "Phillips", "Clark" for "Clarke".
std::string misheard(std::string_view text, Random& random);
/// As a scanner reads it: "rn" for "m", "l" for "i".
std::string misread(std::string_view text, Random& random);
/// Another customary spelling (Mohammed, Muhammad), if `spellings` has one for any word of it.
std::string respelt(std::string_view text, const Alternatives& spellings, Random& random);

/// Whether a surname has a hyphen, an apostrophe, a particle or a second word.
bool is_compound_surname(std::string_view surname);
/// One barrel lost, hyphen or apostrophe dropped, particle dropped or joined, Mc as Mac.
std::string loosened_surname(std::string_view surname, Random& random);

/// A wrong date of birth (see kDobErrorWeights), "YYYY-MM-DD"; `other` is the birth of a household member.
std::string wrong_birth_date(Day birth, Day other, Random& random);

/// One digit changed; the result always fails modulus 11.
std::string one_digit_wrong(std::uint64_t nhs_number, Random& random);
/// Two neighbouring digits exchanged (unchanged when all are equal).
std::string two_digits_swapped(std::uint64_t nhs_number, Random& random);
/// A number nobody has, typed to get past the form.
std::string dummy_nhs_number(Random& random);

/// O for 0 or I for 1 in a postcode, or back.
std::string letter_for_digit(std::string_view postcode, Random& random);

/// One of the ways people write a UK number given as its national digits without the leading 0.
std::string formatted_phone(std::uint64_t national, Random& random);

/// Without diacritics, for systems that keep ASCII only.
std::string without_diacritics(std::string_view text);
std::string in_upper_case(std::string_view text);

}  // namespace gmpi::population
