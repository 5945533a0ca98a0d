#include "tests/linkage/small_model.h"

#include <array>
#include <stdexcept>

#include "base/sha256.h"
#include "matcher/model_file.h"

namespace gmpi {

namespace {

constexpr const char* kModel = R"json({
  "link_type": "dedupe_only",
  "probability_two_random_records_match": 0.001,
  "unique_id_column_name": "record_id",
  "source_dataset_column_name": "source",
  "retain_matching_columns": true,
  "retain_intermediate_calculation_columns": false,
  "additional_columns_to_retain": [],
  "sql_dialect": "duckdb",
  "blocking_rules_to_generate_predictions": [
    {"blocking_rule": "l.\"dob\" = r.\"dob\"", "sql_dialect": "duckdb"},
    {"blocking_rule": "l.\"surname\" = r.\"surname\" AND l.\"postcode\" = r.\"postcode\"", "sql_dialect": "duckdb"},
    {"blocking_rule": "l.\"nhs_number\" = r.\"nhs_number\"", "sql_dialect": "duckdb"},
    {"blocking_rule": "l.\"name_tokens\" = r.\"name_tokens\" AND l.\"postcode_district\" = r.\"postcode_district\"",
     "sql_dialect": "duckdb", "arrays_to_explode": ["name_tokens"]},
    {"blocking_rule": "substring(l.\"dob\", 1, 7) = substring(r.\"dob\", 1, 7) AND l.\"given_name\" = r.\"given_name\" AND (l.\"sex\" = r.\"sex\" OR l.\"postcode\" <> r.\"postcode\")",
     "sql_dialect": "duckdb"}
  ],
  "comparisons": [
    {"output_column_name": "given_name", "comparison_levels": [
      {"sql_condition": "\"given_name_l\" IS NULL OR \"given_name_r\" IS NULL", "label_for_charts": "missing", "is_null_level": true},
      {"sql_condition": "\"given_name_l\" = \"given_name_r\"", "label_for_charts": "equal", "m_probability": 0.8, "u_probability": 0.05},
      {"sql_condition": "jaro_winkler_similarity(\"given_name_l\", \"given_name_r\") >= 0.85", "label_for_charts": "alike", "m_probability": 0.15, "u_probability": 0.05},
      {"sql_condition": "ELSE", "label_for_charts": "other", "m_probability": 0.05, "u_probability": 0.9}]},
    {"output_column_name": "surname", "comparison_levels": [
      {"sql_condition": "\"surname_l\" IS NULL OR \"surname_r\" IS NULL", "label_for_charts": "missing", "is_null_level": true},
      {"sql_condition": "\"surname_l\" = \"surname_r\"", "label_for_charts": "equal", "m_probability": 0.9, "u_probability": 0.04},
      {"sql_condition": "ELSE", "label_for_charts": "other", "m_probability": 0.1, "u_probability": 0.96}]},
    {"output_column_name": "dob", "comparison_levels": [
      {"sql_condition": "\"dob_l\" IS NULL OR \"dob_r\" IS NULL", "label_for_charts": "missing", "is_null_level": true},
      {"sql_condition": "\"dob_l\" = \"dob_r\"", "label_for_charts": "equal", "m_probability": 0.9, "u_probability": 0.01},
      {"sql_condition": "damerau_levenshtein(\"dob_l\", \"dob_r\") <= 1", "label_for_charts": "one slip", "m_probability": 0.07, "u_probability": 0.02},
      {"sql_condition": "ELSE", "label_for_charts": "other", "m_probability": 0.03, "u_probability": 0.97}]},
    {"output_column_name": "postcode", "comparison_levels": [
      {"sql_condition": "\"postcode_l\" IS NULL OR \"postcode_r\" IS NULL", "label_for_charts": "missing", "is_null_level": true},
      {"sql_condition": "\"postcode_l\" = \"postcode_r\"", "label_for_charts": "equal", "m_probability": 0.7, "u_probability": 0.02},
      {"sql_condition": "ELSE", "label_for_charts": "other", "m_probability": 0.3, "u_probability": 0.98}]},
    {"output_column_name": "nhs_number", "comparison_levels": [
      {"sql_condition": "\"nhs_number_l\" IS NULL OR \"nhs_number_r\" IS NULL", "label_for_charts": "missing", "is_null_level": true},
      {"sql_condition": "\"nhs_number_l\" = \"nhs_number_r\"", "label_for_charts": "equal", "m_probability": 0.95, "u_probability": 0.001},
      {"sql_condition": "ELSE", "label_for_charts": "other", "m_probability": 0.1, "u_probability": 0.999}]}
  ]
})json";

