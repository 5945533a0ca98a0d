// Keys come out in order whatever their number, their spread and how often they repeat: compared with std::sort.
#include "blocking/sorted_keys.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"

namespace gmpi {
namespace {

/// `distinct` keys of random bits, drawn often or seldom; a position has up to `each` of them.
std::vector<std::vector<BlockingKey>> random_keys(Random& random, std::size_t count, std::uint64_t distinct,
                                                  BlockingKey mask, std::uint64_t each) {
  std::vector<BlockingKey> pool(distinct);
  for (auto& key : pool) key = random.next() & mask;
  std::vector<std::vector<BlockingKey>> keys(count);
  for (auto& own : keys)
    for (auto n = random.below(each + 1); n > 0; --n) own.push_back(pool[random.below(distinct)]);
  return keys;
}

TEST(SortedKeys, EqualAPlainSort) {
  constexpr BlockingKey kAll = ~BlockingKey{0};
  // The masks leave keys that agree in all bits the radix looks at, or in none.
  for (const BlockingKey mask : {kAll, BlockingKey{0xff}, kAll << 56, BlockingKey{0}})
    for (const std::size_t count : {0u, 1u, 5u, 1000u, 50000u})
      for (const std::uint64_t distinct : {1u, 7u, 40000u}) {
        Random random(count + distinct);
        const auto keys = random_keys(random, count, distinct, mask, 3);
        LargeVector<KeyEntry> expected;
        for (std::uint32_t position = 0; position < count; ++position)
          for (const auto key : keys[position]) expected.push_back({key, position});
        std::sort(expected.begin(), expected.end());
        const AppendKeys append = [&](std::uint32_t position, std::vector<BlockingKey>& out) {
          out.insert(out.end(), keys[position].begin(), keys[position].end());
        };
        EXPECT_EQ(sorted_keys(count, false, append), expected);
        expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
        EXPECT_EQ(sorted_keys(count, true, append), expected);
      }
}

}  // namespace
}  // namespace gmpi
