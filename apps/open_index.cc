#include "apps/open_index.h"

#include <filesystem>

#include "apps/shipped_model.h"
#include "base/file.h"

namespace gmpi {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kIndexFileBytesMax = 4096;

/// Whether the directory takes test NHS numbers: said when it is made, kept for ever. An index of real people must
/// never meet synthetic ones because somebody forgot a flag.
Result<bool> takes_test_numbers(const fs::path& dir, const Config& config) {
  const std::string path = (dir / "index.toml").string();
  std::error_code error;
  if (!fs::exists(path, error)) {
    const std::string text = std::string("# What this data directory was made for; gmpi reads it at every start.\n"
                                         "test_nhs_numbers = ") +
                             (config.test_nhs_numbers ? "true" : "false") + "\n";
    if (Status written = write_file_atomically(path, text); !written) return written.error();
    return config.test_nhs_numbers;
  }
  const auto text = read_file(path, kIndexFileBytesMax);
  if (!text) return text.error();
  const bool kept = text->find("test_nhs_numbers = true") != std::string::npos;
  const auto origin = config.origins.find("test_nhs_numbers");
  const bool asked = origin != config.origins.end() && origin->second != "default";
  if (asked && config.test_nhs_numbers != kept)
    return make_error(ErrorCode::kInvalidInput,
                      path + ": this data directory was made " + (kept ? "for" : "without") +
                          " test NHS numbers, and " + origin->second + " says otherwise");
  return kept;
}

}  // namespace

Result<std::unique_ptr<OpenIndex>> open_index(const Config& config, OpenIndexOptions options) {
  if (config.data_dir.empty())
    return make_error(ErrorCode::kInvalidInput, "no data directory: give --data-dir DIR or set GMPI_DATA_DIR");
  const fs::path dir(config.data_dir);
  std::error_code error;
  if (!options.create && !fs::exists(dir / "store", error))
    return make_error(ErrorCode::kNotFound, config.data_dir + ": no index here; `gmpi import` or `gmpi serve` makes one");
  fs::create_directories(dir, error);
  if (error) return make_error(ErrorCode::kIo, config.data_dir + ": " + error.message());

  const auto test_numbers = takes_test_numbers(dir, config);
  if (!test_numbers) return test_numbers.error();

  auto model = load_model(config.model);
  if (!model) return model.error();
  auto index = std::make_unique<OpenIndex>();
  index->data_dir = config.data_dir;
  auto store = RocksStore::open({.path = (dir / "store").string(),
                                 .witness_path = config.witness_path.empty() ? (dir / "witness").string()
                                                                             : config.witness_path});
  if (!store) return store.error();
  index->store = std::move(*store);
  auto linker = Linker::open(model->bundle, *index->store, index->clock,
                             {.relink = options.relink, .test_nhs_numbers = *test_numbers});
  if (!linker) return linker.error();
  index->linker = std::move(*linker);
  return index;
}

}  // namespace gmpi
