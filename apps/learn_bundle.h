// apps/learn_bundle.h - a model bundle made from the files themselves: `gmpi link` without a model, `gmpi model suggest`.
//
// Three passes over the files: a sample of rows tells what each column is (standardize/column_profile.h), then all rows
// are derived and packed and the model is learnt (linkage/zero_set_up.h); linking reads them again with the bundle, as
// it would on another day. Tested by tests/e2e/zero_set_up_test.py.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/shipped_model.h"
#include "base/progress.h"
#include "base/result.h"
#include "linkage/zero_set_up.h"
#include "standardize/column_profile.h"

namespace CLI {
class App;
}

namespace gmpi {

struct LearnOptions {
  std::vector<std::string> files;
  std::string id_column, source_column;   // empty: found by content
  ZeroSetUpOptions set_up;
  std::vector<std::string> without;       // accuracy_devices() to do without
};

/// The flag --without DEVICE.
void add_without(CLI::App& command, std::vector<std::string>& without);

/// The columns of the files, by a sample of their rows.
struct FileProfile {
  std::vector<std::string> headers;  // of all files, each once
  std::vector<ColumnProfile> columns;
  std::uint64_t rows = 0;
};

/// Errors: kIo, kInvalidInput (a file without rows).
Result<FileProfile> profile_files(const LearnOptions& options);

/// Whether the shipped person model knows these files better than what could be learnt from them: they hold NHS
/// numbers, or too few rows to learn from.
bool suits_person_model(const FileProfile& profile);

struct LearnedBundle {
  LoadedModel model;
  FileProfile profile;
  SuggestedColumns columns;
  ZeroSetUp set_up;
};

/// Errors: as set_up_from_nothing() and profile_files().
Result<LearnedBundle> learn_bundle(const LearnOptions& options, FileProfile profile, ProgressStyle style);

/// What each column was taken for and why.
std::string columns_text(const FileProfile& profile, const SuggestedColumns& columns);
/// One page for a person: what columns were taken for, what is compared, rules, weights, what to check.
std::string report_text(const LearnedBundle& learned);
std::string report_json(const LearnedBundle& learned);

}  // namespace gmpi
