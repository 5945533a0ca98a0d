// The verb register: new content of a record, and what follows for who is who.

#include <algorithm>
#include <mutex>

#include <boost/unordered/unordered_flat_map.hpp>
#include <tbb/parallel_for.h>

#include "index/codec.h"
#include "index/store_keys.h"
#include "linkage/evaluate_ties.h"
#include "linkage/limits.h"
#include "linkage/linker_impl.h"

namespace gmpi {

namespace {

/// All that can be done before the order of changes matters.
struct Prepared {
  RecordKey key;
  std::string key_text;
  ContentMark mark;
  UnixMillis at_ms = 0;
  StandardRecord standard;
  std::string content;
  std::string standard_bytes;
};

/// Errors: kInvalidInput naming the field.
Result<Prepared> prepare(const SourceRecord& record, const StandardizeOptions& options, UnixMillis now_ms) {
  if (auto good = check_record_key(record.key); !good) return good.error();
  if (record.version.size() > kSourceVersionBytesMax)
    return make_error(ErrorCode::kInvalidInput,
                      "version: more than " + std::to_string(kSourceVersionBytesMax) + " bytes");
  if (auto good = check_person(record, options); !good) return good.error();
  Prepared prepared;
  prepared.key = record.key;
  prepared.key_text = key_text(record.key);
  prepared.mark = {record.event_ms, record.version, content_hash(record), 0};
  prepared.at_ms = now_ms;
  prepared.standard = standardize_person(record, options);
  prepared.content = encode_content(record, now_ms);
  prepared.standard_bytes = encode_standard(prepared.standard);
  return prepared;
}

}  // namespace

/// One decision, under the writer's lock.
class Registration {
 public:
  Registration(Linker::Impl& linker, const Prepared& record)
      : linker_(linker), record_(record), known_(linker.index.find(record.key)) {
    if (known_) state_ = linker.index.state(*known_);
    was_live_ = state_.live;
  }

  Result<RegisterAnswer> run(std::optional<std::uint64_t> if_version) {
    const std::uint64_t held = state_.live ? state_.version : 0;
    if (if_version && *if_version != held)
      return make_error(ErrorCode::kConflict, "the record is at version " + std::to_string(held) + ", not " +
                                                  std::to_string(*if_version));
    if (if_version && !state_.live) undo_deletion(state_);  // the caller knows that nothing is there
    const Placement place = place_content(state_, record_.mark);
    switch (place) {
      case Placement::kRepeat: return answer(RegisterOutcome::kUnchanged);
      case Placement::kClash:
        return make_error(ErrorCode::kContradiction,
                          "version: the source's version is known with other content; "
                          "one version names one content");
      case Placement::kDeleted:
        return make_error(ErrorCode::kContradiction,
                          "the record was deleted, and neither event_date nor version of this content "
                          "is newer");
      case Placement::kCurrent:
      case Placement::kOlder: break;
    }
    const std::uint32_t before = state_.version;
    accept_content(state_, record_.mark, place);
    if (place == Placement::kCurrent) return replace(record_);
    return state_.version == before ? supersede() : bring_back();
  }

 private:
  /// Of what is held, without a change.
  RegisterAnswer answer(RegisterOutcome outcome) const {
    RegisterAnswer out;
    out.outcome = outcome;
    out.enterprise_id = linker_.index.row(*known_).identity;
    out.sequence = state_.sequence;
    out.record_version = out.current_version = state_.version;
    out.notes = record_.standard.removals;
    return out;
  }

  Changeset begin(LinkageEventKind kind) const {
    Changeset changeset;
    changeset.event.at_ms = record_.at_ms;
    changeset.event.kind = kind;
    changeset.record.emplace();
    changeset.record->key = record_.key;
    changeset.record->state = state_;
    changeset.record->content = record_.content;
    return changeset;
  }

  /// Keeps the content as history.
  Result<RegisterAnswer> supersede() {
    Changeset changeset = begin(LinkageEventKind::kSuperseded);
    changeset.event.key = record_.key;
    changeset.event.outcome = RegisterOutcome::kSuperseded;
    changeset.event.sequence = linker_.next_sequence();
    changeset.event.model_version = linker_.bundle.version;
    if (auto done = linker_.commit(changeset); !done) return done.error();
    RegisterAnswer out = answer(RegisterOutcome::kSuperseded);
    out.sequence = changeset.event.sequence;
    out.record_version = state_.last_version;
    return out;
  }

