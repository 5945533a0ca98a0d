// The records that the killed program and its test agree on.
#pragma once

#include <vector>

#include "linkage/linker.h"
#include "tests/linkage/small_model.h"

namespace gmpi {

inline constexpr std::uint32_t kKillBlockRecordsMax = 40;

inline std::vector<SourceRecord> kill_workload(std::uint64_t seed, std::size_t count) {
  SmallWorld world(seed);
  std::vector<SourceRecord> records;
  for (std::size_t i = 0; i < count; ++i) records.push_back(world.content({"gp", std::to_string(i)}));
  return records;
}

}  // namespace gmpi
