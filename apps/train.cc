// gmpi train: a model's parameters from the records it is to link.
#include "apps/train.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <unordered_map>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "apps/cli.h"
#include "apps/link_set.h"
#include "apps/shipped_model.h"
#include "apps/train_report.h"
#include "apps/write_bundle.h"
#include "base/csv.h"
#include "linkage/train_model.h"
#include "matcher/model_file.h"
#include "matcher/sql_parser.h"

namespace gmpi {

namespace {

struct TrainCommand {
  std::vector<std::string> files, maps, rules, deterministic_rules, fixed;
  std::string model, out, id_column, source_column, labels, compare, prior, frequencies;
  TrainOptions options;
  bool no_sessions = false, no_u = false, free_u = false, no_term_frequencies = false;
};

Result<std::vector<BlockingRule>> parse_rules(const std::vector<std::string>& texts, const char* flag) {
  std::vector<BlockingRule> rules;
  for (const auto& sql : texts) {
    auto condition = parse_blocking_rule(sql);
    if (!condition)
      return make_error(condition.error().code,
                        fmt::format("{} '{}': {}", flag, sql, condition.error().message));
    rules.push_back({sql, std::move(*condition), {}});
  }
  return rules;
}

/// "given_name" or "given_name:2".
TrainOptions::Fixed parse_fixed(const std::string& text) {
  const auto colon = text.rfind(':');
  std::size_t level = 0;
  if (colon != std::string::npos) {
    const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), level);
    if (error == std::errc() && end == text.data() + text.size() && colon + 1 < text.size())
      return {text.substr(0, colon), level};
  }
  return {text, std::nullopt};
}

PriorSource prior_source(const TrainCommand& command) {
  if (command.prior == "rules") return PriorSource::kRules;
  if (command.prior == "sessions") return PriorSource::kSessions;
  if (command.prior == "start") return PriorSource::kStart;
  return command.deterministic_rules.empty() ? PriorSource::kStart : PriorSource::kRules;
}

Result<TrainOptions> options_of(const TrainCommand& command, const Policy& policy) {
  TrainOptions options = command.options;
  auto rules = parse_rules(command.rules, "--rule");
  if (!rules) return rules.error();
  auto deterministic = parse_rules(command.deterministic_rules, "--deterministic-rule");
  if (!deterministic) return deterministic.error();
  options.session_rules = std::move(*rules);
  options.deterministic_rules = std::move(*deterministic);
  options.prior = prior_source(command);
  options.estimate_u = !command.no_u;
  options.run_sessions = !command.no_sessions;
  options.fix_u = !command.free_u;
  options.term_frequencies = !command.no_term_frequencies;
  options.block_records_max = policy.block_records_max;
  for (const auto& text : command.fixed) options.fixed.push_back(parse_fixed(text));
  return options;
}

/// The records, packed with every column and term that the model and the rules of training read.
Result<std::unique_ptr<LinkSet>> load_records(const TrainCommand& command, const LoadedModel& start,
                                              const TrainOptions& options, const Config& config,
                                              ProgressStyle style) {
  ModelBundle all = start.bundle;
  auto& rules = all.model.blocking_rules;
  rules.insert(rules.end(), options.session_rules.begin(), options.session_rules.end());
  rules.insert(rules.end(), options.deterministic_rules.begin(), options.deterministic_rules.end());
  if (!options.label_column.empty()) {
    auto label = parse_rules({fmt::format("l.\"{0}\" = r.\"{0}\"", options.label_column)}, "--label-column");
    if (!label) return label.error();
    rules.push_back(std::move(label->front()));
  }
  LinkSetOptions how;
  how.files = command.files;
  how.table.id_column = command.id_column;
  how.table.source_column = command.source_column;
  how.table.column_map = column_map_of(command.maps);
  how.table.configured_map = config.column_map;
  Progress progress({.task = "read", .unit = "records", .style = style});
  return load_link_set(all, start.policy, how, progress);
}

