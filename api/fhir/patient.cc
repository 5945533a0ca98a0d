#include "api/fhir/patient.h"

#include <algorithm>
#include <array>

#include "api/fhir/patient_shape.h"
#include "api/fhir/resource_id.h"
#include "api/http/problem.h"
#include "api/instant.h"
#include "api/json/sayable_name.h"
#include "models/restricted.h"

namespace gmpi::fhir {
namespace {

using http::FieldFault;
using http::make_problem;

constexpr std::string_view kStatusExtension =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";
constexpr std::array<std::string_view, 2> kStatusSystems = {
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus"};
constexpr std::string_view kMothersMaidenName =
    "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName";

constexpr std::string_view kConfidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

/// The strictest restriction among the security labels, as restriction_code(): V, R or empty.
std::string_view restriction_of(const JsonValue& meta) {
  std::string_view strictest;
  for (const auto& label : meta.array_member("security")) {
    if (label.string_member("system") != kConfidentiality) continue;
    const std::string_view code = restriction_code(label.string_member("code"));
    if (strictest.empty() || code == "V") strictest = code;
  }
  return strictest;
}

const JsonValue* find_extension(const JsonValue& element, std::string_view url) {
  for (const auto& extension : element.array_member("extension"))
    if (extension.string_member("url") == url) return &extension;
  return nullptr;
}

std::string join(const std::vector<JsonValue>& items, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < items.size(); ++i) {
    if (!items[i].is_string()) continue;
    if (!text.empty()) text += ' ';
    text += items[i].text;
  }
  return text;
}

class PatientReader {
 public:
  PatientReader(const PatientContext& context, SourceRecord& record) : context_(context), record_(record) {
    if (context.as_of_ms != 0) today_ = format_day(context.as_of_ms);
  }

  void read(const JsonValue& patient) {
    read_identifiers(patient);
    read_names(patient);
    read_addresses(patient);
    read_telecoms(patient);
    read_singles(patient);
  }
  std::vector<FieldFault> faults;

 private:
  void add(std::string_view name, std::string_view value);
  bool is_over(const JsonValue& element) const;
  bool is_to_come(const JsonValue& element) const;
  bool is_current(const JsonValue& element) const { return !is_over(element) && !is_to_come(element); }
  void read_identifiers(const JsonValue& patient);
  void read_nhs_number(const JsonValue& identifier, const std::string& path);
  void read_names(const JsonValue& patient);
  void read_main_name(const JsonValue& name);
  void read_other_name(const JsonValue& name);
  void read_addresses(const JsonValue& patient);
  void read_telecoms(const JsonValue& patient);
  void read_singles(const JsonValue& patient);

