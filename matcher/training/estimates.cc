#include "matcher/training/estimates.h"

#include <algorithm>
#include <limits>

namespace gmpi {

std::optional<double> combined(std::span<const ParameterEstimate> estimates) {
  std::vector<double> values;
  for (const auto& estimate : estimates)
    if (estimate.value) values.push_back(*estimate.value);
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

LevelCounts::LevelCounts(std::span<const Comparison> comparisons) {
  for (const auto& comparison : comparisons) {
    counts_.emplace_back(comparison.levels.size(), 0);
    auto& is_null = is_null_.emplace_back();
    for (const auto& level : comparison.levels) is_null.push_back(level.is_null_level);
  }
}

void LevelCounts::merge(const LevelCounts& other) {
  for (std::size_t c = 0; c < counts_.size(); ++c)
    for (std::size_t k = 0; k < counts_[c].size(); ++k) counts_[c][k] += other.counts_[c][k];
}

std::uint64_t LevelCounts::not_missing(std::size_t comparison) const {
  std::uint64_t sum = 0;
  for (std::size_t k = 0; k < counts_[comparison].size(); ++k)
    if (!is_null_[comparison][k]) sum += counts_[comparison][k];
  return sum;
}

std::uint64_t LevelCounts::least(std::size_t comparison) const {
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  for (std::size_t k = 0; k < counts_[comparison].size(); ++k)
    if (!is_null_[comparison][k]) least = std::min(least, counts_[comparison][k]);
  return least;
}

std::optional<double> LevelCounts::share(std::size_t comparison, std::size_t level) const {
  const std::uint64_t seen = counts_[comparison][level];
  if (seen == 0 || is_null_[comparison][level]) return std::nullopt;
  return static_cast<double>(seen) / static_cast<double>(not_missing(comparison));
}

}  // namespace gmpi
