// Nobody is told what a crash can undo: reads over a disk that does not answer, and over one that has failed.

#include <chrono>
#include <future>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linkage/undurable_changes.h"
#include "tests/linkage/faulty_store.h"
#include "tests/linkage/linker_fixture.h"

namespace gmpi {
namespace {

using namespace std::chrono_literals;

TEST(UndurableChanges, SayOfEverythingTheNewestWaitingChangeThatTouchedIt) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Random random(seed);
    UndurableChanges changes;
    struct Noted {
      std::uint64_t sequence;
      std::optional<RowId> record;
      std::set<RowId> ties;
      std::set<std::uint64_t> identities, keys;
    };
    std::vector<Noted> all;
    std::uint64_t durable = 0;
    for (std::uint64_t sequence = 1; sequence < 60; ++sequence) {
      Noted noted{.sequence = sequence, .record = {}, .ties = {}, .identities = {}, .keys = {}};
      Changeset changeset;
      changeset.event.sequence = sequence;
      if (random.chance(0.7)) {
        noted.record = static_cast<RowId>(random.below(10));
        changeset.record.emplace().state.row = *noted.record;
      }
      for (std::uint64_t i = random.below(4); i > 0; --i) {
        changeset.ties.push_back({static_cast<RowId>(random.below(10)), true, {}});
        noted.ties.insert(changeset.ties.back().row);
        changeset.identities.push_back({.id = {1 + random.below(10)}, .redirect = {}, .members = {}});
        noted.identities.insert(changeset.identities.back().id.value);
        noted.keys.insert(random.below(10));
      }
      changes.add(changeset, {noted.keys.begin(), noted.keys.end()});
      all.push_back(std::move(noted));
      if (random.chance(0.3)) changes.retire(durable = durable + random.below(sequence - durable + 1));
      for (std::uint64_t id = 0; id < 11; ++id) {
        std::uint64_t record = 0, ties = 0, identity = 0, key = 0;
        for (const Noted& one : all) {
          if (one.sequence <= durable) continue;
          if (one.record == static_cast<RowId>(id)) record = one.sequence;
          if (one.ties.contains(static_cast<RowId>(id))) ties = one.sequence;
          if (one.identities.contains(id)) identity = one.sequence;
          if (one.keys.contains(id)) key = one.sequence;
        }
        ASSERT_EQ(changes.of_record(static_cast<RowId>(id)), record);
        ASSERT_EQ(changes.of_ties(static_cast<RowId>(id)), ties);
        ASSERT_EQ(changes.of_identity({id}), identity);
        ASSERT_EQ(changes.of_key(id), key);
      }
      ASSERT_EQ(changes.size(), sequence - durable);
    }
    changes.retire(59);
    EXPECT_TRUE(changes.empty());
  }
}

SourceRecord ada(const RecordKey& key) {
  return person_record(key, {{"given_name", "Ada"},
                             {"surname", "Okafor"},
                             {"dob", "1985-06-02"},
                             {"postcode", "M3 2BW"},
                             {"nhs_number", test_nhs_number(1)}});
}
SourceRecord bert(const RecordKey& key) {
  return person_record(key, {{"given_name", "Bert"},
                             {"surname", "Walsh"},
                             {"dob", "1951-11-23"},
                             {"postcode", "OL1 1AA"},
                             {"nhs_number", test_nhs_number(2)}});
}

/// Ada and Bert are known; a change about Ada waits for a disk that does not answer.
class WhileTheDiskIsBusy : public testing::Test {
 protected:
  WhileTheDiskIsBusy() {
    linker_ = open_linker(store_, small_bundle(), clock_);
    EXPECT_TRUE(linker_->register_record(ada({"gp", "a"})));
    EXPECT_TRUE(linker_->register_record(bert({"gp", "b"})));
    ada_ = *linker_->enterprise_id_of({"gp", "a"});
    store_.shut();
  }
  ~WhileTheDiskIsBusy() override {
    store_.open();
    if (change_.joinable()) change_.join();
  }

