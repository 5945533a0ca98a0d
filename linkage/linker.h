// linkage/linker.h - the living index: every door, command and test asks it through these verbs.
//
// A Linker owns the flow from a record to a decision and keeps the partition of records into identities a function
// of the set of records, whatever the order of arrival. Each changing verb answers after its change is on stable
// storage. One file a verb: register_record.cc, retract_record.cc, match_person.cc, explain_pair.cc, find_person.cc,
// open_linker.cc (rebuild from the store), check_linker.cc.
//
// A verb that reads answers when all that its answer rests on is on stable storage too (undurable_changes.h),
// so nobody acts on what a crash can undo. After the store has failed, changes answer kUnavailable, and so
// does a read that rests on one that was under way; everything else is read as before.
//
// Threads: any thread, any verb. Changes are decided one at a time (a decision takes tens of microseconds) and made
// durable together (index/store/committer.h); readers run in parallel between decisions.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "linkage/limits.h"
#include "models/assertion.h"
#include "models/identity.h"
#include "models/linkage_event.h"
#include "models/model_bundle.h"
#include "models/policy.h"
#include "models/rule_cut.h"
#include "models/scored_pair.h"
#include "models/source_record.h"
#include "models/standard_record.h"

namespace gmpi {

class Store;  // index/store/store.h

struct LinkerOptions {
  /// Whether opening may decide every record anew because the index was linked by another model or standard form.
  bool relink = true;
  bool test_nhs_numbers = true;           // accept the 9xx test range
  std::size_t candidates_max = kSearchedRowsMax;    // looked at per query; more is said in the answer, never silent
  std::size_t pending_commits_max = kPendingCommitsMax;
  std::size_t rebuild_rows_per_commit = kRebuildRowsPerCommit;  // when another model makes everything be linked anew
};

const char* outcome_name(RegisterOutcome outcome);  // "new", "linked", "review", "unchanged", "superseded"

/// A blocking rule of the model under which a record, or a query, has keys that are too common.
struct NamedCut {
  std::string rule;  // its SQL
  RuleCut cut;
};

struct RegisterAnswer {
  EnterpriseId enterprise_id;
  RegisterOutcome outcome = RegisterOutcome::kNew;
  std::uint64_t sequence = 0;         // of the log entry that holds this content
  std::uint64_t record_version = 0;   // 1 for the first content of this key, then rising by one
  std::uint64_t current_version = 0;  // of the content that is held now: another one when this was superseded
  bool created = false;               // the key was not known (or was retracted) before
  std::vector<std::string> reasons;   // guard and refusal reasons behind a review, for stewards; no patient data
  std::vector<NamedCut> cuts;         // whom it was not compared with, because too many share a key
  std::vector<Removal> notes;         // what was sent and is no evidence, and why: columns and reasons, no values
};

struct RetractAnswer {
  std::uint64_t sequence = 0;
};

/// A record as stored, with what the index adds.
struct StoredRecord {
  SourceRecord record;
  EnterpriseId enterprise_id;
  std::uint64_t sequence = 0;        // log entry of its current content
  std::uint64_t record_version = 0;
  UnixMillis stored_ms = 0;
  bool retracted = false;  // the record, as it is now
};

struct GoldenField {
  std::string name;       // as in models/person_fields.h
  std::string value;
  RecordKey from;         // the member the value was taken from
};

struct PersonMember {
  RecordKey key;
  std::uint64_t record_version = 0;
  UnixMillis event_ms = 0;
};

/// Why two members are together: the strongest ties of the group.
struct PersonTie {
  RecordKey left, right;
  MatchWeight weight = 0;
};

struct Person {
  EnterpriseId id;
  EnterpriseId asked;                 // the id that was asked for when it redirects here
  std::uint64_t version = 0;          // sequence of the last change of this identity
  std::vector<GoldenField> golden;
  std::vector<PersonMember> members;  // by key
  std::vector<PersonTie> ties;        // those that hold it together, strongest first
  std::vector<PersonTie> reviews;     // possible matches with records of other identities
  std::vector<LineageEntry> lineage;  // newest last
};

enum class MatchGrade : std::uint8_t { kCertain, kProbable, kPossible };

struct MatchCandidate {
  EnterpriseId enterprise_id;
  RecordKey record;                   // best matching record of the identity
  MatchWeight weight = 0;
  double score = 0;                   // probability, in [0, 1]
  MatchGrade grade = MatchGrade::kPossible;
  std::vector<std::string> reasons;   // guards that fired
  std::vector<RecordKey> members;     // all records of the identity
};

struct MatchRequest {
  SourceRecord person;
  std::size_t count = 10;
  bool only_certain = false;
};

struct MatchAnswer {
  std::vector<MatchCandidate> candidates;  // best first; at most one an identity
  std::uint64_t sequence = 0;              // the state the answer is true for
  std::size_t records_compared = 0;
  std::size_t generic_keys = 0;            // keys too common to search by alone
  std::vector<NamedCut> cuts;              // what that left out
  bool truncated = false;                  // candidates_max was reached: the rarest keys were searched
};

struct ExplainedComparison {
  std::string comparison;
  std::string level;
  double weight = 0;
  double tf_adjustment = 0;
};

struct PairExplanation {
  LinkDecision decision;
  double prior_weight = 0;
  std::vector<ExplainedComparison> comparisons;
  std::vector<std::string> blocking_rules;  // SQL of the rules that propose the pair
  std::vector<NamedCut> cuts;  // of rules that hold but do not propose it: too many share the key
  std::string guard_name, guard_reason;     // of the guard that fired
  bool same_identity = false;
  std::string model_version;
};

struct AssertionRequest {
  RecordKey left, right;  // in either order
  AssertionKind kind = AssertionKind::kUnsure;
  std::string author, reason;
  /// The record versions the steward looked at; 0: not said.
  std::uint64_t left_version = 0, right_version = 0;
};

/// An assertion, and what has become of the two records.
struct AssertionAnswer {
  Assertion assertion;
  bool created = false;  // false: the same was in force already
  bool in_force = false;  // not undone, and no newer one about the two
  bool fresh = false;     // both records are what they were when it was made
  EnterpriseId left_person, right_person;  // none: retracted
};

/// What kind of look a question needs.
enum class QuestionKind : std::uint8_t {
  kPossibleMatch,        // evidence between the thresholds, or a guard that asks
  kConfusion,            // one identifier, two descriptions
  kConflict,             // a link is strong and something forbids it
  kOversizeGroup,        // too many records hang together
  kDuplicateWithinSource,
  kReopened,             // a steward's word about content that has changed since
};
const char* question_kind_name(QuestionKind kind);  // "possible_match" ...

/// An open question: may these two be one person? One for each two identities; it goes when the data settle it.
struct Question {
  EnterpriseId left, right;    // left < right
  RecordKey left_record, right_record;  // those of the strongest tie that asks
  QuestionKind kind = QuestionKind::kPossibleMatch;
  std::string reason;  // for stewards; no patient data
  std::uint64_t asked_since = 0;  // sequence of the newest change of either identity
};

struct QuestionPage {
  std::vector<Question> questions;
  std::optional<EnterpriseId> next;  // go on after this left identity
};

struct LinkerStats {
  std::uint64_t records = 0;          // live
  std::uint64_t identities = 0;
  std::uint64_t sequence = 0;         // of the last durable change
  std::uint64_t open_reviews = 0;     // pairs of identities that wait for a steward
  std::uint64_t split_keys = 0;       // blocking keys that too many records share
  std::uint64_t memory_bytes = 0;
  bool writable = true;  // changes are taken: the store has not failed
};

struct CheckReport {
  std::uint64_t records = 0;
  std::uint64_t identities = 0;
  std::uint64_t log_entries = 0;
  std::vector<std::string> faults;    // empty: clean
};

class Linker {
 public:
  /// Builds the index from what the store holds. `store` and `clock` must outlive the linker.
  /// Errors: kCorrupt (store fails its checks), kInvalidInput (the bundle does not fit the person columns).
  static Result<std::unique_ptr<Linker>> open(const ModelBundle& bundle, Store& store, const Clock& clock,
                                              const LinkerOptions& options);
  ~Linker();

