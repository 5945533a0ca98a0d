// matcher/compiled_condition.h - a condition made ready for millions of pairs.
//
// Compiling turns each part of the tree that reads one record into a term of PackedRecords (computed once per
// distinct value) and leaves, per pair, integer compares, array merges and text comparators. A form that has no
// fast shape runs through the plain evaluator of models/sql_evaluate.h, so every condition that parses has its
// exact meaning. Three-valued logic is kept: NULL is neither TRUE nor FALSE.
// Tested by tests/matcher/compiled_condition_test.cc against the plain evaluator.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "models/condition.h"
#include "models/packed_records.h"

namespace gmpi {

enum class Truth : std::int8_t { kFalse, kTrue, kNull };

class CompiledCondition {
 public:
  /// Registers the terms it needs with `records`.
  /// Errors: kInvalidInput (unknown column), kUnsupported (unknown function), naming it.
  static Result<CompiledCondition> compile(const Expression& expression, PackedRecords& records);

  /// Requires the records it was compiled for. Pure; any thread. What DuckDB would raise for a pair counts as NULL.
  Truth evaluate(const PackedRecords& records, RecordView left, RecordView right) const {
    return evaluate_node(root_, records, left, right);
  }
  bool is_true(const PackedRecords& records, RecordView left, RecordView right) const {
    return evaluate(records, left, right) == Truth::kTrue;
  }
  /// True when some part runs through the plain evaluator: for reports and tests.
  bool uses_plain_evaluator() const;

 private:
  friend class BatchScorer;

  enum class Op : std::uint8_t {
    kConstant, kAnd, kOr, kNot, kIsNull, kUnary, kEqualIds, kEqualTexts,
    kAtLeast, kAtMost, kIntersect, kDifferenceAtMost, kDifferenceAtLeast, kPlain,
  };
  using SimilarityAtLeast = bool (*)(std::string_view, std::string_view, double);
  using DistanceAtMost = bool (*)(std::string_view, std::string_view, std::size_t);

  struct Node {
    Op op = Op::kConstant;
    Side side = Side::kNone;        // kIsNull, kUnary: which record
    Truth constant = Truth::kNull;
    TermId first = 0, second = 0;   // in the order written, which text and list functions may depend on
    bool right_first = false;       // the first is read from the right record
    double threshold = 0;
    std::size_t count = 0;
    SimilarityAtLeast at_least = nullptr;
    DistanceAtMost at_most = nullptr;
    std::vector<std::uint16_t> children = {};
    Expression plain = {};
  };
  struct Compiler;

  Truth evaluate_node(std::uint16_t index, const PackedRecords& records, RecordView left, RecordView right) const;
  Truth evaluate_plain(const Node& node, const PackedRecords& records, RecordView left, RecordView right) const;
  static Truth evaluate_pair(const Node& node, const PackedRecords& records, RecordView a, RecordView b);

  std::vector<Node> nodes_;
  std::uint16_t root_ = 0;
};

}  // namespace gmpi
