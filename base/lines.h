// base/lines.h - text lines of a file (plain or gzip), one at a time, with a limit on what one line may hold.
//
// Tested by tests/base/lines_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/input_bytes.h"
#include "base/result.h"

namespace gmpi {

struct Line {
  std::uint64_t number = 0;  // 1-based
  std::string_view text;     // without the line break (LF or CRLF); valid until the next call; empty when too long
  bool too_long = false;     // beyond the limit: its bytes were skipped
};

/// Threads: external lock needed. Memory: a block of 1 MiB plus one line.
class LineReader {
 public:
  /// "-" reads standard input. Errors: kIo, kNotFound.
  static Result<LineReader> open(const std::string& path, std::size_t line_bytes_max);
  /// From the next byte on.
  static LineReader read(InputBytes bytes, std::size_t line_bytes_max);
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;
  ~LineReader();

  /// The next line, or null at the end or on an error.
  const Line* next();
  /// Set when reading stopped early: kIo, or kCorrupt for a damaged gzip stream. A line cut off there is not returned.
  const Status& status() const;

 private:
  struct Impl;
  explicit LineReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gmpi
