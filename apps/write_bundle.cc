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

Status write_bundle(const ModelBundle& bundle, const std::string& folder) {
  const std::string model = write_model(bundle.model);
  if (folder.ends_with(".json")) return write_file_atomically(folder, model);
  std::error_code error;
  const fs::path root = folder;
  fs::create_directories(bundle.term_frequencies.empty() ? root : root / "tf", error);
  if (error) return make_error(ErrorCode::kIo, folder + ": " + error.message());
  for (const auto& table : bundle.term_frequencies)
    if (Status done =
            write_file_atomically((root / "tf" / (table.column + ".csv")).string(), table_text(table));
        !done)
      return done;
  if (!bundle.policy_text.empty())
    if (Status done = write_file_atomically((root / "policy.toml").string(), bundle.policy_text); !done)
      return done;
  return write_file_atomically((root / "model.json").string(), model);
}

}  // namespace gmpi
