// Every pair that the rules propose comes out exactly once, under its first rule: compared with all pairs by brute
// force on random sets, with and without a limit on common keys.
#include "blocking/batch_pairs.h"

#include <map>
#include <mutex>
#include <numeric>
#include <set>

#include "tests/blocking/blocking_fixture.h"

namespace gmpi {
namespace {

using Pair = std::pair<RowId, RowId>;

std::vector<std::uint32_t> shuffled_ranks(Random& random, std::size_t rows) {
  std::vector<std::uint32_t> rank(rows);
  std::iota(rank.begin(), rank.end(), 0u);
  for (std::size_t i = rows; i > 1; --i) std::swap(rank[i - 1], rank[random.below(i)]);
  return rank;
}

std::map<Pair, RuleId> proposed(const BlockingPlan& plan, const PackedRecords& records,
                                const BatchPairsOptions& options) {
  std::map<Pair, RuleId> pairs;
  std::mutex mutex;
  for_each_pairs(plan, records, options, [&](std::span<const RowPair> some, RuleId rule, std::size_t) {
    const std::lock_guard lock(mutex);
    EXPECT_LE(some.size(), kPairsPerCall);
    for (const auto [left, right] : some)
      EXPECT_TRUE(pairs.emplace(Pair{left, right}, rule).second) << "a pair was proposed twice";
  });
  return pairs;
}

/// The slow obvious version: keys counted by hand, each pair asked of each rule in turn.
std::map<Pair, RuleId> by_brute_force(const BlockingPlan& plan, const PackedRecords& records,
                                      const BatchPairsOptions& options) {
  std::vector<std::map<BlockingKey, std::set<RowId>>> members(plan.rules());
  for (RuleId rule = 0; rule < plan.rules(); ++rule)
    for (RowId row = 0; row < records.rows(); ++row) {
      std::vector<BlockingKey> keys;
      plan.append_keys(rule, records.view(row), Side::kLeft, keys);
      for (const auto key : keys) members[rule][key].insert(row);
    }
  std::map<Pair, RuleId> pairs;
  for (RowId a = 0; a < records.rows(); ++a)
    for (RowId b = 0; b < records.rows(); ++b) {
      if (options.rank[a] >= options.rank[b]) continue;
      if (!options.source.empty() && options.source[a] == options.source[b]) continue;
      for (RuleId rule = 0; rule < plan.rules(); ++rule) {
        if (!plan.holds(rule, records.view(a), records.view(b))) continue;
        std::vector<BlockingKey> keys;
        plan.append_common_keys(rule, records.view(a), records.view(b), keys);
        const bool usable = std::any_of(keys.begin(), keys.end(), [&](BlockingKey key) {
          return options.block_records_max == 0 || members[rule][key].size() <= options.block_records_max;
        });
        if (!usable) continue;
        pairs.emplace(Pair{a, b}, rule);
        break;
      }
    }
  return pairs;
}

const std::vector<RuleText> kRules = {
    {R"(l."surname" = r."surname" AND l."dob" = r."dob")", {}},
    {R"(l.phones = r.phones)", {"phones"}},
    {R"(substr(l.surname, 1, 5) = substr(r.surname, 1, 5) AND l.emails = r.emails)", {"emails"}},
    {R"(l."phones" = r."phones" AND l."emails" = r."emails")", {"phones", "emails"}},
    {R"(l."dob" = r."dob")", {}},
};

TEST(BatchPairs, EachPairOnceByItsFirstRule) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const std::uint32_t limit : {0u, 3u, 8u}) {
      Random random(seed);
      PackedRecords records(person_like_columns());
      auto plan = BlockingPlan::compile(model_with(kRules), records);
      ASSERT_TRUE(plan.ok()) << plan.error().message;
      append_random_records(records, random, 80);
      const auto rank = shuffled_ranks(random, records.rows());
      const BatchPairsOptions options{.block_records_max = limit, .rank = rank, .source = {}};
      const auto found = proposed(*plan, records, options);
      EXPECT_EQ(found, by_brute_force(*plan, records, options)) << "seed " << seed << ", limit " << limit;
      EXPECT_FALSE(found.empty());
    }
  }
}

TEST(BatchPairs, RulesOfDifferentColumnsHoldInOneDirection) {
  Random random(5);
  PackedRecords records(person_like_columns());
  auto plan = BlockingPlan::compile(model_with({{R"(l."surname" = r."other")", {}}}), records);
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  EXPECT_FALSE(plan->symmetric(0));
  append_random_records(records, random, 60);
  const auto rank = shuffled_ranks(random, records.rows());
  const BatchPairsOptions options{.block_records_max = 0, .rank = rank, .source = {}};
  EXPECT_EQ(proposed(*plan, records, options), by_brute_force(*plan, records, options));
}

TEST(BatchPairs, LinkOnlyPairsNoTwoRecordsOfOneSource) {
  Random random(6);
  PackedRecords records(person_like_columns());
  auto plan = BlockingPlan::compile(model_with(kRules), records);
  ASSERT_TRUE(plan.ok());
  append_random_records(records, random, 60);
  const auto rank = shuffled_ranks(random, records.rows());
  std::vector<std::uint32_t> source(records.rows());
  for (auto& s : source) s = static_cast<std::uint32_t>(random.below(3));
  const BatchPairsOptions options{.block_records_max = 0, .rank = rank, .source = source};
  EXPECT_EQ(proposed(*plan, records, options), by_brute_force(*plan, records, options));
}

TEST(BatchPairs, ReportsWhatGenericKeysCut) {
  PackedRecords records(person_like_columns());
  auto plan = BlockingPlan::compile(model_with({{R"(l."dob" = r."dob")", {}}}), records);
  ASSERT_TRUE(plan.ok());
  for (int i = 0; i < 12; ++i) {
    const std::string_view cells[] = {"smith", i < 9 ? "1970" : "1980", "", "", ""};
    records.append_texts(cells);
  }
  std::vector<std::uint32_t> rank(records.rows());
  std::iota(rank.begin(), rank.end(), 0u);
  const auto reports = for_each_pairs(*plan, records, {.block_records_max = 5, .rank = rank, .source = {}},
                                     [](std::span<const RowPair>, RuleId, std::size_t) {});
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].keys, 2u);
  EXPECT_EQ(reports[0].generic_keys, 1u);
  EXPECT_EQ(reports[0].generic_records, 9u);
  EXPECT_EQ(reports[0].pairs, 3u);  // three records of 1980
  EXPECT_EQ(reports[0].largest_block, 3u);
}

}  // namespace
}  // namespace gmpi
