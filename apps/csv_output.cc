#include "apps/csv_output.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <utility>

namespace gmpi {

namespace {

constexpr std::size_t kFlushBytes = 1 << 16;

Error io_error(const std::string& path, int error) {
  return make_error(ErrorCode::kIo, path + ": " + std::strerror(error));
}

/// A device may be named twice (/dev/null); a file or standard output may not.
bool same_file(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return false;
  if (a == "-" || b == "-") return a == b;
  std::error_code error;
  if (std::filesystem::equivalent(a, b, error)) return std::filesystem::is_regular_file(a, error);
  return std::filesystem::weakly_canonical(a, error) == std::filesystem::weakly_canonical(b, error) &&
         !std::filesystem::exists(a, error);
}

}  // namespace

Result<CsvOutput> CsvOutput::create(const std::string& path, std::string_view header, std::size_t workers) {
  CsvOutput output;
  output.path_ = path;
  // A device or a pipe is written to as it is: renaming a file over it would replace it.
  std::error_code error;
  const auto type = std::filesystem::status(path, error).type();
  using std::filesystem::file_type;
  if (type == file_type::directory) return make_error(ErrorCode::kIo, path + ": is a directory");
  output.in_place_ = path == "-" || (type != file_type::not_found && type != file_type::regular);
  const std::string opened = output.in_place_ ? path : path + ".part";
  output.file_ = path == "-" ? stdout : std::fopen(opened.c_str(), "wb");
  if (output.file_ == nullptr) return io_error(path, errno);
  output.buffers_.resize(workers);
  std::string first_line(header);
  first_line += '\n';
  output.flush(first_line);
  return output;
}

CsvOutput::CsvOutput(CsvOutput&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, nullptr)),
      in_place_(other.in_place_),
      error_(other.error_),
      buffers_(std::move(other.buffers_)) {}

CsvOutput::~CsvOutput() {
  if (file_ == nullptr || file_ == stdout) return;
  std::fclose(file_);
  if (!in_place_) std::remove((path_ + ".part").c_str());
}

void CsvOutput::written(std::size_t worker) {
  if (buffers_[worker].size() >= kFlushBytes) flush(buffers_[worker]);
}

void CsvOutput::end_chunk(std::uint64_t chunk, std::size_t worker) {
  std::unique_lock lock(mutex_);
  chunk_written_.wait(lock, [&] { return chunk < next_chunk_ + kChunksKept; });
  ended_.emplace(chunk, std::move(buffers_[worker]));
  buffers_[worker].clear();
  if (!spare_.empty()) {
    buffers_[worker] = std::move(spare_.back());
    spare_.pop_back();
  }
  if (writing_) return;
  writing_ = true;
  while (!ended_.empty() && ended_.begin()->first == next_chunk_) {
    std::string rows = std::move(ended_.begin()->second);
    ended_.erase(ended_.begin());
    lock.unlock();
    const bool done = std::fwrite(rows.data(), 1, rows.size(), file_) == rows.size();
    rows.clear();
    lock.lock();
    if (!done) note_failure();
    spare_.push_back(std::move(rows));
    ++next_chunk_;
    chunk_written_.notify_all();
  }
  writing_ = false;
}

void CsvOutput::flush(std::string& buffer) {
  const std::lock_guard lock(mutex_);
  if (std::fwrite(buffer.data(), 1, buffer.size(), file_) != buffer.size()) note_failure();
  buffer.clear();
}

void CsvOutput::note_failure() {
  if (error_ == 0) error_ = errno != 0 ? errno : EIO;
}

Status CsvOutput::finish() {
  for (auto& buffer : buffers_) flush(buffer);
  if (std::fflush(file_) != 0) note_failure();
  if (error_ != 0) return io_error(path_, error_);
  if (file_ == stdout) return Done{};
  const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
  const std::string part = path_ + ".part";
  if (!closed || (!in_place_ && std::rename(part.c_str(), path_.c_str()) != 0)) {
    note_failure();
    if (!in_place_) std::remove(part.c_str());
    return io_error(path_, error_);
  }
  return Done{};
}

Status check_outputs(const std::vector<std::string>& inputs, const std::vector<std::string>& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (const auto& input : inputs)
      if (input != "-" && same_file(input, outputs[i]))
        return make_error(ErrorCode::kConflict, outputs[i] + ": would replace the input");
    for (std::size_t j = 0; j < i; ++j)
      if (same_file(outputs[j], outputs[i]))
        return make_error(ErrorCode::kConflict, outputs[i] + ": is asked for twice, for different things");
  }
  return Done{};
}

void append_number(std::string& out, double number) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace gmpi
