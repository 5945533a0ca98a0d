// api/fhir/resource_id.h - the logical id of a Patient: one spelling for each record key, and one for each
// person.
//
// A FHIR id is 1 to 64 of [A-Za-z0-9-.]; a record key is (source, local id) of any text. The rule:
//
//     Patient/8f2c-77             the record (fhir, 8f2c-77): an id without a point belongs to source "fhir"
//     Patient/gp-lorenzo.88123    the record (gp-lorenzo, 88123): the first point parts source and local id
//     Patient/lims.A.-2F17        the record (lims, A/17): ".-" and two hex digits stand for one byte
//     Patient/person.GM...        the person behind records, read only
//
// Each key has exactly one id and each id at most one key, so two sources never share an id. A key whose id
// would be longer than 64 has none: it is reached by /api/v1. Pure. Tested by tests/api/resource_id_test.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "models/identity.h"
#include "models/record_key.h"

namespace gmpi::fhir {

inline constexpr std::string_view kDefaultSource = "fhir";
inline constexpr std::string_view kPersonPrefix = "person";

/// True for 1 to 64 of [A-Za-z0-9-.].
bool is_fhir_id(std::string_view text);

/// Empty when the key has no id.
std::string resource_id(const RecordKey& key);
std::string resource_id(EnterpriseId id);

/// What an id names; nothing when it is not an id or not the one spelling of its key.
std::optional<std::variant<RecordKey, EnterpriseId>> read_resource_id(std::string_view id);

}  // namespace gmpi::fhir
