// The linker and its store: what comes back after closing, after damage, after another model.

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "index/byte_codec.h"
#include "index/codec.h"
#include "index/store/rocks_store.h"
#include "index/store_keys.h"
#include "tests/index/store/temporary_directory.h"
#include "tests/linkage/faulty_store.h"
#include "tests/linkage/linker_fixture.h"

namespace gmpi {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct Seen {
  std::map<RecordKey, EnterpriseId> ids;
  std::map<EnterpriseId, std::uint64_t> versions;
  std::uint64_t records, identities, sequence, open_reviews;

  bool operator==(const Seen&) const = default;
};

Seen look(const Linker& linker) {
  Seen seen;
  seen.ids = ids_of(linker);
  for (std::uint64_t id = 1; id < 200; ++id)
    if (const auto version = linker.person_version({id})) seen.versions[{id}] = version->second;
  const LinkerStats stats = linker.stats();
  seen.records = stats.records;
  seen.identities = stats.identities;
  seen.sequence = stats.sequence;
  seen.open_reviews = stats.open_reviews;
  return seen;
}

void live_for_a_while(Linker& linker, reference::PlainLinker& plain, SmallWorld& world, int steps) {
  for (int step = 0; step < steps; ++step) {
    const RecordKey key = world.any_key(25);
    if (world.random().chance(0.2)) {
      (void)linker.retract_record(key);
      plain.remove(key, 1);
    } else {
      const SourceRecord record = world.content(key);
      ASSERT_TRUE(linker.register_record(record));
      plain.put(record);
    }
  }
}

TEST(LinkerReopened, ComesUpAsItWasAndGoesOn) {
  const ManualClock clock(1'700'000'000'000);
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const ModelBundle bundle = small_bundle(seed % 3 == 0 ? 0 : 4);
    MemoryStore store;
    reference::PlainLinker plain(bundle);
    SmallWorld world(seed);
    for (int life = 0; life < 4; ++life) {
      auto linker = open_linker(store, bundle, clock);
      live_for_a_while(*linker, plain, world, 30);
      const Seen before = look(*linker);
      linker.reset();
      linker = open_linker(store, bundle, clock);
      ASSERT_EQ(look(*linker), before);
      ASSERT_EQ(partition_of(*linker), plain.partition());
      ASSERT_THAT(linker->check().faults, IsEmpty());
    }
  }
}

TEST(LinkerReopened, ComesUpFromRocksDbAsItWas) {
  const ManualClock clock(1'700'000'000'000);
  const TemporaryDirectory directory;
  const ModelBundle bundle = small_bundle(5);
  reference::PlainLinker plain(bundle);
  SmallWorld world(7);
  Seen before;
  for (int life = 0; life < 3; ++life) {
    auto store = RocksStore::open({.path = directory / "store", .witness_path = directory / "witness"});
    ASSERT_TRUE(store) << store.error().message;
    auto linker = open_linker(**store, bundle, clock);
    if (life > 0) {
      ASSERT_EQ(look(*linker), before);
    }
    live_for_a_while(*linker, plain, world, 60);
    ASSERT_EQ(partition_of(*linker), plain.partition());
    ASSERT_THAT(linker->check().faults, IsEmpty());
    before = look(*linker);
  }
}

TEST(LinkerReopened, WithAnotherModelEverythingIsLinkedAnewAndIdsAreKeptByRule) {
  const ManualClock clock(1'700'000'000'000);
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    MemoryStore store;
    reference::PlainLinker plain(small_bundle(0)), stricter(small_bundle(3));
    SmallWorld world(seed);
    std::map<RecordKey, EnterpriseId> before;
    {
      auto linker = open_linker(store, small_bundle(0), clock);
      live_for_a_while(*linker, plain, world, 50);
      before = ids_of(*linker);
    }
    auto linker = open_linker(store, small_bundle(3), clock);
    for (const auto& [key, id] : before) stricter.put(linker->find_record(key)->record);
    ASSERT_EQ(partition_of(*linker), stricter.partition());
    ASSERT_THAT(linker->check().faults, IsEmpty());
    for (const auto& [key, id] : before)
      ASSERT_TRUE(linker->find_person(id)) << "an id that was given out has no meaning";
    const Seen seen = look(*linker);
    linker.reset();
    linker = open_linker(store, small_bundle(3), clock);
    ASSERT_EQ(look(*linker), seen);
  }
}

