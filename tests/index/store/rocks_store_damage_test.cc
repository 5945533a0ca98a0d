// What the RocksDB store refuses to open, and that it says why.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/log.h"
#include "base/random.h"
#include "index/store/bytes.h"
#include "index/store/log_chain.h"
#include "index/store/rocks_log.h"
#include "index/store/rocks_store.h"
#include "tests/index/store/temporary_directory.h"

namespace gmpi {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class DamagedStore : public ::testing::Test {
 protected:
  RocksStoreOptions options() const {
    return {.path = directory_ / "store",
            .witness_path = directory_ / "witness",
            .witness_sync_interval = std::chrono::milliseconds(0)};
  }
  RocksStoreOptions without_witness() const {
    RocksStoreOptions changed = options();
    changed.witness_path.clear();
    return changed;
  }

  static CommitRequest request(int i) {
    return {{},
            {},
            {Put{Table::kRecord, "canary-key-" + std::to_string(i), "value " + std::string(200, 'x')}},
            "event " + std::to_string(i)};
  }
  /// Commits one by one, so that each has its own record in the write-ahead log.
  void commit(int count) {
    auto store = RocksStore::open(options());
    ASSERT_TRUE(store.ok()) << store.error().message;
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE((*store)->commit(request(i)).ok());
      sizes_.push_back(fs::file_size(newest_wal()));
    }
  }
  fs::path newest_wal() const {
    fs::path newest;
    for (const auto& file : fs::directory_iterator(directory_ / "store"))
      if (file.path().extension() == ".log" && file.path() > newest) newest = file.path();
    return newest;
  }
  static void flip_bit(const fs::path& path, std::uintmax_t byte) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(byte));
    const int found = file.get();
    file.seekp(static_cast<std::streamoff>(byte));
    file.put(static_cast<char>(found ^ 0x10));
  }
  Error refusal(const RocksStoreOptions& how) {
    auto opened = RocksStore::open(how);
    if (!opened.ok()) return opened.error();
    ADD_FAILURE() << "opened at " << (*opened)->head().seq;
    return {};
  }

  TemporaryDirectory directory_;
  std::vector<std::uintmax_t> sizes_;  // of the write-ahead log after each commit
};

TEST_F(DamagedStore, a_bit_flipped_in_the_middle_of_the_write_ahead_log_is_refused) {
  commit(100);
  flip_bit(newest_wal(), sizes_[50] - 100);
  EXPECT_EQ(refusal(without_witness()).code, ErrorCode::kCorrupt) << "even without a witness";
  EXPECT_EQ(refusal(options()).code, ErrorCode::kCorrupt);
}

TEST_F(DamagedStore, a_log_cut_exactly_between_two_records_is_found_by_the_witness) {
  commit(100);
  fs::resize_file(newest_wal(), sizes_[59]);
  const Error error = refusal(options());
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, AllOf(HasSubstr("ends at 60"), HasSubstr("saw 100"), HasSubstr("backup")));
  auto blind = RocksStore::open(without_witness());
  ASSERT_TRUE(blind.ok()) << "RocksDB alone cannot see it: this is why there is a witness";
  EXPECT_EQ((*blind)->head().seq, 60u);
}

TEST_F(DamagedStore, a_torn_tail_of_an_acknowledged_commit_is_found_by_the_witness) {
  commit(10);
  fs::resize_file(newest_wal(), sizes_[9] - 20);
  EXPECT_THAT(refusal(options()).message, HasSubstr("acknowledged changes are missing"));
}

TEST_F(DamagedStore, an_operator_can_adopt_what_is_left) {
  commit(10);
  fs::resize_file(newest_wal(), sizes_[4]);
  EXPECT_FALSE(RocksStore::open(options()).ok());
  RocksStoreOptions adopt = options();
  adopt.adopt_store_head = true;
  {
    auto store = RocksStore::open(adopt);
    ASSERT_TRUE(store.ok()) << store.error().message;
    EXPECT_EQ((*store)->head().seq, 5u);
  }
  EXPECT_TRUE(RocksStore::open(options()).ok()) << "from then on it is witnessed again";
}

TEST_F(DamagedStore, a_store_ahead_of_its_witness_opens_when_the_chain_goes_on_from_there) {
  commit(5);
  fs::copy_file(directory_ / "witness", directory_ / "old");
  commit(5);
  fs::rename(directory_ / "old", directory_ / "witness");
  auto store = RocksStore::open(options());
  ASSERT_TRUE(store.ok()) << store.error().message;
  EXPECT_EQ((*store)->head().seq, 10u);
}

