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

/// A Jaro similarity below this cannot be boosted to `least`. Rounded down.
double jaro_needed(double least, std::size_t prefix) {
  if (least <= kBoostAbove) return least;
  const double weight = static_cast<double>(prefix) * kPrefixWeight;
  return std::max(kBoostAbove, (least - weight) / (1 - weight)) - 1e-9;
}

}  // namespace

double jaro_winkler_similarity(std::string_view a, std::string_view b) {
  return boosted(jaro_similarity(a, b), common_prefix(a, b));
}

bool jaro_winkler_at_least(std::string_view a, std::string_view b, double least) {
  if (a.empty() || b.empty() || (a.size() == 1 && b.size() == 1))
    return jaro_winkler_similarity(a, b) >= least;
  const std::size_t prefix = common_prefix(a, b);
  const std::uint32_t common_least =
      comparators::jaro_common_least(a.size(), b.size(), jaro_needed(least, prefix));
  if (common_least > std::min(a.size(), b.size())) return false;
  const auto counts = comparators::jaro_counts(a, b, common_least);
  if (counts.common < common_least) return false;
  return boosted(comparators::jaro_from_counts(a.size(), b.size(), counts), prefix) >= least;
}

}  // namespace gmpi
