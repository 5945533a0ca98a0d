// apps/record_rows.h - the records of an input in any format that `gmpi import` takes, row by row.
//
// The input is read once and forward; its format is told from its first bytes, so a pipe is as good as a file.
// Tested by tests/apps/record_rows_test.cc and, with what becomes of them, import_file_test.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "apps/person_table.h"
#include "base/input_bytes.h"
#include "base/result.h"
#include "models/source_record.h"

namespace gmpi {

enum class ImportFormat { kAuto, kCsv, kNdjson, kFhir };

struct RecordRowsOptions {
  ImportFormat format = ImportFormat::kAuto;  // .csv by name; else by the first bytes: see detect_format()
  PersonTableOptions table;
  std::string default_source;  // of FHIR, of NDJSON and tables that name no source
  UnixMillis as_of_ms = 0;     // of FHIR: when names and addresses are current; 0: they never end
};

/// A record on its way in, with the line it came from; or why there is none.
struct RecordRow {
  std::uint64_t line = 0;
  Result<SourceRecord> record = make_error(ErrorCode::kInternal, "no row was read");
};

/// Told of each row that is none: its line and what is wrong. Never kept: a file may hold nothing else.
using RejectSink = std::function<void(std::uint64_t line, std::string_view reason)>;

class RecordRows {
 public:
  virtual ~RecordRows() = default;
  /// False at the end.
  virtual bool next(RecordRow& row) = 0;
  /// Set when reading stopped early: kIo, kCorrupt.
  virtual Status status() const = 0;
};

/// Errors: kInvalidInput (no records of any known format), kConflict (a flag names a column or a field that is not
/// there, or no flag and no column names the source), kIo, kCorrupt.
Result<std::unique_ptr<RecordRows>> open_record_rows(InputBytes bytes, const RecordRowsOptions& options,
                                                     RejectSink on_reject);

/// A byte-order mark and blank lines aside: a brace begins NDJSON, which is FHIR when its first line has a
/// resourceType; all else is CSV. Errors: kInvalidInput (empty, or a JSON array), those of reading.
Result<ImportFormat> detect_format(InputBytes& bytes);

}  // namespace gmpi
