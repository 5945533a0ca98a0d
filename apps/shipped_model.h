// apps/shipped_model.h - the bundle a command works with: the one named, or the person model inside the program.
#pragma once

#include <string>

#include "base/result.h"
#include "models/model_bundle.h"
#include "models/policy.h"

namespace gmpi {

struct LoadedModel {
  ModelBundle bundle;
  Policy policy;
};

/// `path`: a bundle folder or a bare model.json; empty: the shipped person model (models/default/person).
/// A bundle without policy.toml gets one with both thresholds at 0 bits and no guards.
/// Errors name the file, and what in it is wrong.
Result<LoadedModel> load_model(const std::string& path);

}  // namespace gmpi
