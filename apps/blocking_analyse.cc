// gmpi blocking analyse: pairs that each blocking rule proposes, before any is compared.
#include "apps/blocking_analyse.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apps/cli.h"
#include "apps/link_options.h"
#include "apps/link_set.h"
#include "base/json_text.h"
#include "base/random.h"
#include "blocking/missed_matches.h"
#include "blocking/rule_cost.h"

namespace gmpi {

namespace {

struct AnalyseCommand {
  LinkOptions options;
  std::size_t largest = 3;
  std::uint64_t marginal_pairs_max = RuleCostOptions().marginal_pairs_max;
  bool link_only = false;
  bool show_values = false;
};

constexpr double kPairsWeighed = 2e6;  // of those proposed, for the estimate of what no rule reaches

/// Proposed pairs that weigh enough to be linked, by how many rules reach them: a sample, the same in every run.
RuleCaptures captures_of(const LinkSet& set, const BatchPairsOptions& pairs, double link_weight, double proposed) {
  std::vector<RuleCaptures> parts(batch_workers(), {std::vector<std::uint64_t>(set.plan->rules() + 1, 0)});
  const double share = kPairsWeighed / std::max(proposed, 1.0);
  const auto below = share < 1 ? static_cast<std::uint64_t>(std::ldexp(share, 64)) : std::numeric_limits<std::uint64_t>::max();
  for_each_pair(*set.plan, *set.records, pairs, [&](RowId l, RowId r, RuleId, std::size_t worker) {
    if (mix64(std::uint64_t{set.rank[l]} << 32 | set.rank[r]) > below) return;
    const RecordView left = set.records->view(l), right = set.records->view(r);
    if (set.model->weight(left, right) >= link_weight) ++parts[worker].pairs[rules_that_hold(*set.plan, left, right)];
  });
  for (std::size_t i = 1; i < parts.size(); ++i)
    for (std::size_t k = 0; k < parts[0].pairs.size(); ++k) parts[0].pairs[k] += parts[i].pairs[k];
  return parts[0];
}

/// 1234567 -> "1,234,567".
std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

/// The values that make a record's key: patient data, shown only when asked for.
std::vector<std::string> key_values(const LinkSet& set, RuleId rule, RowId member) {
  std::vector<std::string> values;
  for (const TermId term : set.plan->left_terms(rule))
    values.emplace_back(set.records->term_text(term, set.records->view(member)));
  for (auto& value : values) std::replace(value.begin(), value.end(), kListSeparator, '|');
  return values;
}

void print_text(const LinkSet& set, const LinkageModel& model, const std::vector<RuleCost>& costs, const std::optional<RuleCaptures>& captures,
                bool show_values) {
  fmt::print("{} records\n\n{:>4} {:>17} {:>17} {:>12} {:>12}  rule\n", with_commas(set.ids.size()), "", "pairs", "new pairs",
             "keys", "largest");
  std::uint64_t total = 0;
  bool counted = true;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const RuleCost& cost = costs[i];
    counted = counted && cost.marginal_pairs.has_value();
    total += cost.marginal_pairs.value_or(cost.pairs);
    fmt::print("{:>4} {:>17} {:>17} {:>12} {:>12}  {}\n", i, (cost.exact ? "" : "<= ") + with_commas(cost.pairs),
               cost.marginal_pairs ? with_commas(*cost.marginal_pairs) : "-", with_commas(cost.keys),
               with_commas(cost.largest.empty() ? 0 : cost.largest[0].records), model.blocking_rules[i].sql);
  }
  fmt::print("\n{}{} pairs by all rules together\n", counted ? "" : "at most ", with_commas(total));
  if (captures && captures->reached() > 0)
    fmt::print("true pairs that no rule proposes: at least {:.1f} %, estimated from how many rules reach a pair that the model links\n",
               100 * captures->missed_share());
  for (std::size_t i = 0; i < costs.size(); ++i)
    for (const BlockFacts& block : costs[i].largest)
      fmt::print("rule {}: {} records under one key give {} pairs{}\n", i, with_commas(block.records),
                 with_commas(block.pairs),
                 show_values ? ": " + fmt::format("{}", fmt::join(key_values(set, static_cast<RuleId>(i), block.member), ", ")) : "");
}

std::string block_json(const LinkSet& set, RuleId rule, const BlockFacts& block, bool show_values) {
  std::string values;
  if (show_values)
    for (const auto& value : key_values(set, rule, block.member)) values += (values.empty() ? "" : ",") + json_string(value);
  return fmt::format("{{\"records\":{},\"pairs\":{}{}}}", block.records, block.pairs,
                     show_values ? ",\"values\":[" + values + "]" : "");
}

void print_json(const LinkSet& set, const LinkageModel& model, const std::vector<RuleCost>& costs, const std::optional<RuleCaptures>& captures,
                bool show_values) {
  std::string rules;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const RuleCost& cost = costs[i];
    std::string largest;
    for (const auto& block : cost.largest)
      largest += (largest.empty() ? "" : ",") + block_json(set, static_cast<RuleId>(i), block, show_values);
    rules += fmt::format("{}{{\"rule\":{},\"pairs\":{},\"exact\":{},\"new_pairs\":{},\"keys\":{},\"records\":{},\"largest\":[{}]}}",
                         i == 0 ? "" : ",", json_string(model.blocking_rules[i].sql), cost.pairs, cost.exact,
                         cost.marginal_pairs ? std::to_string(*cost.marginal_pairs) : "null", cost.keys, cost.records, largest);
  }
  fmt::print("{{\"records\":{},\"rejected\":{},\"missed_by_rules\":{},\"rules\":[{}]}}\n", set.ids.size(), set.rejects.size(),
             captures ? fmt::format("{:.6f}", captures->missed_share()) : "null", rules);
}

