// The verbs assert and undo: a steward's word about two records, and taking it back. Who is who follows from the set of
// records and of words in force, so undoing restores what would be without.

#include <algorithm>
#include <mutex>

#include "index/store_keys.h"
#include "linkage/evaluate_ties.h"
#include "linkage/limits.h"
#include "linkage/linker_impl.h"

namespace gmpi {

namespace {

Status check_words(const std::string& author, const std::string& reason) {
  if (author.empty()) return make_error(ErrorCode::kInvalidInput, "author: who says it is required");
  if (author.size() > kAuthorBytesMax)
    return make_error(ErrorCode::kInvalidInput, "author: more than " + std::to_string(kAuthorBytesMax) + " bytes");
  if (reason.size() > kAssertionReasonBytesMax)
    return make_error(ErrorCode::kInvalidInput,
                      "reason: more than " + std::to_string(kAssertionReasonBytesMax) + " bytes");
  return Done{};
}

struct TwoRows {
  RowId left = 0, right = 0;
};

/// In the order of their keys. Errors: kNotFound, kConflict.
Result<TwoRows> rows_asked(const PersonIndex& index, const AssertionRequest& request) {
  const auto row_of = [&](const RecordKey& key, std::uint64_t version, const char* which) -> Result<RowId> {
    const auto row = index.find(key);
    if (!row || !index.row(*row).live)
      return make_error(ErrorCode::kNotFound, std::string("no such record: the ") + which);
    if (version != 0 && version != index.row(*row).version)
      return make_error(ErrorCode::kConflict, std::string("the ") + which + " record is at version " +
                                                  std::to_string(index.row(*row).version) + ", not " +
                                                  std::to_string(version));
    return *row;
  };
  const auto left = row_of(request.left, request.left_version, "left");
  if (!left) return left.error();
  const auto right = row_of(request.right, request.right_version, "right");
  if (!right) return right.error();
  return request.left < request.right ? TwoRows{*left, *right} : TwoRows{*right, *left};
}

}  // namespace

AssertionAnswer describe_assertion(const PersonIndex& index, const Assertion& assertion) {
  const RowId left = *index.find(assertion.left), right = *index.find(assertion.right);
  const Assertion* newest = index.assertions().in_force(left, right);
  return {.assertion = assertion,
          .created = false,
          .in_force = newest != nullptr && newest->id == assertion.id,
          .fresh = index.assertions().fresh(assertion),
          .left_person = index.row(left).identity,
          .right_person = index.row(right).identity};
}

/// One change of what stewards say, under the writer's lock.
class AssertionChange {
 public:
  AssertionChange(Linker::Impl& linker, TwoRows rows) : linker_(linker), index_(linker.index), rows_(rows) {}

  Result<AssertionAnswer> make(const AssertionRequest& request) {
    const Assertion* held = index_.assertions().in_force(rows_.left, rows_.right);
    if (held != nullptr && held->kind == request.kind && index_.assertions().fresh(*held))
      return describe_assertion(index_, *held);
    Assertion assertion{.id = linker_.next_sequence(),
                        .at_ms = linker_.clock.now_ms(),
                        .left = index_.key(rows_.left),
                        .right = index_.key(rows_.right),
                        .kind = request.kind,
                        .author = request.author,
                        .reason = request.reason,
                        .left_form = {},
                        .right_form = {},
                        .undone = {}};
    // Rare enough to wait for the disk under the lock: the records may still be on the way there.
    if (auto done = linker_.wait_durable(linker_.last_sequence); !done) return done.error();
    for (const auto& [row, form] : {std::pair{rows_.left, &assertion.left_form}, {rows_.right, &assertion.right_form}}) {
      const auto standard = linker_.store.get(Table::kStandard, row_store_key(row));
      if (!standard) return standard.error();
      if (!*standard) return make_error(ErrorCode::kCorrupt, "store: table standard lacks a live record");
      *form = form_hash((*standard)->bytes);
    }
    auto answer = commit(assertion, tie_of(request.kind), LinkageEventKind::kAsserted, assertion.at_ms);
    if (answer) answer->created = true;
    return answer;
  }

  Result<AssertionAnswer> undo(Assertion assertion, const std::string& author, const std::string& reason) {
    if (assertion.undone) return describe_assertion(index_, assertion);
    assertion.undone =
        AssertionUndoing{linker_.next_sequence(), linker_.clock.now_ms(), author, reason};
    const Assertion* next = index_.assertions().in_force(rows_.left, rows_.right, assertion.id);
    return commit(assertion, next == nullptr ? std::nullopt : tie_of(next->kind), LinkageEventKind::kUndone,
                  assertion.undone->at_ms);
  }

