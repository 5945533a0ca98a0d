// What stewards say outranks weights, holds whole groups, survives, and can be taken back without a trace in who is who.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/linkage/linker_fixture.h"

namespace gmpi {
namespace {

using reference::PlainLinker;
using testing::IsEmpty;

const RecordKey kGp{"gp", "1"}, kAcute{"acute", "2"}, kCouncil{"council", "3"};

SourceRecord record(const RecordKey& key, const std::string& given, const std::string& surname, const std::string& dob,
                    const std::string& postcode) {
  return {.key = key,
          .version = {},
          .event_ms = 0,
          .fields = {{"given_name", given}, {"surname", surname}, {"dob", dob}, {"postcode", postcode}},
          .verbatim_format = VerbatimFormat::kNone,
          .verbatim = {}};
}

SourceRecord ada(const RecordKey& key) { return record(key, "Ada", "Okafor", "1985-06-02", "M3 2BW"); }
SourceRecord bob(const RecordKey& key) { return record(key, "Robert", "Lindqvist", "1951-11-23", "OL1 1AA"); }

class Stewards : public testing::Test {
 protected:
  AssertionAnswer say(const RecordKey& a, const RecordKey& b, AssertionKind kind) {
    auto answer = linker->assert_pair({.left = a, .right = b, .kind = kind, .author = "s.patel", .reason = "asked"});
    if (!answer) throw std::runtime_error(answer.error().message);
    return *answer;
  }
  bool together(const RecordKey& a, const RecordKey& b) {
    return *linker->enterprise_id_of(a) == *linker->enterprise_id_of(b);
  }
  void reopen() {
    linker.reset();
    linker = open_linker(store, bundle, clock);
  }
  void put(const SourceRecord& one) { ASSERT_TRUE(linker->register_record(one)); }
  void expect_sound() { EXPECT_THAT(linker->check().faults, IsEmpty()); }

  const ManualClock clock{1'700'000'000'000};
  const ModelBundle bundle = small_bundle(0);
  MemoryStore store;
  std::unique_ptr<Linker> linker = open_linker(store, bundle, clock);
};

TEST_F(Stewards, SayThatTwoWhomNothingConnectsAreOnePerson) {
  put(ada(kGp));
  put(bob(kAcute));
  ASSERT_FALSE(together(kGp, kAcute));
  const AssertionAnswer said = say(kGp, kAcute, AssertionKind::kSame);
  EXPECT_TRUE(said.created && said.in_force && said.fresh);
  EXPECT_EQ(said.left_person, said.right_person);
  EXPECT_TRUE(together(kGp, kAcute));
  expect_sound();
  reopen();
  EXPECT_TRUE(together(kGp, kAcute));
  EXPECT_EQ(linker->find_assertion(said.assertion.id)->assertion, said.assertion);
  const auto person = linker->find_person(*linker->enterprise_id_of(kGp));
  ASSERT_TRUE(person);
  EXPECT_THAT(person->lineage.back().reason + person->lineage[person->lineage.size() - 2].reason,
              testing::HasSubstr("a steward said"));
}

TEST_F(Stewards, SayThatTwoOfOneDescriptionAreDifferentPeople) {
  put(ada(kGp));
  put(ada(kAcute));
  ASSERT_TRUE(together(kGp, kAcute));
  const EnterpriseId before = *linker->enterprise_id_of(kGp);
  say(kAcute, kGp, AssertionKind::kDifferent);
  EXPECT_FALSE(together(kGp, kAcute));
  EXPECT_EQ(*linker->enterprise_id_of(kGp), before) << "the part with the earliest record keeps the id";
  EXPECT_EQ(linker->stats().open_reviews, 0u) << "what a steward has settled is no question";
  expect_sound();
}

TEST_F(Stewards, KeepGroupsApartThatALaterRecordBridges) {
  put(ada(kGp));
  put(ada(kAcute));
  say(kGp, kAcute, AssertionKind::kDifferent);
  put(ada(kCouncil));  // links to both
  EXPECT_FALSE(together(kGp, kAcute));
  EXPECT_EQ(linker->stats().open_reviews, 0u) << "a link between the two groups is settled too";
  expect_sound();
  reopen();
  EXPECT_FALSE(together(kGp, kAcute));
}

TEST_F(Stewards, HoldTogetherRecordsThatChangeAfterwards) {
  put(ada(kGp));
  put(bob(kAcute));
  say(kGp, kAcute, AssertionKind::kSame);
  put(record(kAcute, "Robert", "Lind", "1951-11-23", "OL1 1AB"));
  EXPECT_TRUE(together(kGp, kAcute));
  ASSERT_TRUE(linker->retract_record(kAcute));
  put(bob(kAcute));  // back again
  EXPECT_TRUE(together(kGp, kAcute));
  expect_sound();
}

TEST_F(Stewards, AreAskedAgainWhenARecordTheyToldApartChanges) {
  put(ada(kGp));
  put(ada(kAcute));
  const auto said = say(kGp, kAcute, AssertionKind::kDifferent);
  ASSERT_EQ(linker->stats().open_reviews, 0u);
  put(record(kAcute, "Ada", "Okafor", "1985-06-02", "SK1 3XE"));
  EXPECT_FALSE(together(kGp, kAcute)) << "the word holds";
  EXPECT_EQ(linker->stats().open_reviews, 1u);
  EXPECT_FALSE(linker->find_assertion(said.assertion.id)->fresh);
  const auto page = linker->open_questions({}, 10);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->questions.size(), 1u);
  EXPECT_EQ(page->questions[0].kind, QuestionKind::kReopened);
  reopen();
  EXPECT_EQ(linker->stats().open_reviews, 1u);
  EXPECT_TRUE(say(kGp, kAcute, AssertionKind::kDifferent).created) << "said of the records as they are now";
  EXPECT_EQ(linker->stats().open_reviews, 0u);
  put(ada(kAcute));
  expect_sound();
}

TEST_F(Stewards, TakeAWordBackAndEverythingIsAsBefore) {
  put(ada(kGp));
  put(ada(kAcute));
  put(bob(kCouncil));
  const auto ids = ids_of(*linker);
  const auto person = linker->find_person(ids.at(kGp));
  for (const AssertionKind kind : {AssertionKind::kDifferent, AssertionKind::kUnsure, AssertionKind::kSame}) {
    const auto said = say(kGp, kAcute, kind), other = say(kAcute, kCouncil, AssertionKind::kSame);
    for (const auto& one : {said, other}) {
      const auto undone = linker->undo_assertion(one.assertion.id, "lead", "mistaken");
      ASSERT_TRUE(undone);
      EXPECT_FALSE(undone->in_force);
      EXPECT_EQ(undone->assertion.undone->author, "lead");
    }
    EXPECT_EQ(ids_of(*linker), ids);
    const auto after = linker->find_person(ids.at(kGp));
    ASSERT_EQ(after->golden.size(), person->golden.size());
    for (std::size_t i = 0; i < person->golden.size(); ++i) EXPECT_EQ(after->golden[i].value, person->golden[i].value);
    expect_sound();
  }
  EXPECT_EQ(linker->assertions_about(kAcute)->size(), 6u) << "what was said stays to be read";
}

TEST_F(Stewards, TakingBackTheNewestWordBringsBackTheOneBefore) {
  put(ada(kGp));
  put(ada(kAcute));
  say(kGp, kAcute, AssertionKind::kDifferent);
  const auto newest = say(kGp, kAcute, AssertionKind::kSame);
  ASSERT_TRUE(together(kGp, kAcute));
  ASSERT_TRUE(linker->undo_assertion(newest.assertion.id, "lead", ""));
  EXPECT_FALSE(together(kGp, kAcute));
  EXPECT_FALSE(linker->undo_assertion(newest.assertion.id, "lead", "again")->created) << "twice is once";
  expect_sound();
}

TEST_F(Stewards, SayTheSameTwiceAndItIsOneAssertion) {
  put(ada(kGp));
  put(ada(kAcute));
  const auto first = say(kGp, kAcute, AssertionKind::kDifferent);
  const auto again = say(kAcute, kGp, AssertionKind::kDifferent);
  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.assertion.id, first.assertion.id);
}

