// base/random.h - seeded randomness whose sequence is the same on every machine and compiler.
//
// The standard library fixes its engines but not its distributions; these are fixed too, because synthetic
// populations and simulations must give the same bytes for the same seed.
// Source: splitmix64 (Steele, Lea, Flood 2014) and xoshiro256** (Blackman, Vigna 2018).
#pragma once

#include <cassert>
#include <cmath>
#include <cstdint>

namespace gmpi {

/// One step of splitmix64: a good mixer of 64 bits, also used to derive independent seeds.
constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (auto& word : state_) word = seed = mix64(seed);
  }

  std::uint64_t next() {
    const std::uint64_t result = rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotl(state_[3], 45);
    return result;
  }

  /// Uniform in [0, n). Requires n > 0. Source: Lemire, "Fast random integer generation in an interval",
  /// 2019.
  std::uint64_t below(std::uint64_t n) {
    assert(n > 0);
    __extension__ using Wide = unsigned __int128;  // g++ and clang have it; ISO C++ does not yet
    Wide m = static_cast<Wide>(next()) * n;
    auto low = static_cast<std::uint64_t>(m);
    if (low < n) {
      const std::uint64_t threshold = (0 - n) % n;
      while (low < threshold) {
        m = static_cast<Wide>(next()) * n;
        low = static_cast<std::uint64_t>(m);
      }
    }
    return static_cast<std::uint64_t>(m >> 64);
  }

  /// Uniform in [first, last], both included.
  std::int64_t between(std::int64_t first, std::int64_t last) {
    assert(first <= last);
    return first + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(last - first) + 1));
  }

  /// Uniform in [0, 1) with 53 random bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  bool chance(double probability) { return uniform() < probability; }

 private:
  static constexpr std::uint64_t rotl(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

  std::uint64_t state_[4];
};

}  // namespace gmpi
