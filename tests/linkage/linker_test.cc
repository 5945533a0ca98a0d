// What a user of the linker can rely on, verb by verb.

#include "linkage/linker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "index/codec.h"
#include "tests/linkage/linker_fixture.h"

namespace gmpi {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr UnixMillis kDay = 86'400'000;

class LinkerTest : public testing::Test {
 protected:
  LinkerTest() : linker_(open_linker(store_, small_bundle(), clock_)) {}

  RegisterAnswer put(const SourceRecord& record, std::optional<std::uint64_t> if_version = {}) {
    auto answer = linker_->register_record(record, if_version);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
    return answer ? *answer : RegisterAnswer{};
  }
  RegisterAnswer put(const std::string& id, std::vector<SourceField> fields, UnixMillis event_ms = 0) {
    return put(person_record({"gp", id}, std::move(fields), event_ms));
  }
  EnterpriseId id_of(const std::string& id) { return *linker_->enterprise_id_of({"gp", id}); }
  Person person(EnterpriseId id) {
    auto found = linker_->find_person(id);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    return found ? *found : Person{};
  }
  void reopen() {
    linker_.reset();
    linker_ = open_linker(store_, small_bundle(), clock_);
  }
  std::vector<LineageKind> lineage_of(EnterpriseId id) {
    std::vector<LineageKind> kinds;
    for (const auto& entry : person(id).lineage) kinds.push_back(entry.kind);
    return kinds;
  }

  const std::vector<SourceField> anna_ = {
      {"given_name", "Anna"}, {"surname", "Shaw"}, {"dob", "1980-05-01"}, {"postcode", "M1 1AE"}};
  const std::vector<SourceField> omar_ = {
      {"given_name", "Omar"}, {"surname", "Khan"}, {"dob", "1951-11-23"}, {"postcode", "OL9 6AA"}};

  std::vector<SourceField> anna_with(SourceField more) const {
    auto fields = anna_;
    fields.push_back(std::move(more));
    return fields;
  }
  std::vector<SourceField> verified(std::vector<SourceField> fields, unsigned number) const {
    fields.push_back({"nhs_number", test_nhs_number(number)});
    fields.push_back({"nhs_number_status", "01"});
    return fields;
  }

  ManualClock clock_{1'700'000'000'000};
  MemoryStore store_;
  std::unique_ptr<Linker> linker_;
};

TEST_F(LinkerTest, TheFirstRecordOfAPersonIsNewAndTheSecondIsLinked) {
  const auto first = put("1", anna_);
  EXPECT_EQ(first.outcome, RegisterOutcome::kNew);
  EXPECT_TRUE(first.created);
  EXPECT_EQ(first.record_version, 1u);
  const auto second = put("2", anna_);
  EXPECT_EQ(second.outcome, RegisterOutcome::kLinked);
  EXPECT_EQ(second.enterprise_id, first.enterprise_id);
  EXPECT_EQ(second.sequence, first.sequence + 1);
  EXPECT_EQ(put("3", omar_).outcome, RegisterOutcome::kNew);
  EXPECT_NE(id_of("3"), id_of("1"));
}

TEST_F(LinkerTest, SendingTheSameContentAgainChangesNothing) {
  const auto first = put("1", anna_);
  const auto again = put("1", anna_);
  EXPECT_EQ(again.outcome, RegisterOutcome::kUnchanged);
  EXPECT_EQ(again.enterprise_id, first.enterprise_id);
  EXPECT_EQ(again.sequence, first.sequence);
  EXPECT_EQ(again.record_version, 1u);
  EXPECT_FALSE(again.created);
  EXPECT_EQ(store_.head().seq, first.sequence);
}

TEST_F(LinkerTest, TheSameFieldsInAnotherOrderOrByAnotherDoorChangeNothing) {
  auto record = person_record({"gp", "1"}, anna_);
  put(record);
  std::reverse(record.fields.begin(), record.fields.end());
  record.verbatim_format = VerbatimFormat::kFlatJson;
  EXPECT_EQ(put(record).outcome, RegisterOutcome::kUnchanged);
  record.fields.push_back({"phone", "0161 496 0001"});
  record.fields.push_back({"phone", "0161 496 0002"});
  EXPECT_EQ(put(record).record_version, 2u);
  std::swap(record.fields.back(),
            record.fields[record.fields.size() - 2]);  // which comes first is said on purpose
  EXPECT_EQ(put(record).record_version, 3u);
}

TEST_F(LinkerTest, OtherContentUnderAKnownVersionIsRefusedAndNothingIsStored) {
  const auto sent = [&](const char* version, const std::vector<SourceField>& fields) {
    auto record = person_record({"gp", "1"}, fields);
    record.version = version;
    return record;
  };
  put(sent("7", anna_));
  EXPECT_EQ(put(sent("7", anna_)).outcome, RegisterOutcome::kUnchanged);
  EXPECT_EQ(put(sent("10", omar_)).record_version, 2u);
  reopen();
  for (const char* version : {"7", "10"}) {
    const auto refused = linker_->register_record(sent(version, anna_with({"sex", "female"})));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kContradiction);
    EXPECT_THAT(refused.error().message, HasSubstr("version"));
  }
  EXPECT_EQ(linker_->register_record(sent("7", omar_), 2).error().code, ErrorCode::kContradiction)
      << "If-Match was met";
  EXPECT_EQ(put(sent("7", anna_)).outcome, RegisterOutcome::kUnchanged);
  EXPECT_EQ(linker_->find_record({"gp", "1"})->record.fields, omar_);
  EXPECT_EQ(store_.head().seq, 2u);
}

