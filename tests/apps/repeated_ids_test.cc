// Which rows of a file without version and date are refused because their id came before.
#include "apps/repeated_ids.h"

#include <gtest/gtest.h>

namespace gmpi {
namespace {

SourceRecord record(const std::string& id, const std::string& surname) {
  SourceRecord out;
  out.key = {"gp", id};
  out.fields.push_back({"surname", surname});
  return out;
}

TEST(RepeatedIds, RefusesOtherContentAndNamesTheLineThatStays) {
  RepeatedIds ids;
  EXPECT_TRUE(ids.check(record("1", "Shaw"), 2));
  EXPECT_TRUE(ids.check(record("2", "Ford"), 3));
  EXPECT_TRUE(ids.check(record("1", "Shaw"), 4)) << "the same again";
  const Status refused = ids.check(record("1", "Ford"), 5);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "the id is in line 2 already, with other content, and neither version nor event date says which is newer");
  SourceRecord elsewhere = record("1", "Ford");
  elsewhere.key.source = "pas";
  EXPECT_TRUE(ids.check(elsewhere, 6));
}

TEST(RepeatedIds, LeavesWhatSaysItsOrderAlone) {
  RepeatedIds ids;
  SourceRecord dated = record("1", "Shaw"), numbered = record("1", "Ford");
  dated.event_ms = 1;
  numbered.version = "2";
  EXPECT_TRUE(ids.check(dated, 2));
  EXPECT_TRUE(ids.check(numbered, 3));
  EXPECT_TRUE(ids.check(record("1", "Patel"), 4));
  dated.fields.front().value = "Khan";
  EXPECT_TRUE(ids.check(dated, 5));
}

TEST(RepeatedIds, CountsWhatIsBeyondItsMemory) {
  RepeatedIds ids(2);
  for (const char* id : {"1", "2", "3", "3", "4"}) EXPECT_TRUE(ids.check(record(id, id), 2));
  EXPECT_EQ(ids.unchecked(), 3u);
  EXPECT_FALSE(ids.check(record("2", "other"), 9)) << "what it knows it still knows";
}

}  // namespace
}  // namespace gmpi
