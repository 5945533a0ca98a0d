// api/records/person_json.h - what the index answers, as JSON: people, registrations, matches.
#pragma once

#include <string>

#include "linkage/linker.h"
#include "models/source_system.h"

namespace gmpi {

/// `sources`: members of declared systems also say "locality", "sector" and "ods_code".
/// {"enterprise_id", "version", "golden": {field: value}, "golden_from": [{"field", "record"}], "members": [...],
/// "lineage": [...], "why": [...], "reviews": [...]}; "redirected_from" when the id asked for was merged into this
/// one. List fields are arrays. Pure.
std::string person_json(const Person& person, const SourceRegister& sources = {});

/// The same without "why" and "reviews": what the enterprise id and the version say alone. Possible matches come and
/// go with records of other people, and leave this person's version as it is.
std::string summary_json(const Person& person);

/// {"enterprise_id", "decision", "sequence", "record_version", "created", "reasons"}
std::string register_json(const RegisterAnswer& answer);

/// {"candidates": [{"enterprise_id", "score", "weight", "grade", "record", "members", "reasons"}],
/// "sequence",
///  "records_compared", "generic_keys", "truncated"}
std::string match_json(const MatchAnswer& answer);

/// "certain", "probable", "possible": also the codes of FHIR's match-grade.
std::string_view grade_name(MatchGrade grade);

}  // namespace gmpi