TEST_F(LinkerTest, ALowerVersionIsHistoryWhateverItsDateIsNot) {
  auto newer = person_record({"gp", "1"}, anna_), older = person_record({"gp", "1"}, omar_);
  newer.version = "v10";
  older.version = "v9";
  put(newer);
  EXPECT_EQ(put(older).outcome, RegisterOutcome::kSuperseded);
  EXPECT_EQ(linker_->find_record({"gp", "1"})->record.fields, anna_);
  EXPECT_EQ(put(older).outcome, RegisterOutcome::kUnchanged);
}

TEST_F(LinkerTest, AVersionThatIsTooLongIsRefusedByName) {
  auto record = person_record({"gp", "1"}, anna_);
  record.version = std::string(kSourceVersionBytesMax, '1');
  put(record);
  record.version += '1';
  const auto refused = linker_->register_record(record);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(refused.error().message, HasSubstr("version: more than 128 bytes"));
}

TEST_F(LinkerTest, AContentFromHistoryComesBackWithItsPersonAndIsKeptAcrossARestart) {
  const auto sent = [&](UnixMillis event_ms, const char* version, const std::vector<SourceField>& fields) {
    auto record = person_record({"gp", "1"}, fields, event_ms);
    record.version = version;
    return record;
  };
  put("2", omar_);
  put(sent(5 * kDay, "9", anna_));
  put(sent(0, "3", omar_));
  EXPECT_NE(id_of("1"), id_of("2"));
  const auto late = put(sent(6 * kDay, "2", anna_with({"sex", "female"})));  // above 9 by date, below 3 by version
  EXPECT_EQ(late.outcome, RegisterOutcome::kSuperseded);
  EXPECT_EQ(late.record_version, 3u);
  EXPECT_EQ(late.enterprise_id, id_of("2"));
  EXPECT_EQ(id_of("1"), id_of("2"));
  EXPECT_EQ(linker_->find_record({"gp", "1"})->record.fields, omar_);
  EXPECT_EQ(linker_->find_record({"gp", "1"})->record_version, 2u);
  reopen();
  EXPECT_EQ(id_of("1"), id_of("2"));
  EXPECT_THAT(linker_->check().faults, IsEmpty());
}