  /// Keeps the content as history, and makes another one from history current.
  Result<RegisterAnswer> bring_back() {
    // Rare enough to wait for the disk under the lock: its content may still be on the way there.
    if (auto done = linker_.wait_durable(linker_.last_sequence); !done) return done.error();
    const auto stored = linker_.read_version(record_.key, state_.version);
    if (!stored) return stored.error();
    const auto current = prepare(stored->record, linker_.standardize_options(), record_.at_ms);
    if (!current) return current.error();
    auto out = replace(*current);
    if (!out) return out;
    out->outcome = RegisterOutcome::kSuperseded;
    out->reasons.clear();
    out->record_version = state_.last_version;
    return out;
  }

  /// `current` becomes the content by which the record is linked: that of `record_`, or one from history.
  Result<RegisterAnswer> replace(const Prepared& current) {
    PersonIndex& index = linker_.index;
    const RowId line = index.stage(current.standard);
    linker_.rules->refresh();
    PendingRecord pending{.row = known_.value_or(line),
                          .line = line,
                          .live = true,
                          .key_text = record_.key_text,
                          .before = {},
                          .after = linker_.rules->keys(index.records().view(line))};
    if (was_live_) pending.before = linker_.rules->keys(index.records().view(*known_));
    const PendingIndex after(index, *linker_.rules, &pending);
    TieChanges ties(index);
    const std::vector<RuleCut> cuts = evaluate_ties(after, ties);
    ties.touch(pending.row);

    Changeset changeset = begin(LinkageEventKind::kRegistered);
    fill_record(*changeset.record, current, after);
    const std::vector<RecordTie> own(ties.ties(pending.row).begin(), ties.ties(pending.row).end());
    const Reassignment made = linker_.complete(changeset, after, ties);
    RegisterAnswer out = outcome_of(own, made, after);
    out.notes = record_.standard.removals;
    changeset.event.outcome = out.outcome;
    changeset.event.cuts = cuts;
    out.cuts = linker_.named(cuts);
    if (auto done = linker_.commit(changeset); !done) return done.error();
    out.sequence = changeset.event.sequence;
    out.record_version = out.current_version = state_.version;
    out.created = !was_live_;
    return out;
  }

  void fill_record(RecordChange& change, const Prepared& current, const PendingIndex& after) const {
    change.standard = current.standard_bytes;
    change.current = true;
    change.keys_entered = after.keys_entered();
    change.keys_left = after.keys_left();
    change.parts_entered = after.parts_entered();
    change.parts_left = after.parts_left();
    change.state.row = after.pending()->row;
    change.state.sequence = linker_.next_sequence();
  }

  RegisterAnswer outcome_of(const std::vector<RecordTie>& own, const Reassignment& made,
                            const PendingIndex& after) const {
    const RowId row = after.pending()->row;
    RegisterAnswer out;
    const auto home =
        std::find_if(made.identities.begin(), made.identities.end(), [&](const IdentityState& identity) {
          return std::binary_search(identity.members.begin(), identity.members.end(), row);
        });
    out.enterprise_id = home->id;
    for (const RecordTie& tie : own) {
      const bool together = std::binary_search(home->members.begin(), home->members.end(), tie.other);
      if (together || tie.kind == TieKind::kDifferent ||
          (tie.kind == TieKind::kApart && tie.weight < linker_.rules->policy().review_weight))
        continue;
      const std::string reason = review_reason(tie, made, row);
      if (std::find(out.reasons.begin(), out.reasons.end(), reason) == out.reasons.end() &&
          out.reasons.size() < kReasonsMax)
        out.reasons.push_back(reason);
    }
    out.outcome = home->members.size() > 1        ? RegisterOutcome::kLinked
                  : asks(*home, own, made, after) ? RegisterOutcome::kReview
                                                  : RegisterOutcome::kNew;
    return out;
  }

