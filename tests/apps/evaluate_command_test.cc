// `gmpi evaluate` as it is typed: what it prints, and the code it ends with.
#include "apps/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>

namespace gmpi {
namespace {

using ::testing::HasSubstr;

class EvaluateCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(dir_);
    write("truth.csv", "record_id,entity_id,town\n1,a,Bury\n2,a,Bury\n3,b,Wigan\n4,b,Wigan\n");
    write("clusters.csv", "record_id,cluster_id\n1,x\n2,x\n3,x\n4,y\n");
    write("pairs.csv", "id_l,id_r,match_weight\n1,2,9\n2,3,7.5\n");
    write("cases.csv", "kind,entity_a,entity_b,expected\ntwins,a,b,different\n");
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  void write(const std::string& name, const std::string& text) { std::ofstream(dir_ / name) << text; }
  std::string at(const std::string& name) const { return (dir_ / name).string(); }

  struct Outcome {
    int code = 0;
    std::string out, err;
  };
  Outcome run(std::vector<std::string> more) {
    std::vector<std::string> words = {"gmpi",          "evaluate",   "--truth",
                                      at("truth.csv"), "--clusters", at("clusters.csv")};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    CLI::App program{"", "gmpi"};
    Invocation invocation;
    add_shared_flags(program, invocation);
    add_evaluate(program, invocation);
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Outcome outcome;
    outcome.code = run_program(program, invocation, static_cast<int>(argv.size()), argv.data());
    outcome.out = ::testing::internal::GetCapturedStdout();
    outcome.err = ::testing::internal::GetCapturedStderr();
    return outcome;
  }

  std::filesystem::path dir_ =
      std::filesystem::temp_directory_path() / ("gmpi_evaluate_test_" + std::to_string(::getpid()));
};

TEST_F(EvaluateCommand, JsonHoldsEveryMeasure) {
  const auto outcome =
      run({"--pairs", at("pairs.csv"), "--group-column", "town", "--cases", at("cases.csv"), "--json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  rapidjson::Document json;
  ASSERT_FALSE(json.Parse(outcome.out.c_str()).HasParseError()) << outcome.out;
  EXPECT_EQ(json["records"].GetInt(), 4);
  EXPECT_NEAR(json["pairwise"]["precision"].GetDouble(), 1.0 / 3, 1e-12);
  EXPECT_NEAR(json["pairwise"]["recall"].GetDouble(), 0.5, 1e-12);
  EXPECT_NEAR(json["b_cubed"]["recall"].GetDouble(), 0.75, 1e-12);
  EXPECT_EQ(json["false_merges"].GetInt(), 1);
  EXPECT_NEAR(json["false_merges_per_10000_people"].GetDouble(), 5000, 1e-9);
  EXPECT_NEAR(json["pairs"]["blocking_recall"].GetDouble(), 0.5, 1e-12);
  EXPECT_EQ(json["pairs"]["best"]["threshold"].GetDouble(), 9);
  ASSERT_EQ(json["groups"].Size(), 2u);
  EXPECT_STREQ(json["groups"][0]["group"].GetString(), "Bury");
  EXPECT_EQ(json["groups"][1]["people_split"].GetInt(), 1);
  EXPECT_EQ(json["hard_cases"][0]["wrong"].GetInt(), 1);
}

TEST_F(EvaluateCommand, TheTableForPeopleShowsTheSame) {
  const auto outcome =
      run({"--pairs", at("pairs.csv"), "--group-column", "town", "--cases", at("cases.csv")});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("4 records of 2 people in 2 clusters"));
  EXPECT_THAT(outcome.out, HasSubstr("pairs within clusters     0.333333  0.500000  0.400000"));
  EXPECT_THAT(outcome.out, HasSubstr("blocking recall 0.500000: 1 of 2 true pairs are listed among 2"));
  EXPECT_THAT(outcome.out, HasSubstr("by town"));
  EXPECT_THAT(outcome.out, HasSubstr("twins"));
  EXPECT_EQ(outcome.err, "");
}

TEST_F(EvaluateCommand, RejectedRowsGiveCodeThreeAndTheirPlaces) {
  write("clusters.csv", "record_id,cluster_id\n1,x\n2\n3,x\n");
  const auto outcome = run({});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("clusters.csv:3: 1 fields where the header has 2"));
  EXPECT_THAT(outcome.err, HasSubstr("1 rows rejected"));
  EXPECT_THAT(outcome.out, HasSubstr("2 records of the truth are in no cluster"));
}

TEST_F(EvaluateCommand, MissingFilesFailAndMissingFlagsAreUsage) {
  EXPECT_EQ(run({"--pairs", at("none.csv")}).code, 1);
  EXPECT_EQ(run({"--groups", at("cases.csv")}).code, 2);
  write("truth.csv", "");
  const auto empty = run({});
  EXPECT_EQ(empty.code, 1);
  EXPECT_THAT(empty.err, HasSubstr("truth.csv:1:1: empty file"));
}

}  // namespace
}  // namespace gmpi
