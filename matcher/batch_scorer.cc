#include "matcher/batch_scorer.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <numeric>
#include <set>
#include <string>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include "base/random.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gmpi {

namespace {

constexpr std::size_t kTermsMax = 4;   // of one comparison in a pattern: 3 bits a term index its table
constexpr std::size_t kSlotsMax = 64;  // of all comparisons: bits of Patterns
constexpr std::size_t kTabledLevelsMax = 64;  // a comparison of more levels is left to the second stage
constexpr unsigned kMemoBits = 14;
constexpr std::uint64_t kMemoUsed = 1 << 13;  // a slot's bits below hold the level, those above the rest of the pair
static_assert(kMemoUsed < std::uint64_t{1} << kMemoBits);
constexpr std::size_t kPrefetchAhead = 20;
constexpr std::size_t kMissingPlaces = 2;  // 64 bits in places of 32
constexpr double kRounding = 1e-6;  // far above what sums in another order differ by

/// Truth values that a condition may still have, as bits.
using Truths = unsigned;
constexpr Truths kMaybeFalse = 1, kMaybeTrue = 2, kMaybeNull = 4, kAny = 7;

Truths negation(Truths truths) {
  return ((truths & kMaybeFalse) << 1) | ((truths & kMaybeTrue) >> 1) | (truths & kMaybeNull);
}

/// SQL's AND of what both may be.
Truths conjunction(Truths a, Truths b) {
  Truths out = 0;
  if ((a | b) & kMaybeFalse) out |= kMaybeFalse;
  if (a & b & kMaybeTrue) out |= kMaybeTrue;
  if (((a & kMaybeNull) && (b & (kMaybeNull | kMaybeTrue))) || ((b & kMaybeNull) && (a & kMaybeTrue)))
    out |= kMaybeNull;
  return out;
}

std::size_t stride_for(std::size_t slots) {
  std::size_t stride = 4;
  while (stride < slots && stride < 16) stride *= 2;
  return stride < slots ? (slots + 15) / 16 * 16 : stride;
}

}  // namespace

/// Reads conditions with nothing known but which of some terms are equal and which are missing.
class BatchScorer::PatternReader {
 public:
  using Condition = CompiledCondition;

  PatternReader(std::span<const TermId> terms, unsigned pattern) : terms_(terms), pattern_(pattern) {}

  Truths truths(const Condition& condition) const { return truths(condition, condition.root_); }

  /// Terms that equality and null tests of the condition read, then those that texts are read from.
  static void collect_terms(const Condition& condition, bool of_texts, std::vector<TermId>& terms) {
    for (const auto& node : condition.nodes_) {
      const bool cheap = node.op == Condition::Op::kIsNull || node.op == Condition::Op::kEqualIds;
      if (cheap == of_texts || (!cheap && !is_null_of_missing(node.op)) || node.first != node.second) continue;
      if (std::find(terms.begin(), terms.end(), node.first) == terms.end()) terms.push_back(node.first);
    }
  }

 private:
  static bool is_null_of_missing(Condition::Op op) {
    using Op = Condition::Op;
    return op == Op::kEqualTexts || op == Op::kAtLeast || op == Op::kAtMost || op == Op::kDifferenceAtMost ||
           op == Op::kDifferenceAtLeast;
  }

  bool bit(unsigned group, std::size_t term) const {
    return (pattern_ >> (group * terms_.size() + term)) & 1u;
  }
  std::optional<std::size_t> position(TermId term) const {
    const auto found = std::find(terms_.begin(), terms_.end(), term);
    if (found == terms_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - terms_.begin());
  }

