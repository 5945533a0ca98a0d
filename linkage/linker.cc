#include "linkage/linker.h"

#include <algorithm>
#include <cassert>
#include <shared_mutex>

#include "index/changeset_writes.h"
#include "index/codec.h"
#include "index/store_keys.h"
#include "linkage/limits.h"
#include "linkage/linker_impl.h"

namespace gmpi {

namespace {

/// Identities whose questions a changeset can change; ascending, without repeats.
std::vector<EnterpriseId> affected_identities(const Changeset& changeset, const PersonIndex& index) {
  std::vector<EnterpriseId> ids;
  const auto add_row = [&](RowId row) {
    if (row < index.rows() && index.row(row).identity) ids.push_back(index.row(row).identity);
  };
  if (changeset.record) add_row(changeset.record->state.row);
  if (changeset.assertion)
    for (const RecordKey* key : {&changeset.assertion->left, &changeset.assertion->right}) add_row(*index.find(*key));
  for (const RecordTies& ties : changeset.ties) add_row(ties.row);
  for (const IdentityState& identity : changeset.identities) {
    ids.push_back(identity.id);
    std::for_each(identity.members.begin(), identity.members.end(), add_row);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

/// Blocking keys that the changed record had or has. Requires: the changeset is applied.
std::vector<BlockingKey> touched_keys(const Changeset& changeset, const PersonIndex& index,
                                      const LinkingRules& rules) {
  std::vector<BlockingKey> keys;
  if (!changeset.record) return keys;
  keys = changeset.record->keys_left;
  if (!changeset.record->current) return keys;
  const auto now = posting_keys(rules.keys(index.records().view(changeset.record->state.row)));
  keys.insert(keys.end(), now.begin(), now.end());
  return keys;
}

/// Why is the operator's business: Linker::failure() and the log say it.
Error store_failed() {
  return make_error(ErrorCode::kUnavailable,
                    "the store has failed: no change is taken until the index is opened again");
}

}  // namespace

std::vector<TouchedIdentity> touched_identities(const std::vector<IdentityState>& states,
                                                const PendingIndex& after) {
  std::vector<TouchedIdentity> touched;
  for (const IdentityState& state : states) {
    TouchedIdentity identity{.id = state.id, .redirect = state.redirect, .members = {}};
    for (const RowId row : state.members) identity.members.push_back(after.key(row));
    std::sort(identity.members.begin(), identity.members.end());
    touched.push_back(std::move(identity));
  }
  return touched;
}

Basis basis_of(const ModelBundle& bundle) {
  return {
      .standard_form = std::to_string(kStandardForm), .model = bundle.version, .stage = BasisStage::kAtRest};
}

const char* outcome_name(RegisterOutcome outcome) {
  switch (outcome) {
    case RegisterOutcome::kNew: return "new";
    case RegisterOutcome::kLinked: return "linked";
    case RegisterOutcome::kReview: return "review";
    case RegisterOutcome::kUnchanged: return "unchanged";
    case RegisterOutcome::kSuperseded: return "superseded";
  }
  return "new";
}

Linker::Linker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Linker::~Linker() = default;

std::optional<Error> Linker::failure() const {
  if (auto failed = impl_->committer->failure()) return failed;
  return impl_->store.failure();
}

const ModelBundle& Linker::bundle() const {
  return impl_->bundle;
}

StandardizeOptions Linker::Impl::standardize_options() const {
  StandardizeOptions out;
  const std::chrono::sys_days today = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(clock.now_ms())));
  out.as_of_date = Date(today);
  out.test_nhs_numbers = options.test_nhs_numbers;
  return out;
}

std::uint64_t count_open_reviews(const PersonIndex& index, const LinkingRules& rules,
                                 const std::vector<EnterpriseId>& ids) {
  std::uint64_t open = 0;
  for (const EnterpriseId id : ids) {
    const auto* identity = index.identity_entry(id);
    if (identity == nullptr) continue;
    for (const OpenQuestion& question : open_questions(index, rules, id))
      if (id < question.other || !std::binary_search(ids.begin(), ids.end(), question.other)) ++open;
  }
  return open;
}

std::vector<OpenQuestion> open_questions(const PersonIndex& index, const LinkingRules& rules, EnterpriseId id) {
  return open_questions(
      id, index.identity_entry(id)->members, rules, [&](RowId row) { return index.ties(row); },
      [&](RowId row) { return index.row(row).identity; }, [&](RowId row) { return index.records().view(row); },
      [&](RowId a, RowId b) { return index.assertions().settled_apart(a, b); });
}

Reassignment Linker::Impl::complete(Changeset& changeset, const PendingIndex& after, TieChanges& ties,
                                     const AssignmentCause& cause) const {
  changeset.event.sequence = next_sequence();
  changeset.event.model_version = bundle.version;
  if (changeset.record) changeset.event.key = changeset.record->key;
  Reassignment made = reassign(after, ties, next_sequence(), changeset.event.at_ms, cause);
  changeset.event.identities = touched_identities(made.identities, after);
  changeset.identities = made.identities;
  changeset.lineage = made.lineage;
  changeset.ties = ties.take();
  return made;
}

Status Linker::Impl::commit(const Changeset& changeset) {
  CommitRequest request = commit_request(changeset, index);
  if (new_basis) append_basis(basis_of(bundle), request.batch);
  auto ticket = committer->submit(std::move(request));
  if (!ticket) return ticket.error().code == ErrorCode::kUnavailable ? store_failed() : ticket.error();
  assert(ticket->seq == next_sequence());
  last_sequence = ticket->seq;
  new_basis = false;
  const auto ids = affected_identities(changeset, index);
  open_reviews -= count_open_reviews(index, *rules, ids);
  index.apply(changeset);
  open_reviews += count_open_reviews(index, *rules, ids);
  undurable.retire(committer->durable_seq());
  undurable.add(changeset, touched_keys(changeset, index, *rules));
  return Done{};
}

Status Linker::Impl::wait_durable(std::uint64_t sequence) const {
  if (sequence == 0) return Done{};
  if (!committer->wait_durable({sequence})) return store_failed();
  return Done{};
}

std::vector<NamedCut> Linker::Impl::named(const std::vector<RuleCut>& cuts) const {
  std::vector<NamedCut> named;
  for (const RuleCut& cut : cuts) named.push_back({bundle.model.blocking_rules[cut.rule].sql, cut});
  return named;
}

Result<StoredRecord> Linker::Impl::read_version(const RecordKey& key, std::uint32_t version) const {
  auto value = store.get(Table::kVersion, version_store_key(key_text(key), version));
  if (!value) return value.error();
  if (!*value)
    return make_error(ErrorCode::kCorrupt, "store: table version lacks content that table record names");
  auto content = decode_content((*value)->bytes);
  if (!content) return content.error();
  StoredRecord stored;
  stored.record = std::move(content->record);
  stored.record.key = key;
  stored.stored_ms = content->stored_ms;
  stored.sequence = (*value)->version;
  stored.record_version = version;
  return stored;
}

Status Linker::for_each_record(const std::function<void(const RecordKey&, EnterpriseId)>& visit) const {
  std::vector<std::pair<RowId, EnterpriseId>> rows;
  std::uint64_t newest = 0;
  {
    const std::shared_lock lock(impl_->mutex);
    const PersonIndex& index = impl_->index;
    for (RowId row = 0; row < index.rows(); ++row)
      if (index.row(row).live) rows.emplace_back(row, index.row(row).identity);
    std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
      return index.key_text(a.first) < index.key_text(b.first);
    });
    newest = impl_->last_sequence;
  }
  if (auto done = impl_->wait_durable(newest); !done) return done;
  // Keys never change; they are copied in portions, so that no change waits for a slow visitor.
  std::vector<RecordKey> keys;
  for (std::size_t first = 0; first < rows.size(); first += kVisitedRowsMax) {
    const std::size_t last = std::min(rows.size(), first + kVisitedRowsMax);
    keys.clear();
    {
      const std::shared_lock lock(impl_->mutex);
      for (std::size_t i = first; i < last; ++i) keys.push_back(impl_->index.key(rows[i].first));
    }
    for (std::size_t i = first; i < last; ++i) visit(keys[i - first], rows[i].second);
  }
  return Done{};
}

LinkerStats Linker::stats() const {
  const std::shared_lock lock(impl_->mutex);
  LinkerStats stats;
  stats.records = impl_->index.live_records();
  stats.identities = impl_->index.live_identities();
  stats.sequence = impl_->committer->durable_seq();
  stats.open_reviews = impl_->open_reviews;
  stats.split_keys = impl_->index.postings().keys_above();
  stats.memory_bytes = impl_->index.memory_bytes();
  stats.writable = !failure();
  return stats;
}

}  // namespace gmpi
