#include "matcher/comparators/jaro.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace gmpi {
namespace comparators {
namespace {

/// The same walk as kernels_body.inc over many words: the first free equal byte of `a` within the window.
class LongMatcher {
 public:
  explicit LongMatcher(std::string_view a)
      : words_((a.size() + 63) / 64), occurs_(256 * words_), taken_(words_) {
    for (std::size_t i = 0; i < a.size(); ++i)
      occurs_[static_cast<unsigned char>(a[i]) * words_ + i / 64] |= std::uint64_t{1} << (i % 64);
  }

  /// Takes the lowest free position of `c` in [first, last]; false when there is none.
  bool take(char c, std::size_t first, std::size_t last) {
    const std::uint64_t* occurs = &occurs_[static_cast<unsigned char>(c) * words_];
    for (std::size_t w = first / 64; w <= last / 64; ++w) {
      std::uint64_t free = occurs[w] & ~taken_[w];
      if (w == first / 64) free &= ~std::uint64_t{0} << (first % 64);
      if (w == last / 64 && last % 64 != 63) free &= (std::uint64_t{1} << (last % 64 + 1)) - 1;
      if (free == 0) continue;
      taken_[w] |= free & (0 - free);
      return true;
    }
    return false;
  }

  bool taken(std::size_t i) const { return (taken_[i / 64] >> (i % 64) & 1) != 0; }

 private:
  std::size_t words_;
  std::vector<std::uint64_t> occurs_;  // [byte][word]
  std::vector<std::uint64_t> taken_;
};

JaroCounts long_counts(std::string_view a, std::string_view b) {
  const std::size_t window = std::max(a.size(), b.size()) / 2 - 1;
  LongMatcher matcher(a);
  std::vector<char> matched;  // bytes of b that found a partner, in order
  const std::size_t end = std::min(b.size(), a.size() + window);
  for (std::size_t j = 0; j < end; ++j) {
    const std::size_t first = j > window ? j - window : 0;
    const std::size_t last = std::min(a.size() - 1, j + window);
    if (first <= last && matcher.take(b[j], first, last)) matched.push_back(b[j]);
  }
  JaroCounts counts{static_cast<std::uint32_t>(matched.size()), 0};
  for (std::size_t i = 0, k = 0; i < a.size(); ++i)
    if (matcher.taken(i)) counts.transpositions += a[i] != matched[k++];
  return counts;
}

}  // namespace

JaroCounts jaro_counts(std::string_view a, std::string_view b) {
  if (a.size() <= kWordBytes && b.size() <= kWordBytes) return kernels().jaro(a, b);
  return long_counts(a, b);
}

double jaro_from_counts(std::size_t n, std::size_t m, JaroCounts counts) {
  if (counts.common == 0) return 0;
  const auto common = static_cast<double>(counts.common);
  double sum = common / static_cast<double>(n);
  sum += common / static_cast<double>(m);
  sum += static_cast<double>(counts.common - counts.transpositions / 2) / common;
  return sum / 3.0;
}

std::optional<bool> jaro_clearly_at_least(std::size_t n, std::size_t m, JaroCounts counts, double least) {
  // (c/n + c/m + (c - t)/c) / 3 >= least, multiplied by 3 * n * m * c; all counts are exact in a double.
  constexpr double kMargin = 1e-9;
  const auto c = static_cast<double>(counts.common);
  const auto lengths = static_cast<double>(n) * static_cast<double>(m);
  const double have = c * c * static_cast<double>(n + m) +
                      static_cast<double>(counts.common - counts.transpositions / 2) * lengths;
  const double need = 3 * least * lengths * c;
  const double doubt = std::fabs(need) * kMargin;
  if (have > need + doubt) return true;
  if (have < need - doubt) return false;
  return std::nullopt;
}

bool jaro_may_reach(std::size_t n, std::size_t m, double least) {
  const auto best = static_cast<std::uint32_t>(std::min(n, m));
  return jaro_clearly_at_least(n, m, {best, 0}, least).value_or(true);
}

}  // namespace comparators

double jaro_similarity(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return 0;
  if (a.size() == 1 && b.size() == 1) return a == b ? 1 : 0;
  return comparators::jaro_from_counts(a.size(), b.size(), comparators::jaro_counts(a, b));
}

bool jaro_at_least(std::string_view a, std::string_view b, double least) {
  if (a.empty() || b.empty() || (a.size() == 1 && b.size() == 1)) return jaro_similarity(a, b) >= least;
  if (!comparators::jaro_may_reach(a.size(), b.size(), least)) return false;
  const auto counts = comparators::jaro_counts(a, b);
  if (const auto clear = comparators::jaro_clearly_at_least(a.size(), b.size(), counts, least)) return *clear;
  return comparators::jaro_from_counts(a.size(), b.size(), counts) >= least;
}

}  // namespace gmpi
