#include "api/fhir/patient.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/fhir/patient_shape.h"
#include "api/instant.h"
#include "api/json/write.h"

namespace gmpi::fhir {
namespace {

using testing::ElementsAre;
using Values = std::vector<SourceField>;

std::string patient(const std::string& members) {
  return R"({"resourceType":"Patient")" + (members.empty() ? "" : "," + members) + "}";
}

RecordReading read(const std::string& members) {
  PatientContext context;
  context.key = {"fhir", "1"};
  context.as_of_ms = *parse_instant("2026-06-15");
  return read_patient(patient(members), context);
}

struct Mapping {
  const char* name;
  const char* members;
  Values fields;
};

class PatientMapping : public testing::TestWithParam<Mapping> {};

TEST_P(PatientMapping, gives_the_fields) {
  const auto reading = read(GetParam().members);
  ASSERT_TRUE(reading.record) << reading.problem.detail;
  EXPECT_EQ(reading.record->fields, GetParam().fields);
}

INSTANTIATE_TEST_SUITE_P(
    Names, PatientMapping,
    testing::Values(
        Mapping{
            "official",
            R"("name":[{"use":"official","family":"O'Neill","given":["Siân","Mary","Ann"],"prefix":["Dr"],"suffix":["Jr"]}])",
            {{"title", "Dr"},
             {"given_name", "Siân"},
             {"middle_names", "Mary Ann"},
             {"surname", "O'Neill"},
             {"suffix", "Jr"}}},
        Mapping{
            "usual_before_official",
            R"("name":[{"use":"official","family":"A","given":["X"]},{"use":"usual","family":"B","given":["Y"]}])",
            {{"given_name", "Y"}, {"surname", "B"}, {"alias", "X A"}}},
        Mapping{"no_use", R"("name":[{"family":"A"}])", {{"surname", "A"}}},
        Mapping{"maiden_first",
                R"("name":[{"use":"maiden","family":"Old"},{"use":"official","family":"New","given":["G"]}])",
                {{"given_name", "G"}, {"surname", "New"}, {"previous_surname", "Old"}}},
        Mapping{"only_maiden", R"("name":[{"use":"maiden","family":"Old"}])", {{"previous_surname", "Old"}}},
        Mapping{"nickname",
                R"("name":[{"family":"A","given":["William"]},{"use":"nickname","given":["Bill"]}])",
                {{"given_name", "William"}, {"surname", "A"}, {"known_as", "Bill"}}},
        Mapping{
            "ended_name",
            R"("name":[{"use":"official","family":"Old","period":{"end":"2020-01-01"}},{"use":"official","family":"New"}])",
            {{"surname", "New"}, {"previous_surname", "Old"}}},
        Mapping{"name_ending_tomorrow",
                R"("name":[{"use":"official","family":"A","period":{"end":"2026-06-16"}}])",
                {{"surname", "A"}}},
        Mapping{
            "name_beginning_tomorrow",
            R"("name":[{"use":"usual","family":"Next","period":{"start":"2026-06-16"}},{"use":"official","family":"A","given":["B"],"period":{"start":"2026-06-15"}}])",
            {{"given_name", "B"}, {"surname", "A"}, {"alias", "Next"}}},
        Mapping{"text_only", R"("name":[{"text":"Ada Okafor"}])", {{"full_name", "Ada Okafor"}}},
        Mapping{"mononym", R"("name":[{"use":"usual","given":["Suharto"]}])", {{"given_name", "Suharto"}}},
        Mapping{"anonymous_is_left_out", R"("name":[{"use":"anonymous","family":"Hidden"}])", {}},
        Mapping{"null_given",
                R"("name":[{"given":[null,"B"],"_given":[{"id":"x"},null]}])",
                {{"given_name", "B"}}}),
    [](const auto& tested) { return std::string(tested.param.name); });

const char* const kVerified =
    R"("identifier":[{"extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus","valueCodeableConcept":{"coding":[{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland","code":"01"}]}}],"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919"}])";
const char* const kVerifiedOlder =
    R"("identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919","extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus","valueCodeableConcept":{"coding":[{"system":"urn:other","code":"99"},{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus","code":"02"}]}}]}])";

