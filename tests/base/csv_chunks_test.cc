// Read in chunks, a table is what CsvReader makes of it: rows, lines, rejects.
#include "base/csv_chunks.h"

#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace gmpi {
namespace {

struct Reading {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::uint64_t> lines;
  std::vector<std::string> rejects;
  bool ok = true;
};

std::string text_of(const CsvReject& reject) {
  return std::to_string(reject.line) + ":" + std::to_string(reject.column) + " " + reject.reason;
}

Reading read_rows(const std::string& path, CsvLimits limits) {
  Reading out;
  auto reader = CsvReader::open(path, limits);
  EXPECT_TRUE(reader) << reader.error().message;
  reader->on_reject([&](const CsvReject& reject) { out.rejects.push_back(text_of(reject)); });
  while (const CsvRow* row = reader->next()) {
    out.rows.emplace_back(row->fields.begin(), row->fields.end());
    out.lines.push_back(row->line);
  }
  out.ok = reader->status().ok();
  return out;
}

/// Chunks are parsed before any of them is settled, the last first.
Reading read_chunks(const std::string& path, CsvLimits limits, std::size_t chunk_bytes) {
  Reading out;
  auto csv = CsvChunks::open(path, limits, chunk_bytes);
  EXPECT_TRUE(csv) << csv.error().message;
  std::vector<std::size_t> all(csv->header().size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  csv->want(all, {});
  std::deque<CsvChunk> chunks(1);
  while (csv->fill(chunks.back())) chunks.emplace_back();
  chunks.pop_back();
  for (auto chunk = chunks.rbegin(); chunk != chunks.rend(); ++chunk) csv->parse(*chunk);
  for (CsvChunk& chunk : chunks) {
    csv->settle(chunk);
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      auto& cells = out.rows.emplace_back();
      for (std::size_t i = 0; i < all.size(); ++i) cells.emplace_back(chunk.cells(i)[row]);
      out.lines.push_back(chunk.lines()[row]);
    }
    for (const auto& reject : chunk.rejects()) out.rejects.push_back(text_of(reject));
  }
  out.ok = csv->status().ok();
  return out;
}

class CsvChunksFile : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(dir_); }
  void TearDown() override { std::filesystem::remove_all(dir_); }
  std::string write(const std::string& name, std::string_view bytes) {
    const auto path = dir_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }
  void expect_same(const std::string& path, CsvLimits limits, std::size_t chunk_bytes) {
    const Reading expected = read_rows(path, limits), read = read_chunks(path, limits, chunk_bytes);
    ASSERT_EQ(read.rows, expected.rows);
    ASSERT_EQ(read.lines, expected.lines);
    ASSERT_EQ(read.rejects, expected.rejects);
    ASSERT_EQ(read.ok, expected.ok);
  }
  std::filesystem::path dir_ =
      std::filesystem::temp_directory_path() / ("gmpi_csv_chunks_test_" + std::to_string(::getpid()));
};

TEST_F(CsvChunksFile, AnyTextCutAnywhereIsReadAsByOneReader) {
  Random random(11);
  const std::string_view pieces[] = {"a", "bc", ",", ",", "\n", "\n", "\r\n", "\"", "\"\"", "\"x,\n\"", "\xC3\xA9", "\xC3", "\0x",
                                     "longer than the rest of them"};
  for (int round = 0; round < 1000; ++round) {
    std::string text = "id,name\n";
    for (std::size_t n = random.below(120); n > 0; --n) text += pieces[random.below(std::size(pieces))];
    if (random.below(40) == 0) text += '\0';
    const std::string path = write("t.csv", text);
    const CsvLimits limits{.line_bytes_max = random.below(3) == 0 ? 8 + random.below(40) : 1 << 20, .columns_max = 4};
    expect_same(path, limits, 1 + random.below(60));
    if (HasFatalFailure()) FAIL() << "round " << round << ": " << testing::PrintToString(text);
  }
}

TEST_F(CsvChunksFile, ARealisticTableIsReadTheSameFromPlainAndGzipFiles) {
  Random random(5);
  std::string text = "id,name,note\r\n";
  while (text.size() < 3'000'000) {
    const std::string id = std::to_string(random.next() % 100000), note(random.below(300), "abc\"\n,"[random.below(6)]);
    append_csv_row(text, {id, "Zo\xC3\xAB " + id, note});
    if (random.below(50) == 0) text += random.below(2) ? "broken\n" : "1,\"open,2\n";
    if (random.below(500) == 0) text += "1,\xC3,2\n";
  }
  const std::string plain = write("a.csv", text), packed = (dir_ / "b.gz").string();
  gzFile file = gzopen(packed.c_str(), "wb6");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  for (const auto& path : {plain, packed})
    for (const std::size_t chunk_bytes : {std::size_t{1000}, std::size_t{65536}, CsvChunks::kChunkBytes})
      expect_same(path, {}, chunk_bytes);
  std::filesystem::resize_file(packed, std::filesystem::file_size(packed) / 2);
  expect_same(packed, {}, 65536);
}

TEST_F(CsvChunksFile, KeepsTheColumnsThatAreWantedOfTheRowsThatCanBeUsed) {
  auto csv = CsvChunks::open(write("c.csv", "a,b,c\n1,\"x\"\"y\",3\n,no,6\n7,\"8\n8\",9\n"), {});
  ASSERT_TRUE(csv);
  csv->want({1, 0, 1}, [](const CsvRow& row) { return std::string(row.fields[0].empty() ? "no a" : ""); });
  CsvChunk chunk;
  ASSERT_TRUE(csv->fill(chunk));
  csv->parse(chunk);
  csv->settle(chunk);
  EXPECT_FALSE(csv->fill(chunk));
  EXPECT_THAT(chunk.cells(0), testing::ElementsAre("x\"y", "8\n8"));
  EXPECT_THAT(chunk.cells(1), testing::ElementsAre("1", "7"));
  EXPECT_THAT(chunk.cells(2), testing::ElementsAre("x\"y", "8\n8"));
  EXPECT_THAT(chunk.lines(), testing::ElementsAre(2, 4));
  ASSERT_EQ(chunk.rejects().size(), 1u);
  EXPECT_EQ(text_of(chunk.rejects()[0]), "3:0 no a");
}

}  // namespace
}  // namespace gmpi
