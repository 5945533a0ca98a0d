// matcher/training/estimates.h - estimates of m and u, and how several of one become a parameter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/linkage_model.h"

namespace gmpi {

/// One estimate of one parameter.
struct ParameterEstimate {
  std::string how;              // "random pairs", "EM: l.dob = r.dob", "labels"
  std::optional<double> value;  // nothing: no pair showed the level
};

/// The median of those that have a value (the mean of the middle two of an even number), as Splink combines
/// what its sessions found; nothing when none has.
std::optional<double> combined(std::span<const ParameterEstimate> estimates);

/// How many pairs showed each level of each comparison. Integers, so that parts add up to the same in any
/// order.
class LevelCounts {
 public:
  explicit LevelCounts(std::span<const Comparison> comparisons);

  /// `level` -1 (none holds) is not counted.
  void add(std::size_t comparison, int level, std::uint64_t pairs = 1) {
    if (level >= 0) counts_[comparison][static_cast<std::size_t>(level)] += pairs;
  }
  void merge(const LevelCounts& other);
  std::uint64_t count(std::size_t comparison, std::size_t level) const { return counts_[comparison][level]; }
  /// Pairs on any level that is not a null level.
  std::uint64_t not_missing(std::size_t comparison) const;
  /// The least seen level's count, null levels apart.
  std::uint64_t least(std::size_t comparison) const;
  /// Share of a level among the pairs that are not missing: u of random pairs, m of pairs known to match.
  /// Nothing for a null level and for one that no pair showed.
  std::optional<double> share(std::size_t comparison, std::size_t level) const;

 private:
  std::vector<std::vector<std::uint64_t>> counts_;
  std::vector<std::vector<bool>> is_null_;
};

}  // namespace gmpi
