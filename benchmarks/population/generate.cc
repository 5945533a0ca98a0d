#include "benchmarks/population/generate.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "benchmarks/population/hard_cases.h"
#include "benchmarks/population/households.h"
#include "benchmarks/population/lives.h"
#include "benchmarks/population/sources.h"
#include "benchmarks/population/writer.h"

namespace gmpi::population {
namespace {

struct MadeBlock {
  Block block;
  BlockRecords records;
};

MadeBlock make_block(const World& world, std::uint64_t index) {
  const std::uint64_t first = index * kBlockPeople;
  MadeBlock made{draw_households(world, index, std::min(kBlockPeople, world.people - first)), {}};
  live(world, made.block);
  make_hard_cases(world, made.block);
  settle_contacts(world, made.block);
  settle_practices(world, made.block);
  made.records = make_records(world, made.block);
  return made;
}

/// Blocks [first, end), each made by whichever thread is free.
std::vector<MadeBlock> make_blocks(const World& world, std::uint64_t first, std::uint64_t end, int threads) {
  std::vector<MadeBlock> made(end - first);
  std::atomic<std::uint64_t> next{first};
  const auto work = [&] {
    for (std::uint64_t index = next++; index < end; index = next++)
      made[index - first] = make_block(world, index);
  };
  std::vector<std::jthread> helpers;
  for (int i = 1; i < threads; ++i) helpers.emplace_back(work);
  work();
  helpers.clear();
  return made;
}

Status check(const SynthOptions& options) {
  if (options.people < 1 || options.people > kPeopleMax)
    return make_error(ErrorCode::kInvalidInput, "people: must be 1 to " + std::to_string(kPeopleMax));
  if (options.threads < 1 || options.threads > 256)
    return make_error(ErrorCode::kInvalidInput, "threads: must be 1 to 256");
  if (options.out_dir.empty()) return make_error(ErrorCode::kInvalidInput, "out: no folder named");
  return Done{};
}

}  // namespace

Result<SynthSummary> generate(const SynthOptions& options, const SynthProgress& progress) {
  if (auto checked = check(options); !checked) return checked.error();
  const auto tables = load_tables(options.tables_dir, options.people);
  if (!tables) return tables.error();
  const SourceSystems sources(options.seed, options.people);
  const World world{&*tables, &sources, options.seed, options.people};
  auto writer = PopulationWriter::create(world, options.out_dir);
  if (!writer) return writer.error();
  const std::uint64_t blocks = (options.people + kBlockPeople - 1) / kBlockPeople;
  const auto wave = static_cast<std::uint64_t>(options.threads) * 4;
  for (std::uint64_t first = 0; first < blocks; first += wave) {
    const std::uint64_t end = std::min(blocks, first + wave);
    for (const auto& made : make_blocks(world, first, end, options.threads)) {
      if (auto added = (*writer)->add(made.block, made.records); !added) return added.error();
    }
    if (progress) progress(std::min(options.people, end * kBlockPeople), options.people);
  }
  return (*writer)->finish();
}

}  // namespace gmpi::population
