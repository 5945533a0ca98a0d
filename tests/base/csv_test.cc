#include "base/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "tests/reference/csv.h"

namespace gmpi {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

struct Reading {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::uint64_t> lines;
  std::vector<std::uint64_t> offsets;
  std::vector<CsvReject> rejects;
  Status status = Done{};
};

Reading drain(CsvReader reader) {
  Reading out;
  out.header = reader.header();
  reader.on_reject([&](const CsvReject& reject) { out.rejects.push_back(reject); });
  while (const CsvRow* row = reader.next()) {
    out.rows.emplace_back(row->fields.begin(), row->fields.end());
    out.lines.push_back(row->line);
    out.offsets.push_back(row->byte_offset);
  }
  EXPECT_EQ(reader.rejected_rows(), out.rejects.size());
  out.status = reader.status();
  return out;
}

Reading read_text(std::string_view text, CsvLimits limits = {}) {
  auto reader = CsvReader::from_memory(text, limits);
  EXPECT_TRUE(reader.ok()) << (reader ? "" : reader.error().message);
  return reader ? drain(std::move(*reader)) : Reading{};
}

std::string header_error(std::string_view text) {
  auto reader = CsvReader::from_memory(text, {});
  return reader ? "" : reader.error().message;
}

long peak_memory_kib() {
  struct rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

class CsvFile : public ::testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view bytes) {
    const auto path = dir_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }
  std::string write_gzip(const std::string& name, std::string_view bytes) {
    const auto path = (dir_ / name).string();
    gzFile file = gzopen(path.c_str(), "wb6");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return path;
  }
  void SetUp() override { std::filesystem::create_directories(dir_); }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  std::filesystem::path dir_ =
      std::filesystem::temp_directory_path() / ("gmpi_csv_test_" + std::to_string(::getpid()));
};

TEST(Csv, ReadsQuotedFieldsDoubledQuotesAndLineBreaks) {
  const auto read = read_text("id,name,note\n1,\"Smith, \"\"Jo\"\"\",\"a\nb\"\r\n2,,\"\"\n3,O\"Neil,x");
  ASSERT_EQ(read.rows.size(), 3u);
  EXPECT_THAT(read.rows[0], ElementsAre("1", "Smith, \"Jo\"", "a\nb"));
  EXPECT_THAT(read.rows[1], ElementsAre("2", "", ""));
  EXPECT_THAT(read.rows[2], ElementsAre("3", "O\"Neil", "x"));
  EXPECT_THAT(read.lines, ElementsAre(2, 4, 5));
  EXPECT_THAT(read.offsets, ElementsAre(13, 38, 44));
  EXPECT_TRUE(read.rejects.empty());
}

TEST(Csv, ByteOrderMarkBlankLinesAndCrLfChangeNothing) {
  const auto read = read_text("\xEF\xBB\xBF\r\nid,name\r\n\r\n1,Ann\r\n\n2,Bob\r");
  EXPECT_THAT(read.header, ElementsAre("id", "name"));
  ASSERT_EQ(read.rows.size(), 2u);
  EXPECT_THAT(read.rows[1], ElementsAre("2", "Bob"));
  EXPECT_THAT(read.lines, ElementsAre(4, 6));
}

TEST(Csv, EachUnusableFileIsRefusedWithItsReasonAndPlace) {
  EXPECT_EQ(header_error(""), "input:1:1: empty file");
  EXPECT_EQ(header_error("\xEF\xBB\xBF"), "input:1:1: no header");
  EXPECT_EQ(header_error("\n\r\n\n"), "input:4:1: no header");
  EXPECT_EQ(header_error("a,,c\n"), "input:1:2: column without a name");
  EXPECT_EQ(header_error("a,b,a\n"), "input:1:3: a column of this name stands further left");
  EXPECT_EQ(header_error("\n\"a\",\"b\n"), "input:2:2: quote not closed");
  EXPECT_EQ(header_error(std::string("a,b\0\n", 5)), "input:1:2: NUL byte");
  EXPECT_EQ(header_error("a,\xC3\x28\n"), "input:1:2: invalid UTF-8");
  EXPECT_EQ(header_error("\xFF\xFEi\0d\0"), "input:1:1: UTF-16; UTF-8 is needed");
  EXPECT_THAT(header_error("id,name\r1,Ann\r"), HasSubstr("bare carriage returns"));
  EXPECT_THAT(header_error(std::string(3000, ',')), HasSubstr("more than 1024 fields"));
}