std::string policy(std::uint32_t block_records_max, const std::string& split_by,
                   std::uint32_t component_records_max) {
  return R"toml([thresholds]
link = 6.0
review = 1.0
conflict_margin = 3.0

[blocking]
records_max = )toml" +
         std::to_string(block_records_max) + "\nsplit_by = [" + split_by +
         "]\n[grouping]\nrecords_max = " + std::to_string(component_records_max) + R"toml(

[[exclusive]]
name = "nhs-number-conflict"
column = "nhs_verified"
reason = "Two verified NHS numbers differ"

[[guard]]
name = "twins"
effect = "apart"
reason = "Same birthday, family name and home, but another given name"
when = '''"dob_l" = "dob_r" AND "surname_l" = "surname_r" AND "postcode_l" = "postcode_r"
          AND jaro_winkler_similarity("given_name_l", "given_name_r") < 0.85'''

[[guard]]
name = "sexes-differ"
effect = "review"
reason = "The sexes differ"
when = '''"sex_l" <> "sex_r"'''
)toml";
}

constexpr std::array kGivenNames = {"Anna", "Anne", "Peter", "Petra", "Omar", "Grace"};
constexpr std::array kSurnames = {"Shaw", "Patel", "Khan", "Ashworth"};
constexpr std::array kBirthdays = {"1980-05-01", "1980-05-02", "1951-11-23", "2003-02-14", "1980-01-05"};
constexpr std::array kPostcodes = {"M1 1AE", "M1 1AF", "OL9 6AA", "BL1 1AA"};

template <class Values>
std::string pick(const Values& values, std::uint64_t n) {
  return values[n % values.size()];
}

}  // namespace

ModelBundle small_bundle(std::uint32_t block_records_max, const std::string& split_by,
                         std::uint32_t component_records_max) {
  auto model = read_model(kModel, "small_model");
  if (!model) throw std::runtime_error(model.error().message);
  ModelBundle bundle;
  bundle.model = std::move(*model);
  bundle.policy_text = policy(block_records_max, split_by, component_records_max);
  bundle.version = sha256_hex(bundle.policy_text).substr(0, 16);
  return bundle;
}

SourceRecord person_record(const RecordKey& key, std::vector<SourceField> fields, UnixMillis event_ms) {
  SourceRecord record;
  record.key = key;
  record.event_ms = event_ms;
  for (SourceField& field : fields)
    if (!field.value.empty()) record.fields.push_back(std::move(field));
  return record;
}

std::string test_nhs_number(unsigned n) {
  for (unsigned candidate = 900'000'000 + n * 11;; ++candidate) {
    const std::string digits = std::to_string(candidate);
    int sum = 0;
    for (int i = 0; i < 9; ++i) sum += (digits[static_cast<std::size_t>(i)] - '0') * (10 - i);
    const int check = (11 - sum % 11) % 11;
    if (check != 10) return digits + static_cast<char>('0' + check);
  }
}

RecordKey SmallWorld::any_key(std::size_t keys) {
  const auto n = random_.below(keys);
  return {n % 3 == 0 ? "gp" : n % 3 == 1 ? "acute" : "council", std::to_string(n)};
}

SourceRecord SmallWorld::content(const RecordKey& key) {
  // A person is a number; its fields follow from it unless a slip or a gap says otherwise.
  const std::uint64_t person = random_.below(7);
  const auto slip = [&](std::uint64_t value) { return random_.chance(0.12) ? random_.next() : value; };
  const auto maybe = [&](double chance, std::string value) {
    return random_.chance(chance) ? value : std::string();
  };
  const bool numbered = random_.chance(0.45);
  return person_record(
      key, {{"given_name", maybe(0.93, pick(kGivenNames, slip(person)))},
            {"surname", maybe(0.95, pick(kSurnames, slip(person / 2)))},
            {"dob", maybe(0.93, pick(kBirthdays, slip(person)))},
            {"postcode", maybe(0.9, pick(kPostcodes, slip(person / 2)))},
            {"sex", maybe(0.5, slip(person) % 2 == 0 ? "female" : "male")},
            {"nhs_number", numbered ? test_nhs_number(static_cast<unsigned>(slip(person) % 9)) : ""},
            {"nhs_number_status", numbered ? maybe(0.7, "01") : ""}});
}

}  // namespace gmpi
