#include "tests/index/store/fault_file_system.h"

#include <unistd.h>

#include <filesystem>

namespace gmpi {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class FaultFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name, std::uint64_t length,
            FaultFileSystem& faults)
      : FSWritableFileOwnerWrapper(std::move(file)),
        name_(std::move(name)),
        length_(length),
        faults_(faults) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug) override {
    if (auto refused = faults_.before_append(); !refused.ok()) return refused;
    auto status = FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (status.ok()) faults_.appended(name_, length_ += data.size());
    return status;
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return sync([&] { return FSWritableFileOwnerWrapper::Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return sync([&] { return FSWritableFileOwnerWrapper::Fsync(options, debug); });
  }

 private:
  template <class Call>
  IOStatus sync(Call call) {
    if (auto refused = faults_.before_sync(); !refused.ok()) return refused;
    auto status = call();
    if (status.ok()) faults_.synced(name_);
    return status;
  }

  std::string name_;
  std::uint64_t length_;
  FaultFileSystem& faults_;
};

class FaultDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  FaultDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, std::string name, FaultFileSystem& faults)
      : FSDirectoryWrapper(std::move(directory)), name_(std::move(name)), faults_(faults) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    if (auto refused = faults_.before_sync(); !refused.ok()) return refused;
    auto status = FSDirectoryWrapper::Fsync(options, debug);
    if (status.ok()) faults_.directory_synced(name_);
    return status;
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, debug);
  }

 private:
  std::string name_;
  FaultFileSystem& faults_;
};

std::string plain(const std::string& name) {
  return std::filesystem::path(name).lexically_normal().string();
}

std::string directory_of(const std::string& name) {
  return std::filesystem::path(name).parent_path().string();
}

}  // namespace

FaultFileSystem::Status FaultFileSystem::power_check() const {
  return power_is_off_ ? Status::IOError("injected: no power") : Status::OK();
}

FaultFileSystem::Status FaultFileSystem::before_append() {
  if (auto off = power_check(); !off.ok()) return off;
  if (append_countdown_ > 0 && --append_countdown_ == 0) append_countdown_ = -1;
  if (append_countdown_ >= 0) return Status::OK();
  fault_met_ = true;
  return Status::NoSpace("injected: disk full");
}

FaultFileSystem::Status FaultFileSystem::before_sync() {
  if (auto off = power_check(); !off.ok()) return off;
  if (sync_countdown_ <= 0 || --sync_countdown_ > 0) return Status::OK();
  fault_met_ = true;
  return Status::IOError("injected: fsync failed");
}

void FaultFileSystem::appended(const std::string& name, std::uint64_t length) {
  const std::lock_guard lock(mutex_);
  files_[name].written = length;
}

void FaultFileSystem::synced(const std::string& name) {
  if (lying_) return;
  const std::lock_guard lock(mutex_);
  files_[name].synced = files_[name].written;
}

void FaultFileSystem::directory_synced(const std::string& directory) {
  if (lying_) return;
  const std::lock_guard lock(mutex_);
  std::erase_if(unsynced_names_, [&](const std::string& name) { return directory_of(name) == directory; });
}

FaultFileSystem::Status FaultFileSystem::NewWritableFile(const std::string& name,
                                                         const rocksdb::FileOptions& options,
                                                         std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                         IODebugContext* debug) {
  if (auto off = power_check(); !off.ok()) return off;
  std::unique_ptr<rocksdb::FSWritableFile> inner;
  auto status = FileSystemWrapper::NewWritableFile(name, options, &inner, debug);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  files_[plain(name)] = {};
  unsynced_names_.insert(plain(name));
  *file = std::make_unique<FaultFile>(std::move(inner), plain(name), 0, *this);
  return status;
}

FaultFileSystem::Status FaultFileSystem::ReopenWritableFile(const std::string& name,
                                                            const rocksdb::FileOptions& options,
                                                            std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                            IODebugContext* debug) {
  if (auto off = power_check(); !off.ok()) return off;
  std::unique_ptr<rocksdb::FSWritableFile> inner;
  auto status = FileSystemWrapper::ReopenWritableFile(name, options, &inner, debug);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  *file = std::make_unique<FaultFile>(std::move(inner), plain(name), files_[plain(name)].written, *this);
  return status;
}

FaultFileSystem::Status FaultFileSystem::NewDirectory(const std::string& name, const IOOptions& options,
                                                      std::unique_ptr<rocksdb::FSDirectory>* directory,
                                                      IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> inner;
  auto status = FileSystemWrapper::NewDirectory(name, options, &inner, debug);
  if (status.ok()) *directory = std::make_unique<FaultDirectory>(std::move(inner), plain(name), *this);
  return status;
}

FaultFileSystem::Status FaultFileSystem::DeleteFile(const std::string& name, const IOOptions& options,
                                                    IODebugContext* debug) {
  if (auto off = power_check(); !off.ok()) return off;
  auto status = FileSystemWrapper::DeleteFile(name, options, debug);
  const std::lock_guard lock(mutex_);
  if (status.ok()) files_.erase(plain(name));
  if (status.ok()) unsynced_names_.erase(plain(name));
  return status;
}

FaultFileSystem::Status FaultFileSystem::RenameFile(const std::string& from, const std::string& to,
                                                    const IOOptions& options, IODebugContext* debug) {
  if (auto off = power_check(); !off.ok()) return off;
  auto status = FileSystemWrapper::RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  if (auto moved = files_.extract(plain(from))) {
    files_.erase(plain(to));
    moved.key() = plain(to);
    files_.insert(std::move(moved));
  }
  unsynced_names_.erase(plain(from));  // a rename is taken as kept: its old target would have to come back
  return status;
}

void FaultFileSystem::lose_unsynced(Random& random) {
  const std::lock_guard lock(mutex_);
  for (const std::string& name : unsynced_names_) {
    if (random.chance(0.5)) continue;
    ::unlink(name.c_str());
    files_.erase(name);
  }
  for (const auto& [name, length] : files_) {
    const std::uint64_t kept = length.synced + random.below(length.written - length.synced + 1);
    std::error_code ignored;
    if (std::filesystem::exists(name, ignored)) std::filesystem::resize_file(name, kept, ignored);
  }
}

}  // namespace gmpi
