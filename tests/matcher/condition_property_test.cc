// Any tree the grammar allows prints to SQL that reads back as the same tree, and evaluates without a crash.
#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "matcher/comparators/functions.h"
#include "matcher/sql_parser.h"
#include "models/sql_evaluate.h"

namespace gmpi {
namespace {

/// Grows SQL text at random; most of it is ill typed, as hostile models are.
class SqlSource {
 public:
  explicit SqlSource(std::uint64_t seed) : random_(seed) {}

  std::string expression(int depth) {
    if (depth <= 0) return atom();
    const auto inner = [&] { return expression(depth - 1 - static_cast<int>(random_.below(2))); };
    switch (random_.below(14)) {
      case 0: return "(" + inner() + pick({" = ", " <> ", " < ", " >= "}) + inner() + ")";
      case 1:
        return "(" + inner() + pick({" and ", " or "}) + inner() + pick({" and ", " or "}) + inner() + ")";
      case 2: return "(not " + inner() + ")";
      case 3: return "(" + inner() + pick({" is null", " is not null", " is true", " is not false"}) + ")";
      case 4:
        return "(" + inner() + pick({" + ", " - ", " * ", " / ", " % ", " // ", " || ", " ^ "}) + inner() +
               ")";
      case 5:
        return pick({"lower", "upper", "length", "abs", "sqrt", "trim", "epoch", "list_max", "acos",
                     "flatten"}) +
               "(" + inner() + ")";
      case 6:
        return pick({"levenshtein", "jaro_winkler_similarity", "jaccard", "list_intersect", "list_concat",
                     "nullif", "coalesce", "left", "split", "damerau_levenshtein", "greatest", "hamming"}) +
               "(" + inner() + ", " + inner() + ")";
      case 7:
        return pick({"cast", "try_cast"}) + "(" + inner() + " as " +
               pick({"int", "bigint", "float", "double", "text", "boolean", "date", "timestamp"}) + ")";
      case 8: return "case when " + inner() + " then " + inner() + " else " + inner() + " end";
      case 9:
        return pick({"list_transform", "list_filter"}) + "(" + inner() + ", x -> " + lambda_body(depth) + ")";
      case 10: return "(" + inner() + ")[" + inner() + "]";
      case 11: return "[" + inner() + ", " + inner() + "]";
      case 12: return "(" + inner() + " in (" + inner() + ", " + inner() + "))";
      default: return "substring(" + inner() + ", " + inner() + ", " + inner() + ")";
    }
  }

 private:
  std::string lambda_body(int depth) {
    ++lambdas_;
    auto body = expression(depth - 2);
    --lambdas_;
    return body;
  }
  std::string pick(std::initializer_list<const char*> choices) {
    return choices.begin()[random_.below(choices.size())];
  }
  std::string atom() {
    if (lambdas_ > 0 && random_.chance(0.4)) return "x";
    return pick({"\"a_l\"", "a_r",   "\"b c_l\"", "l.d",     "null",
                 "true",    "false", "0",         "-1",      "9223372036854775807",
                 "0.5",     "1e308", "''",        "'it''s'", "'2020-01-05'",
                 "'é'",     "[]",    "v_l",       "v_r",     "n_l",
                 "d_r"});
  }

  Random random_;
  int lambdas_ = 0;
};

TEST(AnyCondition, PrintsReadsBackAndEvaluates) {
  SqlSource source(11);
  Random random(12);
  std::size_t accepted = 0;
  std::size_t answered = 0;
  for (int i = 0; i < 50'000; ++i) {
    const auto sql = source.expression(static_cast<int>(1 + random.below(6)));
    const auto tree = parse_condition(sql);
    if (!tree) {
      ASSERT_FALSE(tree.error().message.empty()) << sql;
      continue;
    }
    ++accepted;
    const auto again = parse_condition(to_sql(*tree));
    ASSERT_TRUE(again) << sql << "\n" << to_sql(*tree) << "\n" << again.error().message;
    ASSERT_EQ(*again, *tree) << sql << "\n" << to_sql(*tree);
    ASSERT_EQ(mirrored(mirrored(*tree)), *tree);
    const auto value = evaluate(
        *tree,
        [](std::string_view name, Side side) -> SqlValue {
          if (name == "v")
            return {SqlList{{std::string("a")}, {}, {std::string(side == Side::kLeft ? "b" : "a")}}};
          if (name == "n") return {std::int64_t{-9223372036854775807LL - 1}};
          if (name == "d") return {SqlTimestamp{1'000'000'000'000, true}};
          if (name == "b c") return {};
          return {std::string(side == Side::kLeft ? "JONES" : "JOHNSON")};
        },
        pair_functions());
    answered += value.ok();
  }
  EXPECT_GT(accepted, 20'000U);
  EXPECT_GT(answered, 3'000U);
}

}  // namespace
}  // namespace gmpi
