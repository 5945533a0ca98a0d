// linkage/survivorship.h - the golden record: of all that the members say, the one value to show for each
// field.
//
// A field of one value, best first:
//   1. evidence     a value that standardises to something, before a placeholder, a dummy or an impossible
//   date
//   2. verified     an NHS number whose status is 01
//   3. recent       the member whose content became true last (event time)
//   4. frequent     the value most members give, letter case aside
//   5. first        the value, then the record key, that sorts first: so that equal input gives equal output
// Fields that only mean something together come from one record: the NHS number with its status, the address
// with its town and postcode. A list field has each distinct value once, the most recent first.
//
//     members: "Jon" 2019, "JOHN" 2021, "John" 2020        given_name: "JOHN", from the record of 2021
//
// Pure. Tested by tests/linkage/survivorship_test.cc.
#pragma once

#include <vector>

#include "linkage/linker.h"
#include "models/source_record.h"
#include "models/standard_record.h"

namespace gmpi {

struct SurvivorInput {
  SourceRecord record;
  StandardRecord standard;
};

/// Fields in the order of models/person_fields.h; a field nobody gives is left out.
std::vector<GoldenField> golden_record(const std::vector<SurvivorInput>& members);

}  // namespace gmpi
