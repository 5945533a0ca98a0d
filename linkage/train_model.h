// linkage/train_model.h - learns a model's parameters from the records it is to link: no labels needed.
//
//     u      P(level | two people): shares of levels among random pairs, nearly all of which are two people
//     m      P(level | one person): expectation-maximisation over the pairs of a blocking rule, several times
//     prior  P(two random records are one person): from rules that hardly err, or from the sessions
//
// A session says nothing of the comparisons whose columns its rule makes equal, so there are several, and the
// median of a level's estimates is taken. m can also come from pairs known to be one person. A prior from
// rules is their pairs / their recall / all pairs.
//
// The steps are prior, u, labels, sessions, each from what the steps before left in the model, as Splink's do
// one call after another; given the same u a session reaches Splink's m. A level no pair shows keeps the
// start's value. Parameters of levels with fix_m, fix_u are never changed; sessions change no u unless asked.
//
// Threads: the passes over pairs use all of oneTBB's; counts are integers, so the result does not depend on
// how many. Randomness: only which records are sampled, by `seed` and the order of record ids.
// Source: Fellegi & Sunter 1969; Winkler, "Using the EM algorithm for weight computation in the
// Fellegi-Sunter model", 1988; the order of steps and the median: Splink 4 (docs/linkage-model.md).
// Tested by tests/linkage/train_model_test.cc against every pair asked singly, and by
// tests/linkage/splink_training_test.cc against what Splink itself estimated.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "matcher/training/estimates.h"
#include "matcher/training/expectation_maximisation.h"
#include "models/linkage_model.h"
#include "models/packed_records.h"

namespace gmpi {

/// The rows to learn from, packed as for link_batch().
struct TrainingSet {
  /// Terms of rules and model are added. A condition that derives one value from several columns must have
  /// been registered before the first row (BlockingPlan::compile, CompiledModel::compile).
  PackedRecords& records;
  std::span<const std::uint32_t> rank;    // position of each row in the order of record ids
  std::span<const std::uint32_t> source;  // number of each row's source; read for link_only
  /// Frozen term frequencies. Empty: counted from the records.
  std::span<const TermFrequencyTable> frequencies;
};

/// Where the prior comes from.
enum class PriorSource : std::uint8_t {
  kStart,     // kept
  kRules,     // deterministic rules and their recall
  kSessions,  // what each session found, led back to all pairs; their median (of 1 / prior)
};

struct TrainOptions {
  PriorSource prior = PriorSource::kStart;
  std::vector<BlockingRule> deterministic_rules = {};  // kRules: rules that hardly ever join two people
  double recall = 0.7;  // kRules: share of true pairs that they find, in (0, 1]

  bool estimate_u = true;
  std::uint64_t u_pairs = 100'000'000;  // most random pairs a comparison is asked
  /// Fewer pairs do when each level of the comparison was seen so often; 0: they never do.
  std::uint64_t u_observations_min = 1'000;
  std::uint64_t seed = 1;
  /// Random pairs are not all of two people: in a small file, matches may be most of those that agree on a
  /// birthday, and u is then too high. With this, u is estimated once more from random pairs weighted by 1 -
  /// P(match) of the model as trained so far, and sessions and their prior again with that u, to and fro.
  /// Splink does not. Needs sessions or labels; best with a prior from rules or sessions.
  bool u_without_matches = false;

  /// Blocking rules of the EM sessions, in order. Empty: chosen from the model's (see training_rules_of).
  std::vector<BlockingRule> session_rules = {};
  bool run_sessions = true;
  bool fix_m = false;  // of all levels, in sessions
  bool fix_u = true;   // of all levels, in sessions
  bool fix_session_prior = false;
  /// A comparison with fixed parameters that weighs in every session, whatever columns its conditions read: one that
  /// tells what other comparisons together must not (linkage/household.h). Empty: none, as in Splink.
  std::string context_comparison = {};
  bool term_frequencies = true;                   // in the sessions' expectation steps
  std::uint64_t session_pairs_max = 200'000'000;  // of more, a sample is taken, the same share of each block
  /// Keys shared by more records propose nothing in sessions and deterministic rules; 0: no limit.
  std::uint32_t block_records_max = 0;

  /// Pairs of rows known to be one person: m from them, in place of sessions' when run_sessions is false and
  /// beside them (one more estimate in the median) when it is true.
  std::vector<std::pair<RowId, RowId>> matches = {};
  /// A column whose equal values mean one person; used like `matches`. Empty: none.
  std::string label_column = {};

  /// Parameters to leave as they are: of a comparison, or one level of it (index into its levels).
  struct Fixed {
    std::string comparison;
    std::optional<std::size_t> level;
  };
  std::vector<Fixed> fixed = {};
};

/// What is known of a level after training.
struct LevelTraining {
  std::vector<ParameterEstimate> m, u;
  std::uint64_t random_pairs = 0;      // showed this level
  std::uint64_t random_pairs_all = 0;  // were asked and not missing
  std::uint64_t session_pairs = 0;     // showed it, over the sessions that trained it
  bool m_trained() const { return trained(m); }
  bool u_trained() const { return trained(u); }

 private:
  static bool trained(const std::vector<ParameterEstimate>& estimates) {
    for (const auto& estimate : estimates)
      if (estimate.value) return true;
    return false;
  }
};

/// One EM session.
struct SessionReport {
  std::string rule;
  std::uint64_t pairs = 0;             // proposed
  std::uint64_t pairs_used = 0;        // after sampling
  std::uint64_t patterns = 0;          // distinct
  std::vector<std::string> trained;    // comparisons
  std::vector<std::string> untrained;  // comparisons whose columns the rule reads
  double start_prior = 0;              // P(a pair of this rule is one person), at the start and at the end
  double end_prior = 0;
  bool converged = false;
  std::vector<EmIteration> iterations;
};

struct TrainedModel {
  LinkageModel model;                              // the start with its parameters replaced
  std::vector<std::vector<LevelTraining>> levels;  // [comparison][level]; null levels are empty
  std::vector<SessionReport> sessions;
  std::uint64_t random_records = 0;  // most that were paired for u
  std::uint64_t all_pairs = 0;       // the link type allows
  std::optional<std::uint64_t> deterministic_pairs;
  std::vector<std::string>
      warnings;  // for a person: levels unseen, m and u out of order, a session left out, ...
};

/// Errors: kInvalidInput (a rule, column or fixed level that does not exist; recall out of range or less than
/// the rules' pairs allow; a given session rule that proposes no pairs or trains no comparison; both m and u
/// fixed), kUnsupported (a session rule that explodes lists, a condition this build cannot run), kLimit (more
/// comparisons than a pattern holds). Cost: one pass over the pairs of each step; EM itself runs on counts of
/// patterns.
Result<TrainedModel> train_model(const LinkageModel& start, const TrainingSet& set,
                                 const TrainOptions& options, Progress& progress);

/// The model's rules that sessions are best run over: as few as let each comparison be trained `wanted` times
/// where the rules allow it, those that train most first. Rules that explode lists are passed over.
std::vector<BlockingRule> training_rules_of(const LinkageModel& model, std::size_t wanted = 2);

}  // namespace gmpi
