// Lines come out as they stand in the file, whatever their breaks and wherever the blocks end.
#include "base/lines.h"

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>
#include <zlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace gmpi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Lines : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "gmpi_lines_" + std::to_string(::getpid()) + "_" +
            testing::UnitTest::GetInstance()->current_test_info()->name();
  }
  void TearDown() override { std::remove(path_.c_str()); }

  const std::string& plain(std::string_view bytes) {
    std::ofstream(path_, std::ios::binary) << bytes;
    return path_;
  }
  const std::string& gzip(std::string_view bytes, std::size_t cut_off = 0) {
    gzFile file = gzopen(path_.c_str(), "wb6");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    std::ifstream in(path_, std::ios::binary);
    std::string stored((std::istreambuf_iterator<char>(in)), {});
    return plain(std::string_view(stored).substr(0, stored.size() - cut_off));
  }

  /// The texts; a line too long is "#". Asserts that lines are numbered from 1.
  std::vector<std::string> read(const std::string& path, std::size_t line_bytes_max = 100) {
    auto reader = LineReader::open(path, line_bytes_max);
    if (!reader) throw std::runtime_error(reader.error().message);
    std::vector<std::string> lines;
    while (const Line* line = reader->next()) {
      EXPECT_EQ(line->number, lines.size() + 1);
      EXPECT_TRUE(!line->too_long || line->text.empty());
      lines.emplace_back(line->too_long ? "#" : line->text);
    }
    status_ = reader->status();
    return lines;
  }

  std::string path_;
  Status status_ = Done{};
};

TEST_F(Lines, EndWithLfOrCrlfOrTheFile) {
  EXPECT_THAT(read(plain("a\nb\r\n\n\r\nc")), ElementsAre("a", "b", "", "", "c"));
  EXPECT_THAT(read(plain("a\n")), ElementsAre("a"));
  EXPECT_THAT(read(plain("\n")), ElementsAre(""));
  EXPECT_THAT(read(plain("")), IsEmpty());
  EXPECT_THAT(read(plain("a\rb\r")), ElementsAre("a\rb")) << "a CR within a line is a character";
  EXPECT_TRUE(status_);
}

TEST_F(Lines, KeepZeroBytes) {
  EXPECT_THAT(read(plain(std::string_view("a\0b\n\0", 5))),
              ElementsAre(std::string("a\0b", 3), std::string(1, '\0')));
}

TEST_F(Lines, BeyondTheLimitArePassedOverAndSaid) {
  EXPECT_THAT(read(plain("12345\n123456\n1234\n"), 5), ElementsAre("12345", "#", "1234"));
  EXPECT_THAT(read(plain("12345\r\n123456\r\n"), 5), ElementsAre("12345", "#"))
      << "the line break does not count";
  EXPECT_THAT(read(plain("123456"), 5), ElementsAre("#"));
  EXPECT_THAT(read(plain(std::string(5 << 20, 'x') + "\nend\n"), 1000), ElementsAre("#", "end"));
}

TEST_F(Lines, AreWholeAcrossBlocks) {
  Random random(1);
  std::vector<std::string> expected;
  std::string bytes;
  for (int i = 0; i < 3000; ++i) {
    expected.push_back(std::string(random.below(2500), static_cast<char>('a' + i % 26)));
    bytes += expected.back() + (random.chance(0.5) ? "\r\n" : "\n");
  }
  ASSERT_GT(bytes.size(), std::size_t{3} << 20);
  EXPECT_EQ(read(plain(bytes), 2500), expected);
  EXPECT_EQ(read(gzip(bytes), 2500), expected);
  EXPECT_TRUE(status_);
}

TEST_F(Lines, OfADamagedGzipStopBeforeTheDamage) {
  std::string bytes;
  Random random(2);
  for (int i = 0; i < 20000; ++i) bytes += std::to_string(random.next()) + "\n";
  const auto whole = read(gzip(bytes));
  ASSERT_EQ(whole.size(), 20000u);
  for (const std::size_t cut_off : {1u, 8u, 9u, 5000u}) {
    const auto lines = read(gzip(bytes, cut_off));
    ASSERT_FALSE(status_) << "cut off by " << cut_off;
    EXPECT_EQ(status_.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(status_.error().message.find(path_), std::string::npos);
    ASSERT_LE(lines.size(), whole.size());
    for (std::size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(lines[i], whole[i]) << "a line cut off is none";
  }
}

TEST_F(Lines, OfAGzipWithAWrongByteEndInAnError) {
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += std::to_string(i * 7919) + "\n";
  gzip(bytes);
  std::ifstream in(path_, std::ios::binary);
  std::string stored((std::istreambuf_iterator<char>(in)), {});
  stored[stored.size() / 2] ^= 0x55;
  read(plain(stored));
  ASSERT_FALSE(status_);
  EXPECT_EQ(status_.error().code, ErrorCode::kCorrupt);
}

TEST_F(Lines, NeedAFileThatCanBeRead) {
  const auto missing = LineReader::open(path_ + ".none", 10);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(read(testing::TempDir()), IsEmpty());
  ASSERT_FALSE(status_) << "a directory";
  EXPECT_EQ(status_.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace gmpi
