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

TEST(Sex, IsShownAsTheFourCodesOfFhirOrNotAtAll) {
  for (const char* text : {"male", "M", "1"}) EXPECT_EQ(administrative_gender(text), "male") << text;
  for (const char* text : {"female", "f", "2"}) EXPECT_EQ(administrative_gender(text), "female") << text;
  for (const char* text : {"other", "O", "9"}) EXPECT_EQ(administrative_gender(text), "other") << text;
  for (const char* text : {"unknown", "X", "0"}) EXPECT_EQ(administrative_gender(text), "unknown") << text;
  for (const char* text : {"", "banana", "3"}) EXPECT_EQ(administrative_gender(text), "") << text;
}

}  // namespace
}  // namespace gmpi
