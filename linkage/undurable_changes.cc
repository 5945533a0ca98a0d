#include "linkage/undurable_changes.h"

#include <cassert>

namespace gmpi {

namespace {

template <class Map, class Ids>
void note(Map& newest, const Ids& ids, std::uint64_t sequence) {
  for (const auto id : ids) newest[id] = sequence;
}

/// Unless a later change touched it too.
template <class Map, class Ids>
void forget(Map& newest, const Ids& ids, std::uint64_t sequence) {
  for (const auto id : ids)
    if (const auto found = newest.find(id); found != newest.end() && found->second == sequence)
      newest.erase(found);
}

}  // namespace

void UndurableChanges::add(const Changeset& changeset, std::vector<BlockingKey> keys) {
  assert(waiting_.empty() || waiting_.back().sequence < changeset.event.sequence);
  Change change{.sequence = changeset.event.sequence,
                .records = {},
                .ties = {},
                .identities = {},
                .keys = std::move(keys)};
  if (changeset.record) change.records.push_back(changeset.record->state.row);
  for (const RecordTies& ties : changeset.ties) change.ties.push_back(ties.row);
  for (const IdentityState& identity : changeset.identities) change.identities.push_back(identity.id.value);
  note(records_, change.records, change.sequence);
  note(ties_, change.ties, change.sequence);
  note(identities_, change.identities, change.sequence);
  note(keys_, change.keys, change.sequence);
  waiting_.push_back(std::move(change));
}

void UndurableChanges::retire(std::uint64_t durable) {
  while (!waiting_.empty() && waiting_.front().sequence <= durable) {
    const Change& change = waiting_.front();
    forget(records_, change.records, change.sequence);
    forget(ties_, change.ties, change.sequence);
    forget(identities_, change.identities, change.sequence);
    forget(keys_, change.keys, change.sequence);
    waiting_.pop_front();
  }
}

}  // namespace gmpi
