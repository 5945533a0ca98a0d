// matcher/compiled_policy.h - thresholds and guards made ready: weight in, decision out.
//
//     weight >= link and no guard          link
//     weight >= link and a guard           review, with the guard's reason
//     review <= weight < link              review
//     weight < link and a guard that asks  review, with the guard's reason
//     otherwise                            none
//
// A guard that says "apart" is asked for every pair, whatever its weight: it also keeps the two records'
// groups from being joined by a third record. Tested by tests/matcher/policy_test.cc and tests/scenarios/.
#pragma once

#include <algorithm>
#include <vector>

#include "base/result.h"
#include "matcher/compiled_condition.h"
#include "models/packed_records.h"
#include "models/policy.h"

namespace gmpi {

class CompiledPolicy {
 public:
  /// Registers the terms of the guards. A guard whose columns the records lack is left out and named in
  /// `skipped()` when `lenient`, else an error (kInvalidInput, naming guard and column).
  static Result<CompiledPolicy> compile(const Policy& policy, PackedRecords& records, bool lenient);

  /// Pure; any thread; no allocation.
  LinkDecision decide(RecordView left, RecordView right, MatchWeight weight) const;

  const Policy& policy() const { return policy_; }
  const std::vector<std::string>& skipped() const { return skipped_; }
  /// Terms of the exclusive columns present, in the policy's order.
  const std::vector<TermId>& exclusive_terms() const { return exclusive_terms_; }
  /// True when nothing can hold two groups apart: people are the connected components of links.
  bool joins_every_link() const {
    return exclusive_terms_.empty() && apart_guards_.empty() && policy_.component_records_max == 0;
  }
  /// True when a guard has something to say about pairs below every threshold.
  bool asks_at_any_weight() const {
    return !apart_guards_.empty() || std::any_of(review_guards_.begin(), review_guards_.end(),
                                                 [](const CompiledGuard& guard) { return guard.asks; });
  }

 private:
  struct CompiledGuard {
    CompiledCondition condition;
    bool asks = false;
    std::int16_t index = 0;  // in policy_.guards
  };

  Policy policy_;
  const PackedRecords* records_ = nullptr;
  std::vector<CompiledGuard> apart_guards_, review_guards_;
  std::vector<TermId> exclusive_terms_;
  std::vector<std::string> skipped_;
};

/// Reads policy.toml. Errors name file, line and column; unknown keys are errors with the nearest known key.
Result<Policy> read_policy(std::string_view toml, std::string_view file_name);

}  // namespace gmpi
