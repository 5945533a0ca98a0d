// The living linker against the plain one: after any history, the partition is what the set of records says.

#include <algorithm>
#include <array>
#include <barrier>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "index/codec.h"
#include "tests/linkage/linker_fixture.h"

namespace gmpi {
namespace {

using reference::Partition;
using reference::PlainLinker;

/// Registers, corrects and retracts at random, the same in both.
template <class World>
void random_step(Linker& linker, PlainLinker& plain, World& world, std::size_t keys) {
  const RecordKey key = world.any_key(keys);
  if (world.random().chance(0.2)) {
    ASSERT_EQ(linker.retract_record(key).ok(), plain.holds(key));
    plain.remove(key, 1);
    return;
  }
  const SourceRecord record = world.content(key);
  const auto answer = linker.register_record(record);
  ASSERT_TRUE(answer) << answer.error().message;
  plain.put(record);
}

/// Contents with few event times and source versions, or without, some sent before: they come late, twice, and
/// contradict each other.
class VersionedWorld {
 public:
  VersionedWorld(std::uint64_t seed, UnixMillis now_ms) : world_(seed), now_ms_(now_ms) {}

  SourceRecord content(const RecordKey& key) {
    std::vector<SourceRecord>& sent = sent_[key];
    if (!sent.empty() && random().chance(0.25)) return sent[random().below(sent.size())];
    SourceRecord record = world_.content(key);
    if (random().chance(0.75)) record.event_ms = now_ms_ + random().between(-4, 2) * 1000;
    if (random().chance(0.6)) record.version = kVersions[random().below(kVersions.size())];
    sent.push_back(record);
    return record;
  }
  RecordKey any_key(std::size_t keys) { return world_.any_key(keys); }
  Random& random() { return world_.random(); }

 private:
  static constexpr std::array kVersions = {"1", "2", "9", "10", "v9", "v10", "2024-01-31", "2024-02-01T08:00:00Z"};

  SmallWorld world_;
  UnixMillis now_ms_;
  std::map<RecordKey, std::vector<SourceRecord>> sent_;
};

Placement placement_of(const Result<RegisterAnswer>& answer) {
  if (!answer) {
    EXPECT_EQ(answer.error().code, ErrorCode::kContradiction) << answer.error().message;
    return answer.error().message.starts_with("version") ? Placement::kClash : Placement::kDeleted;
  }
  EXPECT_TRUE(answer->enterprise_id) << "every answer names a person";
  if (answer->outcome == RegisterOutcome::kUnchanged) return Placement::kRepeat;
  return answer->outcome == RegisterOutcome::kSuperseded ? Placement::kOlder : Placement::kCurrent;
}

TEST(RandomVersions, GiveThePlainPartitionAndTheSameAnswers) {
  const ManualClock clock(1'700'000'000'000);
  std::map<Placement, int> seen;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const ModelBundle bundle = small_bundle(seed % 2 == 0 ? 0 : 4);
    MemoryStore store;
    auto linker = open_linker(store, bundle, clock);
    PlainLinker plain(bundle);
    VersionedWorld world(seed, clock.now_ms());
    for (int step = 0; step < 80; ++step) {
      const RecordKey key = world.any_key(9);
      if (world.random().chance(0.08)) {
        ASSERT_EQ(linker->retract_record(key).ok(), plain.holds(key));
        plain.remove(key, clock.now_ms());
        continue;
      }
      const SourceRecord record = world.content(key);
      const bool anew = !plain.holds(key) && world.random().chance(0.3);
      const Placement expected = anew ? *plain.put_anew(record) : plain.put(record);
      const auto answer = anew ? linker->register_record(record, 0) : linker->register_record(record);
      ASSERT_EQ(placement_of(answer), expected) << "step " << step;
      ++seen[expected];
      const auto held = linker->find_record(key);
      ASSERT_EQ(held && !held->retracted, plain.holds(key));
      if (plain.holds(key)) {
        ASSERT_EQ(content_hash(held->record), content_hash(*plain.current(key))) << "step " << step;
      }
      if (step % 20 == 19) {
        linker.reset();
        linker = open_linker(store, bundle, clock);
      }
    }
    ASSERT_EQ(partition_of(*linker), plain.partition());
    ASSERT_THAT(linker->check().faults, testing::IsEmpty());
  }
  for (const Placement place : {Placement::kCurrent, Placement::kOlder, Placement::kRepeat, Placement::kClash,
                                Placement::kDeleted})
    EXPECT_GT(seen[place], 100) << static_cast<int>(place);
}

/// The same content under another key, now and then: copies are what makes keys too common first.
class CopyingWorld {
 public:
  explicit CopyingWorld(std::uint64_t seed) : world_(seed) {}

