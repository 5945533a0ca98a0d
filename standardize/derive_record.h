// standardize/derive_record.h - a row of any file to comparable columns, as a bundle's derivations say.
//
//     given_name  from "Vorname" as given_name    "Dr. Zoë-Ann " -> given_name       "zoe ann"
//                                                               given_name_near  "zoe ann" "oe ann" ... (one letter less)
//                                                               given_name_sounds "S" "AN"
//     dob         from "Geburtsdatum" as date     "1.5.1980"     -> dob             "1980-05-01", dob_near
//     phone       from "tel", "mobil" as phone    two columns    -> phone           a list of both
//
// Unlike standardize_person() it keeps what is spoilt: an impossible date keeps its digits, since half of a wrong
// value is still evidence in files whose errors are what must be overcome. Placeholders ("unknown", "BABY OF",
// 1900-01-01 style dates are left to their frequency) are missing. "_near" lists hold a value and all it becomes by
// dropping one character: two values one edit apart share an element (deletion neighbourhoods: Bocek, Hunt, Stiller
// 2007), so that blocking finds them by equality.
// Threads: pure after plan(). Cost: about 10 us a row of ten columns. Tested by tests/standardize/derive_record_test.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "models/derivation.h"
#include "models/standard_record.h"

namespace gmpi {

struct DerivedColumn {
  std::string name;
  bool is_list = false;
};

class RecordDeriver {
 public:
  /// Errors: kInvalidInput (an unknown `as`, a header the file lacks, a column derived twice), naming it.
  static Result<RecordDeriver> plan(std::span<const Derivation> derivations, std::span<const std::string> headers);

  /// Same, for knowing the columns before a file is there.
  static Result<std::vector<DerivedColumn>> columns_of(std::span<const Derivation> derivations);

  const std::vector<DerivedColumn>& columns() const { return columns_; }
  /// Requires as many cells as the header has. The key is left empty.
  StandardRecord derive(std::span<const std::string_view> cells) const;

 private:
  struct Step {
    std::string column;
    std::size_t recipe = 0;  // row of the table of recipes
    std::vector<std::size_t> from;
  };
  std::vector<Step> steps_;
  std::vector<DerivedColumn> columns_;
};

/// "abc" -> "abc", "ab", "ac", "bc": sorted, unique; of long texts the beginning.
std::vector<std::string> deletion_neighbourhood(std::string_view text);

}  // namespace gmpi
