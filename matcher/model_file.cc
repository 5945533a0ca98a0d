#include "matcher/model_file.h"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <set>
#include <utility>

#include "matcher/model_defaults.h"
#include "matcher/sql_names.h"
#include "matcher/sql_parser.h"

namespace gmpi {
namespace {

using Json = rapidjson::Value;

constexpr ModelLimits kLimits;

std::string_view text_of(const Json& json) {
  return {json.GetString(), json.GetStringLength()};
}

/// Where in the file we are: "model.json: comparisons[0] 'dob' comparison_levels[2] 'Exact match'".
struct Place {
  std::string text;
  std::string_view separator = ": ";  // between the file and the first step into it

  Place key(std::string_view name) const { return {fmt::format("{}{}{}", text, separator, name), " "}; }
  Place item(std::string_view name, std::size_t i, std::string_view label = {}) const {
    Place place = key(fmt::format("{}[{}]", name, i));
    if (!label.empty()) place.text += fmt::format(" '{}'", label.substr(0, 60));
    return place;
  }
  Error invalid(std::string_view problem) const { return error(ErrorCode::kInvalidInput, problem); }
  Error error(ErrorCode code, std::string_view problem) const {
    return make_error(code, fmt::format("{}: {}", text, problem));
  }
};

/// An object whose keys are taken one by one; what is left over at the end is unknown.
class Fields {
 public:
  static Result<Fields> open(const Json& json, const Place& place) {
    if (!json.IsObject()) return place.invalid("an object is expected");
    Fields fields(json, place);
    for (const auto& member : json.GetObject())
      if (!fields.unread_.insert(text_of(member.name)).second)
        return place.invalid(fmt::format("key '{}' is given twice", text_of(member.name).substr(0, 60)));
    return fields;
  }

  const Place& place() const { return place_; }
  bool has(std::string_view key) const { return find(key) != nullptr; }

  /// The value of a key; null when it is absent or JSON null.
  const Json* take(std::string_view key) {
    unread_.erase(key);
    const Json* value = find(key);
    return value == nullptr || value->IsNull() ? nullptr : value;
  }

  /// Each leaves `out` as it is when the key is absent.
  Status text(std::string_view key, std::string& out) {
    const Json* value = take(key);
    if (value == nullptr) return Done{};
    if (!value->IsString()) return place_.key(key).invalid("text is expected");
    if (value->GetStringLength() > kModelTextBytesMost)
      return place_.key(key).error(ErrorCode::kLimit,
                                   fmt::format("text of more than {} bytes", kModelTextBytesMost));
    out = text_of(*value);
    return Done{};
  }

  Status truth(std::string_view key, bool& out) {
    const Json* value = take(key);
    if (value == nullptr) return Done{};
    if (!value->IsBool()) return place_.key(key).invalid("true or false is expected");
    out = value->GetBool();
    return Done{};
  }

  /// A finite number in [least, most].
  Status number(std::string_view key, double least, double most, double& out) {
    const Json* value = take(key);
    if (value == nullptr) return Done{};
    if (!value->IsNumber()) return place_.key(key).invalid("a number is expected");
    const double number = value->GetDouble();
    if (!(number >= least && number <= most))
      return place_.key(key).invalid(fmt::format("{} is outside [{}, {}]", number, least, most));
    out = number;
    return Done{};
  }

  /// In (0, 1): evidence of 0 would outweigh all other evidence.
  Status probability(std::string_view key, bool one_allowed, std::optional<double>& out) {
    double number = -1;
    if (!has(key) || find(key)->IsNull()) return take(key), Done{};
    if (const auto read = this->number(key, 0, 1, number); !read) return read;
    if (number == 0 || (number == 1 && !one_allowed))
      return place_.key(key).invalid(fmt::format("{} is no usable probability", number));
    out = number;
    return Done{};
  }

  Status names(std::string_view key, std::vector<std::string>& out) {
    const Json* value = take(key);
    if (value == nullptr) return Done{};
    if (!value->IsArray()) return place_.key(key).invalid("a list of names is expected");
    if (value->Size() > kLimits.names_max)
      return place_.key(key).error(ErrorCode::kLimit, fmt::format("more than {} names", kLimits.names_max));
    for (const auto& name : value->GetArray()) {
      if (!name.IsString()) return place_.key(key).invalid("a list of names is expected");
      out.emplace_back(text_of(name));
    }
    return Done{};
  }

