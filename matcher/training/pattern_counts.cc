#include "matcher/training/pattern_counts.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>

namespace gmpi {

namespace {

constexpr double kFixedOne = 1 << 20;
constexpr int kFixedBitsInBin = 12;
constexpr double kBitsMost = 4096;

}  // namespace

Result<PatternLayout> PatternLayout::of(std::span<const Comparison> comparisons) {
  PatternLayout layout;
  unsigned word = 0, used = 0;
  for (const auto& comparison : comparisons) {
    const std::uint64_t levels = comparison.levels.size();
    const bool adjusts =
        std::any_of(comparison.levels.begin(), comparison.levels.end(), adjusts_for_frequency);
    const auto bits = static_cast<unsigned>(std::bit_width(adjusts ? 2 * levels : levels));
    if (used + bits > 64) {
      ++word;
      used = 0;
    }
    if (word >= Pattern{}.size())
      return make_error(ErrorCode::kLimit,
                        "too many comparisons to train at once: their levels need more than 128 bits");
    layout.fields_.push_back({static_cast<std::uint8_t>(word), static_cast<std::uint8_t>(used),
                              static_cast<std::uint8_t>(bits), levels});
    used += bits;
  }
  return layout;
}

PatternLayout::Found PatternLayout::at(const Pattern& pattern, std::size_t comparison) const {
  const Field& field = fields_[comparison];
  const auto symbol = (pattern[field.word] >> field.shift) & ((std::uint64_t{1} << field.bits) - 1);
  const bool adjusted = symbol > field.levels;
  return {static_cast<int>(adjusted ? symbol - field.levels : symbol) - 1, adjusted};
}

void PatternCounts::add(const Pattern& pattern, double tf_bits, std::uint64_t count) {
  const auto fixed =
      static_cast<std::int64_t>(std::lround(std::clamp(tf_bits, -kBitsMost, kBitsMost) * kFixedOne));
  Sum& sum = sums_[Key{pattern, fixed >> kFixedBitsInBin}];
  sum.count += count;
  sum.tf_fixed += fixed * static_cast<std::int64_t>(count);
  pairs_ += count;
}

void PatternCounts::merge(const PatternCounts& other) {
  for (const auto& [key, theirs] : other.sums_) {
    Sum& sum = sums_[key];
    sum.count += theirs.count;
    sum.tf_fixed += theirs.tf_fixed;
  }
  pairs_ += other.pairs_;
}

std::vector<PatternCounts::Line> PatternCounts::lines() const {
  std::vector<Line> lines;
  lines.reserve(sums_.size());
  for (const auto& [key, sum] : sums_)
    lines.push_back({key.pattern, sum.count,
                     static_cast<double>(sum.tf_fixed) / static_cast<double>(sum.count) / kFixedOne});
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return std::tie(a.pattern, a.tf_bits) < std::tie(b.pattern, b.tf_bits);
  });
  return lines;
}

}  // namespace gmpi
