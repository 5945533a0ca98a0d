#include "base/input_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace gmpi {
namespace {

constexpr unsigned kBlockBytes = 256 << 10;  // one read; fits the second-level cache beside its consumer

Error io_error(const std::string& name, int error) {
  return make_error(error == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, name + ": " + std::strerror(error));
}

}  // namespace

struct InputBytes::Impl {
  std::string name;
  gzFile file = nullptr;  // zlib's reader passes plain files through
  std::uint64_t size = 0;
  std::string peeked;  // taken from the file and not yet given out

  ~Impl() {
    if (file != nullptr) gzclose(file);
  }

  Result<std::size_t> take(char* to, std::size_t bytes) {
    errno = 0;
    const int got = gzread(file, to, static_cast<unsigned>(std::min<std::size_t>(bytes, 1u << 30)));
    if (got > 0) return static_cast<std::size_t>(got);
    int code = Z_OK;
    std::string_view reason = gzerror(file, &code);
    if (const auto colon = reason.find(": "); reason.starts_with('<') && colon != std::string_view::npos)
      reason.remove_prefix(colon + 2);  // zlib's own name of the file: "<fd:25>"
    if (code == Z_ERRNO) return io_error(name, errno);
    if (got < 0 || code == Z_BUF_ERROR)
      return make_error(ErrorCode::kCorrupt, name + ": damaged gzip data: " + std::string(reason));
    return std::size_t{0};
  }
};

InputBytes::InputBytes(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
InputBytes::InputBytes(InputBytes&&) noexcept = default;
InputBytes& InputBytes::operator=(InputBytes&&) noexcept = default;
InputBytes::~InputBytes() = default;

Result<InputBytes> InputBytes::open(const std::string& path) {
  auto impl = std::make_unique<Impl>();
  impl->name = path == "-" ? "standard input" : path;
  const int fd = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_error(impl->name, errno);
  struct stat facts = {};
  if (::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode)) impl->size = static_cast<std::uint64_t>(facts.st_size);
  impl->file = gzdopen(fd, "rb");
  if (impl->file == nullptr) {
    ::close(fd);
    return make_error(ErrorCode::kIo, impl->name + ": cannot be read");
  }
  gzbuffer(impl->file, kBlockBytes);
  return InputBytes(std::move(impl));
}

Result<std::size_t> InputBytes::read(char* to, std::size_t bytes) {
  std::string& peeked = impl_->peeked;
  if (peeked.empty()) return impl_->take(to, bytes);
  const std::size_t given = std::min(bytes, peeked.size());
  std::memcpy(to, peeked.data(), given);
  peeked.erase(0, given);
  return given;
}

Result<std::string_view> InputBytes::peek(std::size_t bytes) {
  std::string& peeked = impl_->peeked;
  while (peeked.size() < bytes) {
    const std::size_t held = peeked.size();
    const std::size_t wanted = std::min<std::size_t>(bytes - held, kBlockBytes);
    peeked.resize(held + wanted);
    const auto got = impl_->take(peeked.data() + held, wanted);
    peeked.resize(held + (got ? *got : 0));
    if (!got && peeked.empty()) return got.error();
    if (!got || *got == 0) break;  // an error comes again when it is reached
  }
  return std::string_view(peeked).substr(0, bytes);
}

const std::string& InputBytes::name() const { return impl_->name; }
std::uint64_t InputBytes::size() const { return impl_->size; }
std::uint64_t InputBytes::taken() const {
  const auto offset = gzoffset(impl_->file);
  return offset < 0 ? 0 : static_cast<std::uint64_t>(offset);
}

}  // namespace gmpi
