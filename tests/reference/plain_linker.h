// tests/reference/plain_linker.h - the linker as its design tells it: keep the set, and to answer, begin
// again.
//
// Holds the newest content of each key. To answer it packs everything in the order of the keys, looks at all
// pairs, and assigns. It shares standardising, conditions and weights with the live linker (they have tests
// of their own) and none of its bookkeeping: no postings, no stored ties, no components. Cost: quadratic.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "models/model_bundle.h"
#include "models/record_key.h"
#include "models/source_record.h"

namespace gmpi::reference {

using Partition = std::set<std::set<RecordKey>>;

class PlainLinker {
 public:
  explicit PlainLinker(ModelBundle bundle) : bundle_(std::move(bundle)) {}

  void put(const SourceRecord& record) { records_[record.key] = record; }
  void remove(const RecordKey& key) { records_.erase(key); }
  bool holds(const RecordKey& key) const { return records_.contains(key); }
  std::size_t size() const { return records_.size(); }

  Partition partition() const;

 private:
  ModelBundle bundle_;
  std::map<RecordKey, SourceRecord> records_;
};

}  // namespace gmpi::reference
