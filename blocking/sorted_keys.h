// blocking/sorted_keys.h - (key, position) of every record, equal keys together.
//
// A radix sort in two steps, both in parallel: by the first bits of the keys into parts that fit the second-level
// cache, then each part by the next 16 bits; the few different keys that agree in all of these are compared.
// Keys are hashes, so the parts are even. Stable: within a key, positions ascend.
// Cost: O(records). Tested by tests/blocking/sorted_keys_test.cc against std::sort.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/huge_pages.h"
#include "blocking/blocking_plan.h"

namespace gmpi {

struct KeyEntry {
  BlockingKey key = 0;
  std::uint32_t position = 0;
  auto operator<=>(const KeyEntry&) const = default;
};

/// Appends the keys of one position to an empty vector. Called on many threads.
using AppendKeys = std::function<void(std::uint32_t position, std::vector<BlockingKey>& keys)>;

/// Memory of one sort after the other; large arrays that are used again cost no new pages.
struct KeySpace {
  LargeVector<KeyEntry> entries;  // the result
  std::vector<LargeVector<KeyEntry>> chunks;
};

/// Entries of positions 0 ... count - 1, sorted. `repeats`: a position may have one key twice; it is kept once.
void sort_keys(std::size_t count, bool repeats, const AppendKeys& append, KeySpace& space);
LargeVector<KeyEntry> sorted_keys(std::size_t count, bool repeats, const AppendKeys& append);

}  // namespace gmpi
