// Trees of conditions: what they print, which columns they read, what they are with the two records
// exchanged.
#include "models/condition.h"

#include <gtest/gtest.h>

#include "models/linkage_model.h"

namespace gmpi {
namespace {

Expression column(std::string name, Side side) {
  Expression e;
  e.kind = ExpressionKind::kColumn;
  e.text = std::move(name);
  e.side = side;
  return e;
}

Expression text(std::string value) {
  Expression e;
  e.kind = ExpressionKind::kString;
  e.text = std::move(value);
  return e;
}

Expression call(std::string name, std::vector<Expression> arguments) {
  Expression e;
  e.kind = ExpressionKind::kCall;
  e.text = std::move(name);
  e.arguments = std::move(arguments);
  return e;
}

TEST(Condition, PrintsWithQuotesThatCannotBeBrokenOutOf) {
  EXPECT_EQ(to_sql(call("=", {column("a\"b", Side::kLeft), text("it's")})), R"(("a""b_l" = 'it''s'))");
}

TEST(Condition, MirroredTwiceIsTheSame) {
  const auto tree = call("=", {column("given_name", Side::kLeft), column("surname", Side::kRight)});
  EXPECT_EQ(to_sql(mirrored(tree)), R"(("given_name_r" = "surname_l"))");
  EXPECT_EQ(mirrored(mirrored(tree)), tree);
}

TEST(Condition, NamesTheColumnsOfEachSide) {
  const auto tree = call("and", {call("=", {column("b", Side::kLeft), column("a", Side::kRight)}),
                                 call("is null", {column("b", Side::kLeft)})});
  EXPECT_EQ(columns_of(tree, Side::kLeft), std::vector<std::string>{"b"});
  EXPECT_EQ(columns_of(tree, Side::kRight), std::vector<std::string>{"a"});
  EXPECT_EQ(columns_of(tree, Side::kNone), (std::vector<std::string>{"a", "b"}));
}

TEST(LinkageModel, TakesUOfTheFirstLevelThatIsExactOnTheColumnAlone) {
  const auto level = [](Expression condition, double u) {
    ComparisonLevel out;
    out.condition = std::move(condition);
    out.u = u;
    out.tf_column = "Surname";
    return out;
  };
  const auto exact = [](const std::string& name) {
    return call("=", {column(name, Side::kLeft), column(name, Side::kRight)});
  };
  Comparison comparison;
  comparison.levels = {level(call("and", {exact("surname"), exact("dob")}), 0.1),
                       level(call("=", {column("surname", Side::kLeft), column("alias", Side::kRight)}), 0.2),
                       level(exact("surname"), 0.3), level(exact("surname"), 0.4)};
  EXPECT_EQ(exact_match_u(comparison, comparison.levels[0]), 0.3);
  comparison.levels[3].disable_tf_exact_match_detection = true;
  EXPECT_EQ(exact_match_u(comparison, comparison.levels[3]), 0.4);
  comparison.levels.erase(comparison.levels.begin() + 2, comparison.levels.end());
  EXPECT_FALSE(exact_match_u(comparison, comparison.levels[0]));
}

}  // namespace
}  // namespace gmpi
