// models/source_record.h - a record as its source sent it: nothing cleaned, nothing lost.
//
// A SourceRecord has no stream operator: it holds patient data, and a leak into a log should not compile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "models/record_key.h"

namespace gmpi {

/// One field as received. A name may occur several times (two phone numbers are two fields "phone").
struct SourceField {
  std::string name;
  std::string value;

  bool operator==(const SourceField&) const = default;
};

/// How `SourceRecord::verbatim` is to be read back. These values are stored: never renumber.
enum class VerbatimFormat : unsigned char { kNone = 0, kFlatJson = 1, kFhirJson = 2, kCsvRow = 3 };

struct SourceRecord {
  RecordKey key;
  std::string version;             // the source's own version or ETag; empty: the content's hash stands in
  UnixMillis event_ms = 0;         // when the source says the content became true; 0: not said
  std::vector<SourceField> fields; // field names as in models/person_fields.h, values as received (UTF-8)
  VerbatimFormat verbatim_format = VerbatimFormat::kNone;
  std::string verbatim;            // the bytes as received; empty when `fields` says all

  /// First value of `name`, or empty.
  std::string_view field(std::string_view name) const {
    for (const auto& f : fields)
      if (f.name == name) return f.value;
    return {};
  }
};

}  // namespace gmpi
