#include "linkage/tie_changes.h"

#include <algorithm>
#include <cassert>

namespace gmpi {

namespace {

template <class Ties>
auto lower(Ties& ties, RowId other) {
  return std::lower_bound(ties.begin(), ties.end(), other,
                          [](const RecordTie& tie, RowId row) { return tie.other < row; });
}

bool moves_partition(TieKind kind) {
  return kind != TieKind::kReview;
}

}  // namespace

std::span<const RecordTie> TieChanges::ties(RowId row) const {
  if (const auto edited = edited_.find(row); edited != edited_.end()) return edited->second.ties;
  return row < index_.rows() ? index_.ties(row) : std::span<const RecordTie>();
}

const RecordTie* TieChanges::find(RowId a, RowId b) const {
  const auto list = ties(a);
  const auto at = lower(list, b);
  return at != list.end() && at->other == b ? &*at : nullptr;
}

RecordTies& TieChanges::edit(RowId row) {
  const auto [at, added] = edited_.try_emplace(row);
  if (added) {
    at->second.row = row;
    if (row < index_.rows()) at->second.ties.assign(index_.ties(row).begin(), index_.ties(row).end());
  }
  return at->second;
}

void TieChanges::put(RowId row, const RecordTie& tie) {
  auto& list = edit(row).ties;
  const auto at = lower(list, tie.other);
  if (at != list.end() && at->other == tie.other) {
    *at = tie;
  } else {
    list.insert(at, tie);
  }
}

void TieChanges::set(RowId owner, RowId other, const RecordTie& evidence) {
  const RecordTie* const old = find(owner, other);
  const bool same = old != nullptr && old->kind == evidence.kind && old->weight == evidence.weight;
  if (!same && (moves_partition(evidence.kind) || (old != nullptr && moves_partition(old->kind)))) {
    touch(owner);
    touch(other);
  }
  RecordTie tie = evidence;
  tie.other = other;
  tie.owned = true;
  put(owner, tie);
  edit(owner).store = true;
  tie.other = owner;
  tie.owned = false;
  put(other, tie);
}

void TieChanges::drop(RowId a, RowId b, bool rewrite_owner) {
  const RecordTie* const old = find(a, b);
  assert(old != nullptr);
  const RowId owner = old->owned ? a : b;
  if (moves_partition(old->kind)) {
    touch(a);
    touch(b);
  }
  for (const auto& [row, other] : {std::pair{a, b}, std::pair{b, a}}) {
    auto& list = edit(row).ties;
    list.erase(lower(list, other));
  }
  if (rewrite_owner) edit(owner).store = true;
}

void TieChanges::add_all(std::vector<OwnedTie> added) {
  const std::size_t owned = added.size();
  added.reserve(owned * 2);
  for (std::size_t i = 0; i < owned; ++i) {
    OwnedTie& one = added[i];
    one.tie.owned = true;
    if (moves_partition(one.tie.kind)) {
      touch(one.owner);
      touch(one.tie.other);
    }
    OwnedTie mirrored{one.tie.other, one.tie};
    mirrored.tie.other = one.owner;
    mirrored.tie.owned = false;
    added.push_back(mirrored);
  }
  std::sort(added.begin(), added.end(), [](const OwnedTie& x, const OwnedTie& y) {
    return x.owner != y.owner ? x.owner < y.owner : x.tie.other < y.tie.other;
  });
  for (std::size_t first = 0, last = 0; first < added.size(); first = last) {
    RecordTies& list = edit(added[first].owner);
    const auto held = static_cast<std::ptrdiff_t>(list.ties.size());
    for (; last < added.size() && added[last].owner == added[first].owner; ++last) {
      list.ties.push_back(added[last].tie);
      list.store = list.store || added[last].tie.owned;
    }
    std::inplace_merge(list.ties.begin(), list.ties.begin() + held, list.ties.end(),
                       [](const RecordTie& x, const RecordTie& y) { return x.other < y.other; });
  }
}

void TieChanges::drop_all(const std::vector<std::pair<RowId, RowId>>& pairs) {
  boost::unordered_flat_map<RowId, std::vector<RowId>> gone;
  for (const auto& [a, b] : pairs) {
    gone[a].push_back(b);
    gone[b].push_back(a);
  }
  for (auto& [row, others] : gone) {
    std::sort(others.begin(), others.end());
    RecordTies& list = edit(row);
    auto next = others.begin();
    bool moved = false;
    std::erase_if(list.ties, [&](const RecordTie& tie) {
      if (next == others.end() || *next != tie.other) return false;
      ++next;
      moved = moved || moves_partition(tie.kind);
      list.store = list.store || tie.owned;
      return true;
    });
    assert(next == others.end());
    if (moved) touch(row);
  }
}

std::vector<RecordTies> TieChanges::take() {
  std::vector<RecordTies> lists;
  lists.reserve(edited_.size());
  for (auto& [row, list] : edited_) lists.push_back(std::move(list));
  edited_.clear();
  std::sort(lists.begin(), lists.end(),
            [](const RecordTies& x, const RecordTies& y) { return x.row < y.row; });
  return lists;
}

}  // namespace gmpi
