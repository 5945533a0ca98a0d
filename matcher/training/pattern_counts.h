// matcher/training/pattern_counts.h - millions of compared pairs as a few thousand counts.
//
// What a pair tells expectation-maximisation is its pattern: the level each comparison found. Pairs of one
// pattern are one line with a count. Where levels adjust for term frequencies, a pair also brings a number:
// the sum over its adjusted levels of -weight * log2(frequency). Pairs of one pattern whose sums lie within
// 1/256 bit share a line that keeps their mean, which leaves an error of the second order only (below 1e-7 in
// a probability).
//
// A pattern is packed into two words: one field a comparison, 0 for "no level holds", then its levels, then
// again its levels "adjusted for a known frequency". Counts and sums are integers: merging in any order gives
// the same lines.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/random.h"
#include "base/result.h"
#include "models/linkage_model.h"

namespace gmpi {

using Pattern = std::array<std::uint64_t, 2>;

/// Where each comparison stands in a pattern.
class PatternLayout {
 public:
  /// Errors: kLimit, when the comparisons need more than 128 bits (some forty comparisons of four levels).
  static Result<PatternLayout> of(std::span<const Comparison> comparisons);

  std::size_t comparisons() const { return fields_.size(); }
  /// `level` -1: none holds. `adjusted`: a frequency of the agreed value is known. Requires a level of the
  /// comparison.
  void set(Pattern& pattern, std::size_t comparison, int level, bool adjusted) const {
    const Field& field = fields_[comparison];
    const auto symbol = static_cast<std::uint64_t>(level + 1) + (adjusted ? field.levels : 0);
    pattern[field.word] |= symbol << field.shift;
  }
  struct Found {
    int level = -1;
    bool adjusted = false;
  };
  Found at(const Pattern& pattern, std::size_t comparison) const;

 private:
  struct Field {
    std::uint8_t word = 0, shift = 0, bits = 0;
    std::uint64_t levels = 0;
  };
  std::vector<Field> fields_;
};

class PatternCounts {
 public:
  struct Line {
    Pattern pattern = {};
    std::uint64_t count = 0;
    double tf_bits = 0;  // mean over the pairs

    bool operator==(const Line&) const = default;
  };

  /// `tf_bits`: sum of -weight * log2(frequency) over the pair's adjusted levels; beyond +-4096 it counts as
  /// that. Requires at most 2^31 pairs a line.
  void add(const Pattern& pattern, double tf_bits, std::uint64_t count = 1);
  void merge(const PatternCounts& other);

  std::uint64_t pairs() const { return pairs_; }
  /// Sorted by pattern and sum: the same for the same pairs, whoever counted them.
  std::vector<Line> lines() const;

 private:
  struct Key {
    Pattern pattern;
    std::int64_t bin;

    bool operator==(const Key&) const = default;
    friend std::size_t hash_value(const Key& key) {
      return mix64(key.pattern[0] ^ mix64(key.pattern[1] ^ mix64(static_cast<std::uint64_t>(key.bin))));
    }
  };
  struct Sum {
    std::uint64_t count = 0;
    std::int64_t tf_fixed = 0;  // in 2^-20 bits
  };
  boost::unordered_flat_map<Key, Sum> sums_;
  std::uint64_t pairs_ = 0;
};

}  // namespace gmpi
