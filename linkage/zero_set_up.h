// linkage/zero_set_up.h - a model for a file nobody has described: compared, blocked, trained, with its threshold.
//
//     derived columns -> comparisons (suggest_model.h) -> rules for training -> parameters (train_model.h)
//     -> probable matches -> rules within the pair budget (suggest_rules.h) -> prior and threshold from the weights
//
// The threshold is the least weight at which the expected precision of the links is as asked, where the chance that a
// pair is a match is what its weight says. Truth is never looked at, so the report says what to check.
// Tested by tests/linkage/zero_set_up_test.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "linkage/suggest_model.h"
#include "linkage/suggest_rules.h"
#include "linkage/train_model.h"
#include "models/derivation.h"
#include "models/linkage_model.h"
#include "models/packed_records.h"

namespace gmpi {

struct ZeroSetUpOptions {
  LinkType link_type = LinkType::kDedupeOnly;
  double pairs_per_record = 300;     // budget of pairs: so many a record
  double precision = 0.95;           // expected, of linked pairs, before groups are refined
  /// Bits; a record's errors speak against all its pairs at once: a little below even. Nothing: every link is followed.
  std::optional<double> join_mean = -1;
  int reestimate_rounds = 1;         // of EM over all compared pairs, after the sessions; 0: none
  bool household = true;             // linkage/household.h
  SuggestOptions suggest;
  std::uint64_t seed = 1;
};

/// What is done beyond the plain form of Fellegi and Sunter, each with its own switch and its measured effect
/// (docs/accuracy.md).
struct AccuracyDevice {
  std::string_view name;
  std::string_view meaning;
  void (*switch_off)(ZeroSetUpOptions&);
};
std::span<const AccuracyDevice> accuracy_devices();
/// Errors: kInvalidInput (no such device), naming those there are.
Status switch_off(std::string_view device, ZeroSetUpOptions& options);

struct ZeroSetUpInput {
  std::span<const Derivation> derivations;
  PackedRecords& records;
  std::span<const std::uint32_t> rank;
  std::span<const std::uint32_t> source;  // read for link_only
};

struct RuleOfReport {
  std::string sql;
  std::uint64_t pairs = 0;   // proposed first by this rule
  double gain = 0;           // estimated share of true pairs it adds
};

struct ZeroSetUp {
  LinkageModel model;
  double link_weight = 0;
  double review_weight = 0;
  std::optional<double> join_mean;     // linkage/refine_clusters.h
  std::vector<RuleOfReport> rules;
  TrainedModel training;
  std::uint64_t pairs = 0;             // compared
  double expected_matches = 0;         // among compared pairs
  double expected_precision = 0;       // of links, by the model
  double expected_recall = 0;          // of the compared true pairs
  double blocking_coverage = 0;        // estimated share of true pairs that are compared
  std::vector<std::string> check;      // what a person should look at
};

/// Errors: kInvalidInput (fewer than two records; no rule finds pairs within the budget; nothing to train on).
Result<ZeroSetUp> set_up_from_nothing(const ZeroSetUpInput& input, const ZeroSetUpOptions& options, Progress& progress);

}  // namespace gmpi
