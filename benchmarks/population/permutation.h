// benchmarks/population/permutation.h - distinct numbers that say nothing about the order they were given in.
//
// A Feistel network over pairs of decimal halves: a bijection of [0, half * half), so distinct inputs give
// distinct outputs without a table. Source: Luby and Rackoff 1988; decimal halves as in Black and Rogaway
// 2002.
#pragma once

#include <cassert>
#include <cstdint>

#include "base/random.h"

namespace gmpi::population {

class Permutation {
 public:
  /// Permutes [0, half * half). Requires 0 < half <= 2^31.
  Permutation(std::uint64_t half, std::uint64_t key) : half_(half), key_(key) {}

  std::uint64_t operator()(std::uint64_t x) const {
    assert(x < half_ * half_);
    std::uint64_t left = x / half_, right = x % half_;
    for (std::uint64_t round = 0; round < 4; ++round) {
      const std::uint64_t mixed = mix64(mix64(key_ + round) ^ right) % half_;
      const std::uint64_t next = (left + mixed) % half_;
      left = right;
      right = next;
    }
    return left * half_ + right;
  }

 private:
  std::uint64_t half_;
  std::uint64_t key_;
};

}  // namespace gmpi::population
