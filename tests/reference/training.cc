#include "tests/reference/training.h"

#include <algorithm>
#include <cmath>

namespace gmpi::reference {

namespace {

using Number = long double;

struct Parameters {
  std::vector<std::vector<Number>> m, u;
  Number prior = 0;
};

bool has_all_levels(const ComparedPair& pair) {
  return std::none_of(pair.levels.begin(), pair.levels.end(), [](int level) { return level < 0; });
}

Number odds_of(std::span<const Comparison> comparisons, const Parameters& now, const ComparedPair& pair) {
  const Number prior = std::clamp<Number>(now.prior, 1e-300L, 1 - 0x1p-53L);
  Number bits = std::log2(prior / (1 - prior));
  for (std::size_t c = 0; c < comparisons.size(); ++c) {
    const auto k = static_cast<std::size_t>(pair.levels[c]);
    const ComparisonLevel& level = comparisons[c].levels[k];
    if (level.is_null_level) continue;
    bits +=
        std::log2(std::max<Number>(now.m[c][k], 1e-300L)) - std::log2(std::max<Number>(now.u[c][k], 1e-300L));
    if (!pair.log2_frequency[c]) continue;
    const Number exact = now.u[c][*exact_match_level(comparisons[c], k)];
    bits += level.tf_weight * (std::log2(std::max<Number>(exact, 1e-300L)) - *pair.log2_frequency[c]);
  }
  return std::exp2(std::clamp<Number>(bits, -1000, 1000));
}

bool seen(std::span<const ComparedPair> pairs, std::size_t c, std::size_t k) {
  return std::any_of(pairs.begin(), pairs.end(),
                     [&](const ComparedPair& pair) { return pair.levels[c] == static_cast<int>(k); });
}

}  // namespace

EmResult run_em(std::span<const Comparison> comparisons, double prior, std::span<const ComparedPair> pairs,
                const EmOptions& options) {
  Parameters now;
  now.prior = prior;
  for (const auto& comparison : comparisons) {
    auto& m = now.m.emplace_back();
    auto& u = now.u.emplace_back();
    for (const auto& level : comparison.levels) {
      m.push_back(level.m.value_or(kNotObserved));
      u.push_back(level.u.value_or(kNotObserved));
    }
  }
  EmResult result;
  for (int i = 0; i < options.max_iterations && !result.converged && !pairs.empty(); ++i) {
    std::vector<Number> p, q;  // of each pair: a match, no match; both 0 where it tells neither
    for (const auto& pair : pairs) {
      if (!has_all_levels(pair)) {
        p.push_back(0);
        q.push_back(options.no_level_is_no_match ? 1 : 0);
        continue;
      }
      const Number odds = odds_of(comparisons, now, pair);
      p.push_back(odds / (1 + odds));
      q.push_back(1 / (1 + odds));
    }
    Number change = 0;
    const auto move = [&](Number& value, Number to) {
      change = std::max(change, std::abs(to - value));
      value = to;
    };
    for (std::size_t c = 0; c < comparisons.size(); ++c)
      for (const bool is_m : {true, false}) {
        if (is_m ? options.fix_m : options.fix_u) continue;
        std::vector<Number> sums(comparisons[c].levels.size(), 0);
        Number total = 0;
        for (std::size_t n = 0; n < pairs.size(); ++n) {
          if (pairs[n].levels[c] < 0) continue;
          const auto k = static_cast<std::size_t>(pairs[n].levels[c]);
          sums[k] += is_m ? p[n] : q[n];
          if (!comparisons[c].levels[k].is_null_level) total += is_m ? p[n] : q[n];
        }
        if (!(total > 0)) continue;
        for (std::size_t k = 0; k < sums.size(); ++k) {
          const ComparisonLevel& level = comparisons[c].levels[k];
          if (level.is_null_level || (is_m ? level.fix_m : level.fix_u)) continue;
          move(is_m ? now.m[c][k] : now.u[c][k],
               seen(pairs, c, k) ? std::max<Number>(sums[k] / total, 1e-300L) : Number{kNotObserved});
        }
      }
    if (!options.fix_prior) {
      Number matches = 0;
      for (const Number each : p) matches += each;
      move(now.prior, matches / static_cast<Number>(pairs.size()));
    }
    result.converged = change < static_cast<Number>(options.convergence);
    result.history.push_back({static_cast<double>(now.prior), static_cast<double>(change), ""});
  }
  result.prior = static_cast<double>(now.prior);
  for (std::size_t c = 0; c < comparisons.size(); ++c) {
    auto& levels = result.levels.emplace_back(comparisons[c].levels.size());
    for (std::size_t k = 0; k < levels.size(); ++k) {
      if (comparisons[c].levels[k].is_null_level || !seen(pairs, c, k)) continue;
      levels[k].m = static_cast<double>(now.m[c][k]);
      levels[k].u = static_cast<double>(now.u[c][k]);
    }
  }
  return result;
}

}  // namespace gmpi::reference