TEST_F(DamagedStore, a_witness_of_another_log_is_refused) {
  commit(5);
  {
    auto other =
        RocksStore::open({.path = directory_ / "other", .witness_path = directory_ / "other_witness"});
    ASSERT_TRUE(other.ok());
    for (int i = 0; i < 3; ++i) ASSERT_TRUE((*other)->commit({{}, {}, {}, "different"}).ok());
  }
  fs::rename(directory_ / "other_witness", directory_ / "witness");
  EXPECT_THAT(refusal(options()).message, HasSubstr("differs from the witness"));
}

TEST_F(DamagedStore, a_lost_witness_is_noticed) {
  commit(5);
  fs::remove(directory_ / "witness");
  EXPECT_EQ(refusal(options()).code, ErrorCode::kNotFound);
}

TEST_F(DamagedStore, a_lost_store_directory_is_noticed) {
  commit(5);
  fs::remove_all(directory_ / "store");
  EXPECT_THAT(refusal(options()).message, HasSubstr("ends at 0"));
}

TEST_F(DamagedStore, a_damaged_witness_is_refused) {
  commit(5);
  std::ofstream(directory_ / "witness", std::ios::trunc) << std::string(5000, 'w');
  EXPECT_EQ(refusal(options()).code, ErrorCode::kCorrupt);
}

/// Writes past our code, into the files of a closed store.
void tamper(const std::string& path, const std::string& family, const std::string& key,
            const std::string& value) {
  std::vector<std::string> names;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const auto& name : names) descriptors.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open({}, path, descriptors, &handles, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  for (auto* handle : handles)
    if (handle->GetName() == family) {
      ASSERT_TRUE(value == "(delete)" ? db->Delete({}, handle, key).ok()
                                      : db->Put({}, handle, key, value).ok());
    }
  for (auto* handle : handles) ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
}

TEST_F(DamagedStore, a_changed_log_entry_breaks_the_chain) {
  commit(2000);
  const std::string forged = std::string(64, 'h') + "forged event";
  tamper(directory_ / "store", "log", be64(1990), forged);
  EXPECT_THAT(refusal(options()).message, HasSubstr("entry 1990 breaks the chain"))
      << "near the end: at open";
}

TEST_F(DamagedStore, an_old_changed_or_missing_log_entry_is_found_by_verify) {
  commit(2000);
  tamper(directory_ / "store", "log", be64(500), std::string(64, 'h') + "forged");
  auto store = RocksStore::open(options());
  ASSERT_TRUE(store.ok());
  EXPECT_THAT((*store)->verify().error().message, HasSubstr("entry 500 breaks the chain"));
  store->reset();
  tamper(directory_ / "store", "log", be64(400), "(delete)");
  store = RocksStore::open(options());
  ASSERT_TRUE(store.ok());
  EXPECT_THAT((*store)->verify().error().message, HasSubstr("entry 400 is missing"));
}

TEST_F(DamagedStore, a_newer_format_is_refused) {
  commit(1);
  tamper(directory_ / "store", "meta", "store.format", be64(0) + "3");
  const Error error = refusal(options());
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, HasSubstr("newer"));
}

TEST_F(DamagedStore, an_older_format_is_opened_and_from_then_on_is_this_one) {
  commit(1);
  tamper(directory_ / "store", "meta", "store.format", be64(0) + "1");
  auto store = RocksStore::open(options());
  ASSERT_TRUE(store.ok());
  EXPECT_EQ((*store)->get(Table::kMeta, "store.format")->value().bytes, "2");
  EXPECT_TRUE((*store)->verify().ok());
}

TEST_F(DamagedStore, a_table_of_a_newer_build_is_refused) {
  commit(1);
  {
    std::vector<std::string> names;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, directory_ / "store", &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (const auto& name : names) descriptors.emplace_back(name, rocksdb::ColumnFamilyOptions());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, directory_ / "store", descriptors, &handles, &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    rocksdb::ColumnFamilyHandle* added = nullptr;
    ASSERT_TRUE(db->CreateColumnFamily({}, "hologram", &added).ok());
    handles.push_back(added);
    for (auto* handle : handles) ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
  }
  const Error error = refusal(options());
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, HasSubstr("hologram"));
}

