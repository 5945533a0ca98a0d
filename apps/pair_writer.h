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
// Numbers are the shortest text that reads back as the same double. Rows come in no particular order.
// Tested by tests/e2e/splink_output_test.py.
#pragma once

#include <string>

#include "apps/csv_output.h"
#include "apps/link_set.h"

namespace gmpi {

class PairWriter {
 public:
  PairWriter(const LinkSet& set, const LinkageModel& model, MatchWeight weight_min, bool explain);

  std::string header() const;
  /// Writes the pair if it has the weight. Called on many threads, `worker` as CsvOutput wants it.
  void write(const BatchPair& pair, std::size_t worker, CsvOutput& out) const;

 private:
  void append_comparison(std::string& row, std::size_t comparison, const ComparisonOutcome& outcome, RecordView left,
                         RecordView right) const;

  const LinkSet& set_;
  const LinkageModel& model_;
  MatchWeight weight_min_;
  bool explain_;
  std::vector<std::string> tf_columns_;  // by comparison; "": it adjusts for none
};

}  // namespace gmpi
