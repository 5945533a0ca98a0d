// matcher/batch_scorer.h - CompiledModel::weight() for many pairs at a time, to the last bit, and much sooner.
//
// Two stages. The first looks at no text: each record has a line of the numbers of its terms and of bits that say which
// are missing, one comparison of two lines tells which terms are equal, and a table made beforehand says for each such pattern of a
// comparison which level it is, or from which level on texts have to be compared and what could come of it at
// best. A pair that cannot reach `weight_min` even so goes no further. The second stage compares the texts of the
// rest, the comparison that can lower the bound most first, and leaves a pair as soon as the bound falls below.
//
// A comparison that reads one column keeps the levels of value pairs it has met (names repeat): 8 bytes a slot,
// the newest pair wins. The weight is summed in the model's order from the levels found, so it is the very double
// that weight() returns.
// Source: two-stage scoring and its measured effect: docs/performance.md. Tested by tests/matcher/batch_scorer_test.cc
// against CompiledModel::weight().
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "base/huge_pages.h"
#include "matcher/compiled_model.h"
#include "models/packed_records.h"

namespace gmpi {

class BatchScorer {
 private:
  using LevelNumber = std::uint16_t;
  /// What stage one makes of a pattern of equal and missing terms.
  struct Outcome {
    double bound = 0;        // most that the comparison can add to the weight
    LevelNumber level = 0;  // the level, or the first that texts have to decide, or that none holds
    bool certain = false;
    bool adjusts = false;    // certain, and adjusts for frequency
  };

 public:
  /// Most pairs of one call.
  static constexpr std::size_t kPairsMax = 256;
  /// Stands for "below weight_min": a weight that was not computed.
  static constexpr MatchWeight kBelow = std::numeric_limits<MatchWeight>::quiet_NaN();

  /// What one thread works with.
  class Worker {
   public:
    Worker(Worker&&) = default;

   private:
    friend class BatchScorer;
    Worker() = default;
    std::vector<std::vector<std::uint64_t>> memo_;  // by comparison: a mixed pair of values and its level
    std::vector<LevelNumber> levels_;              // by pending pair and comparison
    std::vector<const Outcome*> outcomes_;          // likewise
    std::vector<double> bounds_;                    // by pending pair
    std::vector<std::uint16_t> pending_;            // positions of pairs
  };

  /// A picture of the model and of the records packed so far; both must outlive it unchanged.
  /// Cost: O(rows x terms), on all cores; memory 4 bytes a row and term, padded to 16.
  BatchScorer(const CompiledModel& model, const PackedRecords& records);

  Worker worker() const;

  /// weights[i] = the weight of pairs[i], or kBelow, which it is only when that weight is below `weight_min`.
  /// Requires pairs.size() <= kPairsMax and weights of that size. Threads: any, each with its own worker.
  void score(std::span<const RowPair> pairs, MatchWeight weight_min, Worker& worker,
             std::span<MatchWeight> weights) const;

  /// The levels alone, for training: levels[i * comparisons + c] = CompiledModel::level_of(c, left, right) of pairs[i],
  /// -1 when none holds. Requires levels of pairs.size() x comparisons. Threads: any, each with its own worker.
  void levels(std::span<const RowPair> pairs, Worker& worker, std::span<std::int16_t> levels) const;
  /// The level of one comparison, without a memo: for pairs of values that do not repeat.
  int level_of(std::size_t comparison, RowPair pair) const;
  /// CompiledModel::tf_adjustment_of().
  std::optional<double> tf_adjustment_of(std::size_t comparison, int level, RowPair pair) const;

 private:
  using Level = CompiledModel::Level;

  static constexpr LevelNumber kNoLevel = 0xffff;
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  struct Slot {
    ColumnId column = 0;
    std::optional<TermId> term;  // nothing: the column's own value
    bool operator==(const Slot&) const = default;
  };
  struct ScoredComparison {
    const std::vector<Level>* levels = nullptr;
    unsigned shift = 0;                  // of its terms in a line
    unsigned terms = 0;
    std::vector<Outcome> outcomes;       // by pattern: bits of equal terms, of terms missing left, missing right
    std::vector<double> adjustment_max;  // by level
    std::vector<LevelNumber> run_end;    // by level: the last of those that ask one measure for less and less
    std::size_t memo_slot = kNone;       // in a line: the value of the one column it reads; kNone: it reads several
  };
  struct TfTable {
    std::span<const double> log2_by_value;
    std::size_t slot = 0;  // in a line
  };
  /// What the first stage reads of a comparison.
  struct Lookup {
    unsigned shift = 0, terms = 0;
    std::uint64_t mask = 0;
    const double* bounds = nullptr;  // of the outcomes
  };
  /// Bit i: term i of two lines.
  struct Patterns {
    std::uint64_t equal = 0, missing_left = 0, missing_right = 0;
  };
  class PatternReader;

  const ValueId* line(RowId row) const { return lines_.data() + std::size_t{row} * stride_; }
  void add_comparison(std::size_t index);
  std::size_t slot_of_column(ColumnId column);
  double adjustment_max(const Level& level) const;
  static bool asks_for_less(const Level& level, const Level& next);
  Slot slot_for(TermId term) const;
  Outcome outcome_of(const ScoredComparison& comparison, std::span<const TermId> terms, unsigned pattern) const;
  void order_comparisons();
  void make_lookups();
  void fill_lines();

  static std::size_t pattern_of(const Lookup& lookup, const Patterns& patterns);
  const Outcome& outcome_for(std::size_t comparison, const Patterns& patterns) const;
  bool none_holds(const Patterns& patterns) const;
  Patterns compare_lines(const ValueId* left, const ValueId* right) const;
  std::optional<double> known_adjustment(const Level& level, const ValueId* left, const ValueId* right) const;
  double adjustment(const Level& level, const ValueId* left, const ValueId* right) const;
  LevelNumber find_level(std::size_t comparison, LevelNumber first, RowPair pair, Worker& worker) const;
  LevelNumber compare_texts(std::size_t comparison, LevelNumber first, RowPair pair) const;
  void first_stage(std::span<const RowPair> pairs, MatchWeight weight_min, Worker& worker,
                   std::span<MatchWeight> weights) const;
  MatchWeight second_stage(RowPair pair, std::size_t position, MatchWeight weight_min, Worker& worker) const;
  MatchWeight sum(const LevelNumber* levels, const ValueId* left, const ValueId* right) const;

  const CompiledModel& model_;
  const PackedRecords& records_;
  std::vector<ScoredComparison> comparisons_;
  std::vector<Lookup> lookups_;       // by comparison
  std::vector<double> bounds_;        // of all outcomes
  std::vector<TfTable> tf_tables_;
  std::vector<std::size_t> order_;    // of comparisons in the second stage
  std::vector<Slot> slots_;           // what stands at each place of a line; what is compared comes first
  std::size_t compared_slots_ = 0;
  std::size_t stride_ = 0;             // the last two places of a line hold the bits of what is missing
  LargeVector<ValueId> lines_;
};

}  // namespace gmpi
