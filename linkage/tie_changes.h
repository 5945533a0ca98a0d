// linkage/tie_changes.h - the ties of the index with changes on top, while a decision is being made.
//
// Nothing in the index changes; take() gives the lists that differ. Rows between which a tie changed in a way
// that can move the partition are remembered: only their components are assigned anew.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "index/person_index.h"
#include "models/changeset.h"

namespace gmpi {

/// A tie as its owner sees it.
struct OwnedTie {
  RowId owner = 0;
  RecordTie tie;
};

class TieChanges {
 public:
  explicit TieChanges(const PersonIndex& index) : index_(index) {}

  /// By the other's row. Valid until the next change.
  std::span<const RecordTie> ties(RowId row) const;
  /// Null: none.
  const RecordTie* find(RowId a, RowId b) const;

  /// Sets the one tie of the pair; `owner` is the row it will be stored with.
  void set(RowId owner, RowId other, const RecordTie& evidence);
  /// set() for many, which must be new pairs. Cost: sorting them, and one pass over each list that changes.
  void add_all(std::vector<OwnedTie> added);
  /// Requires a tie. Its owner's stored list is written anew unless the owner's or other's content goes too.
  void drop(RowId a, RowId b, bool rewrite_owner);
  /// drop() for many, each once; owners' stored lists are written anew. Cost: as add_all().
  void drop_all(const std::vector<std::pair<RowId, RowId>>& pairs);
  /// The row's owned ties are written even if they did not change: they now speak of new content.
  void store(RowId row) { edit(row).store = true; }

  /// Rows with a changed tie that can move the partition; may repeat.
  const std::vector<RowId>& touched() const { return touched_; }
  void touch(RowId row) { touched_.push_back(row); }

  bool changed() const { return !edited_.empty(); }

  /// The changed lists, by row.
  std::vector<RecordTies> take();

 private:
  RecordTies& edit(RowId row);
  void put(RowId row, const RecordTie& tie);

  const PersonIndex& index_;
  boost::unordered_flat_map<RowId, RecordTies> edited_;
  std::vector<RowId> touched_;
};

}  // namespace gmpi
