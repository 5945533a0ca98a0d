#include "index/store/witness.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "index/store/bytes.h"
#include "index/store/log_chain.h"

namespace gmpi {
namespace {

constexpr std::string_view kMagic = "GMPIWIT1";
constexpr std::size_t kHashBytes = std::tuple_size_v<ChainHash>;
constexpr std::size_t kBodyBytes = 8 + 8 + kHashBytes;  // magic, seq, hash
constexpr std::size_t kCheckBytes = 16;
constexpr std::size_t kSlotBytes = kBodyBytes + kCheckBytes;
constexpr off_t kSlotDistance = 4096;  // the two slots never share a disk block
constexpr unsigned kSlots = 2;

Error io_error(const std::string& what, const std::string& path) {
  return make_error(ErrorCode::kIo, "witness " + path + ": " + what + ": " + std::strerror(errno));
}

std::string encode_slot(const LogHead& head) {
  std::string slot(kMagic);
  append_be64(slot, head.seq);
  slot.append(hash_bytes(head.hash));
  const ChainHash check = sha256(slot);
  slot.append(hash_bytes(check).substr(0, kCheckBytes));
  return slot;
}

std::optional<LogHead> decode_slot(std::string_view slot) {
  if (slot.size() != kSlotBytes || !slot.starts_with(kMagic)) return std::nullopt;
  const ChainHash check = sha256(slot.substr(0, kBodyBytes));
  if (slot.substr(kBodyBytes) != hash_bytes(check).substr(0, kCheckBytes)) return std::nullopt;
  return LogHead{read_be64(slot.substr(8)), read_hash(slot.substr(16, kHashBytes))};
}

/// Makes the name of a new file as durable as its content will be.
Status sync_directory_of(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const int directory = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return io_error("cannot open its directory", path);
  const bool synced = ::fsync(directory) == 0;
  ::close(directory);
  if (!synced) return io_error("cannot sync its directory", path);
  return Done{};
}

}  // namespace

Result<Witness> Witness::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return io_error("cannot open", path);
  Witness witness(file, path);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0)
    return make_error(ErrorCode::kUnavailable, "witness " + path + ": held by another open store");
  if (auto read = witness.read_slots(); !read) return read.error();
  if (!witness.recorded_)
    if (auto named = sync_directory_of(path); !named) return named.error();
  return witness;
}

Witness::Witness(Witness&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      path_(std::move(other.path_)),
      recorded_(other.recorded_),
      next_slot_(other.next_slot_),
      synced_(other.synced_) {}

Witness& Witness::operator=(Witness&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(path_, other.path_);
  std::swap(recorded_, other.recorded_);
  std::swap(next_slot_, other.next_slot_);
  std::swap(synced_, other.synced_);
  return *this;
}

Witness::~Witness() {
  if (file_ >= 0) ::close(file_);
}

Status Witness::read_slots() {
  bool any_byte = false;
  for (unsigned slot = 0; slot < kSlots; ++slot) {
    std::array<char, kSlotBytes> bytes{};
    const ssize_t count = ::pread(file_, bytes.data(), bytes.size(), slot * kSlotDistance);
    if (count < 0) return io_error("cannot read", path_);
    any_byte |= count > 0;
    const auto head = decode_slot({bytes.data(), static_cast<std::size_t>(count)});
    if (!head || (recorded_ && recorded_->seq >= head->seq)) continue;
    recorded_ = head;
    next_slot_ = (slot + 1) % kSlots;
  }
  if (any_byte && !recorded_)
    return make_error(ErrorCode::kCorrupt, "witness " + path_ + ": no slot passes its checksum");
  return Done{};
}

Status Witness::record(const LogHead& head) {
  const std::string slot = encode_slot(head);
  const ssize_t count = ::pwrite(file_, slot.data(), slot.size(), next_slot_ * kSlotDistance);
  if (count < 0) return io_error("cannot write", path_);
  if (static_cast<std::size_t>(count) != slot.size())
    return make_error(ErrorCode::kIo, "witness " + path_ + ": short write");
  next_slot_ = (next_slot_ + 1) % kSlots;
  recorded_ = head;
  synced_ = false;
  return Done{};
}

Status Witness::sync() {
  if (synced_) return Done{};
  if (::fdatasync(file_) != 0) return io_error("cannot sync", path_);
  synced_ = true;
  return Done{};
}

Status Witness::replace(const LogHead& head) {
  for (unsigned slot = 0; slot < kSlots; ++slot)
    if (auto recorded = record(head); !recorded) return recorded;
  return sync();
}

}  // namespace gmpi