  Truths truths(const Condition& condition, std::uint16_t index) const {
    using Op = Condition::Op;
    const auto& node = condition.nodes_[index];
    switch (node.op) {
      case Op::kConstant:
        return node.constant == Truth::kNull ? kMaybeNull : node.constant == Truth::kTrue ? kMaybeTrue : kMaybeFalse;
      case Op::kNot: return negation(truths(condition, node.children[0]));
      case Op::kAnd: return all_of(condition, node.children, [](Truths t) { return t; });
      case Op::kOr: return negation(all_of(condition, node.children, negation));
      case Op::kIsNull: {
        const auto at = position(node.first);
        if (!at) return kAny;
        return bit(node.side == Side::kLeft ? 1 : 2, *at) ? kMaybeTrue : kMaybeFalse;
      }
      default: return truths_of_pair(node);
    }
  }

  template <class Change>
  Truths all_of(const Condition& condition, const std::vector<std::uint16_t>& children, Change change) const {
    Truths out = kMaybeTrue;
    for (const auto child : children) out = conjunction(out, change(truths(condition, child)));
    return out;
  }

  Truths truths_of_pair(const Condition::Node& node) const {
    if (node.op != Condition::Op::kEqualIds && !is_null_of_missing(node.op)) return kAny;
    const auto at = position(node.first);
    if (!at || node.first != node.second) return kAny;
    if (bit(1, *at) || bit(2, *at)) return kMaybeNull;
    if (node.op != Condition::Op::kEqualIds) return kAny;
    return bit(0, *at) ? kMaybeTrue : kMaybeFalse;
  }

  std::span<const TermId> terms_;
  unsigned pattern_;
};

BatchScorer::BatchScorer(const CompiledModel& model, const PackedRecords& records)
    : model_(model), records_(records) {
  for (std::size_t i = 0; i < model_.comparisons_.size(); ++i) add_comparison(i);
  compared_slots_ = slots_.size();
  for (const auto& column : model_.tf_columns_)
    tf_tables_.push_back({column.log2_by_value, slot_of_column(records_.term_column(column.term))});
  for (std::size_t i = 0; i < comparisons_.size(); ++i) {
    std::set<std::string> columns;
    for (const auto& level : model_.model().comparisons[i].levels)
      if (!level.is_else)
        for (auto& name : columns_of(level.condition, Side::kNone)) columns.insert(std::move(name));
    if (columns.size() == 1) comparisons_[i].memo_slot = slot_of_column(*records_.find_column(*columns.begin()));
  }
  order_comparisons();
  make_lookups();
  fill_lines();
}

void BatchScorer::make_lookups() {
  std::size_t count = 0;
  for (const auto& comparison : comparisons_) count += comparison.outcomes.size();
  bounds_.reserve(count);  // before any pointer into it
  for (const auto& comparison : comparisons_) {
    lookups_.push_back({.shift = comparison.terms == 0 ? 0 : comparison.shift,  // it may stand behind the last of 64
                        .terms = comparison.terms,
                        .mask = (std::uint64_t{1} << comparison.terms) - 1,
                        .bounds = bounds_.data() + bounds_.size()});
    for (const Outcome& outcome : comparison.outcomes) bounds_.push_back(outcome.bound);
  }
}

void BatchScorer::add_comparison(std::size_t index) {
  ScoredComparison out;
  out.levels = &model_.comparisons_[index].levels;
  std::vector<TermId> terms;
  for (const bool of_texts : {false, true})
    for (const Level& level : *out.levels) PatternReader::collect_terms(level.condition, of_texts, terms);
  if (out.levels->size() > kTabledLevelsMax) terms.clear();
  terms.resize(std::min({terms.size(), kTermsMax, kSlotsMax - slots_.size()}));
  out.shift = static_cast<unsigned>(slots_.size());
  out.terms = static_cast<unsigned>(terms.size());
  for (const TermId term : terms) slots_.push_back(slot_for(term));
  for (const Level& level : *out.levels) out.adjustment_max.push_back(adjustment_max(level));
  const std::size_t count = out.levels->size();
  out.run_end.resize(count);
  for (std::size_t i = count; i-- > 0;)
    out.run_end[i] = i + 1 < count && asks_for_less((*out.levels)[i], (*out.levels)[i + 1])
                         ? out.run_end[i + 1]
                         : static_cast<LevelNumber>(i);
  for (unsigned pattern = 0; pattern < 1u << (3 * terms.size()); ++pattern)
    out.outcomes.push_back(outcome_of(out, terms, pattern));
  comparisons_.push_back(std::move(out));
}

