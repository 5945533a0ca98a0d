#include "api/instant.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace gmpi {
namespace {

TEST(Instant, reads_days_and_moments_with_offsets) {
  EXPECT_EQ(parse_instant("1970-01-01"), 0);
  EXPECT_EQ(parse_instant("2024-02-29"), 1709164800000);
  EXPECT_EQ(parse_instant("2026-11-23T03:42:55Z"), 1795405375000);
  EXPECT_EQ(parse_instant("2026-11-23T03:42:55.1239Z"), 1795405375123);
  EXPECT_EQ(parse_instant("2026-11-23T04:42:55+01:00"), 1795405375000);
  EXPECT_EQ(parse_instant("2026-11-22T22:12:55-05:30"), 1795405375000);
  EXPECT_EQ(parse_instant("1899-12-31"), -2209075200000);
}

TEST(Instant, refuses_other_forms_and_days_that_do_not_exist) {
  for (const char* bad : {"",
                          "2024",
                          "2024-02",
                          "2023-02-29",
                          "2024-13-01",
                          "2024-00-10",
                          "2024-1-1",
                          "20240101",
                          "01/02/2024",
                          "2024-01-01T00:00:00",
                          "2024-01-01 00:00:00Z",
                          "2024-01-01T24:00:00Z",
                          "2024-01-01T00:60:00Z",
                          "2024-01-01T00:00Z",
                          "2024-01-01T00:00:00.Z",
                          "2024-01-01T00:00:00+1:00",
                          "2024-01-01T00:00:00+99:00",
                          "2024-01-01T00:00:00ZZ",
                          "1799-12-31",
                          "10000-01-01",
                          "-024-01-01"})
    EXPECT_FALSE(parse_instant(bad)) << bad;
  EXPECT_EQ(format_instant(parse_instant("9999-12-31T23:59:59Z").value()), "9999-12-31T23:59:59.000Z");
}

TEST(Instant, writes_what_it_reads) {
  Random random(3);
  for (int i = 0; i < 10'000; ++i) {
    const UnixMillis at = random.between(-5'000'000'000'000, 32'000'000'000'000);
    ASSERT_EQ(parse_instant(format_instant(at)), at) << format_instant(at);
  }
}

TEST(Instant, http_dates_have_their_weekday) {
  EXPECT_EQ(format_http_date(784111777000),
            "Sun, 06 Nov 1994 08:49:37 GMT");  // the example of RFC 9110 5.6.7
  EXPECT_EQ(format_http_date(-1000), "Wed, 31 Dec 1969 23:59:59 GMT");
}

}  // namespace
}  // namespace gmpi
