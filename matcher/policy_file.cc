// Reads policy.toml: see docs/linkage-model.md for the format and models/default/person/policy.toml for an example.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include "matcher/comparators/damerau_levenshtein.h"
#include "matcher/compiled_policy.h"
#include "matcher/limits.h"
#include "matcher/sql_parser.h"

namespace gmpi {

namespace {

constexpr std::int64_t kSlipMost = 2;  // an unknown key this close to a known one is taken for a slip of the pen

class PolicyReader {
 public:
  explicit PolicyReader(std::string_view file_name) : file_(file_name) {}

  Result<Policy> read(const toml::table& root) {
    check_keys(root, {"thresholds", "batch", "blocking", "condition", "guard", "exclusive", "derive", "grouping"});
    if (const auto* thresholds = table(root, "thresholds")) {
      check_keys(*thresholds, {"link", "review", "search", "conflict_margin"});
      policy_.link_weight = number(*thresholds, "link");
      policy_.review_weight = number(*thresholds, "review");
      policy_.search_weight = thresholds->contains("search") ? number(*thresholds, "search") : policy_.review_weight;
      policy_.conflict_margin = margin(*thresholds);
      if (policy_.search_weight > policy_.review_weight) fail(*thresholds, "search lies above review");
      if (policy_.review_weight > policy_.link_weight) fail(*thresholds, "review lies above link");
    } else {
      fail(root, "[thresholds] is missing");
    }
    if (const auto* batch = table(root, "batch")) {
      check_keys(*batch, {"link", "conflict_margin", "review_guards"});
      policy_.batch = BatchProfile{number(*batch, "link"), margin(*batch), truth(*batch, "review_guards", true)};
    }
    if (const auto* blocking = table(root, "blocking")) {
      check_keys(*blocking, {"records_max", "split_by"});
      if (blocking->contains("split_by")) policy_.split_by = texts(*blocking, "split_by", kSplitByMost);
      policy_.block_records_max = records_max(*blocking);
    }
    if (const auto* conditions = table(root, "condition")) read_conditions(*conditions);
    for_each_table(root, "guard", [&](const toml::table& entry) { read_guard(entry); });
    for_each_table(root, "exclusive", [&](const toml::table& entry) {
      check_keys(entry, {"name", "reason", "column"});
      policy_.exclusive.push_back({text(entry, "column"), name(entry, "exclusive column"), text(entry, "reason")});
    });
    for_each_table(root, "derive", [&](const toml::table& entry) {
      check_keys(entry, {"column", "from", "as"});
      policy_.derivations.push_back({text(entry, "column"), texts_of(entry, "from"), text(entry, "as")});
    });
    if (const auto* grouping = table(root, "grouping")) {
      check_keys(*grouping, {"join_mean", "records_max"});
      if (grouping->contains("join_mean")) policy_.join_mean = number(*grouping, "join_mean");
      if (grouping->contains("records_max")) policy_.component_records_max = records_max(*grouping);
    }
    if (error_) return *error_;
    return std::move(policy_);
  }

 private:
  void read_guard(const toml::table& entry) {
    check_keys(entry, {"name", "reason", "effect", "profile", "when"});
    Guard guard{
        .name = name(entry, "guard"), .reason = text(entry, "reason"), .sql = text(entry, "when"), .condition = {}};
    const std::string effect = text(entry, "effect");
    guard.apart = effect == "apart" || effect == "apart-and-ask";
    guard.asks = effect == "ask" || effect == "apart-and-ask";
    if (!guard.apart && !guard.asks && effect != "review")
      fail_at(entry, "effect", "effect must be \"apart\" or \"review\" or \"ask\" or \"apart-and-ask\"");
    if (entry.contains("profile")) guard.profile = text(entry, "profile");
    if (!guard.profile.empty() && guard.profile != "live" && guard.profile != "batch")
      fail_at(entry, "profile", "profile must be \"live\" or \"batch\"");
    auto condition = parse_condition(guard.sql, by_name());
    if (condition) {
      guard.condition = std::move(*condition);
    } else {
      fail_at(entry, "when", "guard '" + guard.name + "': " + condition.error().message);
    }
    policy_.guards.push_back(std::move(guard));
  }

  /// All of them, so that a fault in one that no guard uses is told too.
  void read_conditions(const toml::table& entries) {
    if (entries.size() > kConditionsMost)
      return fail(entries, "more than " + std::to_string(kConditionsMost) + " conditions");
    conditions_ = &entries;
    for (const auto& [key, value] : entries)
      if (error_ || !named_condition(key.str())) return;
  }

  ConditionByName by_name() {
    return [this](std::string_view name) { return named_condition(name); };
  }

  /// Read when first asked for, by a guard or another condition; then remembered.
  Result<Expression> named_condition(std::string_view name) {
    const std::string known(name);
    if (const auto read = read_.find(known); read != read_.end()) return read->second;
    if (conditions_ == nullptr || !conditions_->contains(name))
      return make_error(ErrorCode::kInvalidInput, "no [condition] is called '" + known + "'");
    if (!being_read_.insert(known).second)
      return make_error(ErrorCode::kInvalidInput, "the condition '" + known + "' leads back to itself");
    auto condition = parse_condition(text(*conditions_, name), by_name());
    being_read_.erase(known);
    if (!condition) {
      fail_at(*conditions_, name, "condition '" + known + "': " + condition.error().message);
      return condition;
    }
    return read_.emplace(known, std::move(*condition)).first->second;
  }

