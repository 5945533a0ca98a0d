// How many name pairs a second one core compares: each comparator as the matcher calls it, on each
// instruction set. Beside it stands rapidfuzz-cpp 3.3.3, one-shot, on names of 9.6 bytes: Jaro-Winkler 12.0
// M/s, with cutoff 17.2 M/s, Levenshtein with cutoff 41.6 M/s, unrestricted Damerau 4.0 M/s.
//
//     build/release/benchmarks/comparators_benchmark
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "matcher/comparators/damerau_levenshtein.h"
#include "matcher/comparators/jaro.h"
#include "matcher/comparators/jaro_winkler.h"
#include "matcher/comparators/kernels.h"
#include "matcher/comparators/levenshtein.h"

namespace gmpi {
namespace {

struct Pairs {
  std::vector<std::string> left;
  std::vector<std::string> right;
};

/// Names of 5 to 14 letters; half of the pairs are near misses, half unrelated, as blocking leaves them.
const Pairs& names() {
  static const Pairs pairs = [] {
    Pairs out;
    Random random(1);
    const auto name = [&] {
      std::string text(5 + random.below(10), ' ');
      for (char& c : text) c = "EEEAAAIIOONNRRSSTTLLDHMCUBGPKWYFV"[random.below(33)];
      return text;
    };
    for (int i = 0; i < 4096; ++i) {
      out.left.push_back(name());
      std::string other = name();
      if (random.chance(0.5)) {
        other = out.left.back();
        other[random.below(other.size())] = 'X';
        if (random.chance(0.5)) other.erase(random.below(other.size()), 1);
      }
      out.right.push_back(other);
    }
    return out;
  }();
  return pairs;
}

template <class Compare>
void over_names(benchmark::State& state, Compare compare) {
  const auto& pairs = names();
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(compare(pairs.left[i], pairs.right[i]));
    i = (i + 1) & 4095;
  }
  state.SetItemsProcessed(state.iterations());
}

void jaro_winkler(benchmark::State& state) {
  over_names(state, [](const auto& a, const auto& b) { return jaro_winkler_similarity(a, b); });
}
void jaro_winkler_at_least_088(benchmark::State& state) {
  over_names(state, [](const auto& a, const auto& b) { return jaro_winkler_at_least(a, b, 0.88); });
}
void levenshtein_full(benchmark::State& state) {
  over_names(state, [](const auto& a, const auto& b) { return levenshtein(a, b); });
}
void levenshtein_at_most_2(benchmark::State& state) {
  over_names(state, [](const auto& a, const auto& b) { return levenshtein_at_most(a, b, 2); });
}
void damerau_full(benchmark::State& state) {
  over_names(state, [](const auto& a, const auto& b) { return damerau_levenshtein(a, b); });
}
void damerau_at_most_1(benchmark::State& state) {
  over_names(state, [](const auto& a, const auto& b) { return damerau_levenshtein_at_most(a, b, 1); });
}
BENCHMARK(jaro_winkler);
BENCHMARK(jaro_winkler_at_least_088);
BENCHMARK(levenshtein_full);
BENCHMARK(levenshtein_at_most_2);
BENCHMARK(damerau_full);
BENCHMARK(damerau_at_most_1);

void register_kernels() {
  const comparators::Kernels* sets[3] = {};
  const std::size_t count = comparators::runnable_kernels(sets);
  for (std::size_t k = 0; k < count; ++k) {
    const auto* set = sets[k];
    const std::string name(set->name);
    benchmark::RegisterBenchmark(("kernel_jaro/" + name).c_str(), [set](benchmark::State& state) {
      over_names(state, [set](const auto& a, const auto& b) { return set->jaro(a, b).common; });
    });
    benchmark::RegisterBenchmark(("kernel_levenshtein/" + name).c_str(), [set](benchmark::State& state) {
      over_names(state, [set](const auto& a, const auto& b) { return set->levenshtein(a, b, 64); });
    });
    benchmark::RegisterBenchmark(("kernel_alignment_2/" + name).c_str(), [set](benchmark::State& state) {
      over_names(state, [set](const auto& a, const auto& b) { return set->alignment(a, b, 2); });
    });
  }
}

}  // namespace
}  // namespace gmpi

int main(int argc, char** argv) {
  gmpi::register_kernels();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
