// Another model makes everything be linked anew, and may be interrupted between any two commits. Whatever
// model opens the index afterwards finds one of two worlds, never a mixture: the identities as they were
// before, or as the interrupted relink decided them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "index/codec.h"
#include "index/store/bytes.h"
#include "index/store_keys.h"
#include "linkage/linker_impl.h"
#include "linkage/staged_identity.h"
#include "tests/linkage/faulty_store.h"
#include "tests/linkage/linker_fixture.h"

namespace gmpi {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr UnixMillis kNow = 1'700'000'000'000;
constexpr std::uint64_t kIdsMax = 200;  // more than any test gives out

ModelBundle model_a() {
  return small_bundle(0);
}
ModelBundle model_b() {
  return small_bundle(3);
}
ModelBundle model_c() {
  return small_bundle(6);
}

/// Without sequence: an interruption costs sequence numbers.
using Story = std::vector<std::tuple<LineageKind, EnterpriseId, RecordKey, std::string>>;

/// All that a reader can know of who is who.
struct World {
  std::map<RecordKey, EnterpriseId> exported;
  std::map<EnterpriseId, EnterpriseId> leads_to;  // of every id ever given out
  std::map<EnterpriseId, Story> lineage;

  bool operator==(const World&) const = default;
};

World look(const Linker& linker, const Store& store) {
  World world;
  world.exported = ids_of(linker);
  for (std::uint64_t id = 1; id < kIdsMax; ++id)
    if (const auto found = linker.person_version({id})) world.leads_to[{id}] = found->first;
  const Status scanned = store.scan(Table::kLineage, "", [&](const Row& row) {
    const auto entry = decode_lineage(row.value);
    world.lineage[entry->id].emplace_back(entry->kind, entry->other, entry->record.value_or(RecordKey{}),
                                          entry->reason);
    return true;
  });
  EXPECT_TRUE(scanned);
  return world;
}

/// An index that lived with model A.
void live(Store& store, std::uint64_t seed) {
  const ManualClock clock(kNow);
  SmallWorld world(seed);
  const auto linker = open_linker(store, model_a(), clock);
  for (int step = 0; step < 60; ++step) {
    const RecordKey key = world.any_key(25);
    if (world.random().chance(0.2))
      (void)linker->retract_record(key);
    else
      ASSERT_TRUE(linker->register_record(world.content(key)));
  }
}

LinkerOptions small_portions() {
  LinkerOptions options;
  options.rebuild_rows_per_commit = 4;
  return options;
}

/// What the index is when these models open it one after the other, undisturbed.
World undisturbed(std::uint64_t seed, const std::vector<ModelBundle>& models) {
  const ManualClock clock(kNow);
  MemoryStore store;
  live(store, seed);
  World world;
  for (const ModelBundle& model : models)
    world = look(*open_linker(store, model, clock, small_portions()), store);
  return world;
}

/// Interrupts the relinking from A to B after so many commits; true when it was done before that.
bool interrupt(Store& store, int commits) {
  const ManualClock clock(kNow);
  FailingStore failing(store, commits);
  return Linker::open(model_b(), failing, clock, small_portions()).ok();
}

TEST(LinkerRelink, InterruptedAnywhereAndOpenedByAnyModelIsWhatAnUndisturbedIndexIs) {
  const ManualClock clock(kNow);
  int interrupted = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed)
    for (const ModelBundle& next : {model_a(), model_b(), model_c()}) {
      const World as_before = undisturbed(seed, {next});
      const World as_decided = undisturbed(seed, {model_b(), next});
      bool decided = false, done = false;
      for (int commits = 0; !done; ++commits) {
        SCOPED_TRACE("seed " + std::to_string(seed) + ", interrupted after " + std::to_string(commits) +
                     " commits, opened by " + next.version);
        MemoryStore store;
        live(store, seed);
        done = interrupt(store, commits);
        interrupted += done ? 0 : 1;
        auto linker = open_linker(store, next, clock, small_portions());
        const World world = look(*linker, store);
        decided = decided || !(world == as_before);
        ASSERT_EQ(world == as_decided || !decided, true) << "neither the one world nor the other";
        ASSERT_THAT(linker->check().faults, IsEmpty());
        linker.reset();
        ASSERT_EQ(look(*open_linker(store, next, clock), store), world) << "not at rest";
      }
      ASSERT_TRUE(decided || as_before == as_decided);
    }
  EXPECT_GE(interrupted, 250);
}

