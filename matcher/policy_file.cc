// Reads policy.toml: see docs/linkage-model.md for the format and models/default/person/policy.toml for an example.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include "matcher/compiled_policy.h"
#include "matcher/sql_parser.h"

namespace gmpi {

namespace {

class PolicyReader {
 public:
  explicit PolicyReader(std::string_view file_name) : file_(file_name) {}

  Result<Policy> read(const toml::table& root) {
    check_keys(root, {"thresholds", "batch", "blocking", "guard", "exclusive"});
    if (const auto* thresholds = table(root, "thresholds")) {
      check_keys(*thresholds, {"link", "review", "conflict_margin"});
      policy_.link_weight = number(*thresholds, "link");
      policy_.review_weight = number(*thresholds, "review");
      policy_.conflict_margin = number(*thresholds, "conflict_margin");
      if (policy_.review_weight > policy_.link_weight) fail(*thresholds, "review lies above link");
    } else {
      fail(root, "[thresholds] is missing");
    }
    if (const auto* batch = table(root, "batch")) {
      check_keys(*batch, {"link", "conflict_margin", "review_guards"});
      policy_.batch = BatchProfile{number(*batch, "link"), number(*batch, "conflict_margin"), (*batch)["review_guards"].value_or(true)};
    }
    if (const auto* blocking = table(root, "blocking")) {
      check_keys(*blocking, {"records_max"});
      const double records_max = number(*blocking, "records_max");
      if (records_max < 0 || records_max > 1e9) fail(*blocking, "records_max must lie between 0 and 1,000,000,000");
      policy_.block_records_max = static_cast<std::uint32_t>(std::clamp(records_max, 0.0, 1e9));
    }
    for_each_table(root, "guard", [&](const toml::table& entry) { read_guard(entry); });
    for_each_table(root, "exclusive", [&](const toml::table& entry) {
      check_keys(entry, {"name", "reason", "column"});
      policy_.exclusive.push_back({text(entry, "column"), text(entry, "name"), text(entry, "reason")});
    });
    if (error_) return *error_;
    return std::move(policy_);
  }

 private:
  void read_guard(const toml::table& entry) {
    check_keys(entry, {"name", "reason", "effect", "when"});
    Guard guard{.name = text(entry, "name"), .reason = text(entry, "reason"), .sql = text(entry, "when"), .condition = {}};
    const std::string effect = text(entry, "effect");
    guard.apart = effect == "apart";
    if (effect != "apart" && effect != "review") fail(entry, "effect must be \"apart\" or \"review\"");
    for (const auto& other : policy_.guards)
      if (other.name == guard.name) fail(entry, "guard '" + guard.name + "' is defined twice");
    auto condition = parse_condition(guard.sql);
    if (condition) {
      guard.condition = std::move(*condition);
    } else {
      fail(entry, "guard '" + guard.name + "': " + condition.error().message);
    }
    policy_.guards.push_back(std::move(guard));
  }

  void fail(const toml::node& node, const std::string& reason) {
    if (error_) return;  // the first fault is the one to mend
    const auto& at = node.source().begin;
    error_ = make_error(ErrorCode::kInvalidInput, file_ + ":" + std::to_string(at.line) + ":" +
                                                      std::to_string(at.column) + ": " + reason);
  }

  void check_keys(const toml::table& entry, std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : entry)
      if (std::find(known.begin(), known.end(), key.str()) == known.end())
        fail(value, "unknown key '" + std::string(key.str()) + "'");
  }

  const toml::table* table(const toml::table& root, std::string_view key) {
    const auto* node = root.get(key);
    if (node != nullptr && !node->is_table()) fail(*node, std::string(key) + " must be a table");
    return node == nullptr ? nullptr : node->as_table();
  }

  double number(const toml::table& entry, std::string_view key) {
    const auto value = entry[key].value<double>();
    if (!value || !std::isfinite(*value)) fail(entry, std::string(key) + " must be a number");
    return value.value_or(0);
  }

  std::string text(const toml::table& entry, std::string_view key) {
    const auto value = entry[key].value<std::string>();
    if (!value || value->empty()) fail(entry, std::string(key) + " must be a text");
    return value.value_or("");
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
