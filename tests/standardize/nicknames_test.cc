#include "standardize/nicknames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace gmpi {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

bool share_a_root(std::string_view a, std::string_view b) {
  const auto left = nickname_roots(a);
  const auto right = nickname_roots(b);
  return std::ranges::any_of(left, [&](auto root) { return std::ranges::find(right, root) != right.end(); });
}

TEST(Nicknames, JoinFormsOfOneName) {
  const std::pair<const char*, const char*> kPairs[] = {
      {"bob", "robert"},      {"liz", "elizabeth"},   {"beth", "bess"},      {"maggie", "margaret"},
      {"ted", "edward"},      {"tony", "antony"},     {"kate", "katherine"}, {"jenny", "jennifer"},
      {"steven", "stephen"},  {"bill", "liam"},       {"md", "mohammed"},    {"muhammad", "mohamed"},
      {"hussain", "hussein"}, {"fatema", "fatima"},   {"yousuf", "yusuf"},   {"ayesha", "aisha"},
      {"piotr", "peter"},     {"kasia", "katarzyna"}, {"niamh", "neve"},     {"gosia", "malgorzata"}};
  for (const auto& [a, b] : kPairs) EXPECT_TRUE(share_a_root(a, b)) << a << " " << b;
}

TEST(Nicknames, KeepDifferentNamesApart) {
  const std::pair<const char*, const char*> kPairs[] = {
      {"yusuf", "joseph"},  {"maryam", "mary"},    {"ibrahim", "abraham"}, {"daud", "mohammed"},
      {"hasan", "hussain"}, {"robert", "richard"}, {"ann", "elizabeth"},   {"john", "james"},
      {"aisha", "fatima"},  {"ali", "ahmed"}};
  for (const auto& [a, b] : kPairs) EXPECT_FALSE(share_a_root(a, b)) << a << " " << b;
}

TEST(Nicknames, ANameMayBelongToSeveralSets) {
  EXPECT_THAT(nickname_roots("alex"), ElementsAre("alexander", "alexandra", "alexis"));
  EXPECT_THAT(nickname_roots("mo"), Contains("mohammed"));
  EXPECT_THAT(nickname_roots("mo"), Contains("maureen"));
  EXPECT_THAT(nickname_roots("zebedee"), IsEmpty());
}

TEST(Nicknames, TheTableIsClean) {
  std::set<std::string_view> roots;
  for (const auto& set : nickname_sets()) {
    EXPECT_TRUE(roots.insert(set.root).second) << set.root << " twice";
    EXPECT_EQ(set.root.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), std::string_view::npos) << set.root;
    EXPECT_EQ(set.forms.find_first_not_of("abcdefghijklmnopqrstuvwxyz "), std::string_view::npos) << set.root;
    EXPECT_EQ(set.forms.find("  "), std::string_view::npos) << set.root;
    EXPECT_FALSE(set.forms.empty() || set.forms.front() == ' ' || set.forms.back() == ' ') << set.root;
    EXPECT_THAT(nickname_roots(set.root), Contains(set.root));
  }
  EXPECT_GE(roots.size(), 500U);
}

}  // namespace
}  // namespace gmpi
