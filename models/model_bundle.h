// models/model_bundle.h - a model with all it needs to score the same everywhere: the folder that travels.
//
//     BUNDLE/model.json       Splink's own JSON
//     BUNDLE/tf/surname.csv   frozen term frequencies, header value,frequency
//     BUNDLE/policy.toml      thresholds, guards, derivations
//
// matcher/model_file.h reads one. Decisions name the version they were made with.
#pragma once

#include <string>
#include <vector>

#include "models/linkage_model.h"

namespace gmpi {

struct ModelBundle {
  LinkageModel model;
  std::vector<TermFrequencyTable> term_frequencies;  // by column, sorted; empty: to be counted from the input
  std::string policy_text;                           // policy.toml as written; empty when the bundle has none
  std::string version;  // 16 hex digits of the SHA-256 over the files' names and bytes
};

}  // namespace gmpi
