// Training gives what Splink's gives: on the set, the start and the steps of
// scripts/make-splink-training-expectations, whose results Splink 4 itself computed. u is there estimated
// from all pairs, so both must agree to rounding; a session that uses term frequencies groups them to 1/256
// bit here, which is allowed 1e-7.
#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "base/csv.h"
#include "linkage/batch_link.h"
#include "linkage/train_model.h"
#include "matcher/model_file.h"
#include "matcher/sql_parser.h"

namespace gmpi {
namespace {

using Json = rapidjson::Value;

constexpr double kTolerance = 1e-7;

std::string read_expected(const std::string& name) {
  std::ifstream file(std::string(GMPI_EXPECTED_FOLDER) + "/" + name);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

BlockingRule rule_of(const std::string& sql) {
  return {sql, *parse_blocking_rule(sql), {}};
}

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  explicit Table(const std::string& name) {
    const std::string text = read_expected(name);
    auto reader = CsvReader::from_memory(text, {});
    header = reader->header();
    while (const CsvRow* row = reader->next()) rows.emplace_back(row->fields.begin(), row->fields.end());
  }
};

/// The records, packed, and the start model, as the run's link type wants them.
class Splink {
 public:
  explicit Splink(const std::string& link_type)
      : start(*read_model(read_expected("training_model.json"), "training_model.json")) {
    start.link_type = link_type == "link_only"     ? LinkType::kLinkOnly
                      : link_type == "dedupe_only" ? LinkType::kDedupeOnly
                                                   : LinkType::kLinkAndDedupe;
    const Table table("training_records.csv");
    std::vector<ColumnSpec> specs;
    for (const auto& name : table.header) specs.push_back({.name = name});
    records = std::make_unique<PackedRecords>(specs);
    std::vector<std::string> keys;
    for (const auto& row : table.rows) {
      records->append_texts(std::vector<std::string_view>(row.begin(), row.end()));
      rows_by_id[row[0]] = static_cast<RowId>(keys.size());
      keys.push_back(link_type == "dedupe_only" ? row[0] : row[1] + "-__-" + row[0]);
      source.push_back(row[1] == "east" ? 0 : 1);
    }
    rank = ranks_of(keys);
  }

  TrainingSet set() { return {*records, rank, source, {}}; }

  LinkageModel start;
  std::unique_ptr<PackedRecords> records;
  std::vector<std::uint32_t> rank, source;
  std::map<std::string, RowId> rows_by_id;
};

/// Splink's calls, one after another, as one set of options.
TrainOptions options_of(const Json& steps, const Splink& splink) {
  TrainOptions options{
      .estimate_u = false, .u_pairs = 1'000'000'000, .u_observations_min = 0, .run_sessions = false};
  for (const auto& step : steps.GetArray()) {
    const std::string kind = step["step"].GetString();
    if (kind == "prior") {
      options.prior = PriorSource::kRules;
      options.recall = step["recall"].GetDouble();
      for (const auto& rule : step["rules"].GetArray())
        options.deterministic_rules.push_back(rule_of(rule.GetString()));
    } else if (kind == "u") {
      options.estimate_u = true;
    } else if (kind == "label_column") {
      options.label_column = step["column"].GetString();
    } else if (kind == "labels") {
      for (const auto& pair : Table("training_labels.csv").rows)
        options.matches.emplace_back(splink.rows_by_id.at(pair[0]), splink.rows_by_id.at(pair[1]));
    } else {
      options.run_sessions = true;
      options.session_rules.push_back(rule_of(step["rule"].GetString()));
      options.term_frequencies = step["tf"].GetBool();
      options.fix_u = step["fix_u"].GetBool();
      options.fix_m = step["fix_m"].GetBool();
      options.fix_session_prior = step["fix_prior"].GetBool();
      if (step.HasMember("populate")) options.prior = PriorSource::kSessions;
    }
  }
  return options;
}

const rapidjson::Document& runs() {
  static const rapidjson::Document document = [] {
    rapidjson::Document parsed;
    parsed.Parse(read_expected("training.json").c_str());
    return parsed;
  }();
  return document;
}

class SplinkTraining : public testing::TestWithParam<rapidjson::SizeType> {};

TEST_P(SplinkTraining, GivesTheSameParameters) {
  const Json& run = runs()[GetParam()];
  Splink splink(run["link_type"].GetString());
  Progress progress({.task = "train", .unit = "pairs"});
  const auto trained = train_model(splink.start, splink.set(), options_of(run["steps"], splink), progress);
  ASSERT_TRUE(trained) << trained.error().message;

  EXPECT_NEAR(trained->model.prior, run["prior"].GetDouble(), kTolerance * run["prior"].GetDouble());
  for (const auto& comparison : trained->model.comparisons) {
    const Json& levels = run["levels"][comparison.output_column_name.c_str()];
    ASSERT_EQ(levels.Size(), comparison.levels.size());
    for (rapidjson::SizeType k = 0; k < levels.Size(); ++k) {
      SCOPED_TRACE(testing::Message() << comparison.output_column_name << ", level " << k);
      if (levels[k].IsNull()) continue;
      EXPECT_NEAR(*comparison.levels[k].m, levels[k][0].GetDouble(), kTolerance);
      EXPECT_NEAR(*comparison.levels[k].u, levels[k][1].GetDouble(), kTolerance);
    }
  }
  ASSERT_EQ(trained->sessions.size(), run["session_iterations"].Size());
  for (rapidjson::SizeType s = 0; s < trained->sessions.size(); ++s) {
    SCOPED_TRACE(testing::Message() << "session " << trained->sessions[s].rule);
    EXPECT_EQ(trained->sessions[s].iterations.size(), run["session_iterations"][s].GetUint());
    EXPECT_NEAR(trained->sessions[s].start_prior, run["session_priors"][s][0].GetDouble(), kTolerance);
    EXPECT_NEAR(trained->sessions[s].end_prior, run["session_priors"][s][1].GetDouble(), kTolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(Runs, SplinkTraining, testing::Range(rapidjson::SizeType{0}, runs().Size()),
                         [](const auto& parameter) {
                           return std::string(runs()[parameter.param]["name"].GetString());
                         });

}  // namespace
}  // namespace gmpi
