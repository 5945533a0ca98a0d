#include "apps/rejects_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "base/csv.h"
#include "base/file.h"

namespace gmpi {

namespace {

constexpr std::string_view kHeader = "file,line,reason\n";
constexpr std::size_t kColumns = 3;

struct KeptRows {
  std::string text;
  std::uint64_t count = 0;
};

KeptRows rows_up_to(const std::string& path, std::uint64_t last_line, const RejectsFile::Kept& tell) {
  KeptRows kept;
  auto reader = CsvReader::open(path, {});
  if (!reader) return kept;  // none was written, or nothing of it arrived
  while (const CsvRow* row = reader->next()) {
    std::uint64_t line = 0;
    if (row->fields.size() != kColumns) continue;
    std::from_chars(row->fields[1].data(), row->fields[1].data() + row->fields[1].size(), line);
    if (line == 0 || line > last_line) continue;
    append_csv_row(kept.text, row->fields);
    ++kept.count;
    if (tell) tell(line, row->fields[2]);
  }
  return kept;
}

Error cannot_write(const std::string& path) {
  return make_error(ErrorCode::kIo, path + ": cannot be written");
}

}  // namespace

Result<RejectsFile> RejectsFile::create(const std::string& path) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << kHeader;
  file.flush();
  if (!file) return cannot_write(path);
  return RejectsFile(path, std::move(file), 0);
}

Result<RejectsFile> RejectsFile::resume(const std::string& path, std::uint64_t last_line, const Kept& tell) {
  const KeptRows kept = last_line == 0 ? KeptRows() : rows_up_to(path, last_line, tell);
  if (Status done = write_file_atomically(path, std::string(kHeader) + kept.text); !done) return done.error();
  std::ofstream file(path, std::ios::binary | std::ios::app);
  if (!file) return cannot_write(path);
  RejectsFile rejects(path, std::move(file), kept.count);
  rejects.synced_ = kept.count;
  return rejects;
}

void RejectsFile::add(std::string_view file, std::uint64_t line, std::string_view reason) {
  std::string row;
  append_csv_row(row, {file, std::to_string(line), reason});
  file_ << row;
  ++count_;
}

Status RejectsFile::sync() {
  file_.flush();
  if (!file_) return cannot_write(path_);
  if (synced_ == count_) return Done{};
  const int fd = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  // A pipe or a terminal has nothing to sync.
  const bool synced = fd >= 0 && (::fsync(fd) == 0 || errno == EINVAL || errno == EROFS);
  if (fd >= 0) ::close(fd);
  if (!synced) return cannot_write(path_);
  synced_ = count_;
  return Done{};
}

Result<RejectReport> RejectReport::open(const std::string& path) {
  RejectReport report;
  if (path.empty()) return report;
  auto file = RejectsFile::create(path);
  if (!file) return file.error();
  report.file_.emplace(std::move(*file));
  return report;
}

void RejectReport::add(std::string_view file, std::uint64_t line, std::string_view reason) {
  ++count_;
  if (file_) {
    file_->add(file, line, reason);
  } else if (count_ <= kRejectLinesMax) {
    fmt::print(stderr, "{}:{}: {}\n", file, line, reason);
  }
}

Status RejectReport::finish() {
  if (file_) {
    if (Status done = file_->sync(); !done) return done;
    if (count_ > 0) fmt::print(stderr, "{} rows rejected, listed in {}\n", count_, file_->path());
  } else if (count_ > kRejectLinesMax) {
    fmt::print(stderr, "... and {} more rejected rows (--rejects FILE lists all)\n", count_ - kRejectLinesMax);
  }
  return Done{};
}

}  // namespace gmpi
