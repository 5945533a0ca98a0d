// The one-page report of a model learnt from the files, as text and as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apps/learn_bundle.h"
#include "base/json_text.h"

namespace gmpi {
namespace {

double level_weight(const ComparisonLevel& level) {
  return std::log2(std::max(level.m.value_or(0), 1e-300)) - std::log2(std::max(level.u.value_or(0), 1e-300));
}

/// What became of a column: the derived columns made from it.
std::string used_as(const SuggestedColumns& columns, const std::string& header) {
  std::string used;
  for (const auto& d : columns.derivations)
    if (std::find(d.from.begin(), d.from.end(), header) != d.from.end()) used += (used.empty() ? "" : ", ") + d.column;
  return used;
}

std::string comparisons_text(const LinkageModel& model) {
  std::string out = "\nCompared, with the weight of each answer in bits\n";
  for (const auto& comparison : model.comparisons) {
    std::string levels;
    for (const auto& level : comparison.levels)
      if (!level.is_null_level) levels += fmt::format("{}{} {:+.1f}", levels.empty() ? "" : ", ", level.label, level_weight(level));
    out += fmt::format("  {:<16} {}\n", comparison.output_column_name, levels);
  }
  return out;
}

std::string rules_text(const ZeroSetUp& set_up) {
  std::string out = "\nPairs are compared that share (pairs; estimated share of true pairs this rule adds)\n";
  for (const auto& rule : set_up.rules)
    out += fmt::format("  {:>13}  {:>5.1f} %  {}\n", with_thousands(rule.pairs), 100 * rule.gain, rule.sql);
  return out;
}

std::string training_text(const ZeroSetUp& set_up) {
  std::string out = "\nLearnt from the pairs that share (pairs; share of them taken for one person)\n";
  for (const auto& session : set_up.training.sessions)
    out += fmt::format("  {:>13}  {:>5.1f} %  {}\n", with_thousands(session.pairs), 100 * session.end_prior, session.rule);
  return out;
}

std::string result_text(const LearnedBundle& learned) {
  const ZeroSetUp& s = learned.set_up;
  return fmt::format(
      "\nResult\n"
      "  {} records, {} pairs compared; about {:.0f} of them are expected to be one person\n"
      "  link from {:.1f} bits, review from {:.1f}; {}\n"
      "  expected of the links, if the model is right: {:.1f} % are true, and {:.1f} % of the true pairs that were compared\n"
      "  true pairs that no rule proposes: about {:.1f} %, if errors in different fields are independent, else more\n",
      with_thousands(learned.profile.rows), with_thousands(s.pairs), s.expected_matches, s.link_weight, s.review_weight,
      s.join_mean ? fmt::format("groups join at a mean of {:.1f}", *s.join_mean) : "every link is followed", 100 * s.expected_precision, 100 * s.expected_recall, 100 * (1 - s.blocking_coverage));
}

std::string check_text(const LearnedBundle& learned) {
  std::string out = "\nTo check\n";
  for (const auto& note : learned.columns.notes) out += "  - " + note + "\n";
  for (const auto& check : learned.set_up.check) out += "  - " + check + "\n";
  for (const auto& warning : learned.set_up.training.warnings) out += "  - " + warning + "\n";
  return out + "  - look at some pairs just above and below the link weight (--pairs-out)\n";
}

template <class Range, class Write>
std::string json_list(const Range& range, Write write) {
  std::string out;
  for (const auto& item : range) out += (out.empty() ? "" : ",") + write(item);
  return "[" + out + "]";
}

std::string comparison_json(const Comparison& comparison) {
  std::vector<const ComparisonLevel*> levels;
  for (const auto& level : comparison.levels)
    if (!level.is_null_level) levels.push_back(&level);
  return fmt::format("{{\"name\":{},\"levels\":{}}}", json_string(comparison.output_column_name),
                     json_list(levels, [](const ComparisonLevel* level) {
                       return fmt::format("{{\"label\":{},\"weight\":{:.4f}}}", json_string(level->label), level_weight(*level));
                     }));
}

}  // namespace

std::string columns_text(const FileProfile& profile, const SuggestedColumns& columns) {
  std::string out = "Columns\n";
  for (const auto& column : profile.columns) {
    const std::string used = used_as(columns, column.header);
    out += fmt::format("  {:<20} {:<26} {:>3.0f} % missing  {}{}\n", column.header, describe_kind(column.kind).meaning,
                       100 * column.measures.missing, column.why, used.empty() ? "" : "  -> " + used);
  }
  return out;
}

std::string report_text(const LearnedBundle& learned) {
  return columns_text(learned.profile, learned.columns) + comparisons_text(learned.set_up.model) + rules_text(learned.set_up) +
         training_text(learned.set_up) + result_text(learned) + check_text(learned);
}

std::string report_json(const LearnedBundle& learned) {
  const ZeroSetUp& s = learned.set_up;
  const auto columns = json_list(learned.profile.columns, [&](const ColumnProfile& column) {
    return fmt::format("{{\"column\":{},\"kind\":{},\"why\":{},\"missing\":{:.4f},\"used_as\":{}}}", json_string(column.header),
                       json_string(describe_kind(column.kind).name), json_string(column.why), column.measures.missing,
                       json_string(used_as(learned.columns, column.header)));
  });
  const auto rules = json_list(s.rules, [](const RuleOfReport& rule) {
    return fmt::format("{{\"rule\":{},\"pairs\":{},\"gain\":{:.6f}}}", json_string(rule.sql), rule.pairs, rule.gain);
  });
  const auto sessions = json_list(s.training.sessions, [](const SessionReport& session) {
    return fmt::format("{{\"rule\":{},\"pairs\":{},\"matches\":{:.6f}}}", json_string(session.rule), session.pairs, session.end_prior);
  });
  auto notes = learned.columns.notes;
  notes.insert(notes.end(), s.check.begin(), s.check.end());
  notes.insert(notes.end(), s.training.warnings.begin(), s.training.warnings.end());
  return fmt::format(
      "{{\"model_version\":{},\"records\":{},\"columns\":{},\"comparisons\":{},\"rules\":{},\"sessions\":{},\"pairs\":{},"
      "\"link_weight\":{:.4f},\"review_weight\":{:.4f},\"join_mean\":{},\"expected_matches\":{:.1f},"
      "\"expected_precision\":{:.6f},\"expected_recall\":{:.6f},\"blocking_coverage\":{:.6f},\"check\":{}}}",
      json_string(learned.model.bundle.version), learned.profile.rows, columns, json_list(s.model.comparisons, comparison_json),
      rules, sessions, s.pairs, s.link_weight, s.review_weight,
      s.join_mean ? fmt::format("{:.4f}", *s.join_mean) : "null", s.expected_matches, s.expected_precision,
      s.expected_recall, s.blocking_coverage, json_list(notes, [](const std::string& note) { return json_string(note); }));
}

}  // namespace gmpi
