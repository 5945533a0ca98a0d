#include "matcher/comparators/cosine.h"

#include <cassert>
#include <cmath>
#include <cstddef>

namespace gmpi {
namespace {

template <class Number>
Number cosine(std::span<const Number> a, std::span<const Number> b) {
  assert(a.size() == b.size());
  Number product = 0, norm_a = 0, norm_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += a[i] * b[i];
    norm_a += a[i] * a[i];
    norm_b += b[i] * b[i];
  }
  const Number similarity = product / std::sqrt(norm_a * norm_b);
  if (!(similarity >= -1)) return -1;  // also what is not a number
  return similarity > 1 ? 1 : similarity;
}

}  // namespace

double cosine_similarity(std::span<const double> a, std::span<const double> b) {
  return cosine(a, b);
}
float cosine_similarity(std::span<const float> a, std::span<const float> b) {
  return cosine(a, b);
}

}  // namespace gmpi
