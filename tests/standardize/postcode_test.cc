#include "standardize/postcode.h"

#include <gtest/gtest.h>

#include <string>

namespace gmpi {
namespace {

TEST(Postcode, AcceptsTheSixFormsAndGirobank) {
  struct Row {
    const char *text, *postcode, *sector, *district;
  };
  const Row kTable[] = {
      {"M1 1AE", "M1 1AE", "M1 1", "M1"},
      {"m601nw", "M60 1NW", "M60 1", "M60"},
      {"CR2 6XH", "CR2 6XH", "CR2 6", "CR2"},
      {"DN55 1PT", "DN55 1PT", "DN55 1", "DN55"},
      {"W1A1HQ", "W1A 1HQ", "W1A 1", "W1A"},
      {"ec1a 1bb", "EC1A 1BB", "EC1A 1", "EC1A"},
      {"GIR 0AA", "GIR 0AA", "GIR 0", "GIR"},
      {" M13  9WL ", "M13 9WL", "M13 9", "M13"},
      {"M13-9WL", "M13 9WL", "M13 9", "M13"},
      {"M13_9WL", "M13 9WL", "M13 9", "M13"},
      {"BF1 4AA", "BF1 4AA", "BF1 4", "BF1"},
      {"OL6\xC2\xA0"
       "7SR",
       "OL6 7SR", "OL6 7", "OL6"},
      {"BFPO 12", "BFPO 12", "", ""},
      {"bfpo c/o 801", "BFPO 801", "", ""},
  };
  for (const auto& row : kTable) {
    const auto reading = read_postcode(row.text);
    EXPECT_EQ(reading.kind, PostcodeKind::kUk) << row.text;
    EXPECT_EQ(reading.postcode, row.postcode);
    EXPECT_EQ(reading.sector, row.sector);
    EXPECT_EQ(reading.district, row.district);
    EXPECT_FALSE(reading.repaired);
    EXPECT_EQ(reading.reason, "");
  }
}

TEST(Postcode, EachPlaceHasItsLetters) {
  for (const char* good : {"M1", "M60", "CR2", "DN55", "W1A", "EC1A", "E1W", "SE1P", "N1C", "GIR"})
    EXPECT_TRUE(is_outward_code(good)) << good;
  for (const char* bad :
       {"Q1", "V1", "X1", "MI1", "MJ1", "MZ1", "W1I", "W1L", "EC1C", "EC1D", "1M", "MMM1", "M", "M111", ""})
    EXPECT_FALSE(is_outward_code(bad)) << bad;
  for (const char letter : std::string("CIKMOV"))
    EXPECT_NE(read_postcode(std::string("M1 1A") + letter).kind, PostcodeKind::kUk) << letter;
}

TEST(Postcode, RepairsOAndIOnlyInTheInwardDigitAndSaysSo) {
  const auto zero = read_postcode("M13 OAA");
  EXPECT_EQ(zero.postcode, "M13 0AA");
  EXPECT_TRUE(zero.repaired);
  const auto one = read_postcode("m1 iae");
  EXPECT_EQ(one.postcode, "M1 1AE");
  EXPECT_TRUE(one.repaired);
  EXPECT_NE(read_postcode("MI 1AE").kind, PostcodeKind::kUk);  // the outward code is not guessed
  EXPECT_NE(read_postcode("M6O 1NW").kind, PostcodeKind::kUk);
  EXPECT_NE(read_postcode("M1 1A0").kind, PostcodeKind::kUk);  // no O may stand there either
}

TEST(Postcode, PseudoPostcodesAreMissingWithTheirMeaning) {
  const std::pair<const char*, const char*> kTable[] = {
      {"ZZ99 3VZ", "pseudo-postcode: no fixed abode"},
      {"zz993wz", "pseudo-postcode: address not known"},
      {"ZZ99 3CZ", "pseudo-postcode: England, not otherwise specified"},
      {"ZZ99 3GZ", "pseudo-postcode: Wales, not otherwise specified"},
      {"ZZ99 1WZ", "pseudo-postcode: Scotland, not otherwise specified"},
      {"ZZ99 2WZ", "pseudo-postcode: Northern Ireland, not otherwise specified"},
      {"ZZ99 6CZ", "pseudo-postcode: overseas or unspecified"},
      {"ZZ99", "pseudo-postcode: incomplete"},
      {"NFA", "pseudo-postcode: no fixed abode"},
  };
  for (const auto& [text, reason] : kTable) {
    const auto reading = read_postcode(text);
    EXPECT_EQ(reading.kind, PostcodeKind::kPseudo) << text;
    EXPECT_EQ(reading.reason, reason);
    EXPECT_EQ(reading.postcode + reading.sector + reading.district, "");
  }
}

TEST(Postcode, AnOutwardCodeAloneIsADistrict) {
  const auto district = read_postcode("M14");
  EXPECT_EQ(district.kind, PostcodeKind::kPartial);
  EXPECT_EQ(district.district, "M14");
  EXPECT_EQ(district.reason, "outward code only");
  EXPECT_EQ(district.postcode, "");
}

TEST(Postcode, OtherCountriesCodesAreKeptAsText) {
  struct Row {
    const char *text, *postcode, *district;
  };
  const Row kTable[] = {{"2913", "2913", "291"},        {"85031", "85031", "850"},
                        {"85031-1234", "85031", "850"}, {"0612", "0612", "061"},
                        {"k1a 0b1", "K1A0B1", ""},      {"D02 X285", "D02X285", ""},
                        {"101-0021", "1010021", "101"}, {"yo1o 4aj", "YO1O4AJ", ""}};
  for (const auto& row : kTable) {
    const auto reading = read_postcode(row.text);
    EXPECT_EQ(reading.kind, PostcodeKind::kForeign) << row.text;
    EXPECT_EQ(reading.postcode, row.postcode);
    EXPECT_EQ(reading.district, row.district);
    EXPECT_EQ(reading.sector, "");
  }
}

TEST(Postcode, DummiesAndNonsenseAreMissing) {
  for (const char* text : {"0000", "99999", "AA1 1AA", "A1 1AA", "XXXXX"})
    EXPECT_EQ(read_postcode(text).reason, "dummy postcode") << text;
  for (const char* text : {"unknown", "n/a", "-", "12", "12345678901"})
    EXPECT_EQ(read_postcode(text).reason, "not a postcode") << text;
  EXPECT_EQ(read_postcode("").reason, "");
  EXPECT_EQ(read_postcode("   ").reason, "");
}

TEST(Postcode, ReadsItsOwnWriting) {
  for (const char* text : {"m601nw", "85031-1234", "bfpo c/o 801", "k1a 0b1", "M13 OAA"}) {
    const auto once = read_postcode(text);
    const auto twice = read_postcode(once.postcode);
    EXPECT_EQ(twice.postcode, once.postcode);
    EXPECT_EQ(twice.district, once.district);
  }
}

}  // namespace
}  // namespace gmpi
