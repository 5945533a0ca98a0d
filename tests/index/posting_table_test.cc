#include "index/posting_table.h"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "base/random.h"

namespace gmpi {
namespace {

std::set<RowId> sorted(std::span<const RowId> rows) {
  return {rows.begin(), rows.end()};
}

TEST(PostingTable, EqualsAMapOfSetsUnderRandomChanges) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Random random(seed);
    PostingTable table;
    std::map<PostingKey, std::set<RowId>> plain;
    for (int step = 0; step < 3000; ++step) {
      const PostingKey key = random.below(random.chance(0.5) ? 3 : 200);
      const auto row = static_cast<RowId>(random.below(60));
      if (plain[key].contains(row)) {
        table.remove(key, row);
        plain[key].erase(row);
      } else {
        table.add(key, row);
        plain[key].insert(row);
      }
    }
    std::size_t keys = 0;
    for (const auto& [key, rows] : plain) {
      ASSERT_EQ(sorted(table.rows(key)), rows);
      ASSERT_EQ(table.rows(key).size(), rows.size());
      keys += rows.empty() ? 0 : 1;
    }
    EXPECT_EQ(table.keys(), keys);
  }
}

TEST(PostingTable, AKeyNobodyHasHasNoRows) {
  const PostingTable table;
  EXPECT_TRUE(table.rows(7).empty());
}

TEST(PostingTable, GivesBackTheMemoryOfAListThatShrank) {
  PostingTable table;
  for (RowId row = 0; row < 10'000; ++row) table.add(1, row);
  const std::size_t full = table.memory_bytes();
  EXPECT_GE(full, 10'000 * sizeof(RowId));
  for (RowId row = 0; row < 9'999; ++row) table.remove(1, row);
  EXPECT_LT(table.memory_bytes(), full / 50);
  EXPECT_EQ(sorted(table.rows(1)), (std::set<RowId>{9'999}));
}

}  // namespace
}  // namespace gmpi