/// Pairs of rows from a file id_l,id_r[,clerical_match_score]; a score below one half is no match and teaches
/// nothing.
Result<std::vector<std::pair<RowId, RowId>>> read_matches(const std::string& path, const LinkSet& set) {
  auto reader = CsvReader::open(path, {});
  if (!reader) return reader.error();
  const auto& header = reader->header();
  const auto column = [&](const char* name) {
    return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  };
  const std::size_t left = column("id_l"), right = column("id_r"), score = column("clerical_match_score");
  if (left == header.size() || right == header.size())
    return make_error(ErrorCode::kInvalidInput, path + ":1: the columns id_l and id_r are needed");
  std::unordered_map<std::string_view, RowId> rows;
  for (RowId row = 0; row < set.ids.size(); ++row) rows.emplace(set.ids[row], row);
  std::optional<Error> problem;
  const auto fail = [&](std::uint64_t line, std::string_view reason) {
    if (!problem)
      problem = make_error(ErrorCode::kInvalidInput, fmt::format("{}:{}: {}", path, line, reason));
  };
  reader->on_reject([&](const CsvReject& reject) { fail(reject.line, reject.reason); });
  std::vector<std::pair<RowId, RowId>> matches;
  while (const CsvRow* row = problem ? nullptr : reader->next()) {
    const auto l = rows.find(row->fields[left]), r = rows.find(row->fields[right]);
    if (l == rows.end() || r == rows.end()) {
      fail(row->line, "no record has the id that is named");
    } else if (l == r) {
      fail(row->line, "a record is no pair with itself");
    } else if (score == header.size() ||
               std::strtod(std::string(row->fields[score]).c_str(), nullptr) >= 0.5) {
      matches.emplace_back(l->second, r->second);
    }
  }
  if (problem) return *problem;
  if (!reader->status()) return reader->status().error();
  return matches;
}

struct Trained {
  std::unique_ptr<LinkSet> set;
  TrainedModel model;
  PriorSource prior = PriorSource::kStart;
};

Result<Trained> train(const TrainCommand& command, const LoadedModel& start, Invocation& invocation) {
  auto options = options_of(command, start.policy);
  if (!options) return options.error();
  auto set = load_records(command, start, *options, invocation.config, invocation.progress_style());
  if (!set) return set.error();
  for (const auto& reject : (*set)->rejects)
    fmt::print(stderr, "{}:{}: {}\n", reject.file, reject.line, reject.reason);
  if (!command.labels.empty()) {
    auto matches = read_matches(command.labels, **set);
    if (!matches) return matches.error();
    options->matches = std::move(*matches);
  }
  const bool count = command.frequencies == "input";
  Progress progress({.task = "train", .unit = "pairs", .style = invocation.progress_style()});
  auto model = train_model(start.bundle.model,
                           {*(*set)->records, (*set)->rank, (*set)->ids.sources(),
                            count ? std::span<const TermFrequencyTable>() : start.bundle.term_frequencies},
                           *options, progress);
  progress.finish();
  if (!model) return model.error();
  return Trained{std::move(*set), std::move(*model), options->prior};
}

ExitCode run_train(const TrainCommand& command, Invocation& invocation) {
  const auto began = std::chrono::steady_clock::now();
  auto start = load_model(command.model);
  if (!start) return fail(start.error());
  std::optional<LoadedModel> other;
  if (!command.compare.empty()) {
    auto loaded = load_model(command.compare);
    if (!loaded) return fail(loaded.error());
    other = std::move(*loaded);
  }
  auto trained = train(command, *start, invocation);
  if (!trained) return fail(trained.error());
  if (!command.out.empty()) {
    ModelBundle bundle = start->bundle;
    bundle.model = trained->model.model;
    if (Status done = write_bundle(bundle, command.out); !done) return fail(done.error());
  }
  const TrainReport report{
      .trained = trained->model,
      .start = start->bundle.model,
      .prior_source = trained->prior,
      .records = trained->set->ids.size(),
      .rejected = trained->set->rejects.size(),
      .other = other ? &other->bundle.model : nullptr,
      .other_name = command.compare,
      .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count()};
  if (invocation.json) {
    fmt::print("{}", train_report_json(report));
  } else if (!invocation.quiet) {
    fmt::print("{}", train_report_text(report));
  }
  return report.rejected == 0 ? ExitCode::kOk : ExitCode::kRejectedRows;
}

