#include "matcher/comparators/damerau_levenshtein.h"

#include <algorithm>
#include <array>
#include <vector>

#include "matcher/comparators/common_ends.h"
#include "matcher/comparators/kernels.h"
#include "matcher/comparators/levenshtein.h"

namespace gmpi {
namespace {

using comparators::kWordBytes;

/// Zhao and Sahni's rows: `previous` and `current` are rows of the matrix, `saved` the cells of the row above
/// the last occurrence of a byte. All have m + 2 cells, cell 0 standing before column 0.
std::int64_t exact_distance(std::string_view a, std::string_view b, std::int32_t* cells) {
  const auto n = static_cast<std::int32_t>(a.size());
  const auto m = static_cast<std::int32_t>(b.size());
  const std::int32_t far = n + m + 1;
  std::array<std::int32_t, 256> last_row;  // 1-based row where the byte stood last in a
  last_row.fill(-1);
  const std::size_t width = static_cast<std::size_t>(m) + 2;
  std::int32_t* saved = cells + 1;
  std::int32_t* previous = cells + width + 1;
  std::int32_t* current = cells + 2 * width + 1;
  std::fill(saved - 1, saved + m + 1, far);
  std::fill(previous - 1, previous + m + 1, far);
  current[-1] = far;
  for (std::int32_t j = 0; j <= m; ++j) current[j] = j;
  for (std::int32_t i = 1; i <= n; ++i) {
    std::swap(current, previous);
    std::int32_t last_column = -1;       // where a[i - 1] stood last in b
    std::int32_t two_back = current[0];  // cell (i - 2, j - 1)
    std::int32_t before_swap = far;      // cell above the row of the swapped byte
    current[0] = i;
    for (std::int32_t j = 1; j <= m; ++j) {
      const auto x = static_cast<unsigned char>(a[static_cast<std::size_t>(i - 1)]);
      const auto y = static_cast<unsigned char>(b[static_cast<std::size_t>(j - 1)]);
      std::int32_t best = std::min({previous[j - 1] + (x != y ? 1 : 0), current[j - 1] + 1, previous[j] + 1});
      if (x == y) {
        last_column = j;
        saved[j] = previous[j - 2];
        before_swap = two_back;
      } else {
        const std::int32_t row = last_row[y];
        if (j - last_column == 1) {
          best = std::min(best, saved[j] + (i - row));
        } else if (i - row == 1) {
          best = std::min(best, before_swap + (j - last_column));
        }
      }
      two_back = current[j];
      current[j] = best;
    }
    last_row[static_cast<unsigned char>(a[static_cast<std::size_t>(i - 1)])] = i;
  }
  return current[m];
}

std::int64_t exact_distance(std::string_view a, std::string_view b) {
  comparators::strip_common_ends(a, b);
  if (a.empty() || b.empty()) return static_cast<std::int64_t>(a.size() + b.size());
  if (b.size() <= kWordBytes) {
    std::array<std::int32_t, 3 * (kWordBytes + 2)> cells;
    return exact_distance(a, b, cells.data());
  }
  std::vector<std::int32_t> cells(3 * (b.size() + 2));
  return exact_distance(a, b, cells.data());
}

}  // namespace

std::int64_t damerau_levenshtein(std::string_view a, std::string_view b) {
  comparators::strip_common_ends(a, b);
  if (a.empty() || b.empty()) return static_cast<std::int64_t>(a.size() + b.size());
  if (a.size() <= kWordBytes && b.size() <= kWordBytes) {
    const std::uint32_t alignment = comparators::kernels().alignment(a, b, 2);
    if (alignment <= 2) return alignment;
  }
  return exact_distance(a, b);
}

bool damerau_levenshtein_at_most(std::string_view a, std::string_view b, std::size_t most) {
  const std::size_t longer = std::max(a.size(), b.size());
  const std::size_t shorter = std::min(a.size(), b.size());
  if (longer - shorter > most) return false;
  if (most >= longer) return true;
  if (most == 1) {  // what is left between common ends is one byte, or two exchanged
    comparators::strip_common_ends(a, b);
    if (a.size() <= 1 && b.size() <= 1) return true;
    return a.size() == 2 && b.size() == 2 && a[0] == b[1] && a[1] == b[0];
  }
  if (shorter > 0 && longer <= kWordBytes && most <= 2) {
    // One edit more than wanted, where the alignment may be one too many.
    const auto k = static_cast<std::uint32_t>(most);
    const std::uint32_t alignment = comparators::kernels().alignment(a, b, k == 2 ? 3 : k);
    if (alignment <= k) return true;
    if (k < 2 || alignment > 3) return false;
    return exact_distance(a, b) <= 2;
  }
  // A swap with g bytes between costs 1 + g, and 2 + g without swaps: never more than twice as much.
  if (!levenshtein_at_most(a, b, 2 * most)) return false;
  return static_cast<std::size_t>(exact_distance(a, b)) <= most;
}

}  // namespace gmpi
