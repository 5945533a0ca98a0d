#include "benchmarks/population/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "benchmarks/population/nhs_number.h"

namespace gmpi::population {
namespace {

using ::testing::AnyOf;

/// Edits of one letter, neighbours exchanged counted as one (optimal string alignment).
std::size_t edits(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

std::string folded(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

TEST(Mistyped, IsOneSlipAwayFromTheText) {
  Random random(1);
  for (int i = 0; i < 5'000; ++i) {
    const std::string wrong = mistyped("Hargreaves", random);
    EXPECT_EQ(edits(folded("Hargreaves"), folded(wrong)), 1U) << wrong;
  }
}

TEST(Mistyped, LeavesTextWithoutLettersAndOtherScriptsAlone) {
  Random random(2);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(mistyped("", random), "");
    EXPECT_EQ(mistyped("12 - '", random), "12 - '");
    EXPECT_EQ(mistyped("ł", random), "ł");
    EXPECT_NE(mistyped("Łukasz", random).find("Ł"), std::string::npos) << "a letter of two bytes was broken";
  }
}

TEST(Misheard, SoundsAlike) {
  Random random(3);
  std::set<std::string> heard;
  for (int i = 0; i < 400; ++i) heard.insert(misheard("Phillips", random));
  EXPECT_TRUE(heard.contains("Fillips"));
  EXPECT_TRUE(heard.contains("Philips"));
  EXPECT_FALSE(heard.contains("Phillips"));
}

TEST(Misread, LooksAlike) {
  Random random(4);
  std::set<std::string> seen;
  for (int i = 0; i < 400; ++i) seen.insert(misread("Cameron", random));
  EXPECT_TRUE(seen.contains("Carneron"));
  EXPECT_EQ(misread("", random), "");
}

TEST(Respelt, KeepsToTheCustomarySpellings) {
  Alternatives spellings;
  spellings.add("Mohammed", "Muhammad");
  spellings.add("Mohammed", "Mohamed");
  spellings.seal();
  Random random(5);
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(respelt("Mohammed", spellings, random), AnyOf("Muhammad", "Mohamed"));
    EXPECT_THAT(respelt("Ali Mohammed", spellings, random), AnyOf("Ali Muhammad", "Ali Mohamed"));
    EXPECT_EQ(respelt("Smith", spellings, random), "Smith");
  }
}

TEST(LoosenedSurname, LosesPartsOfCompoundNames) {
  struct Case {
    std::string surname;
    std::vector<std::string> allowed;
  };
  const Case cases[] = {
      {"O'Brien", {"OBrien", "O Brien"}},
      {"Smith-Jones", {"Smith", "Jones", "SmithJones", "Smith Jones"}},
      {"Al-Hassan", {"Hassan", "AlHassan"}},
      {"van der Berg", {"Berg", "vanderBerg"}},
      {"McDonald", {"MacDonald", "Mc Donald"}},
      {"MacKenzie", {"McKenzie", "Mac Kenzie"}},
      {"Garcia Lopez", {"Garcia", "Lopez", "GarciaLopez", "Garcia-Lopez"}},
  };
  Random random(6);
  for (const auto& c : cases) {
    EXPECT_TRUE(is_compound_surname(c.surname));
    std::set<std::string> got;
    for (int i = 0; i < 200; ++i) got.insert(loosened_surname(c.surname, random));
    EXPECT_EQ(got, std::set<std::string>(c.allowed.begin(), c.allowed.end()));
  }
  EXPECT_FALSE(is_compound_surname("Smith"));
  EXPECT_FALSE(is_compound_surname("Mace"));
}

TEST(WrongBirthDate, IsAnotherRealDateNotInTheFuture) {
  Random random(7);
  const Day births[] = {day_of(1931, 2, 28), day_of(1984, 1, 1), day_of(2000, 2, 29), kWindowEnd,
                        day_of(1975, 12, 31)};
  for (const Day birth : births) {
    for (int i = 0; i < 2'000; ++i) {
      const std::string wrong = wrong_birth_date(birth, day_of(1990, 6, 5), random);
      ASSERT_EQ(wrong.size(), 10U);
      ASSERT_NE(wrong, format_day(birth));
      const int y = std::stoi(wrong.substr(0, 4)), m = std::stoi(wrong.substr(5, 2)),
                d = std::stoi(wrong.substr(8));
      ASSERT_TRUE(is_date(y, m, d)) << wrong;
      ASSERT_LE(day_of(y, m, d), kWindowEnd);
    }
  }
}

TEST(WrongBirthDate, SwapsDayAndMonthAboutOneTimeInFive) {
  Random random(8);
  int swapped = 0, first_of_january = 0, others = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string wrong = wrong_birth_date(day_of(1962, 11, 7), day_of(1990, 6, 5), random);
    swapped += wrong == "1962-07-11";
    first_of_january += wrong == "1962-01-01";
    others += wrong == "1990-06-05";
  }
  EXPECT_NEAR(swapped, 2'000, 200);
  EXPECT_NEAR(first_of_january, 500, 120);
  EXPECT_NEAR(others, 500, 120);
}

TEST(NhsNumberErrors, OneWrongDigitIsAlwaysCaughtByModulus11) {
  Random random(9);
  for (std::uint64_t person = 0; person < 5'000; ++person) {
    const auto right = nhs_number_of(3, person, 0);
    const std::string wrong = one_digit_wrong(right, random);
    ASSERT_EQ(wrong.size(), 10U);
    ASSERT_NE(wrong, std::to_string(right));
    ASSERT_FALSE(is_valid_nhs_number(std::stoull(wrong)));
  }
}

TEST(NhsNumberErrors, SwappedDigitsKeepTheirDigits) {
  Random random(10);
  const std::string right = "9434765919", wrong = two_digits_swapped(9'434'765'919, random);
  EXPECT_NE(right, wrong);
  EXPECT_TRUE(std::is_permutation(right.begin(), right.end(), wrong.begin()));
  EXPECT_THAT(dummy_nhs_number(random), AnyOf("0000000000", "9999999999", "4000000000"));
}

TEST(LetterForDigit, ConfusesZeroAndOneOnly) {
  Random random(11);
  for (int i = 0; i < 50; ++i) EXPECT_THAT(letter_for_digit("M20 1AB", random), AnyOf("M2O 1AB", "M20 IAB"));
  EXPECT_EQ(letter_for_digit("M4 5AB", random), "M4 5AB");
}

TEST(FormattedPhone, WritesOneNumberInManyWays) {
  Random random(12);
  for (const std::uint64_t number : {7'700'900'123ULL, 1'614'960'123ULL, 1'204'300'456ULL}) {
    std::set<std::string> ways;
    for (int i = 0; i < 500; ++i) {
      const std::string text = formatted_phone(number, random);
      ways.insert(text);
      std::string digits;
      for (char c : text)
        if (std::isdigit(static_cast<unsigned char>(c))) digits += c;
      EXPECT_TRUE(digits.ends_with(std::to_string(number))) << text;
    }
    EXPECT_GE(ways.size(), 5U);
  }
}

TEST(WithoutDiacritics, LeavesAsciiOfPolishAndTurkishNames) {
  EXPECT_EQ(without_diacritics("Łukasz Wiśniewski"), "Lukasz Wisniewski");
  EXPECT_EQ(without_diacritics("Smith"), "Smith");
}

}  // namespace
}  // namespace gmpi::population
