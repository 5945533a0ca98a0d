#include "api/fhir/patient_shape.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "api/fhir/narrative.h"
#include "api/fhir/resource_id.h"
#include "api/instant.h"
#include "api/json/sayable_name.h"
#include "models/person_fields.h"

namespace gmpi::fhir {
namespace {

// Types in lower case are primitives; "any" is checked only for emptiness.
struct Element {
  std::string_view owner, name, type;
  bool many = false;
  bool required = false;
};

constexpr bool kMany = true;
constexpr bool kRequired = true;

constexpr std::array kElements = {
    Element{"Patient", "resourceType", "code"},
    Element{"Patient", "id", "id"},
    Element{"Patient", "meta", "Meta"},
    Element{"Patient", "implicitRules", "uri"},
    Element{"Patient", "language", "code"},
    Element{"Patient", "text", "Narrative"},
    Element{"Patient", "contained", "any", kMany},
    Element{"Patient", "identifier", "Identifier", kMany},
    Element{"Patient", "active", "boolean"},
    Element{"Patient", "name", "HumanName", kMany},
    Element{"Patient", "telecom", "ContactPoint", kMany},
    Element{"Patient", "gender", "gender"},
    Element{"Patient", "birthDate", "date"},
    Element{"Patient", "deceasedBoolean", "boolean"},
    Element{"Patient", "deceasedDateTime", "dateTime"},
    Element{"Patient", "address", "Address", kMany},
    Element{"Patient", "maritalStatus", "CodeableConcept"},
    Element{"Patient", "multipleBirthBoolean", "boolean"},
    Element{"Patient", "multipleBirthInteger", "integer"},
    Element{"Patient", "photo", "any", kMany},
    Element{"Patient", "contact", "Patient.contact", kMany},
    Element{"Patient", "communication", "Patient.communication", kMany},
    Element{"Patient", "generalPractitioner", "Reference", kMany},
    Element{"Patient", "managingOrganization", "Reference"},
    Element{"Patient", "link", "Patient.link", kMany},
    Element{"Patient.contact", "relationship", "CodeableConcept", kMany},
    Element{"Patient.contact", "name", "HumanName"},
    Element{"Patient.contact", "telecom", "ContactPoint", kMany},
    Element{"Patient.contact", "address", "Address"},
    Element{"Patient.contact", "gender", "gender"},
    Element{"Patient.contact", "organization", "Reference"},
    Element{"Patient.contact", "period", "Period"},
    Element{"Patient.communication", "language", "CodeableConcept", false, kRequired},
    Element{"Patient.communication", "preferred", "boolean"},
    Element{"Patient.link", "other", "Reference", false, kRequired},
    Element{"Patient.link", "type", "link-type", false, kRequired},
    Element{"Meta", "versionId", "id"},
    Element{"Meta", "lastUpdated", "instant"},
    Element{"Meta", "source", "uri"},
    Element{"Meta", "profile", "uri", kMany},
    Element{"Meta", "security", "Coding", kMany},
    Element{"Meta", "tag", "Coding", kMany},
    Element{"Narrative", "status", "narrative-status", false, kRequired},
    Element{"Narrative", "div", "xhtml", false, kRequired},
    Element{"Identifier", "use", "identifier-use"},
    Element{"Identifier", "type", "CodeableConcept"},
    Element{"Identifier", "system", "uri"},
    Element{"Identifier", "value", "string"},
    Element{"Identifier", "period", "Period"},
    Element{"Identifier", "assigner", "Reference"},
    Element{"HumanName", "use", "name-use"},
    Element{"HumanName", "text", "string"},
    Element{"HumanName", "family", "string"},
    Element{"HumanName", "given", "string", kMany},
    Element{"HumanName", "prefix", "string", kMany},
    Element{"HumanName", "suffix", "string", kMany},
    Element{"HumanName", "period", "Period"},
    Element{"ContactPoint", "system", "telecom-system"},
    Element{"ContactPoint", "value", "string"},
    Element{"ContactPoint", "use", "telecom-use"},
    Element{"ContactPoint", "rank", "integer"},
    Element{"ContactPoint", "period", "Period"},
    Element{"Address", "use", "address-use"},
    Element{"Address", "type", "address-type"},
    Element{"Address", "text", "string"},
    Element{"Address", "line", "string", kMany},
    Element{"Address", "city", "string"},
    Element{"Address", "district", "string"},
    Element{"Address", "state", "string"},
    Element{"Address", "postalCode", "string"},
    Element{"Address", "country", "string"},
    Element{"Address", "period", "Period"},
    Element{"Period", "start", "dateTime"},
    Element{"Period", "end", "dateTime"},
    Element{"CodeableConcept", "coding", "Coding", kMany},
    Element{"CodeableConcept", "text", "string"},
    Element{"Coding", "system", "uri"},
    Element{"Coding", "version", "string"},
    Element{"Coding", "code", "code"},
    Element{"Coding", "display", "string"},
    Element{"Coding", "userSelected", "boolean"},
    Element{"Reference", "reference", "string"},
    Element{"Reference", "type", "uri"},
    Element{"Reference", "identifier", "Identifier"},
    Element{"Reference", "display", "string"},
    Element{"Extension", "url", "uri", false, kRequired},
};

// Primitives whose codes FHIR R4 binds with strength "required", by the type names above.
struct Binding {
  std::string_view type;
  std::span<const std::string_view> codes;
  const char* wanted;
};

constexpr std::string_view kGender[] = {"male", "female", "other", "unknown"};
constexpr std::string_view kLinkType[] = {"replaced-by", "replaces", "refer", "seealso"};
constexpr std::string_view kNarrativeStatus[] = {"generated", "extensions", "additional",
                                                                      "empty"};
constexpr std::string_view kIdentifierUse[] = {"usual", "official", "temp", "secondary",
                                                                    "old"};
constexpr std::string_view kNameUse[] = {"usual",     "official", "temp",  "nickname",
                                                              "anonymous", "old",      "maiden"};
constexpr std::string_view kTelecomSystem[] = {"phone", "fax", "email", "pager",
                                                                    "url",   "sms", "other"};
constexpr std::string_view kTelecomUse[] = {"home", "work", "temp", "old", "mobile"};
constexpr std::string_view kAddressUse[] = {"home", "work", "temp", "old", "billing"};
constexpr std::string_view kAddressType[] = {"postal", "physical", "both"};

constexpr std::array kBindings = {
    Binding{"gender", kGender, "must be male, female, other or unknown"},
    Binding{"link-type", kLinkType, "must be replaced-by, replaces, refer or seealso"},
    Binding{"narrative-status", kNarrativeStatus, "must be generated, extensions, additional or empty"},
    Binding{"identifier-use", kIdentifierUse, "must be usual, official, temp, secondary or old"},
    Binding{"name-use", kNameUse, "must be usual, official, temp, nickname, anonymous, old or maiden"},
    Binding{"telecom-system", kTelecomSystem, "must be phone, fax, email, pager, url, sms or other"},
    Binding{"telecom-use", kTelecomUse, "must be home, work, temp, old or mobile"},
    Binding{"address-use", kAddressUse, "must be home, work, temp, old or billing"},
    Binding{"address-type", kAddressType, "must be postal, physical or both"},
};

bool is_primitive(std::string_view type) {
  return type[0] >= 'a' && type[0] <= 'z' && type != "any";
}

bool is_date(std::string_view text) {
  if (text.size() == 10) return parse_instant(text).has_value();
  if (text.size() != 4 && text.size() != 7) return false;
  return parse_instant(std::string(text) + (text.size() == 4 ? "-01-01" : "-01")).has_value();
}

bool has_blank(std::string_view text) {
  return text.find_first_of(" \t\r\n") != std::string_view::npos;
}

// Null: well formed. Else what it must be.
const char* primitive_fault(std::string_view type, const JsonValue& value) {
  if (type == "boolean") return value.kind == JsonKind::kBool ? nullptr : "must be true or false";
  if (type == "integer") return value.integer() ? nullptr : "must be an integer";
  if (!value.is_string()) return "must be a string";
  const std::string_view text = value.text;
  if (text.empty()) return "must not be empty";
  for (const Binding& binding : kBindings)
    if (binding.type == type)
      return std::find(binding.codes.begin(), binding.codes.end(), text) != binding.codes.end() ? nullptr
                                                                                                : binding.wanted;
  if (type == "xhtml") return narrative_fault(text);
  if (type == "date") return is_date(text) ? nullptr : "must be YYYY, YYYY-MM or YYYY-MM-DD";
  if (type == "dateTime")
    return is_date(text) || (text.size() > 10 && parse_instant(text)) ? nullptr : "must be a FHIR dateTime";
  if (type == "instant") return text.size() > 10 && parse_instant(text) ? nullptr : "must be a FHIR instant";
  if (type == "id") return is_fhir_id(text) ? nullptr : "must be 1 to 64 of A-Z a-z 0-9 - .";
  if (type == "uri") return has_blank(text) ? "must not hold blanks" : nullptr;
  return nullptr;
}

// pat-1 of FHIR R4.
bool says_who(const JsonValue& contact) {
  return contact.find("name") || contact.find("telecom") || contact.find("address") ||
         contact.find("organization");
}

class ShapeCheck {
 public:
  ShapeReport take() { return std::move(report_); }
  void check_object(const JsonValue& object, std::string_view type, const std::string& path);