/// True when `level` cannot hold where `next` does not: f(a, b) >= 0.9 before f(a, b) >= 0.8.
bool BatchScorer::asks_for_less(const Level& level, const Level& next) {
  if (level.is_else || next.is_else) return false;
  const auto& a = level.condition.nodes_[level.condition.root_];
  const auto& b = next.condition.nodes_[next.condition.root_];
  if (a.op != b.op || a.first != b.first || a.second != b.second || a.right_first != b.right_first) return false;
  if (a.op == CompiledCondition::Op::kAtLeast) return a.at_least == b.at_least && a.threshold >= b.threshold;
  return a.op == CompiledCondition::Op::kAtMost && a.at_most == b.at_most && a.count <= b.count;
}

BatchScorer::Slot BatchScorer::slot_for(TermId term) const {
  const ColumnId column = records_.term_column(term);
  if (records_.term_expression(term).kind == ExpressionKind::kColumn) return {column, std::nullopt};
  return {column, term};
}

std::size_t BatchScorer::slot_of_column(ColumnId column) {
  const Slot wanted{column, std::nullopt};
  auto found = std::find(slots_.begin(), slots_.end(), wanted);
  if (found == slots_.end()) found = slots_.insert(slots_.end(), wanted);
  return static_cast<std::size_t>(found - slots_.begin());
}

/// Most that the frequencies known can add to a level.
double BatchScorer::adjustment_max(const Level& level) const {
  double most = 0;
  if (level.tf_column < 0) return most;
  for (const double log2_frequency : model_.tf_columns_[static_cast<std::size_t>(level.tf_column)].log2_by_value)
    if (!std::isnan(log2_frequency))
      most = std::max(most, level.tf_weight * (level.log2_u_exact - std::fmax(log2_frequency, level.log2_minimum_u)));
  return most;
}

BatchScorer::Outcome BatchScorer::outcome_of(const ScoredComparison& comparison, std::span<const TermId> terms,
                                             unsigned pattern) const {
  const PatternReader reader(terms, pattern);
  std::optional<LevelNumber> first_possible;
  double bound = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < comparison.levels->size(); ++i) {
    const Level& level = (*comparison.levels)[i];
    const Truths truths = level.is_else ? kMaybeTrue : reader.truths(level.condition);
    if (!(truths & kMaybeTrue)) continue;
    const bool certain = truths == kMaybeTrue;
    bound = std::max(bound, level.weight + comparison.adjustment_max[i]);
    if (certain && !first_possible)
      return {.bound = bound, .level = static_cast<LevelNumber>(i), .certain = true, .adjusts = level.tf_column >= 0};
    if (!first_possible) first_possible = static_cast<LevelNumber>(i);
    if (certain) return {.bound = bound, .level = *first_possible};
  }
  if (!first_possible) return {.bound = bound, .level = kNoLevel, .certain = true};
  return {.bound = bound, .level = *first_possible};
}

/// First the comparisons whose texts can take most from the bound.
void BatchScorer::order_comparisons() {
  std::vector<double> gap;
  for (const auto& comparison : comparisons_) {
    double least = 0, most = 0;
    for (const auto& level : *comparison.levels) least = std::min(least, level.weight);
    for (const auto& outcome : comparison.outcomes)
      if (!outcome.certain) most = std::max(most, outcome.bound);
    gap.push_back(most - least);
  }
  order_.resize(comparisons_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return gap[a] > gap[b]; });
}

