#include "matcher/training/expectation_maximisation.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

namespace gmpi {

namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXi;
using Eigen::ArrayXXi;
using Eigen::Index;

constexpr double kSmallest = 1e-300;
constexpr double kBitsMost = 1000;
constexpr double kLargestPrior = 1 - 0x1p-53;

double bits(double probability) {
  return std::log2(std::max(probability, kSmallest));
}

/// One comparison's levels as arrays. Symbols are those of its column of patterns: level + 1, or, adjusted
/// for the frequency of the agreed value, level + 1 + number of levels.
struct Levels {
  const Comparison* comparison = nullptr;
  Index count = 0;
  ArrayXd m, u;
  std::vector<std::optional<std::size_t>> exact;  // of an adjusting level: whose u the adjustment starts from
  ArrayXd pairs;                                  // that showed each level
  bool m_estimated = false, u_estimated = false;

  explicit Levels(const Comparison& source)
      : comparison(&source),
        count(static_cast<Index>(source.levels.size())),
        m(count),
        u(count),
        exact(source.levels.size()) {
    for (Index k = 0; k < count; ++k) {
      const auto& level = source.levels[static_cast<std::size_t>(k)];
      m(k) = level.m.value_or(kNotObserved);
      u(k) = level.u.value_or(kNotObserved);
      if (adjusts_for_frequency(level))
        exact[static_cast<std::size_t>(k)] = exact_match_level(source, static_cast<std::size_t>(k));
    }
  }

  const ComparisonLevel& level(Index k) const { return comparison->levels[static_cast<std::size_t>(k)]; }
  bool is_null(Index k) const { return level(k).is_null_level; }

  /// Bits of evidence by symbol.
  ArrayXd weights() const {
    ArrayXd out = ArrayXd::Zero(1 + 2 * count);
    for (Index k = 0; k < count; ++k) {
      if (is_null(k)) continue;
      out(1 + k) = bits(m(k)) - bits(u(k));
      out(1 + count + k) = out(1 + k);
      if (const auto base = exact[static_cast<std::size_t>(k)])
        out(1 + count + k) += level(k).tf_weight * bits(u(static_cast<Index>(*base)));
    }
    return out;
  }
};

/// Sums of `values` by level, the symbols "no level" and "adjusted" folded in.
ArrayXd by_level(const ArrayXi& symbols, const ArrayXd& values, Index levels) {
  ArrayXd sums = ArrayXd::Zero(1 + 2 * levels);
  for (Index i = 0; i < symbols.size(); ++i) sums(symbols(i)) += values(i);
  return sums.segment(1, levels) + sums.segment(1 + levels, levels);
}

class Em {
 public:
  Em(std::span<const Comparison> comparisons, double prior, const PatternLayout& layout,
     std::span<const PatternCounts::Line> lines, const EmOptions& options)
      : options_(options),
        prior_(prior),
        counts_(static_cast<Index>(lines.size())),
        tf_(counts_.size()),
        used_(ArrayXd::Ones(counts_.size())),
        symbols_(counts_.size(), static_cast<Index>(comparisons.size())) {
    for (const auto& comparison : comparisons) levels_.emplace_back(comparison);
    for (Index i = 0; i < counts_.size(); ++i) read_line(lines[static_cast<std::size_t>(i)], layout, i);
    pairs_ = counts_.sum();
    for (std::size_t c = 0; c < levels_.size(); ++c)
      levels_[c].pairs = by_level(column(c), counts_, levels_[c].count);
  }

  EmResult run() {
    EmResult result;
    for (int i = 0; i < options_.max_iterations && pairs_ > 0; ++i) {
      change_ = {};
      maximise(match_probabilities());
      change_.prior = prior_;
      result.history.push_back(change_);
      if (change_.largest_change < options_.convergence) {
        result.converged = true;
        break;
      }
    }
    result.prior = prior_;
    for (const auto& levels : levels_) result.levels.push_back(outcome(levels));
    return result;
  }

 private:
  ArrayXi column(std::size_t comparison) const { return symbols_.col(static_cast<Index>(comparison)); }

