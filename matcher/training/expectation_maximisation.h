// matcher/training/expectation_maximisation.h - m, u and the share of matches, from counts of patterns.
//
//     E   p(pattern) = 1 / (1 + 2^-x)
//         x = log2(prior odds) + sum over comparisons of (log2(m / u) + term-frequency adjustment)
//
//     M   m of a level = sum of p over pairs on the level / sum of p over pairs not missing
//         u likewise with 1 - p
//         prior = sum of p / number of pairs
//
// until nothing moves by `convergence` or more. The conventions are Splink's: null levels bear no evidence
// and are no part of the shares; a level no pair shows is 1e-6 within the session and reported as not
// observed; a pair for which some comparison has no level counts for the prior's denominator alone (in Splink
// 4 as a non-match). Where a sum of p is 0 its parameters stay as they were, so no value is ever NaN; x is
// kept within +-1000 bits and values above 1e-300, so none is 0 that a pair showed.
//
// Source: Dempster, Laird & Rubin 1977; Winkler 1988.
// Threads: pure. Cost: O(lines x comparisons) an iteration.
// Tested by tests/matcher/training_test.cc against EM over single pairs in long double.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "matcher/training/pattern_counts.h"
#include "models/linkage_model.h"

namespace gmpi {

/// P(level) that Splink takes within a session for a level that no pair shows.
inline constexpr double kNotObserved = 1e-6;

struct EmOptions {
  bool fix_m = false;
  bool fix_u = true;
  bool fix_prior = false;
  bool no_level_is_no_match = false;  // Splink 4; else such pairs are left out of m and u
  double convergence = 0.0001;
  int max_iterations = 25;
};

struct EmIteration {
  double prior = 0;
  double largest_change = 0;
  std::string changed;  // what moved most: "m of given_name, level 1", "prior"
};

struct EmResult {
  struct Level {
    std::optional<double> m, u;  // nothing: not estimated, null level, or no pair showed it
    std::uint64_t pairs = 0;     // that showed it
  };
  std::vector<std::vector<Level>> levels;  // [comparison][level]
  double prior = 0;
  bool converged = false;
  std::vector<EmIteration> history;
};

/// Starts from the comparisons' m and u, which every level that is not a null level must have, and from
/// `prior`; leaves parameters of levels with fix_m or fix_u alone. `layout` is that of `comparisons`.
EmResult run_em(std::span<const Comparison> comparisons, double prior, const PatternLayout& layout,
                std::span<const PatternCounts::Line> lines, const EmOptions& options);

}  // namespace gmpi
