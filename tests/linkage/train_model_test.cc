// Training from records: counts equal every pair asked singly, in any order of rows and on any number of
// threads; the world that made the records is found again; what cannot be done is refused with its reason.
#include "linkage/train_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include "base/random.h"
#include "linkage/batch_link.h"
#include "linkage/random_pairs.h"
#include "matcher/compiled_model.h"
#include "matcher/sql_parser.h"

namespace gmpi {
namespace {

using testing::Contains;
using testing::HasSubstr;

const std::vector<std::string> kColumns = {"id", "source", "given", "family", "day", "town", "person"};

ComparisonLevel level_of(const std::string& sql) {
  ComparisonLevel level;
  level.sql_condition = sql;
  level.is_else = sql == "ELSE";
  if (!level.is_else) level.condition = *parse_condition(sql);
  return level;
}

Comparison comparison_of(const std::string& name, std::vector<std::string> conditions) {
  Comparison comparison{name, name, {level_of(name + "_l IS NULL OR " + name + "_r IS NULL")}};
  comparison.levels[0].is_null_level = true;
  for (const auto& sql : conditions) comparison.levels.push_back(level_of(sql));
  const auto levels = static_cast<double>(conditions.size());
  for (std::size_t k = 1; k < comparison.levels.size(); ++k) {
    comparison.levels[k].m = k == 1 ? 0.9 : 0.1 / (levels - 1);
    comparison.levels[k].u = k == 1 ? 0.05 : 0.95 / (levels - 1);
  }
  return comparison;
}

BlockingRule rule_of(const std::string& sql) {
  return {sql, *parse_blocking_rule(sql), {}};
}

LinkageModel model_of_people() {
  LinkageModel model;
  model.prior = 0.001;
  model.max_iterations = 100;
  model.comparisons = {
      comparison_of("given", {"given_l = given_r", "levenshtein(given_l, given_r) <= 1", "ELSE"}),
      comparison_of("family",
                    {"family_l = family_r", "jaro_winkler_similarity(family_l, family_r) >= 0.8", "ELSE"}),
      comparison_of("day", {"day_l = day_r", "substr(day_l, 1, 4) = substr(day_r, 1, 4)", "ELSE"}),
      comparison_of("town", {"town_l = town_r", "town_l < town_r", "ELSE"})};  // tells left from right
  model.blocking_rules = {rule_of("l.day = r.day"), rule_of("l.given = r.given and l.family = r.family"),
                          rule_of("l.town = r.town")};
  return model;
}

/// Made-up people with one or two records each, over few values; every field slips or is missing now and
/// then.
std::vector<std::vector<std::string>> made_up(std::size_t people, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<std::string>> rows;
  const auto name = [&](std::uint64_t of) {  // one of so many words of six letters
    std::string word;
    for (std::uint64_t bits = mix64(of + random.below(of)); word.size() < 6; bits /= 13)
      word += static_cast<char>('a' + bits % 13);
    return word;
  };
  for (std::size_t n = 0; n < people; ++n) {
    const std::vector<std::string> person = {
        name(60), name(90),
        std::to_string(1950 + random.below(40)) + "-" + std::to_string(100 + random.below(30)), name(12)};
    for (std::uint64_t copies = random.chance(0.4) ? 2 : 1; copies > 0; --copies) {
      std::vector<std::string> row = {"r" + std::to_string(rows.size()),
                                      rows.size() % 2 == 0 ? "east" : "west"};
      for (const auto& field : person) {
        row.push_back(random.chance(0.05) ? "" : field);
        if (random.chance(0.1) && !row.back().empty())
          row.back().back() = static_cast<char>('0' + random.below(10));
      }
      row.push_back("p" + std::to_string(n));
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

struct People {
  PackedRecords records;
  std::vector<std::string> ids;
  std::vector<std::uint32_t> rank, source;

  explicit People(const std::vector<std::vector<std::string>>& rows) : records(specs()) {
    for (const auto& row : rows) {
      records.append_texts(std::vector<std::string_view>(row.begin(), row.end()));
      ids.push_back(row[0]);
      source.push_back(row[1] == "east" ? 0 : 1);
    }
    rank = ranks_of(ids);
  }
  static std::vector<ColumnSpec> specs() {
    std::vector<ColumnSpec> specs;
    for (const auto& name : kColumns) specs.push_back({.name = name});
    return specs;
  }
  TrainingSet set() { return {records, rank, source, {}}; }
};

Result<TrainedModel> train(People& people, const TrainOptions& options,
                           const LinkageModel& start = model_of_people()) {
  Progress progress({.task = "train", .unit = "pairs"});
  return train_model(start, people.set(), options, progress);
}

/// m, u, prior, iterations: all that training decides.
std::vector<double> numbers_of(const TrainedModel& trained) {
  std::vector<double> out = {trained.model.prior};
  for (const auto& comparison : trained.model.comparisons)
    for (const auto& level : comparison.levels) {
      out.push_back(level.m.value_or(-1));
      out.push_back(level.u.value_or(-1));
    }
  for (const auto& session : trained.sessions) {
    out.push_back(session.end_prior);
    out.push_back(static_cast<double>(session.iterations.size()));
    out.push_back(static_cast<double>(session.pairs_used));
  }
  return out;
}

LevelCounts asked_singly(const CompiledModel& model, const People& people, bool link_only) {
  LevelCounts counts(model.model().comparisons);
  for (RowId a = 0; a < people.ids.size(); ++a)
    for (RowId b = 0; b < people.ids.size(); ++b) {
      if (people.rank[a] >= people.rank[b] || (link_only && people.source[a] == people.source[b])) continue;
      for (std::size_t c = 0; c < model.model().comparisons.size(); ++c)
        counts.add(c, model.level_of(c, people.records.view(a), people.records.view(b)));
    }
  return counts;
}

class RandomPairsOf : public testing::TestWithParam<bool> {};

TEST_P(RandomPairsOf, AllRecordsEqualEveryPairAskedSingly) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    People people(made_up(60 * seed, seed));
    const auto model = CompiledModel::compile(model_of_people(), people.records);
    ASSERT_TRUE(model) << model.error().message;
    Progress progress({.task = "train", .unit = "pairs"});
    const auto source =
        GetParam() ? std::span<const std::uint32_t>(people.source) : std::span<const std::uint32_t>();
    const RandomPairs found = count_random_pairs(*model, people.records, people.rank, source,
                                                 {.pairs_max = 1'000'000'000}, progress);
    EXPECT_EQ(found.records, people.ids.size());
    const LevelCounts expected = asked_singly(*model, people, GetParam());
    for (std::size_t c = 0; c < 4; ++c)
      for (std::size_t k = 0; k < 4; ++k)
        EXPECT_EQ(found.counts.count(c, k), expected.count(c, k)) << "comparison " << c << ", level " << k;
    std::uint64_t pairs = 0;
    for (std::size_t k = 0; k < 4; ++k) pairs += expected.count(0, k);
    EXPECT_EQ(pairs, count_all_pairs(people.ids.size(), source));
  }
}

INSTANTIATE_TEST_SUITE_P(Sets, RandomPairsOf, testing::Bool(),
                         [](const auto& parameter) { return parameter.param ? "TwoSources" : "OneSet"; });

TEST(RandomPairs, OfASampleComeNearThoseOfAll) {
  People people(made_up(3000, 7));
  const auto model = CompiledModel::compile(model_of_people(), people.records);
  Progress progress({.task = "train", .unit = "pairs"});
  const auto counted = [&](RandomPairsOptions options) {
    return count_random_pairs(*model, people.records, people.rank, {}, options, progress);
  };
  const auto all = counted({.pairs_max = 1'000'000'000});
  const auto sample = counted({.pairs_max = 1'000'000, .seed = 3});
  EXPECT_NEAR(static_cast<double>(sample.records), 1414, 20);
  for (std::size_t c = 0; c < 4; ++c)
    for (std::size_t k = 1; k < 4; ++k)
      EXPECT_NEAR(*sample.counts.share(c, k), *all.counts.share(c, k), 0.1 * *all.counts.share(c, k) + 0.002);
  EXPECT_NE(counted({.pairs_max = 1'000'000, .seed = 4}).counts.count(0, 1), sample.counts.count(0, 1));
  const auto early = counted({.pairs_max = 1'000'000, .observations_min = 20, .seed = 3});
  EXPECT_LT(early.counts.not_missing(0), sample.counts.not_missing(0))
      << "few pairs show each level often enough";
  for (std::size_t c = 0; c < 4; ++c) EXPECT_GE(early.counts.least(c), 20u);
}

TEST(Symmetry, IsSeenInTheConditions) {
  const auto symmetric = [](const std::string& sql) { return is_symmetric({"x", "x", {level_of(sql)}}); };
  EXPECT_TRUE(symmetric("a_l = a_r"));
  EXPECT_TRUE(symmetric("a_l IS NULL OR a_r IS NULL"));
  EXPECT_TRUE(symmetric("jaro_winkler_similarity(a_l, a_r) >= 0.9"));
  EXPECT_TRUE(symmetric("a_l = b_r AND a_r = b_l"));
  EXPECT_TRUE(
      symmetric("abs(epoch(try_strptime(a_l, '%Y-%m-%d')) - epoch(try_strptime(a_r, '%Y-%m-%d'))) <= 86400"));
  EXPECT_TRUE(symmetric("substr(a_l, 1, 3) = substr(a_r, 1, 3) AND NOT b_l = b_r"));
  EXPECT_TRUE(symmetric("ELSE"));
  EXPECT_FALSE(symmetric("a_l = b_r"));
  EXPECT_FALSE(symmetric("a_l < a_r"));
  EXPECT_FALSE(symmetric("a_l IS NULL"));
  EXPECT_FALSE(symmetric("a_l = 'x'"));
  EXPECT_FALSE(symmetric("length(a_l) - length(a_r) <= 1"));
}

TrainOptions whole_training() {
  TrainOptions options;
  options.prior = PriorSource::kSessions;
  options.fix_u = true;
  return options;
}

TEST(Training, DoesNotDependOnTheOrderOfRowsOrTheNumberOfThreads) {
  auto rows = made_up(500, 11);
  People people(rows);
  TrainOptions options = whole_training();
  options.u_pairs = 100'000;
  options.session_pairs_max = 2000;
  const auto expected = train(people, options);
  ASSERT_TRUE(expected) << expected.error().message;
  const SessionReport& by_town = expected->sessions[1];
  EXPECT_EQ(by_town.rule, "l.town = r.town");
  EXPECT_GT(by_town.pairs, 4 * by_town.pairs_used) << "a sample";
  EXPECT_NEAR(static_cast<double>(by_town.pairs_used), 2000, 150);
  {
    const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
    EXPECT_EQ(numbers_of(*train(people, options)), numbers_of(*expected));
  }
  Random random(12);
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.below(i)]);
    People shuffled(rows);
    EXPECT_EQ(numbers_of(*train(shuffled, options)), numbers_of(*expected));
  }
}

/// Shares of levels among pairs of one person, and of all pairs.
std::pair<LevelCounts, std::uint64_t> truth_of(const People& people,
                                               const std::vector<std::vector<std::string>>& rows,
                                               const CompiledModel& model) {
  std::pair<LevelCounts, std::uint64_t> truth{LevelCounts(model.model().comparisons), 0};
  for (RowId a = 0; a + 1 < rows.size(); ++a) {
    if (rows[a].back() != rows[a + 1].back()) continue;  // a person has two records at most, in a row
    ++truth.second;
    for (std::size_t c = 0; c < 4; ++c)
      truth.first.add(c, model.level_of(c, people.records.view(a), people.records.view(a + 1)));
  }
  return truth;
}

TEST(Training, FindsTheWorldThatMadeTheRecords) {
  const auto rows = made_up(4000, 13);
  People people(rows);
  LinkageModel start = model_of_people();
  start.comparisons[3] =
      comparison_of("town", {"town_l = town_r", "levenshtein(town_l, town_r) <= 1", "ELSE"});
  start.prior = 0.0005;
  const auto trained = train(people, whole_training(), start);
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_EQ(trained->sessions.size(), 3u);
  for (const auto& session : trained->sessions) EXPECT_TRUE(session.converged) << session.rule;
  const auto model = CompiledModel::compile(start, people.records);
  const auto [counts, matches] = truth_of(people, rows, *model);
  const double prior = static_cast<double>(matches) / static_cast<double>(trained->all_pairs);
  EXPECT_NEAR(trained->model.prior, prior, 0.2 * prior);
  for (std::size_t c = 0; c < 4; ++c)
    for (std::size_t k = 1; k < 4; ++k) {
      const auto m = counts.share(c, k);
      if (m) {
        EXPECT_NEAR(*trained->model.comparisons[c].levels[k].m, *m, 0.05)
            << "comparison " << c << ", level " << k;
      }
      EXPECT_FALSE(trained->model.comparisons[c].levels[k].u_from_default);
    }
  EXPECT_EQ(trained->levels[0][1].m.size(), 2u) << "every rule but that of its own column";
}

TEST(Training, TakesMatchesOutOfRandomPairsWhenAsked) {
  // Few people and many birthdays: most random pairs of one birthday are of one person.
  auto rows = made_up(900, 31);
  Random random(32);
  std::string day, person;
  for (auto& row : rows) {
    if (row[6] != person) day = "day" + std::to_string(random.below(30'000));
    person = row[6];
    if (!row[4].empty()) row[4] = random.chance(0.1) ? "day" + std::to_string(random.below(30'000)) : day;
  }
  People people(rows);
  LinkageModel start = model_of_people();
  start.comparisons[3] =
      comparison_of("town", {"town_l = town_r", "levenshtein(town_l, town_r) <= 1", "ELSE"});
  TrainOptions options = whole_training();
  const auto as_splink = train(people, options, start);
  options.u_without_matches = true;
  const auto without = train(people, options, start);
  ASSERT_TRUE(as_splink && without);
  const auto u_of_day = [](const TrainedModel& trained) { return *trained.model.comparisons[2].levels[1].u; };
  const double truth = 1.0 / 30'000;
  EXPECT_GT(u_of_day(*as_splink), 5 * truth);
  EXPECT_NEAR(u_of_day(*without), truth, 0.75 * truth);
  const auto model = CompiledModel::compile(start, people.records);
  const double prior =
      static_cast<double>(truth_of(people, rows, *model).second) / static_cast<double>(without->all_pairs);
  EXPECT_NEAR(without->model.prior, prior, 0.15 * prior);
  EXPECT_EQ(without->sessions.size(), as_splink->sessions.size());
  for (std::size_t c = 0; c < 4; ++c) {
    double sum = 0;
    for (std::size_t k = 1; k < 4; ++k) {
      EXPECT_EQ(without->levels[c][k].m.size(), as_splink->levels[c][k].m.size())
          << "the rounds before are forgotten";
      if (without->levels[c][k].u_trained()) sum += *without->model.comparisons[c].levels[k].u;
    }
    EXPECT_NEAR(sum, 1, 1e-9);
  }
  // Where values are common, nothing to speak of changes.
  EXPECT_NEAR(*without->model.comparisons[3].levels[1].u, *as_splink->model.comparisons[3].levels[1].u,
              0.02 * *as_splink->model.comparisons[3].levels[1].u);
}

TEST(Training, TakesMFromLabels) {
  const auto rows = made_up(800, 17);
  People people(rows);
  TrainOptions options;
  options.run_sessions = false;
  options.label_column = "person";
  const auto by_column = train(people, options);
  ASSERT_TRUE(by_column) << by_column.error().message;
  options.label_column.clear();
  for (RowId a = 0; a + 1 < rows.size(); ++a)
    if (rows[a].back() == rows[a + 1].back()) options.matches.emplace_back(a + 1, a);
  const auto by_pairs = train(people, options);
  ASSERT_TRUE(by_pairs) << by_pairs.error().message;
  EXPECT_EQ(numbers_of(*by_pairs), numbers_of(*by_column));
  const auto model = CompiledModel::compile(model_of_people(), people.records);
  const auto [counts, matches] = truth_of(people, rows, *model);
  EXPECT_EQ(matches, options.matches.size());
  EXPECT_EQ(by_pairs->model.comparisons[0].levels[1].m, counts.share(0, 1));
  EXPECT_EQ(by_pairs->model.prior, 0.001) << "labels say nothing of it";
}

TEST(Training, LeavesAloneWhatIsFixed) {
  People people(made_up(400, 19));
  TrainOptions options = whole_training();
  options.fixed = {{"given", std::nullopt}, {"family", 1}};
  options.fix_u = false;
  LinkageModel start = model_of_people();
  start.comparisons[2].levels[1].fix_m = true;
  const auto trained = train(people, options, start);
  ASSERT_TRUE(trained) << trained.error().message;
  const auto& found = trained->model.comparisons;
  for (std::size_t k = 1; k < 4; ++k) {
    EXPECT_EQ(found[0].levels[k].m, start.comparisons[0].levels[k].m);
    EXPECT_EQ(found[0].levels[k].u, start.comparisons[0].levels[k].u);
  }
  EXPECT_EQ(found[1].levels[1].m, start.comparisons[1].levels[1].m);
  EXPECT_NE(found[1].levels[2].m, start.comparisons[1].levels[2].m);
  EXPECT_EQ(found[2].levels[1].m, start.comparisons[2].levels[1].m);
  EXPECT_NE(found[2].levels[1].u, start.comparisons[2].levels[1].u);
  EXPECT_FALSE(found[0].levels[1].fix_m) << "fixed for this run, not in the file";
  EXPECT_TRUE(found[2].levels[1].fix_m);
}

TEST(Training, KeepsTheStartOfALevelThatNoPairShowsAndSaysSo) {
  People people(made_up(300, 23));
  LinkageModel start = model_of_people();
  start.comparisons[0].levels[2] = level_of("given_l = 'nobody' AND given_r = 'nobody'");
  start.comparisons[0].levels[2].m = 0.25;
  start.comparisons[0].levels[2].u = 0.125;
  const auto trained = train(people, whole_training(), start);
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_EQ(trained->model.comparisons[0].levels[2].m, 0.25);
  EXPECT_EQ(trained->model.comparisons[0].levels[2].u, 0.125);
  EXPECT_FALSE(trained->levels[0][2].m_trained());
  EXPECT_THAT(trained->warnings, Contains(HasSubstr("given, level 2: no random pair showed it")));
  EXPECT_THAT(trained->warnings, Contains(HasSubstr("given, level 2: no pair of its sessions showed it")));
}

TEST(Training, CountsDeterministicRulesOncePerPair) {
  People people({{"1", "east", "a", "b", "d1", "t", "p"},
                 {"2", "west", "a", "b", "d1", "t", "p"},
                 {"3", "east", "a", "c", "d2", "t", "q"},
                 {"4", "west", "x", "c", "d2", "t", "q"},
                 {"5", "east", "y", "z", "d3", "t", "r"}});
  TrainOptions options;
  options.estimate_u = options.run_sessions = false;
  options.prior = PriorSource::kRules;
  options.deterministic_rules = {rule_of("l.day = r.day"),
                                 rule_of("l.given = r.given and l.family = r.family")};
  options.recall = 0.5;
  const auto trained = train(people, options);
  ASSERT_TRUE(trained) << trained.error().message;
  EXPECT_EQ(trained->deterministic_pairs, 2u);
  EXPECT_DOUBLE_EQ(trained->model.prior, 2 / 0.5 / 10);
  LinkageModel across = model_of_people();
  across.link_type = LinkType::kLinkOnly;
  EXPECT_DOUBLE_EQ(train(people, options, across)->model.prior, 2 / 0.5 / 6);
}

std::string refusal(const TrainOptions& options, const LinkageModel& start = model_of_people()) {
  People people(made_up(50, 29));
  const auto trained = train(people, options, start);
  return trained ? "" : trained.error().message;
}

TEST(Training, RefusesWithItsReason) {
  TrainOptions options;
  options.fix_m = true;
  EXPECT_THAT(refusal(options), HasSubstr("m and u both fixed"));
  options = {};
  options.fixed = {{"shoes", std::nullopt}};
  EXPECT_THAT(refusal(options), HasSubstr("no comparison 'shoes'"));
  options.fixed = {{"given", 9}};
  EXPECT_THAT(refusal(options), HasSubstr("no level 9"));
  options = {};
  options.session_rules = {rule_of("l.id = r.id")};
  EXPECT_THAT(refusal(options), HasSubstr("proposes no pairs"));
  options.session_rules = {
      rule_of("l.given = r.given and l.family = r.family and l.day = r.day and l.town = r.town")};
  EXPECT_THAT(refusal(options), HasSubstr("those of every comparison"));
  options.session_rules = {rule_of("l.shoes = r.shoes")};
  EXPECT_THAT(refusal(options), HasSubstr("shoes"));
  options.session_rules = {rule_of("l.day = r.day")};
  options.session_rules[0].arrays_to_explode = {"day"};
  EXPECT_THAT(refusal(options), HasSubstr("explode"));
  options = {};
  options.label_column = "shoes";
  EXPECT_THAT(refusal(options), HasSubstr("no column 'shoes'"));
  options = {};
  options.prior = PriorSource::kRules;
  EXPECT_THAT(refusal(options), HasSubstr("at least one rule"));
  options.deterministic_rules = {rule_of("l.town = r.town")};
  options.recall = 0;
  EXPECT_THAT(refusal(options), HasSubstr("recall"));
  options.recall = 0.001;
  EXPECT_THAT(refusal(options), HasSubstr("recall must be at least"));
  LinkageModel no_rules = model_of_people();
  no_rules.blocking_rules.clear();
  EXPECT_THAT(refusal({}, no_rules), HasSubstr("no blocking rule"));
  LinkageModel across = model_of_people();
  across.link_type = LinkType::kLinkOnly;
  People one({{"1", "east", "a", "b", "d", "t", "p"}, {"2", "east", "a", "b", "d", "t", "p"}});
  EXPECT_THAT(train(one, {}, across).error().message, HasSubstr("of one source"));
  People nobody({});
  EXPECT_THAT(train(nobody, {}).error().message, HasSubstr("two records"));
}

}  // namespace
}  // namespace gmpi
