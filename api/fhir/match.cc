#include "api/fhir/match.h"

#include <algorithm>

#include "api/fhir/patient.h"
#include "api/fhir/patient_shape.h"
#include "api/fhir/resource_id.h"
#include "api/http/problem.h"
#include "api/json/sayable_name.h"
#include "api/json/write.h"
#include "api/records/person_json.h"
#include "api/records/routes.h"

namespace gmpi::fhir {
namespace {

using http::make_problem;
using http::Problem;

constexpr std::string_view kEnterpriseIdSystem = "urn:gmpi:enterprise-id";
constexpr std::string_view kMatchGrade = "http://hl7.org/fhir/StructureDefinition/match-grade";

Problem bad_parameter(std::string expression, const char* code, std::string detail) {
  Problem problem = make_problem("bad_request", detail);
  problem.faults.push_back({std::move(expression), code, std::move(detail)});
  return problem;
}

/// Null: `object` has no members but these. One that is passed over may be what the client relied on.
std::optional<Problem> refuse_others(const JsonValue& object, const std::string& path,
                                     std::initializer_list<std::string_view> known) {
  for (const auto& member : object.members)
    if (std::ranges::find(known, member.name) == known.end())
      return bad_parameter(path + "." + sayable_name(member.name, element_names()), "structure",
                           "is not an element that $match knows here");
  return std::nullopt;
}

struct MatchParameters {
  const JsonValue* patient = nullptr;
  const JsonValue* only_certain = nullptr;
  const JsonValue* count = nullptr;
};

// Puts the parameter in its place; null: done.
std::optional<Problem> place_parameter(const JsonValue& parameter, const std::string& path,
                                       MatchParameters& found) {
  struct Known {
    std::string_view name, value;
    const JsonValue* MatchParameters::*place;
  };
  static constexpr Known kKnown[] = {{"resource", "resource", &MatchParameters::patient},
                                     {"onlyCertainMatches", "valueBoolean", &MatchParameters::only_certain},
                                     {"count", "valueInteger", &MatchParameters::count}};
  const std::string_view name = parameter.string_member("name");
  for (const auto& known : kKnown) {
    if (known.name != name) continue;
    if (found.*known.place) return bad_parameter(path, "structure", "a parameter occurs twice");
    if (auto problem = refuse_others(parameter, path, {"id", "extension", "name", known.value})) return problem;
    const JsonValue* value = parameter.find(known.value);
    if (!value) return bad_parameter(path, "required", "the parameter needs " + std::string(known.value));
    found.*known.place = value;
    return std::nullopt;
  }
  return bad_parameter(path, "structure",
                       "the parameters of $match are resource, onlyCertainMatches and count");
}

std::variant<MatchParameters, Problem> read_parameters(const JsonValue& body) {
  MatchParameters found;
  const std::string_view type = body.string_member("resourceType");
  if (type == "Patient") {
    found.patient = &body;
    return found;
  }
  if (type != "Parameters")
    return bad_parameter("Parameters", "structure", "a Parameters or a Patient resource is needed");
  if (auto problem = refuse_others(body, "Parameters", {"resourceType", "id", "meta", "language", "parameter"}))
    return *std::move(problem);
  if (const JsonValue* list = body.find("parameter"); list && !list->is_array())
    return bad_parameter("Parameters.parameter", "structure", "must be an array");
  const auto& parameters = body.array_member("parameter");
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string path = "Parameters.parameter[" + std::to_string(i) + "]";
    if (auto problem = place_parameter(parameters[i], path, found)) return *std::move(problem);
  }
  if (!found.patient)
    return bad_parameter("Parameters.parameter", "required", "the parameter 'resource' is needed");
  return found;
}

std::optional<Problem> apply_options(const MatchParameters& found, MatchRequest& request) {
  request.count = kMatchCountDefault;
  if (found.only_certain) {
    if (found.only_certain->kind != JsonKind::kBool)
      return bad_parameter("Parameters.parameter", "value", "onlyCertainMatches must be true or false");
    request.only_certain = found.only_certain->boolean;
  }
  if (found.count) {
    const auto count = found.count->integer();
    if (!count || *count < 1)
      return bad_parameter("Parameters.parameter", "value", "count must be a whole number from 1");
    request.count = std::min<std::size_t>(static_cast<std::size_t>(*count), kMatchCountMax);
  }
  return std::nullopt;
}

JsonValue patient_of(const Person& person) {
  std::vector<SourceField> fields;
  for (const auto& field : person.golden) fields.push_back({field.name, field.value});
  JsonValue patient = patient_from_fields(fields);
  JsonValue meta = JsonValue::object();
  if (const JsonValue* labels = patient.find("meta")) meta = *labels;
  meta.set("versionId", JsonValue::of_string(std::to_string(person.version)));
  patient.set("id", JsonValue::of_string(resource_id(person.id))).set("meta", std::move(meta));

  JsonValue identifier = JsonValue::object();
  identifier.set("system", JsonValue::of_string(kEnterpriseIdSystem))
      .set("value", JsonValue::of_string(to_string(person.id)));
  JsonValue* identifiers = patient.find("identifier");
  if (identifiers)
    identifiers->add(std::move(identifier));
  else
    patient.set("identifier", JsonValue::array().add(std::move(identifier)));

  JsonValue links = JsonValue::array();
  for (const auto& member : person.members) {
    const std::string id = resource_id(member.key);
    if (id.empty()) continue;
    JsonValue reference = JsonValue::object();
    reference.set("reference", JsonValue::of_string("Patient/" + id));
    JsonValue link = JsonValue::object();
    link.set("other", std::move(reference)).set("type", JsonValue::of_string("seealso"));
    links.add(std::move(link));
  }
  if (!links.items.empty()) patient.set("link", std::move(links));
  return patient;
}

void write_entry(JsonWriter& json, const MatchedPerson& matched, std::string_view base) {
  json.begin_object().member("fullUrl", std::string(base) + "/Patient/" + resource_id(matched.person.id));
  json.key("resource").value(patient_of(matched.person));
  json.key("search").begin_object();
  json.key("extension").begin_array().begin_object().member("url", kMatchGrade);
  json.member("valueCode", grade_name(matched.candidate.grade)).end_object().end_array();
  json.member("mode", "match").key("score").number(matched.candidate.score).end_object().end_object();
}

void write_outcome_entry(JsonWriter& json, std::string_view text) {
  json.begin_object().key("resource").begin_object().member("resourceType", "OperationOutcome");
  json.key("issue")
      .begin_array()
      .begin_object()
      .member("severity", "information")
      .member("code", "incomplete");
  json.member("diagnostics", text).end_object().end_array().end_object();
  json.key("search").begin_object().member("mode", "outcome").end_object().end_object();
}

}  // namespace

