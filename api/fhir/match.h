// api/fhir/match.h - Patient/$match: the request a client may send, and the Bundle it gets.
//
// Entries are people, not records: one Patient an identity, made from its golden record, with links to its
// records.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/http/message.h"
#include "linkage/linker.h"

namespace gmpi::fhir {

/// Reads Parameters (resource, onlyCertainMatches, count) or a bare Patient. Problems are 400, also for a
/// modifierExtension. `as_of_ms`: what counts as an ended name or address.
std::variant<MatchRequest, http::Problem> read_match_request(std::string_view body, UnixMillis as_of_ms);

/// A candidate with the person it names.
struct MatchedPerson {
  MatchCandidate candidate;
  Person person;
};

/// The people behind the candidates, in their order: one that was merged into another since the search stands there
/// once, under its new id. Errors: those of `find`, but for kNotFound (retired since).
Result<std::vector<MatchedPerson>> people_of(const std::vector<MatchCandidate>& candidates,
                                             const std::function<Result<Person>(EnterpriseId)>& find);

/// Puts the surest grade first, keeping the order within a grade, and lowers scores so that they never rise
/// down the list: what a guard holds back from being certain it also holds back in score.
void order_by_grade(std::vector<MatchedPerson>& people);

/// The searchset Bundle, best first. What was cut from the search is said in an entry of mode "outcome".
std::string match_bundle(const MatchAnswer& answer, const std::vector<MatchedPerson>& people,
                         std::string_view base);

/// The Patient of a person: golden fields, enterprise id, links to the records.
std::string person_patient(const Person& person);

}  // namespace gmpi::fhir
