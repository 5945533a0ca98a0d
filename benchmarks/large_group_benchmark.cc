// What does it cost to take a group of a thousand records apart, and to put it together again?
//
// To beat: 5 ms (issue: the living index). A group of 1,000 nodes in which each has a tie to its neighbours, or to all;
// then a cannot-link appears between two of them. Also a chain of 5,000, of which each look is bounded.
//
//     build/release/benchmarks/large_group_benchmark
#include <benchmark/benchmark.h>

#include "base/random.h"
#include "linkage/bounded_components.h"
#include "linkage/identity_assignment.h"

namespace gmpi {
namespace {

constexpr std::uint32_t kNodes = 1'000;

/// Each node is tied to the `reach` that follow it; the first is held apart from the last when `parted`.
std::vector<Tie> ties_of(std::uint32_t nodes, std::uint32_t reach, bool parted) {
  Random random(1);
  std::vector<Tie> ties;
  for (std::uint32_t a = 0; a < nodes; ++a)
    for (std::uint32_t b = a + 1; b < nodes && b <= a + reach; ++b)
      ties.push_back({a, b, TieKind::kLink, 12 + random.uniform() * 30});
  if (!parted) return ties;
  std::erase_if(ties, [&](const Tie& tie) { return tie.a == 0 && tie.b == nodes - 1; });
  ties.push_back({0, nodes - 1, TieKind::kApart, 10});
  return ties;
}

void assign(benchmark::State& state) {
  const auto ties = ties_of(kNodes, static_cast<std::uint32_t>(state.range(0)), state.range(1) == 1);
  const std::vector<ValueId> exclusive(kNodes, kMissing);
  for (auto _ : state)
    benchmark::DoNotOptimize(assign_identities({.nodes = kNodes,
                                                .ties = ties,
                                                .exclusive_columns = 1,
                                                .exclusive = exclusive,
                                                .conflict_margin = 6}));
  state.counters["ties"] = static_cast<double>(ties.size());
}
BENCHMARK(assign)->ArgNames({"reach", "parted"})->ArgsProduct({{1, 20, 1'000}, {0, 1}})->Unit(benchmark::kMillisecond);

void find_unit(benchmark::State& state) {
  const auto nodes = static_cast<std::uint32_t>(state.range(0));
  std::vector<std::vector<RecordTie>> rows(nodes);
  for (const Tie& tie : ties_of(nodes, static_cast<std::uint32_t>(state.range(1)), false)) {
    rows[tie.a].push_back({.other = tie.b, .kind = tie.kind, .weight = tie.weight});
    rows[tie.b].push_back({.other = tie.a, .kind = tie.kind, .weight = tie.weight});
  }
  for (auto _ : state) {
    BoundedComponents components({.ties = [&](RowId row) { return std::span<const RecordTie>(rows[row]); },
                                  .same_content = [](RowId, RowId) { return false; }},
                                 12, 2'000);
    benchmark::DoNotOptimize(components.unit_of(nodes / 2));
  }
}
BENCHMARK(find_unit)->ArgNames({"nodes", "reach"})->Args({1'000, 20})->Args({1'000, 1'000})->Args({5'000, 1})->Args({100'000, 1})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gmpi

BENCHMARK_MAIN();