  /// Starts the change and returns once it is decided, though not durable.
  template <class Change>
  void begin(Change change) {
    const auto before = linker_->stats();
    change_ = std::thread([this, change] { change(*linker_); });
    while (linker_->stats().records == before.records) std::this_thread::yield();
  }

  /// The answer must not come before the disk has answered.
  template <class Read>
  auto wait_for(Read read) {
    auto answer = std::async(std::launch::async, [&] { return read(*linker_); });
    EXPECT_EQ(answer.wait_for(50ms), std::future_status::timeout) << "answered from what a crash can undo";
    store_.open();
    return answer.get();
  }

  const ManualClock clock_{1'700'000'000'000};
  MemoryStore memory_;
  GatedStore store_{memory_};
  std::unique_ptr<Linker> linker_;
  EnterpriseId ada_;
  std::thread change_;
};

class AndARecordIsNew : public WhileTheDiskIsBusy {
 protected:
  AndARecordIsNew() {
    begin([](Linker& linker) { ASSERT_TRUE(linker.register_record(ada({"mft", "1"}))); });
  }
};

TEST_F(AndARecordIsNew, TheRecordIsReadOnceItIsDurable) {
  EXPECT_TRUE(wait_for([](Linker& linker) { return linker.find_record({"mft", "1"}); }));
}
TEST_F(AndARecordIsNew, ItsIdentityIsToldOnceItIsDurable) {
  const auto id = wait_for([](Linker& linker) { return linker.enterprise_id_of({"mft", "1"}); });
  ASSERT_TRUE(id);
  EXPECT_EQ(*id, ada_);
}
TEST_F(AndARecordIsNew, ThePersonItJoinedIsReadOnceItIsDurable) {
  const auto person = wait_for([this](Linker& linker) { return linker.find_person(ada_); });
  ASSERT_TRUE(person);
  EXPECT_EQ(person->members.size(), 2u);
  EXPECT_EQ(person->version, 3u);
}
TEST_F(AndARecordIsNew, TheVersionOfThePersonIsToldOnceItIsDurable) {
  const auto version = wait_for([this](Linker& linker) { return linker.person_version(ada_); });
  ASSERT_TRUE(version);
  EXPECT_EQ(version->second, 3u);
}
TEST_F(AndARecordIsNew, AMatchThatFindsItIsAnsweredOnceItIsDurable) {
  const auto found = wait_for([](Linker& linker) { return linker.match_person({.person = ada({})}); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->candidates.at(0).members.size(), 2u);
  EXPECT_EQ(found->sequence, 3u);
}
TEST_F(AndARecordIsNew, APairWithItIsExplainedOnceItIsDurable) {
  EXPECT_TRUE(wait_for([](Linker& linker) { return linker.explain_pair({"gp", "a"}, {"mft", "1"}); }));
}
TEST_F(AndARecordIsNew, ATableOfAllRecordsIsWrittenOnceItIsDurable) {
  EXPECT_EQ(wait_for([](Linker& linker) { return ids_of(linker); }).size(), 3u);
}
TEST_F(AndARecordIsNew, TheSameContentAgainIsUnchangedOnceItIsDurable) {
  const auto again = wait_for([](Linker& linker) { return linker.register_record(ada({"mft", "1"})); });
  ASSERT_TRUE(again);
  EXPECT_EQ(again->outcome, RegisterOutcome::kUnchanged);
}
TEST_F(AndARecordIsNew, AConflictWithItIsToldOnceItIsDurable) {
  const auto refused = wait_for([](Linker& linker) { return linker.register_record(bert({"mft", "1"}), 7); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
}

TEST_F(AndARecordIsNew, WhoAsksForOthersWaitsForNothing) {
  EXPECT_TRUE(linker_->find_record({"gp", "b"}));
  const auto id = linker_->enterprise_id_of({"gp", "b"});
  ASSERT_TRUE(id);
  EXPECT_TRUE(linker_->find_person(*id));
  EXPECT_TRUE(linker_->person_version(*id));
  EXPECT_FALSE(linker_->find_record({"gp", "never seen"}));
  const auto found = linker_->match_person({.person = bert({})});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->candidates.size(), 1u);
  EXPECT_EQ(found->sequence, 2u) << "the newest state that no crash takes back";
}

class AndARecordIsRetracted : public WhileTheDiskIsBusy {
 protected:
  AndARecordIsRetracted() {
    begin([](Linker& linker) { ASSERT_TRUE(linker.retract_record({"gp", "a"})); });
  }
};

TEST_F(AndARecordIsRetracted, ItIsGoneOnceThatIsDurable) {
  const auto record = wait_for([](Linker& linker) { return linker.find_record({"gp", "a"}); });
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->retracted);
}
TEST_F(AndARecordIsRetracted, ItsIdIsRetiredOnceThatIsDurable) {
  EXPECT_FALSE(wait_for([this](Linker& linker) { return linker.person_version(ada_); }));
}
TEST_F(AndARecordIsRetracted, NobodyIsFoundOnceThatIsDurable) {
  const auto found = wait_for([](Linker& linker) { return linker.match_person({.person = ada({})}); });
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->candidates.empty());
}
TEST_F(AndARecordIsRetracted, RetractingItAgainFindsNothingOnceThatIsDurable) {
  const auto again = wait_for([](Linker& linker) { return linker.retract_record({"gp", "a"}); });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kNotFound);
}