 private:
  void fault(const std::string& path, const char* code, std::string detail) {
    if (report_.faults.size() < kFaultsMax) report_.faults.push_back({path, code, std::move(detail)});
  }
  // `number`: of the member within its object, from 1.
  void check_member(const JsonMember& member, std::size_t number, std::string_view type, const std::string& path);
  void check_element(const JsonValue& value, std::string_view type, bool many, const std::string& path,
                     bool nulls_allowed);
  void check_one(const JsonValue& value, std::string_view type, const std::string& path);
  void check_companion(const JsonMember& member, const Element& element, const std::string& path);
  void check_any(const JsonValue& value, const std::string& path);

  static constexpr std::size_t kFaultsMax = 20;
  ShapeReport report_;
};

const Element* find_element(std::string_view owner, std::string_view name) {
  for (const auto& element : kElements)
    if (element.owner == owner && element.name == name) return &element;
  return nullptr;
}

void ShapeCheck::check_object(const JsonValue& object, std::string_view type, const std::string& path) {
  if (!object.is_object()) return fault(path, "structure", "must be an object");
  if (object.members.empty()) return fault(path, "structure", "must not be empty");
  for (std::size_t i = 0; i < object.members.size(); ++i) check_member(object.members[i], i + 1, type, path);
  for (const auto& element : kElements) {
    if (element.owner == type && element.required && !object.find(element.name))
      fault(path + "." + std::string(element.name), "required", "is required");
  }
  if (type == "Patient" && object.find("deceasedBoolean") && object.find("deceasedDateTime"))
    fault(path + ".deceased", "structure", "may be given once");
  if (type == "Patient" && object.find("multipleBirthBoolean") && object.find("multipleBirthInteger"))
    fault(path + ".multipleBirth", "structure", "may be given once");
  if (type == "Patient.contact" && !says_who(object) && report_.broken_rules.size() < kFaultsMax)
    report_.broken_rules.push_back({path, "invariant", "needs a name, telecom, address or organization (pat-1)"});
}

void ShapeCheck::check_member(const JsonMember& member, std::size_t number, std::string_view type,
                              const std::string& path) {
  const std::string_view name = member.name;
  const std::string said = sayable_name(name, element_names());
  const std::string here = path + "." + said;
  if (name == "extension") return check_element(member.value, "Extension", kMany, here, false);
  if (name == "modifierExtension") {
    report_.modifiers.push_back(here);
    return check_element(member.value, "Extension", kMany, here, false);
  }
  if (name == "implicitRules" && type == "Patient") report_.modifiers.push_back(here);
  if (name == "id" && type != "Patient") return check_one(member.value, "string", here);
  if (type == "Extension" && name.starts_with("value") && name.size() > 5)
    return check_any(member.value, here);
  if (const Element* element = find_element(type, name))
    return check_element(member.value, element->type, element->many, here,
                         element->many && is_primitive(element->type));
  if (name.starts_with('_')) {
    const bool of_value = type == "Extension" && name.starts_with("_value");
    const Element* element = find_element(type, name.substr(1));
    if (of_value) return check_any(member.value, here);
    if (element && is_primitive(element->type)) return check_companion(member, *element, here);
  }
  const std::string which = said == kUnsayable ? "member " + std::to_string(number) + ": " : "";
  fault(here, "structure", which + "is not a known element of " + std::string(type));
}

void ShapeCheck::check_element(const JsonValue& value, std::string_view type, bool many,
                               const std::string& path, bool nulls_allowed) {
  if (!many) return check_one(value, type, path);
  if (!value.is_array()) return fault(path, "structure", "must be an array");
  if (value.items.empty()) return fault(path, "structure", "must not be an empty array");
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (nulls_allowed && value.items[i].kind == JsonKind::kNull) continue;
    check_one(value.items[i], type, path + "[" + std::to_string(i) + "]");
  }
}

void ShapeCheck::check_one(const JsonValue& value, std::string_view type, const std::string& path) {
  if (type == "any") return check_any(value, path);
  if (!is_primitive(type)) return check_object(value, type, path);
  if (const char* wrong = primitive_fault(type, value)) fault(path, "value", wrong);
}

// `_birthDate` beside `birthDate`: ids and extensions of a primitive, with nulls to keep places in arrays.
void ShapeCheck::check_companion(const JsonMember& member, const Element& element, const std::string& path) {
  const std::vector<JsonValue>* items =
      element.many && member.value.is_array() ? &member.value.items : nullptr;
  if (element.many && !items) return fault(path, "structure", "must be an array");
  const std::size_t count = items ? items->size() : 1;
  for (std::size_t i = 0; i < count; ++i) {
    const JsonValue& one = items ? (*items)[i] : member.value;
    if (items && one.kind == JsonKind::kNull) continue;
    check_object(one, "Element", path);
  }
}

void ShapeCheck::check_any(const JsonValue& value, const std::string& path) {
  const bool empty = (value.is_string() && value.text.empty()) || (value.is_array() && value.items.empty()) ||
                     (value.is_object() && value.members.empty());
  if (empty) return fault(path, "structure", "must not be empty");
  for (const auto& item : value.items) check_any(item, path);
  for (const auto& member : value.members) {
    if (member.name == "modifierExtension") report_.modifiers.push_back(path + ".modifierExtension");
    check_any(member.value, path + "." + sayable_name(member.name, element_names()));
  }
}

}  // namespace

const std::vector<std::string>& element_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = {"extension", "modifierExtension", "valueBoolean", "valueInteger", "valueString",
                                    "parameter", "resource"};
    for (const auto& field : kPersonFields) all.emplace_back(field.name);  // the flat form's, taken for FHIR's
    for (const auto& element : kElements) {
      all.emplace_back(element.name);
      if (is_primitive(element.type)) all.push_back("_" + std::string(element.name));
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }();
  return names;
}

ShapeReport check_patient_shape(const JsonValue& patient) {
  ShapeCheck check;
  check.check_object(patient, "Patient", "Patient");
  return check.take();
}

}  // namespace gmpi::fhir
