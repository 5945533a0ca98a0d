#include "index/store/witness.h"

#include <gtest/gtest.h>

#include <fstream>

#include "index/store/log_chain.h"
#include "tests/index/store/temporary_directory.h"

namespace gmpi {
namespace {

LogHead head_of(std::uint64_t seq) {
  return {seq, sha256(std::to_string(seq))};
}

std::optional<LogHead> read_back(const std::string& path) {
  auto witness = Witness::open(path);
  EXPECT_TRUE(witness.ok());
  return witness->recorded();
}

void overwrite(const std::string& path, std::streamoff offset, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(offset);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

TEST(Witness, a_new_file_has_seen_nothing) {
  TemporaryDirectory directory;
  EXPECT_FALSE(read_back(directory / "w"));
}

TEST(Witness, the_newest_head_is_read_back) {
  TemporaryDirectory directory;
  for (std::uint64_t seq = 0; seq < 5; ++seq) {
    {
      auto witness = Witness::open(directory / "w");
      ASSERT_TRUE(witness.ok());
      ASSERT_TRUE(witness->record(head_of(seq)));
      EXPECT_FALSE(witness->synced());
      ASSERT_TRUE(witness->sync());
    }
    EXPECT_EQ(read_back(directory / "w"), head_of(seq));
  }
}

TEST(Witness, a_torn_write_leaves_the_head_before) {
  TemporaryDirectory directory;
  {
    auto witness = Witness::open(directory / "w");
    ASSERT_TRUE(witness->record(head_of(1)));
    ASSERT_TRUE(witness->record(head_of(2)));  // in the second slot
  }
  overwrite(directory / "w", 4096 + 20, "torn");
  EXPECT_EQ(read_back(directory / "w"), head_of(1));
}

TEST(Witness, after_a_torn_write_the_next_goes_into_the_damaged_slot) {
  TemporaryDirectory directory;
  {
    auto witness = Witness::open(directory / "w");
    ASSERT_TRUE(witness->record(head_of(1)));
    ASSERT_TRUE(witness->record(head_of(2)));
  }
  overwrite(directory / "w", 4096 + 20, "torn");
  {
    auto witness = Witness::open(directory / "w");
    ASSERT_TRUE(witness->record(head_of(3)));
  }
  overwrite(directory / "w", 4096 + 20, "torn");
  EXPECT_EQ(read_back(directory / "w"), head_of(1));
}

TEST(Witness, a_replaced_head_may_be_behind_and_is_the_one_read_back) {
  TemporaryDirectory directory;
  {
    auto witness = Witness::open(directory / "w");
    ASSERT_TRUE(witness->record(head_of(9)));
    ASSERT_TRUE(witness->record(head_of(10)));
    ASSERT_TRUE(witness->replace(head_of(5)));
    EXPECT_TRUE(witness->synced());
  }
  EXPECT_EQ(read_back(directory / "w"), head_of(5));
}

TEST(Witness, a_file_that_passes_no_checksum_is_refused) {
  TemporaryDirectory directory;
  std::ofstream(directory / "w") << "this is not a witness";
  auto witness = Witness::open(directory / "w");
  ASSERT_FALSE(witness.ok());
  EXPECT_EQ(witness.error().code, ErrorCode::kCorrupt);
}

TEST(Witness, a_second_opener_is_refused) {
  TemporaryDirectory directory;
  auto first = Witness::open(directory / "w");
  auto second = Witness::open(directory / "w");
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
}

TEST(Witness, a_directory_that_is_not_there_is_an_io_error) {
  TemporaryDirectory directory;
  EXPECT_EQ(Witness::open(directory / "no/such/w").error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace gmpi
