#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "api/json/read.h"
#include "api/json/write.h"
#include "base/random.h"

namespace gmpi {
namespace {

JsonParse parse(std::string_view text) {
  return parse_json(text, {});
}

TEST(JsonRead, keeps_order_and_number_text) {
  const auto parsed = parse(R"( {"b":1.50,"a":[true,null,"x"],"c":{"d":-0,"e":1E+2}} )");
  ASSERT_TRUE(parsed.value) << describe(parsed.fault);
  EXPECT_EQ(to_json(*parsed.value), R"({"b":1.50,"a":[true,null,"x"],"c":{"d":-0,"e":1E+2}})");
}

TEST(JsonRead, text_survives_a_round_trip_byte_for_byte) {
  const std::string names =
      "Łukasz Żółć · محمد · Siân · 👩‍👩‍👧 · e\xCC\x81 · \"\\/\b\f\n\r\t";
  const std::string text = to_json(JsonValue::of_string(names));
  const auto parsed = parse(text);
  ASSERT_TRUE(parsed.value);
  EXPECT_EQ(parsed.value->text, names);
  EXPECT_EQ(parse("\"\\u00e9\\uD83D\\uDE00\"").value->text, "é😀");
}

struct HostileCase {
  const char* name;
  std::string text;
  std::size_t offset;
  const char* pointer;
  const char* reason;
};

class JsonRefuses : public testing::TestWithParam<HostileCase> {};

TEST_P(JsonRefuses, naming_the_place_and_the_reason) {
  const auto& tested = GetParam();
  const auto parsed = parse(tested.text);
  ASSERT_FALSE(parsed.value);
  EXPECT_EQ(parsed.fault.offset, tested.offset);
  EXPECT_EQ(parsed.fault.pointer, tested.pointer);
  EXPECT_NE(parsed.fault.reason.find(tested.reason), std::string::npos) << parsed.fault.reason;
}

INSTANTIATE_TEST_SUITE_P(
    Hostile, JsonRefuses,
    testing::Values(HostileCase{"empty", "", 0, "", "empty"},
                    HostileCase{"blanks_only", "  \n", 3, "", "empty"},
                    HostileCase{"unfinished", R"({"a":[1,)", 8, "/a/1", "Invalid value"},
                    HostileCase{"two_documents", "{} {}", 3, "", "root"},
                    HostileCase{"duplicate_key", R"({"n":{"a":1,"a":2}})", 17, "/n/a", "occurs twice"},
                    HostileCase{"duplicate_key_escaped", R"({"a":1,"\u0061":2})", 17, "/a", "occurs twice"},
                    HostileCase{"nul_escaped", R"({"a":"\u0000"})", 13, "/a", "U+0000"},
                    HostileCase{"nul_raw_after_the_document", std::string("{}\0garbage", 10), 2, "", "NUL"},
                    HostileCase{"invalid_utf8", "{\"a\":\"\xff\"}", 6, "/a", "encoding"},
                    HostileCase{"overlong_utf8", "[\"\xc0\xaf\"]", 2, "/0", "encoding"},
                    HostileCase{"utf8_surrogate", "[\"\xed\xa0\x80\"]", 2, "/0", "encoding"},
                    HostileCase{"lone_surrogate", R"(["\ud800"])", 2, "/0", "surrogate"},
                    HostileCase{"lone_low_surrogate", R"(["\udc00"])", 9, "/0", "surrogate"},
                    HostileCase{"byte_order_mark", "\xEF\xBB\xBF{}", 0, "", "byte-order mark"},
                    HostileCase{"control_in_string", "[\"a\nb\"]", 3, "/0", "control character"},
                    HostileCase{"single_quotes", "{'a':1}", 1, "", "name"},
                    HostileCase{"trailing_comma", "[1,]", 3, "/1", "Invalid value"},
                    HostileCase{"comment", "[1/**/]", 2, "/1", "comma"},
                    HostileCase{"nan", "[NaN]", 1, "/0", "Invalid value"},
                    HostileCase{"leading_zero", "[01]", 2, "/1", "comma"},
                    HostileCase{"plus_number", "[+1]", 1, "/0", "Invalid value"},
                    HostileCase{"digits", "[" + std::string(65, '1') + "]", 1, "/0", "digits"},
                    HostileCase{"slash_in_pointer", R"({"a/b~c":{"d":[}})", 15, "/a~1b~0c/d/0",
                                "Invalid value"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(JsonRead, a_million_levels_are_refused_at_the_limit) {
  for (const std::string open : {"[", "{\"a\":"}) {
    std::string deep;
    for (int i = 0; i < 1'000'000; ++i) deep += open;
    JsonLimits limits;
    limits.bytes_max = deep.size();
    const auto parsed = parse_json(deep, limits);
    ASSERT_FALSE(parsed.value);
    EXPECT_NE(parsed.fault.reason.find("deeper than 64"), std::string::npos);
    EXPECT_LE(parsed.fault.pointer.size(), 320u);
  }
}

TEST(JsonRead, depth_64_passes_and_65_does_not) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse(nested(64)).value);
  EXPECT_FALSE(parse(nested(65)).value);
}

TEST(JsonRead, a_string_of_100_mb_is_refused_without_a_copy_of_it) {
  const std::string text = "\"" + std::string(100 << 20, 'x') + "\"";
  EXPECT_NE(parse(text).fault.reason.find("longer than"), std::string::npos);
  JsonLimits wide;
  wide.bytes_max = text.size();
  EXPECT_NE(parse_json(text, wide).fault.reason.find("a string is longer"), std::string::npos);
}

TEST(JsonRead, limits_of_values_members_and_strings_hold_exactly) {
  JsonLimits limits;
  limits.values_max = 4;
  EXPECT_TRUE(parse_json("[1,2,3]", limits).value);
  EXPECT_FALSE(parse_json("[1,2,3,4]", limits).value);
  limits = {};
  limits.object_members_max = 2;
  EXPECT_TRUE(parse_json(R"({"a":1,"b":2})", limits).value);
  EXPECT_FALSE(parse_json(R"({"a":1,"b":2,"c":3})", limits).value);
  limits = {};
  limits.string_bytes_max = 3;
  EXPECT_TRUE(parse_json(R"(["abc"])", limits).value);
  EXPECT_FALSE(parse_json(R"(["abcd"])", limits).value);
  EXPECT_FALSE(parse_json(R"({"abcd":1})", limits).value);
}

TEST(JsonRead, many_duplicate_free_members_are_cheap) {
  JsonLimits limits;
  limits.object_members_max = 100'000;
  limits.values_max = 200'000;
  limits.bytes_max = 4 << 20;
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += (i ? ",\"k" : "\"k") + std::to_string(i) + "\":0";
  EXPECT_TRUE(parse_json(text + "}", limits).value);
  EXPECT_FALSE(parse_json(text + ",\"k5\":1}", limits).value);
}

TEST(JsonRead, a_pointer_echoes_no_more_than_64_bytes_of_a_name) {
  const auto parsed = parse("{\"" + std::string(5000, 'n') + "\":}");
  EXPECT_EQ(parsed.fault.pointer.size(), 65u);
}

TEST(JsonWrite, doubles_read_back_as_the_same_double_in_the_shortest_form) {
  const auto text = [](double number) {
    JsonWriter json;
    json.number(number);
    return std::move(json).take();
  };
  EXPECT_EQ(text(0.1), "0.1");
  EXPECT_EQ(text(12.5), "12.5");
  EXPECT_EQ(text(1e22), "1e+22");
  EXPECT_EQ(text(-0.0), "-0");
  EXPECT_EQ(text(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(text(INFINITY), "null");
  Random random(11);
  for (int i = 0; i < 20'000; ++i) {
    const double number = std::bit_cast<double>(random.next());
    if (!std::isfinite(number)) continue;
    const std::string written = text(number);
    ASSERT_EQ(std::bit_cast<std::uint64_t>(std::strtod(written.c_str(), nullptr)),
              std::bit_cast<std::uint64_t>(number))
        << written;
    ASSERT_TRUE(parse(written).value) << written;
  }
}

TEST(JsonWrite, control_characters_are_escaped) {
  EXPECT_EQ(to_json(JsonValue::of_string(std::string("\x01\x1f\x7f\"\\", 5))), R"("\u0001\u001f\u007f\"\\")");
}

TEST(JsonValue, integers_are_read_only_when_written_as_such) {
  EXPECT_EQ(JsonValue::of_number("42").integer(), 42);
  EXPECT_EQ(JsonValue::of_number("-1").integer(), -1);
  for (const char* text : {"1.0", "1e2", "9223372036854775808"})
    EXPECT_FALSE(JsonValue::of_number(text).integer());
}

TEST(JsonRead, mutated_documents_either_parse_and_print_the_same_or_are_refused) {
  const std::string seed =
      R"({"resourceType":"Patient","name":[{"family":"Żółć","given":["A","B"]}],"n":[1,-2.5e3,null,true]})";
  Random random(5);
  int parsed_count = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = seed;
    const int edits = static_cast<int>(random.below(4));
    for (int k = 0; k < edits; ++k) text[random.below(text.size())] = static_cast<char>(random.below(256));
    const auto parsed = parse(text);
    if (!parsed.value) {
      ASSERT_FALSE(parsed.fault.reason.empty());
      ASSERT_LE(parsed.fault.offset, text.size());
      continue;
    }
    ++parsed_count;
    const auto again = parse(to_json(*parsed.value));
    ASSERT_TRUE(again.value);
    ASSERT_EQ(*again.value, *parsed.value);
  }
  EXPECT_GT(parsed_count, 4'000);
}

}  // namespace
}  // namespace gmpi
