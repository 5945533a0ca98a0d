#include "matcher/comparators/levenshtein.h"

#include <algorithm>
#include <vector>

#include "matcher/comparators/common_ends.h"
#include "matcher/comparators/kernels.h"

namespace gmpi {
namespace {

using comparators::kWordBytes;
using comparators::strip_common_ends;

/// One 64-row strip of the matrix; differences enter at its top row and leave at its bottom row.
struct Block {
  std::uint64_t up = ~std::uint64_t{0};
  std::uint64_t down = 0;
};

/// Myers' columns in strips of 64 rows. Stops when the distance must exceed `most`, and returns most + 1.
std::size_t block_distance(std::string_view a, std::string_view b, std::size_t most) {
  const std::size_t words = (a.size() + 63) / 64;
  std::vector<std::uint64_t> occurs(256 * words);
  for (std::size_t i = 0; i < a.size(); ++i)
    occurs[static_cast<unsigned char>(a[i]) * words + i / 64] |= std::uint64_t{1} << (i % 64);
  std::vector<Block> blocks(words);
  const std::uint64_t last_row = std::uint64_t{1} << ((a.size() - 1) % 64);
  std::size_t distance = a.size();
  for (std::size_t j = 0; j < b.size(); ++j) {
    std::uint64_t right_in = 1;  // row 0 grows by one a column
    std::uint64_t back_in = 0;
    for (std::size_t w = 0; w < words; ++w) {
      auto& [up, down] = blocks[w];
      const std::uint64_t here = occurs[static_cast<unsigned char>(b[j]) * words + w] | back_in;
      const std::uint64_t zero = (((here & up) + up) ^ up) | here | down;
      std::uint64_t right = down | ~(zero | up);
      std::uint64_t back = zero & up;
      if (w + 1 == words) {
        distance += (right & last_row) != 0;
        distance -= (back & last_row) != 0;
      }
      const std::uint64_t right_out = right >> 63;
      const std::uint64_t back_out = back >> 63;
      right = right << 1 | right_in;
      back = back << 1 | back_in;
      up = back | ~(zero | right);
      down = right & zero;
      right_in = right_out;
      back_in = back_out;
    }
    const std::size_t left_over = b.size() - 1 - j;
    if (distance > left_over && distance - left_over > most) return most + 1;
  }
  return distance;
}

/// Only the cells within `most` of the diagonal: O(n * most), for long texts that should be nearly equal.
std::size_t band_distance(std::string_view a, std::string_view b, std::size_t most) {
  const std::size_t far = most + 1;
  std::vector<std::size_t> row(a.size() + 1, far);
  for (std::size_t i = 0; i <= std::min(most, a.size()); ++i) row[i] = i;
  for (std::size_t j = 1; j <= b.size(); ++j) {
    const std::size_t first = j > most ? j - most : 0;
    const std::size_t last = std::min(a.size(), j + most);
    std::size_t diagonal = first > 0 ? row[first - 1] : row[0];
    std::size_t before = far;
    std::size_t best = far;
    if (first == 0) {
      before = best = std::min(j, far);
      row[0] = before;
    } else {
      row[first - 1] = far;  // has left the band
    }
    for (std::size_t i = std::max<std::size_t>(first, 1); i <= last; ++i) {
      const std::size_t above = row[i];
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1] ? 1 : 0);
      before = std::min({replaced, before + 1, above + 1, far});
      row[i] = before;
      diagonal = above;
      best = std::min(best, before);
    }
    if (best > most) return far;
  }
  return row[a.size()];
}

/// Exact up to `most`; any number above it otherwise.
std::size_t bounded_distance(std::string_view a, std::string_view b, std::size_t most) {
  if (a.size() <= kWordBytes && b.size() <= kWordBytes && !a.empty() && !b.empty())
    return comparators::kernels().levenshtein(a, b,
                                              static_cast<std::uint32_t>(std::min<std::size_t>(most, 1000)));
  strip_common_ends(a, b);
  if (a.size() < b.size()) std::swap(a, b);
  if (b.empty()) return a.size();
  if (a.size() - b.size() > most) return most + 1;
  if (a.size() <= kWordBytes)
    return comparators::kernels().levenshtein(a, b,
                                              static_cast<std::uint32_t>(std::min<std::size_t>(most, 1000)));
  if (most < 16) return band_distance(a, b, most);
  return block_distance(b, a, most);  // the shorter text spans the rows
}

}  // namespace

std::int64_t levenshtein(std::string_view a, std::string_view b) {
  return static_cast<std::int64_t>(bounded_distance(a, b, std::max(a.size(), b.size())));
}

bool levenshtein_at_most(std::string_view a, std::string_view b, std::size_t most) {
  const std::size_t longer = std::max(a.size(), b.size());
  if (longer - std::min(a.size(), b.size()) > most) return false;
  if (most >= longer) return true;
  if (most == 1) {
    strip_common_ends(a, b);
    return a.size() <= 1 && b.size() <= 1;
  }
  return bounded_distance(a, b, most) <= most;
}

}  // namespace gmpi
