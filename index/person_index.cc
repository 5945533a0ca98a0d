#include "index/person_index.h"

#include <algorithm>
#include <cassert>

#include "index/store_keys.h"

namespace gmpi {

namespace {

Error corrupt(const std::string& what) {
  return make_error(ErrorCode::kCorrupt, "index: " + what);
}

}  // namespace

std::optional<RowId> PersonIndex::find(const RecordKey& key) const {
  const ValueId id = keys_.find(gmpi::key_text(key));
  if (id == kMissing) return std::nullopt;
  return id - 1;
}

RecordKey PersonIndex::key(RowId row) const {
  return *parse_key_text(key_text(row));
}

RecordState PersonIndex::state(RowId row) const {
  const Row& r = rows_[row];
  RecordState state{.row = row,
                    .live = r.live,
                    .sequence = r.sequence,
                    .version = r.version,
                    .last_version = r.last_version,
                    .event_ms = r.event_ms,
                    .source_version = {},
                    .hash = r.hash,
                    .eclipsed = {},
                    .past = {}};
  const auto order = orders_.find(row);
  if (order == orders_.end()) return state;
  state.source_version = order->second.source_version;
  state.eclipsed = order->second.eclipsed;
  state.past = order->second.past;
  return state;
}

const PersonIndex::Identity* PersonIndex::identity_entry(EnterpriseId id) const {
  if (id.value >= identities_.size() || identities_[id.value].version == 0) return nullptr;
  return &identities_[id.value];
}

const PersonIndex::Identity* PersonIndex::find_identity(EnterpriseId& id) const {
  const Identity* identity = identity_entry(id);
  while (identity != nullptr && identity->redirect) {
    id = identity->redirect;
    identity = identity_entry(id);
  }
  return identity != nullptr && !identity->members.empty() ? identity : nullptr;
}

std::size_t PersonIndex::memory_bytes() const {
  std::size_t bytes = records_.memory_bytes() + keys_.memory_bytes() + postings_.memory_bytes() + parts_.memory_bytes();
  bytes += rows_.capacity() * sizeof(Row) + ties_.capacity() * sizeof(ties_[0]);
  bytes += tie_bytes_;
  bytes += identities_.capacity() * sizeof(Identity) + rows_.size() * sizeof(RowId);  // with their members
  return bytes;
}

RowId PersonIndex::stage(const StandardRecord& record) {
  const auto row = static_cast<RowId>(rows_.size());
  if (records_.rows() == rows_.size()) return records_.append(record);
  records_.replace(row, record);
  return row;
}

void PersonIndex::set_state(const RecordState& state) {
  Row& row = rows_[state.row];
  live_records_ += static_cast<std::size_t>(state.live) - static_cast<std::size_t>(row.live);
  row.sequence = state.sequence;
  row.event_ms = state.event_ms;
  row.hash = state.hash;
  row.version = state.version;
  row.last_version = state.last_version;
  row.live = state.live;
  if (!state.live) row.identity = {};
  if (state.source_version.empty() && state.eclipsed.empty() && state.past.empty())
    orders_.erase(state.row);
  else
    orders_[state.row] = {state.source_version, state.eclipsed, state.past};
}

void PersonIndex::apply_record(const RecordChange& change) {
  const RowId row = change.state.row;
  const auto staged = static_cast<RowId>(rows_.size());
  if (row == staged) {
    [[maybe_unused]] const ValueId id = keys_.intern(gmpi::key_text(change.key));
    assert(id == row + 1 && change.current);
    rows_.emplace_back();
    ties_.emplace_back();
  } else if (change.current) {
    records_.copy_line(staged, row);
  }
  set_state(change.state);
  if (!change.standard.empty() && !assertions_.about(row).empty()) assertions_.set_form(row, form_hash(change.standard));
  for (const PostingKey key : change.keys_left) postings_.remove(key, row);
  for (const PostingKey key : change.keys_entered) postings_.add(key, row);
  for (const PartPosting& left : change.parts_left) parts_.remove(left.part, left.row);
  for (const PartPosting& entered : change.parts_entered) parts_.add(entered.part, entered.row);
}

void PersonIndex::apply_identity(const IdentityState& state, std::uint64_t version) {
  if (identities_.size() <= state.id.value) identities_.resize(state.id.value + 1);
  Identity& identity = identities_[state.id.value];
  live_identities_ +=
      static_cast<std::size_t>(!state.members.empty()) - static_cast<std::size_t>(!identity.members.empty());
  if (identity.redirect && identity.founder) std::erase(redirected_[*identity.founder], state.id);
  if (state.redirect && state.founder) redirected_[*state.founder].push_back(state.id);
  identity.founder = state.founder;
  identity.version = version;
  identity.redirect = state.redirect;
  identity.members = state.members;
  for (const RowId member : identity.members) rows_[member].identity = state.id;
}

void PersonIndex::set_ties(RowId row, std::vector<RecordTie> ties) {
  tie_bytes_ += (ties.capacity() - ties_[row].capacity()) * sizeof(RecordTie);
  ties_[row] = std::move(ties);
}

void PersonIndex::apply(const Changeset& changeset) {
  if (changeset.record) apply_record(*changeset.record);
  for (const IdentityState& identity : changeset.identities)
    apply_identity(identity, changeset.event.sequence);
  for (const RecordTies& ties : changeset.ties) set_ties(ties.row, ties.ties);
  if (changeset.assertion) {
    [[maybe_unused]] const Status known = load_assertion(*changeset.assertion);
    assert(known);
    if (!changeset.assertion->undone) {
      load_form(*find(changeset.assertion->left), changeset.assertion->left_form);
      load_form(*find(changeset.assertion->right), changeset.assertion->right_form);
    }
  }
}

void PersonIndex::load_row(std::string_view key_text, const RecordState& state,
                           std::span<const std::string_view> columns) {
  assert(state.row == rows_.size());
  keys_.intern(key_text);
  records_.append_texts(columns);
  rows_.emplace_back();
  ties_.emplace_back();
  set_state(state);
}

Status PersonIndex::load_identity(EnterpriseId id, std::uint64_t version, IdentityState state) {
  if (state.redirect && state.redirect.value >= id.value)
    return corrupt("identity " + to_string(id) + " redirects to a younger one");
  if (state.founder && *state.founder >= rows_.size())
    return corrupt("the founder of identity " + to_string(id) + " is unknown");
  for (const RowId member : state.members)
    if (member >= rows_.size() || !rows_[member].live || rows_[member].identity)
      return corrupt("a member of identity " + to_string(id) +
                     " is unknown, retracted or a member of another");
  state.id = id;
  apply_identity(state, version);
  return Done{};
}

std::span<const EnterpriseId> PersonIndex::redirected_from(RowId row) const {
  const auto found = redirected_.find(row);
  return found == redirected_.end() ? std::span<const EnterpriseId>() : found->second;
}

Status PersonIndex::load_assertion(Assertion assertion) {
  const auto left = find(assertion.left), right = find(assertion.right);
  if (!left || !right) return corrupt("assertion " + std::to_string(assertion.id) + " is about an unknown record");
  assertions_.put(std::move(assertion), *left, *right);
  return Done{};
}

Status PersonIndex::load_ties(std::vector<std::vector<RecordTie>> ties) {
  if (ties.size() != rows_.size()) return corrupt("ties of an unknown record");
  for (auto& list : ties) {
    std::sort(list.begin(), list.end(),
              [](const RecordTie& a, const RecordTie& b) { return a.other < b.other; });
    const auto twice = std::adjacent_find(
        list.begin(), list.end(), [](const RecordTie& a, const RecordTie& b) { return a.other == b.other; });
    if (twice != list.end()) return corrupt("two ties between the same records");
  }
  for (RowId row = 0; row < ties.size(); ++row) {
    ties[row].shrink_to_fit();
    set_ties(row, std::move(ties[row]));
  }
  return Done{};
}

}  // namespace gmpi
