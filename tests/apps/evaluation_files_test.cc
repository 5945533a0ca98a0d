#include "apps/evaluation_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace gmpi {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;

class EvaluationFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(dir_);
    files_.truth = write("truth.csv", "record_id,entity_id,town\nr1,a,Bury\nr2,a,Bury\nr3,b,Wigan\nr4,c,\n");
    files_.clusters = write("clusters.csv", "cluster_id,record_id\nx,r1\nx,r3\ny,r2\nz,r9\n");
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(dir_ / name) << text;
    return (dir_ / name).string();
  }
  Result<EvaluationInput> read() {
    return read_evaluation(files_, [this](const std::string& reject) { rejects_.push_back(reject); });
  }
  std::string refusal() {
    const auto input = read();
    return input ? "" : input.error().message;
  }

  std::filesystem::path dir_ =
      std::filesystem::temp_directory_path() / ("gmpi_evaluation_test_" + std::to_string(::getpid()));
  EvaluationFiles files_;
  std::vector<std::string> rejects_;
};

TEST_F(EvaluationFilesTest, RecordsMissingOnEitherSideAreCounted) {
  const auto input = read();
  ASSERT_TRUE(input.ok()) << input.error().message;
  EXPECT_EQ(input->not_clustered, 1u);  // r4, alone in a cluster of its own
  EXPECT_EQ(input->without_truth, 1u);  // r9
  const auto scores = score_clusters(input->entity_of, input->cluster_of);
  EXPECT_EQ(scores.records, 4u);
  EXPECT_EQ(scores.clusters, 3u);
  EXPECT_EQ(scores.false_merges, 1u);
  EXPECT_EQ(scores.missed_links, 1u);
}

TEST_F(EvaluationFilesTest, ARecordListedTwiceIsAnErrorThatNamesFileAndLine) {
  files_.truth = write("t2.csv", "record_id,entity_id\nr1,a\nr2,a\nr1,b\n");
  EXPECT_THAT(refusal(), EndsWith("t2.csv:4: this record id stands further up"));
  SetUp();
  files_.clusters = write("c2.csv", "record_id,cluster_id\nr1,a\nr1,a\n");
  EXPECT_THAT(refusal(), EndsWith("c2.csv:3: this record id stands further up"));
  files_.clusters = write("c3.csv", "record_id,cluster_id\nr8,a\nr8,a\n");
  EXPECT_THAT(refusal(), EndsWith("c3.csv:3: this record id stands further up"));
}

TEST_F(EvaluationFilesTest, AMissingColumnIsNamedAndTheCellsOfTheFirstLineAreNot) {
  files_.clusters = write("c.csv", "Smith John,1985-06-02,Bury\nr1,a,b\n");
  EXPECT_THAT(refusal(), EndsWith("c.csv:1: no column 'record_id' among the 3 of the first line"));
  files_.clusters = write("c.csv", "record_ids,cluster_id\nr1,a\n");
  EXPECT_THAT(refusal(), EndsWith("among the 2 of the first line; did you mean 'record_ids'?"));
}

TEST_F(EvaluationFilesTest, NothingToMeasureIsAnErrorAndNotAPerfectScore) {
  files_.truth = write("t3.csv", "record_id,entity_id\n");
  EXPECT_THAT(refusal(), EndsWith("t3.csv: no records, so there is nothing to measure"));
  SetUp();
  files_.clusters = write("c4.csv", "record_id,cluster_id\ngp/r1,a\ngp/r2,a\n");
  EXPECT_THAT(refusal(), testing::HasSubstr("have no record id in common; clusters of `gmpi export` name records as source/local id: give --records"));
}

TEST_F(EvaluationFilesTest, BadRowsAreReportedAndTheRestCounts) {
  files_.clusters = write("c.csv", "record_id,cluster_id\nr1,x\nr2\nr3,y\n");
  const auto input = read();
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(input->rejected_rows, 1u);
  ASSERT_EQ(rejects_.size(), 1u);
  EXPECT_THAT(rejects_[0], EndsWith("c.csv:3: 1 fields where the header has 2"));
  EXPECT_EQ(input->not_clustered, 2u);
}

