// linkage/undurable_changes.h - what the changes touch that are in memory and not yet on stable storage.
//
// A change is applied to memory when it is decided and is durable some milliseconds later; a crash between
// the two undoes it. A reader must not hand out what may be undone, and need not wait for what it did not
// see. So each change notes what it touches, a read notes what it rests on (ReadFootprint), and is answered
// once the newest change that touched any of that is durable (Linker::Impl::read). After the store has
// failed, reads of everything else go on.
//
// What a read can rest on, and how a change says that it touches it:
//     record     its content, whether it is live
//     ties       of a record
//     identity   its members, their contents, its redirect, that it is retired
//     key        which records a blocking key leads to: keys that the changed record had or has
// Absence counts: a record not found under a key that a waiting retraction took out of it is a read of that
// key.
//
// Threads: external lock needed. Cost: O(what a change writes) to note and to forget; a look-up a noted
// thing, none while nothing waits.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "blocking/blocking_plan.h"
#include "models/changeset.h"

namespace gmpi {

class UndurableChanges {
 public:
  /// `keys`: those of the record before and after. Sequences rise from call to call.
  void add(const Changeset& changeset, std::vector<BlockingKey> keys);
  /// Forgets changes up to this sequence.
  void retire(std::uint64_t durable);

  bool empty() const { return waiting_.empty(); }
  std::size_t size() const { return waiting_.size(); }

  /// Sequence of the newest waiting change that touched it; 0: none.
  std::uint64_t of_record(RowId row) const { return newest(records_, row); }
  std::uint64_t of_ties(RowId row) const { return newest(ties_, row); }
  std::uint64_t of_identity(EnterpriseId id) const { return newest(identities_, id.value); }
  std::uint64_t of_key(BlockingKey key) const { return newest(keys_, key); }

 private:
  template <class Id>
  using Newest = boost::unordered_flat_map<Id, std::uint64_t>;
  struct Change {
    std::uint64_t sequence = 0;
    std::vector<RowId> records;  // one or none
    std::vector<RowId> ties;
    std::vector<std::uint64_t> identities;
    std::vector<BlockingKey> keys;
  };

  template <class Id>
  static std::uint64_t newest(const Newest<Id>& of, Id id) {
    const auto found = of.find(id);
    return found == of.end() ? 0 : found->second;
  }

  std::deque<Change> waiting_;  // by sequence
  Newest<RowId> records_;
  Newest<RowId> ties_;
  Newest<std::uint64_t> identities_;
  Newest<BlockingKey> keys_;
};

/// What one read rests on.
class ReadFootprint {
 public:
  explicit ReadFootprint(const UndurableChanges& changes) : changes_(changes) {}

  /// False: nothing waits, and nothing needs to be noted.
  bool needed() const { return !changes_.empty(); }
  void record(RowId row) { note(changes_.of_record(row)); }
  void ties(RowId row) { note(changes_.of_ties(row)); }
  void identity(EnterpriseId id) { note(changes_.of_identity(id)); }
  void key(BlockingKey key) { note(changes_.of_key(key)); }
  void assertion(const Assertion& seen) { note(seen.undone ? seen.undone->sequence : seen.id); }

  /// What must be durable before the answer is given; 0: nothing.
  std::uint64_t sequence() const { return sequence_; }

 private:
  void note(std::uint64_t sequence) { sequence_ = std::max(sequence_, sequence); }

  const UndurableChanges& changes_;
  std::uint64_t sequence_ = 0;
};

}  // namespace gmpi
