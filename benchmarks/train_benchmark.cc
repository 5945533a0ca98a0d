// How long training takes: u from random pairs, and one EM session over a rule's pairs.
//
//     train_benchmark RECORDS.csv MODEL.json 'RULE' [RUNS]
//     train_benchmark people.csv benchmarks/versus_splink/person_model.json 'l.dob = r.dob'
//
// The answer to beat: u of six comparisons from 1e8 pairs in 3 s on two cores, and a session over 10 M pairs
// in 1.5 s (docs/performance.md). Each line is the best of RUNS (3); processor time is the whole process's.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "base/csv.h"
#include "linkage/train_model.h"
#include "matcher/model_file.h"
#include "matcher/sql_parser.h"

namespace gmpi {
namespace {

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <class T>
T required(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(1);
}

std::unique_ptr<PackedRecords> read_records(const std::string& path, const std::vector<std::string>& names) {
  std::vector<ColumnSpec> specs;
  for (const auto& name : names) specs.push_back({.name = name, .is_list = false, .is_number = false});
  auto records = std::make_unique<PackedRecords>(std::move(specs));
  auto reader = required(CsvReader::open(path, {}));
  std::vector<std::size_t> at;
  for (const auto& name : names) {
    const auto found = std::find(reader.header().begin(), reader.header().end(), name);
    if (found == reader.header().end())
      required(Result<int>(make_error(ErrorCode::kInvalidInput, "no column " + name)));
    at.push_back(static_cast<std::size_t>(found - reader.header().begin()));
  }
  std::vector<std::string_view> cells(names.size());
  while (const CsvRow* row = reader.next()) {
    for (std::size_t i = 0; i < at.size(); ++i) cells[i] = row->fields[at[i]];
    records->append_texts(cells);
  }
  return records;
}

void measure(const char* name, const LinkageModel& model, const TrainingSet& set, const TrainOptions& options,
             int runs) {
  double cpu = std::numeric_limits<double>::infinity(), wall = cpu;
  TrainedModel trained;
  for (int run = 0; run < runs; ++run) {
    Progress progress({.task = "train", .unit = "pairs"});
    const double cpu_before = seconds_of(CLOCK_PROCESS_CPUTIME_ID), wall_before = seconds_of(CLOCK_MONOTONIC);
    trained = required(train_model(model, set, options, progress));
    cpu = std::min(cpu, seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu_before);
    wall = std::min(wall, seconds_of(CLOCK_MONOTONIC) - wall_before);
  }
  const bool session = !trained.sessions.empty();
  const auto records = static_cast<double>(trained.random_records);
  const double pairs =
      session ? static_cast<double>(trained.sessions[0].pairs_used) : records * (records - 1) / 2;
  std::printf("%-34s %12.0f pairs %8.3f s CPU %8.3f s wall", name, pairs, cpu, wall);
  if (session)
    std::printf("  %lu patterns, %zu iterations", trained.sessions[0].patterns,
                trained.sessions[0].iterations.size());
  std::printf("\n");
  std::fflush(stdout);
}

void measure_all(const std::string& records_path, const std::string& model_path, const std::string& sql,
                 int runs) {
  auto bundle = required(read_bundle(model_path));
  const BlockingRule rule{sql, required(parse_blocking_rule(sql)), {}};
  bundle.model.blocking_rules.push_back(rule);
  const auto records = read_records(records_path, columns_of(bundle.model));
  bundle.model.blocking_rules.pop_back();
  std::vector<std::uint32_t> rank(records->rows());
  std::iota(rank.begin(), rank.end(), 0u);
  const TrainingSet set{*records, rank, rank, {}};
  std::printf("%zu records, %zu comparisons\n", records->rows(), bundle.model.comparisons.size());
  TrainOptions options;
  options.run_sessions = false;
  options.u_observations_min = 0;
  measure("u, all of 1e8 pairs", bundle.model, set, options, runs);
  options.u_observations_min = TrainOptions().u_observations_min;
  measure("u, until each level is seen often", bundle.model, set, options, runs);
  options.estimate_u = false;
  options.run_sessions = true;
  options.session_rules = {rule};
  options.session_pairs_max = std::numeric_limits<std::uint64_t>::max();
  measure("session", bundle.model, set, options, runs);
  options.term_frequencies = false;
  measure("session, no term frequencies", bundle.model, set, options, runs);
}

}  // namespace
}  // namespace gmpi

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: train_benchmark RECORDS.csv MODEL.json 'RULE' [RUNS]\n");
    return 2;
  }
  gmpi::measure_all(argv[1], argv[2], argv[3], argc > 4 ? std::max(1, std::atoi(argv[4])) : 3);
  return 0;
}