void BatchScorer::fill_lines() {
  stride_ = stride_for(slots_.size() + kMissingPlaces);
  lines_.assign(records_.rows() * stride_, kMissing);
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, records_.rows(), 4096), [&](const auto& range) {
    for (std::size_t row = range.begin(); row != range.end(); ++row) {
      const RecordView record = records_.view(static_cast<RowId>(row));
      ValueId* line = lines_.data() + row * stride_;
      for (std::size_t i = 0; i < slots_.size(); ++i)
        line[i] = slots_[i].term ? records_.term_id(*slots_[i].term, record) : record.line[slots_[i].column];
      std::uint64_t missing = 0;
      for (std::size_t i = 0; i < compared_slots_; ++i) missing |= std::uint64_t{line[i] == kMissing} << i;
      std::memcpy(line + stride_ - kMissingPlaces, &missing, sizeof missing);
    }
  });
}

BatchScorer::Worker BatchScorer::worker() const {
  Worker worker;
  worker.memo_.resize(comparisons_.size());
  for (std::size_t i = 0; i < comparisons_.size(); ++i)
    if (comparisons_[i].memo_slot != kNone) worker.memo_[i].resize(std::size_t{1} << kMemoBits);
  worker.levels_.resize(kPairsMax * comparisons_.size());
  worker.outcomes_.resize(kPairsMax * comparisons_.size());
  worker.bounds_.resize(kPairsMax);
  worker.pending_.reserve(kPairsMax);
  return worker;
}

inline BatchScorer::Patterns BatchScorer::compare_lines(const ValueId* left, const ValueId* right) const {
  Patterns patterns;
  for (std::size_t i = 0; i < compared_slots_; i += 4) {
#if defined(__SSE2__)
    const __m128i l = _mm_loadu_si128(reinterpret_cast<const __m128i*>(left + i));
    const __m128i r = _mm_loadu_si128(reinterpret_cast<const __m128i*>(right + i));
    const int equal = _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(l, r)));
    patterns.equal |= static_cast<std::uint64_t>(static_cast<unsigned>(equal)) << i;
#else
    for (std::size_t k = i; k < i + 4; ++k) patterns.equal |= std::uint64_t{left[k] == right[k]} << k;
#endif
  }
  std::memcpy(&patterns.missing_left, left + stride_ - kMissingPlaces, sizeof patterns.missing_left);
  std::memcpy(&patterns.missing_right, right + stride_ - kMissingPlaces, sizeof patterns.missing_right);
  return patterns;
}

inline std::size_t BatchScorer::pattern_of(const Lookup& lookup, const Patterns& patterns) {
  const auto group = [&](std::uint64_t bits) { return (bits >> lookup.shift) & lookup.mask; };
  return group(patterns.equal) | group(patterns.missing_left) << lookup.terms |
         group(patterns.missing_right) << (2 * lookup.terms);
}

inline const BatchScorer::Outcome& BatchScorer::outcome_for(std::size_t comparison, const Patterns& patterns) const {
  return comparisons_[comparison].outcomes[pattern_of(lookups_[comparison], patterns)];
}

bool BatchScorer::none_holds(const Patterns& patterns) const {
  for (std::size_t i = 0; i < comparisons_.size(); ++i) {
    const Outcome& outcome = outcome_for(i, patterns);
    if (outcome.certain && outcome.level == kNoLevel) return true;
  }
  return false;
}

inline std::optional<double> BatchScorer::known_adjustment(const Level& level, const ValueId* left,
                                                           const ValueId* right) const {
  if (level.tf_column < 0) return std::nullopt;
  const TfTable& table = tf_tables_[static_cast<std::size_t>(level.tf_column)];
  const auto log2_frequency = [&](ValueId value) {
    return value < table.log2_by_value.size() ? table.log2_by_value[value] : kBelow;
  };
  const double l = log2_frequency(left[table.slot]), r = log2_frequency(right[table.slot]);
  if (std::isnan(l) && std::isnan(r)) return std::nullopt;
  return level.tf_weight * (level.log2_u_exact - std::fmax(std::fmax(l, r), level.log2_minimum_u));
}

