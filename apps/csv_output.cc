#include "apps/csv_output.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace gmpi {

namespace {

constexpr std::size_t kFlushBytes = 1 << 16;

Error io_error(const std::string& path) { return make_error(ErrorCode::kIo, path + ": " + std::strerror(errno)); }

}  // namespace

Result<CsvOutput> CsvOutput::create(const std::string& path, std::string_view header, std::size_t workers) {
  CsvOutput output;
  output.path_ = path;
  output.file_ = path == "-" ? stdout : std::fopen((path + ".part").c_str(), "wb");
  if (output.file_ == nullptr) return io_error(path);
  output.buffers_.resize(workers);
  output.failed_ = std::fprintf(output.file_, "%.*s\n", static_cast<int>(header.size()), header.data()) < 0;
  return output;
}

CsvOutput::CsvOutput(CsvOutput&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, nullptr)),
      failed_(other.failed_),
      buffers_(std::move(other.buffers_)) {}

CsvOutput::~CsvOutput() {
  if (file_ == nullptr || file_ == stdout) return;
  std::fclose(file_);
  std::remove((path_ + ".part").c_str());
}

void CsvOutput::written(std::size_t worker) {
  if (buffers_[worker].size() >= kFlushBytes) flush(buffers_[worker]);
}

void CsvOutput::flush(std::string& buffer) {
  const std::lock_guard lock(mutex_);
  failed_ |= std::fwrite(buffer.data(), 1, buffer.size(), file_) != buffer.size();
  buffer.clear();
}

Status CsvOutput::finish() {
  for (auto& buffer : buffers_) flush(buffer);
  if (std::fflush(file_) != 0 || failed_) return io_error(path_);
  if (file_ == stdout) return Done{};
  const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
  if (!closed || std::rename((path_ + ".part").c_str(), path_.c_str()) != 0) return io_error(path_);
  return Done{};
}

void append_number(std::string& out, double number) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace gmpi
