#include "base/lines.h"

#include <cstring>
#include <vector>

namespace gmpi {

namespace {

constexpr unsigned kBlockBytes = 1 << 20;

}  // namespace

struct LineReader::Impl {
  explicit Impl(InputBytes bytes, std::size_t bytes_max) : file(std::move(bytes)), line_bytes_max(bytes_max) {}

  InputBytes file;
  std::size_t line_bytes_max;
  std::vector<char> block = std::vector<char>(kBlockBytes);
  std::size_t at = 0, filled = 0;
  bool at_end = false;
  std::string text;
  Line line;
  Status status = Done{};

  bool fill() {
    if (at_end) return false;
    const auto got = file.read(block.data(), kBlockBytes);
    at = 0;
    filled = got ? *got : 0;
    at_end = filled == 0;
    if (!got) status = got.error();
    return filled > 0;
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
  auto bytes = InputBytes::open(path);
  if (!bytes) return bytes.error();
  return read(std::move(*bytes), line_bytes_max);
}

LineReader LineReader::read(InputBytes bytes, std::size_t line_bytes_max) {
  return LineReader(std::make_unique<Impl>(std::move(bytes), line_bytes_max));
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
