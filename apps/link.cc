// gmpi link: batch linkage of files, without a server.
#include "apps/link.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <filesystem>

#include "apps/cli.h"
#include "apps/csv_output.h"
#include "apps/link_options.h"
#include "apps/link_set.h"
#include "apps/pair_writer.h"
#include "apps/shipped_model.h"
#include "apps/learn_bundle.h"
#include "base/file.h"
#include "base/json_text.h"
#include "blocking/missed_matches.h"
#include "linkage/one_to_one.h"
#include "linkage/refine_clusters.h"

namespace gmpi {

namespace {

struct LinkCommand {
  LinkOptions options;
  std::string report_out;
  std::string pairs_out, clusters_out;
  std::optional<double> pairs_weight_min;
  std::vector<std::string> one_to_one;
  std::vector<std::string> without;
  bool explain_columns = false;
  bool link_only = false;
  bool dry_run = false;
};

/// What is done with pairs as they are scored: written, and kept where groups are made of mutually best links.
class PairSinks {
 public:
  PairSinks(const LinkSet& set, PairWriter* writer, CsvOutput* out, bool keep_links)
      : set_(set), writer_(writer), out_(out), keep_links_(keep_links), links_(batch_workers()) {}

  ChunkConsumer consumer() {
    if (writer_ == nullptr && !keep_links_) return {};
    ChunkConsumer consumer;
    consumer.on_pairs = [this](std::span<const BatchPair> pairs, std::size_t worker) { take(pairs, worker); };
    if (out_ != nullptr)
      consumer.on_chunk_end = [this](std::uint64_t chunk, std::size_t worker) { out_->end_chunk(chunk, worker); };
    return consumer;
  }

  std::vector<ProbableLink> links() const {
    std::vector<ProbableLink> all;
    for (const auto& part : links_) all.insert(all.end(), part.begin(), part.end());
    return all;
  }

 private:
  void take(std::span<const BatchPair> pairs, std::size_t worker) {
    if (writer_ != nullptr) writer_->append(pairs, worker, out_->buffer(worker));
    if (!keep_links_) return;
    for (const BatchPair& pair : pairs)
      if (pair.decision.kind == DecisionKind::kLink)
        links_[worker].push_back({set_.rank[pair.left], set_.rank[pair.right], match_probability(pair.decision.weight)});
  }

