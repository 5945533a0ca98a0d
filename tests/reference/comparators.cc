#include "tests/reference/comparators.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace gmpi::reference {

double jaro_similarity(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return 0;
  if (a.size() == 1 && b.size() == 1) return a == b ? 1 : 0;
  const std::size_t longest = std::max(a.size(), b.size());
  const std::size_t window = longest / 2 - 1;
  std::vector<bool> taken(a.size());
  std::string from_b;
  for (std::size_t j = 0; j < b.size(); ++j) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::size_t apart = i > j ? i - j : j - i;
      if (apart > window || taken[i] || a[i] != b[j]) continue;
      taken[i] = true;
      from_b += b[j];
      break;
    }
  }
  if (from_b.empty()) return 0;
  std::size_t transpositions = 0;
  for (std::size_t i = 0, k = 0; i < a.size(); ++i)
    if (taken[i]) transpositions += a[i] != from_b[k++];
  const auto common = static_cast<double>(from_b.size());
  const double sum = common / static_cast<double>(a.size()) + common / static_cast<double>(b.size()) +
                     (common - static_cast<double>(transpositions / 2)) / common;
  return sum / 3;
}

double jaro_winkler_similarity(std::string_view a, std::string_view b) {
  const double jaro = jaro_similarity(a, b);
  if (jaro <= 0.7) return jaro;
  std::size_t prefix = 0;
  while (prefix < 4 && prefix < a.size() && prefix < b.size() && a[prefix] == b[prefix]) ++prefix;
  return jaro + static_cast<double>(prefix) * 0.1 * (1.0 - jaro);
}

std::int64_t levenshtein(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::int64_t>> d(a.size() + 1, std::vector<std::int64_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = static_cast<std::int64_t>(i + j);
      } else {
        d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      }
    }
  }
  return d[a.size()][b.size()];
}

std::int64_t damerau_levenshtein(std::string_view a, std::string_view b) {
  const std::size_t n = a.size(), m = b.size();
  const auto far = static_cast<std::int64_t>(n + m);
  std::vector<std::vector<std::int64_t>> d(n + 2, std::vector<std::int64_t>(m + 2));
  d[0][0] = far;
  for (std::size_t i = 0; i <= n; ++i) d[i + 1][0] = far, d[i + 1][1] = static_cast<std::int64_t>(i);
  for (std::size_t j = 0; j <= m; ++j) d[0][j + 1] = far, d[1][j + 1] = static_cast<std::int64_t>(j);
  std::map<char, std::size_t> last_row;
  for (std::size_t i = 1; i <= n; ++i) {
    std::size_t last_column = 0;
    for (std::size_t j = 1; j <= m; ++j) {
      const std::size_t row = last_row.contains(b[j - 1]) ? last_row[b[j - 1]] : 0;
      const std::size_t column = last_column;
      const std::int64_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      if (cost == 0) last_column = j;
      const auto swap = static_cast<std::int64_t>((i - row - 1) + 1 + (j - column - 1));
      d[i + 1][j + 1] = std::min({d[i][j] + cost, d[i + 1][j] + 1, d[i][j + 1] + 1, d[row][column] + swap});
    }
    last_row[a[i - 1]] = i;
  }
  return d[n + 1][m + 1];
}

double jaccard(std::string_view a, std::string_view b) {
  const std::set<char> x(a.begin(), a.end()), y(b.begin(), b.end());
  std::set<char> either = x;
  either.insert(y.begin(), y.end());
  const std::size_t both = x.size() + y.size() - either.size();
  return static_cast<double>(both) / static_cast<double>(either.size());
}

}  // namespace gmpi::reference
