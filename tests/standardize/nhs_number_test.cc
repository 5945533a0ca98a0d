#include "standardize/nhs_number.h"

#include <gtest/gtest.h>

#include <string>

namespace gmpi {
namespace {

TEST(NhsNumber, AcceptsThePublishedNumbers) {
  for (const char* number : {"9434765919", "4010232137", "9449305552", "9990000018", "9000000009",
                             "9000000017", "9000000025", "9000000033", "9876543210", "9111231130"}) {
    EXPECT_EQ(parse_nhs_number(number), (Reading{number, {}})) << number;
  }
}

TEST(NhsNumber, RefusesWhatIsNone) {
  const std::pair<const char*, const char*> kTable[] = {
      {"9000000000", "NHS number fails modulus 11"},    {"1234567890", "NHS number fails modulus 11"},
      {"4857773456", "NHS number fails modulus 11"},    {"943476591", "NHS number is not ten digits"},
      {"94347659199", "NHS number is not ten digits"},  {"94347659I9", "NHS number is not ten digits"},
      {"943/476/5919", "NHS number is not ten digits"},
  };
  for (const auto& [text, reason] : kTable)
    EXPECT_EQ(parse_nhs_number(text), missing_because(reason)) << text;
  EXPECT_EQ(parse_nhs_number("  "), Reading{});
}

TEST(NhsNumber, NoCheckDigitSavesThePrefix999000000) {
  for (char last = '0'; last <= '9'; ++last) EXPECT_FALSE(passes_modulus_11(std::string("999000000") + last));
}

TEST(NhsNumber, TenEqualDigitsPassTheSumAndAreDummies) {
  for (char digit = '0'; digit <= '9'; ++digit) {
    EXPECT_TRUE(passes_modulus_11(std::string(10, digit))) << digit;
    EXPECT_EQ(parse_nhs_number(std::string(10, digit)), missing_because("NHS number is a dummy"));
  }
}

TEST(NhsNumber, ReadsEveryCommonWriting) {
  for (const char* text : {"943 476 5919", "943-476-5919", " 9434765919 ",
                           "943\xC2\xA0"
                           "476\xC2\xA0"
                           "5919",
                           "９４３４７６５９１９", "943 – 476 – 5919"})
    EXPECT_EQ(parse_nhs_number(text).value, "9434765919") << text;
}

TEST(NhsNumber, ASingleWrongDigitNeverPasses) {
  const std::string good = "4010232137";
  for (std::size_t at = 0; at < good.size(); ++at)
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string wrong = good;
      wrong[at] = digit;
      EXPECT_EQ(passes_modulus_11(wrong), wrong == good) << wrong;
    }
}

/// Completes nine digits; every nine used here have a check digit.
std::string with_check_digit(std::string nine) {
  for (char last = '0'; last <= '9'; ++last)
    if (passes_modulus_11(nine + last)) return nine + last;
  ADD_FAILURE() << nine;
  return nine + '0';
}

TEST(NhsNumber, TellsTheNeighboursApart) {
  EXPECT_EQ(nhs_number_range("4010232137"), NhsNumberRange::kEngland);
  EXPECT_EQ(nhs_number_range("7999999999"), NhsNumberRange::kEngland);
  EXPECT_EQ(nhs_number_range("0101000000"), NhsNumberRange::kScotland);
  EXPECT_EQ(nhs_number_range("3112999999"), NhsNumberRange::kScotland);
  EXPECT_EQ(nhs_number_range("3200000010"), NhsNumberRange::kNorthernIreland);
  EXPECT_EQ(nhs_number_range("8000000000"), NhsNumberRange::kIreland);
  EXPECT_EQ(nhs_number_range("9990000018"), NhsNumberRange::kTest);
  EXPECT_EQ(nhs_number_range("5000000000"), NhsNumberRange::kUnallocated);
}

TEST(NhsNumber, OnlyNumbersOfItsOwnRangesAreEvidence) {
  EXPECT_EQ(usable_nhs_number("4010232137", false).value, "4010232137");
  EXPECT_EQ(usable_nhs_number(with_check_digit("010199123"), true).reason,
            "number is in the Scottish CHI range");
  EXPECT_EQ(usable_nhs_number(with_check_digit("320000012"), true).reason,
            "number is in the Northern Irish H&C range");
  EXPECT_EQ(usable_nhs_number(with_check_digit("800000012"), true).reason,
            "number is in the Irish IHI range");
  EXPECT_EQ(usable_nhs_number("9434765919", false).reason, "NHS number is in the test range");
  EXPECT_EQ(usable_nhs_number("9434765919", true).value, "9434765919");
}

TEST(NhsNumber, IsWrittenInThreeGroups) {
  EXPECT_EQ(format_nhs_number("9434765919"), "943 476 5919");
}

TEST(NhsNumberStatus, ReadsDictionaryAndHl7Codes) {
  EXPECT_EQ(parse_nhs_number_status("01").value, "01");
  EXPECT_EQ(parse_nhs_number_status("1").value, "01");
  EXPECT_EQ(parse_nhs_number_status("NSTS08").value, "08");
  EXPECT_EQ(parse_nhs_number_status("09").reason, "unrecognised NHS number status");
  EXPECT_EQ(parse_nhs_number_status("AL").reason, "unrecognised NHS number status");
  EXPECT_EQ(parse_nhs_number_status(""), Reading{});
}

}  // namespace
}  // namespace gmpi
