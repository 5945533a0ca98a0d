// A linker over a store of its own, for tests of single verbs.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <stdexcept>

#include "index/store/memory_store.h"
#include "linkage/linker.h"
#include "tests/linkage/small_model.h"
#include "tests/reference/plain_linker.h"

namespace gmpi {

inline std::unique_ptr<Linker> open_linker(Store& store, const ModelBundle& bundle, const Clock& clock,
                                           const LinkerOptions& options = {}) {
  auto linker = Linker::open(bundle, store, clock, options);
  if (!linker) throw std::runtime_error(linker.error().message);
  return std::move(*linker);
}

/// Which record has which id.
inline std::map<RecordKey, EnterpriseId> ids_of(const Linker& linker) {
  std::map<RecordKey, EnterpriseId> ids;
  const Status read = linker.for_each_record([&](const RecordKey& key, EnterpriseId id) { ids[key] = id; });
  if (!read) throw std::runtime_error(read.error().message);
  return ids;
}

inline reference::Partition partition_of(const Linker& linker) {
  std::map<EnterpriseId, std::set<RecordKey>> groups;
  for (const auto& [key, id] : ids_of(linker)) groups[id].insert(key);
  reference::Partition partition;
  for (auto& [id, members] : groups) partition.insert(std::move(members));
  return partition;
}

}  // namespace gmpi
