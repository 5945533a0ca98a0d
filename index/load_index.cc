#include "index/load_index.h"

#include <algorithm>

#include <boost/unordered/unordered_flat_map.hpp>

#include "index/codec.h"
#include "index/store/bytes.h"
#include "index/store_keys.h"

namespace gmpi {

namespace {

/// A scan whose visitor may fail.
template <class Visit>
Status scan_table(const Store& store, Table table, Visit visit) {
  Status outcome = Done{};
  Status scanned = store.scan(table, "", [&](const gmpi::Row& row) {
    outcome = visit(row);
    return static_cast<bool>(outcome);
  });
  return scanned ? outcome : scanned;
}

Error corrupt(const std::string& what) {
  return make_error(ErrorCode::kCorrupt, "store: " + what);
}

struct KeyedState {
  std::string key;
  RecordState state;
  bool lacks_order = false;
};

/// Reads from the record's history what a state of the first format did not hold.
Status complete_state(const Store& store, std::string_view key, RecordState& state) {
  std::vector<ContentMark> history;
  UnixMillis newest_ms = 0;
  Status outcome = Done{};
  const std::string prefix = std::string(key) + '\0';
  const Status scanned = scan_prefix(store, Table::kVersion, prefix, [&](const gmpi::Row& row) {
    auto content = decode_content(row.value);
    if (!content || row.key.size() != prefix.size() + 4) {
      outcome = content ? corrupt("malformed key in table version") : content.error();
      return false;
    }
    const SourceRecord& record = content->record;
    history.push_back({record.event_ms, record.version, content_hash(record),
                       read_be32(row.key.substr(prefix.size()))});
    newest_ms = std::max(newest_ms, content->stored_ms);
    return true;
  });
  if (!scanned || !outcome) return scanned ? outcome : scanned;
  recall_order(state, history, newest_ms);
  return Done{};
}

/// States by row; rows must be dense.
Result<std::vector<KeyedState>> read_states(const Store& store) {
  std::vector<KeyedState> states;
  Status read = scan_table(store, Table::kRecord, [&](const gmpi::Row& row) -> Status {
    auto state = decode_state(row.value);
    if (!state) return state.error();
    if (!parse_key_text(row.key)) return corrupt("malformed key in table record");
    states.push_back({std::string(row.key), std::move(*state), lacks_order(row.value)});
    return Done{};
  });
  if (!read) return read.error();
  for (KeyedState& one : states)
    if (one.lacks_order)
      if (auto complete = complete_state(store, one.key, one.state); !complete) return complete.error();
  std::sort(states.begin(), states.end(),
            [](const KeyedState& a, const KeyedState& b) { return a.state.row < b.state.row; });
  for (std::size_t i = 0; i < states.size(); ++i)
    if (states[i].state.row != i)
      return corrupt("rows of table record are not dense at " + std::to_string(i));
  return states;
}

/// The columns the index packs, picked out of a stored standard record.
class ColumnReader {
 public:
  explicit ColumnReader(const PackedRecords& records) : texts_(records.given_columns()) {
    for (std::size_t i = 0; i < texts_.size(); ++i)
      positions_[records.column(static_cast<ColumnId>(i)).name] = i;
  }

  Status read(std::string_view bytes) {
    clear();
    return decode_standard(bytes, [&](std::string_view name, std::string_view text) {
      if (const auto known = positions_.find(name); known != positions_.end()) texts_[known->second] = text;
    });
  }
  void clear() { std::fill(texts_.begin(), texts_.end(), std::string_view()); }
  std::span<const std::string_view> texts() const { return texts_; }

