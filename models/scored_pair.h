// models/scored_pair.h - what comparing two records yields: levels, weight, decision.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace gmpi {

/// Evidence in bits, the prior included: +1 doubles the odds that two records describe one person.
using MatchWeight = double;

/// 1 / (1 + 2^-weight), computed so that neither end overflows.
inline double match_probability(MatchWeight weight) {
  if (weight >= 0) return 1 / (1 + std::exp2(-weight));
  const double odds = std::exp2(weight);
  return odds / (1 + odds);
}

inline MatchWeight weight_of_probability(double probability) {
  return std::log2(probability) - std::log2(1 - probability);
}

/// The level of one comparison for one pair.
struct ComparisonOutcome {
  std::int16_t level = -1;       // index into Comparison::levels; -1: no level held (weight unknown)
  std::int16_t gamma = -1;       // Splink's number: -1 for missing, else counted from the bottom
  double weight = 0;             // bits
  double tf_adjustment = 0;      // bits, on top of `weight`
};

/// The comparison vector with its weights.
struct ScoredPair {
  MatchWeight weight = 0;
  double prior_weight = 0;
  std::vector<ComparisonOutcome> comparisons;  // in the model's order
};

enum class DecisionKind : std::uint8_t { kNone = 0, kReview = 1, kLink = 2 };

inline const char* decision_name(DecisionKind kind) {
  switch (kind) {
    case DecisionKind::kNone: return "none";
    case DecisionKind::kReview: return "review";
    case DecisionKind::kLink: return "link";
  }
  return "none";
}

/// What the policy makes of a pair.
struct LinkDecision {
  static constexpr std::int16_t kNoGuard = -1;

  DecisionKind kind = DecisionKind::kNone;
  MatchWeight weight = 0;
  std::int16_t guard = kNoGuard;  // index into Policy::guards of the first that fired
  bool apart = false;             // the guard says: these two are different people
};

}  // namespace gmpi
