#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/sha256.h"

namespace gmpi {
namespace {

class Files : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(dir_); }
  void TearDown() override { std::filesystem::remove_all(dir_); }
  std::string path(const std::string& name) const { return (dir_ / name).string(); }
  std::filesystem::path dir_ =
      std::filesystem::temp_directory_path() / ("gmpi_file_test_" + std::to_string(::getpid()));
};

TEST_F(Files, WhatIsWrittenIsReadAndNothingElseStays) {
  ASSERT_TRUE(write_file_atomically(path("a"), "first").ok());
  const std::string bytes("second\0half", 11);
  ASSERT_TRUE(write_file_atomically(path("a"), bytes).ok());
  EXPECT_EQ(*read_file(path("a"), 100), bytes);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir_), {}), 1);
}

TEST_F(Files, TheModeOfTheReplacedFileIsKept) {
  ASSERT_TRUE(write_file_atomically(path("a"), "x").ok());
  ASSERT_EQ(::chmod(path("a").c_str(), 0640), 0);
  ASSERT_TRUE(write_file_atomically(path("a"), "y").ok());
  struct stat facts = {};
  ASSERT_EQ(::stat(path("a").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0640u);
}

TEST_F(Files, AFileOverTheLimitIsRefused) {
  ASSERT_TRUE(write_file_atomically(path("a"), std::string(200000, 'x')).ok());
  EXPECT_TRUE(read_file(path("a"), 200000).ok());
  const auto read = read_file(path("a"), 199999);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kLimit);
}

TEST_F(Files, ErrorsNameTheFileAndLeaveNoTemporary) {
  EXPECT_EQ(read_file(path("no"), 1).error().message, path("no") + ": No such file or directory");
  EXPECT_FALSE(write_file_atomically(path("no/file"), "x").ok());
  std::filesystem::create_directory(path("folder"));
  EXPECT_FALSE(write_file_atomically(path("folder"), "x").ok());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir_), {}), 1);
}

TEST_F(Files, Sha256IsThatOfTheStandardInOneGoInPartsAndFromAFile) {
  const std::string abc =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";  // FIPS 180-4 example
  EXPECT_EQ(sha256_hex("abc"), abc);
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Sha256 parts;
  parts.update("a");
  parts.update("bc");
  EXPECT_EQ(hex(parts.finish()), abc);
  ASSERT_TRUE(write_file_atomically(path("abc"), "abc").ok());
  EXPECT_EQ(*sha256_hex_of_file(path("abc")), abc);
  EXPECT_FALSE(sha256_hex_of_file(path("no")).ok());
}

}  // namespace
}  // namespace gmpi