std::variant<MatchRequest, Problem> read_match_request(std::string_view body, UnixMillis as_of_ms) {
  const PatientLimits limits;
  const JsonParse parsed = parse_json(body, limits.json);
  if (!parsed.value) return make_problem("invalid_json", describe(parsed.fault, element_names()));
  auto parameters = read_parameters(*parsed.value);
  if (auto* problem = std::get_if<Problem>(&parameters)) return std::move(*problem);
  MatchRequest request;
  if (auto problem = apply_options(std::get<MatchParameters>(parameters), request))
    return *std::move(problem);
  PatientContext context;
  context.as_of_ms = as_of_ms;
  RecordReading reading = read_patient(*std::get<MatchParameters>(parameters).patient, "", context);
  if (!reading.record) {
    reading.problem.status = 400;
    return std::move(reading.problem);
  }
  request.person = *std::move(reading.record);
  return request;
}

Result<std::vector<MatchedPerson>> people_of(const std::vector<MatchCandidate>& candidates,
                                             const std::function<Result<Person>(EnterpriseId)>& find) {
  std::vector<MatchedPerson> people;
  for (const auto& candidate : candidates) {
    auto person = find(candidate.enterprise_id);
    if (!person && person.error().code == ErrorCode::kNotFound) continue;
    if (!person) return person.error();
    const bool known = std::ranges::any_of(people, [&](const auto& one) { return one.person.id == person->id; });
    if (!known) people.push_back({candidate, *std::move(person)});
  }
  return people;
}

void order_by_grade(std::vector<MatchedPerson>& people) {
  std::stable_sort(people.begin(), people.end(), [](const MatchedPerson& a, const MatchedPerson& b) {
    return a.candidate.grade < b.candidate.grade;
  });
  double ceiling = 1;
  for (auto& matched : people) ceiling = matched.candidate.score = std::min(matched.candidate.score, ceiling);
}

std::string match_bundle(const MatchAnswer& answer, const std::vector<MatchedPerson>& people,
                         std::string_view base) {
  JsonWriter json;
  json.begin_object().member("resourceType", "Bundle").member("type", "searchset");
  json.key("total").integer(static_cast<std::int64_t>(people.size()));
  const bool cut = answer.truncated || answer.generic_keys > 0;
  if (!people.empty() || cut) json.key("entry").begin_array();
  for (const auto& matched : people) write_entry(json, matched, base);
  if (answer.truncated) write_outcome_entry(json, "more records could match than were compared; add details");
  if (answer.generic_keys > 0)
    write_outcome_entry(json, "some details are too common to search by and were only compared");
  if (!people.empty() || cut) json.end_array();
  json.end_object();
  return std::move(json).take();
}

std::string person_patient(const Person& person) {
  return to_json(patient_of(person));
}

}  // namespace gmpi::fhir
