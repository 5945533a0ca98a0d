// apps/open_index.h - a data directory opened: store, model, living index.
//
//     DIR/index.toml      what the directory was made for; fixed with its first record
//     DIR/store/          RocksDB
//     DIR/witness         the log's head, apart from the log (setting witness_path puts it elsewhere)
//     DIR/imports/        how far each file was imported, and the rows it rejected
#pragma once

#include <memory>
#include <string>

#include "apps/config.h"
#include "base/clock.h"
#include "base/result.h"
#include "index/store/rocks_store.h"
#include "linkage/linker.h"

namespace gmpi {

/// Members are destroyed from the last to the first: the linker before its store.
struct OpenIndex {
  std::string data_dir;
  SystemClock clock;
  std::unique_ptr<RocksStore> store;
  std::unique_ptr<Linker> linker;
  bool test_nhs_numbers = false;  // what the directory is for
};

struct OpenIndexOptions {
  bool create = false;  // make the directory when it is not there
  bool relink = false;  // decide every record anew when the index was linked by another model
};

/// Opens the data directory of the configuration. What it is for is written down last, when model and store are good,
/// and may still change while it holds nothing: a mistyped first command leaves no trace.
/// Errors: kInvalidInput (no data_dir set), kNotFound (no index there and not `create`), kConflict (linked by another
/// model and not `relink`), those of RocksStore::open,
/// load_model and Linker::open.
Result<std::unique_ptr<OpenIndex>> open_index(const Config& config, OpenIndexOptions options = {});

/// Whether the index takes NHS numbers of the test range: what its directory was made for or, where there is none yet,
/// what the configuration says: for commands that do not open it. Changes nothing. Errors: kInvalidInput (the two differ), kIo.
Result<bool> takes_test_nhs_numbers(const Config& config);

}  // namespace gmpi
