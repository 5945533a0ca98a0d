#include "apps/pair_writer.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include "base/csv.h"
#include "base/random.h"

namespace gmpi {

namespace {

constexpr unsigned kKnownBits = 12;  // 256 KiB a worker
constexpr std::size_t kBlockBytes = 16 << 10;
constexpr std::size_t kRuleMost = 8;
constexpr std::size_t kLineMost = 64 + kRuleMost;  // without its ids

/// The column whose frequencies a comparison uses; Splink allows one.
std::string tf_column_of(const Comparison& comparison) {
  for (const auto& level : comparison.levels)
    if (adjusts_for_frequency(level)) return level.tf_column;
  return {};
}

/// What Splink writes where the file names no prefix: version 3 files need not.
std::string weight_prefix_of(const LinkageModel& model) {
  static const std::string kOfVersion5 = LinkageModel().weight_prefix;
  return model.arithmetic != ModelArithmetic::kV5 && model.weight_prefix == kOfVersion5 ? "bf_" : model.weight_prefix;
}

bool needs_quotes(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c == ',' || c == '"' || c == '\n' || c == '\r'; });
}

void append_known(std::string& row, std::optional<double> number) {
  row += ',';
  if (number) append_number(row, *number);
}

}  // namespace

PairWriter::PairWriter(const LinkSet& set, const LinkageModel& model, MatchWeight weight_min, bool explain,
                       std::size_t workers)
    : set_(set), model_(model), weight_min_(weight_min), explain_(explain), known_(workers) {
  for (const auto& comparison : model.comparisons) tf_columns_.push_back(tf_column_of(comparison));
  tbb::parallel_for(tbb::blocked_range<RowId>(0, static_cast<RowId>(set.ids.size()), 4096), [&](const auto& range) {
    for (RowId row = range.begin(); row != range.end(); ++row)
      if (needs_quotes(set.ids[row])) ids_are_plain_ = false;
  });
}

std::string PairWriter::header() const {
  std::string out = "id_l,id_r,match_weight,match_probability,match_key";
  const std::string prefix = weight_prefix_of(model_);
  for (std::size_t i = 0; explain_ && i < tf_columns_.size(); ++i) {
    const std::string& name = model_.comparisons[i].output_column_name;
    append_csv_field(out += ',', model_.gamma_prefix + name);
    if (!tf_columns_[i].empty())
      for (const auto* side : {"_l", "_r"}) append_csv_field(out += ',', model_.tf_prefix + tf_columns_[i] + side);
    append_csv_field(out += ',', prefix + name);
    if (!tf_columns_[i].empty()) append_csv_field(out += ',', prefix + "tf_adj_" + name);
  }
  return out;
}

void PairWriter::append(std::span<const BatchPair> pairs, std::size_t worker, std::string& rows) {
  auto& known = known_[worker];
  known.resize(std::size_t{1} << kKnownBits);
  // What is read of each pair is asked for before the first is used.
  for (const BatchPair& pair : pairs) set_.ids.prefetch(pair.left), set_.ids.prefetch(pair.right);
  for (const BatchPair& pair : pairs) set_.ids.prefetch_text(pair.left), set_.ids.prefetch_text(pair.right);
  std::array<char, kBlockBytes> block;
  std::size_t used = 0;
  for (const BatchPair& pair : pairs) {
    if (!(pair.decision.weight >= weight_min_)) continue;
    const WeightText& weight = text_of(pair.decision.weight, known);
    const std::string_view left = set_.ids[pair.left], right = set_.ids[pair.right];
    const std::size_t most = left.size() + right.size() + kLineMost;
    if (used + most > block.size()) rows.append(block.data(), std::exchange(used, 0));
    if (explain_ || !ids_are_plain_ || most > block.size()) {
      append_pair(pair, weight, rows);
      continue;
    }
    char* at = block.data() + used;
    const auto put = [&](const char* text, std::size_t size) { std::memcpy(at, text, size), at += size; };
    put(left.data(), left.size());
    *at++ = ',';
    put(right.data(), right.size());
    put(weight.text.data(), weight.size);
    at = std::to_chars(at, at + kRuleMost, pair.rule).ptr;
    *at++ = '\n';
    used = static_cast<std::size_t>(at - block.data());
  }
  rows.append(block.data(), used);
}

const PairWriter::WeightText& PairWriter::text_of(MatchWeight weight, std::span<WeightText> known) {
  WeightText& slot = known[mix64(std::bit_cast<std::uint64_t>(weight)) >> (64 - kKnownBits)];
  if (std::bit_cast<std::uint64_t>(slot.weight) == std::bit_cast<std::uint64_t>(weight)) return slot;
  slot.weight = weight;
  char* at = slot.text.data();
  char* const end = at + slot.text.size();
  for (const double number : {weight, match_probability(weight)}) {
    *at++ = ',';
    at = std::to_chars(at, end, number).ptr;
  }
  *at++ = ',';
  slot.size = static_cast<std::uint8_t>(at - slot.text.data());
  return slot;
}

void PairWriter::append_pair(const BatchPair& pair, const WeightText& weight, std::string& rows) const {
  const std::string_view left_id = set_.ids[pair.left], right_id = set_.ids[pair.right];
  append_csv_field(rows, left_id);
  rows += ',';
  append_csv_field(rows, right_id);
  rows.append(weight.text.data(), weight.size);
  char rule[8];
  rows.append(rule, std::to_chars(rule, rule + sizeof rule, pair.rule).ptr);
  if (explain_) {
    const RecordView left = set_.records->view(pair.left), right = set_.records->view(pair.right);
    const ScoredPair scored = set_.model->score(left, right);
    for (std::size_t i = 0; i < scored.comparisons.size(); ++i)
      append_comparison(rows, i, scored.comparisons[i], left, right);
  }
  rows += '\n';
}

void PairWriter::append_comparison(std::string& row, std::size_t comparison, const ComparisonOutcome& outcome,
                                   RecordView left, RecordView right) const {
  const bool factors = model_.arithmetic != ModelArithmetic::kV5;
  const auto contribution = [&](double bits) -> std::optional<double> {
    if (outcome.level < 0) return std::nullopt;
    return factors ? std::exp2(bits) : bits;
  };
  row += ',';
  if (outcome.level >= 0) row += std::to_string(outcome.gamma);
  const std::string& column = tf_columns_[comparison];
  if (!column.empty()) {
    append_known(row, set_.model->frequency(column, left));
    append_known(row, set_.model->frequency(column, right));
  }
  append_known(row, contribution(outcome.weight));
  if (!column.empty()) append_known(row, contribution(outcome.tf_adjustment));
}

}  // namespace gmpi
