// What rules cost is what counting all pairs by hand gives: alone, after the rules before, by source.
#include "blocking/rule_cost.h"

#include <numeric>

#include "tests/blocking/blocking_fixture.h"

namespace gmpi {
namespace {

struct Counts {
  std::uint64_t alone = 0, marginal = 0;
};

std::vector<Counts> by_hand(const BlockingPlan& plan, const PackedRecords& records, const BatchPairsOptions& options) {
  std::vector<Counts> counts(plan.rules());
  for (RowId a = 0; a < records.rows(); ++a)
    for (RowId b = 0; b < records.rows(); ++b) {
      if (options.rank[a] >= options.rank[b]) continue;
      if (!options.source.empty() && options.source[a] == options.source[b]) continue;
      bool proposed = false;
      for (RuleId rule = 0; rule < plan.rules(); ++rule) {
        if (!plan.holds(rule, records.view(a), records.view(b))) continue;
        ++counts[rule].alone;
        counts[rule].marginal += !proposed;
        proposed = true;
      }
    }
  return counts;
}

const std::vector<RuleText> kRules = {
    {R"(l."surname" = r."surname" AND l."dob" = r."dob")", {}},
    {R"(l."dob" = r."dob")", {}},
    {R"(l.phones = r.phones)", {"phones"}},
    {R"(l."surname" = r."other")", {}},
};

TEST(RuleCost, IsWhatCountingAllPairsGives) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random(seed);
    PackedRecords records(person_like_columns());
    auto plan = BlockingPlan::compile(model_with(kRules), records);
    ASSERT_TRUE(plan.ok()) << plan.error().message;
    append_random_records(records, random, 90);
    std::vector<std::uint32_t> rank(records.rows()), source(records.rows());
    std::iota(rank.begin(), rank.end(), 0u);
    for (auto& s : source) s = static_cast<std::uint32_t>(random.below(3));
    for (const bool link_only : {false, true}) {
      const BatchPairsOptions options{
          .block_records_max = 0, .rank = rank, .source = link_only ? std::span<const std::uint32_t>(source) : std::span<const std::uint32_t>()};
      const auto expected = by_hand(*plan, records, options);
      const auto costs = rule_costs(*plan, records, {.pairs = options});
      ASSERT_EQ(costs.size(), kRules.size());
      for (std::size_t rule = 0; rule < costs.size(); ++rule) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << ", rule " << rule);
        EXPECT_EQ(costs[rule].exact, rule < 2);
        if (costs[rule].exact) {
          EXPECT_EQ(costs[rule].pairs, expected[rule].alone);
        } else {
          EXPECT_GE(costs[rule].pairs, expected[rule].alone);
        }
        EXPECT_EQ(costs[rule].marginal_pairs, expected[rule].marginal);
      }
    }
  }
}

TEST(RuleCost, NamesTheLargestBlocksAndStopsAtItsLimit) {
  PackedRecords records(person_like_columns());
  auto plan = BlockingPlan::compile(model_with({{R"(l."dob" = r."dob")", {}}}), records);
  ASSERT_TRUE(plan.ok());
  for (const auto& [dob, count] : std::vector<std::pair<std::string, int>>{{"1970", 5}, {"1980", 9}, {"1990", 2}, {"", 4}, {"2000", 1}})
    for (int i = 0; i < count; ++i) {
      const std::string_view cells[] = {"x", dob, "", "", ""};
      records.append_texts(cells);
    }
  std::vector<std::uint32_t> rank(records.rows());
  std::iota(rank.begin(), rank.end(), 0u);
  RuleCostOptions options{.pairs = {.block_records_max = 0, .rank = rank, .source = {}}, .largest_blocks = 2};
  auto costs = rule_costs(*plan, records, options);
  ASSERT_EQ(costs[0].largest.size(), 2u);
  EXPECT_EQ(costs[0].keys, 4u);
  EXPECT_EQ(costs[0].records, 17u);
  EXPECT_EQ(costs[0].pairs, 10u + 36u + 1u);
  EXPECT_EQ(costs[0].largest[0].records, 9u);
  EXPECT_EQ(costs[0].largest[0].pairs, 36u);
  EXPECT_EQ(costs[0].largest[1].records, 5u);
  EXPECT_EQ(records.column_value(*records.find_column("dob"), records.view(costs[0].largest[0].member)).value,
            SqlValue{std::string("1980")}.value);
  options.marginal_pairs_max = 46;
  costs = rule_costs(*plan, records, options);
  EXPECT_FALSE(costs[0].marginal_pairs);
}

}  // namespace
}  // namespace gmpi
