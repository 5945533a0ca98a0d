// gmpi link: batch linkage of files, without a server.
#include "apps/link.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli.h"
#include "apps/csv_output.h"
#include "apps/link_options.h"
#include "apps/link_set.h"
#include "apps/shipped_model.h"
#include "base/json_text.h"
#include "linkage/batch_link.h"

namespace gmpi {

namespace {

struct LinkCommand {
  LinkOptions options;
  std::string pairs_out, clusters_out;
  std::optional<double> pairs_weight_min;
  bool link_only = false;
  bool dry_run = false;
};

/// Writes pairs as they are scored.
class PairWriter {
 public:
  PairWriter(const LinkSet& set, CsvOutput& out, double weight_min) : set_(set), out_(out), weight_min_(weight_min) {}

  void operator()(const BatchPair& pair, std::size_t worker) const {
    if (!(pair.decision.weight >= weight_min_)) return;
    std::string& buffer = out_.buffer(worker);
    append_csv_field(buffer, set_.ids[pair.left]);
    buffer += ',';
    append_csv_field(buffer, set_.ids[pair.right]);
    buffer += ',';
    append_number(buffer, pair.decision.weight);
    buffer += ',';
    append_number(buffer, match_probability(pair.decision.weight));
    buffer += '\n';
    out_.written(worker);
  }

 private:
  const LinkSet& set_;
  CsvOutput& out_;
  double weight_min_;
};

Status write_clusters(const LinkSet& set, const std::vector<RowId>& cluster, const std::string& path) {
  auto out = CsvOutput::create(path, "record_id,cluster_id", 1);
  if (!out) return out.error();
  for (RowId row = 0; row < cluster.size(); ++row) {
    append_csv_row(out->buffer(0), {set.ids[row], set.ids[cluster[row]]});
    out->written(0);
  }
  return out->finish();
}

std::uint64_t count_clusters(const std::vector<RowId>& cluster) {
  std::uint64_t count = 0;
  for (RowId row = 0; row < cluster.size(); ++row) count += cluster[row] == row ? 1 : 0;
  return count;
}

void print_json(const LinkSet& set, const LoadedModel& model, const BatchReport& report) {
  std::string rules;
  for (std::size_t i = 0; i < report.rules.size(); ++i) {
    const RuleReport& rule = report.rules[i];
    rules += fmt::format("{}{{\"rule\":{},\"keys\":{},\"pairs\":{},\"generic_keys\":{},\"generic_records\":{},"
                         "\"largest_block\":{}}}",
                         i == 0 ? "" : ",", json_string(model.bundle.model.blocking_rules[i].sql), rule.keys, rule.pairs,
                         rule.generic_keys, rule.generic_records, rule.largest_block);
  }
  std::string notes;
  for (const auto& note : set.notes) notes += (notes.empty() ? "" : ",") + json_string(note);
  fmt::print("{{\"model_version\":{},\"records\":{},\"rejected\":{},\"pairs_compared\":{},\"links\":{},\"reviews\":{},"
             "\"held_back\":{},\"refused\":{},\"undecided\":{},\"clusters\":{},\"rules\":[{}],\"notes\":[{}]}}\n",
             json_string(model.bundle.version), set.ids.size(), set.rejects.size(), report.pairs, report.links,
             report.reviews, report.held_back, report.refused, report.undecided, count_clusters(report.cluster), rules,
             notes);
}

void print_text(const LinkSet& set, const BatchReport& report) {
  for (const auto& note : set.notes) fmt::print("{}\n", note);
  fmt::print("{} records, {} pairs compared: {} links, {} for review ({} held back by a guard)\n", set.ids.size(),
             report.pairs, report.links, report.reviews, report.held_back);
  fmt::print("{} people; {} links not followed because the people exclude each other, {} of them undecided\n",
             count_clusters(report.cluster), report.refused, report.undecided);
  for (std::size_t i = 0; i < report.rules.size(); ++i)
    if (report.rules[i].generic_keys > 0)
      fmt::print("rule {}: {} keys shared by more records than the limit proposed no pairs ({} records)\n", i,
                 report.rules[i].generic_keys, report.rules[i].generic_records);
}

ExitCode run_link(const LinkCommand& command, Invocation& invocation) {
  if (Status apart = check_outputs(command.options.files,
                                   {command.pairs_out, command.clusters_out, command.options.rejects});
      !apart)
    return fail_reading(apart.error());
  auto report_of_rejects = RejectReport::open(command.options.rejects);
  if (!report_of_rejects) return fail(report_of_rejects.error());
  auto input =
      load_link_input(command.options, invocation.config, invocation.progress_style(), *report_of_rejects);
  if (!input) return fail_reading(input.error());
  if (Status listed = report_of_rejects->finish(); !listed) return fail(listed.error());
  const LinkSet& set = *input->set;
  if (command.dry_run) {
    for (const auto& note : set.notes) fmt::print("{}\n", note);
    return set.rejects.empty() ? ExitCode::kOk : ExitCode::kRejectedRows;
  }

  std::optional<CsvOutput> pairs;
  if (!command.pairs_out.empty()) {
    auto created =
        CsvOutput::create(command.pairs_out, "id_l,id_r,match_weight,match_probability", batch_workers());
    if (!created) return fail(created.error());
    pairs.emplace(std::move(*created));
  }
  const double weight_min = command.pairs_weight_min.value_or(input->model.policy.review_weight);
  PairConsumer consumer;
  if (pairs) consumer = PairWriter(set, *pairs, weight_min);
  const bool link_only = command.link_only || input->model.bundle.model.link_type == LinkType::kLinkOnly;
  const BatchReport report = link_batch(set.input(link_only), consumer);
  if (pairs)
    if (Status done = pairs->finish(); !done) return fail(done.error());
  if (!command.clusters_out.empty())
    if (Status done = write_clusters(set, report.cluster, command.clusters_out); !done) return fail(done.error());

  if (invocation.json) {
    print_json(set, input->model, report);
  } else if (!invocation.quiet && command.pairs_out != "-" && command.clusters_out != "-") {
    print_text(set, report);
  }
  return set.rejects.empty() ? ExitCode::kOk : ExitCode::kRejectedRows;
}

}  // namespace

void add_link(CLI::App& program, Invocation& invocation) {
  auto command = std::make_shared<LinkCommand>();
  auto* app = program.add_subcommand("link", "Link the records of files, without a server");
  app->footer(
      "gmpi link people.csv --pairs-out pairs.csv --clusters-out clusters.csv\n"
      "gmpi link left.csv right.csv --link-only --clusters-out clusters.csv\n"
      "gmpi link people.csv --map 'Fore Name=given_name' --map 'Notes=' --clusters-out -\n"
      "gmpi link people.csv --model splink_model.json --threshold-weight 8 --pairs-out pairs.csv");
  command->options.profile = "batch";
  add_link_options(*app, command->options);
  app->add_option("--pairs-out", command->pairs_out, "Scored pairs: id_l,id_r,match_weight,match_probability")
      ->type_name("FILE");
  app->add_option("--clusters-out", command->clusters_out, "People found: record_id,cluster_id")->type_name("FILE");
  app->add_option("--pairs-weight-min", command->pairs_weight_min,
                  "Least weight, in bits, of a pair that is written (default: the review threshold)")
      ->type_name("BITS");
  app->add_flag("--link-only", command->link_only, "Never pair two records of one source");
  app->add_flag("--dry-run", command->dry_run, "Read the files, say what each column is taken for, and stop");
  app->callback([command, &invocation] { invocation.run = [command, &invocation] { return run_link(*command, invocation); }; });
}

}  // namespace gmpi
