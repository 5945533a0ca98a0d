// How a key that too many records share is split: parts, contents and neighbours.
#include "blocking/block_split.h"

#include <set>

#include "blocking/limits.h"
#include "tests/blocking/blocking_fixture.h"

namespace gmpi {
namespace {

using Pairs = std::set<std::pair<RowId, RowId>>;

PackedRecords three_records() {
  PackedRecords records(person_like_columns());
  const std::vector<std::vector<std::string_view>> rows = {
      {"smith", "1970", "", "", ""}, {"smith", "1970", "", "", ""}, {"smith", "", "jones", "", ""}};
  for (const auto& row : rows) records.append_texts(row);
  return records;
}

TEST(BlockSplit, PartsAreByFieldAndValueAndKey) {
  const PackedRecords records = three_records();
  const BlockSplit split = *BlockSplit::compile({"dob", "surname"}, records);
  const RecordView a = records.view(0), b = records.view(1), c = records.view(2);
  EXPECT_EQ(split.part(7, 0, a), split.part(7, 0, b));
  EXPECT_NE(split.part(7, 0, a), split.part(8, 0, a));
  EXPECT_NE(split.part(7, 0, a), split.part(7, 1, a));
  EXPECT_TRUE(split.agree(0, a, b));
  EXPECT_FALSE(split.agree(0, a, c)) << "missing agrees with nothing";
  EXPECT_FALSE(split.agree(0, c, c));
  EXPECT_TRUE(split.same_content(a, b));
  EXPECT_FALSE(split.same_content(a, c));
  EXPECT_FALSE(split.content_less(a, b) || split.content_less(b, a));
  EXPECT_NE(split.content_less(a, c), split.content_less(c, a));
  std::vector<BlockingKey> parts;
  split.append_parts(7, c, parts);
  EXPECT_THAT(parts, testing::ElementsAre(split.part(7, 1, c), split.content_part(7, c)));
}

TEST(BlockSplit, WhatOnlyAQueryHasIsInNoPart) {
  const PackedRecords records = three_records();
  const BlockSplit split = *BlockSplit::compile({"dob"}, records);
  StandardRecord asked;
  asked.columns.push_back({.name = "dob", .is_list = false, .values = {"1999"}});
  const PackedQuery query = records.pack_query(asked);
  EXPECT_FALSE(split.has(0, query.view()));
  EXPECT_FALSE(split.agree(0, query.view(), records.view(0)));
}

TEST(BlockSplit, LeavesOutColumnsThatAreNotThereAndRefusesTooMany) {
  const PackedRecords records = three_records();
  EXPECT_EQ(BlockSplit::compile({"dob", "shoe_size"}, records)->fields(), 1u);
  const auto refused = BlockSplit::compile(std::vector<std::string>(kSplitFieldsMax + 1, "dob"), records);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidInput);
}

Pairs neighbours(const std::vector<RowId>& ordered, const std::string& groups) {
  Pairs pairs;
  for_each_neighbours(
      ordered, [&](RowId a, RowId b) { return a != b && !groups.empty() && groups[a] == groups[b]; },
      [&](RowId a, RowId b) { EXPECT_TRUE(pairs.emplace(a, b).second) << "twice"; });
  return pairs;
}

TEST(Neighbours, AreChainedInTheirOrder) {
  EXPECT_EQ(neighbours({}, ""), Pairs());
  EXPECT_EQ(neighbours({4}, ""), Pairs());
  EXPECT_EQ(neighbours({4, 2, 9}, ""), (Pairs{{4, 2}, {2, 9}}));
}

TEST(Neighbours, OfGroupsHangTogetherAcrossThem) {
  EXPECT_EQ(neighbours({0, 1, 2}, "aaa"), Pairs());
  EXPECT_EQ(neighbours({0, 1, 2}, "aab"), (Pairs{{0, 2}, {1, 2}}));
  EXPECT_EQ(neighbours({0, 1, 2, 3, 4}, "aabbc"), (Pairs{{0, 2}, {1, 2}, {1, 3}, {2, 4}, {3, 4}}));
}

}  // namespace
}  // namespace gmpi
