// apps/link_options.h - flags that `gmpi link` and `gmpi compare` share.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/config.h"
#include "apps/link_set.h"
#include "apps/rejects_file.h"
#include "apps/shipped_model.h"

namespace CLI {
class App;
}

namespace gmpi {

struct LinkOptions {
  std::vector<std::string> files;
  std::string model;                             // a path, "person" for the shipped model, or ""
  std::shared_ptr<const LoadedModel> learned;    // used in place of `model`: learnt from these files
  std::string id_column, source_column;
  std::vector<std::string> maps;  // "column=field"
  std::string rejects;            // file for rejected rows; "": standard error
  std::string profile;      // "batch" or "live"
  std::optional<double> link_weight, review_weight, link_probability;
  std::string frequencies;  // "", "bundle" or "input"; "": the input's for the shipped batch model, else the bundle's
  std::string prior;        // "", "bundle", "auto" or a probability; "": auto for the shipped batch model, else the bundle's
};

void add_link_options(CLI::App& command, LinkOptions& options);

/// The model with its policy as the flags want it, and the files, read and packed. `set` refers to nothing in `model`.
struct LinkInput {
  LoadedModel model;
  std::unique_ptr<LinkSet> set;
};

/// Reads all that the flags name; rejected rows go to `report`. Errors: those of load_model and load_link_set.
Result<LinkInput> load_link_input(const LinkOptions& options, const Config& config, ProgressStyle progress,
                                  RejectReport& report);

}  // namespace gmpi