ExitCode run_analyse(const AnalyseCommand& command, Invocation& invocation) {
  auto rejects = RejectReport::open(command.options.rejects);
  if (!rejects) return fail(rejects.error());
  auto input = load_link_input(command.options, invocation.config, invocation.progress_style(), *rejects);
  if (!input) return fail_reading(input.error());
  if (Status listed = rejects->finish(); !listed) return fail(listed.error());
  const LinkSet& set = *input->set;
  const LinkageModel& model = input->model.bundle.model;
  const BatchInput batch = set.input(command.link_only || model.link_type == LinkType::kLinkOnly);
  const BatchPairsOptions pairs{
      .block_records_max = input->model.policy.block_records_max, .rank = batch.rank, .source = batch.source};
  const auto costs = rule_costs(*set.plan, *set.records,
                                {.pairs = pairs, .largest_blocks = command.largest, .marginal_pairs_max = command.marginal_pairs_max});
  double proposed = 0;
  for (const auto& cost : costs) proposed += static_cast<double>(cost.pairs);
  std::optional<RuleCaptures> captures;
  if (proposed <= static_cast<double>(command.marginal_pairs_max))
    captures = captures_of(set, pairs, input->model.policy.link_weight, proposed);
  (invocation.json ? print_json : print_text)(set, model, costs, captures, command.show_values);
  return set.rejects.empty() ? ExitCode::kOk : ExitCode::kRejectedRows;
}

}  // namespace

void add_blocking(CLI::App& program, Invocation& invocation) {
  auto* blocking = program.add_subcommand("blocking", "Blocking rules: which pairs are compared at all");
  blocking->require_subcommand(1);
  blocking->footer("gmpi blocking analyse people.csv --model splink_model.json");
  auto command = std::make_shared<AnalyseCommand>();
  auto* app = blocking->add_subcommand("analyse", "Count the pairs that each rule proposes, without comparing any");
  app->footer(
      "gmpi blocking analyse people.csv --model splink_model.json\n"
      "gmpi blocking analyse people.csv --model splink_model.json --largest 20 --show-values");
  command->options.profile = "batch";
  add_link_options(*app, command->options);
  app->add_option("--largest", command->largest, "Name so many of the largest blocks of each rule")
      ->type_name("N")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  app->add_option("--marginal-pairs-max", command->marginal_pairs_max,
                  "Count the pairs that earlier rules leave only up to so many pairs")
      ->type_name("N")
      ->capture_default_str();
  app->add_flag("--show-values", command->show_values, "Print the values of the largest blocks: personal data");
  app->add_flag("--link-only", command->link_only, "Never pair two records of one source");
  app->callback([command, &invocation] { invocation.run = [command, &invocation] { return run_analyse(*command, invocation); }; });
}

}  // namespace gmpi
