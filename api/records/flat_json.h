// api/records/flat_json.h - the flat person of /api/v1 and of NDJSON files, to and from a SourceRecord.
//
//     {"source": "gp-lorenzo", "local_id": "88123", "version": "7", "event_date": "2024-03-01",
//      "nhs_number": "943 476 5919", "given_name": "Ada", "surname": "Okafor", "dob": "1985-06-02",
//      "phone": ["0161 496 0000", "07700 900123"]}
//
// Member names are those of models/person_fields.h; a value is a string, or for a list field a string or an
// array of strings; null says the same as leaving the member out. Anything else is refused with a pointer to
// it: a misspelt name would otherwise lose evidence in silence. Pure: any thread. Tested by
// tests/api/flat_json_test.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/http/message.h"
#include "api/json/read.h"
#include "base/result.h"
#include "models/source_record.h"

namespace gmpi {

struct FlatLimits {
  JsonLimits json{.bytes_max = 64 * 1024,
                  .depth_max = 4,
                  .values_max = 1'000,
                  .object_members_max = 64,
                  .string_bytes_max = 4'096};
  std::size_t fields_max = 200;  // values of one record
  std::size_t source_bytes_max = 64;
  std::size_t local_id_bytes_max = 256;
  std::size_t version_bytes_max = 128;
};

/// A record, or the problem that a client is shown: invalid_json, invalid_field (wrong type or form: 400),
/// unknown_field, unprocessable (422).
struct RecordReading {
  std::optional<SourceRecord> record;
  http::Problem problem;
};

/// `key`: of the URL; "source" and "local_id" may then be left out and must agree when present. Null: they
/// are required, as in an NDJSON file.
RecordReading read_flat_json(std::string_view text, const std::optional<RecordKey>& key,
                             const FlatLimits& limits = {});

/// The same for imports: key and all in the text, but for a source that is left out and then is `default_source`
/// where that is not empty. The error is one sentence with the pointer of the first fault (kInvalidInput).
Result<SourceRecord> source_record_from_flat_json(std::string_view text, std::string_view default_source = {},
                                                  const FlatLimits& limits = {});

/// A person without a key, for matching: "source", "local_id", "version" and "event_date" must be well formed, as in a
/// record that was read, and count for nothing.
RecordReading read_flat_person(std::string_view text, const FlatLimits& limits = {});

/// The flat object that reads back as `record`. Fields of other names than person_fields.h are left out.
std::string flat_json_from(const SourceRecord& record);

/// 1 to 64 of [A-Za-z0-9._-].
bool is_valid_source(std::string_view source, const FlatLimits& limits = {});
/// 1 to 256 bytes of UTF-8 without control characters, not "." or "..".
bool is_valid_local_id(std::string_view local_id, const FlatLimits& limits = {});

}  // namespace gmpi