  const PatientContext& context_;
  SourceRecord& record_;
  std::string today_;
};

void PatientReader::add(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (value.size() > context_.limits.field_bytes_max)
    faults.push_back({"Patient", "too-long", std::string(name) + " is longer than this index reads"});
  else if (record_.fields.size() == context_.limits.fields_max)
    faults.push_back({"Patient", "too-long", "more values than one record may have"});
  else
    record_.fields.push_back({std::string(name), std::string(value)});
}

// An element that is marked old, or whose period ended before today. A partial end is over when its last day
// is.
bool PatientReader::is_over(const JsonValue& element) const {
  if (element.string_member("use") == "old") return true;
  const JsonValue* period = element.find("period");
  if (!period || today_.empty()) return false;
  const std::string_view end = period->string_member("end").substr(0, 10);
  return !end.empty() && end < std::string_view(today_).substr(0, end.size());
}

// An element whose period begins after today.
bool PatientReader::is_to_come(const JsonValue& element) const {
  const JsonValue* period = element.find("period");
  if (!period || today_.empty()) return false;
  const std::string_view start = period->string_member("start").substr(0, 10);
  return start > std::string_view(today_).substr(0, start.size());
}

void PatientReader::read_nhs_number(const JsonValue& identifier, const std::string& path) {
  if (!record_.field("nhs_number").empty()) {
    faults.push_back({path, "business-rule", "a second current NHS number; mark superseded ones use = old"});
    return;
  }
  add("nhs_number", identifier.string_member("value"));
  const JsonValue* extension = find_extension(identifier, kStatusExtension);
  const JsonValue* concept_ = extension ? extension->find("valueCodeableConcept") : nullptr;
  if (!concept_) return;
  for (const auto& coding : concept_->array_member("coding")) {
    if (std::find(kStatusSystems.begin(), kStatusSystems.end(), coding.string_member("system")) ==
        kStatusSystems.end())
      continue;
    return add("nhs_number_status", coding.string_member("code"));
  }
}

void PatientReader::read_identifiers(const JsonValue& patient) {
  const auto& identifiers = patient.array_member("identifier");
  for (std::size_t i = 0; i < identifiers.size(); ++i) {
    const JsonValue& identifier = identifiers[i];
    const std::string_view value = identifier.string_member("value");
    const std::string_view system = identifier.string_member("system");
    if (value.empty() || is_over(identifier)) continue;
    if (system == kNhsNumberSystem)
      read_nhs_number(identifier, "Patient.identifier[" + std::to_string(i) + "]");
    else
      add("identifier", system.empty() ? std::string(value) : std::string(system) + ":" + std::string(value));
  }
}

void PatientReader::read_main_name(const JsonValue& name) {
  const auto& given = name.array_member("given");
  const std::string_view family = name.string_member("family");
  if (given.empty() && family.empty()) return add("full_name", name.string_member("text"));
  add("title", join(name.array_member("prefix"), 0));
  // A null holds the place of a name that has only extensions; the first real name is the given name.
  const auto first =
      std::find_if(given.begin(), given.end(), [](const JsonValue& item) { return item.is_string(); });
  if (first != given.end()) {
    add("given_name", first->text);
    add("middle_names", join(given, static_cast<std::size_t>(first - given.begin()) + 1));
  }
  add("surname", family);
  add("suffix", join(name.array_member("suffix"), 0));
}

void PatientReader::read_other_name(const JsonValue& name) {
  const std::string given = join(name.array_member("given"), 0);
  const std::string_view family = name.string_member("family");
  const std::string_view use = name.string_member("use");
  if (use == "anonymous") return;
  if (use == "nickname")
    return add("known_as", given.empty() ? name.string_member("text") : std::string_view(given));
  if (use == "maiden" || is_over(name)) return add("previous_surname", family);
  std::string whole = given;
  if (!given.empty() && !family.empty()) whole += ' ';
  whole += family;
  add("alias", whole.empty() ? name.string_member("text") : std::string_view(whole));
}

// Index of the element whose use comes first in `order` and which is current; npos when there is none.
template <std::size_t N, class IsCurrent>
std::size_t find_main(const std::vector<JsonValue>& elements, const std::array<std::string_view, N>& order,
                      IsCurrent is_current) {
  for (const std::string_view use : order) {
    for (std::size_t i = 0; i < elements.size(); ++i)
      if (elements[i].string_member("use") == use && is_current(elements[i])) return i;
  }
  return std::string::npos;
}

void PatientReader::read_names(const JsonValue& patient) {
  static constexpr std::array<std::string_view, 4> kOrder = {"usual", "official", "", "temp"};
  const auto& names = patient.array_member("name");
  const std::size_t main = find_main(names, kOrder, [this](const JsonValue& name) { return is_current(name); });
  if (main != std::string::npos) read_main_name(names[main]);
  for (std::size_t i = 0; i < names.size(); ++i)
    if (i != main) read_other_name(names[i]);
}

void PatientReader::read_addresses(const JsonValue& patient) {
  static constexpr std::array<std::string_view, 5> kOrder = {"home", "", "work", "billing", "temp"};
  const auto& addresses = patient.array_member("address");
  const std::size_t main =
      find_main(addresses, kOrder, [this](const JsonValue& address) { return is_current(address); });
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const JsonValue& address = addresses[i];
    if (i != main) {
      add("previous_postcode", address.string_member("postalCode"));
      continue;
    }
    const auto& lines = address.array_member("line");
    for (const auto& line : lines)
      if (line.is_string()) add("address_line", line.text);
    if (lines.empty()) add("address_line", address.string_member("text"));
    add("town", address.string_member("city"));
    const std::string_view district = address.string_member("district");
    add("county", district.empty() ? address.string_member("state") : district);
    add("postcode", address.string_member("postalCode"));
  }
}

void PatientReader::read_telecoms(const JsonValue& patient) {
  for (const auto& telecom : patient.array_member("telecom")) {
    const std::string_view system = telecom.string_member("system");
    if (is_over(telecom)) continue;
    if (system == "phone" || system == "sms") add("phone", telecom.string_member("value"));
    if (system == "email") add("email", telecom.string_member("value"));
  }
}

void PatientReader::read_singles(const JsonValue& patient) {
  add("dob", patient.string_member("birthDate"));
  add("death_date", patient.string_member("deceasedDateTime").substr(0, 10));
  add("sex", patient.string_member("gender"));
  if (const JsonValue* order = patient.find("multipleBirthInteger")) add("birth_order", order->text);
  if (const JsonValue* extension = find_extension(patient, kMothersMaidenName))
    add("mother_surname", extension->string_member("valueString"));
  if (const JsonValue* meta = patient.find("meta")) add("restricted", restriction_of(*meta));
  for (const auto& reference : patient.array_member("generalPractitioner")) {
    const JsonValue* identifier = reference.find("identifier");
    if (!identifier || identifier->string_member("system") != kOdsSystem) continue;
    return add("gp_practice", identifier->string_member("value"));
  }
}

RecordReading refused(const char* code, std::vector<FieldFault> faults) {
  auto problem = make_problem(code, faults.front().pointer + " " + faults.front().detail);
  problem.faults = std::move(faults);
  return {std::nullopt, std::move(problem)};
}

// Null: the shape is a Patient's and nothing in it must be understood that we do not understand.
std::optional<RecordReading> check_patient(const JsonValue& patient) {
  if (!patient.is_object() || patient.string_member("resourceType") != "Patient")
    return refused("invalid_field", {{"Patient", "structure", "a Patient resource is needed"}});
  ShapeReport report = check_patient_shape(patient);
  if (!report.faults.empty()) return refused("invalid_field", std::move(report.faults));
  std::vector<FieldFault> faults;
  for (auto& place : report.modifiers)
    faults.push_back({std::move(place), "extension",
                      "changes the meaning of the record in a way this index does not know"});
  for (auto& rule : report.broken_rules) faults.push_back(std::move(rule));
  if (faults.empty()) return std::nullopt;
  return refused("unprocessable", std::move(faults));
}

// ---- back to FHIR

std::string_view value_of(std::span<const SourceField> fields, std::string_view name) {
  for (const auto& field : fields)
    if (field.name == name) return field.value;
  return {};
}

JsonValue strings_of(std::span<const SourceField> fields, std::string_view name) {
  JsonValue array = JsonValue::array();
  for (const auto& field : fields)
    if (field.name == name) array.add(JsonValue::of_string(field.value));
  return array;
}

void set_text(JsonValue& object, std::string_view name, std::string_view text) {
  if (!text.empty()) object.set(name, JsonValue::of_string(text));
}

void set_filled(JsonValue& object, std::string_view name, JsonValue value) {
  if (!value.items.empty() || !value.members.empty()) object.set(name, std::move(value));
}

// FHIR writes the number without the blanks and hyphens a source may have used; what is no number stays as it
// is.
std::string compact_nhs_number(std::string_view number) {
  std::string digits;
  for (const char c : number)
    if (c >= '0' && c <= '9') digits += c;
  const bool spaced = number.find_first_not_of("0123456789 -") == std::string_view::npos;
  return spaced && digits.size() == 10 ? digits : std::string(number);
}

JsonValue nhs_identifier(std::string_view number, std::string_view status) {
  JsonValue identifier = JsonValue::object();
  if (!status.empty()) {
    JsonValue coding = JsonValue::object();
    coding.set("system", JsonValue::of_string(kStatusSystems.front()))
        .set("code", JsonValue::of_string(status));
    JsonValue meaning = JsonValue::object();
    meaning.set("coding", JsonValue::array().add(std::move(coding)));
    JsonValue extension = JsonValue::object();
    extension.set("url", JsonValue::of_string(kStatusExtension))
        .set("valueCodeableConcept", std::move(meaning));
    identifier.set("extension", JsonValue::array().add(std::move(extension)));
  }
  identifier.set("system", JsonValue::of_string(kNhsNumberSystem))
      .set("value", JsonValue::of_string(compact_nhs_number(number)));
  return identifier;
}

JsonValue identifiers_from(std::span<const SourceField> fields) {
  JsonValue identifiers = JsonValue::array();
  if (const auto number = value_of(fields, "nhs_number"); !number.empty())
    identifiers.add(nhs_identifier(number, value_of(fields, "nhs_number_status")));
  for (const auto& field : fields) {
    if (field.name != "identifier") continue;
    // What the system says was checked is the field nhs_number, and nothing else.
    if (field.value.starts_with(std::string(kNhsNumberSystem) + ':')) continue;
    // "system:value": a system that is a URI has colons itself, so the last one parts them.
    const std::size_t colon = field.value.rfind(':');
    JsonValue identifier = JsonValue::object();
    const bool has_system = colon != std::string::npos && colon > 0 && colon + 1 < field.value.size();
    if (has_system) set_text(identifier, "system", std::string_view(field.value).substr(0, colon));
    set_text(identifier, "value", has_system ? std::string_view(field.value).substr(colon + 1) : field.value);
    identifiers.add(std::move(identifier));
  }
  return identifiers;
}

JsonValue name_of_use(std::string_view use) {
  JsonValue name = JsonValue::object();
  name.set("use", JsonValue::of_string(use));
  return name;
}

JsonValue names_from(std::span<const SourceField> fields) {
  JsonValue names = JsonValue::array();
  JsonValue main = name_of_use("usual");
  set_text(main, "text", value_of(fields, "full_name"));
  set_text(main, "family", value_of(fields, "surname"));
  JsonValue given = strings_of(fields, "given_name");
  if (const auto middle = value_of(fields, "middle_names"); !middle.empty())
    given.add(JsonValue::of_string(middle));
  set_filled(main, "given", std::move(given));
  set_filled(main, "prefix", strings_of(fields, "title"));
  set_filled(main, "suffix", strings_of(fields, "suffix"));
  if (main.members.size() > 1) names.add(std::move(main));
  for (const auto& field : fields) {
    if (field.name == "known_as")
      names.add(
          name_of_use("nickname").set("given", JsonValue::array().add(JsonValue::of_string(field.value))));
    if (field.name == "previous_surname")
      names.add(name_of_use("old").set("family", JsonValue::of_string(field.value)));
    if (field.name == "alias") names.add(JsonValue::object().set("text", JsonValue::of_string(field.value)));
  }
  return names;
}

JsonValue addresses_from(std::span<const SourceField> fields) {
  JsonValue addresses = JsonValue::array();
  JsonValue home = JsonValue::object();
  home.set("use", JsonValue::of_string("home"));
  set_filled(home, "line", strings_of(fields, "address_line"));
  set_text(home, "city", value_of(fields, "town"));
  set_text(home, "district", value_of(fields, "county"));
  set_text(home, "postalCode", value_of(fields, "postcode"));
  if (home.members.size() > 1) addresses.add(std::move(home));
  for (const auto& field : fields) {
    if (field.name != "previous_postcode") continue;
    JsonValue old = JsonValue::object();
    old.set("use", JsonValue::of_string("old")).set("postalCode", JsonValue::of_string(field.value));
    addresses.add(std::move(old));
  }
  return addresses;
}

JsonValue telecoms_from(std::span<const SourceField> fields) {
  JsonValue telecoms = JsonValue::array();
  for (const auto& field : fields) {
    if (field.name != "phone" && field.name != "email") continue;
    JsonValue telecom = JsonValue::object();
    telecom.set("system", JsonValue::of_string(field.name)).set("value", JsonValue::of_string(field.value));
    telecoms.add(std::move(telecom));
  }
  return telecoms;
}

// Codes of sources other than FHIR, as far as they are plain; anything else is left out rather than guessed.
std::string_view gender_from(std::string_view sex) {
  struct Code {
    std::string_view sent, gender;
  };
  static constexpr std::array kCodes = {
      Code{"male", "male"}, Code{"female", "female"}, Code{"other", "other"}, Code{"unknown", "unknown"},
      Code{"M", "male"},    Code{"F", "female"},      Code{"O", "other"},     Code{"U", "unknown"},
      Code{"1", "male"},    Code{"2", "female"},      Code{"9", "other"},     Code{"X", "unknown"},
      Code{"Male", "male"}, Code{"Female", "female"}, Code{"MALE", "male"},   Code{"FEMALE", "female"},
      Code{"m", "male"},    Code{"f", "female"}};
  for (const auto& code : kCodes)
    if (code.sent == sex) return code.gender;
  return {};
}

bool is_fhir_date(std::string_view text) {
  JsonValue probe = JsonValue::object();
  probe.set("resourceType", JsonValue::of_string("Patient")).set("birthDate", JsonValue::of_string(text));
  return check_patient_shape(probe).faults.empty();
}

void set_care_and_births(JsonValue& patient, std::span<const SourceField> fields) {
  const auto order = value_of(fields, "birth_order");
  if (order.size() == 1 && order[0] >= '1' && order[0] <= '9')
    patient.set("multipleBirthInteger", JsonValue::of_number(std::string(order)));
  if (const auto practice = value_of(fields, "gp_practice"); !practice.empty()) {
    JsonValue identifier = JsonValue::object();
    identifier.set("system", JsonValue::of_string(kOdsSystem)).set("value", JsonValue::of_string(practice));
    JsonValue reference = JsonValue::object();
    reference.set("identifier", std::move(identifier));
    patient.set("generalPractitioner", JsonValue::array().add(std::move(reference)));
  }
}

}  // namespace