TEST_F(LinkerTest, ARecordIsReadBackAsItWasWritten) {
  auto record = person_record({"gp", "1/ü"}, anna_, 5 * kDay);
  record.version = "v1";
  record.verbatim_format = VerbatimFormat::kFhirJson;
  record.verbatim = std::string("{\"a\": \0 }", 9);
  const auto answer = put(record);
  const auto stored = linker_->find_record(record.key);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->record.key, record.key);
  EXPECT_EQ(stored->record.version, "v1");
  EXPECT_EQ(stored->record.event_ms, 5 * kDay);
  EXPECT_EQ(stored->record.fields, record.fields);
  EXPECT_EQ(stored->record.verbatim_format, VerbatimFormat::kFhirJson);
  EXPECT_EQ(stored->record.verbatim, record.verbatim);
  EXPECT_EQ(stored->sequence, answer.sequence);
  EXPECT_EQ(stored->record_version, 1u);
  EXPECT_EQ(stored->stored_ms, clock_.now_ms());
  EXPECT_EQ(stored->enterprise_id, answer.enterprise_id);
  EXPECT_FALSE(stored->retracted);
}

TEST_F(LinkerTest, OlderContentIsHistoryAndIsNotStoredTwice) {
  put("1", anna_, 10 * kDay);
  const auto old = put("1", omar_, 5 * kDay);
  EXPECT_EQ(old.outcome, RegisterOutcome::kSuperseded);
  EXPECT_EQ(old.record_version, 2u);
  EXPECT_EQ(linker_->find_record({"gp", "1"})->record.fields, anna_);
  EXPECT_EQ(linker_->find_record({"gp", "1"})->record_version, 1u);
  EXPECT_EQ(put("1", omar_, 5 * kDay).outcome, RegisterOutcome::kUnchanged);
  reopen();
  EXPECT_EQ(put("1", omar_, 5 * kDay).outcome, RegisterOutcome::kUnchanged);
  EXPECT_EQ(put("1", omar_, 11 * kDay).record_version, 3u);
}