  SourceRecord content(const RecordKey& key) {
    SourceRecord record = world_.content(key);
    if (!known_.empty() && random().chance(0.5)) record.fields = known_[random().below(known_.size())].fields;
    if (known_.size() < 6) known_.push_back(record);
    return record;
  }
  RecordKey any_key(std::size_t keys) { return world_.any_key(keys); }
  Random& random() { return world_.random(); }

 private:
  SmallWorld world_;
  std::vector<SourceRecord> known_;
};

class RandomHistories : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomHistories, GiveThePlainPartitionAfterEveryFewSteps) {
  const ManualClock clock(1'700'000'000'000);
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const ModelBundle bundle = small_bundle(GetParam());
    MemoryStore store;
    auto linker = open_linker(store, bundle, clock);
    PlainLinker plain(bundle);
    SmallWorld world(seed);
    for (int step = 0; step < 60; ++step) {
      random_step(*linker, plain, world, 25);
      if (step % 7 == 0) {
        ASSERT_EQ(partition_of(*linker), plain.partition()) << "step " << step;
      }
    }
    ASSERT_EQ(partition_of(*linker), plain.partition());
    ASSERT_THAT(linker->check().faults, testing::IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(BlockRecordsMax, RandomHistories, testing::Values(0u, 2u, 3u, 5u, 9u));

struct SplitCase {
  std::uint32_t limit;
  const char* split_by;
  LinkType link_type = LinkType::kDedupeOnly;
  std::uint32_t component_records_max = 0;
};

class TooCommonKeys : public testing::TestWithParam<SplitCase> {
 protected:
  static ModelBundle bundle() {
    ModelBundle bundle = small_bundle(GetParam().limit, GetParam().split_by, GetParam().component_records_max);
    bundle.model.link_type = GetParam().link_type;
    return bundle;
  }
};

TEST_P(TooCommonKeys, AreSplitAsThePlainLinkerSaysAfterEachStep) {
  const ManualClock clock(1'700'000'000'000);
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    MemoryStore store;
    auto linker = open_linker(store, bundle(), clock);
    PlainLinker plain(bundle());
    CopyingWorld world(seed);
    for (int step = 0; step < 60; ++step) {
      random_step(*linker, plain, world, 22);
      ASSERT_EQ(partition_of(*linker), plain.partition()) << "step " << step;
      if (step % 5 == 0) {
        ASSERT_THAT(linker->check().faults, testing::IsEmpty()) << "step " << step;
      }
    }
    const auto before = partition_of(*linker);
    const LinkerStats stats = linker->stats();
    linker.reset();
    linker = open_linker(store, bundle(), clock);
    ASSERT_EQ(partition_of(*linker), before);
    EXPECT_EQ(linker->stats().split_keys, stats.split_keys);
    EXPECT_EQ(linker->stats().open_reviews, stats.open_reviews);
    ASSERT_THAT(linker->check().faults, testing::IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Splits, TooCommonKeys,
    testing::Values(SplitCase{1, ""}, SplitCase{3, ""}, SplitCase{2, "\"dob\""},
                    SplitCase{3, "\"dob\", \"postcode\", \"given_name\""},
                    SplitCase{5, "\"postcode\", \"given_name\""}, SplitCase{3, "", LinkType::kLinkOnly},
                    SplitCase{4, "\"postcode\", \"dob\"", LinkType::kLinkOnly},
                    SplitCase{0, "", LinkType::kDedupeOnly, 3}, SplitCase{0, "", LinkType::kDedupeOnly, 6},
                    SplitCase{3, "\"dob\"", LinkType::kDedupeOnly, 4},
                    SplitCase{0, "", LinkType::kLinkOnly, 2}));

TEST(LinkerOrder, ShufflesOfOneSetGiveOnePartition) {
  const ManualClock clock(1'700'000'000'000);
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const ModelBundle bundle = small_bundle(6);
    SmallWorld world(seed);
    std::vector<SourceRecord> records;
    for (int i = 0; i < 40; ++i) records.push_back(world.content({"gp", std::to_string(i)}));
    PlainLinker plain(bundle);
    for (const auto& record : records) plain.put(record);
    const Partition expected = plain.partition();
    for (int order = 0; order < 4; ++order) {
      for (std::size_t i = records.size(); i > 1; --i)
        std::swap(records[i - 1], records[world.random().below(i)]);
      MemoryStore store;
      auto linker = open_linker(store, bundle, clock);
      for (const auto& answer : linker->register_records(records))
        ASSERT_TRUE(answer) << answer.error().message;
      ASSERT_EQ(partition_of(*linker), expected) << "seed " << seed << ", order " << order;
    }
  }
}

TEST(LinkerOrder, ShufflesOfManyVersionsOfEachRecordGiveOnePartition) {
  const ManualClock clock(1'700'000'000'000);
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const ModelBundle bundle = small_bundle(6);
    SmallWorld world(seed);
    std::vector<SourceRecord> records;
    for (int i = 0; i < 25; ++i)
      for (std::uint64_t k = 1 + world.random().below(5); k > 0; --k) {
        // Dates that are missing, equal and out of step with the versions; versions that are missing where dates are.
        SourceRecord record = world.content({"gp", std::to_string(i)});
        const bool dated = i % 3 == 0 || world.random().chance(0.5);
        if (dated) record.event_ms = clock.now_ms() - static_cast<UnixMillis>(world.random().below(3)) * 1000;
        if (i % 3 != 0) record.version = std::to_string(k + 7);
        records.push_back(record);
        if (world.random().chance(0.3)) records.push_back(record);
      }
    PlainLinker plain(bundle);
    for (const auto& record : records) plain.put(record);
    const Partition expected = plain.partition();
    for (int order = 0; order < 4; ++order) {
      for (std::size_t i = records.size(); i > 1; --i)
        std::swap(records[i - 1], records[world.random().below(i)]);
      MemoryStore store;
      auto linker = open_linker(store, bundle, clock);
      for (const auto& answer : linker->register_records(records))
        ASSERT_TRUE(answer) << answer.error().message;
      ASSERT_EQ(partition_of(*linker), expected) << "seed " << seed << ", order " << order;
      const std::uint64_t sequence = store.head().seq;
      for (const auto& answer : linker->register_records(records))
        ASSERT_EQ(answer->outcome, RegisterOutcome::kUnchanged);
      ASSERT_EQ(store.head().seq, sequence) << "what came again was stored again";
    }
  }
}

TEST(LinkerThreads, EightThreadsRegisteringGiveThePlainPartition) {
  const SystemClock clock;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const ModelBundle bundle = small_bundle(8);
    SmallWorld world(seed);
    PlainLinker plain(bundle);
    std::vector<SourceRecord> records;
    for (int i = 0; i < 160; ++i) records.push_back(world.content({"gp", std::to_string(i)}));
    for (const auto& record : records) plain.put(record);
    MemoryStore store;
    auto linker = open_linker(store, bundle, clock);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 8; ++t)
      threads.emplace_back([&, t] {
        for (std::size_t i = t; i < records.size(); i += 8) {
          EXPECT_TRUE(linker->register_record(records[i]));
          (void)linker->match_person({.person = records[i]});
          (void)linker->stats();
        }
      });
    for (auto& thread : threads) thread.join();
    ASSERT_EQ(partition_of(*linker), plain.partition()) << "seed " << seed;
    ASSERT_THAT(linker->check().faults, testing::IsEmpty());
  }
}

TEST(LinkerThreads, FiftySimultaneousRegistrationsOfANewPersonMakeOneIdentity) {
  const SystemClock clock;
  const ModelBundle bundle = small_bundle();
  MemoryStore store;
  auto linker = open_linker(store, bundle, clock);
  std::barrier start(50);
  std::vector<std::thread> threads;
  for (int t = 0; t < 50; ++t)
    threads.emplace_back([&, t] {
      const auto record = person_record(
          {"gp", std::to_string(t)},
          {{"given_name", "Grace"}, {"surname", "Ashworth"}, {"dob", "1980-05-01"}, {"postcode", "M1 1AE"}});
      start.arrive_and_wait();
      EXPECT_TRUE(linker->register_record(record));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(linker->stats().identities, 1u);
  EXPECT_EQ(linker->stats().records, 50u);
}

}  // namespace
}  // namespace gmpi
