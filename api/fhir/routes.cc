#include "api/fhir/routes.h"

#include <algorithm>
#include <array>
#include <memory>

#include "api/fhir/capability.h"
#include "api/fhir/match.h"
#include "api/fhir/operation_outcome.h"
#include "api/fhir/patient.h"
#include "api/fhir/patient_shape.h"
#include "api/fhir/resource_id.h"
#include "api/http/problem.h"
#include "api/instant.h"
#include "api/json/sayable_name.h"
#include "api/json/write.h"
#include "api/preconditions.h"
#include "api/records/routes.h"

namespace gmpi::fhir {
namespace {

using http::Lane;
using http::make_problem;
using http::Method;
using http::Problem;
using http::Request;
using http::Response;
using http::Route;

constexpr std::size_t kBodyBytesMax = 1 << 20;
constexpr int kIdTriesMax = 4;

std::string base_url(const FhirContext& context, const Request& request) {
  std::string base = context.public_url;
  if (base.empty()) base = "http://" + (request.host.empty() ? std::string("localhost") : request.host);
  while (base.ends_with('/')) base.pop_back();
  return base + "/fhir/R4";
}

Problem no_such_patient() {
  return make_problem("not_found", "no Patient has this id");
}

Problem no_such_version() {
  return make_problem("not_found", "the Patient has no such version");
}

// The element that a field of the flat form was taken from.
std::string_view element_of(std::string_view field) {
  struct Place {
    std::string_view field, element;
  };
  static constexpr std::array kPlaces = {
      Place{"source", "Patient.id"},
      Place{"local_id", "Patient.id"},
      Place{"version", "Patient.meta.versionId"},
      Place{"event_date", "Patient.meta.lastUpdated"},
      Place{"nhs_number", "Patient.identifier"},
      Place{"nhs_number_status", "Patient.identifier"},
      Place{"identifier", "Patient.identifier"},
      Place{"title", "Patient.name"},
      Place{"given_name", "Patient.name"},
      Place{"middle_names", "Patient.name"},
      Place{"surname", "Patient.name"},
      Place{"suffix", "Patient.name"},
      Place{"full_name", "Patient.name"},
      Place{"known_as", "Patient.name"},
      Place{"previous_surname", "Patient.name"},
      Place{"alias", "Patient.name"},
      Place{"dob", "Patient.birthDate"},
      Place{"death_date", "Patient.deceased"},
      Place{"sex", "Patient.gender"},
      Place{"birth_order", "Patient.multipleBirth"},
      Place{"address_line", "Patient.address"},
      Place{"town", "Patient.address"},
      Place{"county", "Patient.address"},
      Place{"postcode", "Patient.address"},
      Place{"previous_postcode", "Patient.address"},
      Place{"phone", "Patient.telecom"},
      Place{"email", "Patient.telecom"},
      Place{"gp_practice", "Patient.generalPractitioner"},
      Place{"mother_surname", "Patient.extension"},
      Place{"restricted", "Patient.meta.security"},
  };
  const auto* place = std::ranges::find(kPlaces, field, &Place::field);
  return place == kPlaces.end() ? std::string_view("Patient") : place->element;
}

// Pointers at fields ("/dob") as FHIRPaths.
Problem with_elements(Problem problem) {
  for (auto& fault : problem.faults)
    if (fault.pointer.starts_with('/')) fault.pointer = element_of(std::string_view(fault.pointer).substr(1));
  return problem;
}

std::string body_of(const FhirContext& context, const StoredRecord& stored, const std::string& id) {
  SourceRecord shown = stored.record;
  if (shown.verbatim_format != VerbatimFormat::kFhirJson)
    shown.fields = context.linker->checked_fields(stored.record);
  JsonValue patient = patient_from(shown);
  patient.set("id", JsonValue::of_string(id));
  JsonValue meta = JsonValue::object();
  if (const JsonValue* sent = patient.find("meta"); sent && sent->is_object()) meta = *sent;
  meta.set("versionId", JsonValue::of_string(std::to_string(stored.record_version)));
  meta.set("lastUpdated", JsonValue::of_string(format_instant(stored.stored_ms)));
  patient.set("meta", std::move(meta));
  return to_json(patient);
}

void add_version_fields(Response& response, const StoredRecord& stored) {
  response.fields.emplace_back("ETag", etag_of(stored.record_version));
  response.fields.emplace_back("Last-Modified", format_http_date(stored.stored_ms));
}

// ---- read

Response read_person(const FhirContext& context, const Request& request, EnterpriseId id) {
  const auto person = context.linker->find_person(id);
  if (!person) return http::problem_from(person.error());
  const std::string_view asked = request.path_value("version");
  if (!asked.empty() && read_version_number(asked) != person->version)
    return make_problem("not_found", "of a person only the current version is kept");
  Response response(200, std::string(kJsonType), "");
  if (has_version(request, person->version))
    response = Response(304, "", "");
  else
    response.body = person_patient(*person);
  response.fields.emplace_back("ETag", etag_of(person->version));
  if (person->id != id)
    response.fields.emplace_back("Content-Location",
                                 base_url(context, request) + "/Patient/" + resource_id(person->id));
  return response;
}

Response read_record(const FhirContext& context, const Request& request, const RecordKey& key) {
  const std::string_view asked = request.path_value("version");
  const auto version = read_version_number(asked);
  if (!asked.empty() && !version) return no_such_version();
  const auto stored =
      version ? context.linker->find_record_version(key, *version) : context.linker->find_record(key);
  if (!stored)
    return stored.error().code == ErrorCode::kNotFound ? (version ? no_such_version() : no_such_patient())
                                                       : http::problem_from(stored.error());
  // A deletion has no version of its own: those before it stay readable.
  if (stored->retracted && !version) return make_problem("gone", "the Patient was deleted");
  Response response(200, std::string(kJsonType), "");
  if (has_version(request, stored->record_version))
    response = Response(304, "", "");
  else
    response.body = body_of(context, *stored, resource_id(key));
  add_version_fields(response, *stored);
  return response;
}

Response get_patient(const FhirContext& context, const Request& request) {
  const auto named = read_resource_id(request.path_value("id"));
  if (!named) return no_such_patient();
  if (const auto* person = std::get_if<EnterpriseId>(&*named)) return read_person(context, request, *person);
  return read_record(context, request, std::get<RecordKey>(*named));
}

// ---- write

// The answer to a change that is on stable storage, in the form Prefer asks for: of the version that was current
// when the change was made, whatever came after it.
Response stored_response(const FhirContext& context, const Request& request, const RegisterAnswer& answer,
                         const RecordKey& key) {
  const std::string id = resource_id(key);
  const std::string_view prefer = request.field("prefer");
  const auto wants = [&](std::string_view what) { return prefer.find(what) != std::string_view::npos; };
  Response response(200, std::string(kJsonType), "");
  if (wants("return=minimal")) {
    response.content_type.clear();
    response.fields.emplace_back("ETag", etag_of(answer.current_version));
  } else if (wants("return=OperationOutcome")) {
    response.body = stored_outcome(answer.notes);
    response.fields.emplace_back("ETag", etag_of(answer.current_version));
  } else {
    const auto stored = context.linker->find_record_version(key, answer.current_version);
    if (!stored) return http::problem_from(stored.error());
    response.body = body_of(context, *stored, id);
    add_version_fields(response, *stored);
  }
  response.status = answer.created ? 201 : 200;
  if (answer.created)
    response.fields.emplace_back("Location", base_url(context, request) + "/Patient/" + id + "/_history/" +
                                                 std::to_string(answer.record_version));
  response.fields.emplace_back("X-GMPI-Enterprise-ID", to_string(answer.enterprise_id));
  response.fields.emplace_back("X-GMPI-Decision", outcome_name(answer.outcome));
  response.fields.emplace_back("X-GMPI-Sequence", std::to_string(answer.sequence));
  return response;
}

Response store_patient(const FhirContext& context, const Request& request, const JsonValue& patient,
                       const RecordKey& key) {
  if (!context.sources.accepts(key.source)) return with_elements(undeclared_source());
  const auto precondition = read_precondition(request);
  if (const auto* problem = std::get_if<Problem>(&precondition)) return *problem;
  const auto& asked = std::get<Precondition>(precondition);
  PatientContext reading;
  reading.key = key;
  reading.as_of_ms = context.clock->now_ms();
  RecordReading read = read_patient(patient, request.body, reading);
  if (!read.record) return read.problem;
  const auto answer = change_under(asked, *context.linker, key, [&](const auto& if_version) {
    return context.linker->register_record(*read.record, if_version);
  });
  if (!answer) return with_elements(problem_of_change(answer.error(), asked.given()));
  context.metrics->observe_decision(answer->outcome);
  return stored_response(context, request, *answer, key);
}

std::variant<JsonValue, Problem> parse_body(const Request& request) {
  JsonParse parsed = parse_json(request.body, PatientLimits{}.json);
  if (!parsed.value) return make_problem("invalid_json", describe(parsed.fault, element_names()));
  return *std::move(parsed.value);
}

Response put_patient(const FhirContext& context, const Request& request) {
  const auto named = read_resource_id(request.path_value("id"));
  const RecordKey* key = named ? std::get_if<RecordKey>(&*named) : nullptr;
  if (!key && named)
    return make_problem("unprocessable", "a person is made from records and cannot be written");
  if (!key)
    return make_problem("invalid_field", "the id in the path is not the id of a record (docs/api.md, ids)");
  const auto parsed = parse_body(request);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  const JsonValue& patient = std::get<JsonValue>(parsed);
  if (patient.string_member("resourceType") == "Patient" &&
      patient.string_member("id") != request.path_value("id")) {
    Problem problem = make_problem("invalid_field", "Patient.id must equal the id in the path");
    problem.faults.push_back({"Patient.id", "value", "must equal the id in the path"});
    return problem;
  }
  return store_patient(context, request, patient, *key);
}

Response post_patient(const FhirContext& context, const Request& request) {
  const auto parsed = parse_body(request);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  for (int i = 0; i < kIdTriesMax; ++i) {
    const RecordKey key{std::string(kDefaultSource), context.new_id()};
    if (context.linker->find_record(key)) continue;  // taken
    return store_patient(context, request, std::get<JsonValue>(parsed), key);
  }
  return make_problem("internal", "no free id was found");
}

Response delete_patient(const FhirContext& context, const Request& request) {
  const auto named = read_resource_id(request.path_value("id"));
  if (named && std::holds_alternative<EnterpriseId>(*named))
    return make_problem("unprocessable", "a person is made from records and cannot be deleted");
  if (!named) return Response(204, "", "");
  const auto precondition = read_precondition(request);
  if (const auto* problem = std::get_if<Problem>(&precondition)) return *problem;
  const auto& asked = std::get<Precondition>(precondition);
  const auto& key = std::get<RecordKey>(*named);
  const auto answer = change_under(asked, *context.linker, key, [&](const auto& if_version) {
    return context.linker->retract_record(key, if_version);
  });
  // Deleting what is not there succeeds: the client's aim is met.
  if (!answer && answer.error().code != ErrorCode::kNotFound)
    return problem_of_change(answer.error(), asked.given());
  if (answer) context.metrics->observe_retraction();
  return Response(204, "", "");
}

// ---- match and metadata

Response post_match(const FhirContext& context, const Request& request) {
  auto read = read_match_request(request.body, context.clock->now_ms());
  if (auto* problem = std::get_if<Problem>(&read)) return std::move(*problem);
  const auto answer = timed_match(*context.linker, *context.metrics, std::get<MatchRequest>(read));
  if (!answer && answer.error().code == ErrorCode::kInvalidInput) {
    Problem problem = with_elements(problem_of_change(answer.error(), false));
    problem.status = 400;
    problem.code = "bad_request";
    if (problem.faults.empty()) problem.faults.push_back({"Patient", "business-rule", answer.error().message});
    return problem;
  }
  if (!answer) return http::problem_from(answer.error());
  auto found = people_of(answer->candidates, [&](EnterpriseId id) { return context.linker->find_person(id); });
  if (!found) return http::problem_from(found.error());
  order_by_grade(*found);
  return {200, std::string(kJsonType), match_bundle(*answer, *found, base_url(context, request))};
}

Response get_metadata(const FhirContext& context, const Request& request) {
  Response response(
      200, std::string(kJsonType),
      capability_statement(base_url(context, request), context.version));
  return response;
}

}  // namespace

std::vector<Route> fhir_routes(FhirContext context) {
  const std::vector<std::string_view> json = {"application/fhir+json", "application/json", "text/json"};
  const http::MediaTypes reads{{}, json};
  const http::MediaTypes takes{json, json};
  const auto shared = std::make_shared<const FhirContext>(std::move(context));
  const auto bind = [&shared](Response (*handler)(const FhirContext&, const Request&)) {
    return [shared, handler](const Request& request) { return handler(*shared, request); };
  };
  const std::string patient = "/fhir/R4/Patient";
  std::vector<Route> routes;
  routes.push_back({Method::kGet, "/fhir/R4/metadata", bind(get_metadata), Lane::kConnection, 0, reads});
  routes.push_back({Method::kPost, patient, bind(post_patient), Lane::kChange, kBodyBytesMax, takes});
  routes.push_back({Method::kPut, patient + "/{id}", bind(put_patient), Lane::kChange, kBodyBytesMax, takes});
  routes.push_back({Method::kGet, patient + "/{id}", bind(get_patient), Lane::kRead, 0, reads});
  routes.push_back(
      {Method::kGet, patient + "/{id}/_history/{version}", bind(get_patient), Lane::kRead, 0, reads});
  routes.push_back({Method::kDelete, patient + "/{id}", bind(delete_patient), Lane::kChange, 0, reads});
  routes.push_back({Method::kPost, patient + "/$match", bind(post_match), Lane::kRead, kBodyBytesMax, takes});
  return routes;
}

}  // namespace gmpi::fhir
