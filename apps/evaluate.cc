#include "apps/evaluate.h"

#include <fmt/format.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "apps/evaluation_files.h"

namespace gmpi {
namespace {

constexpr int kRejectsShown = 5;

struct Evaluation {
  EvaluationInput input;
  ClusterScores clusters;
  PairScores pairs;  // of input.has_pairs
  std::vector<ClusterScores> groups;
  std::vector<HardCaseScores> cases;  // by input.case_kinds
};

Evaluation evaluate(EvaluationInput input) {
  Evaluation out;
  out.clusters = score_clusters(input.entity_of, input.cluster_of);
  if (input.has_pairs) out.pairs = score_pairs(input.pairs, input.entity_of);
  if (!input.group_of.empty()) {
    out.groups = score_groups(input.entity_of, input.cluster_of, input.group_of,
                              static_cast<std::uint32_t>(input.group_names.size()));
  }
  out.cases = score_hard_cases(input.entity_of, input.cluster_of, input.cases,
                               static_cast<std::uint32_t>(input.case_kinds.size()));
  out.input = std::move(input);
  return out;
}

double per_1000(const HardCaseScores& s) {
  return s.cases == 0 ? 0 : 1e3 * static_cast<double>(s.wrong) / static_cast<double>(s.cases);
}

// ---- for people ----

void print_scores(std::string_view name, const PrecisionRecall& scores) {
  fmt::print("{:<24}{:>10.6f}{:>10.6f}{:>10.6f}\n", name, scores.precision, scores.recall, scores.f1());
}

void print_count(std::string_view name, std::uint64_t count, const ClusterScores& of) {
  fmt::print("{:<36}{:>12}{:>12.2f}\n", name, with_thousands(count), of.per_10000_people(count));
}

std::string group_label(const std::string& name) {
  return name.empty() ? "(none)" : name;
}

void print_groups(const Evaluation& e, const std::string& column) {
  fmt::print("\n{:<24}{:>10}{:>10}{:>10}{:>10}{:>10}{:>13}{:>13}\n", "by " + column, "people", "records",
             "precision", "recall", "F1", "mixed/10000", "split/10000");
  for (std::size_t g = 0; g < e.groups.size(); ++g) {
    const ClusterScores& s = e.groups[g];
    fmt::print("{:<24}{:>10}{:>10}{:>10.6f}{:>10.6f}{:>10.6f}{:>13.2f}{:>13.2f}\n",
               group_label(e.input.group_names[g]), with_thousands(s.people), with_thousands(s.records),
               s.pairs.precision, s.pairs.recall, s.pairs.f1(), s.per_10000_people(s.people_mixed),
               s.per_10000_people(s.people_split));
  }
}

void print_cases(const Evaluation& e) {
  fmt::print("\n{:<36}{:>12}{:>12}{:>12}\n", "hard cases", "cases", "wrong", "per 1,000");
  for (std::size_t kind = 0; kind < e.cases.size(); ++kind) {
    const HardCaseScores& s = e.cases[kind];
    fmt::print("{:<36}{:>12}{:>12}{:>12.2f}\n", e.input.case_kinds[kind], with_thousands(s.cases),
               with_thousands(s.wrong), per_1000(s));
  }
}

void print_text(const Evaluation& e, const std::string& group_column) {
  const ClusterScores& c = e.clusters;
  fmt::print("{} records of {} people in {} clusters\n", with_thousands(c.records), with_thousands(c.people),
             with_thousands(c.clusters));
  if (e.input.not_clustered > 0) {
    fmt::print("{} records of the truth are in no cluster; each counts as alone\n",
               with_thousands(e.input.not_clustered));
  }
  if (e.input.without_truth > 0) {
    fmt::print("{} clustered records are not in the truth; they do not count\n",
               with_thousands(e.input.without_truth));
  }
  fmt::print("\n{:<24}{:>10}{:>10}{:>10}\n", "", "precision", "recall", "F1");
  print_scores("pairs within clusters", c.pairs);
  print_scores("B-cubed", c.b_cubed);
  if (e.input.has_pairs) {
    print_scores(fmt::format("listed pairs >= {:.4g}", e.pairs.best.threshold), e.pairs.best.scores);
    fmt::print("\nblocking recall {:.6f}: {} of {} true pairs are listed", e.pairs.blocking_recall,
               with_thousands(e.pairs.true_pairs_listed), with_thousands(e.pairs.true_pairs));
    fmt::print(" among {}\n", with_thousands(e.pairs.pairs));
    if (e.input.pairs_without_truth > 0) {
      fmt::print("{} listed pairs have a record that is not in the truth; they do not count\n",
                 with_thousands(e.input.pairs_without_truth));
    }
  }
  fmt::print("\n{:<36}{:>12}{:>12}\n", "", "count", "per 10,000");
  print_count("false merges", c.false_merges, c);
  print_count("missed links", c.missed_links, c);
  print_count("people who share a cluster", c.people_mixed, c);
  print_count("people in several clusters", c.people_split, c);
  if (!e.groups.empty()) print_groups(e, group_column);
  if (!e.cases.empty()) print_cases(e);
}

// ---- for programs ----

using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

void write_text(Writer& to, const std::string& text) {
  to.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write_counts(Writer& to, const std::vector<std::pair<const char*, std::uint64_t>>& counts) {
  for (const auto& [key, count] : counts) {
    to.Key(key);
    to.Uint64(count);
  }
}

void write_scores(Writer& to, const PrecisionRecall& scores) {
  for (const auto& [key, value] :
       {std::pair{"precision", scores.precision}, {"recall", scores.recall}, {"f1", scores.f1()}}) {
    to.Key(key);
    to.Double(value);
  }
}

void write_people(Writer& to, const ClusterScores& s) {
  write_counts(to, {{"people_mixed", s.people_mixed}, {"people_split", s.people_split}});
  for (const auto& [key, count] :
       {std::pair{"people_mixed_per_10000", s.people_mixed}, {"people_split_per_10000", s.people_split}}) {
    to.Key(key);
    to.Double(s.per_10000_people(count));
  }
}

void write_b_cubed(Writer& to, const ClusterScores& s) {
  to.Key("b_cubed");
  to.StartObject();
  write_scores(to, s.b_cubed);
  to.EndObject();
}

void write_clusters(Writer& to, const ClusterScores& s) {
  to.Key("pairwise");
  to.StartObject();
  write_scores(to, s.pairs);
  write_counts(
      to, {{"true_pairs", s.true_pairs}, {"found_pairs", s.found_pairs}, {"correct_pairs", s.correct_pairs}});
  to.EndObject();
  write_b_cubed(to, s);
  write_counts(to, {{"false_merges", s.false_merges}, {"missed_links", s.missed_links}});
  to.Key("false_merges_per_10000_people");
  to.Double(s.per_10000_people(s.false_merges));
  to.Key("missed_links_per_10000_people");
  to.Double(s.per_10000_people(s.missed_links));
  write_people(to, s);
}

void write_threshold(Writer& to, const ThresholdScores& at) {
  to.StartObject();
  to.Key("threshold");
  to.Double(at.threshold);
  write_scores(to, at.scores);
  write_counts(to, {{"pairs", at.given}, {"correct", at.correct}});
  to.EndObject();
}

void write_pairs(Writer& to, const Evaluation& e) {
  to.Key("pairs");
  to.StartObject();
  write_counts(to, {{"pairs", e.pairs.pairs},
                    {"repeated", e.pairs.repeated},
                    {"without_truth", e.input.pairs_without_truth},
                    {"true_pairs", e.pairs.true_pairs},
                    {"true_pairs_listed", e.pairs.true_pairs_listed}});
  to.Key("blocking_recall");
  to.Double(e.pairs.blocking_recall);
  to.Key("best");
  write_threshold(to, e.pairs.best);
  to.Key("curve");
  to.StartArray();
  for (const ThresholdScores& point : e.pairs.curve) write_threshold(to, point);
  to.EndArray();
  to.EndObject();
}

void write_groups(Writer& to, const Evaluation& e, const std::string& column) {
  to.Key("group_column");
  write_text(to, column);
  to.Key("groups");
  to.StartArray();
  for (std::size_t g = 0; g < e.groups.size(); ++g) {
    const ClusterScores& s = e.groups[g];
    to.StartObject();
    to.Key("group");
    write_text(to, e.input.group_names[g]);
    write_counts(to, {{"records", s.records}, {"people", s.people}, {"clusters", s.clusters}});
    to.Key("pairwise");
    to.StartObject();
    write_scores(to, s.pairs);
    to.EndObject();
    write_b_cubed(to, s);
    write_people(to, s);
    to.EndObject();
  }
  to.EndArray();
}

void write_cases(Writer& to, const Evaluation& e) {
  to.Key("hard_cases");
  to.StartArray();
  for (std::size_t kind = 0; kind < e.cases.size(); ++kind) {
    to.StartObject();
    to.Key("kind");
    write_text(to, e.input.case_kinds[kind]);
    write_counts(to, {{"cases", e.cases[kind].cases}, {"wrong", e.cases[kind].wrong}});
    to.Key("wrong_per_1000");
    to.Double(per_1000(e.cases[kind]));
    to.EndObject();
  }
  to.EndArray();
}

void print_json(const Evaluation& e, const std::string& group_column) {
  rapidjson::StringBuffer buffer;
  Writer to(buffer);
  to.StartObject();
  write_counts(to, {{"records", e.clusters.records},
                    {"people", e.clusters.people},
                    {"clusters", e.clusters.clusters},
                    {"records_not_clustered", e.input.not_clustered},
                    {"records_without_truth", e.input.without_truth},
                    {"rejected_rows", e.input.rejected_rows}});
  write_clusters(to, e.clusters);
  if (e.input.has_pairs) write_pairs(to, e);
  if (!e.groups.empty()) write_groups(to, e, group_column);
  if (!e.cases.empty()) write_cases(to, e);
  to.EndObject();
  fmt::print("{}\n", buffer.GetString());
}

ExitCode run(const Invocation& invocation, const EvaluationFiles& files) {
  if (!files.groups.empty() && files.group_column.empty()) {
    return fail(ExitCode::kUsage, "--groups needs --group-column");
  }
  int shown = 0;
  auto input = read_evaluation(files, [&](const std::string& reject) {
    if (shown++ < kRejectsShown) fmt::print(stderr, "gmpi: rejected {}\n", reject);
  });
  if (!input) return fail(input.error());
  const Evaluation evaluation = evaluate(std::move(*input));
  if (invocation.json) {
    print_json(evaluation, files.group_column);
  } else {
    print_text(evaluation, files.group_column);
  }
  const std::uint64_t rejected = evaluation.input.rejected_rows;
  if (rejected == 0) return ExitCode::kOk;
  return fail(ExitCode::kRejectedRows, fmt::format("{} rows rejected", with_thousands(rejected)));
}

}  // namespace

void add_evaluate(CLI::App& program, Invocation& invocation) {
  CLI::App* command = program.add_subcommand(
      "evaluate",
      "Measure a linkage against the truth"
      "\n\nPairwise and B-cubed precision, recall and F1 of the clusters; false merges (people too many in a "
      "cluster) "
      "and missed links (clusters too many for a person), per 10,000 people. With --pairs the listed pairs "
      "at every "
      "threshold: the best one, and how many true pairs are listed at all (blocking recall). With "
      "--group-column the "
      "same for each group; a pair counts half for the group of each of its two records."
      "\n\nRecords missing from the clusters count as alone; records missing from the truth do not count. A "
      "record id "
      "listed twice is an error.");
  command->footer(
      "gmpi evaluate --truth truth.csv --clusters clusters.csv\n"
      "gmpi evaluate --truth truth.csv --clusters clusters.csv --pairs pairs.csv --json\n"
      "gmpi evaluate --truth truth.csv --clusters clusters.csv --groups people.csv --group-column locality\n"
      "gmpi evaluate --truth truth.csv --clusters exported.csv --records records.csv --cases hard_cases.csv");
  auto files = std::make_shared<EvaluationFiles>();
  const auto add_file = [&](const char* flag, std::string& path, const char* help) {
    return command->add_option(flag, path, help)->type_name("FILE");
  };
  add_file("--truth", files->truth, "CSV with record_id and entity_id")->required();
  add_file("--clusters", files->clusters, "CSV with record_id and cluster_id")->required();
  add_file("--pairs", files->pairs, "CSV with id_l, id_r and match_weight");
  add_file("--groups", files->groups,
           "CSV with record_id or entity_id and the group column; else the truth has it");
  command->add_option("--group-column", files->group_column, "Column that holds a record's group")
      ->type_name("NAME");
  add_file("--cases", files->cases,
           "CSV with kind, entity_a, entity_b and expected (same or different): hard cases");
  add_file("--records", files->records,
           "CSV with record_id, source and local_id: the clusters name records as source/local id");
  command->callback(
      [&invocation, files] { invocation.run = [&invocation, files] { return run(invocation, *files); }; });
}

}  // namespace gmpi