  /// A list of anything, of at most `most` items; null when absent.
  Result<const Json*> list(std::string_view key, std::size_t most) {
    const Json* value = take(key);
    if (value == nullptr) return value;
    if (!value->IsArray()) return place_.key(key).invalid("a list is expected");
    if (value->Size() > most)
      return place_.key(key).error(ErrorCode::kLimit,
                                   fmt::format("{} items; at most {}", value->Size(), most));
    return value;
  }

  void ignore(std::initializer_list<std::string_view> keys) {
    for (auto key : keys) unread_.erase(key);
  }

  Status nothing_left() const {
    if (unread_.empty()) return Done{};
    return place_.error(ErrorCode::kUnsupported,
                        fmt::format("unknown key '{}'", unread_.begin()->substr(0, 60)));
  }

 private:
  Fields(const Json& json, Place place) : json_(&json), place_(std::move(place)) {}

  const Json* find(std::string_view key) const {
    for (const auto& member : json_->GetObject())
      if (text_of(member.name) == key) return &member.value;
    return nullptr;
  }

  const Json* json_;
  Place place_;
  std::set<std::string_view> unread_;
};

#define GMPI_TRY(expression)                                     \
  do {                                                           \
    if (auto tried = (expression); !tried) return tried.error(); \
  } while (false)

class ModelReader {
 public:
  explicit ModelReader(std::string_view file_name) : root_{std::string(file_name)} {}

  Result<LinkageModel> read(const Json& json) {
    auto opened = Fields::open(json, root_);
    if (!opened) return opened.error();
    Fields fields = std::move(*opened);
    GMPI_TRY(read_settings(fields));
    GMPI_TRY(read_comparisons(fields));
    GMPI_TRY(read_blocking_rules(fields));
    GMPI_TRY(fields.nothing_left());
    model_.arithmetic = generation(json);
    return std::move(model_);
  }

 private:
  void warn(const Place& place, std::string_view text) {
    model_.warnings.push_back(place.text + ": " + std::string(text));
  }

  // ------------------------------------------------------------ top level