 private:
  /// `word`: the tie that what is then in force makes.
  Result<AssertionAnswer> commit(const Assertion& assertion, std::optional<TieKind> word, LinkageEventKind kind,
                                 UnixMillis at_ms) {
    const PendingIndex now(index_, *linker_.rules, nullptr);
    TieChanges ties(index_);
    if (index_.row(rows_.left).live && index_.row(rows_.right).live) set_tie(now, word, ties);
    Changeset changeset;
    changeset.assertion = assertion;
    changeset.event.at_ms = at_ms;
    changeset.event.kind = kind;
    changeset.event.key = assertion.left;
    changeset.event.other = assertion.right;
    changeset.event.assertion = assertion.id;
    const bool is_undoing = kind == LinkageEventKind::kUndone;
    linker_.complete(changeset, now, ties,
                     {is_undoing ? "a steward's word was undone" : "a steward said who is who", is_undoing});
    if (auto done = linker_.commit(changeset); !done) return done.error();
    return describe_assertion(index_, assertion);
  }

  void set_tie(const PendingIndex& now, std::optional<TieKind> word, TieChanges& ties) const {
    const RecordTie* held = ties.find(rows_.left, rows_.right);
    const RowId owner = held == nullptr   ? std::max(rows_.left, rows_.right)
                        : held->owned     ? rows_.left
                                          : rows_.right;
    const RowId other = owner == rows_.left ? rows_.right : rows_.left;
    std::optional<RecordTie> tie;
    if (word) {
      tie = asserted_tie(now, owner, other, *word);
    } else if (!now.proposing_rules(owner, other).empty()) {
      tie = judge_evidence(now, owner, other);
    }
    if (tie) {
      ties.set(owner, other, *tie);
    } else if (held != nullptr) {
      ties.drop(owner, other, /*rewrite_owner=*/true);
    }
  }

  Linker::Impl& linker_;
  PersonIndex& index_;
  const TwoRows rows_;
};

Result<AssertionAnswer> Linker::assert_pair(const AssertionRequest& request) {
  for (const RecordKey* key : {&request.left, &request.right})
    if (auto good = check_record_key(*key); !good) return good.error();
  if (request.left == request.right)
    return make_error(ErrorCode::kInvalidInput, "right: a record is not compared with itself");
  if (auto good = check_words(request.author, request.reason); !good) return good.error();
  std::uint64_t newest = 0;
  auto answer = [&]() -> Result<AssertionAnswer> {
    const std::unique_lock lock(impl_->mutex);
    newest = impl_->last_sequence;
    const auto rows = rows_asked(impl_->index, request);
    if (!rows) return rows.error();
    auto made = AssertionChange(*impl_, *rows).make(request);
    newest = impl_->last_sequence;
    return made;
  }();
  if (auto done = impl_->wait_durable(newest); !done) return done.error();
  return answer;
}

Result<AssertionAnswer> Linker::undo_assertion(std::uint64_t id, const std::string& author,
                                               const std::string& reason) {
  if (auto good = check_words(author, reason); !good) return good.error();
  std::uint64_t newest = 0;
  auto answer = [&]() -> Result<AssertionAnswer> {
    const std::unique_lock lock(impl_->mutex);
    newest = impl_->last_sequence;
    const PersonIndex& index = impl_->index;
    const Assertion* assertion = index.assertions().find(id);
    if (assertion == nullptr) return make_error(ErrorCode::kNotFound, "no such assertion");
    auto made = AssertionChange(*impl_, {*index.find(assertion->left), *index.find(assertion->right)})
                    .undo(*assertion, author, reason);
    newest = impl_->last_sequence;
    return made;
  }();
  if (auto done = impl_->wait_durable(newest); !done) return done.error();
  return answer;
}

namespace {

AssertionAnswer noted(const PersonIndex& index, const Assertion& assertion, ReadFootprint& seen) {
  seen.assertion(assertion);
  for (const RecordKey* key : {&assertion.left, &assertion.right}) {
    seen.record(*index.find(*key));
    seen.ties(*index.find(*key));
    seen.identity(index.row(*index.find(*key)).identity);
  }
  return describe_assertion(index, assertion);
}

}  // namespace

Result<AssertionAnswer> Linker::find_assertion(std::uint64_t id) const {
  return impl_->read([&](ReadFootprint& seen) -> Result<AssertionAnswer> {
    const Assertion* assertion = impl_->index.assertions().find(id);
    if (assertion == nullptr) return make_error(ErrorCode::kNotFound, "no such assertion");
    return noted(impl_->index, *assertion, seen);
  });
}

Result<std::vector<AssertionAnswer>> Linker::assertions_about(const RecordKey& key) const {
  return impl_->read([&](ReadFootprint& seen) -> Result<std::vector<AssertionAnswer>> {
    const auto row = impl_->index.find(key);
    if (!row) return make_error(ErrorCode::kNotFound, "no such record");
    std::vector<AssertionAnswer> answers;
    for (const std::uint64_t id : impl_->index.assertions().about(*row))
      answers.push_back(noted(impl_->index, *impl_->index.assertions().find(id), seen));
    std::reverse(answers.begin(), answers.end());
    return answers;
  });
}

}  // namespace gmpi
