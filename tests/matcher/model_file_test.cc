// Splink's model files are read as Splink reads them, written as it writes them, and refused with file, path
// and reason.
#include "matcher/model_file.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/file.h"

namespace gmpi {
namespace {

namespace fs = std::filesystem;

std::string model_with(std::string_view levels, std::string_view settings = "") {
  return R"({"link_type": "dedupe_only", )" + std::string(settings) +
         R"("comparisons": [{"output_column_name": "surname", "comparison_levels": [)" + std::string(levels) +
         "]}]}";
}

constexpr std::string_view kTwoLevels = R"(
  {"sql_condition": "\"surname_l\" = \"surname_r\"", "label_for_charts": "Exact", "m_probability": 0.9,
   "u_probability": 0.01},
  {"sql_condition": "ELSE", "m_probability": 0.1, "u_probability": 0.99})";

LinkageModel read_good(const std::string& json) {
  auto model = read_model(json, "m.json");
  if (!model) {
    ADD_FAILURE() << model.error().message;
    return {};
  }
  return std::move(*model);
}

void expect_refused(const std::string& json, ErrorCode code, std::string_view message) {
  const auto model = read_model(json, "m.json");
  ASSERT_FALSE(model) << json;
  EXPECT_EQ(model.error().code, code) << model.error().message;
  EXPECT_NE(model.error().message.find(message), std::string::npos) << model.error().message;
}

TEST(ModelFile, TellsTheThreeGenerationsApart) {
  const auto level = [](std::string_view extra) {
    return R"({"sql_condition": "a_l = a_r", "m_probability": 0.9, "u_probability": 0.1)" +
           std::string(extra) + R"(}, {"sql_condition": "ELSE", "m_probability": 0.1, "u_probability": 0.9})";
  };
  EXPECT_EQ(read_good(model_with(level(""), R"("linker_uid": "x", )")).arithmetic, ModelArithmetic::kV3);
  EXPECT_EQ(read_good(model_with(level(R"(, "fix_m_probability": false)"),
                                 R"("bayes_factor_column_prefix": "bf_",)"))
                .arithmetic,
            ModelArithmetic::kV4);
  EXPECT_EQ(read_good(model_with(level(R"(, "fix_m_probability": false)"),
                                 R"("match_weight_column_prefix": "mw_",)"))
                .arithmetic,
            ModelArithmetic::kV5);
  EXPECT_EQ(read_good(model_with(level(""))).arithmetic, ModelArithmetic::kV5);
}

TEST(ModelFile, ReadsEveryKey) {
  const auto model = read_good(R"({
    "link_type": "link_only", "probability_two_random_records_match": 0.001, "retain_matching_columns": false,
    "retain_intermediate_calculation_columns": true, "additional_columns_to_retain": ["town"],
    "unique_id_column_name": "record_id", "source_dataset_column_name": "source", "em_convergence": 0.01,
    "max_iterations": 7, "match_weight_column_prefix": "w_", "term_frequency_adjustment_column_prefix": "f_",
    "comparison_vector_value_column_prefix": "g_", "sql_dialect": "duckdb", "linker_uid": "abc",
    "blocking_rules_to_generate_predictions": [
      "l.dob = r.dob",
      {"blocking_rule": "l.phones = r.phones", "sql_dialect": null, "arrays_to_explode": ["phones"]}],
    "comparisons": [{"output_column_name": "surname", "comparison_description": "Surname", "comparison_levels": [
      {"sql_condition": "surname_l IS NULL OR surname_r IS NULL", "is_null_level": true},
      {"sql_condition": "surname_l = surname_r", "label_for_charts": "Exact", "m_probability": 0.8,
       "u_probability": 0.002, "fix_m_probability": true, "fix_u_probability": true,
       "tf_adjustment_column": "\"surname\"", "tf_adjustment_weight": 0.5, "tf_minimum_u_value": 0.001,
       "disable_tf_exact_match_detection": true},
      {"sql_condition": " else ", "m_probability": 0.2, "u_probability": 0.998}]}]})");
  EXPECT_EQ(model.link_type, LinkType::kLinkOnly);
  EXPECT_EQ(model.prior, 0.001);
  EXPECT_FALSE(model.retain_matching_columns);
  EXPECT_TRUE(model.retain_intermediate_columns);
  EXPECT_EQ(model.additional_columns, std::vector<std::string>{"town"});
  EXPECT_EQ(model.unique_id_column, "record_id");
  EXPECT_EQ(model.source_column, "source");
  EXPECT_EQ(model.em_convergence, 0.01);
  EXPECT_EQ(model.max_iterations, 7);
  EXPECT_EQ(model.weight_prefix + model.tf_prefix + model.gamma_prefix, "w_f_g_");
  ASSERT_EQ(model.blocking_rules.size(), 2U);
  EXPECT_EQ(to_sql(model.blocking_rules[0].condition), R"(("dob_l" = "dob_r"))");
  EXPECT_EQ(model.blocking_rules[1].arrays_to_explode, std::vector<std::string>{"phones"});
  const auto& levels = model.comparisons.at(0).levels;
  ASSERT_EQ(levels.size(), 3U);
  EXPECT_TRUE(levels[0].is_null_level);
  EXPECT_EQ(levels[1].m, 0.8);
  EXPECT_TRUE(levels[1].fix_m && levels[1].fix_u && levels[1].disable_tf_exact_match_detection);
  EXPECT_EQ(levels[1].tf_column, "surname");
  EXPECT_EQ(levels[1].tf_weight, 0.5);
  EXPECT_EQ(levels[1].tf_minimum_u, 0.001);
  EXPECT_TRUE(levels[2].is_else);
  EXPECT_TRUE(model.warnings.empty()) << model.warnings.front();
}

