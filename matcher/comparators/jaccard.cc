#include "matcher/comparators/jaccard.h"

#include <bitset>

namespace gmpi {
namespace {

std::bitset<256> bytes_of(std::string_view text) {
  std::bitset<256> out;
  for (char c : text) out.set(static_cast<unsigned char>(c));
  return out;
}

}  // namespace

std::optional<double> jaccard(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return std::nullopt;
  const auto x = bytes_of(a);
  const auto y = bytes_of(b);
  return static_cast<double>((x & y).count()) / static_cast<double>((x | y).count());
}

}  // namespace gmpi