  /// Registers new content of a record. Idempotent by (source, local id, version or content); which content is current
  /// does not depend on the order of arrival (models/version_order.h). `if_version` is the record's own version as
  /// answers give it; 0 says that nothing is there, and brings a deleted record back whatever its date.
  /// Errors: kInvalidInput (refused content, naming the field), kConflict (`if_version` given and not current),
  /// kContradiction (a known source version with other content; not newer than the record's deletion),
  /// kUnavailable (store stopped).
  Result<RegisterAnswer> register_record(const SourceRecord& record, std::optional<std::uint64_t> if_version = {});
  /// The same for many, decided in order, durable together: one answer or error a record.
  std::vector<Result<RegisterAnswer>> register_records(const std::vector<SourceRecord>& records);
  /// Deletes a record as of now. Errors: kNotFound, kConflict, kUnavailable.
  Result<RetractAnswer> retract_record(const RecordKey& key, std::optional<std::uint64_t> if_version = {});

  /// Stores nothing. Errors: kInvalidInput (refused content; too little to match on).
  Result<MatchAnswer> match_person(const MatchRequest& request) const;

  Result<StoredRecord> find_record(const RecordKey& key) const;
  /// One version as it was written, of a retracted record too. Errors: kNotFound (no such record or version).
  Result<StoredRecord> find_record_version(const RecordKey& key, std::uint64_t version) const;
  /// survivorship.h
  std::vector<SourceField> checked_fields(const SourceRecord& record) const;
  Result<EnterpriseId> enterprise_id_of(const RecordKey& key) const;
  Result<Person> find_person(EnterpriseId id) const;
  /// Which version of a person is current: the question a reader of the cache asks. Follows redirects.
  Result<std::pair<EnterpriseId, std::uint64_t>> person_version(EnterpriseId id) const;