TEST(ModelFile, FillsInSplinksDefaultsAndSaysSo) {
  const auto model = read_good(model_with(R"(
    {"sql_condition": "a_l IS NULL", "is_null_level": true},
    {"sql_condition": "a_l = a_r"}, {"sql_condition": "levenshtein(a_l, a_r) <= 1"},
    {"sql_condition": "levenshtein(a_l, a_r) <= 2", "m_probability": 0.3}, {"sql_condition": "ELSE"})"));
  const auto& levels = model.comparisons[0].levels;
  // Splink 4.0.17: _default_m_values(4), _default_u_values(4)
  EXPECT_DOUBLE_EQ(*levels[1].m, 0.95);
  EXPECT_DOUBLE_EQ(*levels[1].u, 0.95 / 1024);
  EXPECT_DOUBLE_EQ(*levels[2].m, (1 - 0.95) / 3);
  EXPECT_DOUBLE_EQ(*levels[2].u, (1 - 0.95) / 3 / 8);
  EXPECT_DOUBLE_EQ(*levels[3].m, 0.3);
  EXPECT_DOUBLE_EQ(*levels[3].u, (1 - 0.95) / 3 / std::exp2(-1.0));
  EXPECT_DOUBLE_EQ(*levels[4].u, (1 - 0.95) / 3 * 32);
  EXPECT_TRUE(levels[1].m_from_default && levels[1].u_from_default && levels[3].u_from_default);
  EXPECT_FALSE(levels[3].m_from_default || levels[0].m.has_value());
  EXPECT_EQ(model.warnings.size(), 4U);
}

TEST(ModelFile, WarnsOfWhatARoundTripThroughSplinkChanges) {
  const auto model = read_good(R"({"link_type": "dedupe_only", "blocking_rules_to_generate_predictions":
      [{"blocking_rule": "l.a = r.a", "salting_partitions": 4}],
      "comparisons": [{"comparison_levels": [
        {"sql_condition": "a_l = a_r", "m_probability": 0.9, "u_probability": 0.1, "tf_adjustment_column": "a"},
        {"sql_condition": "levenshtein(a_l, a_r) < 3", "m_probability": 0.1, "u_probability": 0.9}]}]})");
  EXPECT_EQ(model.comparisons[0].output_column_name, "a");
  EXPECT_EQ(model.comparisons[0].levels[0].tf_weight, 1.0);
  ASSERT_EQ(model.warnings.size(), 3U);
  EXPECT_NE(model.warnings[0].find("tf_adjustment_weight"), std::string::npos);
  EXPECT_NE(model.warnings[1].find("no ELSE level"), std::string::npos);
  EXPECT_NE(model.warnings[2].find("salting"), std::string::npos);
}

TEST(ModelFile, WhatIsWrittenReadsBackTheSame) {
  for (const auto& settings :
       {R"("match_weight_column_prefix": "mw_", )", R"("bayes_factor_column_prefix": "bf_", )"}) {
    const auto model = read_good(model_with(R"(
      {"sql_condition": "surname_l IS NULL", "is_null_level": true, "fix_m_probability": false},
      {"sql_condition": "surname_l = surname_r", "label_for_charts": "Exact \u201cé\u201d", "m_probability":
       0.8123456789012345, "u_probability": 1e-7, "tf_adjustment_column": "surname", "tf_adjustment_weight": 0.0},
      {"sql_condition": "ELSE", "m_probability": 0.30000000000000004})",
                                            settings));
    const std::string written = write_model(model);
    auto again = read_good(written);
    EXPECT_EQ(write_model(again), written);
    EXPECT_EQ(again.arithmetic, model.arithmetic);
    const auto& a = model.comparisons[0].levels;
    const auto& b = again.comparisons[0].levels;
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(a[i].m, b[i].m);
      EXPECT_EQ(a[i].u, b[i].u);
      EXPECT_EQ(a[i].u_from_default, b[i].u_from_default);
      EXPECT_EQ(a[i].label, b[i].label);
      EXPECT_EQ(a[i].tf_weight, b[i].tf_weight);
    }
    EXPECT_NE(written.find("\"m_probability\": 0.8123456789012345"), std::string::npos);
  }
}

