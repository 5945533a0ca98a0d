#include "matcher/compiled_model.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace gmpi {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kSmallest = 1e-300;  // Splink 5 floors m and u here; Splink 4 clamps the Bayes factor here and at 1e300
const double kSmallestWeight = std::log2(kSmallest);
const double kLargestWeight = std::log2(1e300);

double level_weight(const ComparisonLevel& level) {
  if (level.is_null_level) return 0;
  return std::log2(std::max(level.m.value_or(0), kSmallest)) - std::log2(std::max(level.u.value_or(0), kSmallest));
}

}  // namespace

Result<CompiledModel::Level> CompiledModel::compile_level(const Comparison& comparison, std::size_t index) {
  const ComparisonLevel& source = comparison.levels[index];
  const auto where = [&] { return comparison.output_column_name + ", level " + std::to_string(index) + ": "; };
  Level level;
  level.is_else = source.is_else;
  level.is_null = source.is_null_level;
  level.weight = level_weight(source);
  if (!source.is_else) {
    auto condition = CompiledCondition::compile(source.condition, *records_);
    if (!condition) return make_error(condition.error().code, where() + condition.error().message);
    level.condition = std::move(*condition);
  }
  if (!adjusts_for_frequency(source)) return level;

  const auto u = exact_match_u(comparison, source);
  if (!u) return make_error(ErrorCode::kInvalidInput, where() + "no exact-match level on '" + source.tf_column +
                                                         "' to adjust term frequencies by");
  auto term = records_->add_term(
      {.kind = ExpressionKind::kColumn, .side = Side::kNone, .text = source.tf_column, .type = {}, .arguments = {}});
  if (!term) return make_error(term.error().code, where() + term.error().message);
  auto known = std::find_if(tf_columns_.begin(), tf_columns_.end(),
                            [&](const TfColumn& column) { return column.name == source.tf_column; });
  if (known == tf_columns_.end()) {
    TfColumn column;
    column.name = source.tf_column;
    column.term = *term;
    known = tf_columns_.insert(tf_columns_.end(), std::move(column));
  }
  level.tf_column = static_cast<std::int16_t>(known - tf_columns_.begin());
  level.tf_weight = source.tf_weight;
  level.log2_u_exact = std::log2(std::max(*u, kSmallest));
  level.log2_minimum_u =
      source.tf_minimum_u > 0 ? std::log2(source.tf_minimum_u) : -std::numeric_limits<double>::infinity();
  return level;
}

Result<CompiledModel> CompiledModel::compile(const LinkageModel& model, PackedRecords& records) {
  CompiledModel compiled;
  compiled.model_ = model;
  compiled.records_ = &records;
  compiled.prior_weight_ = weight_of_probability(model.prior);
  for (const auto& comparison : model.comparisons) {
    CompiledComparison out;
    for (std::size_t i = 0; i < comparison.levels.size(); ++i) {
      auto level = compiled.compile_level(comparison, i);
      if (!level) return level.error();
      out.levels.push_back(std::move(*level));
    }
    compiled.comparisons_.push_back(std::move(out));
  }
  return compiled;
}

void CompiledModel::use_frequencies(std::span<const TermFrequencyTable> tables) {
  for (const auto& table : tables)
    for (auto& column : tf_columns_)
      if (column.name == table.column) column.frozen = {table.frequencies.begin(), table.frequencies.end()};
  refresh();
}

void CompiledModel::count_frequencies() {
  for (auto& column : tf_columns_) {
    const ColumnId id = records_->term_column(column.term);
    std::vector<std::uint64_t> counts(records_->dictionary(id).size(), 0);
    for (RowId row = 0; row < records_->rows(); ++row) ++counts[records_->view(row).line[id]];
    const auto filled = static_cast<double>(records_->rows() - counts[kMissing]);
    column.log2_by_value.assign(counts.size(), kNone);
    for (std::size_t value = 1; value < counts.size(); ++value)
      if (counts[value] > 0) column.log2_by_value[value] = std::log2(static_cast<double>(counts[value]) / filled);
  }
}