TEST(Csv, AHeaderAloneIsAFileWithoutRows) {
  const auto read = read_text("id,name");
  EXPECT_TRUE(read.rows.empty());
  EXPECT_TRUE(read.rejects.empty());
}

TEST(Csv, EachBadRowIsReportedOnceAndTheRestGoesOn) {
  const auto read = read_text(
      "id,name\n"
      "1\n"
      "2,a,b\n" +
      std::string("3,x\0y\n", 6) +
      "\xE2\x28\xA1,z\n"
      "5,\"a\"b\n"
      "6,\"stray\n"
      "7,good\n");
  std::vector<std::string> seen;
  for (const auto& r : read.rejects) {
    seen.push_back(std::to_string(r.line) + ":" + std::to_string(r.column) + " " + r.reason);
  }
  EXPECT_THAT(seen, ElementsAre("2:0 1 fields where the header has 2", "3:0 3 fields where the header has 2",
                                "4:2 NUL byte", "5:1 invalid UTF-8", "6:2 text after a closing quote",
                                "7:2 quote not closed"));
  ASSERT_EQ(read.rows.size(), 1u);
  EXPECT_THAT(read.rows[0], ElementsAre("7", "good"));
  EXPECT_THAT(read.lines, ElementsAre(8));
}

TEST(Csv, ARowIsAsLongAsTheLimitAndNoLonger) {
  const CsvLimits limits{.line_bytes_max = 10, .columns_max = 4};
  const auto read = read_text("a,b\n12345678,x\n123456789,x\n1,\"3\n567890123456\"\n1,2\n12345678,x", limits);
  EXPECT_THAT(read.lines, ElementsAre(2, 6, 7));
  ASSERT_EQ(read.rejects.size(), 3u);
  EXPECT_EQ(read.rejects[0].reason, "line longer than 10 bytes");
  EXPECT_EQ(read.rejects[1].reason, "row longer than 10 bytes: quote not closed?");
  EXPECT_EQ(read.rejects[2].line, 5u);  // the second half of that row, as a line of its own
}

TEST(Csv, WhatIsWrittenReadsBackTheSame) {
  const std::vector<std::vector<std::string>> rows = {
      {"plain", "", "with,comma"}, {"\"", "a\"b\"", "\r\n"}, {" spaced ", "\xC3\xA9", "\n"}, {"", "", ""}};
  std::string text = "a,b,c\n";
  for (const auto& row : rows) append_csv_row(text, {row.begin(), row.end()});
  EXPECT_EQ(read_text(text).rows, rows);

  std::string one = "a\n";
  append_csv_row(one, {""});
  append_csv_row(one, {"x"});
  EXPECT_EQ(read_text(one).rows, (std::vector<std::vector<std::string>>{{""}, {"x"}}));
}