INSTANTIATE_TEST_SUITE_P(
    Identifiers, PatientMapping,
    testing::Values(
        Mapping{
            "nhs_number_verified", kVerified, {{"nhs_number", "9434765919"}, {"nhs_number_status", "01"}}},
        Mapping{"nhs_number_older_code_system",
                kVerifiedOlder,
                {{"nhs_number", "9434765919"}, {"nhs_number_status", "02"}}},
        Mapping{"others_keep_their_system",
                R"("identifier":[{"system":"https://trust/mrn","value":"A1"},{"value":"B2"}])",
                {{"identifier", "https://trust/mrn:A1"}, {"identifier", "B2"}}},
        Mapping{
            "old_nhs_number_is_no_evidence",
            R"("identifier":[{"use":"old","system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919"},{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}])",
            {{"nhs_number", "9990000018"}}},
        Mapping{
            "ended_identifier", R"("identifier":[{"system":"s","value":"A1","period":{"end":"2019"}}])", {}}),
    [](const auto& tested) { return std::string(tested.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Rest, PatientMapping,
    testing::Values(
        Mapping{
            "address",
            R"("address":[{"use":"home","line":["Flat 2","1 High St"],"city":"Bury","district":"Greater Manchester","postalCode":"BL9 0AA"}])",
            {{"address_line", "Flat 2"},
             {"address_line", "1 High St"},
             {"town", "Bury"},
             {"county", "Greater Manchester"},
             {"postcode", "BL9 0AA"}}},
        Mapping{
            "old_temp_and_ended_addresses_give_previous_postcodes",
            R"("address":[{"use":"old","postalCode":"M1 1AA"},{"use":"temp","postalCode":"M2 2BB"},{"postalCode":"M3 3CC"},{"use":"home","postalCode":"M4 4DD","period":{"end":"2021"}}])",
            {{"previous_postcode", "M1 1AA"},
             {"previous_postcode", "M2 2BB"},
             {"postcode", "M3 3CC"},
             {"previous_postcode", "M4 4DD"}}},
        Mapping{
            "telecom",
            R"("telecom":[{"system":"phone","value":"0161"},{"system":"sms","value":"077"},{"system":"email","value":"a@b"},{"system":"fax","value":"1"},{"system":"phone","use":"old","value":"2"}])",
            {{"phone", "0161"}, {"phone", "077"}, {"email", "a@b"}}},
        Mapping{"partial_birth_date", R"("birthDate":"1984-01")", {{"dob", "1984-01"}}},
        Mapping{"death_gender_birth_order",
                R"("gender":"female","deceasedDateTime":"2024-05-01T10:00:00Z","multipleBirthInteger":2)",
                {{"death_date", "2024-05-01"}, {"sex", "female"}, {"birth_order", "2"}}},
        Mapping{
            "practice_and_mother",
            R"("extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName","valueString":"Khan"}],"generalPractitioner":[{"reference":"Practitioner/1"},{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"P84001"}}])",
            {{"mother_surname", "Khan"}, {"gp_practice", "P84001"}}},
        Mapping{
            "restricted_person",
            R"("meta":{"security":[{"system":"urn:other","code":"V"},{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"U"},{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},"gender":"male")",
            {{"sex", "male"}, {"restricted", "R"}}},
        Mapping{
            "very_restricted_person",
            R"("meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"V"},{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]})",
            {{"restricted", "V"}}},
        Mapping{
            "unrestricted_person",
            R"("meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"U"}]})",
            {}},
        Mapping{"empty_patient", "", {}}),
    [](const auto& tested) { return std::string(tested.param.name); });

struct Refusal {
  const char* name;
  const char* members;
  int status;
  const char* expression;
};

class PatientRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(PatientRefusal, names_the_element) {
  const auto reading = read(GetParam().members);
  ASSERT_FALSE(reading.record);
  EXPECT_EQ(reading.problem.status, GetParam().status) << reading.problem.detail;
  ASSERT_FALSE(reading.problem.faults.empty());
  EXPECT_EQ(reading.problem.faults.front().pointer, GetParam().expression);
}

