#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace gmpi {
namespace {

/// Closes what it opened.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  int get() const { return fd_; }
  /// False when the close itself reports a failed write.
  bool close() { return fd_ < 0 || ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

Error io_error(const std::string& path) {
  return make_error(ErrorCode::kIo, fmt::format("{}: {}", path, std::strerror(errno)));
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool sync_folder(const std::string& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return fd.get() >= 0 && ::fsync(fd.get()) == 0;
}

/// mkstemp makes files only the owner can read; a new file gets what the process's mask allows, as open()
/// does.
mode_t new_file_mode(const std::string& path) {
  struct stat facts = {};
  if (::stat(path.c_str(), &facts) == 0) return facts.st_mode & 07777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  const Descriptor fd(path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return io_error(path);
  std::string bytes;
  struct stat facts = {};
  if (::fstat(fd.get(), &facts) == 0 && S_ISREG(facts.st_mode)) {
    bytes.reserve(std::min(static_cast<std::size_t>(facts.st_size), bytes_max));
  }
  char block[64 << 10];
  for (;;) {
    const ssize_t got = ::read(fd.get(), block, sizeof block);
    if (got == 0) return bytes;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(path);
    if (bytes.size() + static_cast<std::size_t>(got) > bytes_max) {
      return make_error(ErrorCode::kLimit, fmt::format("{}: larger than {} bytes", path, bytes_max));
    }
    bytes.append(block, static_cast<std::size_t>(got));
  }
}

Status write_file_atomically(const std::string& path, std::string_view bytes) {
  if (path == "-") {
    if (!write_all(STDOUT_FILENO, bytes)) return io_error("standard output");
    return Done{};
  }
  std::string temporary = path + ".XXXXXX";
  Descriptor fd(::mkstemp(temporary.data()));
  if (fd.get() < 0) return io_error(path);
  const bool written = write_all(fd.get(), bytes) && ::fchmod(fd.get(), new_file_mode(path)) == 0 &&
                       ::fsync(fd.get()) == 0 && fd.close() && ::rename(temporary.c_str(), path.c_str()) == 0;
  if (!written) {
    const Error error = io_error(path);
    ::unlink(temporary.c_str());
    return error;
  }
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  if (!sync_folder(folder)) return io_error(folder);
  return Done{};
}

}  // namespace gmpi
