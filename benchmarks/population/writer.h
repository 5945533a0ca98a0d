// benchmarks/population/writer.h - blocks in, the files of a population out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "benchmarks/population/arrivals.h"
#include "benchmarks/population/generate.h"
#include "benchmarks/population/output_file.h"
#include "benchmarks/population/person.h"
#include "benchmarks/population/records.h"

namespace gmpi::population {

std::string entity_id(std::uint64_t entity);  // "P0001234"

/// Threads: external lock needed. Blocks come in the order of their index.
class PopulationWriter {
 public:
  static Result<std::unique_ptr<PopulationWriter>> create(const World& world, const std::string& out_dir);

  Status add(const Block& block, const BlockRecords& records);
  /// Writes what is left (records in order of arrival, sources, manifest) and returns the summary.
  Result<SynthSummary> finish();

 private:
  PopulationWriter(const World& world, std::string out_dir);

  Status open();
  void add_people(const Block& block);
  void add_households(const Block& block);
  void add_hard_cases(const Block& block);
  Status add_records(const Block& block, const BlockRecords& records);
  Status write_records();
  Status write_events();
  Status write_sources();
  Status close_files();
  Status write_manifest();
  void settle_summary();

  const World& world_;
  const std::string out_dir_;
  std::vector<std::pair<std::string, OutputFile>> files_;  // in the order of kFiles
  Arrivals arrivals_, event_arrivals_;
  SynthSummary summary_;
  std::vector<std::uint64_t> people_with_records_;  // index: number of records
  std::string line_;
};

}  // namespace gmpi::population
