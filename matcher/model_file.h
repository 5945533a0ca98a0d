// matcher/model_file.h - Splink's model JSON, in and out, and the bundle folder around it.
//
// Reads what Splink 3, 4 and 5 write (and people write for them) and refuses everything it would have to
// guess at: an unknown key, function or dialect, a number that is no probability, a name given twice. Each
// refusal names file, path, comparison, level and token. What Splink itself changes when it reloads a file is
// done here too, and said in LinkageModel::warnings:
//
//     m or u absent         Splink's defaults for the level's position; flagged m_from_default,
//     u_from_default tf weight absent      1.0, although Splink writes none for a weight of 0 salting
//     ignored; it changes no result
//
// Splink 5 is told by match_weight_column_prefix, 4 by the keys fix_m_probability and fix_u_probability, 3 by
// the lack of both in a file that names its linker; a bare hand-written file counts as 5.
//
// Threads: pure. Tested by tests/matcher/model_file_test.cc, fuzzed by tests/fuzz/fuzz_model_file.cc.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "matcher/limits.h"
#include "models/linkage_model.h"
#include "models/model_bundle.h"

namespace gmpi {

/// `file_name` is only for messages. Errors: kInvalidInput (JSON with line and column; a wrong type, number
/// or name), kUnsupported (key, dialect, function or form not known), kLimit.
Result<LinkageModel> read_model(std::string_view json, std::string_view file_name);

/// Splink 4 or 5 JSON that Splink loads and read_model reads back as the same model, doubles in shortest
/// round-trip form. Parameters that came from Splink's defaults are left out, as Splink does. A version 3
/// model is written as 4.
std::string write_model(const LinkageModel& model);

/// A bundle folder, or a bare model.json. Errors: as read_model; kIo; a term-frequency table that is
/// malformed, with file and line, or whose column the model does not adjust.
Result<ModelBundle> read_bundle(const std::string& path);

struct BundleFile {
  std::string name;  // "model.json", "policy.toml", "tf/surname.csv"
  std::string bytes;
};

/// The same from files held in memory (the bundle inside the program); `where` stands for the folder in
/// messages.
Result<ModelBundle> bundle_from_files(std::vector<BundleFile> files, const std::string& where);

}  // namespace gmpi
