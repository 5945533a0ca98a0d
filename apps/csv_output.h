// apps/csv_output.h - a CSV file written by many threads: each fills a buffer of its own, full buffers are appended.
//
// Rows of written() come in no particular order, those of chunks in the order of the chunks. The file appears under its
// name only when finish() succeeded: until then it is NAME.part, so that a stopped run leaves no half answer that looks
// whole. Tested by tests/apps/csv_output_test.cc.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gmpi {

class CsvOutput {
 public:
  /// `path` "-" is standard output. Errors: kIo.
  static Result<CsvOutput> create(const std::string& path, std::string_view header, std::size_t workers);
  CsvOutput(CsvOutput&& other) noexcept;
  CsvOutput& operator=(CsvOutput&&) = delete;
  ~CsvOutput();

  /// The buffer of one worker; append whole rows to it, then call written(worker).
  std::string& buffer(std::size_t worker) { return buffers_[worker]; }
  void written(std::size_t worker);
  /// Instead of written(): the buffer holds all rows of this chunk and is taken. Chunks are numbered from 0, each ends
  /// once, and they are begun in that order: then a call waits only for one that was begun before, and no more than
  /// kChunksKept buffers wait for their turn.
  void end_chunk(std::uint64_t chunk, std::size_t worker);
  Status finish();

 private:
  CsvOutput() = default;
  void flush(std::string& buffer);
  void note_failure();

  std::string path_;
  std::FILE* file_ = nullptr;
  bool in_place_ = false;  // a device, a pipe or standard output: no NAME.part
  int error_ = 0;  // errno of the first write that failed
  std::mutex mutex_;
  std::vector<std::string> buffers_;

  static constexpr std::size_t kChunksKept = 64;
  std::condition_variable chunk_written_;
  std::map<std::uint64_t, std::string> ended_;  // chunks that wait for one before them
  std::vector<std::string> spare_;              // buffers for later chunks
  std::uint64_t next_chunk_ = 0;                // to be written
  bool writing_ = false;                        // somebody writes what is due
};

/// Before anything is read: no file is to be both read and written, or written twice ("-" included); empty names count
/// for nothing. Errors: kConflict, naming the two.
Status check_outputs(const std::vector<std::string>& inputs, const std::vector<std::string>& outputs);

/// Shortest text that reads back as the same double; "inf" and "nan" never occur in our tables.
void append_number(std::string& out, double number);

}  // namespace gmpi
