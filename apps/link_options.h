// apps/link_options.h - flags that `gmpi link` and `gmpi compare` share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/config.h"
#include "apps/link_set.h"
#include "models/policy.h"

namespace CLI {
class App;
}

namespace gmpi {

struct LinkOptions {
  std::vector<std::string> files;
  std::string model;
  std::string id_column, source_column;
  std::vector<std::string> maps;  // "column=field"
  std::string profile;      // "batch" or "live"
  std::optional<double> link_weight, review_weight, link_probability;
  std::string frequencies;  // "", "bundle" or "input"; "": the input's for the shipped batch model, else the bundle's
  std::string prior;        // "", "bundle", "auto" or a probability; "": auto for the shipped batch model, else the bundle's
};

void add_link_options(CLI::App& command, LinkOptions& options);
/// The policy of the profile asked for; thresholds given as flags beat it. Review follows link down when it would
/// lie above.
void apply_policy_options(const LinkOptions& options, Policy& policy);
LinkSetOptions link_set_options(const LinkOptions& options, const Config& config);
/// One line a rejected row on standard error: "file:line: reason"; at most 100, then how many more.
void report_rejects(const LinkSet& set);

}  // namespace gmpi
