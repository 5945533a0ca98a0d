#include "apps/row_versions.h"

#include <algorithm>

#include "models/changeset.h"

namespace gmpi {

void RowVersions::remember_first(RowId row, const ContentMark& mark) {
  const ValueId version = mark.source_version.empty() ? kMissing : texts_.intern(mark.source_version);
  firsts_.push_back({mark.event_ms, mark.hash, row, version});
}

const RowVersions::First* RowVersions::first_of(RowId row) const {
  const auto found = std::lower_bound(firsts_.begin(), firsts_.end(), row,
                                      [](const First& first, RowId wanted) { return first.row < wanted; });
  return found == firsts_.end() || found->row != row ? nullptr : &*found;
}

bool RowVersions::add(RowId row, RowVersion version) {
  if (first_of(row) == nullptr) return false;
  further_[row].push_back(std::move(version));
  return true;
}

void RowVersions::settle(const std::function<void(RowId, StandardRecord&)>& use,
                         const std::function<void(const RowVersion&)>& refuse, std::size_t& others) {
  for (auto& [row, rows] : further_) {
    const First& first = *first_of(row);
    ContentMark mark{
        .event_ms = first.event_ms, .source_version = {}, .hash = first.hash, .record_version = 0};
    if (first.version != kMissing) mark.source_version = texts_.text(first.version);
    RecordState state;
    accept_content(state, mark, place_content(state, mark));
    std::vector<RowVersion*> taken;  // by record version, from the second on
    for (RowVersion& version : rows) {
      const Placement place = place_content(state, version.mark);
      if (place == Placement::kClash) {
        refuse(version);
        continue;
      }
      ++others;
      if (place == Placement::kRepeat) continue;
      accept_content(state, version.mark, place);
      taken.push_back(&version);
    }
    if (state.version > 1) use(row, taken[state.version - 2]->standard);
  }
  further_.clear();
}

}  // namespace gmpi