  /// Whether the record, alone in its identity, leaves an open question.
  bool asks(const IdentityState& home, const std::vector<RecordTie>& own, const Reassignment& made,
            const PendingIndex& after) const {
    boost::unordered_flat_map<RowId, EnterpriseId> moved;
    for (const IdentityState& identity : made.identities)
      for (const RowId member : identity.members) moved[member] = identity.id;
    const auto identity_of = [&](RowId row) {
      const auto found = moved.find(row);
      return found != moved.end() ? found->second : linker_.index.row(row).identity;
    };
    return !open_questions(
                home.id, home.members, *linker_.rules, [&](RowId) { return std::span(own); }, identity_of,
                [&](RowId row) { return after.view(row); },
                [&](RowId a, RowId b) { return linker_.index.assertions().settled_apart(a, b); })
                .empty();
  }

  std::string review_reason(const RecordTie& tie, const Reassignment& made, RowId row) const {
    const Policy& policy = linker_.rules->policy();
    if (tie.guard != LinkDecision::kNoGuard) return policy.guards[static_cast<std::size_t>(tie.guard)].reason;
    if (tie.kind == TieKind::kReview) return "Evidence between the review and the link threshold";
    for (const RefusedLink& link : made.refused)
      if ((link.a == row && link.b == tie.other) || (link.b == row && link.a == tie.other))
        return refusal_reason(link, policy);
    return "A link that was not followed";
  }

  Linker::Impl& linker_;
  const Prepared& record_;
  const std::optional<RowId> known_;
  RecordState state_;  // as held, then as it will be
  bool was_live_ = false;
};

Result<RegisterAnswer> Linker::register_record(const SourceRecord& record,
                                               std::optional<std::uint64_t> if_version) {
  const auto prepared = prepare(record, impl_->standardize_options(), impl_->clock.now_ms());
  if (!prepared) return prepared.error();
  // What an answer rests on was decided before it, though perhaps by another caller: all of it must be
  // durable.
  std::uint64_t newest = 0;
  auto answer = [&] {
    const std::unique_lock lock(impl_->mutex);
    auto made = Registration(*impl_, *prepared).run(if_version);
    newest = impl_->last_sequence;
    return made;
  }();
  const bool decided =
      answer || (answer.error().code != ErrorCode::kLimit && answer.error().code != ErrorCode::kUnavailable);
  if (!decided) return answer;
  if (auto done = impl_->wait_durable(newest); !done) return done.error();
  return answer;
}

namespace {

/// Decides one record of many. A queue full of changes that wait for the disk is waited for: nothing is wrong with
/// the record. `newest`: the last sequence that an answer rests on.
Result<RegisterAnswer> register_in_turn(Linker::Impl& linker, const Prepared& record, std::uint64_t& newest) {
  for (int tries = 1;; ++tries) {
    std::unique_lock lock(linker.mutex);
    auto answer = Registration(linker, record).run(std::nullopt);
    newest = linker.last_sequence;
    if (answer || answer.error().code != ErrorCode::kLimit || tries == kFullQueueTriesMax) return answer;
    lock.unlock();
    if (auto done = linker.wait_durable(newest); !done) return done.error();
  }
}

}  // namespace

std::vector<Result<RegisterAnswer>> Linker::register_records(const std::vector<SourceRecord>& records) {
  std::vector<Result<RegisterAnswer>> answers;
  answers.reserve(records.size());
  std::uint64_t newest = 0;
  for (std::size_t first = 0; first < records.size(); first += kPreparedRecordsMax) {
    const std::size_t count = std::min(kPreparedRecordsMax, records.size() - first);
    const StandardizeOptions standardize = impl_->standardize_options();
    const UnixMillis now_ms = impl_->clock.now_ms();
    std::vector<std::optional<Result<Prepared>>> prepared(count);
    tbb::parallel_for(std::size_t{0}, count,
                      [&](std::size_t i) { prepared[i] = prepare(records[first + i], standardize, now_ms); });
    for (const auto& one : prepared) {
      if (!*one) {
        answers.push_back(one->error());
        continue;
      }
      answers.push_back(register_in_turn(*impl_, **one, newest));
    }
    if (newest > kWaitingChangesMax) (void)impl_->wait_durable(newest - kWaitingChangesMax);
  }
  if (auto done = impl_->wait_durable(newest); !done)
    for (auto& answer : answers)
      if (answer) answer = done.error();
  return answers;
}

}  // namespace gmpi
