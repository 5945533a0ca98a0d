// apps/pair_writer.h - scored pairs as a table with Splink's column names.
//
//     id_l,id_r,match_weight,match_probability,match_key
//
// match_key is the number of the first blocking rule that proposed the pair. With explanations, for each comparison C
// of the model (Splink's retain_intermediate_calculation_columns):
//
//     gamma_C                        level: -1 missing, else counted from the bottom; empty: no level holds
//     tf_COLUMN_l, tf_COLUMN_r       frequency of the value, where a level adjusts for it; empty: none known
//     mw_C, mw_tf_adj_C              bits of a model of Splink 5; models of 3 and 4: bf_C, bf_tf_adj_C, factors
//
// Numbers are the shortest text that reads back as the same double.
// Tested by tests/e2e/splink_output_test.py.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "apps/csv_output.h"
#include "apps/link_set.h"

namespace gmpi {

class PairWriter {
 public:
  PairWriter(const LinkSet& set, const LinkageModel& model, MatchWeight weight_min, bool explain, std::size_t workers);

  std::string header() const;
  /// Appends those of the pairs that have the weight. Called on many threads, each with its own worker number.
  void append(std::span<const BatchPair> pairs, std::size_t worker, std::string& rows);

 private:
  /// Records of one person and their namesakes repeat a few weights: their texts are kept.
  struct WeightText {
    MatchWeight weight = std::numeric_limits<MatchWeight>::quiet_NaN();
    std::uint8_t size = 0;
    std::array<char, 55> text;  // ",weight,probability,"
  };
  static_assert(sizeof(WeightText) == 64);

  void append_pair(const BatchPair& pair, const WeightText& weight, std::string& rows) const;
  static const WeightText& text_of(MatchWeight weight, std::span<WeightText> known);
  void append_comparison(std::string& row, std::size_t comparison, const ComparisonOutcome& outcome, RecordView left,
                         RecordView right) const;

  const LinkSet& set_;
  const LinkageModel& model_;
  MatchWeight weight_min_;
  bool explain_;
  std::atomic<bool> ids_are_plain_{true};              // none needs quotes
  std::vector<std::string> tf_columns_;                // by comparison; "": it adjusts for none
  std::vector<std::vector<WeightText>> known_;         // by worker
};

}  // namespace gmpi
