// An error repeats a sender's name only where it is plainly a slip of ours.
#include "api/json/sayable_name.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gmpi {
namespace {

const std::vector<std::string> kKnown = {"surname", "given_name", "dob", "address_line", "Patient", "birthDate"};

TEST(SayableName, is_ours_or_a_slip_of_one_of_ours) {
  for (const char* name : {"surname", "sirname", "given_nam", "adress_line", "brithDate", "dpb"})
    EXPECT_EQ(sayable_name(name, kKnown), name);
}

TEST(SayableName, is_nothing_else) {
  for (const char* name : {"", "Okafor", "Ada Okafor", "9434765919", "1985-06-02", "sur name", "surname\n", "surnamé",
                           "a/b~", "surname<script>", "0161"})
    EXPECT_EQ(sayable_name(name, kKnown), kUnsayable) << name;
  EXPECT_EQ(sayable_name(std::string(100'000, 'x'), kKnown), kUnsayable);
}

TEST(SayablePointer, keeps_indexes_and_known_names) {
  EXPECT_EQ(sayable_pointer("", kKnown), "");
  EXPECT_EQ(sayable_pointer("/surname", kKnown), "/surname");
  EXPECT_EQ(sayable_pointer("/address_line/12/Okafor/0", kKnown), "/address_line/12/?/0");
  EXPECT_EQ(sayable_pointer("/9434765919", kKnown), "/?") << "a long number is no index";
  EXPECT_EQ(sayable_pointer("//a~1b", kKnown), "/?/?");
  EXPECT_EQ(describe({17, "/Okafor/1", "Invalid value."}, kKnown), "byte 17, at /?/1: Invalid value.");
}

}  // namespace
}  // namespace gmpi
