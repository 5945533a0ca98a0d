// Texts become numbers and back; the elements of lists are numbers in their own right.
#include "models/value_dictionary.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace gmpi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string hostile_text(Random& random) {
  std::string text(random.below(20), '\0');
  for (char& c : text)
    c = static_cast<char>(random.below(3) == 0 ? random.below(256) : 'a' + random.below(3));
  return text;
}

TEST(StringPool, GivesEachTextOneNumberForEver) {
  StringPool pool;
  std::map<std::string, ValueId> known;
  std::vector<std::string> by_id = {""};  // number 0 is "missing"
  Random random(3);
  for (int i = 0; i < 20000; ++i) {
    const std::string text = hostile_text(random);
    const auto before = known.find(text);
    ASSERT_EQ(pool.find(text), before == known.end() ? kMissing : before->second);
    const ValueId id = pool.intern(text);
    if (before == known.end()) {
      ASSERT_EQ(id, by_id.size()) << "numbers count up from 1";
      known[text] = id;
      by_id.push_back(text);
    } else {
      ASSERT_EQ(id, before->second);
    }
  }
  ASSERT_GT(by_id.size(), 5000u);
  ASSERT_EQ(pool.size(), by_id.size());
  for (ValueId id = 1; id < by_id.size(); ++id) ASSERT_EQ(pool.text(id), by_id[id]);
  EXPECT_EQ(pool.text(kMissing), "");
  EXPECT_GE(pool.memory_bytes(), by_id.size() * sizeof(ValueId));
}

TEST(StringPool, NumbersManyTextsAtOnceAsOneByOne) {
  StringPool at_once, one_by_one;
  Random random(17);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> texts(random.below(100));
    for (auto& text : texts) text = hostile_text(random);
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    std::vector<ValueId> ids(texts.size()), expected;
    at_once.intern_all(views, ids.data());
    for (const auto& text : texts) expected.push_back(text.empty() ? kMissing : one_by_one.intern(text));
    ASSERT_EQ(ids, expected);
  }
  ASSERT_EQ(at_once.size(), one_by_one.size());
}

TEST(StringPool, TellsTextsApartThatDifferInTheirLastBytesOrZeros) {
  StringPool pool;
  const std::string_view texts[] = {{"a", 1},  {"a\0", 2},      {"a\0\0", 3},
                                    {"\0", 1}, {"12345678", 8}, {"12345678\0", 9}};
  std::vector<ValueId> ids;
  for (const auto text : texts) ids.push_back(pool.intern(text));
  EXPECT_THAT(ids, ElementsAre(1, 2, 3, 4, 5, 6));
  for (std::size_t i = 0; i < std::size(texts); ++i) EXPECT_EQ(pool.text(ids[i]), texts[i]);
}

TEST(ValueDictionary, TakesATextWithTheSeparatorForOneTextUnlessItHoldsLists) {
  ValueDictionary dictionary(false);
  EXPECT_FALSE(dictionary.is_list());
  const ValueId id = dictionary.intern(
      "a\x1f"
      "b");
  EXPECT_EQ(dictionary.text(id),
            "a\x1f"
            "b");
  EXPECT_EQ(dictionary.find_element("a"), kMissing);
}

TEST(ValueDictionary, NumbersTheElementsOfLists) {
  ValueDictionary dictionary(true);
  const ValueId first = dictionary.intern(
      "b\x1f"
      "a");
  const ValueId second = dictionary.intern(
      "c\x1f"
      "a\x1f"
      "c");
  EXPECT_EQ(dictionary.intern("b\x1f"
                              "a"),
            first);
  EXPECT_NE(dictionary.intern("a\x1f"
                              "b"),
            first)
      << "another order is another value";
  const ValueId a = dictionary.find_element("a"), b = dictionary.find_element("b"),
                c = dictionary.find_element("c");
  EXPECT_THAT(dictionary.elements(first), testing::UnorderedElementsAre(a, b));
  EXPECT_TRUE(std::is_sorted(dictionary.elements(first).begin(), dictionary.elements(first).end()));
  EXPECT_THAT(dictionary.elements(second), testing::UnorderedElementsAre(a, c)) << "without repeats";
  EXPECT_THAT(dictionary.elements(kMissing), IsEmpty());
  EXPECT_EQ(dictionary.element_text(c), "c");
  EXPECT_EQ(dictionary.find_element("d"), kMissing);
  EXPECT_EQ(dictionary.text(second),
            "c\x1f"
            "a\x1f"
            "c");
}

TEST(ValueDictionary, FindsCommonElementsAsSetsDo) {
  ValueDictionary dictionary(true);
  Random random(5);
  std::vector<std::pair<ValueId, std::set<std::string>>> values;
  for (int i = 0; i < 500; ++i) {
    std::vector<std::string> list;
    for (auto n = 1 + random.below(5); n > 0; --n) list.push_back("e" + std::to_string(random.below(30)));
    values.emplace_back(dictionary.intern(join_list(list)), std::set<std::string>(list.begin(), list.end()));
  }
  for (const auto& [id, elements] : values) {
    std::set<std::string> found;
    for (const ValueId element : dictionary.elements(id))
      found.insert(std::string(dictionary.element_text(element)));
    ASSERT_EQ(found, elements);
  }
}

TEST(Lists, JoinAndSplitAreInverseForElementsWithText) {
  EXPECT_THAT(split_list(""), IsEmpty());
  EXPECT_THAT(split_list("\x1f\x1f"), IsEmpty()) << "an empty text is no element";
  EXPECT_THAT(split_list("a"), ElementsAre("a"));
  EXPECT_THAT(split_list("\x1f"
                         "a\x1f\x1f"
                         "b\x1f"),
              ElementsAre("a", "b"));
  const std::vector<std::string> list = {"x", "", "y z"};
  EXPECT_EQ(join_list({}), "");
  EXPECT_THAT(split_list(join_list(list)), ElementsAre("x", "y z"));
}

}  // namespace
}  // namespace gmpi
