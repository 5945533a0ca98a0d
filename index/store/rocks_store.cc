#include "index/store/rocks_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <mutex>

#include "index/store/bytes.h"
#include "index/store/limits.h"
#include "index/store/log_chain.h"
#include "index/store/request_check.h"
#include "index/store/rocks_log.h"
#include "index/store/witness.h"

namespace gmpi {
namespace {

constexpr std::uint64_t kFormatVersion = 2;
constexpr std::string_view kFormatKey = "store.format";
constexpr std::string_view kLogFamily = "log";
constexpr std::size_t kVersionBytes = 8;  // before every stored value
constexpr std::size_t kHashBytes = std::tuple_size_v<ChainHash>;
constexpr std::size_t kLogHeadBytes = 2 * kHashBytes;  // chain hash, batch hash, then the event

rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

std::string_view view(const rocksdb::Slice& bytes) {
  return {bytes.data(), bytes.size()};
}

Error to_error(const rocksdb::Status& status, std::string_view doing) {
  const ErrorCode code = status.IsCorruption() ? ErrorCode::kCorrupt
                         : status.IsIOError()  ? ErrorCode::kIo
                         : status.IsNotFound() ? ErrorCode::kNotFound
                                               : ErrorCode::kInternal;
  return make_error(code, "store: " + std::string(doing) + ": " + status.ToString());
}

Error open_error(const rocksdb::Status& status, const std::string& path) {
  const std::string text = status.ToString();
  const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
  // RocksDB has no code for a lock that is held; a lock file that cannot be opened is another matter.
  if (status.IsIOError() && (says("While lock file") || says("lock hold by current process")))
    return make_error(ErrorCode::kUnavailable,
                      "store " + path + ": already open, here or in another process");
  if (status.IsIOError() && (says("Permission denied") || says("Read-only file system")))
    return make_error(ErrorCode::kIo, "store " + path + ": this user may not write here: " + text);
  return make_error(status.IsCorruption() ? ErrorCode::kCorrupt : ErrorCode::kIo,
                    "store " + path + ": refused to open: " + text);
}

/// Told by RocksDB's background threads; read by every commit.
class FailureListener final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    if (!status->ok()) set(status->ToString());
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* auto_recovery) override {
    *auto_recovery = false;
  }

  /// The first cause stays.
  void set(const std::string& cause) {
    const std::lock_guard lock(mutex_);
    if (failed_) return;
    cause_ = cause;
    failed_ = true;
  }
  bool failed() const { return failed_; }
  std::string cause() const {
    const std::lock_guard lock(mutex_);
    return cause_;
  }

 private:
  mutable std::mutex mutex_;
  std::string cause_;
  std::atomic<bool> failed_ = false;
};

rocksdb::CompressionType first_supported(std::initializer_list<rocksdb::CompressionType> wished) {
  const auto supported = rocksdb::GetSupportedCompressions();
  for (const auto type : wished)
    if (std::find(supported.begin(), supported.end(), type) != supported.end()) return type;
  return rocksdb::kNoCompression;
}

rocksdb::DBOptions db_options(const RocksStoreOptions& ours, std::shared_ptr<FailureListener> listener) {
  rocksdb::DBOptions options;
  if (ours.env) options.env = ours.env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.recycle_log_file_num = 0;
  options.track_and_verify_wals_in_manifest = true;
  options.manual_wal_flush = false;
  options.wal_compression = rocksdb::kNoCompression;
  options.paranoid_checks = true;
  options.max_bgerror_resume_count = 0;
  options.allow_data_in_errors = false;
  options.max_background_jobs = 2;
  options.bytes_per_sync = 1u << 20;
  options.max_total_wal_size = 256u << 20;
  options.db_write_buffer_size = ours.memtables_bytes_total;
  options.max_open_files = 1024;
  options.info_log = rocks_log();
  options.listeners = {std::move(listener)};
  return options;
}

rocksdb::ColumnFamilyOptions family_options(const RocksStoreOptions& ours,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.block_size = 16u << 10;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.checksum = rocksdb::kXXH3;
  table.format_version = 5;

  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = ours.memtable_bytes;
  options.max_write_buffer_number = 2;
  options.memtable_protection_bytes_per_key = 8;
  options.force_consistency_checks = true;
  options.level_compaction_dynamic_level_bytes = true;
  options.compression = first_supported({rocksdb::kLZ4Compression});
  options.bottommost_compression = first_supported({rocksdb::kZSTD, rocksdb::kLZ4Compression});
  return options;
}

