// The verb retract: a record is taken out of matching and of its identity; its versions stay as history.

#include <mutex>

#include "index/store_keys.h"
#include "linkage/evaluate_ties.h"
#include "linkage/linker_impl.h"

namespace gmpi {

namespace {

Changeset retraction(const RecordKey& key, const RecordState& held, const PendingIndex& after,
                     UnixMillis at_ms) {
  Changeset changeset;
  changeset.event.at_ms = at_ms;
  changeset.event.kind = LinkageEventKind::kRetracted;
  changeset.record.emplace();
  changeset.record->key = key;
  changeset.record->state = held;
  accept_deletion(changeset.record->state, at_ms);
  changeset.record->keys_left = after.keys_left();
  changeset.record->parts_left = after.parts_left();
  return changeset;
}

}  // namespace

Result<RetractAnswer> Linker::retract_record(const RecordKey& key, std::optional<std::uint64_t> if_version) {
  if (auto good = check_record_key(key); !good) return good.error();
  // That there is nothing to retract may itself rest on a retraction that is not durable yet.
  std::uint64_t newest = 0;
  auto answer = [&]() -> Result<RetractAnswer> {
    const std::unique_lock lock(impl_->mutex);
    newest = impl_->last_sequence;
    PersonIndex& index = impl_->index;
    const auto row = index.find(key);
    if (!row || !index.row(*row).live) return make_error(ErrorCode::kNotFound, "no such record");
    const RecordState held = index.state(*row);
    if (if_version && *if_version != held.version)
      return make_error(ErrorCode::kConflict, "the record is at version " + std::to_string(held.version) +
                                                  ", not " + std::to_string(*if_version));
    const PendingRecord pending{.row = *row,
                                .line = *row,
                                .live = false,
                                .key_text = key_text(key),
                                .before = impl_->rules->keys(index.records().view(*row)),
                                .after = {}};
    const PendingIndex after(index, *impl_->rules, &pending);
    TieChanges ties(index);
    evaluate_ties(after, ties);
    Changeset changeset = retraction(key, held, after, impl_->clock.now_ms());
    impl_->complete(changeset, after, ties);
    const Status done = impl_->commit(changeset);
    newest = done ? impl_->last_sequence : 0;
    if (!done) return done.error();
    return RetractAnswer{newest};
  }();
  if (auto done = impl_->wait_durable(newest); !done) return done.error();
  return answer;
}

}  // namespace gmpi
