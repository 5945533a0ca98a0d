// index/assertions.h - the assertions of stewards, by id and by the records they are about.
//
// Says what is in force between two records, and whether it is fresh: made of the contents the two have now. Assertions
// stay when their records change or are retracted, and speak again when they come back.
// Threads: external lock needed. Cost: the assertions about the records asked for, a few.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "models/assertion.h"
#include "models/tie.h"

namespace gmpi {

class Assertions {
 public:
  /// New, or the same with its undoing.
  void put(Assertion assertion, RowId left, RowId right);
  /// What a row's standard columns now are.
  void set_form(RowId row, const FormHash& form) { forms_[row] = form; }

  bool empty() const { return by_id_.empty(); }
  /// Null: no such assertion.
  const Assertion* find(std::uint64_t id) const;
  /// Ids, the oldest first; undone ones too.
  std::span<const std::uint64_t> about(RowId row) const;
  const std::map<std::uint64_t, Assertion>& all() const { return by_id_; }

  /// The newest about the two that is not undone, `but` left out. Null: none.
  const Assertion* in_force(RowId a, RowId b, std::uint64_t but = 0) const;
  /// kSame or kDifferent; nothing when none is in force, or the steward was not sure.
  std::optional<TieKind> tie(RowId a, RowId b) const;
  /// Rows that a tie() stands between `row` and; ascending.
  std::vector<RowId> tied(RowId row) const;

  /// Whether both records are what they were when it was made.
  bool fresh(const Assertion& assertion) const;
  /// A steward said "different" of the two as they are now.
  bool settled_apart(RowId a, RowId b) const;

 private:
  struct Rows {
    RowId left = 0, right = 0;
  };

  std::map<std::uint64_t, Assertion> by_id_;
  boost::unordered_flat_map<std::uint64_t, Rows> rows_;
  boost::unordered_flat_map<RowId, std::vector<std::uint64_t>> about_;
  boost::unordered_flat_map<RowId, FormHash> forms_;
};

/// Of encoded standard columns (index/codec.h).
FormHash form_hash(std::string_view standard_bytes);

std::optional<TieKind> tie_of(AssertionKind kind);

}  // namespace gmpi
