// blocking/blocking_plan.h - a model's blocking rules made ready: record -> keys, pair -> "does the rule hold".
//
// A rule such as
//
//     l."surname" = r."surname" AND substring(l."dob", 1, 4) = substring(r."dob", 1, 4) AND <residual>
//
// is split into its equalities (each a pair of terms, one a side) and the rest. Two records can satisfy the rule
// only if their keys, a hash of the equal terms, are equal; a record with a missing part has no key and is found
// by no pair of that rule. A rule that explodes lists gives one key for each choice of elements.
//
// Keys are 64-bit hashes; a pair is checked with `holds` on the values themselves, so a collision costs time only.
// The residual needs comparators, which this room does not know: the flow hands in a test for it.
// Source of the semantics: Splink's blocking (docs/linkage-model.md). Tested by tests/blocking/.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "models/linkage_model.h"
#include "models/packed_records.h"

namespace gmpi {

using BlockingKey = std::uint64_t;
using RuleId = std::uint16_t;

class BlockingPlan {
 public:
  using Residual = std::function<bool(RecordView left, RecordView right)>;

  /// Errors: kUnsupported (a rule without any equality; an OR at the top; an exploded list used in another way than
  /// `l.x = r.x`), kInvalidInput (unknown column); the message names the rule.
  static Result<BlockingPlan> compile(const LinkageModel& model, PackedRecords& records);

  std::size_t rules() const { return rules_.size(); }
  /// What is left of a rule besides equalities; nothing when the equalities say all.
  const std::optional<Expression>& residual(RuleId rule) const { return rules_[rule].residual; }
  void set_residual_test(RuleId rule, Residual test) { rules_[rule].residual_test = std::move(test); }
  /// True when the rule reads the same terms of both sides, so that a record has one set of keys for both.
  bool symmetric(RuleId rule) const { return rules_[rule].symmetric; }
  bool explodes(RuleId rule) const { return !rules_[rule].exploded.empty(); }
  /// Terms of the left record that its key is made of.
  std::vector<TermId> left_terms(RuleId rule) const;
  /// True when the rule is one or two equalities of value numbers: `exact_key` is then another, collision-free key.
  bool has_exact_key(RuleId rule) const;
  /// Requires has_exact_key(rule) and symmetric(rule). Nothing when a value is missing. Pure; any thread.
  std::optional<BlockingKey> exact_key(RuleId rule, RecordView record) const;

  /// Appends the record's keys in the role of `side`. Pure; any thread.
  void append_keys(RuleId rule, RecordView record, Side side, std::vector<BlockingKey>& keys) const;

  /// The whole rule on the values: its equalities, exploded lists and what is left.
  bool holds(RuleId rule, RecordView left, RecordView right) const;
  /// Its equalities alone.
  bool equalities_hold(RuleId rule, RecordView left, RecordView right) const;
  /// What is left alone.
  bool residual_holds(RuleId rule, RecordView left, RecordView right) const {
    return !rules_[rule].residual_test || rules_[rule].residual_test(left, right);
  }

  /// Keys under which a pair that satisfies the rule meets: one, or one for each choice of common elements.
  void append_common_keys(RuleId rule, RecordView left, RecordView right, std::vector<BlockingKey>& keys) const;

 private:
  struct Equality {
    TermId left = 0;
    TermId right = 0;
    bool by_id = true;
  };
  struct Rule {
    std::vector<Equality> equalities;
    std::vector<TermId> exploded;  // list columns, equal when they share an element
    std::optional<Expression> residual;
    Residual residual_test;
    bool symmetric = true;
  };

  Result<Rule> compile_rule(const BlockingRule& rule);
  bool too_many_keys(const Rule& rule, RecordView record) const;
  std::optional<BlockingKey> base_key(RuleId rule, RecordView record, Side side) const;

  const PackedRecords* records_ = nullptr;
  PackedRecords* writable_ = nullptr;  // while compiling
  std::vector<Rule> rules_;
};

}  // namespace gmpi
