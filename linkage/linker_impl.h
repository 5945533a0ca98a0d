// linkage/linker_impl.h - what the linker's verbs share. Included by the verbs' own files only.
#pragma once

#include <memory>
#include <shared_mutex>
#include <string>

#include "base/fair_shared_mutex.h"
#include "index/person_index.h"
#include "index/store/committer.h"
#include "index/store/store.h"
#include "linkage/basis.h"
#include "linkage/linker.h"
#include "linkage/linking_rules.h"
#include "linkage/open_questions.h"
#include "linkage/pending_index.h"
#include "linkage/reassign.h"
#include "linkage/tie_changes.h"
#include "linkage/undurable_changes.h"
#include "standardize/person.h"

namespace gmpi {

/// Of the standard columns as stored; a change in what standardize_person() yields takes the next number, and
/// an index written under another number is standardised and linked anew when it is opened.
inline constexpr int kStandardForm = 3;

struct Linker::Impl {
  Impl(const ModelBundle& the_bundle, Store& the_store, const Clock& the_clock,
       const LinkerOptions& the_options, std::vector<ColumnSpec> columns)
      : bundle(the_bundle),
        store(the_store),
        clock(the_clock),
        options(the_options),
        index(std::move(columns)) {}

  StandardizeOptions standardize_options() const;

  // With `mutex` held by the caller.

  /// Sequence the next change will get.
  std::uint64_t next_sequence() const { return last_sequence + 1; }
  /// Gives the change to the committer and applies it to memory. On an error nothing has changed.
  /// Errors: kLimit (too much waits for the disk), kUnavailable.
  Status commit(const Changeset& changeset);
  /// Fills in what a decision changes: ties, identities, lineage, event's identities.
  Reassignment complete(Changeset& changeset, const PendingIndex& after, TieChanges& ties,
                        const AssignmentCause& cause = {}) const;

  // Without `mutex`.

  /// Errors: kUnavailable.
  Status wait_durable(std::uint64_t sequence) const;
  /// The way of every verb that reads: calls `look` with a ReadFootprint& under the shared lock, and answers
  /// what it returned (a Result, also one that says there is nothing) once what it rests on is durable.
  /// Errors: kUnavailable (the store failed, and what was seen may not survive).
  template <class Look>
  auto read(Look look) const {
    std::uint64_t rests_on = 0;
    auto answer = [&] {
      const std::shared_lock lock(mutex);
      ReadFootprint seen(undurable);
      auto found = look(seen);
      rests_on = seen.sequence();
      return found;
    }();
    if (auto done = wait_durable(rests_on); !done) answer = done.error();
    return answer;
  }
  /// With the rules' SQL.
  std::vector<NamedCut> named(const std::vector<RuleCut>& cuts) const;
  /// Content of a record's version, which must be durable. Errors: kCorrupt, kIo.
  Result<StoredRecord> read_version(const RecordKey& key, std::uint32_t version) const;

  const ModelBundle bundle;
  Store& store;
  const Clock& clock;
  const LinkerOptions options;
  mutable FairSharedMutex mutex;  // what follows, but the committer
  PersonIndex index;
  std::unique_ptr<LinkingRules> rules;
  std::uint64_t last_sequence = 0;  // submitted
  UndurableChanges undurable;
  std::uint64_t open_reviews = 0;
  bool new_basis = false;  // the store does not name one yet: the next commit writes it
  std::unique_ptr<Committer> committer;
};

/// What is to be read of an assertion; requires one of the index.
AssertionAnswer describe_assertion(const PersonIndex& index, const Assertion& assertion);

/// What an event says of changed identities; members by key.
std::vector<TouchedIdentity> touched_identities(const std::vector<IdentityState>& states,
                                                const PendingIndex& after);

/// What this build and this model make a store's derived data by.
Basis basis_of(const ModelBundle& bundle);

/// By the other's id. Requires a known identity.
std::vector<OpenQuestion> open_questions(const PersonIndex& index, const LinkingRules& rules, EnterpriseId id);

/// Open questions with any of `ids` (ascending, without repeats), each counted once. Of a set that holds all identities
/// whose ties or members change, the difference before and after is the change of the whole index.
std::uint64_t count_open_reviews(const PersonIndex& index, const LinkingRules& rules,
                                 const std::vector<EnterpriseId>& ids);

}  // namespace gmpi
