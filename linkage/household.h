// linkage/household.h - what people of one home share is not evidence that they are one person.
//
// The rule of Fellegi and Sunter adds up fields as if they agreed independently. Among people of one household they do
// not: surname, street, postcode, landline and insurance agree together, and their sum outweighs that the given names
// and birthdays differ. So a comparison of its own takes back what is too much, where two records share a home (an
// address, postcode, telephone or identifier) and do not agree in what a person alone has:
//
//     given name    birthday                          given name    birthday
//     different     alike      twins                  different     missing
//     alike         different  father and son         missing       different
//     different     different  others of the home     missing       missing
//
// How much is taken back is measured, not set. Without dependence, true pairs of each kind are as many as
// errors and gaps make them; both are read off where no household blurs them (errors off pairs that share no home,
// the rest off pairs of one home that agree). The weight of a kind is the one with which the pairs of that kind come to
// their share of matches, and never above 0.
//
// Source: an interaction term of a log-linear model of agreement (Thibaudeau, "The discrimination power of dependency
// structures in record linkage", 1993); a class for households in the mixture: Larsen and Rubin, "Iterative
// automated record linkage using mixture models", 2001. Tested by tests/linkage/household_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "matcher/training/pattern_counts.h"
#include "models/derivation.h"
#include "models/linkage_model.h"
#include "models/packed_records.h"

namespace gmpi {

inline constexpr std::string_view kHouseholdComparison = "household";

enum class HouseholdState : std::uint8_t { kUnknown, kAlike, kDifferent };

/// Pairs of one pattern.
struct HouseholdLine {
  std::size_t level = 0;  // of the household comparison
  HouseholdState given = HouseholdState::kUnknown;
  HouseholdState date = HouseholdState::kUnknown;
  double bits = 0;   // evidence and prior of each, the household comparison left out
  double count = 0;
};

class Household {
 public:
  /// Nothing when the model compares no given name and no date, or no column of a home
  /// (an address, telephone or identifier). The comparison's parameters
  /// are a strong start, fixed, so that training does not learn households; calibrate() replaces them.
  static std::optional<Household> plan(const LinkageModel& model, std::span<const Derivation> derivations);

  const Comparison& comparison() const { return comparison_; }

  /// Weight of each level of the comparison, in bits; 0 for levels that are no conflict.
  std::vector<double> calibrate(std::span<const HouseholdLine> lines) const;
  /// What a pair's levels of given name and date say. `comparison`: an index into the model's.
  HouseholdState given_state(int level) const { return state(given_alike_, level); }
  HouseholdState date_state(int level) const { return state(date_alike_, level); }
  std::optional<std::size_t> given() const { return given_; }
  std::optional<std::size_t> date() const { return date_; }

  /// Sets the weights of the levels: m over u.
  static void set_weights(Comparison& comparison, std::span<const double> weights);

 private:
  static HouseholdState state(const std::vector<bool>& alike, int level) {
    if (level < 0 || alike.empty()) return HouseholdState::kUnknown;
    const auto at = static_cast<std::size_t>(level);
    return at == 0 ? HouseholdState::kUnknown : alike[at] ? HouseholdState::kAlike : HouseholdState::kDifferent;
  }

  Comparison comparison_;
  std::optional<std::size_t> given_, date_;        // comparisons
  std::vector<bool> given_alike_, date_alike_;     // by level; empty: not compared
};

}  // namespace gmpi
