// apps/import_file.h - one file into the index: read in batches, registered durably, resumable, nothing lost.
//
// After each durable batch the position is written to DIR/imports/<fingerprint>.position, so a stopped import goes on
// where it was (a finished one leaves none); registering is idempotent, so a batch that was done twice changes nothing. A row that cannot be
// taken is written to DIR/imports/<fingerprint>.rejects.csv (file,line,reason) and the rest goes on.
// Tested by tests/apps/import_file_test.cc and tests/e2e/.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "apps/person_table.h"
#include "base/progress.h"
#include "base/result.h"
#include "linkage/linker.h"

namespace gmpi {

enum class ImportFormat { kAuto, kCsv, kNdjson, kFhir };

struct ImportOptions {
  ImportFormat format = ImportFormat::kAuto;  // by name: .csv, .ndjson, .jsonl; FHIR by its first line's resourceType
  PersonTableOptions table;
  std::string default_source;  // of FHIR and of tables without a source column
  std::size_t batch_records = 2000;
  bool restart = false;        // forget the position
  bool dry_run = false;        // read and check every row, register nothing; position and rejects of a real run stay
};

struct ImportCounts {
  std::uint64_t read = 0;       // rows that were records
  std::uint64_t fresh = 0;      // new identities
  std::uint64_t linked = 0;
  std::uint64_t review = 0;
  std::uint64_t unchanged = 0;  // known already
  std::uint64_t superseded = 0;
  std::uint64_t rejected = 0;   // those that an earlier, stopped run listed included
  std::uint64_t skipped = 0;    // rows before the position of an earlier run
};

struct ImportResult {
  ImportCounts counts;
  bool finished = false;        // false: stopped on request; the position is kept
  std::string rejects_path;     // where rejected rows are listed; empty when there are none
};

/// Errors: kIo, kNotFound, kInvalidInput (file or header), kUnavailable (store stopped). What was registered stays.
Result<ImportResult> import_file(const std::string& path, const ImportOptions& options, const std::string& data_dir,
                                 Linker& linker, const std::function<bool()>& stop_requested, Progress& progress);

}  // namespace gmpi
