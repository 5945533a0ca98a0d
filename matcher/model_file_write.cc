#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <charconv>
#include <string_view>

#include "matcher/model_file.h"

namespace gmpi {
namespace {

class ModelWriter {
 public:
  explicit ModelWriter(const LinkageModel& model)
      : model_(model), v5_(model.arithmetic == ModelArithmetic::kV5) {
    writer_.SetIndent(' ', 2);
  }

  std::string run() {
    writer_.StartObject();
    text("link_type", link_type());
    number("probability_two_random_records_match", model_.prior);
    truth("retain_matching_columns", model_.retain_matching_columns);
    truth("retain_intermediate_calculation_columns", model_.retain_intermediate_columns);
    names("additional_columns_to_retain", model_.additional_columns);
    text("sql_dialect", "duckdb");
    number("em_convergence", model_.em_convergence);
    key("max_iterations");
    writer_.Int(model_.max_iterations);
    text(v5_ ? "match_weight_column_prefix" : "bayes_factor_column_prefix", model_.weight_prefix);
    text("term_frequency_adjustment_column_prefix", model_.tf_prefix);
    text("comparison_vector_value_column_prefix", model_.gamma_prefix);
    text("unique_id_column_name", model_.unique_id_column);
    text("source_dataset_column_name", model_.source_column);
    blocking_rules();
    comparisons();
    writer_.EndObject();
    return std::string(buffer_.GetString(), buffer_.GetSize()) + "\n";
  }

 private:
  void key(std::string_view name) { writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())); }
  void text(std::string_view value) {
    writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  }
  void text(std::string_view name, std::string_view value) { key(name), text(value); }
  void truth(std::string_view name, bool value) { key(name), writer_.Bool(value); }

  void number(std::string_view name, double value) {
    char shortest[32];
    const auto end = std::to_chars(shortest, shortest + sizeof shortest, value).ptr;
    key(name);
    writer_.RawValue(shortest, static_cast<std::size_t>(end - shortest), rapidjson::kNumberType);
  }

  void names(std::string_view name, const std::vector<std::string>& values) {
    key(name);
    writer_.StartArray();
    for (const auto& value : values) text(value);
    writer_.EndArray();
  }

  std::string_view link_type() const {
    switch (model_.link_type) {
      case LinkType::kDedupeOnly: return "dedupe_only";
      case LinkType::kLinkOnly: return "link_only";
      case LinkType::kLinkAndDedupe: return "link_and_dedupe";
    }
    return "dedupe_only";
  }

  void blocking_rules() {
    key("blocking_rules_to_generate_predictions");
    writer_.StartArray();
    for (const auto& rule : model_.blocking_rules) {
      writer_.StartObject();
      text("blocking_rule", rule.sql);
      text("sql_dialect", "duckdb");
      if (!rule.arrays_to_explode.empty()) names("arrays_to_explode", rule.arrays_to_explode);
      writer_.EndObject();
    }
    writer_.EndArray();
  }

  void comparisons() {
    key("comparisons");
    writer_.StartArray();
    for (const auto& comparison : model_.comparisons) {
      writer_.StartObject();
      text("output_column_name", comparison.output_column_name);
      key("comparison_levels");
      writer_.StartArray();
      for (const auto& level : comparison.levels) write(level);
      writer_.EndArray();
      text("comparison_description",
           comparison.description.empty() ? comparison.output_column_name : comparison.description);
      writer_.EndObject();
    }
    writer_.EndArray();
  }

  void write(const ComparisonLevel& level) {
    writer_.StartObject();
    text("sql_condition", level.sql_condition);
    if (!level.label.empty()) text("label_for_charts", level.label);
    if (level.m && !level.m_from_default) number("m_probability", *level.m);
    if (level.u && !level.u_from_default) number("u_probability", *level.u);
    truth("fix_m_probability", level.fix_m);
    truth("fix_u_probability", level.fix_u);
    if (!level.tf_column.empty()) {
      text("tf_adjustment_column", level.tf_column);
      number("tf_adjustment_weight", level.tf_weight);  // 0 too: absent would read as 1
      if (level.tf_minimum_u != 0) number("tf_minimum_u_value", level.tf_minimum_u);
    }
    if (level.is_null_level) truth("is_null_level", true);
    if (level.disable_tf_exact_match_detection) truth("disable_tf_exact_match_detection", true);
    writer_.EndObject();
  }

  const LinkageModel& model_;
  bool v5_;
  rapidjson::StringBuffer buffer_;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer_{buffer_};
};

}  // namespace

std::string write_model(const LinkageModel& model) {
  return ModelWriter(model).run();
}

}  // namespace gmpi