 private:
  std::vector<std::string_view> texts_;
  boost::unordered_flat_map<std::string_view, std::size_t> positions_;
};

Status load_rows(const Store& store, PersonIndex& index) {
  auto states = read_states(store);
  if (!states) return states.error();
  ColumnReader columns(index.records());
  std::size_t next = 0;
  const auto load_until = [&](std::size_t end) -> Status {
    for (columns.clear(); next < end; ++next) {
      if ((*states)[next].state.live) return corrupt("table standard lacks row " + std::to_string(next));
      index.load_row((*states)[next].key, (*states)[next].state, columns.texts());
    }
    return Done{};
  };
  Status loaded = scan_table(store, Table::kStandard, [&](const gmpi::Row& row) -> Status {
    const std::size_t at = row.key.size() == 4 ? read_be32(row.key) : states->size();
    if (at >= states->size() || !(*states)[at].state.live)
      return corrupt("table standard holds an unknown row");
    if (auto dead = load_until(at); !dead) return dead;
    if (auto good = columns.read(row.value); !good) return good;
    index.load_row((*states)[at].key, (*states)[at].state, columns.texts());
    next = at + 1;
    return Done{};
  });
  if (!loaded) return loaded;
  return load_until(states->size());
}

struct StoredIdentity {
  EnterpriseId id;
  std::uint64_t version = 0;
  IdentityState state;
};

Result<std::vector<StoredIdentity>> read_identities(const Store& store) {
  std::vector<StoredIdentity> identities;
  Status read = scan_table(store, Table::kIdentity, [&](const gmpi::Row& row) -> Status {
    if (row.key.size() != 8) return corrupt("malformed key in table identity");
    auto identity = decode_identity(row.value);
    if (!identity) return identity.error();
    identities.push_back({{read_be64(row.key)}, row.version, std::move(*identity)});
    return Done{};
  });
  if (!read) return read.error();
  return identities;
}

/// Of two identities that hold a record, the one written first loses it.
void take_from_older(std::vector<StoredIdentity>& identities, std::size_t rows) {
  std::vector<std::uint64_t> newest(rows, 0);
  for (const StoredIdentity& identity : identities)
    for (const RowId row : identity.state.members)
      if (row < rows) newest[row] = std::max(newest[row], identity.version);
  for (StoredIdentity& identity : identities)
    std::erase_if(identity.state.members,
                  [&](RowId row) { return row < rows && newest[row] > identity.version; });
}

Status load_identities(const Store& store, IdentityLoad how, PersonIndex& index) {
  auto identities = read_identities(store);
  if (!identities) return identities.error();
  if (how == IdentityLoad::kUnfinished) take_from_older(*identities, index.rows());
  for (StoredIdentity& identity : *identities)
    if (auto good = index.load_identity(identity.id, identity.version, std::move(identity.state)); !good)
      return good;
  for (RowId row = 0; row < index.rows(); ++row)
    if (index.row(row).live && !index.row(row).identity && how == IdentityLoad::kStrict)
      return corrupt("row " + std::to_string(row) + " belongs to no identity");
  return Done{};
}

}  // namespace

Status load_people(const Store& store, IdentityLoad identities, PersonIndex& index) {
  if (auto rows = load_rows(store, index); !rows) return rows;
  return load_identities(store, identities, index);
}

Status load_assertions(const Store& store, PersonIndex& index) {
  Status loaded = scan_table(store, Table::kAssertion, [&](const gmpi::Row& row) -> Status {
    auto assertion = decode_assertion(row.value);
    if (!assertion) return assertion.error();
    if (row.key != assertion_store_key(assertion->id)) return corrupt("malformed key in table assertion");
    return index.load_assertion(std::move(*assertion));
  });
  if (!loaded) return loaded;
  for (RowId row = 0; row < index.rows() && !index.assertions().empty(); ++row) {
    if (!index.row(row).live || index.assertions().about(row).empty()) continue;
    const auto standard = store.get(Table::kStandard, row_store_key(row));
    if (!standard) return standard.error();
    if (*standard) index.load_form(row, form_hash((*standard)->bytes));
  }
  return Done{};
}

Status load_ties(const Store& store, PersonIndex& index) {
  std::vector<std::vector<RecordTie>> ties(index.rows());
  const auto current = [&](RowId row, std::uint64_t sequence) {
    return row < index.rows() && index.row(row).live && index.row(row).sequence == sequence;
  };
  Status loaded = scan_table(store, Table::kEdges, [&](const gmpi::Row& row) -> Status {
    auto stored = decode_ties(row.value);
    if (!stored) return stored.error();
    if (row.key.size() != 4) return corrupt("malformed key in table edges");
    const RowId owner = read_be32(row.key);
    if (!current(owner, stored->sequence)) return Done{};
    for (const StoredTie& tie : stored->ties) {
      if (!current(tie.other, tie.other_sequence) || tie.other == owner) continue;
      ties[owner].push_back({tie.other, tie.kind, true, tie.guard, tie.weight});
      ties[tie.other].push_back({owner, tie.kind, false, tie.guard, tie.weight});
    }
    return Done{};
  });
  if (!loaded) return loaded;
  return index.load_ties(std::move(ties));
}

}  // namespace gmpi
