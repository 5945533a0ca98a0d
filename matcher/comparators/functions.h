// matcher/comparators/functions.h - the comparators under their SQL names, for the evaluator of
// models/sql_evaluate.h.
#pragma once

#include <optional>
#include <string_view>

#include "models/sql_evaluate.h"

namespace gmpi {

/// jaro_similarity, jaro_winkler_similarity, levenshtein, damerau_levenshtein, hamming, jaccard,
/// array_cosine_similarity, list_cosine_similarity. Errors as PairFunction says. Any thread.
const PairFunction& pair_functions();

/// The number of arguments of a comparator; absent when there is none of that name.
std::optional<Arity> pair_function_arity(std::string_view name);

}  // namespace gmpi
