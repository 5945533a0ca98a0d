// Which content of a record is current: what a source can rely on, whatever the order of arrival.

#include "models/version_order.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "models/changeset.h"
#include "tests/reference/version_order.h"

namespace gmpi {
namespace {

/// `content` is what the record says; the hash is over all three, as a real one is.
ContentMark mark(UnixMillis event_ms, std::string version, std::uint8_t content) {
  ContentMark made{
      .event_ms = event_ms, .source_version = std::move(version), .hash = {}, .record_version = 0};
  std::uint64_t mixed = mix64(content);
  mixed = mix64(mixed ^ static_cast<std::uint64_t>(event_ms));
  for (const char c : made.source_version) mixed = mix64(mixed ^ static_cast<unsigned char>(c));
  for (std::size_t i = 0; i < 8; ++i) made.hash[i] = static_cast<std::uint8_t>(mixed >> (8 * i));
  made.hash[15] = content;
  return made;
}

Placement put(RecordState& held, const ContentMark& sent) {
  const Placement place = place_content(held, sent);
  if (place == Placement::kCurrent || place == Placement::kOlder) accept_content(held, sent, place);
  return place;
}

RecordState after(const std::vector<ContentMark>& arrivals) {
  RecordState held;
  for (const auto& one : arrivals) put(held, one);
  return held;
}

int current(const RecordState& held) {
  return held.live ? held.hash[15] : -1;
}

TEST(SourceVersions, CompareAsAReaderWould) {
  const std::vector<std::string> ascending = {"",
                                              "1",
                                              "9",
                                              "10",
                                              "10a",
                                              "0100",
                                              "20240131",
                                              "A",
                                              "a2",
                                              "a10",
                                              "a10b2",
                                              "a10b10",
                                              "rev-9",
                                              "rev-10",
                                              "v1.9",
                                              "v1.10",
                                              "v2",
                                              "v10",
                                              "2023-12-31",
                                              "2024-01-01",
                                              "2024-01-01T00:00:00.25Z",
                                              "2024-01-01T00:00:00.5Z",
                                              "2024-01-01T09:00:00",
                                              "2024-01-01T11:00:00+01:00",
                                              "2024-01-01T10:30:00.000Z",
                                              "2024-02-01 00:00:00"};
  for (std::size_t i = 0; i < ascending.size(); ++i)
    for (std::size_t k = 0; k < ascending.size(); ++k)
      EXPECT_EQ(compare_source_versions(ascending[i], ascending[k]), i <=> k)
          << ascending[i] << " " << ascending[k];
}

TEST(SourceVersions, TwoSpellingsOfOneValueAreStillOrdered) {
  EXPECT_EQ(compare_source_versions("007", "007"), std::strong_ordering::equal);
  EXPECT_NE(compare_source_versions("007", "7"), std::strong_ordering::equal);
  EXPECT_NE(compare_source_versions("2024-01-01", "2024-01-01T00:00:00Z"), std::strong_ordering::equal);
}

TEST(SourceVersions, AreATotalOrderOfAnyTexts) {
  constexpr std::string_view kAlphabet = "019aA-.:TZ+ \xff";
  const std::vector<std::string> moments = {"2024-01-0",
                                            "2024-01-01",
                                            "2024-13-01",
                                            "2024-01-01T1",
                                            "2024-01-01T01:01:01",
                                            "2024-01-01T01:01:01.",
                                            "2024-01-01T01:01:01.10",
                                            "2024-01-01T01:01:01+0"};
  Random random(5);
  const auto text = [&] {
    std::string made = random.chance(0.2) ? moments[random.below(moments.size())] : std::string();
    for (auto n = random.below(5); n > 0; --n) made += kAlphabet[random.below(kAlphabet.size())];
    return made;
  };
  for (int round = 0; round < 100'000; ++round) {
    const std::string a = text(), b = text(), c = text();
    const auto ab = compare_source_versions(a, b), bc = compare_source_versions(b, c),
               ac = compare_source_versions(a, c);
    ASSERT_EQ(ab == 0, a == b);
    ASSERT_EQ(ab<0, compare_source_versions(b, a)> 0) << a << " | " << b;
    ASSERT_TRUE(ac < 0 || !(ab < 0 && bc < 0)) << a << " | " << b << " | " << c;
  }
}

TEST(VersionOrder, TheLaterEventIsCurrentInAnyOrder) {
  EXPECT_EQ(current(after({mark(5, "", 1), mark(6, "", 2)})), 2);
  EXPECT_EQ(current(after({mark(6, "", 2), mark(5, "", 1)})), 2);
  EXPECT_EQ(current(after({mark(5, "9", 1), mark(6, "3", 2)})), 2)
      << "the event time comes before the version";
}

TEST(VersionOrder, OfOneEventTimeTheHigherVersionIsCurrentInAnyOrder) {
  EXPECT_EQ(current(after({mark(5, "9", 1), mark(5, "10", 2)})), 2);
  EXPECT_EQ(current(after({mark(5, "10", 2), mark(5, "9", 1)})), 2);
  EXPECT_EQ(current(after({mark(5, "", 1), mark(5, "1", 2)})), 2);
  EXPECT_EQ(current(after({mark(5, "1", 2), mark(5, "", 1)})), 2);
}

TEST(VersionOrder, OfOneEventTimeWithoutVersionsTheSameContentIsCurrentInAnyOrder) {
  EXPECT_EQ(current(after({mark(5, "", 1), mark(5, "", 2)})),
            current(after({mark(5, "", 2), mark(5, "", 1)})));
}

TEST(VersionOrder, AHigherVersionIsCurrentThoughOneSideHasNoDate) {
  for (const auto& [low, high] : {std::pair{mark(0, "1", 1), mark(0, "2", 2)},
                                  {mark(5, "1", 1), mark(0, "2", 2)},
                                  {mark(0, "1", 1), mark(5, "2", 2)}}) {
    EXPECT_EQ(current(after({low, high})), 2);
    EXPECT_EQ(current(after({high, low})), 2);
  }
}

TEST(VersionOrder, WhatHasNeitherDateNorVersionReplacesWhatIsThereUntilSomethingGreaterComes) {
  RecordState held = after({mark(5, "5", 1), mark(0, "", 2)});
  EXPECT_EQ(current(held), 2);
  EXPECT_EQ(put(held, mark(4, "4", 3)), Placement::kOlder) << "older than what was replaced";
  EXPECT_EQ(put(held, mark(5, "5", 1)), Placement::kRepeat) << "a repeat does not undo the replacement";
  EXPECT_EQ(put(held, mark(0, "", 4)), Placement::kCurrent);
  EXPECT_EQ(put(held, mark(0, "", 2)), Placement::kCurrent) << "back to what it said before";
  EXPECT_EQ(put(held, mark(6, "6", 5)), Placement::kCurrent);
}

TEST(VersionOrder, WhatIsHeldOrWasHeldIsARepeat) {
  RecordState held;
  for (std::uint8_t i = 1; i <= 9; ++i) put(held, mark(i, std::to_string(i), i));
  const RecordState before = held;
  for (std::uint8_t i = 1; i <= 9; ++i)
    EXPECT_EQ(put(held, mark(i, std::to_string(i), i)), Placement::kRepeat);
  EXPECT_EQ(held, before);
}

TEST(VersionOrder, AVersionThatNamesTwoContentsIsAClashInHistoryToo) {
  RecordState held = after({mark(1, "1", 1), mark(2, "2", 2), mark(0, "7", 7), mark(3, "3", 3)});
  for (const char* version : {"1", "2", "3", "7"}) {
    EXPECT_EQ(put(held, mark(9, version, 99)), Placement::kClash) << version;
    EXPECT_EQ(put(held, mark(0, version, 99)), Placement::kClash) << version;
  }
  accept_deletion(held, 10);
  EXPECT_EQ(put(held, mark(11, "2", 99)), Placement::kClash) << "deleting does not free a version";
}

TEST(VersionOrder, WhatIsNotNewerThanADeletionStaysDeleted) {
  RecordState held = after({mark(5, "5", 1)});
  accept_deletion(held, 10);
  EXPECT_EQ(put(held, mark(5, "5", 1)), Placement::kDeleted) << "a repeat";
  EXPECT_EQ(put(held, mark(9, "6", 2)), Placement::kDeleted) << "an event before the deletion";
  EXPECT_EQ(put(held, mark(0, "4", 3)), Placement::kDeleted) << "a lower version";
  EXPECT_FALSE(held.live);
  RecordState by_version = held, by_arrival = held, by_hand = held;
  EXPECT_EQ(put(by_version, mark(0, "6", 4)), Placement::kCurrent);
  EXPECT_EQ(put(by_arrival, mark(0, "", 4)), Placement::kCurrent);
  EXPECT_EQ(put(by_arrival, mark(9, "9", 5)), Placement::kOlder) << "still before the deletion";
  undo_deletion(by_hand);
  EXPECT_EQ(put(by_hand, mark(5, "5", 1)), Placement::kCurrent);
  EXPECT_EQ(put(by_hand, mark(6, "", 6)), Placement::kCurrent) << "the deletion does not count any more";
  EXPECT_EQ(put(held, mark(11, "", 4)), Placement::kCurrent);
}

TEST(VersionOrder, ADeletionOutranksTheFutureItDeleted) {
  RecordState held = after({mark(500, "", 1)});
  accept_deletion(held, 10);
  EXPECT_EQ(put(held, mark(400, "", 2)), Placement::kDeleted);
  EXPECT_EQ(put(held, mark(501, "", 2)), Placement::kCurrent);
}

TEST(VersionOrder, AContentFromHistoryComesBackWhereDatesAndVersionsContradictEachOther) {
  // By date 3 is above 1, by version 2 is above 3, and 1 above 2: the greatest dated one is 3, and it yields
  // to 2.
  const std::vector<ContentMark> marks = {mark(5, "9", 1), mark(0, "3", 2), mark(6, "2", 3)};
  RecordState held = after({marks[0], marks[1]});
  EXPECT_EQ(current(held), 1);
  EXPECT_EQ(put(held, marks[2]), Placement::kOlder);
  EXPECT_EQ(current(held), 2);
  EXPECT_EQ(held.version, 2u);
  EXPECT_EQ(held.last_version, 3u);
  EXPECT_EQ(current(after({marks[2], marks[1], marks[0]})), 2);
  EXPECT_EQ(current(after({marks[1], marks[0], marks[2]})), 2);
}

/// A world of few dates, versions and contents, so that everything collides.
ContentMark any_mark(Random& random) {
  static const std::vector<std::string> kVersions = {"",   "",   "1",   "2",          "9",
                                                     "10", "v2", "v10", "2024-01-01", "2024-01-02"};
  return mark(static_cast<UnixMillis>(random.chance(0.4) ? 0 : 1 + random.below(5)),
              kVersions[random.below(kVersions.size())], static_cast<std::uint8_t>(random.below(5)));
}

TEST(VersionOrder, IsThatOfThePlainEvaluationOfTheWholeSet) {
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    RecordState held;
    reference::PlainVersionOrder plain;
    for (int step = 0; step < 25; ++step) {
      if (held.live && random.chance(0.1)) {
        const auto at = static_cast<UnixMillis>(random.below(7));
        accept_deletion(held, at);
        plain.erase(at);
      } else if (!held.live && random.chance(0.1)) {
        undo_deletion(held);
        plain.undo_erase();
      } else {
        const ContentMark sent = any_mark(random);
        ASSERT_EQ(put(held, sent), plain.put(sent)) << "step " << step;
      }
      ASSERT_EQ(held.live, plain.current().has_value()) << "step " << step;
      if (!held.live) continue;
      ASSERT_EQ((ContentMark{held.event_ms, held.source_version, held.hash, held.version}), *plain.current());
      ASSERT_LE(held.eclipsed.size(), 2u);
    }
  }
}

TEST(VersionOrder, DoesNotDependOnArrivalWhereContentsCanBeCompared) {
  int compared = 0;
  for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
    Random random(seed);
    std::vector<ContentMark> set;
    for (auto n = 2 + random.below(6); n > 0; --n) {
      const ContentMark one = any_mark(random);
      const bool clash = std::any_of(set.begin(), set.end(), [&](const ContentMark& other) {
        return other.hash == one.hash ||
               (!one.source_version.empty() && other.source_version == one.source_version);
      });
      if (!one.plain() && !clash) set.push_back(one);
    }
    const auto newest = std::max_element(set.begin(), set.end(), [](const auto& a, const auto& b) {
      return std::tuple(a.event_ms, a.source_version.empty() ? 0 : 1) <
             std::tuple(b.event_ms, b.source_version.empty() ? 0 : 1);
    });
    const bool any_numbered =
        std::any_of(set.begin(), set.end(), [](const auto& one) { return !one.dated(); });
    if (set.size() < 2 || (newest->dated() && newest->source_version.empty() && any_numbered)) continue;
    ++compared;
    const ContentHash expected = after(set).hash;
    for (int order = 0; order < 6; ++order) {
      for (std::size_t i = set.size(); i > 1; --i) std::swap(set[i - 1], set[random.below(i)]);
      ASSERT_EQ(after(set).hash, expected) << "seed " << seed;
    }
  }
  EXPECT_GT(compared, 2'000);
}

TEST(VersionOrder, IsRecalledFromHistory) {
  for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
    Random random(seed);
    RecordState held;
    std::vector<ContentMark> history;
    for (int step = 0; step < 12; ++step) {
      ContentMark sent = any_mark(random);
      const Placement place = put(held, sent);
      sent.record_version = held.last_version;
      if (place == Placement::kCurrent || place == Placement::kOlder) history.push_back(sent);
    }
    RecordState recalled = held;
    recalled.source_version.clear();
    recalled.eclipsed.clear();
    recalled.past.clear();
    recall_order(recalled, history, 100);
    ASSERT_EQ(recalled.source_version, held.source_version);
    ASSERT_EQ(recalled.eclipsed, held.eclipsed) << "seed " << seed;
    for (int step = 0; step < 12; ++step) {
      const ContentMark sent = any_mark(random);
      ASSERT_EQ(put(recalled, sent), put(held, sent)) << "seed " << seed;
    }
    recalled.live = false;
    recall_order(recalled, {}, 100);
    ASSERT_EQ(put(recalled, mark(99, "", 9)), Placement::kDeleted);
  }
}

TEST(VersionOrder, RemembersABoundedHistoryAndNeverTurnsBackBeyondIt) {
  RecordState held;
  for (int i = 1; i <= 400; ++i) put(held, mark(i, std::to_string(i), static_cast<std::uint8_t>(i % 100)));
  EXPECT_EQ(held.past.size(), kPastContentsMax);
  EXPECT_EQ(put(held, mark(1, "1", 1)), Placement::kOlder) << "forgotten: history once more";
  EXPECT_EQ(put(held, mark(1, "1", 2)), Placement::kClash) << "known again";
  EXPECT_EQ(put(held, mark(2, "2", 3)), Placement::kOlder)
      << "forgotten: not told from a new content, but not current";
  EXPECT_EQ(held.version, 400u);
  EXPECT_EQ(put(held, mark(399, "399", 0)), Placement::kClash);
}

}  // namespace
}  // namespace gmpi