INSTANTIATE_TEST_SUITE_P(
    Table, PatientRefusal,
    testing::Values(
        Refusal{"unknown_element", R"("brithDate":"1984")", 400, "Patient.brithDate"},
        Refusal{"unknown_nested_element", R"("name":[{"familly":"A"}])", 400, "Patient.name[0].familly"},
        Refusal{"object_for_array", R"("name":{"family":"A"})", 400, "Patient.name"},
        Refusal{"array_for_single", R"("birthDate":["1984"])", 400, "Patient.birthDate"},
        Refusal{"string_for_given", R"("name":[{"given":"A"}])", 400, "Patient.name[0].given"},
        Refusal{"number_for_string", R"("name":[{"family":1}])", 400, "Patient.name[0].family"},
        Refusal{"string_for_boolean", R"("active":"true")", 400, "Patient.active"},
        Refusal{"empty_array", R"("name":[])", 400, "Patient.name"},
        Refusal{"empty_object", R"("name":[{}])", 400, "Patient.name[0]"},
        Refusal{"empty_string", R"("name":[{"family":""}])", 400, "Patient.name[0].family"},
        Refusal{"null", R"("birthDate":null)", 400, "Patient.birthDate"},
        Refusal{"null_in_object_array", R"("name":[null])", 400, "Patient.name[0]"},
        Refusal{"gender_code", R"("gender":"M")", 400, "Patient.gender"},
        Refusal{"name_use", R"("name":[{"family":"A"},{"use":"Maiden","family":"A"}])", 400, "Patient.name[1].use"},
        Refusal{"address_use", R"("address":[{"use":"main"}])", 400, "Patient.address[0].use"},
        Refusal{"address_type", R"("address":[{"type":"home"}])", 400, "Patient.address[0].type"},
        Refusal{"telecom_system", R"("telecom":[{"system":"mobile","value":"1"}])", 400, "Patient.telecom[0].system"},
        Refusal{"telecom_use", R"("telecom":[{"use":"main","value":"1"}])", 400, "Patient.telecom[0].use"},
        Refusal{"identifier_use", R"("identifier":[{"use":"nickname","value":"1"}])", 400, "Patient.identifier[0].use"},
        Refusal{"link_type", R"("link":[{"other":{"reference":"Patient/1"},"type":"see-also"}])", 400,
                "Patient.link[0].type"},
        Refusal{"contact_gender", R"("contact":[{"name":{"family":"A"},"gender":"F"}])", 400, "Patient.contact[0].gender"},
        Refusal{"narrative_status", R"("text":{"status":"made","div":"<div>x</div>"})", 400, "Patient.text.status"},
        Refusal{"script", R"("text":{"status":"generated","div":"<div><script>x</script></div>"})", 400, "Patient.text.div"},
        Refusal{"event_attribute", R"("text":{"status":"generated","div":"<div onclick='x'>y</div>"})", 400,
                "Patient.text.div"},
        Refusal{"contact_without_a_person", R"("contact":[{"name":{"family":"A"}},{"gender":"male"}])", 422,
                "Patient.contact[1]"},
        Refusal{"date_form", R"("birthDate":"01/02/1984")", 400, "Patient.birthDate"},
        Refusal{"date_no_such_day", R"("birthDate":"1983-02-29")", 400, "Patient.birthDate"},
        Refusal{"date_time_without_zone", R"("deceasedDateTime":"2024-01-01T00:00:00")", 400,
                "Patient.deceasedDateTime"},
        Refusal{"deceased_twice", R"("deceasedBoolean":true,"deceasedDateTime":"2024")", 400,
                "Patient.deceased"},
        Refusal{"bad_id", R"("id":"a b")", 400, "Patient.id"},
        Refusal{"extension_without_url", R"("extension":[{"valueString":"x"}])", 400,
                "Patient.extension[0].url"},
        Refusal{"link_without_type", R"("link":[{"other":{"reference":"Patient/1"}}])", 400,
                "Patient.link[0].type"},
        Refusal{"fractional_birth_order", R"("multipleBirthInteger":1.5)", 400,
                "Patient.multipleBirthInteger"},
        Refusal{"modifier_extension", R"("modifierExtension":[{"url":"http://x","valueBoolean":true}])", 422,
                "Patient.modifierExtension"},
        Refusal{"nested_modifier_extension",
                R"("contact":[{"modifierExtension":[{"url":"http://x","valueBoolean":true}]}])", 422,
                "Patient.contact[0].modifierExtension"},
        Refusal{"implicit_rules", R"("implicitRules":"http://x")", 422, "Patient.implicitRules"},
        Refusal{
            "two_nhs_numbers",
            R"("identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"1"},{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"2"}])",
            422, "Patient.identifier[1]"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Patient, what_is_accepted_beyond_the_mapping_is_kept_as_it_came) {
  const std::string text = patient(
      R"("meta":{"profile":["https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"]},"text":{"status":"generated","div":"<div>x</div>"},)"
      R"("extension":[{"url":"http://unknown","extension":[{"url":"a","valueDecimal":1.50}]}],"birthDate":"1984-01-02",)"
      R"("_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime","valueDateTime":"1984-01-02T03:04:05Z"}]},)"
      R"("maritalStatus":{"text":"أعزب"},"contact":[{"name":{"family":"👩‍👩‍👧"}}],"communication":[{"language":{"text":"Urdu"}}])");
  const auto reading = read_patient(text, PatientContext{});
  ASSERT_TRUE(reading.record) << reading.problem.detail;
  EXPECT_EQ(reading.record->verbatim, text);
  EXPECT_EQ(reading.record->verbatim_format, VerbatimFormat::kFhirJson);
  EXPECT_EQ(to_json(patient_from(*reading.record)), text);
}

