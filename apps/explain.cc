// gmpi explain: why two records are together, or why not, as a table.
#include "apps/explain.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/cli.h"
#include "apps/open_index.h"
#include "base/json_text.h"

namespace gmpi {

namespace {

struct ExplainCommand {
  std::string left, right;
};

/// "source/local id": the source ends at the first slash.
Result<RecordKey> parse_key(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == text.size())
    return make_error(ErrorCode::kInvalidInput, "write a record as SOURCE/LOCAL-ID");
  return RecordKey{text.substr(0, slash), text.substr(slash + 1)};
}

std::string decision_sentence(const PairExplanation& e) {
  std::string text = fmt::format("decision: {} at {:.2f} bits (probability {:.6f})", decision_name(e.decision.kind),
                                 e.decision.weight, match_probability(e.decision.weight));
  if (!e.guard_name.empty()) text += fmt::format("\nguard:    {} - {}", e.guard_name, e.guard_reason);
  text += e.same_identity ? "\nidentity: both records belong to one person"
                          : "\nidentity: the records belong to different people";
  return text;
}

void print_text(const PairExplanation& e) {
  fmt::print("{}\n\n{:<18} {:<44} {:>9} {:>9}\n", decision_sentence(e), "comparison", "level", "bits", "frequency");
  fmt::print("{:<18} {:<44} {:>9.2f}\n", "prior", "two records taken at random", e.prior_weight);
  for (const auto& c : e.comparisons)
    fmt::print("{:<18} {:<44} {:>9.2f} {:>9.2f}\n", c.comparison, c.level, c.weight, c.tf_adjustment);
  if (e.blocking_rules.empty()) fmt::print("\nno blocking rule proposes this pair\n");
  for (const auto& rule : e.blocking_rules) fmt::print("\nproposed by: {}", rule);
  for (const auto& [rule, cut] : e.cuts)
    fmt::print("\nnot proposed by: {}\n  its key is too common ({} records), and the two share no part of it that few "
               "enough share",
               rule, cut.records);
  fmt::print("\nmodel version: {}\n", e.model_version);
}

void print_json(const PairExplanation& e) {
  std::string comparisons, rules;
  for (const auto& c : e.comparisons)
    comparisons += fmt::format("{}{{\"comparison\":{},\"level\":{},\"weight\":{},\"tf_adjustment\":{}}}",
                               comparisons.empty() ? "" : ",", json_string(c.comparison), json_string(c.level), c.weight,
                               c.tf_adjustment);
  for (const auto& rule : e.blocking_rules) rules += (rules.empty() ? "" : ",") + json_string(rule);
  std::string cuts;
  for (const auto& [rule, cut] : e.cuts)
    cuts += fmt::format("{}{{\"rule\":{},\"keys\":{},\"records\":{}}}", cuts.empty() ? "" : ",", json_string(rule),
                        cut.keys, cut.records);
  fmt::print("{{\"decision\":\"{}\",\"weight\":{},\"probability\":{},\"guard\":{},\"reason\":{},\"same_identity\":{},"
             "\"prior_weight\":{},\"comparisons\":[{}],\"blocking_rules\":[{}],\"cuts\":[{}],\"model_version\":{}}}\n",
             decision_name(e.decision.kind), e.decision.weight, match_probability(e.decision.weight),
             json_string(e.guard_name), json_string(e.guard_reason), e.same_identity, e.prior_weight, comparisons, rules,
             cuts, json_string(e.model_version));
}

ExitCode run_explain(const ExplainCommand& command, Invocation& invocation) {
  const auto left = parse_key(command.left), right = parse_key(command.right);
  if (!left) return fail(ExitCode::kUsage, left.error().message);
  if (!right) return fail(ExitCode::kUsage, right.error().message);
  auto index = open_index(invocation.config);
  if (!index) return fail(index.error());
  const auto explained = (*index)->linker->explain_pair(*left, *right);
  if (!explained) return fail(explained.error());
  invocation.json ? print_json(*explained) : print_text(*explained);
  return ExitCode::kOk;
}

}  // namespace

void add_explain(CLI::App& program, Invocation& invocation) {
  auto command = std::make_shared<ExplainCommand>();
  auto* app = program.add_subcommand("explain", "Say why two records are one person, or why not");
  app->footer("gmpi explain --data-dir data pas-salford/4711 gp-p87004/88123");
  app->add_option("left", command->left, "A record, as SOURCE/LOCAL-ID")->required()->type_name("A");
  app->add_option("right", command->right, "Another")->required()->type_name("B");
  add_setting(*app, invocation, "data_dir");
  add_setting(*app, invocation, "model");
  add_setting(*app, invocation, "witness_path");
  app->callback(
      [command, &invocation] { invocation.run = [command, &invocation] { return run_explain(*command, invocation); }; });
}

}  // namespace gmpi