// ---- a disk that failed

constexpr std::uint64_t kIdsMax = 120;
constexpr std::size_t kKeys = 25;

template <class Value, class Describe>
std::string told(const Result<Value>& answer, Describe describe) {
  if (answer) return describe(*answer);
  return std::string(error_code_name(answer.error().code)) +
         (answer.error().code == ErrorCode::kUnavailable ? "" : ": " + answer.error().message);
}

std::string describe(const std::vector<PersonTie>& ties) {
  std::ostringstream text;
  for (const auto& tie : ties)
    text << to_string(tie.left) << '-' << to_string(tie.right) << ' ' << tie.weight << '\n';
  return text.str();
}

std::string describe_person(const Person& person) {
  std::ostringstream text;
  text << to_string(person.id) << " v" << person.version << '\n'
       << describe(person.ties) << describe(person.reviews);
  for (const auto& member : person.members)
    text << to_string(member.key) << " v" << member.record_version << '\n';
  for (const auto& field : person.golden) text << field.name << '=' << field.value << '\n';
  for (const auto& entry : person.lineage)
    text << entry.sequence << ' ' << static_cast<int>(entry.kind) << '\n';
  return text.str();
}

std::string describe_match(const MatchAnswer& answer) {
  std::ostringstream text;
  text << answer.sequence << ' ' << answer.records_compared << ' ' << answer.generic_keys << answer.truncated
       << '\n';
  for (const auto& one : answer.candidates) {
    text << to_string(one.enterprise_id) << ' ' << to_string(one.record) << ' ' << one.weight << ' '
         << static_cast<int>(one.grade);
    for (const auto& key : one.members) text << ' ' << to_string(key);
    for (const auto& reason : one.reasons) text << ' ' << reason;
    text << '\n';
  }
  return text.str();
}

std::string describe_pair(const PairExplanation& pair) {
  std::ostringstream text;
  text << static_cast<int>(pair.decision.kind) << ' ' << pair.decision.weight << ' ' << pair.same_identity;
  for (const auto& rule : pair.blocking_rules) text << '\n' << rule;
  return text.str();
}

std::string describe_id(EnterpriseId id) { return id ? to_string(id) : "none"; }