inline double BatchScorer::adjustment(const Level& level, const ValueId* left, const ValueId* right) const {
  return known_adjustment(level, left, right).value_or(0);
}

BatchScorer::LevelNumber BatchScorer::compare_texts(std::size_t comparison, LevelNumber first, RowPair pair) const {
  const auto& levels = *comparisons_[comparison].levels;
  const RecordView left = records_.view(pair.left), right = records_.view(pair.right);
  const auto holds = [&](std::size_t i) {
    return levels[i].is_else || levels[i].condition.is_true(records_, left, right);
  };
  for (std::size_t i = first; i < levels.size(); ++i) {
    const std::size_t weakest = comparisons_[comparison].run_end[i];
    if (!holds(weakest)) {
      i = weakest;
      continue;
    }
    while (i < weakest && !holds(i)) ++i;
    return static_cast<LevelNumber>(i);
  }
  return kNoLevel;
}

/// The memo's slot is part of the mixed pair of values and the rest of it stands in the slot, so that a hit is certain.
BatchScorer::LevelNumber BatchScorer::find_level(std::size_t comparison, LevelNumber first, RowPair pair, Worker& worker) const {
  const std::size_t at = comparisons_[comparison].memo_slot;
  if (at == kNone) return compare_texts(comparison, first, pair);
  const std::uint64_t mixed = mix64(std::uint64_t{line(pair.left)[at]} << 32 | line(pair.right)[at]);
  std::uint64_t& slot = worker.memo_[comparison][mixed >> (64 - kMemoBits)];
  const std::uint64_t tag = mixed << kMemoBits;  // its low bits are free for the level
  if ((slot & ~(kMemoUsed - 1)) == (tag | kMemoUsed)) return static_cast<LevelNumber>(slot & (kMemoUsed - 1));
  const LevelNumber level = compare_texts(comparison, first, pair);
  if (level < kMemoUsed) slot = tag | kMemoUsed | level;
  return level;
}

MatchWeight BatchScorer::sum(const LevelNumber* levels, const ValueId* left, const ValueId* right) const {
  double sum = model_.prior_weight_;
  for (std::size_t i = 0; i < comparisons_.size(); ++i) {
    const Level& level = (*comparisons_[i].levels)[levels[i]];
    sum += level.weight;
    sum += adjustment(level, left, right);
  }
  return model_.clamped(sum);
}

void BatchScorer::first_stage(std::span<const RowPair> pairs, MatchWeight weight_min, Worker& worker,
                              std::span<MatchWeight> weights) const {
  const std::size_t count = comparisons_.size();
  const auto prefetch = [&](std::size_t p) {
    if (p >= pairs.size()) return;
    __builtin_prefetch(line(pairs[p].left));
    __builtin_prefetch(line(pairs[p].right));
  };
  for (std::size_t p = 0; p < kPrefetchAhead; ++p) prefetch(p);
  const double cut = weight_min - kRounding;
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    prefetch(p + kPrefetchAhead);
    const ValueId *left = line(pairs[p].left), *right = line(pairs[p].right);
    const Patterns patterns = compare_lines(left, right);
    double bound = model_.prior_weight_;
    for (const Lookup& lookup : lookups_) bound += lookup.bounds[pattern_of(lookup, patterns)];
    if (bound < cut) {
      // A comparison without a level bounds the sum by minus infinity; so may a level.
      weights[p] = std::isinf(bound) && none_holds(patterns) ? model_.weight_of_no_level() : kBelow;
      continue;
    }
    LevelNumber* levels = worker.levels_.data() + worker.pending_.size() * count;
    const Outcome** outcomes = worker.outcomes_.data() + worker.pending_.size() * count;
    bool certain = true, no_level = false;
    for (std::size_t i = 0; i < count; ++i) {
      const Outcome& outcome = outcome_for(i, patterns);
      outcomes[i] = &outcome;
      levels[i] = outcome.level;
      certain &= outcome.certain;
      no_level |= outcome.certain && outcome.level == kNoLevel;
    }
    if (no_level) {
      weights[p] = model_.weight_of_no_level();
    } else if (certain) {
      weights[p] = sum(levels, left, right);
    } else {
      records_.prefetch(pairs[p].left);
      records_.prefetch(pairs[p].right);
      worker.bounds_[worker.pending_.size()] = bound;
      worker.pending_.push_back(static_cast<std::uint16_t>(p));
    }
  }
}