/// "default" (unused, RocksDB insists), the tables in the order of kTables, the log.
std::vector<std::string> family_names() {
  std::vector<std::string> names = {rocksdb::kDefaultColumnFamilyName};
  for (const TableName& table : kTables) names.emplace_back(table.name);
  names.emplace_back(kLogFamily);
  return names;
}

Status make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return Done{};
  return make_error(ErrorCode::kIo,
                    "store " + path + ": cannot create the directory: " + std::strerror(errno));
}

/// Refuses a directory with tables this build does not know, before anything in it is touched.
Status check_families(const RocksStoreOptions& ours, const rocksdb::DBOptions& options) {
  if (!options.env->FileExists(ours.path + "/CURRENT").ok()) return Done{};
  std::vector<std::string> found;
  const auto listed = rocksdb::DB::ListColumnFamilies(options, ours.path, &found);
  if (!listed.ok()) return open_error(listed, ours.path);
  const auto known = family_names();
  for (const std::string& name : found)
    if (std::find(known.begin(), known.end(), name) == known.end())
      return make_error(ErrorCode::kUnsupported,
                        "store " + ours.path + ": it has a table \"" + name +
                            "\" that this build does not know; open it with the newer "
                            "gmpi that wrote it");
  return Done{};
}

struct LogValue {
  ChainHash hash;
  ChainHash batch;
  std::string_view event;
};

std::optional<LogValue> decode_log_value(std::string_view bytes) {
  if (bytes.size() < kLogHeadBytes) return std::nullopt;
  return LogValue{read_hash(bytes.substr(0, kHashBytes)), read_hash(bytes.substr(kHashBytes, kHashBytes)),
                  bytes.substr(kLogHeadBytes)};
}

Error damaged_entry(std::uint64_t seq, std::string_view what) {
  return make_error(ErrorCode::kCorrupt, "store: log entry " + std::to_string(seq) + " " + std::string(what));
}

/// Requests from the first on whose bytes fit one fsync; at least one.
std::size_t group_size(std::span<const CommitRequest> requests) {
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (count < requests.size()) {
    bytes += request_bytes(requests[count]);
    if (count > 0 && bytes > kStoreGroupBytesMax) break;
    ++count;
  }
  return count;
}

}  // namespace

struct RocksStore::Files {
  std::string path;
  std::shared_ptr<FailureListener> failure = std::make_shared<FailureListener>();
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;  // in the order of family_names

  std::mutex commit_mutex;  // one group at a time; also guards the witness
  std::optional<Witness> witness;
  std::chrono::milliseconds witness_sync_interval{0};
  std::chrono::steady_clock::time_point witness_synced_at;

  mutable std::mutex head_mutex;
  LogHead head;

  rocksdb::ColumnFamilyHandle* family(Table table) const { return families[table_position(table) + 1]; }
  rocksdb::ColumnFamilyHandle* log() const { return families.back(); }

  std::unique_ptr<rocksdb::Iterator> iterate(rocksdb::ColumnFamilyHandle* of,
                                             std::size_t readahead = 0) const {
    rocksdb::ReadOptions options;
    options.readahead_size = readahead;
    return std::unique_ptr<rocksdb::Iterator>(db->NewIterator(options, of));
  }

  void set_head(const LogHead& to) {
    const std::lock_guard lock(head_mutex);
    head = to;
  }

  ~Files() {
    for (auto* family : families) db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    if (db) db->Close().PermitUncheckedError();
  }
};

RocksStore::RocksStore(std::unique_ptr<Files> files) : files_(std::move(files)) {}

RocksStore::~RocksStore() {
  if (files_->witness) (void)files_->witness->sync();
}

