#include "index/changeset_writes.h"

#include "index/codec.h"
#include "index/store_keys.h"

namespace gmpi {

namespace {

void append_record(const RecordChange& change, std::vector<Write>& batch) {
  const std::string key = key_text(change.key);
  const std::string row = row_store_key(change.state.row);
  if (!change.content.empty())
    batch.push_back(Put{Table::kVersion, version_store_key(key, change.state.last_version), change.content});
  batch.push_back(Put{Table::kRecord, key, encode_state(change.state)});
  if (!change.standard.empty()) batch.push_back(Put{Table::kStandard, row, change.standard});
  if (change.state.live) return;
  batch.push_back(Delete{Table::kStandard, row});
  batch.push_back(Delete{Table::kEdges, row});
}

/// Sequence of a row's current content once the changeset holds.
std::uint64_t sequence_of(RowId row, const Changeset& changeset, const PersonIndex& index) {
  if (changeset.record && changeset.record->state.row == row) return changeset.record->state.sequence;
  return index.row(row).sequence;
}

std::string owned_ties(const RecordTies& ties, const Changeset& changeset, const PersonIndex& index) {
  StoredTies stored;
  stored.sequence = sequence_of(ties.row, changeset, index);
  for (const RecordTie& tie : ties.ties)
    if (tie.owned)
      stored.ties.push_back(
          {tie.other, sequence_of(tie.other, changeset, index), tie.kind, tie.guard, tie.weight});
  return encode_ties(stored);
}

}  // namespace

CommitRequest commit_request(const Changeset& changeset, const PersonIndex& index) {
  CommitRequest request;
  if (changeset.record) append_record(*changeset.record, request.batch);
  for (const RecordTies& ties : changeset.ties)
    if (ties.store)
      request.batch.push_back(
          Put{Table::kEdges, row_store_key(ties.row), owned_ties(ties, changeset, index)});
  for (const IdentityState& identity : changeset.identities)
    request.batch.push_back(
        Put{Table::kIdentity, identity_store_key(identity.id), encode_identity(identity)});
  for (std::uint32_t i = 0; i < changeset.lineage.size(); ++i) {
    const LineageEntry& entry = changeset.lineage[i];
    request.batch.push_back(
        Put{Table::kLineage, lineage_store_key(entry.id, entry.sequence, i), encode_lineage(entry)});
  }
  if (changeset.assertion)
    request.batch.push_back(Put{Table::kAssertion, assertion_store_key(changeset.assertion->id),
                                encode_assertion(*changeset.assertion)});
  request.event = encode_event(changeset.event);
  return request;
}

}  // namespace gmpi