TEST(ModelFile, RefusesBadNumbersByTheirPlace) {
  const auto level = [](std::string_view m, std::string_view u = "0.1") {
    return model_with(R"({"sql_condition": "a_l = a_r", "label_for_charts": "Exact", "m_probability": )" +
                      std::string(m) + R"(, "u_probability": )" + std::string(u) +
                      R"(}, {"sql_condition": "ELSE"})");
  };
  const std::string at = "m.json: comparisons[0] 'surname' comparison_levels[0] 'Exact' ";
  for (const char* bad : {"NaN", "1.5", "-0.1", "0", "0.0", "Infinity", "1e400", "-Infinity", "1e-400", "-0e9",
                          "0.00000000000000000000e5", "0.000000000000000000000000000000000000000000000e-9"})
    expect_refused(level(bad), ErrorCode::kInvalidInput,
                   bad == std::string_view("1e400") ? "m.json:" : at + "m_probability");
  expect_refused(level("0.5", "0"), ErrorCode::kInvalidInput, at + "u_probability");
  expect_refused(level("\"0.5\""), ErrorCode::kInvalidInput, "a number is expected");
  expect_refused(model_with(kTwoLevels, R"("probability_two_random_records_match": 0, )"),
                 ErrorCode::kInvalidInput, "probability_two_random_records_match");
  expect_refused(model_with(kTwoLevels, R"("probability_two_random_records_match": 1, )"),
                 ErrorCode::kInvalidInput, "probability_two_random_records_match");
  expect_refused(model_with(kTwoLevels, R"("max_iterations": 1e9, )"), ErrorCode::kInvalidInput,
                 "max_iterations");
}

TEST(ModelFile, RefusesWhatItDoesNotKnow) {
  expect_refused(model_with(kTwoLevels, R"("linkk_type": 1, )"), ErrorCode::kUnsupported,
                 "m.json: unknown key 'linkk_type'");
  expect_refused(model_with(R"({"sql_condition": "ELSE", "colour": 1}, {"sql_condition": "ELSE"})"),
                 ErrorCode::kUnsupported, "comparison_levels[0]: unknown key 'colour'");
  expect_refused(
      model_with(R"j({"sql_condition": "soundex(a_l) = soundex(a_r)", "label_for_charts": "Sounds like"},
                               {"sql_condition": "ELSE"})j"),
      ErrorCode::kUnsupported,
      "m.json: comparisons[0] 'surname' comparison_levels[0] 'Sounds like' sql_condition: function 'soundex' "
      "is "
      "not known, at offset 0");
  expect_refused(model_with(kTwoLevels, R"("blocking_rules_to_generate_predictions": ["l.a = r.a OR"], )"),
                 ErrorCode::kInvalidInput,
                 "blocking_rules_to_generate_predictions[0]: unexpected end of text");
  expect_refused(R"({"link_type": "self_link"})", ErrorCode::kInvalidInput, "link_type");
}

TEST(ModelFile, ReadsOtherDialectsOnlyWhereAllMeanTheSame) {
  const auto spark = [](std::string_view sql) {
    return model_with(R"({"sql_condition": ")" + std::string(sql) + R"("}, {"sql_condition": "ELSE"})",
                      R"("sql_dialect": "spark", )");
  };
  EXPECT_TRUE(read_model(spark("`a_l` = `a_r` AND NOT (b_l IS NULL)"), "m.json"));
  expect_refused(spark("levenshtein(a_l, a_r) <= 1"), ErrorCode::kUnsupported,
                 "'levenshtein' in the SQL of 'spark'");
  expect_refused(spark(R"(\"a_l\" = \"a_r\")"), ErrorCode::kUnsupported, "text, not a column");
}

TEST(ModelFile, RefusesContradictions) {
  expect_refused(R"({"link_type": "dedupe_only", "link_type": "link_only"})", ErrorCode::kInvalidInput,
                 "given twice");
  expect_refused(model_with(R"({"sql_condition": "ELSE"}, {"sql_condition": "a_l = a_r"})"),
                 ErrorCode::kInvalidInput, "a level after ELSE");
  expect_refused(model_with(R"({"sql_condition": "a_l = a_r"})"), ErrorCode::kInvalidInput,
                 "at least two levels");
  expect_refused(model_with(R"({"sql_condition": "levenshtein(a_l, a_r) < 2", "tf_adjustment_column": "a"},
                               {"sql_condition": "ELSE"})"),
                 ErrorCode::kInvalidInput, "no level of this comparison is an exact match on 'a' alone");
  const std::string comparison =
      R"({"output_column_name": "a", "comparison_levels": [{"sql_condition": "a_l = a_r"}, {"sql_condition": "ELSE"}]})";
  expect_refused(R"({"link_type": "dedupe_only", "comparisons": [)" + comparison + "," + comparison + "]}",
                 ErrorCode::kInvalidInput, "another comparison has this output_column_name");
}

