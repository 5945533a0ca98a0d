// How fast a whole set is blocked and scored: pairs a second and core, by one thread and by all.
//
//     batch_benchmark RECORDS.csv MODEL.json WEIGHT_MIN [RUNS [ONLY]]        ONLY: one of the names below
//
// The answer to beat is 20 M pairs a second and core for a model of six comparisons (names, date of birth, sex, postcode,
// e-mail), the limit of the hardware about five times that (docs/performance.md). Each line is the best of RUNS (3), in
// processor time of the process, so that other work on the machine counts little:
//
//     blocking      pairs proposed and thrown away
//     one by one    CompiledModel::weight() of each pair
//     batch         BatchScorer, every weight
//     batch, from   BatchScorer, weights from WEIGHT_MIN on
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include "base/csv.h"
#include "blocking/batch_pairs.h"
#include "matcher/batch_scorer.h"
#include "matcher/model_file.h"

namespace gmpi {
namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double wall_seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

[[noreturn]] void stop(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  std::exit(1);
}

struct Set {
  std::unique_ptr<PackedRecords> records;
  std::optional<BlockingPlan> plan;
  std::optional<CompiledModel> model;
  std::vector<std::uint32_t> rank;
};

void read_rows(const std::string& path, const std::vector<std::string>& names, Set& set) {
  auto reader = CsvReader::open(path, {});
  if (!reader) stop(reader.error());
  std::vector<std::size_t> at;
  for (const auto& name : names)
    at.push_back(static_cast<std::size_t>(
        std::find(reader->header().begin(), reader->header().end(), name) - reader->header().begin()));
  std::vector<std::string_view> cells(names.size());
  while (const CsvRow* row = reader->next()) {
    for (std::size_t i = 0; i < at.size(); ++i) cells[i] = row->fields[at[i]];
    set.records->append_texts(cells);
  }
  set.rank.resize(set.records->rows());
  std::iota(set.rank.begin(), set.rank.end(), 0u);
}

Set load(const std::string& records, const std::string& model_path) {
  auto bundle = read_bundle(model_path);
  if (!bundle) stop(bundle.error());
  Set set;
  const auto names = columns_of(bundle->model);
  std::vector<ColumnSpec> specs;
  for (const auto& name : names) specs.push_back({.name = name, .is_list = false, .is_number = false});
  set.records = std::make_unique<PackedRecords>(std::move(specs));
  auto plan = BlockingPlan::compile(bundle->model, *set.records);
  if (!plan) stop(plan.error());
  set.plan.emplace(std::move(*plan));
  auto model = CompiledModel::compile(bundle->model, *set.records);
  if (!model) stop(model.error());
  set.model.emplace(std::move(*model));
  read_rows(records, names, set);
  set.model->count_frequencies();
  return set;
}

struct alignas(64) Tally {
  std::optional<BatchScorer::Worker> worker;
  std::uint64_t pairs = 0, kept = 0;
};

std::string only;

/// Runs one sink over all pairs, `runs` times, and prints the best.
void measure(const char* name, const Set& set, int runs, const std::function<void(std::span<const RowPair>, Tally&)>& work) {
  if (!only.empty() && only != name) return;
  double best = std::numeric_limits<double>::infinity(), best_wall = best;
  std::uint64_t pairs = 0, kept = 0;
  for (int run = 0; run < runs; ++run) {
    std::vector<Tally> tallies(batch_workers());
    const double cpu = cpu_seconds(), wall = wall_seconds();
    for_each_pairs(*set.plan, *set.records, {.block_records_max = 0, .rank = set.rank, .source = {}},
                   [&](std::span<const RowPair> some, RuleId, std::size_t number) {
                     tallies[number].pairs += some.size();
                     work(some, tallies[number]);
                   });
    best = std::min(best, cpu_seconds() - cpu);
    best_wall = std::min(best_wall, wall_seconds() - wall);
    pairs = kept = 0;
    for (const auto& tally : tallies) pairs += tally.pairs, kept += tally.kept;
  }
  std::printf("%-14s %12lu pairs %12lu kept %8.3f s CPU %8.3f s wall %8.2f M pairs/s CPU %6.1f ns\n", name, pairs, kept, best,
              best_wall, static_cast<double>(pairs) / best * 1e-6, best * 1e9 / static_cast<double>(pairs));
  std::fflush(stdout);
}

void measure_all(const Set& set, MatchWeight weight_min, int runs) {
  measure("blocking", set, runs, [](std::span<const RowPair>, Tally&) {});
  measure("one by one", set, 1, [&](std::span<const RowPair> pairs, Tally& tally) {
    for (const auto [left, right] : pairs)
      tally.kept += set.model->weight(set.records->view(left), set.records->view(right)) >= weight_min;
  });
  const double begin = cpu_seconds();
  const BatchScorer scorer(*set.model, *set.records);
  std::printf("%-14s %.3f s CPU\n", "making lines", cpu_seconds() - begin);
  const auto batch = [&](MatchWeight from) {
    return [&, from](std::span<const RowPair> pairs, Tally& tally) {
      if (!tally.worker) tally.worker.emplace(scorer.worker());
      std::array<MatchWeight, BatchScorer::kPairsMax> weights;
      scorer.score(pairs, from, *tally.worker, {weights.data(), pairs.size()});
      for (std::size_t i = 0; i < pairs.size(); ++i) tally.kept += weights[i] >= weight_min;
    };
  };
  measure("batch", set, runs, batch(-std::numeric_limits<MatchWeight>::infinity()));
  measure("batch, from", set, runs, batch(weight_min));
}

}  // namespace
}  // namespace gmpi

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: batch_benchmark RECORDS.csv MODEL.json WEIGHT_MIN [RUNS [ONLY]]\n");
    return 2;
  }
  const int runs = argc > 4 ? std::atoi(argv[4]) : 3;
  const double begin = gmpi::cpu_seconds();
  if (argc > 5) gmpi::only = argv[5];
  const gmpi::Set set = gmpi::load(argv[1], argv[2]);
  std::printf("%zu records read and packed in %.3f s CPU\n", set.records->rows(), gmpi::cpu_seconds() - begin);
  const int all = tbb::this_task_arena::max_concurrency();
  for (const int threads : {1, all}) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
    std::printf("\n%d thread%s\n", threads, threads == 1 ? "" : "s");
    gmpi::measure_all(set, std::atof(argv[3]), runs);
    if (all == 1) break;
  }
}