TEST_F(Stewards, AreRefusedWithAReason) {
  put(ada(kGp));
  put(ada(kAcute));
  AssertionRequest request{.left = kGp, .right = kAcute, .kind = AssertionKind::kSame, .author = "s", .reason = ""};
  const auto refused = [&](ErrorCode code, const char* text) {
    const auto answer = linker->assert_pair(request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, code);
    EXPECT_THAT(answer.error().message, testing::HasSubstr(text));
  };
  request.right = kGp;
  refused(ErrorCode::kInvalidInput, "itself");
  request.right = kCouncil;
  refused(ErrorCode::kNotFound, "right");
  request.right = kAcute;
  request.author = "";
  refused(ErrorCode::kInvalidInput, "author");
  request.author = "s";
  request.left_version = 9;
  refused(ErrorCode::kConflict, "left record is at version 1");
  EXPECT_EQ(linker->undo_assertion(99, "s", "").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(linker->assertions_about(kCouncil).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(*linker->assertions_about(kGp), IsEmpty());
}

/// What stewards say and take back, at random, and the words then in force told to the plain linker.
class RandomStewards {
 public:
  RandomStewards(Linker& linker, PlainLinker& plain, Random& random) : linker_(&linker), plain_(plain), random_(random) {}
  void use(Linker& linker) { linker_ = &linker; }

  void step(const RecordKey& a, const RecordKey& b) {
    if (!said_.empty() && random_.chance(0.3)) return undo();
    constexpr AssertionKind kKinds[] = {AssertionKind::kSame, AssertionKind::kDifferent, AssertionKind::kUnsure};
    const AssertionKind kind = kKinds[random_.below(3)];
    const auto answer = linker_->assert_pair({.left = a, .right = b, .kind = kind, .author = "s", .reason = ""});
    ASSERT_EQ(answer.ok(), a != b && plain_.holds(a) && plain_.holds(b));
    if (!answer || !answer->created) return;
    said_.push_back({answer->assertion.id, std::minmax(a, b), kind, false});
    tell(said_.back().pair);
  }

 private:
  struct Said {
    std::uint64_t id;
    std::pair<RecordKey, RecordKey> pair;
    AssertionKind kind;
    bool undone;
  };

  void undo() {
    Said& said = said_[random_.below(said_.size())];
    ASSERT_TRUE(linker_->undo_assertion(said.id, "s", ""));
    said.undone = true;
    tell(said.pair);
  }
  void tell(const std::pair<RecordKey, RecordKey>& pair) {
    std::optional<TieKind> word;
    for (const Said& said : said_)
      if (said.pair == pair && !said.undone)
        word = said.kind == AssertionKind::kSame        ? std::optional(TieKind::kSame)
               : said.kind == AssertionKind::kDifferent ? std::optional(TieKind::kDifferent)
                                                        : std::nullopt;
    plain_.say(pair.first, pair.second, word);
  }

  Linker* linker_;
  PlainLinker& plain_;
  Random& random_;
  std::vector<Said> said_;
};

/// Whether records that share an id in `fine` share one in `coarse` too.
bool refines(const std::map<RecordKey, EnterpriseId>& fine, const std::map<RecordKey, EnterpriseId>& coarse) {
  std::map<EnterpriseId, EnterpriseId> image;
  return std::all_of(fine.begin(), fine.end(), [&](const auto& record) {
    const EnterpriseId other = coarse.at(record.first);
    return image.try_emplace(record.second, other).first->second == other;
  });
}

std::set<std::set<RecordKey>> groups_of(const std::map<RecordKey, EnterpriseId>& ids) {
  std::map<EnterpriseId, std::set<RecordKey>> groups;
  for (const auto& [key, id] : ids) groups[id].insert(key);
  std::set<std::set<RecordKey>> all;
  for (const auto& [id, keys] : groups) all.insert(keys);
  return all;
}

/// What is said and taken back at once leaves the partition as it was, and, where whole people were merged or people
/// were split, every record the id it had.
void expect_exact_undoing(Linker& linker, const RecordKey& a, const RecordKey& b, AssertionKind kind) {
  const auto before = ids_of(linker);
  const auto said = linker.assert_pair({.left = a, .right = b, .kind = kind, .author = "s", .reason = ""});
  if (!said || !said->created) return;
  const auto during = ids_of(linker);
  ASSERT_TRUE(linker.undo_assertion(said->assertion.id, "s", ""));
  const auto after = ids_of(linker);
  ASSERT_TRUE(groups_of(after) == groups_of(before));
  if (refines(before, during) || refines(during, before)) {
    ASSERT_TRUE(after == before);
  }
}

struct StewardCase {
  std::uint32_t limit;
  const char* split_by;
  std::uint32_t component_records_max;
};

class RandomWords : public testing::TestWithParam<StewardCase> {};

TEST_P(RandomWords, GiveThePlainPartitionAfterEachStep) {
  const ManualClock clock(1'700'000'000'000);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const ModelBundle bundle =
        small_bundle(GetParam().limit, GetParam().split_by, GetParam().component_records_max);
    MemoryStore store;
    auto linker = open_linker(store, bundle, clock);
    PlainLinker plain(bundle);
    SmallWorld world(seed);
    RandomStewards stewards(*linker, plain, world.random());
    for (int step = 0; step < 70; ++step) {
      const RecordKey key = world.any_key(18);
      if (step > 15 && world.random().chance(0.35)) {
        const RecordKey other = world.any_key(18);
        ASSERT_NO_FATAL_FAILURE(expect_exact_undoing(*linker, key, other, AssertionKind::kSame));
        ASSERT_NO_FATAL_FAILURE(expect_exact_undoing(*linker, key, other, AssertionKind::kDifferent));
        ASSERT_NO_FATAL_FAILURE(stewards.step(key, other));
      } else if (world.random().chance(0.15)) {
        ASSERT_EQ(linker->retract_record(key).ok(), plain.holds(key));
        plain.remove(key, clock.now_ms());
      } else {
        const SourceRecord record = world.content(key);
        const bool anew = !plain.holds(key);
        ASSERT_TRUE(anew ? linker->register_record(record, 0) : linker->register_record(record));
        anew ? (void)plain.put_anew(record) : (void)plain.put(record);
      }
      ASSERT_EQ(partition_of(*linker), plain.partition()) << "step " << step;
      if (step % 10 == 9) {
        ASSERT_THAT(linker->check().faults, IsEmpty()) << "step " << step;
        const std::uint64_t open = linker->stats().open_reviews;
        linker.reset();
        linker = open_linker(store, bundle, clock);
        stewards.use(*linker);
        ASSERT_EQ(linker->stats().open_reviews, open);
        ASSERT_EQ(linker->open_questions({}, 1'000'000)->questions.size(), open);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Limits, RandomWords,
                         testing::Values(StewardCase{0, "", 0}, StewardCase{3, "", 0}, StewardCase{3, "\"dob\"", 4},
                                         StewardCase{0, "", 3}));

}  // namespace
}  // namespace gmpi
