#include "apps/open_index.h"

#include <filesystem>

#include "apps/shipped_model.h"

namespace gmpi {

Result<std::unique_ptr<OpenIndex>> open_index(const Config& config, bool create) {
  if (config.data_dir.empty())
    return make_error(ErrorCode::kInvalidInput, "no data directory: give --data-dir DIR or set GMPI_DATA_DIR");
  const std::filesystem::path dir(config.data_dir);
  std::error_code error;
  if (!create && !std::filesystem::exists(dir / "store", error))
    return make_error(ErrorCode::kNotFound, config.data_dir + ": no index here; `gmpi import` or `gmpi serve` makes one");
  std::filesystem::create_directories(dir, error);
  if (error) return make_error(ErrorCode::kIo, config.data_dir + ": " + error.message());

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
                             {.test_nhs_numbers = config.test_nhs_numbers});
  if (!linker) return linker.error();
  index->linker = std::move(*linker);
  return index;
}

}  // namespace gmpi