  void fail(const toml::node& node, const std::string& reason) { fail(node.source(), reason); }

  /// Points at the value of `key`, or at the table that lacks it.
  void fail_at(const toml::table& entry, std::string_view key, const std::string& reason) {
    const auto* node = entry.get(key);
    fail(node != nullptr ? node->source() : entry.source(), reason);
  }

  void fail(const toml::source_region& source, const std::string& reason) {
    if (error_) return;  // the first fault is the one to mend
    const auto& at = source.begin;
    error_ = make_error(ErrorCode::kInvalidInput, file_ + ":" + std::to_string(at.line) + ":" +
                                                      std::to_string(at.column) + ": " + reason);
  }

  void check_keys(const toml::table& entry, std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : entry) {
      if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
      const std::string_view given = key.str();
      const auto nearest = std::min_element(known.begin(), known.end(), [given](auto a, auto b) {
        return damerau_levenshtein(given, a) < damerau_levenshtein(given, b);
      });
      const bool slip = damerau_levenshtein(key.str(), *nearest) <= kSlipMost;
      fail(key.source(), "unknown key '" + std::string(key.str()) + "'" +
                             (slip ? "; is it '" + std::string(*nearest) + "'?" : std::string()));
    }
  }

  const toml::table* table(const toml::table& root, std::string_view key) {
    const auto* node = root.get(key);
    if (node != nullptr && !node->is_table()) fail(*node, std::string(key) + " must be a table");
    return node == nullptr ? nullptr : node->as_table();
  }

  double number(const toml::table& entry, std::string_view key) {
    const auto value = entry[key].value<double>();
    if (!value || !std::isfinite(*value)) fail_at(entry, key, std::string(key) + " must be a number");
    return value && std::isfinite(*value) ? *value : 0;
  }

  std::uint32_t records_max(const toml::table& entry) {
    const double most = number(entry, "records_max");
    if (most < 0 || most > kRecordsMost || most != std::trunc(most))
      fail_at(entry, "records_max", "records_max must be a whole number from 0 to 1,000,000,000");
    return static_cast<std::uint32_t>(std::clamp(most, 0.0, kRecordsMost));
  }

  double margin(const toml::table& entry) {
    const double bits = number(entry, "conflict_margin");
    if (bits < 0) fail_at(entry, "conflict_margin", "conflict_margin must not be negative");
    return bits;
  }

  bool truth(const toml::table& entry, std::string_view key, bool absent) {
    const auto* node = entry.get(key);
    if (node != nullptr && !node->is_boolean()) fail(*node, std::string(key) + " must be true or false");
    return node == nullptr ? absent : node->value_or(absent);
  }

  std::string text(const toml::table& entry, std::string_view key) {
    const auto value = entry[key].value<std::string>();
    if (!value || value->empty()) fail_at(entry, key, std::string(key) + " must be a text");
    return value.value_or("");
  }

  /// Texts, each once.
  std::vector<std::string> texts(const toml::table& entry, std::string_view key, std::size_t most) {
    std::vector<std::string> out;
    const auto* list = entry[key].as_array();
    if (list == nullptr) fail_at(entry, key, std::string(key) + " must be a list of texts");
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      const auto value = (*list)[i].value<std::string>();
      if (!value || value->empty() || std::find(out.begin(), out.end(), *value) != out.end() || i >= most)
        fail((*list)[i], std::string(key) + " must be a list of at most " + std::to_string(most) +
                             " different texts");
      out.push_back(value.value_or(""));
    }
    return out;
  }

  /// At least one text.
  std::vector<std::string> texts_of(const toml::table& entry, std::string_view key) {
    std::vector<std::string> texts;
    if (const auto* array = entry[key].as_array())
      for (const auto& node : *array) texts.push_back(node.value<std::string>().value_or(""));
    if (texts.empty() || std::find(texts.begin(), texts.end(), "") != texts.end())
      fail_at(entry, key, std::string(key) + " must be a list of texts");
    return texts;
  }

  /// The name of a guard or an exclusive column: what events and tasks call the reason by.
  std::string name(const toml::table& entry, const std::string& what) {
    std::string name = text(entry, "name");
    if (!names_.insert(name).second) fail_at(entry, "name", what + " '" + name + "' is defined twice");
    return name;
  }

  template <class Visit>
  void for_each_table(const toml::table& root, std::string_view key, Visit visit) {
    const auto* node = root.get(key);
    if (node == nullptr) return;
    if (!node->is_array_of_tables()) return fail(*node, "write [[" + std::string(key) + "]]");
    for (const auto& entry : *node->as_array()) visit(*entry.as_table());
  }

  std::string file_;
  Policy policy_;
  std::set<std::string> names_;
  const toml::table* conditions_ = nullptr;
  std::map<std::string, Expression> read_;
  std::set<std::string> being_read_;
  std::optional<Error> error_;
};

}  // namespace

Result<Policy> read_policy(std::string_view text, std::string_view file_name) {
  try {
    const toml::table root = toml::parse(text, file_name);
    return PolicyReader(file_name).read(root);
  } catch (const toml::parse_error& error) {
    const auto& at = error.source().begin;
    return make_error(ErrorCode::kInvalidInput, std::string(file_name) + ":" + std::to_string(at.line) + ":" +
                                                    std::to_string(at.column) + ": " + std::string(error.description()));
  }
}

}  // namespace gmpi
