// linkage/suggest_rules.h - which blocking rules find most true pairs within a number of pairs to compare.
//
// A *feature* is something two records can share in one field: the value, a value one edit away (deletion
// neighbourhoods), a sound, year and month, the first letters. A *rule* is up to three features of different fields.
// What each rule costs is estimated from histograms of its keys over a sample of rows, and counted from those of all rows
// where it is chosen (blocking/rule_cost.h). What it finds is estimated from
// probable matches: how often they share each feature of a field is read off pairs that rules *without* that field
// found, so that a rule does not vouch for itself; then matches are simulated field by field, and rules are chosen
// that together cover most of them (greedy cover; the price of a pair is set so that the budget is just met). The part
// of the simulated matches that no rule covers is the estimate of what blocking loses.
//
// It assumes that errors in different fields are independent, so it is a floor: records spoilt throughout are missed
// more often. Source of estimating coverage by independent lists: Petersen's capture-recapture method, as Herzog,
// Scheuren and Winkler use it for linkage (Data Quality and Record Linkage Techniques, 2007, ch. 12).
// Tested by tests/linkage/zero_set_up_test.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "models/derivation.h"
#include "models/linkage_model.h"
#include "models/packed_records.h"

namespace gmpi {

struct BlockingFeature {
  std::string field;     // features of one field are not combined
  std::string sql;       // l. and r.
  std::string explode;   // list column, or empty
  bool exact = false;    // the whole value
};

/// Features of derived columns.
std::vector<BlockingFeature> blocking_features(std::span<const Derivation> derivations, const PackedRecords& records);

/// Up to three features, as indices into the list of features.
struct CandidateRule {
  std::vector<std::uint16_t> features;
  double pairs = 0;  // estimated from the sample of rows
};

struct RuleSearchOptions {
  double pair_budget = 0;           // all rules together
  std::size_t rules_max = 16;
  std::size_t sample_rows = 10'000;
  std::uint64_t seed = 1;
};

/// Rules of one feature and more that cost no more than the budget, cheapest first. A rule is left out when a looser
/// one of the same features is cheap already (a twentieth of the budget).
Result<std::vector<CandidateRule>> affordable_rules(std::span<const BlockingFeature> features, PackedRecords& records,
                                                    const RuleSearchOptions& options);

BlockingRule make_rule(std::span<const BlockingFeature> features, const CandidateRule& rule);

/// A probable match: which features it shares, bit by bit, and the field its rule used are known by `rule`.
struct ProbableMatch {
  std::vector<bool> shared;                   // one a feature
  std::vector<std::string> fields_of_rule;
};

/// Which features two records share.
class FeatureTest {
 public:
  static Result<FeatureTest> compile(std::span<const BlockingFeature> features, PackedRecords& records);
  ~FeatureTest();
  FeatureTest(FeatureTest&&) noexcept;
  std::vector<bool> shared(RecordView left, RecordView right) const;

 private:
  struct Impl;
  explicit FeatureTest(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct ChosenRules {
  std::vector<CandidateRule> rules;
  std::vector<double> gains;   // share of matches a rule adds to those before it
  double coverage = 0;         // estimated share of true pairs that some rule proposes
  double pairs = 0;
};

ChosenRules choose_rules(std::span<const BlockingFeature> features, std::span<const CandidateRule> candidates,
                         std::span<const ProbableMatch> matches, const RuleSearchOptions& options);

}  // namespace gmpi