  const LinkSet& set_;
  PairWriter* writer_;
  CsvOutput* out_;
  bool keep_links_;
  std::vector<std::vector<ProbableLink>> links_;  // by worker
};

/// Numbers of the sources named. Errors: kInvalidInput (no record has one of them).
Result<std::vector<std::uint32_t>> source_numbers(const LinkSet& set, const std::vector<std::string>& names) {
  std::vector<std::uint32_t> numbers;
  for (const auto& name : names) {
    const auto found = std::find(set.source_names.begin(), set.source_names.end(), name);
    if (found == set.source_names.end())
      return make_error(ErrorCode::kInvalidInput, "--one-to-one: no record has the source '" + name + "'");
    numbers.push_back(static_cast<std::uint32_t>(found - set.source_names.begin()));
  }
  return numbers;
}

/// Replaces the report's groups by those of mutually best links.
Status regroup(const LinkSet& set, std::span<const std::uint32_t> single, const std::vector<ProbableLink>& links,
               BatchReport& report) {
  std::vector<std::uint32_t> source(set.rank.size());
  std::vector<RowId> row_at(set.rank.size());
  for (RowId row = 0; row < set.rank.size(); ++row) {
    source[set.rank[row]] = set.ids.sources()[row];
    row_at[set.rank[row]] = row;
  }
  auto groups = one_to_one_groups(source, single, links);
  if (!groups) return groups.error();
  for (RowId row = 0; row < set.rank.size(); ++row) report.cluster[row] = row_at[(*groups)[set.rank[row]]];
  report.refused = static_cast<std::uint64_t>(std::count_if(
      links.begin(), links.end(), [&](const ProbableLink& link) { return (*groups)[link.a] != (*groups)[link.b]; }));
  report.undecided = 0;
  return Done{};
}

/// Between two tables Splink takes the left record from the table whose name is less, whatever the ids. Tables without a
/// name, as files are that do not name their source, it names in the order they were given.
void put_one_source_left(LinkSet& set, const std::vector<std::string>& files) {
  const bool by_file = set.source_names == files;
  const std::uint32_t left = by_file || set.source_names[0] < set.source_names[1] ? 0 : 1;
  std::vector<RowId> order(set.rank.size());
  for (RowId row = 0; row < order.size(); ++row) order[set.rank[row]] = row;
  std::stable_partition(order.begin(), order.end(), [&](RowId row) { return set.ids.sources()[row] == left; });
  for (std::uint32_t rank = 0; rank < order.size(); ++rank) set.rank[order[rank]] = rank;
}

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

/// What no rule reaches, by how many rules reach the pairs of one group.
RuleCaptures captures_of(const LinkSet& set, const BatchInput& batch, const BatchReport& report) {
  return captures_of_groups(*set.plan, *set.records, report.cluster, {.rank = set.rank, .source = batch.source});
}

void print_json(const LinkSet& set, const LoadedModel& model, const BatchReport& report, const RuleCaptures& captures,
                const std::string& learned) {
  std::string rules;
  for (std::size_t i = 0; i < report.rules.size(); ++i) {
    const RuleReport& rule = report.rules[i];
    rules += fmt::format("{}{{\"rule\":{},\"keys\":{},\"pairs\":{},\"generic_keys\":{},\"generic_records\":{},"
                         "\"cut_pairs\":{},\"largest_block\":{}}}",
                         i == 0 ? "" : ",", json_string(model.bundle.model.blocking_rules[i].sql), rule.keys, rule.pairs,
                         rule.generic_keys, rule.generic_records, rule.cut_pairs, rule.largest_block);
  }
  std::string notes;
  for (const auto& note : set.notes) notes += (notes.empty() ? "" : ",") + json_string(note);
  fmt::print("{{\"model_version\":{},\"records\":{},\"rejected\":{},\"pairs_compared\":{},\"links\":{},\"reviews\":{},"
             "\"held_back\":{},\"refused\":{},\"undecided\":{},\"clusters\":{},\"missed_by_rules\":{:.6f},\"rules\":[{}],\"notes\":[{}]{}}}\n",
             json_string(model.bundle.version), set.ids.size(), set.rejects.size(), report.pairs, report.links,
             report.reviews, report.held_back, report.refused, report.undecided, count_clusters(report.cluster),
             captures.missed_share(), rules,
             notes, learned.empty() ? "" : ",\"learned\":" + learned);
}

void print_text(const LinkSet& set, const BatchReport& report, const RuleCaptures& captures) {
  for (const auto& note : set.notes) fmt::print("{}\n", note);
  fmt::print("{} records, {} pairs compared: {} links, {} for review ({} held back by a guard)\n", set.ids.size(),
             report.pairs, report.links, report.reviews, report.held_back);
  fmt::print("{} people; {} links not followed because the people exclude each other, {} of them undecided\n",
             count_clusters(report.cluster), report.refused, report.undecided);
  if (captures.reached() > 0)
    fmt::print("true pairs that no blocking rule proposes: at least {:.1f} %, estimated from how many rules reach a pair\n",
               100 * captures.missed_share());
  for (std::size_t i = 0; i < report.rules.size(); ++i)
    if (report.rules[i].generic_keys > 0)
      fmt::print("rule {}: {} keys are shared by more records than the limit ({} records) and were split; {} pairs "
                 "were not compared by them\n",
                 i, report.rules[i].generic_keys, report.rules[i].generic_records, report.rules[i].cut_pairs);
}

/// Without a model named, one is learnt from the files where that suits them better than the shipped one. Files that
/// can be read only once, and columns named by the user for the person model, keep to that.
bool may_learn(const LinkOptions& options) {
  if (!options.model.empty() || options.profile != "batch" || !options.maps.empty() || !options.frequencies.empty() ||
      !options.prior.empty())
    return false;
  return std::all_of(options.files.begin(), options.files.end(), [](const std::string& file) {
    std::error_code error;
    return std::filesystem::is_regular_file(file, error);
  });
}

LearnOptions learn_options(const LinkCommand& command) {
  LearnOptions learn;
  learn.files = command.options.files;
  learn.id_column = command.options.id_column;
  learn.source_column = command.options.source_column;
  learn.without = command.without;
  if (command.link_only) learn.set_up.link_type = LinkType::kLinkOnly;
  return learn;
}

struct Learnt {
  std::optional<LearnedBundle> bundle;
  std::optional<FileProfile> profile;  // of a dry run
  std::string note;                    // why the shipped model is used all the same
};

Learnt learn_from_files(const LinkCommand& command, ProgressStyle style) {
  if (!may_learn(command.options)) return {};
  const LearnOptions learn = learn_options(command);
  auto profile = profile_files(learn);
  if (!profile || suits_person_model(*profile)) return {};
  if (command.dry_run) return {.bundle = {}, .profile = std::move(*profile), .note = {}};
  auto bundle = learn_bundle(learn, std::move(*profile), style);
  if (!bundle) return {.bundle = {}, .profile = {}, .note = "the shipped person model is used: " + bundle.error().message};
  return {.bundle = std::move(*bundle), .profile = {}, .note = {}};
}

ExitCode run_link(LinkCommand command, Invocation& invocation) {
  if (Status apart = check_outputs(command.options.files,
                                   {command.pairs_out, command.clusters_out, command.options.rejects, command.report_out});
      !apart)
    return fail_reading(apart.error());
  auto report_of_rejects = RejectReport::open(command.options.rejects);
  if (!report_of_rejects) return fail(report_of_rejects.error());
  const Learnt learnt = learn_from_files(command, invocation.progress_style());
  if (learnt.profile) {
    auto columns = suggest_columns(learnt.profile->columns);
    if (!columns) return fail_reading(columns.error());
    fmt::print("{}", columns_text(*learnt.profile, *columns));
    return ExitCode::kOk;
  }
  if (learnt.bundle) {
    command.options.learned = std::make_shared<LoadedModel>(learnt.bundle->model);
    if (!command.report_out.empty())
      if (Status written = write_file_atomically(command.report_out, report_text(*learnt.bundle)); !written)
        return fail(written.error());
  }
  auto input =
      load_link_input(command.options, invocation.config, invocation.progress_style(), *report_of_rejects);
  if (!input) return fail_reading(input.error());
  if (Status listed = report_of_rejects->finish(); !listed) return fail(listed.error());
  const LinkSet& set = *input->set;
  if (command.dry_run) {
    for (const auto& note : set.notes) fmt::print("{}\n", note);
    return set.rejects.empty() ? ExitCode::kOk : ExitCode::kRejectedRows;
  }

  auto single = source_numbers(set, command.one_to_one);
  if (!single) return fail(ExitCode::kUsage, single.error().message);
  const double weight_min = command.pairs_weight_min.value_or(input->model.policy.review_weight);
  PairWriter writer(set, input->model.bundle.model, weight_min, command.explain_columns, batch_workers());
  std::optional<CsvOutput> pairs;
  if (!command.pairs_out.empty()) {
    auto created = CsvOutput::create(command.pairs_out, writer.header(), batch_workers());
    if (!created) return fail(created.error());
    pairs.emplace(std::move(*created));
  }
  PairSinks sinks(set, pairs ? &writer : nullptr, pairs ? &*pairs : nullptr, !single->empty());
  const bool link_only = command.link_only || input->model.bundle.model.link_type == LinkType::kLinkOnly;
  if (link_only && command.options.files.size() == 2 && set.source_names.size() == 2)
    put_one_source_left(*input->set, command.options.files);
  BatchInput batch = set.input(link_only);
  batch.pairs_weight_min = pairs ? weight_min : input->model.policy.link_weight;
  BatchReport report = link_batch_refined(batch, sinks.consumer());
  if (pairs)
    if (Status done = pairs->finish(); !done) return fail(done.error());
  if (!single->empty())
    if (Status done = regroup(set, *single, sinks.links(), report); !done) return fail(done.error());
  if (!command.clusters_out.empty())
    if (Status done = write_clusters(set, report.cluster, command.clusters_out); !done) return fail(done.error());

  if (invocation.json) {
    print_json(set, input->model, report, captures_of(set, batch, report), learnt.bundle ? report_json(*learnt.bundle) : std::string());
  } else if (!invocation.quiet && command.pairs_out != "-" && command.clusters_out != "-") {
    if (learnt.bundle && command.report_out != "-") fmt::print("{}\n", report_text(*learnt.bundle));
    if (!learnt.note.empty()) fmt::print("{}\n", learnt.note);
    print_text(set, report, captures_of(set, batch, report));
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
  app->add_option("--pairs-out", command->pairs_out, "Scored pairs: id_l,id_r,match_weight,match_probability,match_key")
      ->type_name("FILE");
  app->add_option("--clusters-out", command->clusters_out, "People found: record_id,cluster_id")->type_name("FILE");
  app->add_option("--pairs-weight-min", command->pairs_weight_min,
                  "Least weight, in bits, of a pair that is written (default: the review threshold)")
      ->type_name("BITS");
  app->add_option("--report", command->report_out, "What was learnt from the files, where no model is named: one page")
      ->type_name("FILE");
  app->add_flag("--explain-columns", command->explain_columns,
                "Add the level, the term frequencies and the weight of each comparison to the pairs");
  app->add_option("--one-to-one", command->one_to_one,
                  "Sources that hold each person once: a person gets one record of each at most")
      ->type_name("SOURCE...");
  add_without(*app, command->without);
  app->add_flag("--link-only", command->link_only, "Never pair two records of one source");
  app->add_flag("--dry-run", command->dry_run, "Read the files, say what each column is taken for, and stop");
  app->callback([command, &invocation] { invocation.run = [command, &invocation] { return run_link(*command, invocation); }; });
}

}  // namespace gmpi
