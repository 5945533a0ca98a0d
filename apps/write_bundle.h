// apps/write_bundle.h - a model bundle to disk, in the form that matcher/model_file.h reads.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "matcher/model_file.h"
#include "models/model_bundle.h"

namespace gmpi {

/// The files of a bundle, model.json first: its version is a digest of these bytes, on disk or in memory.
std::vector<BundleFile> files_of_bundle(const ModelBundle& bundle);

/// Writes model.json, tf/COLUMN.csv and, when there is one, policy.toml into `folder`, which is made when it
/// is missing; each file is replaced as one step, model.json last. A path that ends in ".json" gets the bare
/// model. Errors: kIo.
Status write_bundle(const ModelBundle& bundle, const std::string& folder);

}  // namespace gmpi
