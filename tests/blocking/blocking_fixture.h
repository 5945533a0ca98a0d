// Small sets of records and rules for the tests of blocking.
#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "blocking/blocking_plan.h"
#include "matcher/sql_parser.h"

namespace gmpi {

struct RuleText {
  std::string sql;
  std::vector<std::string> exploded;
};

inline LinkageModel model_with(const std::vector<RuleText>& rules) {
  LinkageModel model;
  for (const auto& [sql, exploded] : rules) {
    auto condition = parse_blocking_rule(sql);
    EXPECT_TRUE(condition.ok()) << sql << ": " << (condition ? "" : condition.error().message);
    model.blocking_rules.push_back({sql, *condition, exploded});
  }
  return model;
}

inline std::vector<ColumnSpec> person_like_columns() {
  return {{"surname", false}, {"dob", false}, {"other", false}, {"phones", true}, {"emails", true}};
}

/// Records of few distinct values, some missing, so that keys meet often.
inline void append_random_records(PackedRecords& records, Random& random, std::size_t count) {
  const auto pick = [&](const char* prefix, std::uint64_t values) {
    return random.chance(0.15) ? std::string() : prefix + std::to_string(random.below(values));
  };
  const auto list = [&](const char* prefix) {
    std::string joined;
    for (std::uint64_t n = random.below(4); n > 0; --n) {
      if (!joined.empty()) joined += kListSeparator;
      joined += prefix + std::to_string(random.below(9));
    }
    return joined;
  };
  for (std::size_t i = 0; i < count; ++i) {
    const std::string cells[] = {pick("name", 6), pick("19", 8), pick("name", 6), list("p"), list("e")};
    const std::string_view views[] = {cells[0], cells[1], cells[2], cells[3], cells[4]};
    records.append_texts(views);
  }
}

}  // namespace gmpi
