// base/csv.h - comma-separated values (RFC 4180), streamed in and out.
//
// Reads from memory or a file in blocks, plain or gzip (by content), UTF-8 with or without a byte-order mark,
// LF or CRLF, quoted fields with doubled quotes and line breaks. Blank lines are passed over. A quote inside
// a field that does not begin with one is an ordinary character.
//
// A bad row is reported once and skipped; the rest goes on. Where the quotes of a row make no sense (text
// after a closing quote, a quote never closed) the end of the row is unknown, and reading goes on with the
// next line: a stray quote costs its own line, not the rest of the file.
//
// Tested by tests/base/csv_test.cc against tests/reference/csv.h and fuzzed by tests/fuzz/fuzz_csv.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/input_bytes.h"
#include "base/result.h"

namespace gmpi {

struct CsvLimits {
  std::size_t line_bytes_max =
      1 << 20;  // of one row, line breaks in quotes included; a longer one is rejected
  std::size_t columns_max = 1024;
};

/// A row that could not be read. The reason holds no data.
struct CsvReject {
  std::uint64_t line = 0;    // 1-based line on which the row begins
  std::uint64_t column = 0;  // 1-based field number, 0: the whole row
  std::string reason;        // "7 fields where the header has 9", "invalid UTF-8", "NUL byte", ...
};

struct CsvRow {
  std::uint64_t line = 0;                // 1-based
  std::uint64_t byte_offset = 0;         // where the row begins, in the uncompressed bytes
  std::vector<std::string_view> fields;  // as many as the header has; valid until the next call of next()
};

/// Some consecutive bytes of a table behind its header.
struct CsvPart {
  std::string_view text;
  bool is_last = true;               // nothing follows
  bool inside_skipped_line = false;  // begins inside a line that is passed over, else with a row
};

/// Pull reader with a header.
///
///     auto reader = CsvReader::open("people.csv", {});
///     while (auto row = reader->next()) ...
///     if (!reader->status()) return reader->status().error();
///
/// Threads: external lock needed. Cost: one pass; memory is one block plus the longest line allowed.
class CsvReader {
 public:
  /// `path` "-" is standard input.
  /// Errors: kIo (cannot open or read), kCorrupt (damaged gzip), kInvalidInput (empty file, no header,
  /// duplicate or empty column name, UTF-16; the message says which, as "file:line:column: reason").
  static Result<CsvReader> open(const std::string& path, CsvLimits limits);
  /// From the next byte on; errors as of open().
  static Result<CsvReader> read(InputBytes bytes, CsvLimits limits);
  static Result<CsvReader> from_memory(std::string_view text, CsvLimits limits);  // borrows `text`

  /// The rows of a part, as a reader of the whole table finds them; its first line counts as line 1. When it is not the
  /// last part, reading ends before the first row whose end it does not hold (bytes_read()). Borrows the text.
  static CsvReader rows_of(const CsvPart& part, const std::vector<std::string>& header, CsvLimits limits);

  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;
  ~CsvReader();

  const std::vector<std::string>& header() const;
  /// The next good row, or null at the end. Bad rows on the way go to `on_reject`.
  const CsvRow* next();
  void on_reject(std::function<void(const CsvReject&)> handler);
  std::uint64_t rejected_rows() const;
  /// Set when reading stopped early because of the operating system or a damaged gzip stream; a row cut off
  /// there is not returned.
  const Status& status() const;

  /// The input and, in `unread`, what was taken from it and lies behind the last row. Requires open() or read().
  InputBytes release(std::string& unread) &&;

  std::uint64_t bytes_read() const;       // uncompressed bytes up to the end of the last row
  std::uint64_t lines_read() const;       // line feeds in them
  bool is_inside_skipped_line() const;    // of a part: its end is inside a line that is passed over
  std::uint64_t file_bytes_read() const;  // bytes taken from the file as stored, for progress
  std::uint64_t file_bytes() const;       // size of the file as stored; 0: unknown (a pipe)

 private:
  struct Impl;
  explicit CsvReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Appends one row to `out`, quoting where RFC 4180 needs it, ending in LF. What is written reads back the
/// same (a single empty field is quoted, since a blank line is none).
void append_csv_row(std::string& out, const std::vector<std::string_view>& fields);
void append_csv_field(std::string& out, std::string_view field);

}  // namespace gmpi