MatchWeight BatchScorer::second_stage(RowPair pair, std::size_t position, MatchWeight weight_min,
                                      Worker& worker) const {
  const ValueId *left = line(pair.left), *right = line(pair.right);
  LevelNumber* levels = worker.levels_.data() + position * comparisons_.size();
  const Outcome* const* outcomes = worker.outcomes_.data() + position * comparisons_.size();
  const auto level_at = [&](std::size_t i) -> const Level& { return (*comparisons_[i].levels)[levels[i]]; };
  double bound = worker.bounds_[position];
  for (std::size_t i = 0; i < comparisons_.size(); ++i)
    if (outcomes[i]->adjusts)
      bound += adjustment(level_at(i), left, right) - comparisons_[i].adjustment_max[levels[i]];
  if (bound < weight_min - kRounding) return kBelow;
  for (const std::size_t i : order_) {
    if (outcomes[i]->certain) continue;
    levels[i] = find_level(i, outcomes[i]->level, pair, worker);
    if (levels[i] == kNoLevel) return model_.weight_of_no_level();
    bound += level_at(i).weight + adjustment(level_at(i), left, right) - outcomes[i]->bound;
    if (bound < weight_min - kRounding) return kBelow;
  }
  return sum(levels, left, right);
}

void BatchScorer::score(std::span<const RowPair> pairs, MatchWeight weight_min, Worker& worker,
                        std::span<MatchWeight> weights) const {
  assert(pairs.size() <= kPairsMax && pairs.size() == weights.size());
  // Splink 4 lifts a weight that is lower still to this one.
  if (weight_min <= model_.weight_of_no_level()) weight_min = -std::numeric_limits<double>::infinity();
  worker.pending_.clear();
  first_stage(pairs, weight_min, worker, weights);
  for (std::size_t i = 0; i < worker.pending_.size(); ++i)
    weights[worker.pending_[i]] = second_stage(pairs[worker.pending_[i]], i, weight_min, worker);
}

void BatchScorer::levels(std::span<const RowPair> pairs, Worker& worker, std::span<std::int16_t> levels) const {
  const std::size_t count = comparisons_.size();
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    if (p + kPrefetchAhead < pairs.size()) {
      __builtin_prefetch(line(pairs[p + kPrefetchAhead].left));
      __builtin_prefetch(line(pairs[p + kPrefetchAhead].right));
    }
    const Patterns patterns = compare_lines(line(pairs[p].left), line(pairs[p].right));
    for (std::size_t i = 0; i < count; ++i) {
      const Outcome& outcome = outcome_for(i, patterns);
      const LevelNumber level = outcome.certain ? outcome.level : find_level(i, outcome.level, pairs[p], worker);
      levels[p * count + i] = level == kNoLevel ? std::int16_t{-1} : static_cast<std::int16_t>(level);
    }
  }
}

int BatchScorer::level_of(std::size_t comparison, RowPair pair) const {
  const Outcome& outcome = outcome_for(comparison, compare_lines(line(pair.left), line(pair.right)));
  const LevelNumber level = outcome.certain ? outcome.level : compare_texts(comparison, outcome.level, pair);
  return level == kNoLevel ? -1 : static_cast<int>(level);
}

std::optional<double> BatchScorer::tf_adjustment_of(std::size_t comparison, int level, RowPair pair) const {
  return known_adjustment((*comparisons_[comparison].levels)[static_cast<std::size_t>(level)], line(pair.left),
                          line(pair.right));
}

}  // namespace gmpi
