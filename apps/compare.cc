// gmpi compare: what the model and the policy say of pairs that somebody asks about.
#include "apps/compare.h"

#include <unordered_map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli.h"
#include "apps/csv_output.h"
#include "apps/link_options.h"
#include "apps/link_set.h"
#include "apps/shipped_model.h"

namespace gmpi {

namespace {

struct CompareCommand {
  LinkOptions options;
  std::string pairs, pairs_out;
};

using RowsById = std::unordered_map<std::string_view, std::vector<RowId>>;

/// The one row with this id, or what is wrong with it.
Result<RowId> find_row(const RowsById& rows, std::string_view id) {
  const auto found = rows.find(id);
  if (found == rows.end()) return make_error(ErrorCode::kNotFound, "no record has the id that is asked for");
  if (found->second.size() > 1) return make_error(ErrorCode::kConflict, "the id occurs in several sources");
  return found->second.front();
}

DecisionKind append_decision(std::string& out, const LinkSet& set, RowId asked_left, RowId asked_right) {
  const bool ordered = set.rank[asked_left] <= set.rank[asked_right];
  const RecordView left = set.records->view(ordered ? asked_left : asked_right);
  const RecordView right = set.records->view(ordered ? asked_right : asked_left);
  const LinkDecision decision = set.policy->decide(left, right, set.model->weight(left, right));
  const Guard* guard = decision.guard == LinkDecision::kNoGuard
                           ? nullptr
                           : &set.policy->policy().guards[static_cast<std::size_t>(decision.guard)];
  // Two verified numbers that differ keep groups apart; a single pair of such records is never a link either.
  DecisionKind kind = decision.kind;
  std::string_view name = guard != nullptr ? std::string_view(guard->name) : std::string_view();
  std::string_view reason = guard != nullptr ? std::string_view(guard->reason) : std::string_view();
  const auto& terms = set.policy->exclusive_terms();
  for (std::size_t i = 0; i < terms.size() && kind == DecisionKind::kLink; ++i) {
    const ValueId a = set.records->term_id(terms[i], left), b = set.records->term_id(terms[i], right);
    if (a == kMissing || b == kMissing || a == b) continue;
    kind = DecisionKind::kReview;
    name = set.policy->policy().exclusive[i].name;
    reason = set.policy->policy().exclusive[i].reason;
  }
  std::string weight, probability;
  append_number(weight, decision.weight);
  append_number(probability, match_probability(decision.weight));
  append_csv_row(out, {set.ids[asked_left], set.ids[asked_right], decision_name(kind), weight, probability, name, reason});
  return kind;
}

struct CompareCounts {
  std::uint64_t links = 0, reviews = 0, none = 0;

  void add(DecisionKind kind) {
    switch (kind) {
      case DecisionKind::kLink: ++links; break;
      case DecisionKind::kReview: ++reviews; break;
      case DecisionKind::kNone: ++none; break;
    }
  }
};

void print_counts(const CompareCounts& c, std::uint64_t rejected, bool json) {
  const std::uint64_t pairs = c.links + c.reviews + c.none;
  if (json) {
    fmt::print("{{\"pairs\":{},\"link\":{},\"review\":{},\"none\":{},\"rejected\":{}}}\n", pairs, c.links, c.reviews,
               c.none, rejected);
  } else {
    fmt::print("{} pairs: {} link, {} review, {} none\n", pairs, c.links, c.reviews, c.none);
  }
}

ExitCode run_compare(const CompareCommand& command, Invocation& invocation) {
  std::vector<std::string> inputs = command.options.files;
  inputs.push_back(command.pairs);
  if (Status apart = check_outputs(inputs, {command.pairs_out, command.options.rejects}); !apart)
    return fail_reading(apart.error());
  auto rejects = RejectReport::open(command.options.rejects);
  if (!rejects) return fail(rejects.error());
  auto input = load_link_input(command.options, invocation.config, invocation.progress_style(), *rejects);
  if (!input) return fail_reading(input.error());
  const LinkSet& set = *input->set;

  RowsById rows;
  for (RowId row = 0; row < set.ids.size(); ++row) rows[set.ids[row]].push_back(row);
  auto asked = CsvReader::open(command.pairs, {});
  if (!asked) return fail(asked.error());
  const auto& header = asked->header();
  if (header.size() < 2 || header[0] != "id_l" || header[1] != "id_r")
    return fail(ExitCode::kFailed, command.pairs + ":1: the first two columns must be id_l,id_r");

  const auto reject = [&](std::uint64_t line, std::string_view reason) { rejects->add(command.pairs, line, reason); };
  asked->on_reject([&](const CsvReject& bad) { reject(bad.line, bad.reason); });
  auto out = CsvOutput::create(command.pairs_out, "id_l,id_r,decision,match_weight,match_probability,guard,reason", 1);
  if (!out) return fail(out.error());
  CompareCounts counts;
  while (const CsvRow* row = asked->next()) {
    const auto left = find_row(rows, row->fields[0]), right = find_row(rows, row->fields[1]);
    if (!left || !right) {
      reject(row->line, (left ? right : left).error().message);
      continue;
    }
    counts.add(append_decision(out->buffer(0), set, *left, *right));
    out->written(0);
  }
  if (!asked->status()) return fail(asked->status().error());
  if (Status done = out->finish(); !done) return fail(done.error());
  if (Status listed = rejects->finish(); !listed) return fail(listed.error());
  if (!invocation.quiet && command.pairs_out != "-") print_counts(counts, rejects->count(), invocation.json);
  return rejects->count() == 0 ? ExitCode::kOk : ExitCode::kRejectedRows;
}

}  // namespace

void add_compare(CLI::App& program, Invocation& invocation) {
  auto command = std::make_shared<CompareCommand>();
  auto* app = program.add_subcommand("compare", "Say what would be decided for each asked pair of records");
  app->footer("gmpi compare people.csv --pairs asked.csv --pairs-out decided.csv");
  command->options.profile = "live";
  add_link_options(*app, command->options);
  app->add_option("--pairs", command->pairs, "Asked pairs: id_l,id_r")->required()->type_name("FILE");
  app->add_option("--pairs-out", command->pairs_out, "Decision, weight and reason of each")->type_name("FILE")->required();
  app->callback(
      [command, &invocation] { invocation.run = [command, &invocation] { return run_compare(*command, invocation); }; });
}

}  // namespace gmpi
