// apps/rejects_file.h - the rows of input that were not taken, as CSV: file,line,reason.
//
// Reasons hold no data of the row. Tested by tests/apps/rejects_file_test.cc.
#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gmpi {

class RejectsFile {
 public:
  /// Begins the file anew. Errors: kIo.
  static Result<RejectsFile> create(const std::string& path);
  /// Begins it anew with those rows of its old content that name a line of at most `last_line`; `kept` is told of
  /// them. Errors: kIo.
  using Kept = std::function<void(std::uint64_t line, std::string_view reason)>;
  static Result<RejectsFile> resume(const std::string& path, std::uint64_t last_line, const Kept& kept = {});

  void add(std::string_view file, std::uint64_t line, std::string_view reason);
  /// Puts all rows on stable storage. Errors: kIo.
  Status sync();

  const std::string& path() const { return path_; }
  std::uint64_t count() const { return count_; }  // rows in the file

 private:
  RejectsFile(std::string path, std::ofstream file, std::uint64_t count)
      : path_(std::move(path)), file_(std::move(file)), count_(count) {}

  std::string path_;
  std::ofstream file_;
  std::uint64_t count_ = 0;
  std::uint64_t synced_ = 0;  // of count_
};

/// Tells of rejected rows as they come: in a file where one was asked for, else the first kRejectLinesMax of them on
/// standard error as "file:line: reason".
class RejectReport {
 public:
  static constexpr std::uint64_t kRejectLinesMax = 100;

  /// `path` "": standard error. Errors: kIo.
  static Result<RejectReport> open(const std::string& path);

  void add(std::string_view file, std::uint64_t line, std::string_view reason);
  /// Says how many rows were not shown, or where all of them are. Errors: kIo.
  Status finish();
  std::uint64_t count() const { return count_; }

 private:
  std::optional<RejectsFile> file_;
  std::uint64_t count_ = 0;
};

}  // namespace gmpi