  void read_line(const PatternCounts::Line& line, const PatternLayout& layout, Index i) {
    counts_(i) = static_cast<double>(line.count);
    tf_(i) = line.tf_bits;
    for (std::size_t c = 0; c < levels_.size(); ++c) {
      const auto found = layout.at(line.pattern, c);
      symbols_(i, static_cast<Index>(c)) =
          found.level + 1 + (found.adjusted ? static_cast<int>(levels_[c].count) : 0);
      if (found.level < 0) used_(i) = 0;
    }
  }

  ArrayXd match_probabilities() const {
    const double prior = std::clamp(prior_, kSmallest, kLargestPrior);
    ArrayXd x = tf_ + std::log2(prior / (1 - prior));
    for (std::size_t c = 0; c < levels_.size(); ++c) x += levels_[c].weights()(column(c));
    return x.max(-kBitsMost).min(kBitsMost);
  }

  /// `x`: bits of each line. Weights of lines for m and u are their counts split by the probability of a
  /// match.
  void maximise(const ArrayXd& x) {
    const ArrayXd odds = (x * M_LN2).exp();
    const ArrayXd p = counts_ * used_ * (odds / (1 + odds));
    const ArrayXd q = counts_ * (options_.no_level_is_no_match ? ArrayXd(1 - used_ + used_ / (1 + odds))
                                                               : ArrayXd(used_ / (1 + odds)));
    for (std::size_t c = 0; c < levels_.size(); ++c) {
      Levels& levels = levels_[c];
      if (!options_.fix_m) update(levels, 'm', by_level(column(c), p, levels.count));
      if (!options_.fix_u) update(levels, 'u', by_level(column(c), q, levels.count));
    }
    if (!options_.fix_prior) {
      note_change(p.sum() / pairs_ - prior_, "prior");
      prior_ = p.sum() / pairs_;
    }
  }

  void update(Levels& levels, char which, const ArrayXd& sums) {
    double total = 0;
    for (Index k = 0; k < levels.count; ++k)
      if (!levels.is_null(k)) total += sums(k);
    if (!(total > 0)) return;
    ArrayXd& values = which == 'm' ? levels.m : levels.u;
    (which == 'm' ? levels.m_estimated : levels.u_estimated) = true;
    for (Index k = 0; k < levels.count; ++k) {
      const ComparisonLevel& level = levels.level(k);
      if (level.is_null_level || (which == 'm' ? level.fix_m : level.fix_u)) continue;
      const double value = levels.pairs(k) > 0 ? std::max(sums(k) / total, kSmallest) : kNotObserved;
      if (std::abs(value - values(k)) > change_.largest_change)
        note_change(value - values(k), std::string(1, which) + " of " +
                                           levels.comparison->output_column_name + ", level " +
                                           std::to_string(k));
      values(k) = value;
    }
  }

  void note_change(double change, const std::string& what) {
    if (std::abs(change) <= change_.largest_change) return;
    change_.largest_change = std::abs(change);
    change_.changed = what;
  }

  static std::vector<EmResult::Level> outcome(const Levels& levels) {
    std::vector<EmResult::Level> out(static_cast<std::size_t>(levels.count));
    for (Index k = 0; k < levels.count; ++k) {
      auto& level = out[static_cast<std::size_t>(k)];
      level.pairs = static_cast<std::uint64_t>(levels.pairs(k));
      if (levels.is_null(k) || levels.pairs(k) == 0) continue;
      if (levels.m_estimated) level.m = levels.m(k);
      if (levels.u_estimated) level.u = levels.u(k);
    }
    return out;
  }

  EmOptions options_;
  double prior_;
  double pairs_ = 0;
  ArrayXd counts_, tf_;
  ArrayXd used_;  // 0 where some comparison has no level
  ArrayXXi symbols_;
  std::vector<Levels> levels_;
  EmIteration change_;
};

}  // namespace

EmResult run_em(std::span<const Comparison> comparisons, double prior, const PatternLayout& layout,
                std::span<const PatternCounts::Line> lines, const EmOptions& options) {
  return Em(comparisons, prior, layout, lines, options).run();
}

}  // namespace gmpi