TEST(ModelFile, RefusesBrokenAndHostileFilesInBoundedTime) {
  expect_refused("{\n \"a\": tru\n}", ErrorCode::kInvalidInput, "m.json:2:");
  expect_refused("", ErrorCode::kInvalidInput, "m.json:1:1");
  expect_refused("[]", ErrorCode::kInvalidInput, "an object is expected");
  expect_refused("{} x", ErrorCode::kInvalidInput, "m.json:1:");
  expect_refused("{\"link_type\": \"\xff\"}", ErrorCode::kInvalidInput, "m.json:1:");
  expect_refused(std::string(1'000'000, '['), ErrorCode::kInvalidInput, "m.json:");
  expect_refused("{\"comparisons\": " + std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}",
                 ErrorCode::kInvalidInput, "link_type");
  expect_refused(std::string((16 << 20) + 1, ' '), ErrorCode::kLimit, "bytes; at most");
  std::string levels;
  for (int i = 0; i < 10'000; ++i) levels += R"({"sql_condition": "a_l = a_r"}, )";
  expect_refused(model_with(levels + R"({"sql_condition": "ELSE"})"), ErrorCode::kLimit,
                 "10001 items; at most 100");
}

class Bundle : public testing::Test {
 protected:
  Bundle() : folder_(fs::temp_directory_path() / ("gmpi_bundle_" + std::to_string(::getpid()))) {
    fs::create_directories(folder_ / "tf");
    write("model.json", model_with(R"(
      {"sql_condition": "surname_l = surname_r", "m_probability": 0.9, "u_probability": 0.1,
       "tf_adjustment_column": "surname", "tf_adjustment_weight": 1.0}, {"sql_condition": "ELSE"})"));
  }
  ~Bundle() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  Result<ModelBundle> read() const { return read_bundle(folder_.string()); }
  void expect_bundle_refused(std::string_view message) const {
    const auto bundle = read();
    ASSERT_FALSE(bundle);
    EXPECT_NE(bundle.error().message.find(message), std::string::npos) << bundle.error().message;
  }

  fs::path folder_;
};

TEST_F(Bundle, HoldsModelFrequenciesAndPolicy) {
  write("tf/surname.csv", "value,frequency\nSMITH,0.0125\n\"O\"\"X\",1e-7\n");
  write("policy.toml", "link_threshold = 8\n");
  const auto bundle = read();
  ASSERT_TRUE(bundle) << bundle.error().message;
  ASSERT_EQ(bundle->term_frequencies.size(), 1U);
  EXPECT_EQ(bundle->term_frequencies[0].column, "surname");
  EXPECT_EQ(bundle->term_frequencies[0].frequencies[1], (std::pair<std::string, double>{"O\"X", 1e-7}));
  EXPECT_EQ(bundle->policy_text, "link_threshold = 8\n");
  EXPECT_EQ(bundle->version.size(), 16U);
}

TEST_F(Bundle, VersionFollowsEveryByte) {
  const auto plain = read()->version;
  EXPECT_EQ(read()->version, plain);
  EXPECT_EQ(read_bundle((folder_ / "model.json").string())->version, plain)
      << "a bare model is the same model";
  write("policy.toml", "a = 1\n");
  const auto with_policy = read()->version;
  EXPECT_NE(with_policy, plain);
  write("policy.toml", "a = 2\n");
  EXPECT_NE(read()->version, with_policy);
}

TEST_F(Bundle, RefusesBadTablesByFileAndLine) {
  write("tf/surname.csv", "value,frequency\nSMITH,0.1\nJONES,1.5\n");
  expect_bundle_refused("surname.csv:3: the frequency must be");
  write("tf/surname.csv", "value,frequency\nSMITH,0.1\nSMITH,0.1\n");
  expect_bundle_refused("surname.csv:3: this value stands in an earlier line");
  write("tf/surname.csv", "value,count\nSMITH,0.1\n");
  expect_bundle_refused("surname.csv:1: the header must be value,frequency");
  write("tf/surname.csv", "value,frequency\nSMITH\n");
  expect_bundle_refused("surname.csv:2");
  fs::remove(folder_ / "tf/surname.csv");
  write("tf/town.csv", "value,frequency\nX,0.1\n");
  expect_bundle_refused("no level of the model adjusts");
  fs::remove_all(folder_);
  EXPECT_EQ(read().error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace gmpi
