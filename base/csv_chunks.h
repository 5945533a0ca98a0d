// base/csv_chunks.h - a CSV read in chunks of rows, so that many threads can parse at once: what CsvReader finds.
//
//     auto csv = CsvChunks::open(path, {});
//     csv->want({0, 3});
//     fill() chunks one after the other; parse() them on any threads; settle() them in the order of fill().
//
// A chunk ends behind a line feed and is parsed as if the next row began there. Where that feed stood inside quotes, or
// the row before goes on, settle() parses the chunk once more from where that row ends, so that rows, line numbers and
// rejects are those of CsvReader whatever the text. Tested by tests/base/csv_chunks_test.cc against it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"

namespace gmpi {

/// Consecutive rows, column by column. Used again for later rows: memory is that of the largest.
class CsvChunk {
 public:
  std::size_t rows() const { return lines_.size(); }
  /// Of wanted column `column`, by row. Valid until the chunk is filled again. May be changed: rows are the caller's.
  std::vector<std::string_view>& cells(std::size_t column) { return cells_[column]; }
  /// 1-based, once settled.
  std::vector<std::uint64_t>& lines() { return lines_; }
  std::vector<CsvReject>& rejects() { return rejects_; }

 private:
  friend class CsvChunks;
  std::string_view text() const { return {bytes_.get(), size_}; }

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0, size_ = 0;
  bool is_last_ = false;
  std::vector<std::vector<std::string_view>> cells_;
  std::vector<std::uint64_t> lines_;
  std::vector<CsvReject> rejects_;
  std::deque<std::string> rewritten_;  // cells whose doubled quotes were halved
  std::size_t bytes_read_ = 0;
  std::uint64_t lines_read_ = 0;
  bool inside_skipped_line_ = false;
};

class CsvChunks {
 public:
  /// Why a row cannot be used, or "": a rejected row. Called on the threads that parse.
  using RowCheck = std::function<std::string(const CsvRow&)>;

  /// Errors: as CsvReader::open().
  static Result<CsvChunks> open(const std::string& path, CsvLimits limits, std::size_t chunk_bytes = kChunkBytes);
  static Result<CsvChunks> read(InputBytes bytes, CsvLimits limits, std::size_t chunk_bytes = kChunkBytes);
  /// What a reader opened with these limits has not given out yet.
  static CsvChunks rest_of(CsvReader reader, CsvLimits limits, std::size_t chunk_bytes = kChunkBytes);

  const std::vector<std::string>& header() const { return header_; }
  /// Columns whose cells are kept, by number; a column may be wanted twice. Before the first fill().
  void want(std::vector<std::size_t> columns, RowCheck check);

  /// Reads the next chunk's bytes. False at the end. One thread at a time.
  bool fill(CsvChunk& chunk);
  /// Finds its rows. Any thread, one a chunk.
  void parse(CsvChunk& chunk) const { parse(chunk, false); }
  /// Puts right where a chunk begins and which lines its rows stand on. One thread at a time, in the order of fill().
  void settle(CsvChunk& chunk);

  /// Of reading: kIo, kCorrupt; a row cut off there is not found. One thread at a time with fill().
  const Status& status() const { return status_; }
  std::uint64_t file_bytes() const { return file_.size(); }        // as stored; 0: unknown
  std::uint64_t file_bytes_read() const { return file_.taken(); }

  static constexpr std::size_t kChunkBytes = 512 << 10;

 private:
  explicit CsvChunks(InputBytes file) : file_(std::move(file)) {}
  void parse(CsvChunk& chunk, bool inside_skipped_line) const;
  std::size_t take(char* to, std::size_t bytes);
  static void reserve(CsvChunk& chunk, std::size_t bytes);

  CsvLimits limits_;
  std::size_t chunk_bytes_ = kChunkBytes;
  InputBytes file_;
  std::vector<std::string> header_;
  std::vector<std::size_t> wanted_;
  RowCheck check_;
  std::string unread_;    // what the reader of the header took too much
  std::size_t unread_at_ = 0;
  std::string tail_;      // bytes behind the last chunk's end
  bool at_end_ = false;
  Status status_ = Done{};
  // Of the chunks settled so far:
  std::uint64_t lines_ = 0;           // line feeds before the next row
  std::string unparsed_;              // the begin of a row that goes on
  bool inside_skipped_line_ = false;
};

}  // namespace gmpi
