// benchmarks/population/generate.h - a synthetic Greater Manchester: people, what systems recorded, the
// truth.
//
// Writes records.csv, truth.csv, people.csv, households.csv, events.csv, sources.csv, hard_cases.csv and
// manifest.json. The same (people, seed, tables) give the same bytes, whatever the machine and the number of
// threads: people are made in blocks of a thousand from seeds of their own, and no draw uses floating-point
// functions beyond + - * /. Columns of the files: README.md; rates: rates.h. No real person is in it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "benchmarks/population/origin.h"
#include "benchmarks/population/rates.h"
#include "benchmarks/population/records.h"

namespace gmpi::population {

struct SynthOptions {
  std::uint64_t people = 30'000;  // 1 to kPeopleMax
  std::uint64_t seed = 1;
  std::string out_dir;     // created when missing; files in it are replaced
  std::string tables_dir;  // larger name and place tables; empty: the built-in ones
  int threads = 1;         // 1 to 256
};

struct SynthSummary {
  std::uint64_t people = 0, records = 0, households = 0, events = 0;
  double records_per_person = 0;
  std::uint32_t records_p10 = 0, records_p90 = 0;  // records a person, tenth and ninetieth percentile
  std::array<SourceCounts, kSourceKinds> by_source{};
  std::array<std::uint64_t, kLocalities> people_by_locality{};
  std::array<std::uint64_t, kLocalities> records_by_locality{};  // of the person's home today
  std::array<std::uint64_t, kOrigins> people_by_origin{};
  std::uint64_t maternities = 0, multiple_maternities = 0;  // births in the window
  std::array<std::uint64_t, kHardCases> hard_cases{};
  std::vector<std::pair<std::string, std::string>> sha256;  // (file, digest), as in the manifest
};

/// Called from the calling thread, now and then, with people done and to do.
using SynthProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Errors: kInvalidInput (options, tables), kIo (cannot write, cannot read tables).
/// Cost: about 20 microseconds a person on one core; memory is bounded by kMemoryForArrivals and the blocks
/// in flight, records beyond it wait in a folder inside out_dir that is removed at the end.
Result<SynthSummary> generate(const SynthOptions& options, const SynthProgress& progress);

}  // namespace gmpi::population
