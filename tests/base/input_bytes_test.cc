// What comes next can be looked at without being lost, from files, pipes and gzip alike.
#include "base/input_bytes.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdio>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/csv.h"
#include "base/lines.h"
#include "base/random.h"

namespace gmpi {
namespace {

class InputBytesTest : public testing::Test {
 protected:
  void TearDown() override { std::remove(path_.c_str()); }

  std::string write(std::string_view bytes) {
    std::ofstream(path_, std::ios::binary) << bytes;
    return path_;
  }
  std::string gzip(const std::string& bytes) {
    gzFile file = gzopen(path_.c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return path_;
  }
  static InputBytes open(const std::string& path) {
    auto bytes = InputBytes::open(path);
    if (!bytes) throw std::runtime_error(bytes.error().message);
    return std::move(*bytes);
  }
  /// Reads and peeks by turns; everything that was read.
  static std::string drain(InputBytes bytes, std::uint64_t seed) {
    Random random(seed);
    std::string all;
    char block[1000];
    for (;;) {
      const auto seen = bytes.peek(random.below(2000));
      EXPECT_TRUE(seen.ok());
      const std::string ahead(*seen);
      const std::size_t wanted = 1 + random.below(sizeof block);
      const auto got = bytes.read(block, wanted);
      EXPECT_TRUE(got.ok());
      if (*got == 0) return all;
      const std::string_view read(block, *got);
      EXPECT_EQ(read.substr(0, ahead.size()), ahead.substr(0, read.size()));
      all += read;
    }
  }

  std::string path_ = testing::TempDir() + "gmpi_input_bytes_" + std::to_string(::getpid());
};

TEST_F(InputBytesTest, LookingAheadTakesNothing) {
  Random random(7);
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += static_cast<char>('a' + random.below(26));
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(drain(open(write(text)), seed), text);
    EXPECT_EQ(drain(open(gzip(text)), seed), text);
  }
}

TEST_F(InputBytesTest, APipeIsReadOnceAndStillLookedInto) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  constexpr std::string_view kText = "id,surname\n1,Shaw\n";
  ASSERT_EQ(::write(ends[1], kText.data(), kText.size()), static_cast<ssize_t>(kText.size()));
  ::close(ends[1]);
  auto bytes = open("/dev/fd/" + std::to_string(ends[0]));
  ::close(ends[0]);
  EXPECT_EQ(*bytes.peek(2), "id");
  EXPECT_EQ(bytes.size(), 0u);
  auto reader = CsvReader::read(std::move(bytes), {});
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->next()->fields[1], "Shaw");
}

TEST_F(InputBytesTest, PeekGivesWhatThereIsWhenLessIsLeft) {
  auto bytes = open(write("abc"));
  EXPECT_EQ(*bytes.peek(10), "abc");
  EXPECT_EQ(*bytes.peek(1), "a");
  auto lines = LineReader::read(std::move(bytes), 100);
  EXPECT_EQ(lines.next()->text, "abc");
  EXPECT_EQ(*open(write("")).peek(10), "");
}

TEST_F(InputBytesTest, WhatCannotBeReadIsSaidWithItsName) {
  const auto absent = InputBytes::open(path_ + ".none");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(absent.error().message, path_ + ".none: No such file or directory");
  auto folder = open(testing::TempDir());
  const auto seen = folder.peek(1);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::kIo);
}

TEST_F(InputBytesTest, BytesBeforeADamageAreGivenOutAndThenTheDamageIsSaid) {
  Random random(3);
  std::string text;
  for (int i = 0; i < 500'000; ++i) text += static_cast<char>(random.below(256));
  gzip(text);
  std::ifstream in(path_, std::ios::binary);
  const std::string packed((std::istreambuf_iterator<char>(in)), {});
  auto bytes = open(write(packed.substr(0, packed.size() / 2)));
  std::string all;
  char block[4096];
  for (;;) {
    const auto got = bytes.read(block, sizeof block);
    if (!got) {
      EXPECT_EQ(got.error().code, ErrorCode::kCorrupt);
      break;
    }
    ASSERT_GT(*got, 0u) << "a damaged file has no end";
    all.append(block, *got);
  }
  EXPECT_GT(all.size(), 100'000u);
  EXPECT_TRUE(text.starts_with(all));
}

}  // namespace
}  // namespace gmpi