  Status read_settings(Fields& fields) {
    std::string link_type;
    GMPI_TRY(fields.text("link_type", link_type));
    if (!set_link_type(link_type))
      return fields.place().key("link_type").invalid("dedupe_only, link_only or link_and_dedupe is expected");
    GMPI_TRY(fields.text("sql_dialect", dialect_));
    std::optional<double> prior;
    GMPI_TRY(fields.probability("probability_two_random_records_match", false, prior));
    model_.prior = prior.value_or(model_.prior);
    GMPI_TRY(fields.truth("retain_matching_columns", model_.retain_matching_columns));
    GMPI_TRY(fields.truth("retain_intermediate_calculation_columns", model_.retain_intermediate_columns));
    GMPI_TRY(fields.names("additional_columns_to_retain", model_.additional_columns));
    GMPI_TRY(fields.text("unique_id_column_name", model_.unique_id_column));
    GMPI_TRY(fields.text("source_dataset_column_name", model_.source_column));
    GMPI_TRY(fields.number("em_convergence", 1e-12, 1, model_.em_convergence));
    double iterations = model_.max_iterations;
    GMPI_TRY(fields.number("max_iterations", 1, 100'000, iterations));
    model_.max_iterations = static_cast<int>(iterations);
    GMPI_TRY(fields.text("bayes_factor_column_prefix", model_.weight_prefix));
    GMPI_TRY(fields.text("match_weight_column_prefix", model_.weight_prefix));
    GMPI_TRY(fields.text("term_frequency_adjustment_column_prefix", model_.tf_prefix));
    GMPI_TRY(fields.text("comparison_vector_value_column_prefix", model_.gamma_prefix));
    fields.ignore({"linker_uid"});
    return Done{};
  }

  bool set_link_type(std::string_view name) {
    if (name == "dedupe_only") return model_.link_type = LinkType::kDedupeOnly, true;
    if (name == "link_only" || name == "two_dataset_link_only")
      return model_.link_type = LinkType::kLinkOnly, true;
    if (name == "link_and_dedupe") return model_.link_type = LinkType::kLinkAndDedupe, true;
    return false;
  }

  ModelArithmetic generation(const Json& json) const {
    if (json.HasMember("match_weight_column_prefix")) return ModelArithmetic::kV5;
    if (saw_fix_keys_) return ModelArithmetic::kV4;
    const bool written_by_program =
        json.HasMember("linker_uid") || json.HasMember("bayes_factor_column_prefix");
    return written_by_program ? ModelArithmetic::kV3 : ModelArithmetic::kV5;
  }

  // ------------------------------------------------------------ comparisons

  Status read_comparisons(Fields& fields) {
    const auto list = fields.list("comparisons", kLimits.comparisons_max);
    if (!list) return list.error();
    if (*list == nullptr || (*list)->Empty())
      return fields.place().invalid("'comparisons' is missing or empty");
    std::set<std::string> names;
    for (rapidjson::SizeType i = 0; i < (*list)->Size(); ++i) {
      GMPI_TRY(read_comparison((**list)[i], fields.place(), i));
      const auto& name = model_.comparisons.back().output_column_name;
      if (!names.insert(name).second)
        return fields.place()
            .item("comparisons", i, name)
            .invalid("another comparison has this output_column_name");
    }
    return Done{};
  }

  static std::string name_in(const Json& json, const char* key) {
    if (!json.IsObject() || !json.HasMember(key) || !json[key].IsString()) return {};
    return std::string(text_of(json[key]));
  }

  Status read_comparison(const Json& json, const Place& parent, std::size_t i) {
    const Place place = parent.item("comparisons", i, name_in(json, "output_column_name"));
    auto fields = Fields::open(json, place);
    if (!fields) return fields.error();
    Comparison comparison;
    GMPI_TRY(fields->text("output_column_name", comparison.output_column_name));
    GMPI_TRY(fields->text("comparison_description", comparison.description));
    const auto list = fields->list("comparison_levels", kLimits.levels_max);
    if (!list) return list.error();
    if (*list == nullptr) return place.invalid("'comparison_levels' is missing");
    for (rapidjson::SizeType k = 0; k < (*list)->Size(); ++k) {
      const Json& level = (**list)[k];
      const Place at = place.item("comparison_levels", k, name_in(level, "label_for_charts"));
      auto read = read_level(level, at);
      if (!read) return read.error();
      if (!comparison.levels.empty() && comparison.levels.back().is_else)
        return at.invalid("a level after ELSE can never be reached");
      comparison.levels.push_back(std::move(*read));
    }
    GMPI_TRY(fields->nothing_left());
    GMPI_TRY(complete(comparison, place));
    model_.comparisons.push_back(std::move(comparison));
    return Done{};
  }

  Result<ComparisonLevel> read_level(const Json& json, const Place& place) {
    auto opened = Fields::open(json, place);
    if (!opened) return opened.error();
    Fields& fields = *opened;
    ComparisonLevel level;
    const Json* condition = fields.take("sql_condition");
    if (condition == nullptr || !condition->IsString()) return place.invalid("'sql_condition' is missing");
    GMPI_TRY(read_condition(text_of(*condition), place, level));
    GMPI_TRY(fields.text("label_for_charts", level.label));
    GMPI_TRY(fields.truth("is_null_level", level.is_null_level));
    GMPI_TRY(fields.probability("m_probability", true, level.m));
    GMPI_TRY(fields.probability("u_probability", true, level.u));
    saw_fix_keys_ = saw_fix_keys_ || fields.has("fix_m_probability") || fields.has("fix_u_probability");
    GMPI_TRY(fields.truth("fix_m_probability", level.fix_m));
    GMPI_TRY(fields.truth("fix_u_probability", level.fix_u));
    GMPI_TRY(read_term_frequency(fields, level));
    GMPI_TRY(fields.nothing_left());
    if (level.is_null_level && (level.m || level.u)) {
      warn(place, "m and u of a null level are not used");
      level.m = level.u = std::nullopt;
    }
    return level;
  }

  Status read_condition(std::string_view sql, const Place& place, ComparisonLevel& level) {
    level.sql_condition = sql;
    const auto first = sql.find_first_not_of(" \t\r\n");
    const auto last = sql.find_last_not_of(" \t\r\n");
    if (first != std::string_view::npos && ascii_lower(sql.substr(first, last - first + 1)) == "else") {
      level.sql_condition = "ELSE";
      level.is_else = true;
      return Done{};
    }
    auto parsed = parse_condition(sql);
    if (!parsed) return place.key("sql_condition").error(parsed.error().code, parsed.error().message);
    GMPI_TRY(check_dialect(dialect_, sql, *parsed, place.key("sql_condition")));
    level.condition = std::move(*parsed);
    return Done{};
  }

  Status read_term_frequency(Fields& fields, ComparisonLevel& level) {
    std::string column;
    GMPI_TRY(fields.text("tf_adjustment_column", column));
    level.tf_column = unquoted(column);
    const bool has_weight = fields.has("tf_adjustment_weight");
    GMPI_TRY(fields.number("tf_adjustment_weight", 0, 1000, level.tf_weight));
    GMPI_TRY(fields.number("tf_minimum_u_value", 0, 1, level.tf_minimum_u));
    GMPI_TRY(fields.truth("disable_tf_exact_match_detection", level.disable_tf_exact_match_detection));
    if (!level.tf_column.empty() && !has_weight)
      warn(fields.place(),
           "no tf_adjustment_weight: 1 is used, as Splink does; Splink leaves it out when it was 0");
    return Done{};
  }

  static std::string unquoted(const std::string& name) {
    const bool quoted =
        name.size() > 2 && name.front() == name.back() && (name.front() == '"' || name.front() == '`');
    return quoted ? name.substr(1, name.size() - 2) : name;
  }

  /// What can only be judged when all levels are known.
  Status complete(Comparison& comparison, const Place& place) {
    const auto scored = std::count_if(comparison.levels.begin(), comparison.levels.end(),
                                      [](const ComparisonLevel& level) { return !level.is_null_level; });
    if (scored < 2) return place.invalid("at least two levels that are not null levels are needed");
    if (comparison.output_column_name.empty())
      comparison.output_column_name = default_output_name(comparison);
    set_default_probabilities(comparison);
    if (!comparison.levels.back().is_else)
      warn(place, "no ELSE level: a pair that fits no level gets no weight at all, as in Splink");
    for (std::size_t k = 0; k < comparison.levels.size(); ++k) {
      const auto& level = comparison.levels[k];
      const Place at = place.item("comparison_levels", k, level.label);
      if (level.m_from_default || level.u_from_default)
        warn(at, fmt::format("{} not in the file; Splink's default for this position is used",
                             level.m_from_default && level.u_from_default ? "m and u are"
                             : level.m_from_default                       ? "m is"
                                                                          : "u is"));
      if (adjusts_for_frequency(level) && !exact_match_u(comparison, level))
        return at.key("tf_adjustment_column")
            .invalid(
                fmt::format("no level of this comparison is an exact match on '{}' alone", level.tf_column));
    }
    return Done{};
  }

  // ------------------------------------------------------------ blocking rules

  Status read_blocking_rules(Fields& fields) {
    const auto list = fields.list("blocking_rules_to_generate_predictions", kLimits.blocking_rules_max);
    if (!list) return list.error();
    if (*list == nullptr) return Done{};
    for (rapidjson::SizeType i = 0; i < (*list)->Size(); ++i) {
      const Place place = fields.place().item("blocking_rules_to_generate_predictions", i);
      auto rule = read_blocking_rule((**list)[i], place);
      if (!rule) return rule.error();
      model_.blocking_rules.push_back(std::move(*rule));
    }
    return Done{};
  }

  Result<BlockingRule> read_blocking_rule(const Json& json, const Place& place) {
    BlockingRule rule;
    std::string dialect = dialect_;
    if (json.IsString()) {
      rule.sql = text_of(json);
    } else {
      auto fields = Fields::open(json, place);
      if (!fields) return fields.error();
      const Json* sql = fields->take("blocking_rule");
      if (sql == nullptr || !sql->IsString()) return place.invalid("'blocking_rule' is missing");
      rule.sql = text_of(*sql);
      GMPI_TRY(fields->text("sql_dialect", dialect));
      GMPI_TRY(fields->names("arrays_to_explode", rule.arrays_to_explode));
      double salt = 1;
      GMPI_TRY(fields->number("salting_partitions", 1, 1e6, salt));
      if (salt > 1) warn(place, "salting_partitions is ignored: it changes no result");
      GMPI_TRY(fields->nothing_left());
    }
    auto parsed = parse_blocking_rule(rule.sql);
    if (!parsed) return place.error(parsed.error().code, parsed.error().message);
    GMPI_TRY(check_dialect(dialect, rule.sql, *parsed, place));
    rule.condition = std::move(*parsed);
    return rule;
  }

  // ------------------------------------------------------------ dialects

  /// Conditions stay in the dialect they were trained in. Other dialects than DuckDB's are read only where
  /// every dialect means the same.
  static Status check_dialect(const std::string& dialect, std::string_view sql, const Expression& tree,
                              const Place& place) {
    if (dialect.empty() || dialect == "duckdb") return Done{};
    if (dialect == "spark" && sql.find('"') != std::string_view::npos)
      return place.error(ErrorCode::kUnsupported, "in Spark's dialect \"x\" is text, not a column");
    const std::string foreign = foreign_part(tree);
    if (foreign.empty()) return Done{};
    return place.error(ErrorCode::kUnsupported, fmt::format("'{}' in the SQL of '{}': only DuckDB's is read",
                                                            foreign, dialect.substr(0, 60)));
  }

  /// The innermost part whose meaning depends on the dialect; empty when there is none.
  static std::string foreign_part(const Expression& e) {
    static constexpr std::string_view kCommon[] = {"=", "<>", "and", "or", "not", "is null", "is not null"};
    const bool common = e.kind != ExpressionKind::kCall
                            ? e.kind != ExpressionKind::kLambda
                            : std::find(std::begin(kCommon), std::end(kCommon), e.text) != std::end(kCommon);
    for (const auto& argument : e.arguments)
      if (auto found = foreign_part(argument); !found.empty()) return found;
    return common ? "" : e.text;
  }

  Place root_;
  LinkageModel model_;
  std::string dialect_;
  bool saw_fix_keys_ = false;
};

#undef GMPI_TRY

Error json_error(std::string_view json, std::string_view file_name, std::size_t offset,
                 std::string_view reason) {
  const auto before = json.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  const std::size_t column = offset - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return make_error(ErrorCode::kInvalidInput, fmt::format("{}:{}:{}: {}", file_name, line, column, reason));
}

/// A document whose numbers are the doubles nearest to their text. (RapidJSON's own full precision shifts by the leading
/// zeros of a zero mantissa: undefined.)
class NearestNumbers : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, NearestNumbers> {
 public:
  explicit NearestNumbers(rapidjson::Document& document) : document_(document) {}

  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    double number = 0;
    if (std::from_chars(text, text + length, number).ec == std::errc::result_out_of_range)
      number = std::strtod(text, nullptr);  // infinite or zero
    return document_.Double(number);
  }
  bool Null() { return document_.Null(); }
  bool Bool(bool value) { return document_.Bool(value); }
  bool String(const char* text, rapidjson::SizeType length, bool copy) { return document_.String(text, length, copy); }
  bool Key(const char* text, rapidjson::SizeType length, bool copy) { return document_.Key(text, length, copy); }
  bool StartObject() { return document_.StartObject(); }
  bool EndObject(rapidjson::SizeType members) { return document_.EndObject(members); }
  bool StartArray() { return document_.StartArray(); }
  bool EndArray(rapidjson::SizeType elements) { return document_.EndArray(elements); }

 private:
  rapidjson::Document& document_;
};

}  // namespace

Result<LinkageModel> read_model(std::string_view json, std::string_view file_name) {
  if (json.size() > kLimits.file_bytes_max)
    return make_error(ErrorCode::kLimit, fmt::format("{}: {} bytes; at most {}", file_name, json.size(),
                                                     kLimits.file_bytes_max));
  // Iterative: a million open brackets must not exhaust the stack. NaN is read so that it can be refused by
  // its place.
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNanAndInfFlag;
  rapidjson::Document document;
  rapidjson::ParseResult parsed;
  const auto parse = [&](rapidjson::Document& into) {
    rapidjson::MemoryStream bytes(json.data(), json.size());
    rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> text(bytes);
    NearestNumbers numbers(into);
    rapidjson::Reader reader;
    parsed = reader.Parse<kFlags>(text, numbers);
    return !parsed.IsError();
  };
  document.Populate(parse);
  if (parsed.IsError())
    return json_error(json, file_name, parsed.Offset(), rapidjson::GetParseError_En(parsed.Code()));
  return ModelReader(file_name).read(document);
}

}  // namespace gmpi