RecordReading read_patient(const JsonValue& patient, std::string_view verbatim,
                           const PatientContext& context) {
  if (auto refusal = check_patient(patient)) return *std::move(refusal);
  SourceRecord record;
  record.key = context.key;
  PatientReader reader(context, record);
  reader.read(patient);
  if (!reader.faults.empty()) return refused("unprocessable", std::move(reader.faults));
  if (const JsonValue* meta = patient.find("meta"); meta && context.keep_source_version) {
    record.version = meta->string_member("versionId");
    record.event_ms = parse_instant(meta->string_member("lastUpdated")).value_or(0);
  }
  record.verbatim_format = VerbatimFormat::kFhirJson;
  record.verbatim = verbatim;
  return {std::move(record), {}};
}

RecordReading read_patient(std::string_view json, const PatientContext& context) {
  const JsonParse parsed = parse_json(json, context.limits.json);
  if (!parsed.value) {
    auto problem = make_problem("invalid_json", describe(parsed.fault, element_names()));
    return {std::nullopt, std::move(problem)};
  }
  return read_patient(*parsed.value, json, context);
}

Result<SourceRecord> source_record_from_fhir(std::string_view json, std::string_view source,
                                             UnixMillis as_of_ms, const PatientLimits& limits) {
  const JsonParse parsed = parse_json(json, limits.json);
  if (!parsed.value) return make_error(ErrorCode::kInvalidInput, describe(parsed.fault, element_names()));
  PatientContext context;
  context.as_of_ms = as_of_ms;
  context.keep_source_version = true;
  context.limits = limits;
  RecordReading reading = read_patient(*parsed.value, json, context);
  if (!reading.record) return make_error(ErrorCode::kInvalidInput, std::move(reading.problem.detail));
  const std::string_view id = parsed.value->string_member("id");
  if (id.empty()) return make_error(ErrorCode::kInvalidInput, "Patient.id is required");
  if (!source.empty() && id.find('.') == std::string_view::npos) {
    reading.record->key = {std::string(source), std::string(id)};
  } else {
    const auto named = read_resource_id(id);
    const RecordKey* key = named ? std::get_if<RecordKey>(&*named) : nullptr;
    if (!key)
      return make_error(ErrorCode::kInvalidInput, "Patient.id does not name a record (docs/api.md, ids)");
    reading.record->key = *key;
  }
  return *std::move(reading.record);
}

