// A model small enough to reason about in a test, and made-up people for it.
//
//   blocks     date of birth; surname and postcode; NHS number; any name token with the postcode's district;
//   month of
//              birth and given name where sex agrees or postcode does not (a rule with a residual)
//   compares   given name, surname, date of birth, postcode, NHS number
//   excludes   two verified NHS numbers that differ
//   guards     apart: same birthday, surname and postcode but another given name; review: the sexes differ
#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "models/model_bundle.h"
#include "models/source_record.h"

namespace gmpi {

/// `split_by`: as in the policy, without the brackets: "\"dob\", \"postcode\"".
ModelBundle small_bundle(std::uint32_t block_records_max = 0, const std::string& split_by = "",
                         std::uint32_t component_records_max = 0);

/// A record with these fields; empty values are left out.
SourceRecord person_record(const RecordKey& key, std::vector<SourceField> fields, UnixMillis event_ms = 0);

/// The n-th valid NHS number of the test range.
std::string test_nhs_number(unsigned n);

/// Records about few people over few names, so that they share keys, resemble and exclude each other.
class SmallWorld {
 public:
  explicit SmallWorld(std::uint64_t seed) : random_(seed) {}

  /// Content for a record of that key: a version of one of a handful of people, with slips and gaps.
  SourceRecord content(const RecordKey& key);
  RecordKey any_key(std::size_t keys);
  Random& random() { return random_; }

 private:
  Random random_;
};

}  // namespace gmpi