TEST(LinkerRelink, InterruptedTwiceIsStillWhatAnUndisturbedIndexIs) {
  const ManualClock clock(kNow);
  Random random(11);
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const World expected = undisturbed(seed, {model_b()});
    MemoryStore store;
    live(store, seed);
    for (int times = 0; times < 3; ++times) (void)interrupt(store, static_cast<int>(random.below(16)));
    auto linker = open_linker(store, model_b(), clock, small_portions());
    ASSERT_EQ(look(*linker, store), expected) << "seed " << seed;
    ASSERT_THAT(linker->check().faults, IsEmpty());
  }
}

TEST(LinkerRelink, InterruptedIsRefusedToOtherModelsUnaskedAndEndedByItsOwnUnasked) {
  const ManualClock clock(kNow);
  LinkerOptions unasked = small_portions();
  unasked.relink = false;
  MemoryStore store;
  live(store, 1);
  ASSERT_FALSE(interrupt(store, 2));
  for (const ModelBundle& other : {model_a(), model_c()}) {
    const auto refused = Linker::open(other, store, clock, unasked);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_THAT(refused.error().message, HasSubstr("by model " + model_b().version + " was interrupted"));
  }
  auto linker = Linker::open(model_b(), store, clock, unasked);
  ASSERT_TRUE(linker) << linker.error().message;
  EXPECT_EQ(look(**linker, store), undisturbed(1, {model_b()}));
}

/// As if an older build had written the columns: another number, and other columns.
void make_older_form(Store& store) {
  std::vector<Write> batch = {Put{Table::kMeta, std::string(kStandardFormStoreKey), "0"}};
  const auto older = encode_standard({});
  ASSERT_TRUE(store.scan(Table::kStandard, "", [&](const Row& row) {
    batch.push_back(Put{Table::kStandard, std::string(row.key), older});
    return true;
  }));
  LinkageEvent event;
  event.sequence = store.head().seq + 1;
  event.kind = LinkageEventKind::kRelinked;
  ASSERT_TRUE(store.commit({.lock_keys = {}, .expected = {}, .batch = batch, .event = encode_event(event)}));
}

TEST(LinkerRelink, InterruptedStandardisingAnewNeverLeavesColumnsOfTwoForms) {
  const ManualClock clock(kNow);
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const World expected = undisturbed(seed, {model_a()});
    bool done = false;
    for (int commits = 0; !done; ++commits) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", after " + std::to_string(commits) + " commits");
      MemoryStore store;
      live(store, seed);
      make_older_form(store);
      FailingStore failing(store, commits);
      done = Linker::open(model_a(), failing, clock, small_portions()).ok();
      auto linker = open_linker(store, model_a(), clock, small_portions());
      ASSERT_EQ(look(*linker, store), expected);
      ASSERT_THAT(linker->check().faults, IsEmpty());
    }
  }
}

TEST(StagedIdentity, ReadsBackAndRefusesEveryOtherLength) {
  StagedIdentity staged{.state = {.id = {7}, .redirect = {3}, .members = {}}, .lineage = {}};
  for (const LineageKind kind : {LineageKind::kMerged, LineageKind::kLeft}) {
    LineageEntry entry;
    entry.id = {7};
    entry.kind = kind;
    entry.other = {3};
    entry.record = RecordKey{"gp", "1"};
    entry.reason = "weight 3.0 bits";
    staged.lineage.push_back(entry);
  }
  const std::string bytes = encode_staged(staged);
  const auto back = decode_staged({7}, bytes);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->state, staged.state);
  EXPECT_EQ(encode_staged(*back), bytes);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(decode_staged({7}, bytes.substr(0, length))) << length;
  EXPECT_FALSE(decode_staged({7}, bytes + '\0'));
  Random random(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string hostile = bytes;
    for (int changes = 0; changes < 3; ++changes)
      hostile[random.below(hostile.size())] = static_cast<char>(random.below(256));
    const auto read = decode_staged({7}, hostile);
    if (!read) continue;
    const std::string written = encode_staged(*read);  // what is accepted is a value like any other
    const auto again = decode_staged({7}, written);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(encode_staged(*again), written);
  }
}

}  // namespace
}  // namespace gmpi