JsonValue patient_from_fields(std::span<const SourceField> fields) {
  JsonValue patient = JsonValue::object();
  patient.set("resourceType", JsonValue::of_string("Patient"));
  if (const auto code = restriction_code(value_of(fields, "restricted")); !code.empty()) {
    JsonValue label = JsonValue::object();
    label.set("system", JsonValue::of_string(kConfidentiality)).set("code", JsonValue::of_string(code));
    JsonValue meta = JsonValue::object();
    patient.set("meta", meta.set("security", JsonValue::array().add(std::move(label))));
  }
  if (const auto surname = value_of(fields, "mother_surname"); !surname.empty()) {
    JsonValue extension = JsonValue::object();
    extension.set("url", JsonValue::of_string(kMothersMaidenName))
        .set("valueString", JsonValue::of_string(surname));
    patient.set("extension", JsonValue::array().add(std::move(extension)));
  }
  set_filled(patient, "identifier", identifiers_from(fields));
  set_filled(patient, "name", names_from(fields));
  set_filled(patient, "telecom", telecoms_from(fields));
  set_text(patient, "gender", gender_from(value_of(fields, "sex")));
  if (const auto dob = value_of(fields, "dob"); is_fhir_date(dob)) set_text(patient, "birthDate", dob);
  if (const auto death = value_of(fields, "death_date"); is_fhir_date(death))
    set_text(patient, "deceasedDateTime", death);
  set_filled(patient, "address", addresses_from(fields));
  set_care_and_births(patient, fields);
  return patient;
}

JsonValue patient_from(const SourceRecord& record) {
  if (record.verbatim_format == VerbatimFormat::kFhirJson) {
    JsonParse parsed = parse_json(record.verbatim, PatientLimits{}.json);
    if (parsed.value && parsed.value->is_object()) return *std::move(parsed.value);
  }
  return patient_from_fields(record.fields);
}

}  // namespace gmpi::fhir
