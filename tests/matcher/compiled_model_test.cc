// A compiled model gives each pair the levels and the weight that its SQL gives: on random models and records
// of each generation's arithmetic, and on what Splink itself wrote.
#include "matcher/compiled_model.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"
#include "matcher/sql_parser.h"
#include "tests/matcher/splink_expectations.h"
#include "tests/reference/score.h"

namespace gmpi {
namespace {

constexpr std::array kColumns = {"name", "town", "code"};

Expression parsed(const std::string& sql) {
  auto expression = parse_condition(sql);
  if (!expression) throw std::runtime_error(expression.error().message);
  return std::move(*expression);
}

ComparisonLevel level(const std::string& sql, double m, double u) {
  ComparisonLevel out;
  out.sql_condition = sql;
  out.is_else = sql == "ELSE";
  if (!out.is_else) out.condition = parsed(sql);
  out.m = m;
  out.u = u;
  return out;
}

ComparisonLevel null_level(const std::string& column) {
  ComparisonLevel out = level("\"" + column + "_l\" IS NULL OR \"" + column + "_r\" IS NULL", 1, 1);
  out.is_null_level = true;
  out.m = out.u = std::nullopt;
  return out;
}

ComparisonLevel exact_level(const std::string& column, double m, double u) {
  return level("\"" + column + "_l\" = \"" + column + "_r\"", m, u);
}

double random_probability(Random& random) {
  return std::pow(10.0, -6 * random.uniform());
}

void adjust_at_random(ComparisonLevel& level, const std::string& column, Random& random) {
  static constexpr std::array kWeights = {1.0, 0.5, 0.0, 1.7};
  static constexpr std::array kMinimums = {0.0, 0.001, 0.2};
  level.tf_column = column;
  level.tf_weight = kWeights[random.below(kWeights.size())];
  level.tf_minimum_u = kMinimums[random.below(kMinimums.size())];
}

Comparison random_comparison(Random& random) {
  const std::string column = kColumns[random.below(kColumns.size())];
  const std::string other = kColumns[random.below(kColumns.size())];
  const auto any = [&] { return random_probability(random); };
  Comparison out;
  out.output_column_name = column;
  if (random.chance(0.7)) out.levels.push_back(null_level(column));
  out.levels.push_back(exact_level(column, any(), any()));
  if (random.chance(0.6)) adjust_at_random(out.levels.back(), column, random);
  if (random.chance(0.5)) {
    out.levels.push_back(
        level("jaro_winkler_similarity(\"" + column + "_l\", \"" + column + "_r\") >= 0.8", any(), any()));
    if (random.chance(0.5)) adjust_at_random(out.levels.back(), column, random);
  }
  if (random.chance(0.5)) {
    out.levels.push_back(level("\"" + column + "_l\" = \"" + other + "_r\"", any(), any()));
    if (random.chance(0.6)) adjust_at_random(out.levels.back(), other, random);
    out.levels.back().disable_tf_exact_match_detection = true;
  }
  if (random.chance(0.85)) out.levels.push_back(level("ELSE", any(), any()));
  return out;
}

LinkageModel random_model(Random& random, ModelArithmetic arithmetic) {
  LinkageModel model;
  model.arithmetic = arithmetic;
  model.prior = random_probability(random) * 0.9;
  for (auto n = 1 + random.below(4); n > 0; --n) model.comparisons.push_back(random_comparison(random));
  return model;
}

StandardRecord random_record(Random& random, std::string_view suffix = "") {
  static constexpr std::array kValues = {"smith", "smyth", "jones", "johnson", "j", "d'arcy", "ödön"};
  StandardRecord record;
  for (const auto* column : kColumns)
    if (random.chance(0.85))
      record.columns.push_back(
          {column,
           false,
           {kValues[random.below(kValues.size())] + std::string(random.chance(0.3) ? suffix : "")}});
  return record;
}

reference::Row row_of(const StandardRecord& record) {
  reference::Row row;
  for (const auto& column : record.columns) row[column.name] = {column.values.front()};
  return row;
}

/// Frequencies of some of the values: those trained elsewhere seldom know every value.
std::vector<TermFrequencyTable> random_tables(const std::vector<StandardRecord>& records, Random& random) {
  std::vector<TermFrequencyTable> tables;
  for (const auto* column : kColumns) {
    std::map<std::string, double> frequencies;
    for (const auto& record : records)
      if (const auto value = record.text(column); !value.empty() && random.chance(0.7))
        frequencies[std::string(value)] = random_probability(random);
    tables.push_back({column, {frequencies.begin(), frequencies.end()}});
  }
  return tables;
}

reference::Frequencies frequencies_of(const std::vector<TermFrequencyTable>& tables) {
  reference::Frequencies out;
  for (const auto& table : tables) out[table.column] = {table.frequencies.begin(), table.frequencies.end()};
  return out;
}

PackedRecords pack_nothing() {
  std::vector<ColumnSpec> specs;
  for (const auto* column : kColumns) specs.push_back({column});
  return PackedRecords(std::move(specs));
}

/// What the plain scorer says: levels, weight, and contributions that add up to it.
void expect_same_score(const LinkageModel& model, const CompiledModel& compiled, RecordView left,
                       RecordView right, const reference::Score& expected) {
  const ScoredPair scored = compiled.score(left, right);
  ASSERT_EQ(scored.weight, compiled.weight(left, right));
  double sum = scored.prior_weight;
  for (std::size_t c = 0; c < model.comparisons.size(); ++c) {
    const ComparisonOutcome& outcome = scored.comparisons[c];
    ASSERT_EQ(outcome.level >= 0, expected.gammas[c].has_value());
    if (expected.gammas[c]) {
      ASSERT_EQ(outcome.gamma, *expected.gammas[c]);
    }
    sum += outcome.weight + outcome.tf_adjustment;
  }
  if (!expected.match_weight) {
    ASSERT_EQ(scored.weight, -std::numeric_limits<double>::infinity());
    ASSERT_EQ(match_probability(scored.weight), 0);
    return;
  }
  ASSERT_NEAR(scored.weight, *expected.match_weight, 1e-9);
  ASSERT_NEAR(match_probability(scored.weight), *expected.match_probability, 1e-12);
  const bool all_hold = std::all_of(scored.comparisons.begin(), scored.comparisons.end(),
                                    [](const auto& outcome) { return outcome.level >= 0; });
  if (all_hold) {
    ASSERT_NEAR(sum, scored.weight, 1e-9);
  }
}

class CompiledModelOfGeneration : public testing::TestWithParam<ModelArithmetic> {};

TEST_P(CompiledModelOfGeneration, WeighsPairsAsTheirSqlDoesWithCountedFrequencies) {
  Random random(7);
  for (int round = 0; round < 60; ++round) {
    const LinkageModel model = random_model(random, GetParam());
    PackedRecords packed = pack_nothing();
    auto compiled = CompiledModel::compile(model, packed);
    ASSERT_TRUE(compiled) << compiled.error().message;
    std::vector<reference::Row> rows;
    for (int i = 0; i < 25; ++i) {
      const StandardRecord record = random_record(random);
      packed.append(record);
      rows.push_back(row_of(record));
    }
    compiled->count_frequencies();
    const auto frequencies = reference::count_frequencies(model, rows);
    for (RowId i = 0; i < rows.size(); ++i)
      for (RowId j = 0; j < rows.size(); ++j) {
        SCOPED_TRACE(testing::Message() << "round " << round << ", pair " << i << ", " << j);
        expect_same_score(model, *compiled, packed.view(i), packed.view(j),
                          *reference::score(model, frequencies, rows[i], rows[j]));
        if (HasFatalFailure()) return;
      }
  }
}

TEST_P(CompiledModelOfGeneration, WeighsPairsAsTheirSqlDoesWithFrozenFrequenciesAndForQueries) {
  Random random(8);
  for (int round = 0; round < 60; ++round) {
    const LinkageModel model = random_model(random, GetParam());
    PackedRecords packed = pack_nothing();
    auto compiled = CompiledModel::compile(model, packed);
    ASSERT_TRUE(compiled) << compiled.error().message;
    std::vector<StandardRecord> records;
    for (int i = 0; i < 30; ++i) records.push_back(random_record(random, "son"));
    const auto tables = random_tables(records, random);
    const auto frequencies = frequencies_of(tables);
    // Half is there when the tables come, the rest arrives later, the last ten are only asked about.
    for (int i = 0; i < 10; ++i) packed.append(records[static_cast<std::size_t>(i)]);
    compiled->use_frequencies(tables);
    for (int i = 10; i < 20; ++i) packed.append(records[static_cast<std::size_t>(i)]);
    compiled->refresh();
    for (RowId i = 0; i < records.size(); ++i) {
      const PackedQuery query = packed.pack_query(records[i]);
      const RecordView left = i < packed.rows() ? packed.view(i) : query.view();
      for (RowId j = 0; j < packed.rows(); ++j) {
        SCOPED_TRACE(testing::Message() << "round " << round << ", pair " << i << ", " << j);
        const auto expected = reference::score(model, frequencies, row_of(records[i]), row_of(records[j]));
        expect_same_score(model, *compiled, left, packed.view(j), *expected);
        expect_same_score(model, *compiled, packed.view(j), query.view(),
                          *reference::score(model, frequencies, row_of(records[j]), row_of(records[i])));
        if (HasFatalFailure()) return;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Generations, CompiledModelOfGeneration,
                         testing::Values(ModelArithmetic::kV3, ModelArithmetic::kV4, ModelArithmetic::kV5),
                         [](const auto& parameter) {
                           return "Splink" + std::to_string(3 + int(parameter.param));
                         });

// ---- one thing at a time

LinkageModel model_of(std::vector<ComparisonLevel> levels,
                      ModelArithmetic arithmetic = ModelArithmetic::kV5) {
  LinkageModel model;
  model.arithmetic = arithmetic;
  model.prior = 0.5;
  model.comparisons.push_back({"name", "", std::move(levels)});
  return model;
}

/// Weight of ("smith", LEFT town) against (NAME, RIGHT town).
struct OnePair {
  PackedRecords packed = pack_nothing();
  std::optional<CompiledModel> model;

  explicit OnePair(const LinkageModel& linkage_model) {
    auto compiled = CompiledModel::compile(linkage_model, packed);
    if (!compiled) throw std::runtime_error(compiled.error().message);
    model = std::move(*compiled);
  }
  void add(const std::string& name, const std::string& town = "") {
    StandardRecord record;
    record.columns.push_back({"name", false, {name}});
    if (!town.empty()) record.columns.push_back({"town", false, {town}});
    packed.append(record);
  }
  double weight() { return model->weight(packed.view(0), packed.view(1)); }
};

TEST(CompiledModel, TakesTheLargerOfTwoFrequenciesAndTheOtherSidesWhenOneIsMissing) {
  auto model = model_of({exact_level("name", 0.5, 0.25), level("ELSE", 0.5, 0.5)});
  model.comparisons[0].levels.insert(model.comparisons[0].levels.begin(), exact_level("town", 1.0, 0.125));
  ComparisonLevel& adjusted = model.comparisons[0].levels[0];
  adjusted.tf_column = "name";
  const auto weigh = [&](const std::string& left, const std::string& right) {
    OnePair pair(model);
    pair.add(left, "bury");
    pair.add(right, "bury");
    pair.model->use_frequencies({{TermFrequencyTable{"name", {{"a", 1.0 / 64}, {"b", 1.0 / 16}}}}});
    return pair.weight();
  };
  EXPECT_DOUBLE_EQ(weigh("a", "a"), 3 + (-2 + 6));
  EXPECT_DOUBLE_EQ(weigh("a", "b"), 3 + (-2 + 4));
  EXPECT_DOUBLE_EQ(weigh("b", "a"), 3 + (-2 + 4));
  EXPECT_DOUBLE_EQ(weigh("a", "other"), 3 + (-2 + 6));
  EXPECT_DOUBLE_EQ(weigh("other", "b"), 3 + (-2 + 4));
  EXPECT_DOUBLE_EQ(weigh("other", "another"), 3) << "no frequency, no adjustment";
  adjusted.tf_weight = 0.5;
  EXPECT_DOUBLE_EQ(weigh("a", "a"), 3 + 0.5 * (-2 + 6));
  adjusted.tf_minimum_u = 1.0 / 32;
  EXPECT_DOUBLE_EQ(weigh("a", "a"), 3 + 0.5 * (-2 + 5)) << "the floor";
  adjusted.disable_tf_exact_match_detection = true;
  EXPECT_DOUBLE_EQ(weigh("b", "b"), 3 + 0.5 * (-3 + 4)) << "the level's own u";
}

TEST(CompiledModel, CountsAFrequencyAmongTheRecordsThatHaveAValue) {
  auto model = model_of({exact_level("town", 1.0, 0.5), level("ELSE", 0.5, 0.5)});
  model.comparisons[0].levels[0].tf_column = "town";
  OnePair pair(model);
  for (const char* town : {"bury", "bury", "", "", "leigh", "leigh", "leigh", "leigh", "leigh", "leigh"})
    pair.add("x", town);
  pair.model->count_frequencies();
  EXPECT_DOUBLE_EQ(pair.weight(), 1 + (-1 + 2)) << "two of eight, not of ten";
}

TEST(CompiledModel, OnlySplink4ClampsAndGivesAWeightWhereNoLevelHolds) {
  const auto weigh = [](ModelArithmetic arithmetic, double m, double u, const char* right) {
    auto model = model_of({exact_level("name", m, u)}, arithmetic);
    model.comparisons.push_back(model.comparisons[0]);
    OnePair pair(model);
    pair.add("smith");
    pair.add(right);
    return pair.weight();
  };
  constexpr double kTop = 996.5784284662087;
  EXPECT_NEAR(weigh(ModelArithmetic::kV4, 1.0, 1e-160, "smith"), kTop, 1e-9);
  EXPECT_NEAR(weigh(ModelArithmetic::kV4, 1e-160, 1.0, "smith"), -kTop, 1e-9);
  EXPECT_NEAR(weigh(ModelArithmetic::kV5, 1.0, 1e-160, "smith"), 320 * std::log2(10), 1e-9);
  EXPECT_NEAR(weigh(ModelArithmetic::kV5, 1e-160, 1.0, "smith"), -320 * std::log2(10), 1e-9);
  EXPECT_NEAR(weigh(ModelArithmetic::kV3, 1.0, 1e-153, "smith"), 306 * std::log2(10), 1e-9);
  EXPECT_NEAR(weigh(ModelArithmetic::kV4, 0.5, 0.5, "jones"), -kTop, 1e-9);
  EXPECT_EQ(weigh(ModelArithmetic::kV3, 0.5, 0.5, "jones"), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(weigh(ModelArithmetic::kV5, 0.5, 0.5, "jones"), -std::numeric_limits<double>::infinity());
}

TEST(CompiledModel, TakesThePriorItIsGiven) {
  OnePair pair(model_of({exact_level("name", 0.5, 0.5), level("ELSE", 0.5, 0.5)}));
  pair.add("smith");
  pair.add("smith");
  pair.model->set_prior(0.2);
  EXPECT_DOUBLE_EQ(pair.weight(), -2);
}

TEST(CompiledModel, NamesComparisonAndLevelOfWhatItCannotCompile) {
  const auto message = [](const LinkageModel& model) {
    PackedRecords packed = pack_nothing();
    const auto compiled = CompiledModel::compile(model, packed);
    return compiled ? std::string("compiled") : compiled.error().message;
  };
  auto adjusted = model_of({level("jaro_similarity(\"name_l\", \"name_r\") >= 0.8", 0.5, 0.5)});
  adjusted.comparisons[0].levels[0].tf_column = "name";
  EXPECT_EQ(message(adjusted), "name, level 0: no exact-match level on 'name' to adjust term frequencies by");
  EXPECT_EQ(message(model_of({exact_level("name", 0.5, 0.5), exact_level("colour", 0.5, 0.5)})),
            "name, level 1: unknown column 'colour' in \"colour\"");
}

// ---- what Splink itself wrote

class CompiledSplinkModel : public testing::TestWithParam<const char*> {};

StandardRecord standard_record(const CsvRecord& record) {
  StandardRecord out;
  for (const auto& [name, cell] : record) {
    StandardColumn column{name, name == "phones", {}};
    std::string_view rest = cell;
    while (column.is_list && !rest.empty()) {
      const auto end = std::min(rest.find('|'), rest.size());
      column.values.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (!column.is_list && !cell.empty()) column.values.push_back(cell);
    out.columns.push_back(std::move(column));
  }
  return out;
}

TEST_P(CompiledSplinkModel, GivesTheStoredLevelsAndWeights) {
  const SplinkRun run = read_splink_run(GetParam());
  ASSERT_GT(run.pairs.size(), 200u);
  std::vector<ColumnSpec> specs;
  for (const auto& name : columns_of(run.model))
    specs.push_back({.name = name, .is_list = name == "phones", .is_number = name == "lat" || name == "lng"});
  PackedRecords packed(std::move(specs));
  auto compiled = CompiledModel::compile(run.model, packed);
  ASSERT_TRUE(compiled) << compiled.error().message;
  std::map<std::string, RowId> rows;
  for (const auto& record : run.records)
    rows[record_name(record, "")] = packed.append(standard_record(record));
  compiled->count_frequencies();

  double largest = 0;
  for (const auto& [name, pair] : run.pairs) {
    SCOPED_TRACE(name);
    const RowId left = rows.at(record_name(pair, "_l")), right = rows.at(record_name(pair, "_r"));
    ScoredPair scored = compiled->score(packed.view(left), packed.view(right));
    double empty_list_weight = 0;
    for (std::size_t c = 0; c < run.model.comparisons.size(); ++c) {
      const auto& comparison = run.model.comparisons[c];
      const auto gamma = pair.find("gamma_" + comparison.output_column_name);
      const bool missing_here = scored.comparisons[c].gamma == -1 && scored.comparisons[c].level >= 0;
      if (comparison.output_column_name == "phones" && missing_here && gamma->second == "0") {
        // Splink tells an empty list from a missing one; to us it is no evidence.
        const auto& no_number = comparison.levels.back();
        empty_list_weight = std::log2(*no_number.m / *no_number.u);
        continue;
      }
      ASSERT_EQ(gamma != pair.end(), scored.comparisons[c].level >= 0);
      if (gamma != pair.end()) {
        EXPECT_EQ(std::stoi(gamma->second), scored.comparisons[c].gamma) << comparison.output_column_name;
      }
    }
    const auto weight = pair.find("match_weight");
    ASSERT_EQ(weight != pair.end(), std::isfinite(scored.weight));
    if (weight == pair.end()) continue;
    const bool no_level = std::stod(weight->second) < -900;
    largest = std::max(
        largest, std::abs(std::stod(weight->second) - scored.weight - (no_level ? 0 : empty_list_weight)));
  }
  EXPECT_LE(largest, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Generations, CompiledSplinkModel, testing::Values("3", "4", "5"),
                         [](const auto& parameter) { return std::string("Splink") + parameter.param; });

}  // namespace
}  // namespace gmpi
