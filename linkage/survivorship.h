// linkage/survivorship.h - the golden record: of all that the members say, the one value to show for each
// field.
//
// What survives, and how it is shown:
//   nhs_number dob death_date postcode sex     in standard form (standardize/); a value without one never
//   phone email gp_practice                    survives, nor the status of an NHS number without one
//   names                                      as received; a placeholder ("BABY BOY", "not known") never
//   identifier                                 as received; one that names the NHS number never
//   everything else                            as received
// Sex is shown as FHIR's male, female, other or unknown; a phone whose country is not known has plain digits.
// A date known in part is shown as YYYY or YYYY-MM where no member gives a whole one. One member's
// `restricted` (V before R) is the person's.
//
// A field of one value, best first:
//   1. evidence     a value that says something, before one that does not (a sex of "unknown"); of dates the
//   whole one,
//                   then the one with a month
//   2. verified     an NHS number whose status is 01
//   3. recent       the member whose content became true last (event time)
//   4. frequent     the value most members give, in standard form or letter case aside
//   5. lower case   a name that is not all upper case (ASCII letters)
//   6. first        the value, then the record key, that sorts first: so that equal input gives equal output
// Fields that only mean something together come from one record: the NHS number with its status, the address
// with its town and postcode. A list field has each distinct value once, the most recent first; a name of
// that time that is not all upper case stands for its spellings.
//
//     members: "Jon" 2019, "JOHN" 2021, "John" 2021        given_name: "John", from its record of 2021
//     phones:  "0161 496 0000", "+44 161 4960000"          phone: "+441614960000", from the more recent
//
// Pure. Tested by tests/linkage/survivorship_test.cc.
#pragma once

#include <vector>

#include "linkage/linker.h"
#include "models/source_record.h"
#include "models/standard_record.h"
#include "standardize/person.h"

namespace gmpi {

struct SurvivorInput {
  SourceRecord record;
  StandardRecord standard;  // of `record`
};

/// Fields in the order of models/person_fields.h; a field nobody gives is left out.
/// options  those that `standard` was made with: whether test-range NHS numbers survive, and the country of
///          phone numbers written without one
std::vector<GoldenField> golden_record(const std::vector<SurvivorInput>& members,
                                       const StandardizeOptions& options);

/// What a record says, for those who take an NHS number at its word: as received, but for its NHS number,
/// which is there in standard form or not at all, wherever it was sent, and without its status where it is
/// not. Pure. Cost: standardising the record.
std::vector<SourceField> checked_fields(const SourceRecord& record, const StandardizeOptions& options);

}  // namespace gmpi