TEST_F(EvaluationFilesTest, GroupsComeFromTheTruthOrFromAFileOfRecordsOrPeople) {
  files_.group_column = "town";
  auto input = read();
  ASSERT_TRUE(input.ok());
  EXPECT_THAT(input->group_names, ElementsAre("", "Bury", "Wigan"));
  EXPECT_THAT(input->group_of, ElementsAre(1, 1, 2, 0));

  files_.group_column = "sex";
  files_.groups = write("people.csv", "entity_id,sex\na,f\nb,m\nzz,m\n");
  input = read();
  ASSERT_TRUE(input.ok());
  EXPECT_THAT(input->group_names, ElementsAre("", "f", "m"));
  EXPECT_THAT(input->group_of, ElementsAre(1, 1, 2, 0));

  files_.groups = write("records.csv", "record_id,sex\nr4,m\nr1,f\nr2,m\nr3,m\n");
  input = read();
  ASSERT_TRUE(input.ok());
  EXPECT_THAT(input->group_names, ElementsAre("f", "m"));
  EXPECT_THAT(input->group_of, ElementsAre(0, 1, 1, 1));
}

TEST_F(EvaluationFilesTest, PairsNeedANumberAndTwoRecords) {
  files_.pairs =
      write("p.csv", "id_l,id_r,match_weight,match_probability\nr1,r2,12.5,0.9\nr1,r9,1e1,1\nr3,r1,-3,0\n");
  const auto input = read();
  ASSERT_TRUE(input.ok()) << input.error().message;
  ASSERT_EQ(input->pairs.size(), 2u);
  EXPECT_EQ(input->pairs[0].weight, 12.5);
  EXPECT_EQ(input->pairs_without_truth, 1u);
  for (const char* weight : {"", "x", "1x", "nan", "inf", "1,5"}) {
    files_.pairs = write("bad.csv", std::string("id_l,id_r,match_weight\nr1,r2,\"") + weight + "\"\n");
    EXPECT_THAT(refusal(), EndsWith("bad.csv:2: match_weight is no finite number")) << weight;
  }
  files_.pairs = write("self.csv", "id_l,id_r,match_weight\nr1,r1,1\n");
  EXPECT_THAT(refusal(), EndsWith("self.csv:2: a pair of a record with itself"));
}

TEST_F(EvaluationFilesTest, ExportedNamesAreTranslatedByTheRecordsFile) {
  files_.records =
      write("r.csv", "record_id,source,local_id,surname\nr1,gp,7,A\nr2,pas,7,B\nr3,gp,8,C\nr4,gp,9,D\n");
  files_.clusters = write("c.csv", "record_id,cluster_id\ngp/7,x\npas/7,x\ngp/8,y\ngp/9,z\n");
  const auto input = read();
  ASSERT_TRUE(input.ok()) << input.error().message;
  EXPECT_EQ(input->not_clustered, 0u);
  EXPECT_EQ(score_clusters(input->entity_of, input->cluster_of).pairs.f1(), 1);

  files_.truth = write("short.csv", "record_id,entity_id\nr1,a\n");
  EXPECT_THAT(refusal(), ::testing::HasSubstr("lacks records"));
  files_.truth = write("more.csv", "record_id,entity_id\nr7,a\n");
  EXPECT_THAT(refusal(), ::testing::HasSubstr("more.csv:2: this record id is not in"));
}

TEST_F(EvaluationFilesTest, HardCasesNameKnownPeopleAndWhatIsExpected) {
  files_.cases =
      write("h.csv",
            "kind,entity_a,entity_b,expected\ntwins,a,b,different\nmover,c,c,same\ntwins,a,zz,different\n");
  const auto input = read();
  ASSERT_TRUE(input.ok()) << input.error().message;
  EXPECT_THAT(input->case_kinds, ElementsAre("twins", "mover"));
  EXPECT_EQ(input->cases.size(), 2u);
  EXPECT_EQ(input->cases_without_records, 1u);
  files_.cases = write("bad.csv", "kind,entity_a,entity_b,expected\ntwins,a,b,maybe\n");
  EXPECT_THAT(refusal(), EndsWith("bad.csv:2: expected is neither 'same' nor 'different'"));
}

}  // namespace
}  // namespace gmpi
