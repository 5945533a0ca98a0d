#include "standardize/fold.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "standardize/limits.h"

namespace gmpi {
namespace {

TEST(Fold, MakesEveryWritingOfANameOneText) {
  const std::pair<const char*, const char*> kTable[] = {
      {"Smith", "smith"},
      {"  SMITH \t jones\n", "smith jones"},
      {"Zoë", "zoe"},
      {"Zoe\xCC\x88", "zoe"},  // e with a combining mark
      {"Łukasz", "lukasz"},
      {"Święcicka", "swiecicka"},
      {"Søren Ærø", "soren aero"},
      {"Groß", "gross"},
      {"Þórður", "thordur"},
      {"Đặng", "dang"},
      {"İbrahim Işık", "ibrahim isik"},
      {"Siobhán O’Brien", "siobhan o'brien"},
      {"O`Brien", "o'brien"},
      {"Smith–Jones", "smith-jones"},
      {"“Bob”", "\"bob\""},
      {"ＳＭＩＴＨ", "smith"},
      {"Anne\xC2\xA0Marie", "anne marie"},  // no-break space
      {"Иван", "ivan"},
      {"Олександр", "oleksandr"},
      {"小明", "xiaoming"},
      {"王 小明", "wang xiaoming"},
      {"محمد", "mhmd"},
      {"Παπαδόπουλος", "papadopoulos"},
      {"Ann😀", "ann"},
      {"😀", ""},
      {"\xE2\x80\x8F"
       "Cohen\xE2\x80\x8E",
       "cohen"},  // direction marks
      {"A\xE2\x80\x8B"
       "da",
       "ada"},  // zero-width space
      {"", ""},
  };
  for (const auto& [from, to] : kTable) EXPECT_EQ(fold(from), to) << from;
}

TEST(Fold, SaysTheSameAboutItsOwnAnswer) {
  for (const char* text :
       {"Łukasz", "王小明", "O’Brien–Smith", "محمد علي", "a  b", "½ Straße", "ﷺ", "חיים", "김민준"})
    EXPECT_EQ(fold(fold(text)), fold(text)) << text;
}

TEST(Fold, GivesPrintableAsciiForAnyBytes) {
  Random random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes(random.below(40), '\0');
    for (auto& b : bytes) b = static_cast<char>(random.below(256));
    const std::string folded = fold(bytes);
    for (const char c : folded) EXPECT_TRUE(c >= ' ' && c < 0x7f && !(c >= 'A' && c <= 'Z'));
    EXPECT_EQ(folded.find("  "), std::string::npos);
    EXPECT_EQ(fold(folded), folded);
  }
}

TEST(Fold, SurvivesAMillionBytes) {
  EXPECT_EQ(fold(std::string(1 << 20, 'A')).size(), std::size_t{1} << 20);
  std::string marks = "e";
  for (int i = 0; i < 100000; ++i) marks += "\xCC\x81";
  EXPECT_EQ(fold(marks), "e");
}

TEST(TextFault, NamesWhatIsWrongWithAValue) {
  EXPECT_EQ(text_fault("Zoë"), "");
  EXPECT_EQ(text_fault(std::string_view("a\0b", 3)), "NUL character");
  EXPECT_EQ(text_fault("\xC3"), "invalid UTF-8");
  EXPECT_EQ(text_fault("\xED\xA0\x80"), "invalid UTF-8");  // a lone surrogate
  EXPECT_EQ(text_fault("\xC0\xAF"), "invalid UTF-8");      // an overlong slash
  EXPECT_EQ(text_fault(std::string(kValueBytesMax, 'a')), "");
  EXPECT_EQ(text_fault(std::string(kValueBytesMax + 1, 'a')), "value too long");
}

TEST(SplitWords, StopsAtItsLimit) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "a ";
  EXPECT_EQ(split_words(many, " ").size(), kWordsPerValueMax);
  EXPECT_TRUE(split_words(" ,, ", " ,").empty());
}

}  // namespace
}  // namespace gmpi