Result<std::unique_ptr<RocksStore>> RocksStore::open(const RocksStoreOptions& options) try {
  auto files = std::make_unique<Files>();
  files->path = options.path;
  const rocksdb::DBOptions db = db_options(options, files->failure);
  if (auto made = make_directory(options.path); !made) return made.error();
  if (auto known = check_families(options, db); !known) return known.error();

  const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const std::string& name : family_names())
    descriptors.emplace_back(name, family_options(options, cache));
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::Open(db, options.path, descriptors, &files->families, &opened);
  if (!status.ok()) return open_error(status, options.path);
  files->db.reset(opened);

  std::unique_ptr<RocksStore> store(new RocksStore(std::move(files)));
  if (auto started = store->start(options); !started) return started.error();
  return store;
} catch (const std::exception& problem) {
  return make_error(ErrorCode::kInternal, "store " + options.path + ": " + problem.what());
}

Status RocksStore::start(const RocksStoreOptions& options) {
  if (auto good = check_format(); !good) return good;
  if (auto good = load_head(); !good) return good;
  if (auto good = check_recent_chain(); !good) return good;
  if (options.witness_path.empty()) return Done{};
  return check_witness(options);
}

Status RocksStore::check_format() {
  auto stored = get(Table::kMeta, kFormatKey);
  if (!stored) return stored.error();
  if (*stored) {
    const std::string& text = (*stored)->bytes;
    std::uint64_t version = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), version);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
      return make_error(ErrorCode::kCorrupt,
                        "store " + files_->path + ": its format version is not a number");
    if (version > kFormatVersion)
      return make_error(ErrorCode::kUnsupported, "store " + files_->path + ": format " + text +
                                                     " is newer than this build's " +
                                                     std::to_string(kFormatVersion));
    if (version == kFormatVersion) return Done{};
  }
  // New, or of an older format, which from now on may hold values that only this one has.
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const auto status = files_->db->Put(durable, files_->family(Table::kMeta), slice(kFormatKey),
                                      be64(0) + std::to_string(kFormatVersion));
  if (!status.ok()) return to_error(status, "writing the format version");
  return Done{};
}

Status RocksStore::load_head() {
  const auto last = files_->iterate(files_->log());
  last->SeekToLast();
  if (!last->status().ok()) return to_error(last->status(), "reading the end of the log");
  if (!last->Valid()) return Done{};
  const auto value = decode_log_value(view(last->value()));
  if (last->key().size() != 8 || !value)
    return make_error(ErrorCode::kCorrupt, "store " + files_->path + ": the last log entry is malformed");
  files_->set_head({read_be64(view(last->key())), value->hash});
  return Done{};
}

Status RocksStore::check_recent_chain() {
  const LogHead newest = head();
  const auto from = head_at(newest.seq > kOpenChainCheckEntries ? newest.seq - kOpenChainCheckEntries : 0);
  if (!from) return from.error();
  return verify_chain(*from);
}

Status RocksStore::check_witness(const RocksStoreOptions& options) {
  const std::string where = "store " + options.path + ": ";
  auto witness = Witness::open(options.witness_path);
  if (!witness) return witness.error();
  const LogHead ours = head();
  if (witness->recorded() && !options.adopt_store_head) {
    const LogHead seen = *witness->recorded();
    if (ours.seq < seen.seq)
      return make_error(ErrorCode::kCorrupt, where + "acknowledged changes are missing: its log ends at " +
                                                 std::to_string(ours.seq) + ", the witness " +
                                                 options.witness_path + " saw " + std::to_string(seen.seq) +
                                                 "; restore it from a backup");
    const auto same_place = head_at(seen.seq);
    if (!same_place) return same_place.error();
    if (same_place->hash != seen.hash)
      return make_error(ErrorCode::kCorrupt,
                        where + "its log differs from the witness " + options.witness_path + " at entry " +
                            std::to_string(seen.seq) + "; it is another store's log, or was changed");
    if (auto chained = verify_chain(seen); !chained) return chained;
  } else if (!witness->recorded() && ours.seq > 0 && !options.adopt_store_head) {
    return make_error(ErrorCode::kNotFound,
                      where + "has " + std::to_string(ours.seq) + " log entries but its witness " +
                          options.witness_path +
                          " is missing; if this store is the one to trust, adopt its head");
  }
  files_->witness.emplace(std::move(*witness));
  files_->witness_sync_interval = options.witness_sync_interval;
  files_->witness_synced_at = std::chrono::steady_clock::now();
  return files_->witness->replace(ours);
}