TEST_F(DamagedStore, a_second_opener_is_told_that_the_store_is_open) {
  auto first = RocksStore::open(options());
  ASSERT_TRUE(first.ok());
  const Error error = refusal(options());
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_THAT(error.message, HasSubstr("already open"));
}

TEST_F(DamagedStore, a_parent_directory_that_is_not_there_is_an_io_error) {
  RocksStoreOptions lost = options();
  lost.path = directory_ / "no/such/store";
  EXPECT_EQ(refusal(lost).code, ErrorCode::kIo);
}

TEST_F(DamagedStore, the_directory_is_for_its_owner_only) {
  commit(1);
  struct stat found {};
  ASSERT_EQ(::stat((directory_ / "store").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700u);
}

TEST_F(DamagedStore, it_keeps_no_message_file_and_its_messages_name_no_key) {
  RocksStoreOptions small = options();
  small.memtable_bytes = 64u << 10;
  ::testing::internal::CaptureStderr();
  log::start(log::Level::kDebug, false);
  {
    auto store = RocksStore::open(small);
    ASSERT_TRUE(store.ok());
    for (int i = 0; i < 2000; ++i) ASSERT_TRUE((*store)->commit(request(i)).ok());
  }
  log::start(log::Level::kWarning, false);
  const std::string messages = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(messages.find("canary"), std::string::npos);
  for (const auto& file : fs::directory_iterator(directory_ / "store"))
    EXPECT_FALSE(file.path().filename().string().starts_with("LOG")) << file.path();
}

TEST(StoreMessages, are_errors_or_for_debugging_or_not_asked_for) {
  ::testing::internal::CaptureStderr();
  log::start(log::Level::kDebug, false);
  const auto messages = rocks_log();
  rocksdb::Error(messages, "no room for %d bytes", 42);
  rocksdb::Warn(messages, "slow");
  rocksdb::Info(messages, "opened");
  rocksdb::Header(messages, "version");
  rocksdb::Error(messages, "%s", std::string(5000, 'x').c_str());
  log::start(log::Level::kWarning, false);
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("error store: no room for 42 bytes\n"), std::string::npos);
  EXPECT_NE(text.find("debug store: slow\n"), std::string::npos);
  EXPECT_EQ(text.find("opened"), std::string::npos);
  EXPECT_EQ(text.find("version"), std::string::npos);
  EXPECT_EQ(text.find(std::string(1024, 'x')), std::string::npos);
  EXPECT_NE(text.find(std::string(1023, 'x')), std::string::npos);
}

TEST_F(DamagedStore, any_flipped_bit_is_refused_or_harmless_never_silent) {
  RocksStoreOptions small = options();
  small.memtable_bytes = 64u << 10;
  {
    auto store = RocksStore::open(small);
    ASSERT_TRUE(store.ok());
    for (int i = 0; i < 600; ++i) ASSERT_TRUE((*store)->commit(request(i)).ok());
  }
  Random random(5);
  int refused = 0, found_by_verify = 0, harmless = 0;
  for (int round = 0; round < 60; ++round) {
    const std::string copy = directory_ / "copy", witness = directory_ / "witness_copy";
    fs::remove_all(copy);
    fs::copy(directory_ / "store", copy);
    fs::copy_file(directory_ / "witness", witness, fs::copy_options::overwrite_existing);
    std::vector<fs::path> files;
    for (const auto& file : fs::directory_iterator(copy))
      if (fs::file_size(file) > 0) files.push_back(file);
    std::sort(files.begin(), files.end());
    const fs::path victim = files[random.below(files.size())];
    flip_bit(victim, random.below(fs::file_size(victim)));
    auto store = RocksStore::open({.path = copy, .witness_path = witness});
    if (!store.ok()) {
      ++refused;
      continue;
    }
    if (!(*store)->verify()) {
      ++found_by_verify;
      continue;
    }
    ++harmless;
    ASSERT_EQ((*store)->head().seq, 600u) << victim;
    for (int i = 0; i < 600; ++i) {
      const auto value = (*store)->get(Table::kRecord, "canary-key-" + std::to_string(i));
      ASSERT_TRUE(value.ok() && *value) << victim << " " << i;
    }
  }
  std::printf("60 flipped bits: %d refused at open, %d found by verify, %d harmless\n", refused,
              found_by_verify, harmless);
}

}  // namespace
}  // namespace gmpi
