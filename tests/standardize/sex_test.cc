#include "standardize/sex.h"

#include <gtest/gtest.h>

namespace gmpi {
namespace {

TEST(Sex, ReadsTheCodesOfFhirHl7AndTheNhs) {
  for (const char* text : {"male", "M", "1", "Male ", "01"}) EXPECT_EQ(parse_sex(text).value, "male") << text;
  for (const char* text : {"female", "F", "2", "FEMALE", "02"})
    EXPECT_EQ(parse_sex(text).value, "female") << text;
}

TEST(Sex, WhatSaysNeitherIsMissingWithItsReason) {
  for (const char* text : {"unknown", "U", "X", "0", "N", "Not known"})
    EXPECT_EQ(parse_sex(text), missing_because("sex not known")) << text;
  for (const char* text : {"other", "O", "9", "A", "UN"})
    EXPECT_EQ(parse_sex(text), missing_because("sex neither male nor female")) << text;
  for (const char* text : {"3", "dentist", "mf"})
    EXPECT_EQ(parse_sex(text), missing_because("unrecognised sex code")) << text;
  EXPECT_EQ(parse_sex(""), Reading{});
}

}  // namespace
}  // namespace gmpi
