#include "apps/write_bundle.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "apps/csv_output.h"
#include "base/csv.h"
#include "base/file.h"
#include "matcher/model_file.h"

namespace gmpi {

namespace {

namespace fs = std::filesystem;

std::string table_text(const TermFrequencyTable& table) {
  auto frequencies = table.frequencies;
  std::sort(frequencies.begin(), frequencies.end());
  std::string text = "value,frequency\n";
  for (const auto& [value, frequency] : frequencies) {
    append_csv_field(text, value);
    text += ',';
    append_number(text, frequency);
    text += '\n';
  }
  return text;
}

}  // namespace

std::vector<BundleFile> files_of_bundle(const ModelBundle& bundle) {
  std::vector<BundleFile> files = {{"model.json", write_model(bundle.model)}};
  if (!bundle.policy_text.empty()) files.push_back({"policy.toml", bundle.policy_text});
  for (const auto& table : bundle.term_frequencies) files.push_back({"tf/" + table.column + ".csv", table_text(table)});
  return files;
}

Status write_bundle(const ModelBundle& bundle, const std::string& folder) {
  if (folder.ends_with(".json")) return write_file_atomically(folder, write_model(bundle.model));
  std::error_code error;
  const fs::path root = folder;
  fs::create_directories(bundle.term_frequencies.empty() ? root : root / "tf", error);
  if (error) return make_error(ErrorCode::kIo, folder + ": " + error.message());
  const auto files = files_of_bundle(bundle);
  for (auto file = files.rbegin(); file != files.rend(); ++file)
    if (Status done = write_file_atomically((root / file->name).string(), file->bytes); !done) return done;
  return Done{};
}

}  // namespace gmpi
