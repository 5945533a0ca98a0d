#include "apps/link_options.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace gmpi {

namespace {

constexpr std::string_view kShippedModelName = "person";

bool names_shipped_model(const LinkOptions& options) {
  return !options.learned && (options.model.empty() || options.model == kShippedModelName);
}

std::optional<double> read_probability(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value > 0 && value < 1)) return std::nullopt;
  return value;
}

std::string check_model_path(const std::string& path) {
  std::error_code error;
  return path.empty() || path == kShippedModelName || std::filesystem::exists(path, error) ? "" : "--model " + path + ": no such file or folder";
}

std::string check_prior(const std::string& text) {
  if (text == "bundle" || text == "auto") return "";
  const auto probability = read_probability(text);
  return probability ? "" : "a prior is bundle, auto, or a probability above 0 and below 1";
}

/// The policy of the profile asked for; thresholds given as flags beat it. Review follows link down when it would
/// lie above, unless both were asked for. Errors: kConflict.
Status apply_policy_options(const LinkOptions& options, Policy& policy) {
  policy = options.profile == "batch" ? batch_policy(std::move(policy)) : live_policy(std::move(policy));
  if (options.link_probability) policy.link_weight = weight_of_probability(*options.link_probability);
  if (options.link_weight) policy.link_weight = *options.link_weight;
  if (options.review_weight) policy.review_weight = *options.review_weight;
  const bool both = options.review_weight && (options.link_weight || options.link_probability);
  if (both && policy.review_weight > policy.link_weight)
    return make_error(ErrorCode::kConflict,
                      fmt::format("--review-weight {:.4g} is above the weight to link at, {:.4g}: nothing could be reviewed",
                                  policy.review_weight, policy.link_weight));
  policy.review_weight = std::min(policy.review_weight, policy.link_weight);
  return Done{};
}

LinkSetOptions link_set_options(const LinkOptions& options, const Config& config) {
  LinkSetOptions out;
  out.files = options.files;
  // The shipped model meets files from anywhere: their names and their size are their own. Asked to decide as the
  // living index does, it is that index's model, prior and frequencies included.
  const bool shipped = names_shipped_model(options) && options.profile == "batch";
  out.count_frequencies = options.frequencies == "input" || (options.frequencies.empty() && shipped);
  if (options.prior == "auto" || (options.prior.empty() && shipped)) {
    out.prior = 0.0;
  } else if (options.prior != "bundle" && !options.prior.empty()) {
    out.prior = read_probability(options.prior);
  }
  out.table.id_column = options.id_column;
  out.table.source_column = options.source_column;
  out.table.column_map = column_map_of(options.maps);
  out.table.configured_map = config.column_map;
  return out;
}

}  // namespace

void add_link_options(CLI::App& command, LinkOptions& options) {
  command.add_option("files", options.files, "CSV files, plain or gzip; - is standard input")->required()->type_name("FILE...");
  command.add_option("--model", options.model, "Bundle folder, Splink model.json, or 'person', the shipped model")
      ->type_name("BUNDLE")
      ->check(CLI::Validator(check_model_path, ""));
  command.add_option("--id-column", options.id_column, "Column of record ids")->type_name("NAME");
  command.add_option("--source-column", options.source_column, "Column that names the source system")->type_name("NAME");
  command.add_option("--map", options.maps, "Take a column for a person field; may be repeated")
      ->type_name("COLUMN=FIELD")
      ->check(CLI::Validator(check_column_map, ""));
  command.add_option("--rejects", options.rejects,
                     "List rejected rows here, as file,line,reason (default: the first on standard error)")
      ->type_name("FILE");
  command
      .add_option("--profile", options.profile,
                  "Decide as for a file that no steward will see (batch), or as the living index does (live)")
      ->check(CLI::IsMember({"batch", "live"}))
      ->capture_default_str();
  command.add_option("--threshold-weight,--link-weight", options.link_weight, "Link at this weight (bits) and above")
      ->type_name("BITS");
  command.add_option("--threshold-probability", options.link_probability, "The same as a probability")
      ->type_name("P")
      ->check(CLI::Range(0.0, 1.0));
  command.add_option("--review-weight", options.review_weight, "Review at this weight and above")->type_name("BITS");
  command
      .add_option("--frequencies", options.frequencies,
                  "Term frequencies: the bundle's, or counted from the input (default in the batch profile without --model)")
      ->check(CLI::IsMember({"bundle", "input"}));
  command
      .add_option("--prior", options.prior,
                  "Probability that two records taken at random match: the bundle's, or auto (default in the batch profile "
                  "without --model): one in the number of records")
      ->type_name("bundle|auto|P")
      ->check(CLI::Validator(check_prior, ""));
}

Result<LinkInput> load_link_input(const LinkOptions& options, const Config& config, ProgressStyle style,
                                  RejectReport& report) {
  auto model = options.learned ? Result<LoadedModel>(*options.learned)
                               : load_model(names_shipped_model(options) ? std::string() : options.model);
  if (!model) return model.error();
  if (Status fit = apply_policy_options(options, model->policy); !fit) return fit.error();
  Progress progress({.task = "read", .unit = "records", .style = style});
  auto set = load_link_set(model->bundle, model->policy, link_set_options(options, config), progress);
  progress.finish();
  if (!set) return set.error();
  for (const RejectedRow& row : (*set)->rejects) report.add(row.file, row.line, row.reason);
  return LinkInput{std::move(*model), std::move(*set)};
}

}  // namespace gmpi