TEST_F(LinkerTest, AVersionThatIsNotCurrentIsRefusedAndNothingIsWritten) {
  put("1", anna_);
  const auto refused = linker_->register_record(person_record({"gp", "1"}, omar_), 2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_EQ(store_.head().seq, 1u);
  EXPECT_EQ(linker_->register_record(person_record({"gp", "2"}, omar_), 1).error().code,
            ErrorCode::kConflict);
  EXPECT_EQ(put(person_record({"gp", "2"}, omar_), 0).record_version, 1u);
  EXPECT_EQ(put(person_record({"gp", "1"}, omar_), 1).record_version, 2u);
  EXPECT_EQ(linker_->retract_record({"gp", "1"}, 1).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(linker_->retract_record({"gp", "1"}, 2));
}

TEST_F(LinkerTest, BadRecordsAreRefusedByNameOfTheField) {
  const auto refused = [&](SourceRecord record) {
    auto answer = linker_->register_record(record);
    return answer ? std::string("accepted")
                  : std::string(error_code_name(answer.error().code)) + " " + answer.error().message;
  };
  EXPECT_THAT(refused(person_record({"", "1"}, anna_)), HasSubstr("source"));
  EXPECT_THAT(refused(person_record({"gp", ""}, anna_)), HasSubstr("local id"));
  EXPECT_THAT(refused(person_record({"gp", std::string("a\0b", 3)}, anna_)), HasSubstr("control character"));
  EXPECT_THAT(refused(person_record({"gp", "\xff"}, anna_)), HasSubstr("UTF-8"));
  EXPECT_THAT(refused(person_record({"gp", std::string(2000, 'x')}, anna_)), HasSubstr("1024"));
  EXPECT_THAT(refused(person_record({"gp", "1"}, {{"dob", "2999-01-01"}})), HasSubstr("dob"));
  EXPECT_EQ(store_.head().seq, 0u);
  EXPECT_EQ(linker_->stats().records, 0u);
}

TEST_F(LinkerTest, AMergeKeepsTheOlderIdAndTheOtherRedirectsForEver) {
  const auto by_name = put("1", anna_);
  const auto by_number =
      put("2", {{"nhs_number", test_nhs_number(1)}, {"given_name", "Anna"}, {"surname", "Shaw"}});
  ASSERT_NE(by_name.enterprise_id, by_number.enterprise_id);
  const auto bridge = put("3", anna_with({"nhs_number", test_nhs_number(1)}));
  EXPECT_EQ(bridge.enterprise_id, by_name.enterprise_id);
  EXPECT_EQ(id_of("2"), by_name.enterprise_id);
  const Person found = person(by_number.enterprise_id);
  EXPECT_EQ(found.id, by_name.enterprise_id);
  EXPECT_EQ(found.asked, by_number.enterprise_id);
  EXPECT_EQ(found.members.size(), 3u);
  EXPECT_THAT(lineage_of(found.id), testing::Contains(LineageKind::kMerged));

  // Without the bridge they part again; the younger part gets a new id, because the old one redirects for
  // ever.
  ASSERT_TRUE(linker_->retract_record({"gp", "3"}));
  EXPECT_EQ(id_of("1"), by_name.enterprise_id);
  EXPECT_NE(id_of("2"), by_number.enterprise_id);
  EXPECT_NE(id_of("2"), by_name.enterprise_id);
  EXPECT_EQ(person(by_number.enterprise_id).id, by_name.enterprise_id);
  EXPECT_THAT(lineage_of(by_name.enterprise_id), testing::Contains(LineageKind::kSplit));
  const auto before = ids_of(*linker_);
  reopen();
  EXPECT_EQ(ids_of(*linker_), before);
  EXPECT_EQ(person(by_number.enterprise_id).id, by_name.enterprise_id);
}

TEST_F(LinkerTest, WhenARecordIsOverwrittenWithAnotherPersonTheIdStaysWithTheRest) {
  const auto first = put("1", anna_);
  put("2", anna_);
  const auto changed = put("1", omar_);
  EXPECT_EQ(changed.outcome, RegisterOutcome::kNew);
  EXPECT_FALSE(changed.created);
  EXPECT_EQ(id_of("2"), first.enterprise_id);
  EXPECT_NE(id_of("1"), first.enterprise_id);
}

TEST_F(LinkerTest, TheLineageTellsWhenWhoJoinedAndLeft) {
  const auto id = put("1", anna_).enterprise_id;
  clock_.advance(kDay);
  put("2", anna_);
  ASSERT_TRUE(linker_->retract_record({"gp", "1"}));
  const Person found = person(id);
  ASSERT_EQ(found.lineage.size(), 4u);
  EXPECT_EQ(found.lineage[0].kind, LineageKind::kCreated);
  EXPECT_EQ(found.lineage[1].kind, LineageKind::kJoined);
  EXPECT_EQ(found.lineage[1].record, (RecordKey{"gp", "1"}));
  EXPECT_EQ(found.lineage[2].kind, LineageKind::kJoined);
  EXPECT_EQ(found.lineage[2].record, (RecordKey{"gp", "2"}));
  EXPECT_EQ(found.lineage[2].at_ms, clock_.now_ms());
  EXPECT_THAT(found.lineage[2].reason, HasSubstr("bits, links to 1 record"));
  EXPECT_EQ(found.lineage[3].kind, LineageKind::kLeft);
  EXPECT_EQ(found.lineage[3].reason, "retracted");
  EXPECT_EQ(found.version, found.lineage[3].sequence);
}

TEST_F(LinkerTest, ARetractedRecordIsFoundAsHistoryAndMatchesNobody) {
  const auto id = put("1", anna_).enterprise_id;
  ASSERT_TRUE(linker_->retract_record({"gp", "1"}));
  EXPECT_TRUE(linker_->find_record({"gp", "1"})->retracted);
  EXPECT_FALSE(linker_->find_record({"gp", "1"})->enterprise_id);
  EXPECT_EQ(linker_->enterprise_id_of({"gp", "1"}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(linker_->find_person(id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(linker_->person_version(id).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(linker_->retract_record({"gp", "1"}).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(linker_->match_person({.person = person_record({}, anna_)})->candidates, IsEmpty());
  EXPECT_EQ(linker_->stats().records, 0u);
  EXPECT_EQ(linker_->stats().identities, 0u);
  const auto again = put("1", anna_);
  EXPECT_TRUE(again.created);
  EXPECT_EQ(again.record_version, 2u);
  EXPECT_NE(again.enterprise_id, id);
  reopen();
  EXPECT_EQ(id_of("1"), again.enterprise_id);
  EXPECT_THAT(linker_->check().faults, IsEmpty());
}

TEST_F(LinkerTest, WhatIsNotNewerThanItsDeletionIsRefusedAndNothingIsStored) {
  put("1", anna_, 10 * kDay);
  ASSERT_TRUE(linker_->retract_record({"gp", "1"}));
  for (const UnixMillis event_ms : {9 * kDay, 10 * kDay, 11 * kDay, clock_.now_ms()})
    for (const auto& fields : {anna_, omar_}) {
      const auto refused = linker_->register_record(person_record({"gp", "1"}, fields, event_ms));
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, ErrorCode::kContradiction);
      EXPECT_THAT(refused.error().message, HasSubstr("deleted"));
    }
  EXPECT_TRUE(linker_->find_record({"gp", "1"})->retracted);
  EXPECT_EQ(linker_->stats().records, 0u);
  EXPECT_EQ(store_.head().seq, 2u);
  reopen();
  EXPECT_FALSE(linker_->register_record(person_record({"gp", "1"}, omar_, clock_.now_ms())));
  const auto after = put("1", omar_, clock_.now_ms() + 1);
  EXPECT_TRUE(after.created);
  EXPECT_EQ(after.outcome, RegisterOutcome::kNew);
}

TEST_F(LinkerTest, ADeletedRecordComesBackByWhoSaysThatNothingIsThere) {
  put("1", anna_, 10 * kDay);
  ASSERT_TRUE(linker_->retract_record({"gp", "1"}));
  EXPECT_EQ(linker_->register_record(person_record({"gp", "1"}, anna_, 10 * kDay), 1).error().code,
            ErrorCode::kConflict);
  const auto back = put(person_record({"gp", "1"}, anna_, 10 * kDay), 0);
  EXPECT_TRUE(back.created);
  EXPECT_EQ(back.record_version, 2u);
  EXPECT_EQ(put("1", omar_, 11 * kDay).outcome, RegisterOutcome::kNew) << "the deletion does not count any more";
  reopen();
  EXPECT_EQ(linker_->find_record({"gp", "1"})->record.fields, omar_);
  EXPECT_THAT(linker_->check().faults, IsEmpty());
}

TEST_F(LinkerTest, TwinsAreTwoIdentitiesAndTheReasonIsSaidAndNobodyIsAsked) {
  put("1", anna_);
  auto omar = anna_;
  omar[0].value = "Omar";
  const auto twin = put("2", omar);
  EXPECT_NE(twin.enterprise_id, id_of("1"));
  EXPECT_EQ(twin.outcome, RegisterOutcome::kNew);
  EXPECT_THAT(twin.reasons, ElementsAre("Same birthday, family name and home, but another given name"));
  EXPECT_EQ(linker_->stats().open_reviews, 0u);
  EXPECT_THAT(person(id_of("1")).reviews, IsEmpty());
}

TEST_F(LinkerTest, OneVerifiedNumberOfTwoWhoAreHeldApartIsAsked) {
  put("1", verified(anna_, 1));
  auto omar = verified(anna_, 1);
  omar[0].value = "Omar";
  const auto twin = put("2", omar);
  EXPECT_NE(twin.enterprise_id, id_of("1"));
  EXPECT_EQ(twin.outcome, RegisterOutcome::kReview);
  EXPECT_EQ(linker_->stats().open_reviews, 1u);
  EXPECT_EQ(person(id_of("1")).reviews.size(), 1u);
}

TEST_F(LinkerTest, TwoIdentitiesAreOneQuestionHoweverManyPairsAsk) {
  for (int i = 0; i < 3; ++i) put(std::to_string(i), verified(anna_, 1));
  for (int i = 3; i < 6; ++i) EXPECT_NE(put(std::to_string(i), verified(anna_, 2)).enterprise_id, id_of("0"));
  EXPECT_EQ(linker_->stats().open_reviews, 1u);
  EXPECT_EQ(person(id_of("0")).reviews.size(), 1u);
  EXPECT_EQ(person(id_of("3")).reviews.size(), 1u);
  reopen();
  EXPECT_EQ(linker_->stats().open_reviews, 1u);
}

TEST_F(LinkerTest, APairForReviewIsNotAskedWhereAnotherPairIsHeldApart) {
  put("1", anna_);
  auto omar = anna_;
  omar[0].value = "Omar";
  omar.push_back({"nhs_number", test_nhs_number(1)});
  auto nameless = omar;
  nameless[0].value = nameless[3].value = "";
  put("3", nameless);
  EXPECT_EQ(linker_->stats().open_reviews, 1u) << "it may be Anna's";
  put("2", omar);
  ASSERT_EQ(id_of("3"), id_of("2"));
  ASSERT_NE(id_of("2"), id_of("1"));
  EXPECT_EQ(linker_->stats().open_reviews, 0u) << "it is her twin's";
}

TEST_F(LinkerTest, TwoVerifiedNumbersAreNeverOneIdentity) {
  put("1", verified(anna_, 1));
  const auto other = put("2", verified(anna_, 2));
  EXPECT_NE(other.enterprise_id, id_of("1"));
  EXPECT_EQ(other.outcome, RegisterOutcome::kReview);
  EXPECT_THAT(other.reasons, ElementsAre("Two verified NHS numbers differ"));
  const auto unnumbered = put("3", anna_);
  EXPECT_NE(unnumbered.enterprise_id, id_of("1"));
  EXPECT_NE(unnumbered.enterprise_id, id_of("2"));
  EXPECT_THAT(unnumbered.reasons, ElementsAre(HasSubstr("another person")));
}

TEST_F(LinkerTest, EveryChangeIsAnEventOfTheLogWithItsIdentities) {
  put("1", anna_);
  put("2", anna_);
  ASSERT_TRUE(linker_->retract_record({"gp", "1"}));
  std::vector<LinkageEvent> events;
  ASSERT_TRUE(store_.scan_log(1, [&](const LogEntry& entry) {
    events.push_back(*decode_event(entry.event));
    EXPECT_EQ(events.back().sequence, entry.seq);
    return true;
  }));
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[1].kind, LinkageEventKind::kRegistered);
  EXPECT_EQ(events[1].outcome, RegisterOutcome::kLinked);
  EXPECT_EQ(events[1].key, (RecordKey{"gp", "2"}));
  EXPECT_EQ(events[1].model_version, linker_->bundle().version);
  ASSERT_EQ(events[1].identities.size(), 1u);
  EXPECT_THAT(events[1].identities[0].members, ElementsAre(RecordKey{"gp", "1"}, RecordKey{"gp", "2"}));
  EXPECT_EQ(events[2].kind, LinkageEventKind::kRetracted);
  EXPECT_THAT(events[2].identities[0].members, ElementsAre(RecordKey{"gp", "2"}));
}

TEST_F(LinkerTest, APersonsVersionRisesWithItsMembersAndTheirContentOnly) {
  const auto id = put("1", anna_).enterprise_id;
  EXPECT_EQ(linker_->person_version(id)->second, 1u);
  put("3", omar_);
  EXPECT_EQ(linker_->person_version(id)->second, 1u);
  put("2", anna_);
  EXPECT_EQ(linker_->person_version(id)->second, 3u);
  put("2", anna_with({"sex", "female"}));
  EXPECT_EQ(linker_->person_version(id)->second, 4u);
}

TEST_F(LinkerTest, MatchGradesWhatItFinds) {
  put("1", verified(anna_, 1));
  put("2", omar_);
  auto asked = linker_->match_person({.person = person_record({}, anna_)});
  ASSERT_TRUE(asked);
  ASSERT_EQ(asked->candidates.size(), 1u);
  EXPECT_EQ(asked->candidates[0].enterprise_id, id_of("1"));
  EXPECT_EQ(asked->candidates[0].grade, MatchGrade::kCertain);
  EXPECT_EQ(asked->candidates[0].record, (RecordKey{"gp", "1"}));
  EXPECT_THAT(asked->candidates[0].members, ElementsAre(RecordKey{"gp", "1"}));
  EXPECT_GT(asked->candidates[0].score, 0.98);
  EXPECT_EQ(asked->sequence, 2u);

  // Another verified number: everything agrees, but it cannot be certain.
  asked = linker_->match_person({.person = person_record({}, verified(anna_, 2))});
  ASSERT_EQ(asked->candidates.size(), 1u);
  EXPECT_NE(asked->candidates[0].grade, MatchGrade::kCertain);
  EXPECT_THAT(asked->candidates[0].reasons, ElementsAre("Two verified NHS numbers differ"));
  EXPECT_THAT(linker_->match_person({.person = person_record({}, verified(anna_, 2)), .only_certain = true})
                  ->candidates,
              IsEmpty());

  // Birthday and family name only.
  asked = linker_->match_person({.person = person_record({}, {{"surname", "Shaw"}, {"dob", "1980-05-01"}})});
  ASSERT_EQ(asked->candidates.size(), 1u);
  EXPECT_EQ(asked->candidates[0].grade, MatchGrade::kPossible);
}

TEST_F(LinkerTest, TwoEquallyGoodIdentitiesAreNeitherCertain) {
  put("1", verified(anna_, 1));
  put("2", verified(anna_, 2));
  const auto asked = linker_->match_person({.person = person_record({}, anna_)});
  ASSERT_EQ(asked->candidates.size(), 2u);
  for (const auto& candidate : asked->candidates) EXPECT_EQ(candidate.grade, MatchGrade::kProbable);
  EXPECT_LT(asked->candidates[0].enterprise_id, asked->candidates[1].enterprise_id);
  EXPECT_EQ(linker_->match_person({.person = person_record({}, anna_), .count = 1})->candidates.size(), 1u);
}

TEST_F(LinkerTest, TooLittleToMatchOnSaysWhatIsNeeded) {
  const auto asked = linker_->match_person({.person = person_record({}, {{"given_name", "Anna"}})});
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(asked.error().message, HasSubstr("dob"));
  EXPECT_THAT(asked.error().message, HasSubstr("postcode and surname"));
  // Enough to search by, though nobody has it.
  EXPECT_TRUE(linker_->match_person({.person = person_record({}, {{"dob", "1933-03-03"}})}));
}

TEST_F(LinkerTest, MatchSaysWhatItCut) {
  for (int i = 0; i < 8; ++i) put(std::to_string(i), anna_);
  LinkerOptions few;
  few.candidates_max = 3;
  linker_.reset();
  linker_ = open_linker(store_, small_bundle(), clock_, few);
  const auto cut = linker_->match_person({.person = person_record({}, anna_)});
  EXPECT_TRUE(cut->truncated);
  EXPECT_LE(cut->records_compared, 3u);
}

TEST_F(LinkerTest, WhatIsLeftOutUnderCommonKeysIsSaid) {
  linker_.reset();
  MemoryStore store;
  auto linker = open_linker(store, small_bundle(3), clock_);
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(linker->register_record(
        person_record({"gp", std::to_string(i)}, {{"dob", "1980-05-01"}, {"given_name", "Anna"}})));
  const auto other = person_record({"gp", "9"}, {{"dob", "1980-05-01"}, {"given_name", "Anna"}, {"surname", "Shaw"}});
  const auto answer = linker->match_person({.person = other});
  EXPECT_EQ(answer->generic_keys, 2u);  // the birthday; its month with the given name
  EXPECT_EQ(answer->records_compared, 0u);
  ASSERT_EQ(answer->cuts.size(), 2u);
  EXPECT_THAT(answer->cuts[0].rule, HasSubstr("dob"));
  for (const NamedCut& one : answer->cuts) {
    EXPECT_EQ(one.cut.keys, 1u);
    EXPECT_EQ(one.cut.records, 4u);
    EXPECT_EQ(one.cut.compared, 0u);
  }
  const auto registered = linker->register_record(other);
  ASSERT_TRUE(registered);
  ASSERT_EQ(registered->cuts.size(), 2u);
  EXPECT_EQ(registered->cuts[0].cut, answer->cuts[0].cut);
  const auto why_not = linker->explain_pair({"gp", "9"}, {"gp", "1"});
  EXPECT_THAT(why_not->blocking_rules, IsEmpty());
  ASSERT_EQ(why_not->cuts.size(), 1u);  // of the second rule the rest does not hold
  EXPECT_EQ(why_not->cuts[0].cut.records, 5u);
  EXPECT_EQ(linker->stats().split_keys, 2u);
}

TEST_F(LinkerTest, OfAContentUnderACommonKeyOneRecordStandsForAll) {
  linker_.reset();
  MemoryStore store;
  auto linker = open_linker(store, small_bundle(3), clock_);
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(linker->register_record(person_record({"gp", std::to_string(i)}, anna_)));
  EXPECT_EQ(linker->stats().identities, 1u);
  const auto answer = linker->match_person({.person = person_record({}, anna_)});
  EXPECT_EQ(answer->records_compared, 1u);
  ASSERT_EQ(answer->candidates.size(), 1u);
  EXPECT_EQ(answer->candidates[0].members.size(), 5u);
}

TEST_F(LinkerTest, ExplainSaysEachComparisonAndTheirSumIsTheWeight) {
  put("1", anna_);
  auto other = anna_;
  other[0].value = "Anne";
  put("2", other);
  const auto why = linker_->explain_pair({"gp", "1"}, {"gp", "2"});
  ASSERT_TRUE(why);
  ASSERT_EQ(why->comparisons.size(), 5u);
  EXPECT_EQ(why->comparisons[0].level, "alike");
  double sum = why->prior_weight;
  for (const auto& comparison : why->comparisons) sum += comparison.weight + comparison.tf_adjustment;
  EXPECT_NEAR(sum, why->decision.weight, 1e-9);
  EXPECT_EQ(why->decision.kind, DecisionKind::kLink);
  EXPECT_TRUE(why->same_identity);
  EXPECT_THAT(why->blocking_rules, testing::Contains(HasSubstr("dob")));
  EXPECT_EQ(linker_->explain_pair({"gp", "2"}, {"gp", "1"})->decision.weight, why->decision.weight);
  EXPECT_EQ(linker_->explain_pair({"gp", "1"}, {"gp", "9"}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(linker_->explain_pair({"gp", "1"}, {"gp", "1"}).error().code, ErrorCode::kInvalidInput);
}

TEST_F(LinkerTest, ExplainNamesTheGuard) {
  put("1", anna_);
  auto twin = anna_;
  twin[0].value = "Omar";
  put("2", twin);
  const auto why = linker_->explain_pair({"gp", "1"}, {"gp", "2"});
  EXPECT_EQ(why->guard_name, "twins");
  EXPECT_TRUE(why->decision.apart);
  EXPECT_FALSE(why->same_identity);
}

TEST_F(LinkerTest, APersonIsShownWithGoldenRecordMembersAndTies) {
  put("1", anna_, 5 * kDay);
  put("2", anna_with({"phone", "0161 496 0001"}), 6 * kDay);
  const Person found = person(id_of("1"));
  EXPECT_THAT(found.members, testing::SizeIs(2));
  EXPECT_EQ(found.members[0].key, (RecordKey{"gp", "1"}));
  EXPECT_EQ(found.members[0].event_ms, 5 * kDay);
  ASSERT_THAT(found.ties, testing::SizeIs(1));
  EXPECT_GT(found.ties[0].weight, 6);
  const auto given = std::find_if(found.golden.begin(), found.golden.end(),
                                  [](const auto& f) { return f.name == "given_name"; });
  ASSERT_NE(given, found.golden.end());
  EXPECT_EQ(given->value, "Anna");
  EXPECT_EQ(given->from, (RecordKey{"gp", "2"}));
}

TEST_F(LinkerTest, UnknownPeopleAndRecordsAreNotFound) {
  EXPECT_EQ(linker_->find_person({77}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(linker_->find_person({}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(linker_->find_record({"gp", "x"}).error().code, ErrorCode::kNotFound);
}

TEST_F(LinkerTest, ManyRecordsAreAnsweredOneByOneInOrder) {
  std::vector<SourceRecord> records = {person_record({"gp", "1"}, anna_), person_record({"gp", ""}, anna_),
                                       person_record({"gp", "2"}, anna_), person_record({"gp", "1"}, anna_)};
  const auto answers = linker_->register_records(records);
  ASSERT_EQ(answers.size(), 4u);
  EXPECT_EQ(answers[0]->outcome, RegisterOutcome::kNew);
  EXPECT_EQ(answers[1].error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(answers[2]->outcome, RegisterOutcome::kLinked);
  EXPECT_EQ(answers[3]->outcome, RegisterOutcome::kUnchanged);
}

}  // namespace
}  // namespace gmpi