  Result<PairExplanation> explain_pair(const RecordKey& left, const RecordKey& right) const;

  /// Says that two live records are, or are not, of one person, or that it cannot be told: whatever their weight, until it
  /// is undone, for their whole groups, and also when the records change. The newest word about two records holds.
  /// Errors: kInvalidInput, kNotFound (no such live record), kConflict (not at the version that was looked at),
  /// kUnavailable.
  Result<AssertionAnswer> assert_pair(const AssertionRequest& request);
  /// As if it had not been said: who is who follows from the rest. Undoing twice is undoing once.
  /// Errors: kInvalidInput, kNotFound, kUnavailable.
  Result<AssertionAnswer> undo_assertion(std::uint64_t id, const std::string& author, const std::string& reason);
  Result<AssertionAnswer> find_assertion(std::uint64_t id) const;
  /// The newest first, undone ones too. Errors: kNotFound (a key that was never there).
  Result<std::vector<AssertionAnswer>> assertions_about(const RecordKey& key) const;

  /// Open questions by their left identity, those after `after`, whole identities until `at_least` are found.
  /// Cost: the ties of the identities on the way.
  Result<QuestionPage> open_questions(EnterpriseId after, std::size_t at_least) const;

  /// Every live record with its identity, by key. Errors: kUnavailable.
  Status for_each_record(const std::function<void(const RecordKey&, EnterpriseId)>& visit) const;

  LinkerStats stats() const;
  /// Compares what is in memory with what the store says, and the partition with its own rule.
  CheckReport check() const;
  /// Why no change is taken any more, once the store has failed: for operators. Does not wait.
  std::optional<Error> failure() const;
  const ModelBundle& bundle() const;
  /// What an operator should know about the bundle: sentences without patient data.
  const std::vector<std::string>& warnings() const;

  struct Impl;  // linkage/linker_impl.h: for the verbs' own files

 private:
  explicit Linker(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gmpi
