// api/fhir/patient.h - FHIR R4 Patient (UK Core aware) to SourceRecord and back.
//
// What becomes what (docs/api.md has the table):
//     name         usual, official, none, temp: the first current one in this order gives title, given_name,
//                  middle_names, surname, suffix; further ones, also those to come, are aliases; nickname ->
//                  known_as; maiden, old or ended -> previous_surname; anonymous is left out; a name with text
//                  only -> full_name
//     identifier   NHS number with its UK Core verification status -> nhs_number, nhs_number_status; others ->
//                  identifier "system:value"; use old or ended are left out (an old NHS number may belong to
//                  a history that must not be joined)
//     address      home, none, work, billing, temp: the first current one gives address_line, town, county,
//                  postcode; postcodes of all others -> previous_postcode
//     telecom      phone, sms -> phone; email -> email; old or ended are left out
//     the rest     gender, birthDate, deceasedDateTime, multipleBirthInteger, generalPractitioner's ODS code,
//                  extension patient-mothersMaidenName
// Everything else is kept in `verbatim` and goes out as it came in. Pure: any thread.
// Tested by tests/api/fhir_patient_test.cc, fuzzed by tests/fuzz/fuzz_fhir.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/json/read.h"
#include "api/json/value.h"
#include "api/records/flat_json.h"
#include "base/clock.h"
#include "base/result.h"
#include "models/source_record.h"

namespace gmpi::fhir {

inline constexpr std::string_view kNhsNumberSystem = "https://fhir.nhs.uk/Id/nhs-number";
inline constexpr std::string_view kOdsSystem = "https://fhir.nhs.uk/Id/ods-organization-code";

struct PatientLimits {
  JsonLimits json{.bytes_max = 1 << 20,
                  .depth_max = 64,
                  .values_max = 20'000,
                  .object_members_max = 200,
                  .string_bytes_max = 768 * 1024};
  std::size_t fields_max = 200;
  std::size_t field_bytes_max = 4'096;
};

struct PatientContext {
  RecordKey key;                     // the record's; empty for a match
  UnixMillis as_of_ms = 0;           // a period that ended before this day is over, one that begins later is to come;
                                     // 0: none is
  bool keep_source_version = false;  // take version and event time from meta (imports); a door sets its own
  PatientLimits limits;
};

/// Problems: invalid_json, invalid_field (no Patient, unknown element, wrong cardinality or form: 400),
/// unprocessable (modifierExtension, two current NHS numbers, too many values: 422).
/// `verbatim`: the bytes to keep, those `patient` was parsed from; may be empty.
RecordReading read_patient(const JsonValue& patient, std::string_view verbatim,
                           const PatientContext& context);
RecordReading read_patient(std::string_view json, const PatientContext& context);

/// For NDJSON imports: the key is (source, local id) of the logical id by api/fhir/resource_id.h, but an id
/// without a point belongs to `source` when that is not empty. The error is one sentence with a FHIRPath
/// (kInvalidInput).
Result<SourceRecord> source_record_from_fhir(std::string_view json, std::string_view source,
                                             UnixMillis as_of_ms, const PatientLimits& limits = {});

/// A Patient (without id and meta) that says what the fields say: for records that came in another form, and
/// for golden records. An `nhs_number` must have been checked; it alone goes out under the NHS number's
/// system.
JsonValue patient_from_fields(std::span<const SourceField> fields);

/// The Patient of a stored record: as it was written if it came as FHIR, else made from its fields.
JsonValue patient_from(const SourceRecord& record);

}  // namespace gmpi::fhir
