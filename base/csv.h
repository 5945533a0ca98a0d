// base/csv.h - comma-separated values (RFC 4180), streamed in and out.
//
// Reads from memory or a file in blocks, plain or gzip (by content), UTF-8 with or without a byte-order mark,
// LF or CRLF, quoted fields with doubled quotes and line breaks. A bad line is reported and skipped, never
// half read; the rest goes on. Tested by tests/base/csv_test.cc and fuzzed by tests/fuzz/fuzz_csv.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gmpi {

struct CsvLimits {
  std::size_t line_bytes_max = 1 << 20;  // a longer line is skipped and reported
  std::size_t columns_max = 1024;
};

/// A row that could not be read.
struct CsvReject {
  std::uint64_t line = 0;    // 1-based line on which the row begins
  std::uint64_t column = 0;  // 1-based field number, 0: the whole row
  std::string reason;        // "7 fields where the header has 9", "invalid UTF-8", "NUL byte", ...
};

struct CsvRow {
  std::uint64_t line = 0;                 // 1-based
  std::uint64_t byte_offset = 0;          // where the row begins, in the uncompressed bytes
  std::vector<std::string_view> fields;   // valid until the next call of next()
};

/// Pull reader with a header.
///
///     auto reader = CsvReader::open("people.csv", {});
///     while (auto row = reader->next()) ...
///
/// Threads: external lock needed. Cost: one pass; memory is one block plus the longest line allowed.
class CsvReader {
 public:
  /// Errors: kIo (cannot open or read), kInvalidInput (empty file, no header, duplicate or empty column name;
  /// the message says which, as "file:line:column: reason").
  static Result<CsvReader> open(const std::string& path, CsvLimits limits);
  static Result<CsvReader> from_memory(std::string_view text, CsvLimits limits);  // borrows `text`

  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;
  ~CsvReader();

  const std::vector<std::string>& header() const;
  /// The next good row, or null at the end. Bad rows on the way go to `on_reject`.
  const CsvRow* next();
  void on_reject(std::function<void(const CsvReject&)> handler);
  /// Set when reading stopped early because of the operating system or a damaged gzip stream.
  const Status& status() const;
  std::uint64_t bytes_read() const;

 private:
  struct Impl;
  explicit CsvReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Appends one row to `out`, quoting where RFC 4180 needs it, ending in LF.
void append_csv_row(std::string& out, const std::vector<std::string_view>& fields);
void append_csv_field(std::string& out, std::string_view field);

}  // namespace gmpi