void add_input_flags(CLI::App& app, TrainCommand& command) {
  app.add_option("files", command.files, "CSV files, plain or gzip")->required()->type_name("FILE...");
  app.add_option("--model", command.model,
                 "Bundle folder or Splink model.json to start from (default: the shipped person model)")
      ->type_name("BUNDLE");
  app.add_option("--out", command.out,
                 "Where the trained bundle goes: a folder, or a file *.json for the model alone")
      ->type_name("BUNDLE");
  app.add_option("--compare", command.compare, "Print the parameters of this model beside the trained ones")
      ->type_name("BUNDLE");
  app.add_option("--id-column", command.id_column, "Column of record ids")->type_name("NAME");
  app.add_option("--source-column", command.source_column, "Column that names the source system")
      ->type_name("NAME");
  app.add_option("--map", command.maps, "Take a column for a person field; may be repeated")
      ->type_name("COLUMN=FIELD")
      ->check(CLI::Validator(check_column_map, ""));
  app.add_option("--frequencies", command.frequencies,
                 "Term frequencies in sessions: the bundle's where it has some, or counted from the input")
      ->check(CLI::IsMember({"bundle", "input"}));
}

void add_step_flags(CLI::App& app, TrainCommand& command) {
  TrainOptions& options = command.options;
  app.add_option("--rule", command.rules,
                 "Blocking rule of a session; may be repeated (default: rules of the model by which each "
                 "comparison is "
                 "trained twice, where they allow it)")
      ->type_name("SQL");
  app.add_flag("--no-sessions", command.no_sessions, "No expectation-maximisation");
  app.add_option("--prior", command.prior,
                 "Probability that two records match: the start's, from deterministic rules (default when "
                 "there are any), "
                 "or from the sessions")
      ->check(CLI::IsMember({"start", "rules", "sessions"}));
  app.add_option("--deterministic-rule", command.deterministic_rules,
                 "Rule that hardly ever joins two people; may be repeated")
      ->type_name("SQL");
  app.add_option("--recall", options.recall, "Share of true pairs the deterministic rules find")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--labels", command.labels,
                 "Pairs known to be one person, id_l,id_r: one more estimate of m")
      ->type_name("FILE");
  app.add_option("--label-column", options.label_column,
                 "Column whose equal values mean one person: one more estimate of m")
      ->type_name("NAME");
  app.add_option("--fix", command.fixed,
                 "Leave a comparison's parameters, or those of one level, as they are; may be repeated")
      ->type_name("NAME[:LEVEL]");
  app.add_flag("--no-u", command.no_u, "Keep the start's u");
  app.add_flag("--u-without-matches", options.u_without_matches,
               "Take matches out of the random pairs by what the sessions found, and run them again; for "
               "files of up to "
               "some 100,000 records, where matches raise u");
  app.add_flag("--free-u", command.free_u,
               "Estimate u in the sessions too (their pairs are no random pairs)");
  app.add_flag("--no-term-frequencies", command.no_term_frequencies,
               "Sessions do not weigh how common a value is");
  app.add_option("--u-pairs", options.u_pairs, "Most random pairs that a comparison is asked for u")
      ->capture_default_str();
  app.add_option("--u-observations", options.u_observations_min,
                 "Fewer random pairs do when each level was seen so often; 0: all of --u-pairs")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Of the sample of records for u")->capture_default_str();
}

}  // namespace

void add_train(CLI::App& program, Invocation& invocation) {
  auto command = std::make_shared<TrainCommand>();
  auto* app = program.add_subcommand("train", "Learn a model's parameters from the records it is to link");
  app->footer(
      "gmpi train people.csv --model start.json --out trained --deterministic-rule 'l.nhs_number = "
      "r.nhs_number' --recall 0.7\n"
      "gmpi train people.csv --model start.json --rule 'l.dob = r.dob' --rule 'l.surname = r.surname' --out "
      "trained.json\n"
      "gmpi train people.csv --model trained --labels known_pairs.csv --no-sessions --compare trained");
  add_input_flags(*app, *command);
  add_step_flags(*app, *command);
  app->callback([command, &invocation] {
    invocation.run = [command, &invocation] { return run_train(*command, invocation); };
  });
}

}  // namespace gmpi