Result<LogHead> RocksStore::head_at(std::uint64_t seq) const {
  if (seq == 0) return LogHead{};
  rocksdb::PinnableSlice bytes;
  const auto status = files_->db->Get(rocksdb::ReadOptions(), files_->log(), be64(seq), &bytes);
  if (status.IsNotFound()) return damaged_entry(seq, "is missing");
  if (!status.ok()) return to_error(status, "reading the log");
  const auto value = decode_log_value(view(bytes));
  if (!value) return damaged_entry(seq, "is malformed");
  return LogHead{seq, value->hash};
}

Status RocksStore::verify_chain(LogHead from) const {
  const LogHead end = head();
  const auto entry = files_->iterate(files_->log(), 1u << 20);
  for (entry->Seek(be64(from.seq + 1)); entry->Valid() && from.seq < end.seq; entry->Next()) {
    const std::uint64_t seq = from.seq + 1;
    const auto value = decode_log_value(view(entry->value()));
    if (view(entry->key()) != be64(seq)) return damaged_entry(seq, "is missing");
    if (!value) return damaged_entry(seq, "is malformed");
    if (next_chain_hash(from.hash, seq, value->batch, value->event) != value->hash)
      return damaged_entry(seq, "breaks the chain");
    from = {seq, value->hash};
  }
  if (!entry->status().ok()) return to_error(entry->status(), "reading the log");
  if (from.seq != end.seq) return damaged_entry(from.seq + 1, "is missing");
  return Done{};
}

Result<std::vector<std::uint64_t>> RocksStore::commit_all(std::span<const CommitRequest> requests) try {
  const std::lock_guard lock(files_->commit_mutex);
  return commit_locked(requests);
} catch (const std::exception& problem) {
  return fail(make_error(ErrorCode::kInternal, std::string("store: commit: ") + problem.what()));
}

Result<std::vector<std::uint64_t>> RocksStore::commit_locked(std::span<const CommitRequest> requests) {
  if (auto usable = check_not_failed(); !usable) return usable.error();
  LogHead newest = head();
  if (auto good = check_group(requests, newest.seq + 1, stored_version(*this)); !good) return good.error();
  std::vector<std::uint64_t> sequences;
  sequences.reserve(requests.size());
  for (std::uint64_t seq = newest.seq; sequences.size() < requests.size();) sequences.push_back(++seq);
  while (!requests.empty()) {
    const std::size_t count = group_size(requests);
    auto written = write_group(requests.first(count), newest);
    if (!written) return fail(written.error());
    newest = *written;
    if (auto recorded = record_witness(newest); !recorded) return fail(recorded.error());
    files_->set_head(newest);
    requests = requests.subspan(count);
  }
  return sequences;
}

Result<LogHead> RocksStore::write_group(std::span<const CommitRequest> requests, LogHead from) {
  rocksdb::WriteBatch batch;
  for (const CommitRequest& request : requests) {
    const std::string seq = be64(from.seq + 1);
    for (const Write& write : request.batch) {
      if (const Put* put = std::get_if<Put>(&write)) {
        const rocksdb::Slice key[] = {slice(put->key)};
        const rocksdb::Slice value[] = {slice(seq), slice(put->value)};
        batch.Put(files_->family(put->table), rocksdb::SliceParts(key, 1), rocksdb::SliceParts(value, 2));
      } else {
        const Delete& erased = std::get<Delete>(write);
        batch.Delete(files_->family(erased.table), slice(erased.key));
      }
    }
    const ChainHash writes = batch_hash(request.batch);
    from = {from.seq + 1, next_chain_hash(from.hash, from.seq + 1, writes, request.event)};
    const rocksdb::Slice key[] = {slice(seq)};
    const rocksdb::Slice entry[] = {slice(hash_bytes(from.hash)), slice(hash_bytes(writes)),
                                    slice(request.event)};
    batch.Put(files_->log(), rocksdb::SliceParts(key, 1), rocksdb::SliceParts(entry, 3));
  }
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const auto status = files_->db->Write(durable, &batch);
  if (!status.ok()) return to_error(status, "writing the log");
  return from;
}

