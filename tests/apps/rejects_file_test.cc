// Rejected rows are all in their file, each once, whatever stopped a run in between.
#include "apps/rejects_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/index/store/temporary_directory.h"

namespace gmpi {
namespace {

std::string content(const std::string& path) { return *read_file(path, 1 << 20); }

TEST(RejectsFile, BeginsAnewAndQuotesWhatNeedsIt) {
  const TemporaryDirectory directory;
  const std::string path = directory / "r.csv";
  for (int run = 0; run < 2; ++run) {
    auto file = RejectsFile::create(path);
    ASSERT_TRUE(file) << file.error().message;
    file->add("a,b.csv", 7, "text after a closing quote");
    EXPECT_TRUE(file->sync());
    EXPECT_EQ(file->count(), 1u);
    EXPECT_EQ(content(path), "file,line,reason\n\"a,b.csv\",7,text after a closing quote\n");
  }
}

TEST(RejectsFile, KeepsOfAnEarlierRunWhatStandsBeforeTheLineItReached) {
  const TemporaryDirectory directory;
  const std::string path = directory / "r.csv";
  {
    auto file = RejectsFile::resume(path, 10);
    ASSERT_TRUE(file) << "none was written yet";
    for (const std::uint64_t line : {3, 10, 11}) file->add("a.csv", line, "bad");
    EXPECT_TRUE(file->sync());
  }
  auto file = RejectsFile::resume(path, 10);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->count(), 2u);
  file->add("a.csv", 11, "bad");
  EXPECT_TRUE(file->sync());
  EXPECT_EQ(content(path), "file,line,reason\na.csv,3,bad\na.csv,10,bad\na.csv,11,bad\n");
  EXPECT_EQ(RejectsFile::resume(path, 0)->count(), 0u) << "from the start";
}

TEST(RejectsFile, SaysWhereItCannotBeWritten) {
  const auto nowhere = RejectsFile::create("/no/such/folder/r.csv");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().message, "/no/such/folder/r.csv: cannot be written");
  auto full = RejectsFile::create("/dev/full");
  EXPECT_FALSE(full) << "the header is written at once";
}

TEST(RejectReport, ShowsTheFirstRowsAndSaysHowManyMore) {
  auto report = *RejectReport::open("");
  testing::internal::CaptureStderr();
  for (std::uint64_t line = 1; line <= RejectReport::kRejectLinesMax + 5; ++line) report.add("a.csv", line, "bad");
  EXPECT_TRUE(report.finish());
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, testing::StartsWith("a.csv:1: bad\n"));
  EXPECT_THAT(said, testing::EndsWith("a.csv:100: bad\n... and 5 more rejected rows (--rejects FILE lists all)\n"));
  EXPECT_EQ(report.count(), 105u);
}

}  // namespace
}  // namespace gmpi
