#include "standardize/dates.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace gmpi {
namespace {

std::string shown(std::string_view text) {
  const auto reading = read_date(text);
  if (reading.date) return format_date(*reading.date);
  std::string out(reading.reason);
  if (reading.year != 0) out += " " + std::to_string(reading.year);
  if (reading.month != 0) out += "-" + std::to_string(reading.month);
  return out;
}

TEST(Dates, AreReadInTheFormsSystemsWrite) {
  const std::pair<const char*, const char*> kTable[] = {
      {"1980-05-01", "1980-05-01"},
      {"1980/5/1", "1980-05-01"},
      {"19800501", "1980-05-01"},
      {"19800501103000", "1980-05-01"},
      {"19800501T1030", "1980-05-01"},
      {"1980-05-01T00:00:00Z", "1980-05-01"},
      {"1980-05-01 00:00:00", "1980-05-01"},
      {"01/05/1980", "1980-05-01"},
      {"1.5.1980", "1980-05-01"},
      {"01-05-1980", "1980-05-01"},
      {"01/05/1980 12:30", "1980-05-01"},
      {"1 May 1980", "1980-05-01"},
      {"1st May 1980", "1980-05-01"},
      {"22nd Sept 1980", "1980-09-22"},
      {"01-MAY-1980", "1980-05-01"},
      {"May 1, 1980", "1980-05-01"},
      {"1980 May 1", "1980-05-01"},
      {"05/13/1980", "1980-05-13"},  // no thirteenth month: the month came first
      {"１９８０-０５-０１", "1980-05-01"},
      {"2000-02-29", "2000-02-29"},
      {"1980", "partial date 1980"},
      {"1980-05", "partial date 1980-5"},
      {"198005", "partial date 1980-5"},
      {"05/1980", "partial date 1980-5"},
      {"May 1980", "partial date 1980-5"},
      {"1980-05-00", "partial date 1980-5"},
      {"1980-00-00", "partial date 1980"},
      {"1980-02-30", "impossible date 1980"},
      {"1900-02-29", "impossible date 1900"},
      {"1980-13-01", "impossible date 1980"},
      {"1967-08-97", "impossible date 1967"},
      {"31/04/1980", "impossible date 1980"},
      {"01/05/80", "two-digit year"},
      {"1 May 80", "two-digit year"},
      {"unknown", "not a date"},
      {"99/99/9999", "impossible date 9999"},
      {"00/00/0000", "not a date"},
      {"123", "not a date"},
      {"1980-05-01-01", "not a date"},
      {"-", "not a date"},
      {"", ""},
      {"  ", ""},
  };
  for (const auto& [text, expected] : kTable) EXPECT_EQ(shown(text), expected) << text;
}

TEST(Dates, EveryDayOfACenturyReadsBackAsWritten) {
  using namespace std::chrono;
  for (sys_days day = 1900y / 1 / 1; day < sys_days(2001y / 1 / 1); day += days(1)) {
    const Date date(day);
    const auto reading = read_date(format_date(date));
    ASSERT_TRUE(reading.date) << format_date(date);
    EXPECT_EQ(*reading.date, date);
  }
}

TEST(Dates, TakeAnyBytesWithoutHarm) {
  Random random(3);
  constexpr std::string_view kAlphabet = "0123456789-/. :TtzMayJun\xC3\xA9";
  for (int round = 0; round < 20000; ++round) {
    std::string text(random.below(24), ' ');
    for (auto& c : text) c = kAlphabet[random.below(kAlphabet.size())];
    const auto reading = read_date(text);
    EXPECT_TRUE(!reading.date || reading.date->ok()) << text;
    EXPECT_TRUE(!reading.date || reading.reason.empty()) << text;
  }
}

TEST(Dates, KnowWhatSystemsPutInForNone) {
  using namespace std::chrono;
  for (const Date date :
       {Date(1900y / 1 / 1), Date(1901y / 1 / 1), Date(1800y / 1 / 1), Date(1899y / 12 / 30)})
    EXPECT_TRUE(is_default_date(date));
  EXPECT_FALSE(is_default_date(1970y / 1 / 1));  // many people were born on it
  EXPECT_FALSE(is_default_date(1980y / 5 / 1));
}

TEST(Dates, SwapWhenThatIsAnotherDate) {
  using namespace std::chrono;
  EXPECT_EQ(swap_day_and_month(1980y / 5 / 4), Date(1980y / 4 / 5));
  EXPECT_EQ(swap_day_and_month(1980y / 5 / 5), std::nullopt);
  EXPECT_EQ(swap_day_and_month(1980y / 5 / 13), std::nullopt);
}

}  // namespace
}  // namespace gmpi
