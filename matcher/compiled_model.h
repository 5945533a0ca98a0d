// matcher/compiled_model.h - a model made ready for scoring, with its term frequencies.
//
// weight = log2(p / (1 - p)) + sum over comparisons, in the model's order, of (log2(m / u) + tf adjustment)
//
// The sum runs left to right in double precision, as Splink's SQL does, so a weight here differs from Splink's by
// rounding only (<= 1e-9); what Splink 3 and 4 lose when their product leaves the range of a double on the way is not
// lost here. Splink 4 keeps the result within log2(1e-300) and log2(1e300). Term-frequency adjustment of a level, where it asks for one:
//
//     tf_weight * (log2(u of the exact level on that column) - log2(max(tf_left, tf_right, tf_minimum_u)))
//
// with a missing frequency replaced by the other side's, and 0 when both are missing.
// Source: Fellegi & Sunter 1969; term frequencies: Splink's predict.py, see docs/linkage-model.md.
// Tested by tests/matcher/compiled_model_test.cc against tests/reference/score.h.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "matcher/compiled_condition.h"
#include "models/linkage_model.h"
#include "models/packed_records.h"
#include "models/scored_pair.h"

namespace gmpi {

class CompiledModel {
 public:
  /// Registers the terms it needs with `records`, which must outlive the model.
  /// Errors: kInvalidInput (a condition reads a column the records lack; a level with term frequencies has no
  /// exact level to take u from), kUnsupported; the message names comparison and level.
  static Result<CompiledModel> compile(const LinkageModel& model, PackedRecords& records);

  /// Takes frequencies from tables trained elsewhere; a value they lack has no frequency.
  void use_frequencies(std::span<const TermFrequencyTable> tables);
  /// Counts frequencies from the records packed so far, as Splink does from its input.
  void count_frequencies();
  /// Call after records were added and before scoring them: learns the frequencies of new values.
  /// Threads: not while others score. Cost: O(values that are new).
  void refresh();

  /// The weight of a pair. When a comparison has no level that holds: -infinity (the NULL of Splink 3 and 5), or
  /// log2(1e-300), which Splink 4 makes of it.
  /// Pure; any thread; no allocation.
  MatchWeight weight(RecordView left, RecordView right) const;
  /// The same with levels and contributions: what explanations show.
  ScoredPair score(RecordView left, RecordView right) const;

  /// The level of one comparison alone (-1: none holds), and what the frequency of the agreed value adds to it (bits;
  /// nothing where the level asks for no adjustment or no frequency is known): what training counts.
  /// Pure; any thread; no allocation. Requires: comparison and level in range.
  int level_of(std::size_t comparison, RecordView left, RecordView right) const {
    return find_level(comparisons_[comparison], left, right);
  }
  std::optional<double> tf_adjustment_of(std::size_t comparison, int level, RecordView left, RecordView right) const;

  /// Relative frequency of the record's value of a column that a level adjusts for; nothing when none is known.
  std::optional<double> frequency(std::string_view column, RecordView record) const;

  /// Replaces the model's prior: P(two random records match), in (0, 1).
  void set_prior(double probability) { prior_weight_ = weight_of_probability(probability); }
  double prior_weight() const { return prior_weight_; }
  const LinkageModel& model() const { return model_; }

 private:
  friend class BatchScorer;

  struct Level {
    CompiledCondition condition;
    bool is_else = false;
    bool is_null = false;
    double weight = 0;
    std::int16_t tf_column = -1;  // index into tf_columns_, or none
    double tf_weight = 0;
    double log2_u_exact = 0;
    double log2_minimum_u = 0;
  };
  struct CompiledComparison {
    std::vector<Level> levels;
  };
  struct TfColumn {
    std::string name;
    TermId term = 0;
    std::vector<double> log2_by_value;                     // NaN: no frequency
    std::unordered_map<std::string, double> frozen;        // value -> frequency
  };

  int find_level(const CompiledComparison& comparison, RecordView left, RecordView right) const;
  std::optional<double> known_tf_adjustment(const Level& level, RecordView left, RecordView right) const;
  double tf_adjustment(const Level& level, RecordView left, RecordView right) const;
  double log2_frequency(const TfColumn& column, RecordView record) const;
  Result<Level> compile_level(const Comparison& comparison, std::size_t index);
  MatchWeight clamped(MatchWeight weight) const;
  MatchWeight weight_of_no_level() const;

  LinkageModel model_;
  PackedRecords* records_ = nullptr;
  double prior_weight_ = 0;
  std::vector<CompiledComparison> comparisons_;
  std::vector<TfColumn> tf_columns_;
};

}  // namespace gmpi
