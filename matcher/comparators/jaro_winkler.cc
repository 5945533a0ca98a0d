#include "matcher/comparators/jaro_winkler.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "matcher/comparators/jaro.h"

namespace gmpi {
namespace {

constexpr double kBoostAbove = 0.7;
constexpr double kPrefixWeight = 0.1;
constexpr std::size_t kPrefixMost = 4;

std::size_t common_prefix(std::string_view a, std::string_view b) {
  if (a.size() >= kPrefixMost && b.size() >= kPrefixMost) {
    std::uint32_t x, y;
    std::memcpy(&x, a.data(), sizeof x);
    std::memcpy(&y, b.data(), sizeof y);
    return x == y ? kPrefixMost : static_cast<std::size_t>(__builtin_ctz(x ^ y)) / 8;
  }
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t prefix = 0;
  while (prefix < most && a[prefix] == b[prefix]) ++prefix;
  return prefix;
}

double boosted(double jaro, std::size_t prefix) {
  if (jaro > kBoostAbove) jaro += static_cast<double>(prefix) * kPrefixWeight * (1.0 - jaro);
  return jaro;
}

/// The Jaro similarity that is boosted to exactly `least`.
double jaro_needed(double least, std::size_t prefix) {
  if (least <= kBoostAbove) return least;
  static constexpr double kInverse[] = {1, 1 / 0.9, 1 / 0.8, 1 / 0.7, 1 / 0.6};  // 1 / (1 - prefix * weight)
  const double needed = (least - static_cast<double>(prefix) * kPrefixWeight) * kInverse[prefix];
  return std::max(kBoostAbove, needed);
}

}  // namespace

double jaro_winkler_similarity(std::string_view a, std::string_view b) {
  return boosted(jaro_similarity(a, b), common_prefix(a, b));
}

bool jaro_winkler_at_least(std::string_view a, std::string_view b, double least) {
  if (a.empty() || b.empty() || (a.size() == 1 && b.size() == 1))
    return jaro_winkler_similarity(a, b) >= least;
  const std::size_t prefix = common_prefix(a, b);
  const double needed = jaro_needed(least, prefix);
  if (!comparators::jaro_may_reach(a.size(), b.size(), needed)) return false;
  const auto counts = comparators::jaro_counts(a, b);
  if (const auto clear = comparators::jaro_clearly_at_least(a.size(), b.size(), counts, needed))
    return *clear;
  return boosted(comparators::jaro_from_counts(a.size(), b.size(), counts), prefix) >= least;
}

}  // namespace gmpi
