#include "base/lines.h"

#include <cerrno>
#include <cstring>
#include <vector>

#include <unistd.h>
#include <zlib.h>

namespace gmpi {

namespace {

constexpr unsigned kBlockBytes = 1 << 20;

}  // namespace

struct LineReader::Impl {
  gzFile file = nullptr;
  std::string path;
  std::size_t line_bytes_max = 0;
  std::vector<char> block = std::vector<char>(kBlockBytes);
  std::size_t at = 0, filled = 0;
  bool at_end = false;
  std::string text;
  Line line;
  Status status = Done{};

  ~Impl() {
    if (file != nullptr) gzclose(file);
  }

  bool fill() {
    if (at_end) return false;
    const int got = gzread(file, block.data(), kBlockBytes);
    at = 0;
    filled = got > 0 ? static_cast<std::size_t>(got) : 0;
    at_end = got <= 0;
    if (at_end) note_damage();
    return filled > 0;
  }

  /// At the end of what can be read: a stream cut off in its middle says so only here.
  void note_damage() {
    int code = Z_OK;
    const char* reason = gzerror(file, &code);
    if (code == Z_OK || code == Z_STREAM_END) return;
    status = code == Z_ERRNO ? make_error(ErrorCode::kIo, path + ": " + std::strerror(errno))
                             : make_error(ErrorCode::kCorrupt, path + ": damaged gzip: " + reason);
  }

  void append(const char* first, std::size_t size) {
    if (line.too_long) return;
    if (text.size() + size > line_bytes_max + 1) {  // one more for the CR of a line break
      line.too_long = true;
      text.clear();
    } else {
      text.append(first, size);
    }
  }

  /// False when there is no further line.
  bool read() {
    text.clear();
    line = {line.number + 1, {}, false};
    bool any = false;
    for (;;) {
      if (at == filled && !fill()) return any && status;  // a line cut off by damage is none
      any = true;
      const char* first = block.data() + at;
      const auto* end = static_cast<const char*>(std::memchr(first, '\n', filled - at));
      const std::size_t size = end != nullptr ? static_cast<std::size_t>(end - first) : filled - at;
      append(first, size);
      at += size;
      if (end == nullptr) continue;
      ++at;
      return true;
    }
  }
};

LineReader::LineReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;
LineReader::~LineReader() = default;

Result<LineReader> LineReader::open(const std::string& path, std::size_t line_bytes_max) {
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->line_bytes_max = line_bytes_max;
  impl->file = path == "-" ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path.c_str(), "rb");
  if (impl->file == nullptr)
    return make_error(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, path + ": " + std::strerror(errno));
  return LineReader(std::move(impl));
}

const Line* LineReader::next() {
  if (!impl_->read()) return nullptr;
  if (!impl_->text.empty() && impl_->text.back() == '\r') impl_->text.pop_back();
  if (impl_->text.size() > impl_->line_bytes_max) {
    impl_->line.too_long = true;
    impl_->text.clear();
  }
  impl_->line.text = impl_->text;
  return &impl_->line;
}

const Status& LineReader::status() const { return impl_->status; }

}  // namespace gmpi
