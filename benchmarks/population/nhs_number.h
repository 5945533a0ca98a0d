// benchmarks/population/nhs_number.h - NHS numbers of the test range 900 000 000 to 999 999 999, never
// issued.
//
// Tested by tests/population/nhs_number_test.cc. Source: NHS Data Dictionary, NHS NUMBER (modulus 11).
#pragma once

#include <cstdint>
#include <string>

#include "benchmarks/population/permutation.h"

namespace gmpi::population {

/// The tenth digit for nine given ones, or 10 when these nine can never be an NHS number.
constexpr int nhs_check_digit(std::uint64_t first_nine) {
  std::uint64_t sum = 0;
  for (std::uint64_t weight = 2; weight <= 10; ++weight, first_nine /= 10) sum += first_nine % 10 * weight;
  const auto check = static_cast<int>(11 - sum % 11);
  return check == 11 ? 0 : check;
}

constexpr bool is_valid_nhs_number(std::uint64_t number) {
  return number < 10'000'000'000ULL && nhs_check_digit(number / 10) == static_cast<int>(number % 10);
}

/// Largest population whose members each can have `kNhsSlots` candidates of their own.
inline constexpr std::uint64_t kNhsSlots = 8;
inline constexpr std::uint64_t kNhsPeopleMax = 100'000'000 / kNhsSlots;

/// The `nth` (0, 1) valid number of a person, or 0 when the person's candidates hold too few valid ones
/// (chance below 4e-7 for the second). Numbers of different people never meet.
inline std::uint64_t nhs_number_of(std::uint64_t seed, std::uint64_t person, int nth) {
  const Permutation shuffle(10'000, mix64(seed ^ 0x4e4853));
  for (std::uint64_t slot = 0; slot < kNhsSlots; ++slot) {
    const std::uint64_t nine = 900'000'000 + shuffle(person * kNhsSlots + slot);
    const int check = nhs_check_digit(nine);
    if (check < 10 && nth-- == 0) return nine * 10 + static_cast<std::uint64_t>(check);
  }
  return 0;
}

}  // namespace gmpi::population
