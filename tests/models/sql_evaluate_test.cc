// The evaluator refuses what it must, in bounded time, without repeating a person's data. What values come
// out is compared with DuckDB in tests/matcher/oracle_test.cc.
#include "models/sql_evaluate.h"

#include <gtest/gtest.h>

#include "models/sql_time.h"
#include "models/unicode_case.h"

namespace gmpi {
namespace {

Expression column() {
  Expression e;
  e.kind = ExpressionKind::kColumn;
  e.text = "x";
  return e;
}

Expression literal(std::string text) {
  Expression e;
  e.kind = ExpressionKind::kString;
  e.text = std::move(text);
  return e;
}

Expression call(std::string name, std::vector<Expression> arguments, std::string type = "") {
  Expression e;
  e.kind = ExpressionKind::kCall;
  e.text = std::move(name);
  e.type = std::move(type);
  e.arguments = std::move(arguments);
  return e;
}

Result<SqlValue> with(const SqlValue& value, const Expression& e) {
  return evaluate(e, [&](std::string_view, Side) { return value; });
}

TEST(Evaluate, ErrorsNameTheProblemAndNeverTheValue) {
  const std::string secret = "ADA LOVELACE 1815";
  for (const auto& e : {call("cast", {column()}, "integer"), call("cast", {column()}, "date"),
                        call("strptime", {column(), literal("%Y")}), call("abs", {column()}),
                        call("+", {column(), column()}), call("list_max", {column()}),
                        call("epoch", {column()}), call("made_up", {column()}), call("not", {column()})}) {
    const auto value = with({secret}, e);
    ASSERT_FALSE(value) << e.text;
    EXPECT_EQ(value.error().message.find("LOVELACE"), std::string::npos) << value.error().message;
    EXPECT_FALSE(value.error().message.empty());
  }
}

TEST(Evaluate, RefusesFunctionsAndCountsItDoesNotKnow) {
  EXPECT_EQ(with({std::string("a")}, call("soundex", {column()})).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(with({std::string("a")}, call("lower", {})).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(with({std::string("a")}, call("case", {column()})).error().code, ErrorCode::kInvalidInput);
  EXPECT_TRUE(is_scalar_function("regexp_extract") && is_scalar_function("case") &&
              !is_scalar_function("levenshtein"));
}

TEST(Evaluate, NestedLambdasOverLongListsStop) {
  Expression inner;
  inner.kind = ExpressionKind::kLambda;
  inner.text = "y";
  inner.arguments = {literal("z")};
  Expression outer = inner;
  outer.text = "x";
  outer.arguments = {call("list_transform", {column(), inner})};
  const SqlValue list{SqlList(3000, SqlValue{std::string("v")})};
  EXPECT_EQ(with(list, call("list_transform", {column(), outer})).error().code, ErrorCode::kLimit);
}

TEST(Evaluate, IntegerOverflowIsAnErrorNotAWrap) {
  const SqlValue most{std::numeric_limits<std::int64_t>::max()};
  EXPECT_FALSE(with(most, call("+", {column(), column()})));
  EXPECT_FALSE(with(most, call("*", {column(), column()})));
  const SqlValue least{std::numeric_limits<std::int64_t>::min()};
  EXPECT_FALSE(with(least, call("abs", {column()})));
  EXPECT_FALSE(with(least, call("neg", {column()})));
}

TEST(Evaluate, KeepsCompiledPatternsWithinBounds) {
  PatternCache patterns;
  const SqlValue value{std::string("SK4 1AA")};
  for (int i = 0; i < 1000; ++i) {
    const auto e = call("regexp_extract", {column(), literal("^[A-Z]+" + std::to_string(i % 600))});
    const auto found = evaluate(
        e, [&](std::string_view, Side) { return value; }, &patterns);
    ASSERT_TRUE(found);
    EXPECT_EQ(std::get<std::string>(found->value), i % 600 == 4 ? "SK4" : "") << i;
  }
}

TEST(Patterns, ThatExplodeAreRefusedOrLinear) {
  EXPECT_FALSE(check_pattern("((a{1000}){1000}){1000}"));
  EXPECT_FALSE(check_pattern(std::string(10'000, 'a')));
  EXPECT_FALSE(check_pattern("(?<=look)behind"));
  EXPECT_TRUE(check_pattern("(a+)+$"));
  const SqlValue value{std::string(100'000, 'a') + "b"};
  EXPECT_TRUE(with(value, call("regexp_matches", {column(), literal("(a+)+$")})));
}

TEST(CaseMapping, IsOneToOneAndLeavesBrokenTextAlone) {
  EXPECT_EQ(to_lower("ÀÉİΑΣ"), "àéiασ");
  EXPECT_EQ(to_upper("ßéﬁ"), "ẞÉﬁ");
  EXPECT_EQ(to_upper("a\xff\xc3"), "A\xff\xc3");
}

TEST(Time, DifferencesCountBoundariesNotElapsedTime) {
  const auto at = [](std::string_view text) { return *parse_time(text, "%Y-%m-%d"); };
  EXPECT_EQ(*time_difference("month", at("2020-01-31"), at("2020-02-01")), 1);
  EXPECT_EQ(*time_difference("year", at("2020-12-31"), at("2021-01-01")), 1);
  EXPECT_EQ(*time_difference("year", at("2020-01-01"), at("2020-12-31")), 0);
  EXPECT_EQ(*time_difference("DAYS", at("1970-01-02"), at("1969-12-31")), -2);
  EXPECT_FALSE(time_difference("fortnight", at("2020-01-01"), at("2020-01-01")));
}

}  // namespace
}  // namespace gmpi
