// models/linkage_model.h - a Fellegi-Sunter model: what is compared, how much each agreement weighs, which
// pairs are looked at. The content of a Splink model file, with each condition parsed.
//
// Model
// ├─ Comparison (one aspect of identity, e.g. date of birth)
// │   ├─ ComparisonLevel: missing        (is_null_level: no evidence either way)
// │   ├─ ComparisonLevel: equal          m = P(level | same person), u = P(level | different people)
// │   └─ ComparisonLevel: anything else
// └─ BlockingRule (which pairs are compared at all)
//
// Levels are ordered: the first whose condition is TRUE is the pair's level. Comparisons are assumed
// independent given match status, so dependent fields (town and postcode) share one comparison.
//
// Source: Fellegi & Sunter, "A Theory for Record Linkage", JASA 64 (1969); file format: Splink 3, 4 and 5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/condition.h"

namespace gmpi {

struct ComparisonLevel {
  std::string sql_condition;  // as in the file; "ELSE" for the last level
  std::string label;
  Expression condition;  // meaningless when is_else
  bool is_null_level = false;
  bool is_else = false;
  std::optional<double>
      m;  // absent: not trained or not observed (Splink then reloads its defaults, see model_file)
  std::optional<double> u;
  bool fix_m = false;
  bool fix_u = false;
  bool m_from_default = false;  // the file had no m; the value above is Splink's default for the position
  bool u_from_default = false;
  std::string tf_column;  // empty: no term-frequency adjustment
  double tf_weight = 1.0;
  double tf_minimum_u = 0.0;
  bool disable_tf_exact_match_detection = false;
};

struct Comparison {
  std::string output_column_name;
  std::string description;
  std::vector<ComparisonLevel> levels;
};

struct BlockingRule {
  std::string sql;
  Expression condition;
  std::vector<std::string> arrays_to_explode;
};

enum class LinkType : std::uint8_t { kDedupeOnly, kLinkOnly, kLinkAndDedupe };

/// The arithmetic of a Splink generation; they differ only in clamps (docs/linkage-model.md).
enum class ModelArithmetic : std::uint8_t { kV3, kV4, kV5 };

struct LinkageModel {
  LinkType link_type = LinkType::kDedupeOnly;
  ModelArithmetic arithmetic = ModelArithmetic::kV5;
  double prior = 0.0001;  // P(two random records match), in (0, 1)
  std::vector<Comparison> comparisons;
  std::vector<BlockingRule> blocking_rules;
  std::string unique_id_column = "unique_id";
  std::string source_column = "source_dataset";
  std::vector<std::string> additional_columns;
  bool retain_matching_columns = true;
  bool retain_intermediate_columns = false;
  double em_convergence = 0.0001;
  int max_iterations = 25;
  std::string weight_prefix = "mw_";
  std::string tf_prefix = "tf_";
  std::string gamma_prefix = "gamma_";
  std::vector<std::string> warnings;  // of reading: ignored salting, default m/u, switched-on tf weights ...
};

/// Relative frequency of each value of one column: count(value) / count(not null) where the model was
/// trained.
struct TermFrequencyTable {
  std::string column;
  std::vector<std::pair<std::string, double>> frequencies;  // in any order, values unique
};

/// True when a pair on this level is adjusted for how common the agreed value is.
bool adjusts_for_frequency(const ComparisonLevel& level);

/// u of the first level of `comparison` that is an exact match on `level`'s term-frequency column and nothing
/// else (in any case of letters), or the level's own u when it disables that search. Absent when there is no
/// such level.
std::optional<double> exact_match_u(const Comparison& comparison, const ComparisonLevel& level);

/// The level whose u that is, as an index into the comparison's levels. Requires level < number of levels.
std::optional<std::size_t> exact_match_level(const Comparison& comparison, std::size_t level);

/// The columns that must be equal for the level to hold, sorted, when its condition says that and nothing else
/// ("given_name_l = given_name_r AND surname_l = surname_r"); else none.
std::vector<std::string> exact_match_columns(const ComparisonLevel& level);

/// Columns any condition or term-frequency level reads, sorted, without repeats.
std::vector<std::string> columns_of(const LinkageModel& model);

}  // namespace gmpi
