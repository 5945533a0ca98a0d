// benchmarks/population/output_file.h - a file written from front to back, with its digest.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sha256.h"

namespace gmpi::population {

/// Threads: external lock needed. Write errors are kept and told by close().
class OutputFile {
 public:
  static Result<OutputFile> create(const std::string& path);

  void write(std::string_view bytes);
  /// The SHA-256 of all bytes written. Errors: kIo, also of earlier writes. Call once, last.
  Result<std::string> close();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  OutputFile(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  Sha256 digest_;
  bool failed_ = false;
};

}  // namespace gmpi::population