void CompiledModel::refresh() {
  for (auto& column : tf_columns_) {
    const auto& dictionary = records_->dictionary(records_->term_column(column.term));
    for (auto value = column.log2_by_value.size(); value < dictionary.size(); ++value) {
      const auto found = value == kMissing ? column.frozen.end()
                                           : column.frozen.find(std::string(dictionary.text(static_cast<ValueId>(value))));
      column.log2_by_value.push_back(found == column.frozen.end() ? kNone : std::log2(found->second));
    }
  }
}

double CompiledModel::log2_frequency(const TfColumn& column, RecordView record) const {
  const ValueId value = records_->term_id(column.term, record);
  if (!(value & kOverlayBit)) return value < column.log2_by_value.size() ? column.log2_by_value[value] : kNone;
  const auto found = column.frozen.find(std::string(records_->term_text(column.term, record)));
  return found == column.frozen.end() ? kNone : std::log2(found->second);
}

std::optional<double> CompiledModel::known_tf_adjustment(const Level& level, RecordView left, RecordView right) const {
  if (level.tf_column < 0) return std::nullopt;
  const TfColumn& column = tf_columns_[static_cast<std::size_t>(level.tf_column)];
  const double l = log2_frequency(column, left), r = log2_frequency(column, right);
  if (std::isnan(l) && std::isnan(r)) return std::nullopt;
  // fmax takes the number when the other is NaN: SQL's coalesce of one side by the other.
  return level.tf_weight * (level.log2_u_exact - std::fmax(std::fmax(l, r), level.log2_minimum_u));
}

double CompiledModel::tf_adjustment(const Level& level, RecordView left, RecordView right) const {
  return known_tf_adjustment(level, left, right).value_or(0);
}

std::optional<double> CompiledModel::tf_adjustment_of(std::size_t comparison, int level, RecordView left,
                                                      RecordView right) const {
  return known_tf_adjustment(comparisons_[comparison].levels[static_cast<std::size_t>(level)], left, right);
}

std::optional<double> CompiledModel::frequency(std::string_view name, RecordView record) const {
  for (const auto& column : tf_columns_) {
    if (column.name != name) continue;
    const double known = log2_frequency(column, record);
    if (!std::isnan(known)) return std::exp2(known);
  }
  return std::nullopt;
}

int CompiledModel::find_level(const CompiledComparison& comparison, RecordView left, RecordView right) const {
  for (std::size_t i = 0; i < comparison.levels.size(); ++i)
    if (comparison.levels[i].is_else || comparison.levels[i].condition.is_true(*records_, left, right))
      return static_cast<int>(i);
  return -1;
}

MatchWeight CompiledModel::clamped(MatchWeight weight) const {
  if (model_.arithmetic != ModelArithmetic::kV4) return weight;
  return std::clamp(weight, kSmallestWeight, kLargestWeight);
}

MatchWeight CompiledModel::weight_of_no_level() const {
  // Splink 4 clamps with GREATEST, which passes over NULL.
  return model_.arithmetic == ModelArithmetic::kV4 ? kSmallestWeight : -std::numeric_limits<double>::infinity();
}

MatchWeight CompiledModel::weight(RecordView left, RecordView right) const {
  double sum = prior_weight_;
  for (const auto& comparison : comparisons_) {
    const int index = find_level(comparison, left, right);
    if (index < 0) return weight_of_no_level();
    const Level& level = comparison.levels[static_cast<std::size_t>(index)];
    sum += level.weight;
    sum += tf_adjustment(level, left, right);
  }
  return clamped(sum);
}

ScoredPair CompiledModel::score(RecordView left, RecordView right) const {
  ScoredPair scored;
  scored.prior_weight = prior_weight_;
  scored.weight = weight(left, right);
  for (const auto& comparison : comparisons_) {
    ComparisonOutcome outcome;
    const int index = find_level(comparison, left, right);
    outcome.level = static_cast<std::int16_t>(index);
    if (index >= 0) {
      const Level& level = comparison.levels[static_cast<std::size_t>(index)];
      const auto below = std::count_if(comparison.levels.begin() + index + 1, comparison.levels.end(),
                                       [](const Level& other) { return !other.is_null; });
      outcome.gamma = level.is_null ? std::int16_t{-1} : static_cast<std::int16_t>(below);
      outcome.weight = level.weight;
      outcome.tf_adjustment = tf_adjustment(level, left, right);
    }
    scored.comparisons.push_back(outcome);
  }
  return scored;
}

}  // namespace gmpi
