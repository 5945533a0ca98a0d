// The written form of an enterprise id: read back as it was written, and nothing else is one.
#include "models/identity.h"

#include <set>

#include <gtest/gtest.h>

#include "base/random.h"

namespace gmpi {
namespace {

constexpr std::uint64_t kLargest = 9'999'999'999;

TEST(EnterpriseIdText, IsGmTenDigitsAndACheckDigit) {
  EXPECT_EQ(to_string(EnterpriseId{1}), "GM00000000010");
  EXPECT_EQ(to_string(EnterpriseId{7'940'000'000}).substr(0, 12), "GM7940000000");
  EXPECT_EQ(to_string(EnterpriseId{kLargest}).size(), 13u);
}

/// ISO 7064's own worked example of MOD 11-10: "0794" has the check digit 5.
TEST(EnterpriseIdText, ChecksAsTheStandardsExampleDoes) {
  // Leading zeros change the check of this system, so the example is followed by hand: P = 10; for each digit
  // S = (digit + P) mod 10, or 10 when that is 0; P = 2 S mod 11; the check digit makes (P + check) mod 10
  // = 1.
  const auto check = [](std::string_view digits) {
    int p = 10;
    for (const char c : digits) {
      const int s = (p + c - '0') % 10 == 0 ? 10 : (p + c - '0') % 10;
      p = 2 * s % 11;
    }
    for (int digit = 0; digit < 10; ++digit)
      if ((p + digit) % 10 == 1) return digit;
    return -1;
  };
  ASSERT_EQ(check("0794"), 5);
  Random random(1);
  for (int i = 0; i < 20000; ++i) {
    const std::string text = to_string(EnterpriseId{1 + random.below(kLargest)});
    ASSERT_EQ(text.back() - '0', check(std::string_view(text).substr(2, 10))) << text;
  }
}

TEST(EnterpriseIdText, IsReadBackAsItWasWritten) {
  Random random(2);
  for (int i = 0; i < 20000; ++i) {
    const EnterpriseId id{i < 1000 ? static_cast<std::uint64_t>(i) + 1 : 1 + random.below(kLargest)};
    ASSERT_EQ(parse_enterprise_id(to_string(id)), id);
  }
  EXPECT_EQ(parse_enterprise_id(to_string(EnterpriseId{kLargest})), EnterpriseId{kLargest});
}

TEST(EnterpriseIdText, RefusesEverySingleWrongDigitAndMostExchangesOfNeighbours) {
  Random random(3);
  int exchanges = 0, found = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::string text = to_string(EnterpriseId{1 + random.below(kLargest)});
    for (std::size_t at = 2; at < text.size(); ++at) {
      for (char digit = '0'; digit <= '9'; ++digit) {
        std::string wrong = text;
        wrong[at] = digit;
        if (wrong != text) {
          ASSERT_FALSE(parse_enterprise_id(wrong)) << text << " read as " << wrong;
        }
      }
      if (at + 1 == text.size() || text[at] == text[at + 1]) continue;
      std::string wrong = text;
      std::swap(wrong[at], wrong[at + 1]);
      ++exchanges;
      found += !parse_enterprise_id(wrong);
    }
  }
  EXPECT_GT(found, exchanges * 97 / 100) << found << " of " << exchanges;
}

TEST(EnterpriseIdText, RefusesWhatIsNotItsForm) {
  const std::string good = to_string(EnterpriseId{12345});
  ASSERT_TRUE(parse_enterprise_id(good));
  for (const std::string& bad :
       {std::string(), std::string("GM"), good + "0", good.substr(0, 12), "gm" + good.substr(2),
        " " + good.substr(1), good.substr(2), "GM0000000000" + std::string(1, '0'), good.substr(0, 12) + "x",
        "GM-" + good.substr(3), good + '\0', std::string("GM00000000001"), std::string("GM99999999999999999999999")})
    EXPECT_FALSE(parse_enterprise_id(bad)) << bad;
}

TEST(EnterpriseId, IsNoneWhenZero) {
  EXPECT_FALSE(EnterpriseId{});
  EXPECT_TRUE(EnterpriseId{1});
  EXPECT_LT(EnterpriseId{1}, EnterpriseId{2}) << "the older id is the smaller";
}

}  // namespace
}  // namespace gmpi