TEST(Patient, another_resource_is_refused) {
  for (const char* text : {R"({"resourceType":"Person"})", R"({"a":1})", "[]", "1", "null"})
    EXPECT_EQ(read_patient(text, PatientContext{}).problem.status, 400) << text;
}

TEST(Patient, made_from_fields_is_a_patient_and_reads_back_to_the_same_fields) {
  const Values fields = {{"nhs_number", "9434765919"},
                         {"nhs_number_status", "01"},
                         {"identifier", "https://trust/mrn:A1"},
                         {"title", "Dr"},
                         {"given_name", "Siân"},
                         {"middle_names", "Mary"},
                         {"surname", "O'Neill"},
                         {"known_as", "Shân"},
                         {"previous_surname", "Price"},
                         {"address_line", "1 High St"},
                         {"town", "Bury"},
                         {"county", "Greater Manchester"},
                         {"postcode", "BL9 0AA"},
                         {"previous_postcode", "M1 1AA"},
                         {"phone", "0161 496 0000"},
                         {"email", "a@b.uk"},
                         {"dob", "1984-01-02"},
                         {"death_date", "2024-05-01"},
                         {"sex", "female"},
                         {"birth_order", "2"},
                         {"mother_surname", "Khan"},
                         {"gp_practice", "P84001"}};
  const JsonValue made = patient_from_fields(fields);
  EXPECT_TRUE(check_patient_shape(made).faults.empty()) << to_json(made);
  const auto reading = read_patient(made, "", PatientContext{});
  ASSERT_TRUE(reading.record);
  EXPECT_EQ(reading.record->fields, fields);
}

TEST(Patient, made_from_fields_of_a_very_restricted_person_says_so) {
  for (const auto& [sent, code] : {std::pair{"V", "V"}, {"very restricted", "V"}, {"R", "R"}, {"yes", "R"}}) {
    const JsonValue made = patient_from_fields(Values{{"restricted", sent}});
    ASSERT_TRUE(made.find("meta")) << sent;
    EXPECT_EQ(made.find("meta")->array_member("security").at(0).string_member("code"), code) << sent;
  }
}

TEST(Patient, made_from_values_that_fhir_cannot_say_leaves_them_out) {
  const Values fields = {{"dob", "02/01/1984"}, {"sex", "?"}, {"birth_order", "twin"}, {"surname", "A"}};
  const JsonValue made = patient_from_fields(fields);
  EXPECT_TRUE(check_patient_shape(made).faults.empty());
  EXPECT_EQ(made.find("birthDate"), nullptr);
  EXPECT_EQ(made.find("gender"), nullptr);
}

TEST(Patient, made_from_fields_has_the_nhs_number_in_ten_digits) {
  for (const char* sent : {"943 476 5919", "943-476-5919", "9434765919"}) {
    const JsonValue made = patient_from_fields(Values{{"nhs_number", sent}});
    EXPECT_EQ(made.array_member("identifier").at(0).string_member("value"), "9434765919") << sent;
  }
  const JsonValue odd = patient_from_fields(Values{{"nhs_number", "94347 x"}});
  EXPECT_EQ(odd.array_member("identifier").at(0).string_member("value"), "94347 x");
}

TEST(PatientImport, takes_key_version_and_time_from_the_resource) {
  const std::string text = patient(
      R"("id":"88123","meta":{"versionId":"7","lastUpdated":"2024-03-01T00:00:00Z"},"birthDate":"1984")");
  const auto record = source_record_from_fhir(text, "gp", 0);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->key, (RecordKey{"gp", "88123"}));
  EXPECT_EQ(record->version, "7");
  EXPECT_EQ(record->event_ms, 1709251200000);
  EXPECT_EQ(source_record_from_fhir(text, "", 0)->key, (RecordKey{"fhir", "88123"}));
  EXPECT_EQ(source_record_from_fhir(patient(R"("id":"pas.5")"), "gp", 0)->key, (RecordKey{"pas", "5"}));
  EXPECT_FALSE(source_record_from_fhir(patient(""), "gp", 0));
  EXPECT_FALSE(source_record_from_fhir("{", "gp", 0));
}

TEST(Patient, faults_are_capped_and_hold_no_values) {
  std::string members = R"("gender":"Okafor")";
  for (int i = 0; i < 100; ++i) members += ",\"x" + std::to_string(i) + "\":\"Okafor\"";
  const auto reading = read(members);
  EXPECT_EQ(reading.problem.faults.size(), 20u);
  for (const auto& fault : reading.problem.faults)
    EXPECT_EQ((fault.pointer + fault.detail).find("Okafor"), std::string::npos);
}

}  // namespace
}  // namespace gmpi::fhir
