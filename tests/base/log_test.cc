#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json_text.h"

namespace gmpi {
namespace {

using ::testing::ContainsRegex;

std::string logged(bool json, log::Level least) {
  ::testing::internal::CaptureStderr();
  log::start(least, json);
  log::info("opened {} records", 3);
  log::warning("two\nlines and \"quotes\"");
  return ::testing::internal::GetCapturedStderr();
}

TEST(Log, LinesCarryTimeLevelAndMessageOnStandardError) {
  EXPECT_THAT(logged(false, log::Level::kInfo),
              ContainsRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z .*info.* opened 3 records\n"));
}

TEST(Log, JsonLinesEscapeTheirMessage) {
  EXPECT_THAT(logged(true, log::Level::kInfo),
              ContainsRegex(R"("level":"warning","message":"two\\nlines and \\"quotes\\""})"));
}

TEST(Log, BelowTheLevelNothingIsWritten) {
  EXPECT_EQ(logged(false, log::Level::kError), "");
}

TEST(JsonText, EscapesWhatTheStandardAsksFor) {
  std::string out;
  append_json_string(out, std::string("a\"\\\n\t\r\x01\x1f\xC3\xA9", 10));
  EXPECT_EQ(out, R"("a\"\\\n\t\r\u0001\u001f)"
                 "\xC3\xA9\"");
}

}  // namespace
}  // namespace gmpi
