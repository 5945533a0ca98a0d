#include "api/records/flat_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/person_fields.h"

namespace gmpi {
namespace {

const RecordKey kKey{"gp-lorenzo", "88123"};

TEST(FlatJson, every_field_is_read_under_its_name_and_written_back) {
  std::string text = R"({"source":"gp-lorenzo","local_id":"88123","version":"7","event_date":"2024-03-01")";
  for (const auto& field : kPersonFields)
    text += ",\"" + std::string(field.name) + "\":" + (field.is_list ? R"(["Łódź 1","b"])" : "\"Siân\"");
  text += "}";
  const auto read = read_flat_json(text, kKey);
  ASSERT_TRUE(read.record) << read.problem.detail;
  EXPECT_EQ(read.record->key, kKey);
  EXPECT_EQ(read.record->version, "7");
  EXPECT_EQ(read.record->event_ms, 1709251200000);
  EXPECT_EQ(read.record->field("surname"), "Siân");
  EXPECT_EQ(flat_json_from(*read.record), text);
}

TEST(FlatJson, a_list_field_may_be_one_string_and_null_or_empty_is_absent) {
  const auto read = read_flat_json(R"({"phone":"0161 496 0000","email":[],"town":null,"county":""})", kKey);
  ASSERT_TRUE(read.record);
  EXPECT_THAT(read.record->fields, testing::ElementsAre(SourceField{"phone", "0161 496 0000"}));
}

struct Refusal {
  const char* name;
  const char* text;
  int status;
  const char* code;
  const char* pointer;
};

class FlatJsonRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(FlatJsonRefuses, with_a_pointer) {
  const auto& tested = GetParam();
  const auto read = read_flat_json(tested.text, kKey);
  ASSERT_FALSE(read.record);
  EXPECT_EQ(read.problem.status, tested.status);
  EXPECT_EQ(read.problem.code, tested.code);
  if (std::string_view(tested.pointer) == "-") return;
  ASSERT_FALSE(read.problem.faults.empty());
  EXPECT_EQ(read.problem.faults.front().pointer, tested.pointer);
}

INSTANTIATE_TEST_SUITE_P(
    Table, FlatJsonRefuses,
    testing::Values(
        Refusal{"misspelt_name", R"({"sirname":"x"})", 422, "unknown_field", "/sirname"},
        Refusal{"number_for_string", R"({"nhs_number":9434765919})", 400, "invalid_field", "/nhs_number"},
        Refusal{"array_for_single", R"({"surname":["a"]})", 400, "invalid_field", "/surname"},
        Refusal{"object_for_list", R"({"phone":{"a":"b"}})", 400, "invalid_field", "/phone"},
        Refusal{"number_in_list", R"({"phone":["1",2]})", 400, "invalid_field", "/phone/1"},
        Refusal{"null_in_list", R"({"phone":[null]})", 400, "invalid_field", "/phone/0"},
        Refusal{"other_source", R"({"source":"x"})", 422, "unprocessable", "/source"},
        Refusal{"other_local_id", R"({"local_id":"x"})", 422, "unprocessable", "/local_id"},
        Refusal{"event_date_form", R"({"event_date":"01/03/2024"})", 400, "invalid_field", "/event_date"},
        Refusal{"event_date_no_such_day", R"({"event_date":"2023-02-29"})", 400, "invalid_field",
                "/event_date"},
        Refusal{"version_type", R"({"version":7})", 400, "invalid_field", "/version"},
        Refusal{"array_body", "[]", 400, "invalid_field", "-"},
        Refusal{"string_body", "\"x\"", 400, "invalid_field", "-"},
        Refusal{"broken", R"({"surname":"x")", 400, "invalid_json", "/surname"},
        Refusal{"duplicate", R"({"surname":"x","surname":"y"})", 400, "invalid_json", "/surname"},
        Refusal{"misspelt_list", R"({"phon":"x"})", 422, "unknown_field", "/phon"},
        Refusal{"value_as_name", R"({"Ada Okafor":"x"})", 422, "unknown_field", "/?"},
        Refusal{"number_as_name", R"({"9434765919":"x"})", 422, "unknown_field", "/?"},
        Refusal{"escape_in_name", R"({"a/b~":"x"})", 422, "unknown_field", "/?"},
        Refusal{"broken_below_a_name", R"({"Ada Okafor":)", 400, "invalid_json", "/?"},
        Refusal{"too_deep", R"({"phone":[[[[["1"]]]]]})", 400, "invalid_json", "/phone/0/0/0"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(FlatJson, all_faults_of_one_kind_are_reported_together) {
  const auto read = read_flat_json(R"({"a":"x","b":"y","surname":"z"})", kKey);
  ASSERT_FALSE(read.record);
  EXPECT_EQ(read.problem.faults.size(), 2u);
}

TEST(FlatJson, a_refusal_never_repeats_a_value) {
  const auto read = read_flat_json(R"({"dob":19850602,"surname":["Okafor"],"event_date":"Okafor"})", kKey);
  ASSERT_FALSE(read.record);
  EXPECT_EQ(read.problem.detail.find("Okafor"), std::string::npos);
  for (const auto& fault : read.problem.faults) EXPECT_EQ(fault.detail.find("Okafor"), std::string::npos);
}

TEST(FlatJson, a_refusal_repeats_no_name_that_could_be_a_value) {
  for (const char* text : {R"({"surname":"Shaw","Ada Okafor":"x"})", R"({"surname":"Shaw","9434765919":null})",
                           R"({"surname":"Shaw","1985-06-02":["x"]})", R"({"surname":"Shaw","Okafor":"x"})",
                           R"({"surname":"Shaw","Ada Okafor":tru})", R"({"surname":"Shaw","Okafor":"x","Okafor":"y"})",
                           R"({"phone":{"Ada Okafor":[[[[)"}) {
    const auto read = read_flat_json(text, kKey);
    ASSERT_FALSE(read.record) << text;
    std::string said = read.problem.detail;
    for (const auto& fault : read.problem.faults) said += " " + fault.pointer + " " + fault.detail;
    for (const char* secret : {"Ada", "Okafor", "9434765919", "1985"})
      EXPECT_EQ(said.find(secret), std::string::npos) << said;
  }
  const auto read = read_flat_json(R"({"surname":"Shaw","Ada Okafor":"x"})", kKey);
  EXPECT_EQ(read.problem.faults.front().detail, "member 2 of the object: no field has this name");
  const auto slip = read_flat_json(R"({"sirname":"Shaw"})", kKey);
  EXPECT_EQ(slip.problem.faults.front().detail, "no field has this name; did you mean 'surname'?");
}

TEST(FlatJson, of_a_file_takes_its_source_from_the_caller_where_it_names_none) {
  EXPECT_EQ(source_record_from_flat_json(R"({"local_id":"b","surname":"c"})", "gp")->key, (RecordKey{"gp", "b"}));
  EXPECT_EQ(source_record_from_flat_json(R"({"source":"a","local_id":"b","surname":"c"})", "gp")->key,
            (RecordKey{"a", "b"}));
}

TEST(FlatJson, of_a_file_needs_its_key) {
  EXPECT_TRUE(source_record_from_flat_json(R"({"source":"a","local_id":"b","surname":"c"})"));
  const auto missing = source_record_from_flat_json(R"({"source":"a","surname":"c"})");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kInvalidInput);
  EXPECT_NE(missing.error().message.find("/local_id"), std::string::npos);
  EXPECT_FALSE(source_record_from_flat_json(R"({"source":"a b","local_id":"b"})"));
  EXPECT_FALSE(source_record_from_flat_json(R"({"source":"a","local_id":"b\u0001"})"));
  EXPECT_FALSE(source_record_from_flat_json(R"({"source":"a","local_id":".."})"));
}

TEST(FlatJson, a_person_to_match_is_read_without_the_key_and_version_of_its_record) {
  EXPECT_TRUE(read_flat_person(R"({"surname":"c"})").record);
  const auto read = read_flat_person(
      R"({"source":"a","local_id":"b","version":"7","event_date":"2024-03-01","surname":"c"})");
  ASSERT_TRUE(read.record) << read.problem.detail;
  EXPECT_EQ(read.record->key, RecordKey());
  EXPECT_EQ(read.record->version, "");
  EXPECT_EQ(read.record->event_ms, 0);
  EXPECT_EQ(read.record->field("surname"), "c");
  EXPECT_EQ(read_flat_person(R"({"source":7})").problem.code, "invalid_field");
  EXPECT_EQ(read_flat_person(R"({"sorce":"a"})").problem.code, "unknown_field");
}

TEST(FlatJson, more_values_than_a_record_may_have_are_refused) {
  std::string text = R"({"phone":[)";
  for (int i = 0; i < 201; ++i)
    text += (i ? "," : "") + std::string("\"07700900") + std::to_string(100 + i) + "\"";
  EXPECT_EQ(read_flat_json(text + "]}", kKey).problem.status, 422);
}

}  // namespace
}  // namespace gmpi
