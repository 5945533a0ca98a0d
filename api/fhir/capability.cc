#include "api/fhir/capability.h"

#include "api/json/write.h"

namespace gmpi::fhir {
namespace {

// The day this statement was last changed, and so the same whenever it is asked for: FHIR's "date last changed".
constexpr std::string_view kChangedOn = "2026-11-23";

void write_interactions(JsonWriter& json) {
  json.key("interaction").begin_array();
  for (const char* code : {"read", "vread", "create", "update", "delete"})
    json.begin_object().member("code", code).end_object();
  json.end_array();
}

void write_patient(JsonWriter& json) {
  json.begin_object().member("type", "Patient");
  json.member("documentation",
              "A record as one source wrote it, or (ids that begin with 'person.') the person behind "
              "records, read only and in its current version only.");
  write_interactions(json);
  json.member("versioning", "versioned-update");
  json.key("readHistory").boolean(true).key("updateCreate").boolean(true);
  json.key("conditionalCreate").boolean(false).key("conditionalUpdate").boolean(false);
  json.member("conditionalDelete", "not-supported");
  json.key("operation").begin_array().begin_object().member("name", "match");
  json.member("definition", "http://hl7.org/fhir/OperationDefinition/Patient-match").end_object().end_array();
  json.end_object();
}

}  // namespace

std::string capability_statement(std::string_view base, std::string_view version) {
  JsonWriter json;
  json.begin_object().member("resourceType", "CapabilityStatement").member("status", "active");
  json.member("date", kChangedOn).member("kind", "instance").member("fhirVersion", "4.0.1");
  json.key("software").begin_object().member("name", "gmpi").member("version", version).end_object();
  json.key("implementation").begin_object().member("description", "Greater Manchester patient index");
  json.member("url", base).end_object();
  json.key("format").begin_array().string("application/fhir+json").string("json").end_array();
  json.key("rest").begin_array().begin_object().member("mode", "server");
  json.key("resource").begin_array();
  write_patient(json);
  json.end_array().end_object().end_array().end_object();
  return std::move(json).take();
}

}  // namespace gmpi::fhir
