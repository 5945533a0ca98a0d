// Every word a system may write for "protected" or "not protected".
#include "models/restricted.h"

#include <gtest/gtest.h>

namespace gmpi {
namespace {

TEST(Restricted, KnowsTheCodesThatRestrict) {
  for (const char* text : {"R", "r", "V", "S", "Y", "yes", "TRUE", "1", "restricted", "Sensitive", "very restricted", " R "})
    EXPECT_TRUE(is_restricted(text)) << text;
}

TEST(Restricted, KnowsTheCodesThatDoNot) {
  for (const char* text : {"", " ", "-", "U", "L", "M", "N", "no", "No.", "FALSE", "0", "normal", "low", "not restricted"})
    EXPECT_FALSE(is_restricted(text)) << text;
}

TEST(Restricted, ErrsToTheSideOfThePerson) {
  for (const char* text : {"S-flag", "confidential", "ja", "\xd0\xb4\xd0\xb0", "2"}) EXPECT_TRUE(is_restricted(text)) << text;
}

TEST(Restricted, KeepsVeryRestrictedApart) {
  for (const char* text : {"V", "v", " V ", "very restricted", "Very-Restricted"}) EXPECT_EQ(restriction_code(text), "V") << text;
  for (const char* text : {"R", "S", "yes", "1", "S-flag", "\xd0\xb4\xd0\xb0"}) EXPECT_EQ(restriction_code(text), "R") << text;
  for (const char* text : {"", " ", "N", "no"}) EXPECT_EQ(restriction_code(text), "") << text;
}

}  // namespace
}  // namespace gmpi