/// Writes the state of every record as the first release did: without the order of its contents.
void write_states_of_the_first_format(Store& store) {
  CommitRequest request;
  ASSERT_TRUE(store.scan(Table::kRecord, "", [&](const Row& row) {
    const auto state = decode_state(row.value);
    ByteWriter out;
    out.byte(1);
    out.varint(state->row);
    out.byte(state->live ? 1 : 0);
    out.varint(state->sequence);
    out.varint(state->version);
    out.varint(state->last_version);
    out.signed_varint(state->event_ms);
    out.raw({reinterpret_cast<const char*>(state->hash.data()), state->hash.size()});
    out.varint(0);
    request.batch.push_back(Put{Table::kRecord, std::string(row.key), out.take()});
    return true;
  }));
  LinkageEvent event;
  event.sequence = store.head().seq + 1;
  event.kind = LinkageEventKind::kRelinked;
  request.event = encode_event(event);
  ASSERT_TRUE(store.commit(request));
}

TEST(LinkerReopened, KnowsTheOrderOfContentsThatAnOlderReleaseStored) {
  const ManualClock clock(1'700'000'000'000);
  const ModelBundle bundle = small_bundle();
  MemoryStore store;
  const auto sent = [](const char* id, UnixMillis event_ms, const char* version, const char* name) {
    auto record = person_record({"gp", id}, {{"given_name", name}, {"dob", "1980-05-01"}}, event_ms);
    record.version = version;
    return record;
  };
  {
    auto linker = open_linker(store, bundle, clock);
    for (const auto& record : {sent("1", 0, "7", "Anna"), sent("1", 0, "10", "Anne"), sent("2", 500, "", "Omar"),
                               sent("3", 500, "5", "Grace")})
      ASSERT_TRUE(linker->register_record(record));
    ASSERT_TRUE(linker->retract_record({"gp", "3"}));
  }
  write_states_of_the_first_format(store);
  auto linker = open_linker(store, bundle, clock);
  const auto code = [&](const SourceRecord& record) {
    const auto answer = linker->register_record(record);
    return answer ? std::string(outcome_name(answer->outcome)) : std::string(error_code_name(answer.error().code));
  };
  EXPECT_EQ(code(sent("1", 0, "10", "Anne")), "unchanged");
  EXPECT_EQ(code(sent("1", 0, "7", "Anna")), "unchanged");
  EXPECT_EQ(code(sent("1", 0, "7", "Petra")), "contradiction");
  EXPECT_EQ(code(sent("1", 0, "9", "Petra")), "superseded");
  EXPECT_EQ(code(sent("2", 499, "", "Peter")), "superseded");
  EXPECT_EQ(code(sent("3", 500, "5", "Grace")), "contradiction") << "deleted";
  EXPECT_EQ(code(sent("3", clock.now_ms() - 1, "6", "Grace")), "contradiction") << "deleted no earlier than it came";
  EXPECT_EQ(code(sent("3", clock.now_ms() + 1, "7", "Grace")), "new");
  EXPECT_THAT(linker->check().faults, IsEmpty());
}

TEST(LinkerStoreFailure, EndsAllChangesAndWhatWasAcknowledgedIsThere) {
  const ManualClock clock(1'700'000'000'000);
  MemoryStore store;
  SmallWorld world(3);
  reference::PlainLinker plain(small_bundle());
  {
    FailingStore failing(store, 10);
    auto linker = open_linker(failing, small_bundle(), clock);
    int acknowledged = 0;
    for (int i = 0; i < 20; ++i) {
      const SourceRecord record = world.content({"gp", std::to_string(i)});
      const auto answer = linker->register_record(record);
      if (answer) {
        ++acknowledged;
        plain.put(record);
      } else {
        EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
      }
    }
    EXPECT_EQ(acknowledged, 10);
    EXPECT_EQ(linker->retract_record({"gp", "1"}).error().code, ErrorCode::kUnavailable);
  }
  auto linker = open_linker(store, small_bundle(), clock);
  EXPECT_EQ(partition_of(*linker), plain.partition());
  EXPECT_THAT(linker->check().faults, IsEmpty());
}

