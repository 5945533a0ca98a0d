// A table is there whole under its name, or not at all.
#include "apps/csv_output.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <set>
#include <sstream>
#include <thread>

#include <sys/resource.h>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/random.h"
#include "tests/index/store/temporary_directory.h"

namespace gmpi {
namespace {

std::string content(const std::string& path) {
  auto text = read_file(path, std::size_t{1} << 30);
  return text ? *text : text.error().message;
}

TEST(CsvOutput, AppearsUnderItsNameWhenFinished) {
  const TemporaryDirectory directory;
  const std::string path = directory / "out.csv";
  auto output = CsvOutput::create(path, "a,b", 2);
  ASSERT_TRUE(output) << output.error().message;
  output->buffer(0) += "1,2\n";
  output->written(0);
  output->buffer(1) += "3,4\n";
  output->written(1);
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE(output->finish());
  EXPECT_EQ(content(path), "a,b\n1,2\n3,4\n");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

TEST(CsvOutput, LeavesNothingWhenItIsNotFinishedAndKeepsWhatWasThere) {
  const TemporaryDirectory directory;
  const std::string path = directory / "out.csv";
  ASSERT_TRUE(CsvOutput::create(path, "old", 1)->finish());
  {
    auto output = CsvOutput::create(path, "new", 1);
    ASSERT_TRUE(output);
    output->buffer(0) += "row\n";
  }
  EXPECT_EQ(content(path), "old\n");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

TEST(CsvOutput, HoldsEachRowOfEveryThreadOnceAndWhole) {
  const TemporaryDirectory directory;
  const std::string path = directory / "out.csv";
  constexpr std::size_t kThreads = 4, kRows = 20000;
  auto output = CsvOutput::create(path, "row", kThreads);
  ASSERT_TRUE(output);
  std::vector<std::thread> threads;
  for (std::size_t worker = 0; worker < kThreads; ++worker)
    threads.emplace_back([&, worker] {
      for (std::size_t row = 0; row < kRows; ++row) {
        output->buffer(worker) += std::to_string(worker) + "-" + std::to_string(row) + "\n";
        output->written(worker);
      }
    });
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(output->finish());
  std::istringstream lines(content(path));
  std::set<std::string> rows;
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "row");
  while (std::getline(lines, line)) ASSERT_TRUE(rows.insert(line).second) << line;
  EXPECT_EQ(rows.size(), kThreads * kRows);
  EXPECT_TRUE(rows.contains("3-19999"));
}

TEST(CsvOutput, HoldsChunksInTheirOrderWhoeverEndsThemFirst) {
  const TemporaryDirectory directory;
  const std::string path = directory / "out.csv";
  constexpr std::size_t kThreads = 4, kChunks = 3000;
  auto output = CsvOutput::create(path, "chunk", kThreads);
  ASSERT_TRUE(output);
  std::atomic<std::uint64_t> next{0};
  std::vector<std::thread> threads;
  for (std::size_t worker = 0; worker < kThreads; ++worker)
    threads.emplace_back([&, worker] {
      Random random(worker);
      for (auto chunk = next++; chunk < kChunks; chunk = next++) {
        if (random.below(50) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (chunk % 7 != 0) output->buffer(worker) += std::to_string(chunk) + "\n";
        output->end_chunk(chunk, worker);
      }
    });
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(output->finish());
  std::string expected = "chunk\n";
  for (std::size_t chunk = 0; chunk < kChunks; ++chunk)
    if (chunk % 7 != 0) expected += std::to_string(chunk) + "\n";
  EXPECT_EQ(content(path), expected);
}

TEST(CsvOutput, NamesTheFileItCannotCreate) {
  const auto output = CsvOutput::create("/no/such/folder/out.csv", "a", 1);
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kIo);
  EXPECT_EQ(output.error().message, "/no/such/folder/out.csv: No such file or directory");
}

TEST(CsvOutput, SaysThatAWriteFailedAndLeavesNothing) {
  const TemporaryDirectory directory;
  const std::string path = directory / "out.csv";
  auto output = CsvOutput::create(path, "a", 1);
  ASSERT_TRUE(output);
  // A full disk, played by a limit on the size of files.
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  auto* handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit = before;
  limit.rlim_cur = 1 << 16;
  setrlimit(RLIMIT_FSIZE, &limit);
  for (int i = 0; i < 4; ++i) {
    output->buffer(0) += std::string(1 << 16, 'x') + "\n";
    output->written(0);
  }
  const Status finished = output->finish();
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::kIo);
  EXPECT_EQ(finished.error().message, path + ": File too large");
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(CsvOutput, RefusesAFolderAndWritesToADeviceAsItIs) {
  const TemporaryDirectory directory;
  const auto folder = CsvOutput::create(directory / "", "a", 1);
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().message, (directory / "") + ": is a directory");
  ASSERT_TRUE(CsvOutput::create("/dev/null", "a", 1)->finish());
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  auto full = CsvOutput::create("/dev/full", "a", 1);
  ASSERT_TRUE(full) << full.error().message;
  const Status finished = full->finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().message, "/dev/full: No space left on device");
}

TEST(AppendNumber, ReadsBackAsTheSameDouble) {
  Random random(4);
  for (int i = 0; i < 10000; ++i) {
    const double number = (random.uniform() - 0.5) * 100;
    std::string text;
    append_number(text, number);
    ASSERT_EQ(std::stod(text), number);
  }
  std::string text = "w=";
  append_number(text, 12.5);
  EXPECT_EQ(text, "w=12.5");
}

TEST(CheckOutputs, RefusesToReplaceAnInputOrToWriteOneFileTwice) {
  const TemporaryDirectory directory;
  const std::string input = directory / "in.csv", other = directory / "out.csv", link = directory / "link.csv";
  ASSERT_TRUE(write_file_atomically(input, "id\n"));
  std::filesystem::create_symlink(input, link);
  EXPECT_TRUE(check_outputs({input}, {other, ""}));
  EXPECT_TRUE(check_outputs({"-"}, {"-", ""})) << "standard input and standard output are two";
  EXPECT_TRUE(check_outputs({input}, {"/dev/null", "/dev/null"}));
  EXPECT_TRUE(check_outputs({input}, {"", ""}));
  for (const auto& outputs : {std::vector{input}, {link}, {directory / "./in.csv"}}) {
    const auto refused = check_outputs({input}, outputs);
    ASSERT_FALSE(refused) << outputs.front();
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_EQ(refused.error().message, outputs.front() + ": would replace the input");
  }
  EXPECT_FALSE(check_outputs({input}, {other, other}));
  EXPECT_FALSE(check_outputs({input}, {"-", "-"}));
}

}  // namespace
}  // namespace gmpi
