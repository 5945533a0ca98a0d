// tests/reference/plain_linker.h - the linker as its design tells it: keep the set, and to answer, begin
// again.
//
// Holds all contents of each key, and tells the current one by a look at all of them (version_order.h here). To answer
// it packs everything in the order of the keys, looks at all
// pairs, and assigns. It shares standardising, conditions and weights with the live linker (they have tests
// of their own) and none of its bookkeeping: no postings, no stored ties, no components. Cost: quadratic.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "models/model_bundle.h"
#include "models/record_key.h"
#include "models/source_record.h"
#include "models/tie.h"
#include "tests/reference/version_order.h"

namespace gmpi::reference {

using Partition = std::set<std::set<RecordKey>>;

class PlainLinker {
 public:
  explicit PlainLinker(ModelBundle bundle) : bundle_(std::move(bundle)) {}

  Placement put(const SourceRecord& record);
  /// As if the sender said that nothing is there; nothing is done where something is.
  std::optional<Placement> put_anew(const SourceRecord& record);
  void remove(const RecordKey& key, UnixMillis at_ms);
  bool holds(const RecordKey& key) const { return current(key) != nullptr; }
  /// The current content; null: none.
  const SourceRecord* current(const RecordKey& key) const;

  /// What stewards say of two records from now on; nothing: the evidence alone.
  void say(const RecordKey& a, const RecordKey& b, std::optional<TieKind> word);

  Partition partition() const;

 private:
  ModelBundle bundle_;
  struct Known {
    PlainVersionOrder order;
    std::vector<SourceRecord> contents;  // by record version, from 1
  };
  std::map<RecordKey, Known> records_;
  std::map<std::pair<RecordKey, RecordKey>, TieKind> words_;
};

}  // namespace gmpi::reference
