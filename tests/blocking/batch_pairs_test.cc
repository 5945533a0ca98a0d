// Every pair that the rules propose comes out exactly once, under its first rule: compared with all pairs by brute
// force on random sets, with and without a limit on common keys.
#include "blocking/batch_pairs.h"

#include <map>
#include <mutex>
#include <numeric>
#include <set>
#include <utility>

#include <tbb/task_arena.h>

#include "tests/blocking/blocking_fixture.h"
#include "tests/reference/block_split.h"

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
                                      const BatchPairsOptions& options,
                                      const std::vector<std::string>& split_by = {}) {
  std::vector<std::map<BlockingKey, reference::CommonKey>> members(plan.rules());
  std::vector<RowId> order(records.rows());
  for (RowId row = 0; row < order.size(); ++row) order[options.rank[row]] = row;
  const auto comparable = [&](RowId a, RowId b) {
    return options.source.empty() || options.source[a] != options.source[b];
  };
  for (RuleId rule = 0; rule < plan.rules(); ++rule)
    for (const RowId row : order) {
      std::vector<BlockingKey> keys;  // in the role of either side
      plan.append_keys(rule, records.view(row), Side::kLeft, keys);
      plan.append_keys(rule, records.view(row), Side::kRight, keys);
      for (const auto key : std::set<BlockingKey>(keys.begin(), keys.end())) {
        members[rule][key].rows.push_back(row);
        members[rule][key].limit = options.block_records_max;
        members[rule][key].split_by = split_by;
        members[rule][key].comparable = comparable;
      }
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
          const auto& holders = members[rule].at(key);
          if (options.split == nullptr) return holders.limit == 0 || holders.rows.size() <= holders.limit;
          return reference::meet(holders, records, a, b);
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

/// Records of which every third is a copy of another, so that contents repeat under common keys.
void append_copies(PackedRecords& records, Random& random, std::size_t count) {
  append_random_records(records, random, count);
  for (std::size_t i = 0; i < count / 2; ++i) {
    const auto from = static_cast<RowId>(random.below(5));
    std::vector<std::string_view> cells;
    for (std::size_t c = 0; c < records.given_columns(); ++c) {
      const ValueId value = records.view(from).line[c];
      cells.push_back(value == kMissing ? std::string_view()
                                        : records.dictionary(static_cast<ColumnId>(c)).text(value));
    }
    const std::vector<std::string> texts(cells.begin(), cells.end());  // appending may move the dictionary
    records.append_texts(std::vector<std::string_view>(texts.begin(), texts.end()));
  }
}

TEST(BatchPairs, TooCommonKeysAreSplitAsCountingSays) {
  std::vector<RuleText> rules = kRules;
  rules.push_back({R"(l."surname" = r."other")", {}});
  rules.push_back({R"(l."other" = r."other" AND l."dob" <> r."dob")", {}});
  std::uint64_t cut = 0, met = 0;
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    PackedRecords records(person_like_columns());
    auto plan = BlockingPlan::compile(model_with(rules), records);
    ASSERT_TRUE(plan.ok()) << plan.error().message;
    // What is left of a rule besides its equalities, by hand.
    plan->set_residual_test(6, [&](RecordView l, RecordView r) {
      return l.line[1] != kMissing && r.line[1] != kMissing && l.line[1] != r.line[1];
    });
    append_copies(records, random, 60);
    const auto rank = shuffled_ranks(random, records.rows());
    std::vector<std::uint32_t> source(records.rows());
    // Sources stand together in the order of ids, as their names begin the ids.
    for (RowId row = 0; row < source.size(); ++row) source[row] = rank[row] / 25;
    const std::vector<std::string> split_by =
        seed % 3 == 0 ? std::vector<std::string>{} : seed % 3 == 1 ? std::vector<std::string>{"dob"}
                                                                   : std::vector<std::string>{"other", "dob", "phones"};
    const auto split = *BlockSplit::compile(split_by, records);
    for (const std::uint32_t limit : {1u, 3u, 6u}) {
      BatchPairsOptions options{.block_records_max = limit, .rank = rank, .source = {}, .split = &split};
      EXPECT_EQ(proposed(*plan, records, options), by_brute_force(*plan, records, options, split_by));
      if (seed % 2 == 0) options.source = source;
      const auto expected = by_brute_force(*plan, records, options, split_by);
      EXPECT_EQ(proposed(*plan, records, options), expected);
      met += expected.size();
      for (const auto& report :
           for_each_pairs(*plan, records, options, [](std::span<const RowPair>, RuleId, std::size_t) {}))
        cut += report.cut_pairs;
    }
  }
  EXPECT_GT(cut, 1000u);
  EXPECT_GT(met, 1000u);
}

TEST(BatchPairs, ChunksHoldTheSamePairsInTheSameOrderOnAnyNumberOfThreads) {
  std::vector<RuleText> rules = kRules;
  rules.push_back({R"(l."surname" = r."other")", {}});
  Random random(3);
  PackedRecords records(person_like_columns());
  auto plan = BlockingPlan::compile(model_with(rules), records);
  ASSERT_TRUE(plan.ok()) << plan.error().message;
  append_random_records(records, random, 1500);
  const auto rank = shuffled_ranks(random, records.rows());
  const auto split = *BlockSplit::compile({"dob"}, records);
  const auto chunks_on = [&](int threads) {
    std::map<std::uint64_t, std::vector<Pair>> chunks;
    tbb::task_arena(threads).execute([&] {
      std::mutex mutex;
      std::vector<std::vector<Pair>> held(batch_workers());
      BatchPairsOptions options{.block_records_max = 400, .rank = rank, .source = {}, .split = &split};
      options.on_chunk_end = [&](std::uint64_t chunk, std::size_t worker) {
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(chunks.emplace(chunk, std::exchange(held[worker], {})).second) << "a chunk ends twice";
      };
      for_each_pairs(*plan, records, options, [&](std::span<const RowPair> some, RuleId, std::size_t worker) {
        for (const auto [left, right] : some) held[worker].emplace_back(left, right);
      });
      for (const auto& pairs : held) EXPECT_TRUE(pairs.empty()) << "pairs of no chunk";
    });
    return chunks;
  };
  const auto alone = chunks_on(1);
  EXPECT_GT(alone.size(), 5u);
  EXPECT_EQ(alone.rbegin()->first, alone.size() - 1) << "chunks are numbered without gaps";
  EXPECT_TRUE(chunks_on(4) == alone);
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
  EXPECT_EQ(reports[0].cut_pairs, 36u);
}

TEST(BatchPairs, AKeyIsAsCommonAsBothItsSidesMakeIt) {
  PackedRecords records(person_like_columns());
  auto plan = BlockingPlan::compile(model_with({{R"(l."surname" = r."other")", {}}}), records);
  ASSERT_TRUE(plan.ok());
  for (int i = 0; i < 8; ++i) {  // one has it on the left, seven on the right
    const std::string_view cells[] = {i == 0 ? "smith" : "", "", i == 0 ? "" : "smith", "", ""};
    records.append_texts(cells);
  }
  std::vector<std::uint32_t> rank(records.rows());
  std::iota(rank.begin(), rank.end(), 0u);
  const auto run = [&](std::uint32_t limit) {
    return for_each_pairs(*plan, records, {.block_records_max = limit, .rank = rank, .source = {}},
                          [](std::span<const RowPair>, RuleId, std::size_t) {})[0];
  };
  EXPECT_EQ(run(8).pairs, 7u);
  EXPECT_EQ(run(7).pairs, 0u);
  EXPECT_EQ(run(7).generic_records, 8u);
}

}  // namespace
}  // namespace gmpi
