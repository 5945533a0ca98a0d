#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "tests/reference/csv.h"

namespace gmpi {
namespace {

TEST(Utf8, FindsTheFirstIllFormedByte) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("Zo\xC3\xAB \xE2\x82\xAC \xF0\x9F\x98\x80"));
  EXPECT_EQ(find_invalid_utf8("abc\xFF"), 3u);
  EXPECT_EQ(find_invalid_utf8("\xC0\xAF"), 0u);                      // overlong
  EXPECT_EQ(find_invalid_utf8("a\xED\xA0\x80"), 1u);                 // surrogate
  EXPECT_EQ(find_invalid_utf8("\xF4\x90\x80\x80"), 0u);              // above U+10FFFF
  EXPECT_EQ(find_invalid_utf8("ab\xE2\x82"), 2u);                    // cut off
  EXPECT_EQ(find_invalid_utf8(std::string(40, 'a') + "\x80"), 40u);  // after the wide steps
}

TEST(Utf8, EveryTwoAndThreeByteStringIsJudgedAsByDecoding) {
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      const std::string two = {static_cast<char>(a), static_cast<char>(b)};
      ASSERT_EQ(find_invalid_utf8(two), reference::find_invalid_utf8(two)) << a << " " << b;
      for (const unsigned c : {0x00u, 0x41u, 0x7Fu, 0x80u, 0x8Fu, 0x90u, 0xBFu, 0xC2u, 0xE0u, 0xFFu}) {
        const std::string three = two + static_cast<char>(c);
        ASSERT_EQ(find_invalid_utf8(three), reference::find_invalid_utf8(three)) << a << " " << b << " " << c;
      }
    }
  }
}

TEST(Utf8, RandomMixturesAreJudgedAsByDecoding) {
  Random random(11);
  const std::string parts[] = {
      "a", "sixteen ASCII ch", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xED\x9F\xBF"};
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (auto n = random.below(12); n > 0; --n) text += parts[random.below(std::size(parts))];
    if (!text.empty() && random.below(2)) text[random.below(text.size())] = static_cast<char>(random.next());
    ASSERT_EQ(find_invalid_utf8(text), reference::find_invalid_utf8(text));
  }
}

}  // namespace
}  // namespace gmpi
