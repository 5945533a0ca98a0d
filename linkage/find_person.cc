// The verbs that read one record or one person back.
//
// What is shown is as of one moment: members and versions are read under the lock, their content by exact
// version from the store's history, after all of that is durable. A person's version therefore names one
// content for ever.

#include <algorithm>

#include "index/codec.h"
#include "index/store/bytes.h"
#include "index/store_keys.h"
#include "linkage/linker_impl.h"
#include "linkage/survivorship.h"

namespace gmpi {

namespace {

void sort_ties(std::vector<PersonTie>& ties) {
  std::sort(ties.begin(), ties.end(), [](const PersonTie& a, const PersonTie& b) {
    if (a.weight != b.weight) return a.weight > b.weight;
    return a.left != b.left ? a.left < b.left : a.right < b.right;
  });
}

PersonTie in_key_order(const PersonIndex& index, RowId row, const RecordTie& tie) {
  PersonTie out{index.key(row), index.key(tie.other), tie.weight};
  if (out.right < out.left) std::swap(out.left, out.right);
  return out;
}

/// Ties within the group, and the strongest to each other identity that may be the same person.
void add_ties(const Linker::Impl& linker, const PersonIndex::Identity& identity, Person& person) {
  const PersonIndex& index = linker.index;
  for (const RowId row : identity.members)
    for (const RecordTie& tie : index.ties(row)) {
      if (row > tie.other || (tie.kind != TieKind::kLink && tie.kind != TieKind::kSame)) continue;
      if (index.row(tie.other).identity == person.id) person.ties.push_back(in_key_order(index, row, tie));
    }
  for (const OpenQuestion& question : open_questions(index, *linker.rules, person.id))
    person.reviews.push_back(in_key_order(index, question.row, question.tie));
  sort_ties(person.ties);
  sort_ties(person.reviews);
}

Error no_such_person() {
  return make_error(ErrorCode::kNotFound, "no such person");
}

/// The identity behind an id; null when it was never given out or is retired.
const PersonIndex::Identity* look_up(const Linker::Impl& linker, EnterpriseId& id, ReadFootprint& seen) {
  seen.identity(id);
  const auto* identity = linker.index.find_identity(id);
  seen.identity(id);
  return identity;
}

/// A person's answer rests on the members, and on those whom a steward may be asked about.
void note_members(const PersonIndex& index, const PersonIndex::Identity& identity, ReadFootprint& seen) {
  if (!seen.needed()) return;
  for (const RowId row : identity.members) {
    seen.ties(row);
    for (const RecordTie& tie : index.ties(row)) {
      seen.record(tie.other);
      seen.identity(index.row(tie.other).identity);
    }
  }
}

/// All that memory knows. Errors: kNotFound.
Result<Person> snapshot(const Linker::Impl& linker, EnterpriseId asked, ReadFootprint& seen) {
  Person person;
  person.asked = person.id = asked;
  const auto* identity = look_up(linker, person.id, seen);
  if (identity == nullptr) return no_such_person();
  note_members(linker.index, *identity, seen);
  person.version = identity->version;
  for (const RowId row : identity->members) {
    const auto& member = linker.index.row(row);
    person.members.push_back({linker.index.key(row), member.version, member.event_ms});
  }
  std::sort(person.members.begin(), person.members.end(),
            [](const PersonMember& a, const PersonMember& b) { return a.key < b.key; });
  add_ties(linker, *identity, person);
  return person;
}

Error no_such_record() {
  return make_error(ErrorCode::kNotFound, "no such record");
}

/// What memory holds of a record, live or not. Errors: kNotFound.
Result<PersonIndex::Row> held_row(const Linker::Impl& linker, const RecordKey& key, ReadFootprint& seen) {
  const auto row = linker.index.find(key);
  if (!row) return no_such_record();
  const PersonIndex::Row& held = linker.index.row(*row);
  seen.record(*row);
  if (held.live) seen.identity(held.identity);
  return held;
}

Status read_lineage(const Store& store, Person& person) {
  Status outcome = Done{};
  const Status scanned = scan_prefix(store, Table::kLineage, be64(person.id.value), [&](const Row& row) {
    auto entry = decode_lineage(row.value);
    if (!entry) {
      outcome = entry.error();
    } else if (entry->sequence <= person.version) {
      person.lineage.push_back(std::move(*entry));
    }
    return static_cast<bool>(outcome);
  });
  return scanned ? outcome : scanned;
}

}  // namespace

Result<StoredRecord> Linker::find_record(const RecordKey& key) const {
  if (auto good = check_record_key(key); !good) return good.error();
  const auto held = impl_->read([&](ReadFootprint& seen) { return held_row(*impl_, key, seen); });
  if (!held) return held.error();
  auto stored = impl_->read_version(key, held->version);
  if (!stored) return stored;
  stored->enterprise_id = held->identity;
  stored->retracted = !held->live;
  return stored;
}

Result<StoredRecord> Linker::find_record_version(const RecordKey& key, std::uint64_t version) const {
  if (auto good = check_record_key(key); !good) return good.error();
  const auto held = impl_->read([&](ReadFootprint& seen) { return held_row(*impl_, key, seen); });
  if (!held) return held.error();
  if (version == 0 || version > held->last_version)
    return make_error(ErrorCode::kNotFound, "the record has no such version");
  auto stored = impl_->read_version(key, static_cast<std::uint32_t>(version));
  if (!stored) return stored;
  stored->enterprise_id = held->identity;
  stored->retracted = !held->live;
  return stored;
}

std::vector<SourceField> Linker::checked_fields(const SourceRecord& record) const {
  return gmpi::checked_fields(record, impl_->standardize_options());
}

Result<EnterpriseId> Linker::enterprise_id_of(const RecordKey& key) const {
  if (auto good = check_record_key(key); !good) return good.error();
  const auto held = impl_->read([&](ReadFootprint& seen) { return held_row(*impl_, key, seen); });
  if (!held) return held.error();
  if (!held->live) return no_such_record();
  return held->identity;
}

Result<std::pair<EnterpriseId, std::uint64_t>> Linker::person_version(EnterpriseId id) const {
  return impl_->read([&](ReadFootprint& seen) -> Result<std::pair<EnterpriseId, std::uint64_t>> {
    const auto* identity = look_up(*impl_, id, seen);
    if (identity == nullptr) return no_such_person();
    return std::pair(id, identity->version);
  });
}

Result<Person> Linker::find_person(EnterpriseId id) const {
  auto person = impl_->read([&](ReadFootprint& seen) { return snapshot(*impl_, id, seen); });
  if (!person) return person;
  const StandardizeOptions options = impl_->standardize_options();
  std::vector<SurvivorInput> members;
  for (const PersonMember& member : person->members) {
    auto stored = impl_->read_version(member.key, static_cast<std::uint32_t>(member.record_version));
    if (!stored) return stored.error();
    StandardRecord standard = standardize_person(stored->record, options);
    members.push_back({std::move(stored->record), std::move(standard)});
  }
  person->golden = golden_record(members, options);
  if (auto read = read_lineage(impl_->store, *person); !read) return read.error();
  return person;
}

}  // namespace gmpi
