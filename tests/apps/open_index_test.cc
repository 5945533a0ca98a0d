// A data directory is for real or for synthetic people, and a mistyped command leaves no trace of which.
#include "apps/open_index.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/index/store/temporary_directory.h"

namespace gmpi {
namespace {

using testing::HasSubstr;
using testing::Not;

class OpenIndexTest : public testing::Test {
 protected:
  Config config(const std::map<std::string, std::string>& flags = {}) {
    ConfigInput input;
    input.flags = flags;
    input.flags["data_dir"] = dir_;
    return *load_config(input);
  }
  bool has_nature() const { return std::filesystem::exists(dir_ + "/index.toml"); }

  TemporaryDirectory directory_;
  std::string dir_ = directory_ / "data";
};

const OpenIndexOptions kCreate{.create = true, .relink = false};

TEST_F(OpenIndexTest, AnUnusableModelLeavesNothingBehind) {
  EXPECT_FALSE(open_index(config({{"model", "/no/such/model"}, {"test_nhs_numbers", "true"}}), kCreate));
  EXPECT_FALSE(std::filesystem::exists(dir_));
  EXPECT_FALSE((*open_index(config(), kCreate))->test_nhs_numbers) << "what the failed command said does not count";
}

TEST_F(OpenIndexTest, WhatItIsForMayChangeUntilItHoldsARecord) {
  EXPECT_FALSE((*open_index(config(), kCreate))->test_nhs_numbers);
  EXPECT_TRUE((*open_index(config({{"test_nhs_numbers", "true"}}), kCreate))->test_nhs_numbers);
  {
    const auto index = open_index(config(), kCreate);
    EXPECT_TRUE((*index)->test_nhs_numbers) << "kept while nothing else is said";
    SourceRecord record;
    record.key = {"gp", "1"};
    record.fields = {{"surname", "Shaw"}};
    ASSERT_TRUE((*index)->linker->register_record(record));
  }
  const auto other = open_index(config({{"test_nhs_numbers", "false"}}), kCreate);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("was made for test NHS numbers, and --test-nhs-numbers says otherwise"));
  EXPECT_TRUE((*open_index(config(), kCreate))->test_nhs_numbers);
}

TEST_F(OpenIndexTest, ALockFileThatCannotBeOpenedIsNotAnotherProcess) {
  std::filesystem::create_directories(dir_ + "/store/LOCK");
  const auto index = open_index(config(), kCreate);
  ASSERT_FALSE(index);
  EXPECT_EQ(index.error().code, ErrorCode::kIo);
  EXPECT_THAT(index.error().message, Not(HasSubstr("process")));
  EXPECT_FALSE(has_nature());
}

TEST_F(OpenIndexTest, ADirectoryInUseSaysSo) {
  const auto first = open_index(config(), kCreate);
  ASSERT_TRUE(first);
  const auto second = open_index(config(), kCreate);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr("in use by"));
}

}  // namespace
}  // namespace gmpi