/// Opens with another model over a store that fails after so many commits; true when it opened all the same.
bool relink_interrupted_after(int commits, std::uint64_t seed) {
  const ManualClock clock(1'700'000'000'000);
  MemoryStore store;
  SmallWorld world(seed);
  reference::PlainLinker plain(small_bundle(0)), stricter(small_bundle(3));
  std::map<RecordKey, EnterpriseId> before;
  {
    auto linker = open_linker(store, small_bundle(0), clock);
    live_for_a_while(*linker, plain, world, 50);
    before = ids_of(*linker);
  }
  FailingStore failing(store, commits);
  LinkerOptions small_portions;
  small_portions.rebuild_rows_per_commit = 4;
  const bool opened = Linker::open(small_bundle(3), failing, clock, small_portions).ok();
  auto linker = open_linker(store, small_bundle(3), clock);
  for (const auto& [key, id] : before) stricter.put(linker->find_record(key)->record);
  EXPECT_EQ(partition_of(*linker), stricter.partition());
  EXPECT_THAT(linker->check().faults, IsEmpty());
  return opened;
}

TEST(LinkerRelink, InterruptedAnywhereIsMadeGoodByTheNextOpening) {
  int interrupted = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed)
    for (int commits = 0; !relink_interrupted_after(commits, seed); ++commits) ++interrupted;
  EXPECT_GE(interrupted, 60);  // in the ties, between identities, before the note of the model
}

class DamagedStore : public testing::Test {
 protected:
  DamagedStore() {
    auto linker = open_linker(store_, small_bundle(), clock_);
    SmallWorld world(5);
    for (int i = 0; i < 12; ++i) (void)linker->register_record(world.content({"gp", std::to_string(i)}));
  }
  void write(std::vector<Write> batch) {
    ASSERT_TRUE(store_.commit({.lock_keys = {}, .expected = {}, .batch = std::move(batch), .event = ""}));
  }
  std::string refusal() {
    auto linker = Linker::open(small_bundle(), store_, clock_, {});
    if (linker) return "opened";
    EXPECT_EQ(linker.error().code, ErrorCode::kCorrupt);
    return linker.error().message;
  }

  const ManualClock clock_{1'700'000'000'000};
  MemoryStore store_;
};

TEST_F(DamagedStore, AMissingStandardRowIsRefused) {
  write({Delete{Table::kStandard, row_store_key(4)}});
  EXPECT_THAT(refusal(), HasSubstr("standard"));
}

TEST_F(DamagedStore, AMissingRecordIsRefused) {
  write({Delete{Table::kRecord, key_text({"gp", "3"})}});
  EXPECT_NE(refusal(), "opened");
}

TEST_F(DamagedStore, AMissingIdentityIsRefused) {
  write({Delete{Table::kIdentity, identity_store_key({1})}});
  EXPECT_THAT(refusal(), HasSubstr("identity"));
}

TEST_F(DamagedStore, ARecordInTwoIdentitiesIsRefused) {
  write({Put{Table::kIdentity, identity_store_key({99}),
             encode_identity({.id = {99}, .redirect = {}, .members = {0}})}});
  EXPECT_THAT(refusal(), HasSubstr("identity"));
}

TEST_F(DamagedStore, ACircleOfRedirectsIsRefused) {
  write({Put{Table::kIdentity, identity_store_key({98}),
             encode_identity({.id = {98}, .redirect = {99}, .members = {}})}});
  EXPECT_THAT(refusal(), HasSubstr("redirects"));
}

TEST_F(DamagedStore, GarbageInAnyTableIsRefused) {
  for (const Table table : {Table::kRecord, Table::kStandard, Table::kEdges, Table::kIdentity}) {
    MemoryStore fresh;
    write({Put{table,
               table == Table::kRecord     ? key_text({"gp", "3"})
               : table == Table::kIdentity ? identity_store_key({1})
                                           : row_store_key(3),
               "\x01garbage"}});
    EXPECT_NE(refusal(), "opened");
  }
}

TEST_F(DamagedStore, CheckFindsATieThatNobodyDecided) {
  write({Put{Table::kEdges, row_store_key(0),
             encode_ties({.sequence = 1, .ties = {{1, 2, TieKind::kLink, -1, 99.0}}})}});
  auto linker = Linker::open(small_bundle(), store_, clock_, {});
  ASSERT_TRUE(linker);
  EXPECT_FALSE((*linker)->check().faults.empty());
}

TEST_F(DamagedStore, CheckFindsContentThatIsNotWhatWasSent) {
  const auto content = person_record({"gp", "3"}, {{"surname", "Forged"}});
  write({Put{Table::kVersion, version_store_key(key_text({"gp", "3"}), 1), encode_content(content, 0)}});
  auto linker = Linker::open(small_bundle(), store_, clock_, {});
  ASSERT_TRUE(linker);
  EXPECT_THAT((*linker)->check().faults, testing::Contains(HasSubstr("differs from its hash")));
}

}  // namespace
}  // namespace gmpi
