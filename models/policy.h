// models/policy.h - what is done with a weight: thresholds, guards, what may never be joined.
//
// A guard is a condition on a pair, in the SQL of the model, with a name and a reason that a steward reads.
// It can hold back a link for review, or say that the two records belong to different people ("apart"), which
// no third record can undo: groups that such a pair spans are not joined. Or it asks: a pair below the link
// threshold that it holds for goes to review, which the weight alone would let go.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/condition.h"
#include "models/derivation.h"
#include "models/scored_pair.h"

namespace gmpi {

struct Guard {
  std::string name;     // "twins"
  std::string reason;   // "Same birthday, family name and home, different given name"
  bool apart = false;   // true: different people; false: a person must look
  bool asks = false;    // a person must look: below the link threshold too or, of "apart", at what it keeps apart
  std::string profile = {};  // "live" or "batch": asked there only; "": in both
  std::string sql;
  Expression condition;
};

/// Two groups whose members hold different values of this column are never joined without a steward.
struct ExclusiveColumn {
  std::string column;   // "nhs_verified"
  std::string name;     // "nhs-number-conflict"
  std::string reason;
};

/// What changes when a file is linked with no steward to ask: a pair held back for review would be left for ever.
struct BatchProfile {
  MatchWeight link_weight = 0;
  double conflict_margin = 0;
  bool review_guards = true;  // false: guards that ask for review are left out; those that say "apart" stay
};

struct Policy {
  MatchWeight link_weight = 0;
  MatchWeight review_weight = 0;
  /// Who asks for a person is shown candidates from this weight on, as "possible": a wrong "nobody" makes a duplicate.
  MatchWeight search_weight = 0;
  /// A record without an exclusive value of its own that could belong to two groups which exclude each other
  /// joins neither when its best weights to them lie within this margin (bits).
  double conflict_margin = 0;
  /// A blocking key shared by more records than this is split (blocking/block_split.h). 0: no limit.
  std::uint32_t block_records_max = 0;
  /// Records that hang together by links beyond this many are taken apart (linkage/bounded_components.h). 0: no limit.
  std::uint32_t component_records_max = 0;
  std::vector<std::string> split_by;  // columns a too common key is split by; none: only equal contents meet under it
  std::vector<Guard> guards;
  std::vector<ExclusiveColumn> exclusive;
  std::optional<BatchProfile> batch;
  /// Columns that the model reads, made from those of a file; empty: the file's own, or a person's.
  std::vector<Derivation> derivations;
  /// Files only: groups of linked records join when the mean weight between them is at least this
  /// (linkage/refine_clusters.h). Absent: every link is followed.
  std::optional<MatchWeight> join_mean;
};

/// The policy the living index decides by: without the guards that are for files only.
Policy live_policy(Policy policy);
/// The policy a file is linked by: itself when it has no batch profile.
Policy batch_policy(Policy policy);

}  // namespace gmpi
