// tests/reference/score.h - a pair scored as the model reads: each level's SQL evaluated, weights multiplied
// or added in the order of the generation that wrote the model. Slow on purpose; what compiled_model must
// equal.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "models/linkage_model.h"
#include "models/sql_value.h"

namespace gmpi::reference {

using Row = std::map<std::string, SqlValue>;  // a column not listed is NULL

/// Relative frequency of each value by column: count(value) / count(not null).
using Frequencies = std::map<std::string, std::map<std::string, double>>;

struct Score {
  std::vector<std::optional<int>>
      gammas;  // of each comparison: -1 null level, else counting down to 0; absent: none fits
  std::optional<double>
      match_weight;  // absent when some comparison fits no level; then log2(1e-300) in version 4
  std::optional<double> match_probability;
};

Frequencies count_frequencies(const LinkageModel& model, const std::vector<Row>& rows);

/// Errors: what a condition raises.
Result<Score> score(const LinkageModel& model, const Frequencies& frequencies, const Row& left,
                    const Row& right);

/// True, false or unknown: a condition for two rows.
Result<SqlValue> condition(const Expression& expression, const Row& left, const Row& right);

}  // namespace gmpi::reference
