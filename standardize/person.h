// standardize/person.h - a record as received to its comparable columns.
//
// Text columns: nhs_number nhs_verified title given_name given_initial surname suffix mother_surname dob
// dob_swapped birth_year birth_month_day death_date sex birth_order postcode postcode_sector
// postcode_district town address_number gp_practice communal ("yes": the address is a hospital, prison, care
// home, hostel ..., shared by strangers) restricted ("R": a protected person; "V": very restricted). List columns: given_names
// middle_names given_roots surnames given_sounds surname_sounds surname_soundex name_tokens address_tokens
// postcodes phones emails identifiers identifier_systems (the systems alone, so that a model can tell two
// different numbers of one system from numbers of two).
//
// Missing stays missing: a value that cannot be evidence (a placeholder, a dummy, an impossible date, broken
// text) gives no column and a Removal that says why. A list column may be present and still have a Removal
// for one of its values. Field names are those of models/person_fields.h; others are not looked at. A field
// that is no list and comes again: given_name adds a middle name, postcode one of the postcodes, of others
// the first counts. The record itself is never changed. Tested by tests/standardize/person_test.cc and
// scenarios_test.cc.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "models/source_record.h"
#include "models/standard_record.h"
#include "standardize/dates.h"

namespace gmpi {

struct StandardizeOptions {
  std::optional<Date> as_of_date;      // dates after it are refused; none: no such check
  bool test_nhs_numbers = false;       // accept 900-999, which are never issued; for synthetic people only
  std::string default_country = "GB";  // of phone numbers without a country code
};

/// Never fails and never throws on bad data. Equal input gives equal bytes.
/// Threads: pure, any thread. Cost: about 7 us for a full ASCII record, 3 us for a short one
/// (benchmarks/standardize_benchmark.cc).
StandardRecord standardize_person(const SourceRecord& record, const StandardizeOptions& options);

/// What a door must refuse outright, as kInvalidInput "field: reason": a value that is not UTF-8, holds NUL
/// or is longer than kValueBytesMax, more than kFieldsPerRecordMax fields or kRecordBytesMax bytes (kLimit),
/// a birth or death date after `options.as_of_date`, an event date after the day that follows it. Everything else is accepted and, where it is no
/// evidence, left out by standardize_person().
Status check_person(const SourceRecord& record, const StandardizeOptions& options);

}  // namespace gmpi
