#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>
#include <system_error>
#include <unordered_set>
#include <vector>

#include "base/csv.h"
#include "base/file.h"
#include "base/sha256.h"
#include "matcher/limits.h"
#include "matcher/model_file.h"

namespace gmpi {
namespace {

namespace fs = std::filesystem;

constexpr ModelLimits kLimits;

/// Hashes name, length and bytes of each file, so that no two folders share a stream.
class Version {
 public:
  void add(std::string_view name, std::string_view bytes) {
    hash_.update(fmt::format("{}\n{}\n", name, bytes.size()));
    hash_.update(bytes);
  }
  std::string finish() { return hex(hash_.finish()).substr(0, 16); }

 private:
  Sha256 hash_;
};

std::set<std::string> adjusted_columns(const LinkageModel& model) {
  std::set<std::string> columns;
  for (const auto& comparison : model.comparisons)
    for (const auto& level : comparison.levels)
      if (!level.tf_column.empty()) columns.insert(level.tf_column);
  return columns;
}

Result<TermFrequencyTable> read_table(std::string_view csv, const std::string& path,
                                      const std::string& column) {
  auto reader = CsvReader::from_memory(csv, {});
  if (!reader) return make_error(reader.error().code, path + ": " + reader.error().message);
  if (reader->header() != std::vector<std::string>{"value", "frequency"})
    return make_error(ErrorCode::kInvalidInput, path + ":1: the header must be value,frequency");
  std::optional<Error> problem;
  const auto fail = [&](std::uint64_t line, std::string_view reason) {
    if (!problem)
      problem = make_error(ErrorCode::kInvalidInput, fmt::format("{}:{}: {}", path, line, reason));
  };
  reader->on_reject([&](const CsvReject& reject) { fail(reject.line, reject.reason); });
  TermFrequencyTable table{column, {}};
  std::unordered_set<std::string> seen;
  while (const CsvRow* row = problem ? nullptr : reader->next()) {
    const auto text = row->fields[1];
    double frequency = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), frequency);
    if (error != std::errc() || end != text.data() + text.size() || !(frequency > 0 && frequency <= 1)) {
      fail(row->line, "the frequency must be above 0 and at most 1");
    } else if (!seen.insert(std::string(row->fields[0])).second) {
      fail(row->line, "this value stands in an earlier line too");
    } else {
      table.frequencies.emplace_back(row->fields[0], frequency);
    }
  }
  if (problem) return *problem;
  if (!reader->status()) return reader->status().error();
  return table;
}

Status add_table(const BundleFile& file, const std::string& path, ModelBundle& bundle) {
  const std::string column = fs::path(file.name).stem().string();
  if (!adjusted_columns(bundle.model).contains(column))
    return make_error(ErrorCode::kInvalidInput,
                      path + ": no level of the model adjusts for the frequency of this column");
  auto table = read_table(file.bytes, path, column);
  if (!table) return table.error();
  bundle.term_frequencies.push_back(std::move(*table));
  return Done{};
}

void warn_of_missing_tables(ModelBundle& bundle, std::string_view where) {
  if (bundle.term_frequencies.empty()) return;
  for (const auto& column : adjusted_columns(bundle.model))
    if (std::none_of(bundle.term_frequencies.begin(), bundle.term_frequencies.end(),
                     [&](const auto& table) { return table.column == column; }))
      bundle.model.warnings.push_back(
          fmt::format("{}/tf: no table for '{}': its values have no frequency", where, column));
}

/// The files of a bundle folder that belong to it, by name: model.json, policy.toml, tf/*.csv.
Result<std::vector<BundleFile>> read_folder(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> names = {"model.json"};
  if (fs::exists(folder / "policy.toml", error)) names.emplace_back("policy.toml");
  if (fs::exists(folder / "tf", error))
    for (fs::directory_iterator at(folder / "tf", error), end; !error && at != end; at.increment(error))
      if (at->path().extension() == ".csv") names.push_back("tf" / at->path().filename());
  if (error) return make_error(ErrorCode::kIo, fmt::format("{}: {}", folder.string(), error.message()));
  std::vector<BundleFile> files;
  for (const auto& name : names) {
    const std::size_t bytes_max = name == "policy.toml"  ? kPolicyBytesMost
                                  : name == "model.json" ? kLimits.file_bytes_max
                                                         : kLimits.tf_file_bytes_max;
    auto bytes = read_file((folder / name).string(), bytes_max);
    if (!bytes) return bytes.error();
    files.push_back({name.string(), std::move(*bytes)});
  }
  return files;
}

}  // namespace

Result<ModelBundle> bundle_from_files(std::vector<BundleFile> files, const std::string& where) {
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  const auto path_of = [&](const BundleFile& file) { return (fs::path(where) / file.name).string(); };
  const auto json =
      std::find_if(files.begin(), files.end(), [](const auto& file) { return file.name == "model.json"; });
  if (json == files.end()) return make_error(ErrorCode::kNotFound, where + ": no model.json");
  auto model = read_model(json->bytes, path_of(*json));
  if (!model) return model.error();
  ModelBundle bundle{std::move(*model), {}, {}, {}};
  Version version;
  for (auto& file : files) {
    version.add(file.name, file.bytes);
    if (file.name.starts_with("tf/"))
      if (const auto added = add_table(file, path_of(file), bundle); !added) return added.error();
    if (file.name == "policy.toml") bundle.policy_text = std::move(file.bytes);
  }
  warn_of_missing_tables(bundle, where);
  bundle.version = version.finish();
  return bundle;
}

Result<ModelBundle> read_bundle(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    auto files = read_folder(path);
    if (!files) return files.error();
    return bundle_from_files(std::move(*files), path);
  }
  auto json = read_file(path, kLimits.file_bytes_max);
  if (!json) return json.error();
  auto model = read_model(*json, path);
  if (!model) return model.error();
  Version version;
  version.add("model.json", *json);
  return ModelBundle{std::move(*model), {}, {}, version.finish()};
}

}  // namespace gmpi