TEST_F(CsvFile, ReadsTheSameFromMemoryPlainAndGzipFilesAcrossBlocks) {
  Random random(7);
  std::string text = "id,name,note\n";
  while (text.size() < 1'500'000) {
    const std::string id = std::to_string(random.next() % 100000);
    const std::string note(random.below(300), "abc\"\n,"[random.below(6)]);
    append_csv_row(text, {id, "Name " + id, note});
    if (random.below(50) == 0) text += random.below(2) ? "broken\n" : "1,\"open,2\n";
  }
  const auto expected = reference::parse_csv(text, {});
  for (const auto& path : {write("a.csv", text), write_gzip("a.bin", text)}) {
    auto reader = CsvReader::open(path, {});
    ASSERT_TRUE(reader.ok());
    const auto read = drain(std::move(*reader));
    EXPECT_TRUE(read.status.ok());
    ASSERT_EQ(read.rows.size(), expected.rows.size());
    for (std::size_t i = 0; i < read.rows.size(); ++i) {
      ASSERT_EQ(read.rows[i], expected.rows[i].fields);
      ASSERT_EQ(read.lines[i], expected.rows[i].line);
      ASSERT_EQ(read.offsets[i], expected.rows[i].byte_offset);
    }
    ASSERT_EQ(read.rejects.size(), expected.rejects.size());
    for (std::size_t i = 0; i < read.rejects.size(); ++i) {
      ASSERT_EQ(read.rejects[i].line, expected.rejects[i].line);
      ASSERT_EQ(read.rejects[i].reason, expected.rejects[i].reason);
    }
  }
}

TEST_F(CsvFile, AHundredMegabyteLineCostsOneRejectAndNoMemory) {
  const std::string path = (dir_ / "long.csv").string();
  {
    std::ofstream file(path, std::ios::binary);
    file << "id,name\n1,a\n";
    const std::string part(1 << 20, 'x');
    for (int i = 0; i < 100; ++i) file << part;
    file << "\n2,b\n";
  }
  const long before_kib = peak_memory_kib();
  auto reader = CsvReader::open(path, {});
  ASSERT_TRUE(reader.ok());
  const auto read = drain(std::move(*reader));
  EXPECT_EQ(read.rows.size(), 2u);
  EXPECT_THAT(read.lines, ElementsAre(2, 4));
  ASSERT_EQ(read.rejects.size(), 1u);
  EXPECT_EQ(read.rejects[0].reason, "line longer than 1048576 bytes");
  EXPECT_LT(peak_memory_kib() - before_kib, 16 << 10);
}

TEST_F(CsvFile, DamagedAndTruncatedGzipStopsWithAStatusAndNoHalfRow) {
  std::string text = "id,name\n";
  for (int i = 0; i < 200000; ++i) text += std::to_string(i * 7919) + ",name " + std::to_string(i) + "\n";
  const std::string path = write_gzip("whole.gz", text);
  std::ifstream in(path, std::ios::binary);
  const std::string packed{std::istreambuf_iterator<char>(in), {}};
  auto reader = CsvReader::open(write("cut.gz", packed.substr(0, packed.size() / 2)), {});
  ASSERT_TRUE(reader.ok());
  const auto read = drain(std::move(*reader));
  ASSERT_FALSE(read.status.ok());
  EXPECT_EQ(read.status.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(read.status.error().message, testing::HasSubstr("cut.gz: damaged gzip data: "));
  EXPECT_THAT(read.status.error().message, testing::Not(testing::HasSubstr("<fd:")));
  EXPECT_THAT(read.rejects, testing::IsEmpty());
  EXPECT_GT(read.rows.size(), 1000u);
  for (std::size_t i = 0; i < read.rows.size(); ++i) ASSERT_EQ(read.rows[i][1], "name " + std::to_string(i));
}

TEST_F(CsvFile, FilesThatCannotBeReadSayWhy) {
  auto missing = CsvReader::open((dir_ / "missing.csv").string(), {});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kIo);
  EXPECT_THAT(missing.error().message, EndsWith("missing.csv: No such file or directory"));
  auto folder = CsvReader::open(dir_.string(), {});
  ASSERT_FALSE(folder.ok());
  EXPECT_EQ(folder.error().code, ErrorCode::kIo);
}

TEST_F(CsvFile, ProgressReachesTheFileSize) {
  const std::string path = write("p.csv", "a\n1\n2\n");
  auto reader = CsvReader::open(path, {});
  ASSERT_TRUE(reader.ok());
  while (reader->next()) {
  }
  EXPECT_EQ(reader->bytes_read(), 6u);
  EXPECT_EQ(reader->file_bytes(), 6u);
  EXPECT_EQ(reader->file_bytes_read(), 6u);
}

}  // namespace
}  // namespace gmpi
