// linkage/suggest_model.h - from what columns are to what is compared: the model before it is trained.
//
// Each kind of column has its ladder of levels (names: equal, nearly equal, in each other's place, alike in sound,
// same initial ...; dates: equal, one slip, parts equal ...). A column that another nearly determines (the town of a
// postcode) shares its comparison, since their agreement is one piece of evidence and not two. Parameters are only a
// start; linkage/train_model.h learns them.
//
// Names of derived columns come from the kinds, not from the headers: a file with foreign or shuffled headers gets the
// same comparisons. Tested by tests/linkage/suggest_model_test.cc.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "models/derivation.h"
#include "models/linkage_model.h"
#include "models/packed_records.h"
#include "standardize/column_profile.h"

namespace gmpi {

/// What is taken from a table for linking.
struct SuggestedColumns {
  std::vector<Derivation> derivations;
  std::string record_id;  // header, or empty: rows are numbered
  std::string source;     // header, or empty
  std::vector<std::string> notes;  // columns left out, and why
};

/// Accuracy devices, each with its measured effect in docs/accuracy.md.
struct SuggestOptions {
  bool cross_names = true;       // given and family name in each other's place
  bool other_names = true;       // any family name of one against any of the other: previous names, aliases
  bool nicknames = true;         // forms of one given name
  bool sounds = true;            // double metaphone in names
  bool whole_address = true;     // number, street and flat in one comparison
  bool joint_places = true;      // a place that a postcode determines shares its comparison
  bool code_of_name = true;      // sex counts only where the given name does not tell it already
  bool term_frequencies = true;
  double frequency_floor_records = 5;  // tf_minimum_u: so many records of the file
};

/// Errors: kInvalidInput when nothing is left to tell people apart by.
Result<SuggestedColumns> suggest_columns(std::span<const ColumnProfile> profiles, const SuggestOptions& options = {});

/// Comparisons over derived columns; `records` holds the file, packed as RecordDeriver gives it. No blocking rules.
LinkageModel suggest_comparisons(std::span<const Derivation> derivations, const PackedRecords& records,
                                 const SuggestOptions& options);

/// Share of the entropy of column `b` that is left when `a` is known, in [0, 1]: 0 when `a` determines `b`.
/// Only values of `a` that many rows share say something (the records of one person agree with each other); 1 when
/// there are too few.
double entropy_left(const PackedRecords& records, ColumnId a, ColumnId b);

}  // namespace gmpi