/// What every verb that reads says, one answer an entry.
std::vector<std::string> all_answers(const Linker& linker, std::uint64_t seed) {
  std::vector<std::string> answers;
  std::vector<RecordKey> keys;
  for (std::size_t n = 0; n < kKeys; ++n)
    for (const char* source : {"acute", "council", "gp"}) keys.push_back({source, std::to_string(n)});
  for (std::size_t n = 0; n < keys.size(); ++n) {
    const RecordKey &key = keys[n], &other = keys[(n + 2) % keys.size()];
    answers.push_back(told(linker.find_record(key), [](const StoredRecord& stored) {
      std::string text = describe_id(stored.enterprise_id) + " v" + std::to_string(stored.record_version) +
                         (stored.retracted ? " retracted" : "");
      for (const auto& field : stored.record.fields) text += ' ' + field.value;
      return text;
    }));
    answers.push_back(told(linker.enterprise_id_of(key), [](EnterpriseId id) { return to_string(id); }));
    answers.push_back(told(linker.explain_pair(key, other), describe_pair));
  }
  for (std::uint64_t id = 1; id < kIdsMax; ++id) {
    answers.push_back(told(linker.person_version({id}), [](const auto& version) {
      return to_string(version.first) + " v" + std::to_string(version.second);
    }));
    answers.push_back(told(linker.find_person({id}), describe_person));
  }
  SmallWorld strangers(seed + 1000);
  for (int i = 0; i < 40; ++i)
    answers.push_back(told(linker.match_person({.person = strangers.content({})}), describe_match));
  return answers;
}

TEST(AfterTheDiskFailed, EveryAnswerIsThatOfTheDurableStateOrThatItCannotBeGiven) {
  const ManualClock clock(1'700'000'000'000);
  std::size_t given = 0, withheld = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const ModelBundle bundle = small_bundle(seed % 3 == 0 ? 0 : 4);
    MemoryStore memory;
    GatedStore store(memory);
    auto linker = open_linker(store, bundle, clock);
    SmallWorld world(seed);
    for (int step = 0; step < 50; ++step) {
      const RecordKey key = world.any_key(kKeys);
      if (world.random().chance(0.2))
        (void)linker->retract_record(key);
      else
        ASSERT_TRUE(linker->register_record(world.content(key)));
    }
    const std::vector<std::string> before = all_answers(*linker, seed);

    store.shut();
    std::vector<std::thread> changes;
    for (std::uint64_t n = 1 + world.random().below(3); n > 0; --n) {
      const RecordKey key = world.any_key(kKeys);
      if (world.random().chance(0.3))
        changes.emplace_back([&linker, key] { EXPECT_FALSE(linker->retract_record(key)); });
      else
        changes.emplace_back(
            [&linker, record = world.content(key)] { (void)linker->register_record(record); });
    }
    std::this_thread::sleep_for(2ms);
    store.fail();
    for (auto& change : changes) change.join();

    const std::vector<std::string> after = all_answers(*linker, seed);
    for (std::size_t i = 0; i < before.size(); ++i) {
      const bool is_withheld = after[i] == error_code_name(ErrorCode::kUnavailable);
      ++(is_withheld ? withheld : given);
      ASSERT_EQ(is_withheld ? before[i] : after[i], before[i]) << "answer " << i;
    }
    linker.reset();
    ASSERT_EQ(all_answers(*open_linker(memory, bundle, clock), seed), before);
  }
  EXPECT_GT(given, 4 * withheld) << "most of the index is still read";
  EXPECT_GT(withheld, 100u) << "the changes touched something";
}

TEST(AfterTheDiskFailed, NoChangeIsTaken) {
  const ManualClock clock(1'700'000'000'000);
  MemoryStore memory;
  GatedStore store(memory);
  auto linker = open_linker(store, small_bundle(), clock);
  ASSERT_TRUE(linker->register_record(ada({"gp", "a"})));
  store.fail();
  EXPECT_EQ(linker->register_record(bert({"gp", "b"})).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(linker->register_record(bert({"gp", "c"})).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(linker->retract_record({"gp", "a"}).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(linker->find_record({"gp", "a"}));
}

}  // namespace
}  // namespace gmpi
