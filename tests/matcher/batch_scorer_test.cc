// Scoring many pairs at a time gives the very doubles that scoring one pair gives, and leaves out only what lies
// below the weight asked for: on random models of each generation and on records full of missing and hostile values.
#include "matcher/batch_scorer.h"

#include <array>
#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include "base/random.h"
#include "matcher/sql_parser.h"

namespace gmpi {
namespace {

constexpr std::array kColumns = {"name", "other", "dob", "town", "tags"};
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Conditions of every shape that is compiled in its own way, and some that run through the plain evaluator.
constexpr std::array kConditions = {
    R"("name_l" IS NULL OR "name_r" IS NULL)",
    R"("name_l" = "name_r")",
    R"("name_l" <> "name_r")",
    R"("name_l" = "other_r" AND "other_l" = "name_r")",
    R"(jaro_winkler_similarity("name_l", "name_r") >= 0.9)",
    R"(jaro_winkler_similarity("name_l", "name_r") >= 0.7)",
    R"(levenshtein("other_l", "other_r") <= 1 AND NOT ("name_l" IS NULL))",
    R"(damerau_levenshtein("dob_l", "dob_r") <= 1)",
    R"(ABS(EPOCH(try_strptime("dob_l", '%Y-%m-%d')) - EPOCH(try_strptime("dob_r", '%Y-%m-%d'))) <= 31557600.0)",
    R"(try_strptime("dob_l", '%Y-%m-%d') IS NULL OR try_strptime("dob_r", '%Y-%m-%d') IS NULL)",
    R"(substr("dob_l", 1, 4) = substr("dob_r", 1, 4) AND ("town_l" = "town_r" OR "town_r" IS NULL))",
    R"(NOT ("town_l" = "town_r"))",
    R"(array_length(list_intersect("tags_l", "tags_r")) >= 1)",
    R"("tags_l" IS NOT NULL AND ("name_l" = "name_r" OR "town_l" = "town_r" OR "other_l" = "other_r"))",
    R"(length("name_l") > 4 AND "name_l" = "name_r")",
    R"(jaccard("name_l", "name_r") >= 0.5)",
    R"(NULLIF(regexp_extract("town_l", '^[a-z]'), '') = NULLIF(regexp_extract("town_r", '^[a-z]'), ''))",
    R"(upper("town_l") = upper("town_r") AND upper("other_l") = upper("other_r") AND lower("name_l") = lower("name_r")
       AND left("dob_l", 3) = left("dob_r", 3) AND right("dob_l", 2) = right("dob_r", 2))",
    "TRUE",
    "NULL",
};

double random_probability(Random& random) { return std::pow(10.0, -6 * random.uniform()); }

ComparisonLevel random_level(Random& random) {
  ComparisonLevel level;
  level.sql_condition = kConditions[random.below(kConditions.size())];
  auto condition = parse_condition(level.sql_condition);
  EXPECT_TRUE(condition) << level.sql_condition << (condition ? "" : condition.error().message);
  level.condition = *condition;
  level.is_null_level = level.sql_condition.find(" OR \"name_r\" IS NULL") != std::string::npos;
  level.m = random_probability(random);
  level.u = random.chance(0.02) ? 0 : random_probability(random);
  if (!level.is_null_level && random.chance(0.4)) {
    static constexpr std::array kWeights = {1.0, 0.5, 1.7, -0.5};
    static constexpr std::array kMinimums = {0.0, 0.001, 0.2};
    level.tf_column = random.chance(0.5) ? "name" : "town";
    level.tf_weight = kWeights[random.below(kWeights.size())];
    level.tf_minimum_u = kMinimums[random.below(kMinimums.size())];
    level.disable_tf_exact_match_detection = true;
  }
  return level;
}

Comparison random_comparison(Random& random, std::size_t levels_max) {
  Comparison out;
  out.output_column_name = "c";
  for (auto n = 1 + random.below(levels_max); n > 0; --n) out.levels.push_back(random_level(random));
  if (random.chance(0.9)) {
    out.levels.emplace_back();
    out.levels.back().is_else = true;
    out.levels.back().m = random_probability(random);
    out.levels.back().u = random_probability(random);
  }
  return out;
}

LinkageModel random_model(Random& random, ModelArithmetic arithmetic) {
  LinkageModel model;
  model.arithmetic = arithmetic;
  model.prior = random_probability(random) * 0.9;
  const std::size_t comparisons = random.chance(0.1) ? 30 : 1 + random.below(6);  // 30: more terms than a pattern has bits
  for (std::size_t i = 0; i < comparisons; ++i)
    model.comparisons.push_back(random_comparison(random, random.chance(0.05) ? 90 : 5));
  return model;
}

PackedRecords columns() {
  std::vector<ColumnSpec> specs;
  for (const std::string name : kColumns) specs.push_back({.name = name, .is_list = name == "tags", .is_number = false});
  return PackedRecords(std::move(specs));
}

void append_records(PackedRecords& records, Random& random, std::size_t count) {
  static const std::string kLong(200, 'x');
  const std::array<std::string, 9> names = {"smith", "smyth", "smithe", "jones", "j", "\xc3\xb6" "d\xc3\xb6n", kLong, kLong + "y", " "};
  const std::array<std::string, 7> dates = {"1980-05-01", "1980-05-10", "1981-05-01", "1980-02-30", "20-1-5", "not a date", "1951-11-23"};
  const std::array<std::string, 6> tags = {"a", "a\x1f" "b", "b\x1f" "c", "c\x1f" "c", "d", "\x1f"};
  const auto pick = [&](const auto& values) { return random.chance(0.15) ? std::string() : values[random.below(values.size())]; };
  for (std::size_t i = 0; i < count; ++i) {
    const std::array<std::string, 5> cells = {pick(names), pick(names), pick(dates), pick(names), pick(tags)};
    const std::array<std::string_view, 5> views = {cells[0], cells[1], cells[2], cells[3], cells[4]};
    records.append_texts(views);
  }
}

std::vector<RowPair> all_pairs(const PackedRecords& records) {
  std::vector<RowPair> pairs;
  for (RowId l = 0; l < records.rows(); ++l)
    for (RowId r = 0; r < records.rows(); ++r) pairs.push_back({l, r});
  return pairs;
}

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

std::vector<MatchWeight> batch_weights(const BatchScorer& scorer, std::span<const RowPair> pairs, MatchWeight weight_min) {
  std::vector<MatchWeight> weights(pairs.size());
  auto worker = scorer.worker();
  for (std::size_t first = 0; first < pairs.size(); first += BatchScorer::kPairsMax) {
    const std::size_t size = std::min(BatchScorer::kPairsMax, pairs.size() - first);
    scorer.score(pairs.subspan(first, size), weight_min, worker, std::span(weights).subspan(first, size));
  }
  return weights;
}

/// The levels alone, and what frequencies add to them, as the compiled model has them.
void expect_same_levels(const CompiledModel& model, const PackedRecords& records, const BatchScorer& scorer,
                        std::span<const RowPair> pairs) {
  const std::size_t count = model.model().comparisons.size();
  auto worker = scorer.worker();
  std::vector<std::int16_t> levels(BatchScorer::kPairsMax * count);
  for (std::size_t first = 0; first < pairs.size(); first += BatchScorer::kPairsMax) {
    const auto some = pairs.subspan(first, std::min(BatchScorer::kPairsMax, pairs.size() - first));
    scorer.levels(some, worker, std::span(levels).first(some.size() * count));
    for (std::size_t p = 0; p < some.size(); ++p)
      for (std::size_t c = 0; c < count; ++c) {
        const RecordView left = records.view(some[p].left), right = records.view(some[p].right);
        const int level = model.level_of(c, left, right);
        ASSERT_EQ(levels[p * count + c], level);
        ASSERT_EQ(scorer.level_of(c, some[p]), level);
        if (level < 0) continue;
        ASSERT_EQ(scorer.tf_adjustment_of(c, level, some[p]), model.tf_adjustment_of(c, level, left, right));
      }
  }
}

class BatchScorerOfGeneration : public testing::TestWithParam<ModelArithmetic> {};

TEST_P(BatchScorerOfGeneration, GivesTheVeryWeightsOfOnePairAtATime) {
  std::uint64_t left_out = 0, finite = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Random random(seed);
    const LinkageModel model = random_model(random, GetParam());
    PackedRecords records = columns();
    auto compiled = CompiledModel::compile(model, records);
    ASSERT_TRUE(compiled) << compiled.error().message;
    append_records(records, random, 40);
    if (random.chance(0.8)) compiled->count_frequencies();
    const auto pairs = all_pairs(records);
    const BatchScorer scorer(*compiled, records);
    expect_same_levels(*compiled, records, scorer, pairs);
    std::vector<MatchWeight> expected;
    for (const auto [l, r] : pairs) expected.push_back(compiled->weight(records.view(l), records.view(r)));
    const MatchWeight some = expected[random.below(expected.size())];  // equal to a weight: kept
    for (const MatchWeight weight_min : {-kInfinity, -2000.0, -10.0, 0.0, 12.0, some, kInfinity}) {
      const auto weights = batch_weights(scorer, pairs, weight_min);
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (std::isnan(weights[i])) {
          ASSERT_LT(expected[i], weight_min);
          ++left_out;
        } else {
          ASSERT_TRUE(same_bits(weights[i], expected[i])) << weights[i] << " for " << expected[i];
          finite += std::isfinite(weights[i]);
        }
      }
    }
  }
  EXPECT_GT(left_out, 100000u);
  EXPECT_GT(finite, 100000u);
}

INSTANTIATE_TEST_SUITE_P(Generations, BatchScorerOfGeneration,
                         testing::Values(ModelArithmetic::kV3, ModelArithmetic::kV4, ModelArithmetic::kV5),
                         [](const auto& parameter) {
                           return std::string("Splink") + std::to_string(3 + static_cast<int>(parameter.param));
                         });

TEST(BatchScorer, TakesNoPairsAndModelsWithoutComparisons) {
  PackedRecords records = columns();
  LinkageModel model;
  model.prior = 0.25;
  auto compiled = CompiledModel::compile(model, records);
  ASSERT_TRUE(compiled);
  Random random(1);
  append_records(records, random, 2);
  const BatchScorer scorer(*compiled, records);
  auto worker = scorer.worker();
  scorer.score({}, 0, worker, {});
  const std::array<RowPair, 1> pair = {RowPair{0, 1}};
  std::array<MatchWeight, 1> weight{};
  scorer.score(pair, -5, worker, weight);
  EXPECT_TRUE(same_bits(weight[0], compiled->weight(records.view(0), records.view(1))));
  scorer.score(pair, 5, worker, weight);
  EXPECT_TRUE(std::isnan(weight[0]));
}

}  // namespace
}  // namespace gmpi