Status RocksStore::record_witness(const LogHead& newest) {
  if (!files_->witness) return Done{};
  if (auto recorded = files_->witness->record(newest); !recorded) return recorded;
  const auto now = std::chrono::steady_clock::now();
  if (now - files_->witness_synced_at < files_->witness_sync_interval) return Done{};
  files_->witness_synced_at = now;
  return files_->witness->sync();
}

Error RocksStore::fail(const Error& cause) {
  files_->failure->set(cause.message);
  return make_error(cause.code, cause.message +
                                    "; the store is failed, and whether this commit survives is known "
                                    "when it is opened again");
}

std::optional<Error> RocksStore::failure() const {
  if (!files_->failure->failed()) return std::nullopt;
  return make_error(
      ErrorCode::kUnavailable,
      "store: failed earlier and accepts no commits until opened again: " + files_->failure->cause());
}

Status RocksStore::check_not_failed() const {
  const auto failed = failure();
  return failed ? Status(*failed) : Status(Done{});
}

Result<std::optional<StoredValue>> RocksStore::get(Table table, std::string_view key) const {
  if (table_position(table) == kTables.size())
    return make_error(ErrorCode::kInvalidInput, "store: no such table");
  rocksdb::PinnableSlice bytes;
  const auto status = files_->db->Get(rocksdb::ReadOptions(), files_->family(table), slice(key), &bytes);
  if (status.IsNotFound()) return std::optional<StoredValue>();
  if (!status.ok()) return to_error(status, "reading a value");
  if (bytes.size() < kVersionBytes)
    return make_error(ErrorCode::kCorrupt, "store: a value without its version");
  const std::string_view stored = view(bytes);
  return std::optional<StoredValue>({read_be64(stored), std::string(stored.substr(kVersionBytes))});
}

Status RocksStore::scan(Table table, std::string_view from_key, const RowVisitor& visit) const {
  if (table_position(table) == kTables.size())
    return make_error(ErrorCode::kInvalidInput, "store: no such table");
  const auto row = files_->iterate(files_->family(table));
  for (row->Seek(slice(from_key)); row->Valid(); row->Next()) {
    const std::string_view stored = view(row->value());
    if (stored.size() < kVersionBytes)
      return make_error(ErrorCode::kCorrupt, "store: a value without its version");
    if (table == Table::kMeta && view(row->key()).starts_with("store.")) continue;
    if (!visit({view(row->key()), stored.substr(kVersionBytes), read_be64(stored)})) return Done{};
  }
  if (!row->status().ok()) return to_error(row->status(), "scanning a table");
  return Done{};
}

Status RocksStore::scan_log(std::uint64_t from_seq, const LogVisitor& visit) const {
  const std::uint64_t end = head().seq;
  const auto entry = files_->iterate(files_->log());
  std::uint64_t seq = std::max<std::uint64_t>(from_seq, 1);
  for (entry->Seek(be64(seq)); entry->Valid() && seq <= end; entry->Next(), ++seq) {
    const auto value = decode_log_value(view(entry->value()));
    if (view(entry->key()) != be64(seq)) return damaged_entry(seq, "is missing");
    if (!value) return damaged_entry(seq, "is malformed");
    if (!visit({seq, value->event, value->hash})) return Done{};
  }
  if (!entry->status().ok()) return to_error(entry->status(), "reading the log");
  if (seq <= end) return damaged_entry(seq, "is missing");
  return Done{};
}

LogHead RocksStore::head() const {
  const std::lock_guard lock(files_->head_mutex);
  return files_->head;
}

Status RocksStore::checkpoint(const std::string& path) {
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(files_->db.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> owner(made);
  if (status.ok()) status = owner->CreateCheckpoint(path);
  if (!status.ok()) return to_error(status, "making a checkpoint");
  return Done{};
}

Status RocksStore::verify() const {
  const auto status = files_->db->VerifyChecksum();
  if (!status.ok()) return to_error(status, "verifying checksums");
  return verify_chain(LogHead{});
}

Status RocksStore::settle() {
  const std::lock_guard lock(files_->commit_mutex);
  if (!files_->witness) return Done{};
  if (auto usable = check_not_failed(); !usable) return usable;
  files_->witness_synced_at = std::chrono::steady_clock::now();
  if (auto synced = files_->witness->sync(); !synced) return fail(synced.error());
  return Done{};
}

}  // namespace gmpi
