// apps/import_file.h - one file into the index: read in batches, registered durably, resumable, nothing lost.
//
// After each durable batch the position is written to DIR/imports/<fingerprint>.position, so a stopped import goes on
// where it was (a finished one leaves none); registering is idempotent, so a batch that was done twice changes nothing.
// A pipe has no position: what is sent again is known already. A row that cannot be taken is written to
// DIR/imports/<fingerprint>.rejects.csv (of a pipe: <name>.rejects.csv) and the rest goes on.
// Tested by tests/apps/import_file_test.cc and tests/e2e/.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "apps/record_rows.h"
#include "base/progress.h"
#include "base/result.h"
#include "linkage/linker.h"
#include "models/source_system.h"
#include "standardize/person.h"

namespace gmpi {

struct ImportOptions {
  RecordRowsOptions rows;
  SourceRegister sources;
  std::size_t batch_records = 2000;
  bool restart = false;  // forget the position
  RejectSink on_reject;  // told of each rejected row of this run beside the rejects file; may be empty
};

/// What became of the rows. records = fresh + linked + review + updated + unchanged + superseded.
struct ImportCounts {
  std::uint64_t records = 0;
  std::uint64_t fresh = 0;       // records not known before: a new person
  std::uint64_t linked = 0;      // ... joined a person
  std::uint64_t review = 0;      // ... alone until a steward has looked
  std::uint64_t updated = 0;     // new content of a known record
  std::uint64_t unchanged = 0;   // known already
  std::uint64_t superseded = 0;  // older than what is held
  std::uint64_t asked = 0;       // of all: those that raised a question for a steward
  std::uint64_t rejected = 0;    // rows; those that an earlier, stopped run listed included
  std::uint64_t skipped = 0;     // rows before the position of an earlier run
  std::uint64_t unchecked = 0;   // rows beyond RepeatedIds::kIdsMax, whose ids may stand in the file twice
  std::map<std::string, std::uint64_t> not_evidence;  // "column: reason" -> values left out of the comparison
};

struct ImportResult {
  ImportCounts counts;
  bool finished = false;     // false: stopped on request; the position is kept
  bool resumable = false;    // false: a pipe
  std::string rejects_path;  // where rejected rows are listed; empty when there are none
};

/// Registers the records of a file, a pipe or standard input ("-").
/// Errors: kIo, kNotFound, kInvalidInput (file or header), kConflict (a flag names what the file lacks), kUnavailable
/// (store stopped). What was registered stays.
Result<ImportResult> import_file(const std::string& path, const ImportOptions& options, const std::string& data_dir,
                                 Linker& linker, const std::function<bool()>& stop_requested, Progress& progress);

/// Reads and checks every row and registers nothing: only `records`, `rejected` and `not_evidence` are counted. No file
/// is written; rejected rows go to options.on_reject. Errors: as import_file().
Result<ImportResult> check_import_file(const std::string& path, const ImportOptions& options,
                                       const StandardizeOptions& standardize,
                                       const std::function<bool()>& stop_requested, Progress& progress);

/// Whether there is something to read, without reading it. Errors: kNotFound, kInvalidInput (a directory), kIo.
Status check_import_input(const std::string& path);

/// Whether `path` can be read only once, forward: standard input, a pipe, a device.
bool is_stream(const std::string& path);

}  // namespace gmpi
