// Power cuts, failed syncs and full disks, injected below RocksDB. How often: GMPI_POWER_CYCLES (40) and
// GMPI_ERRNO_STEPS (30).
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "index/store/committer.h"
#include "index/store/rocks_store.h"
#include "tests/index/store/crash_workload.h"
#include "tests/index/store/fault_file_system.h"
#include "tests/index/store/temporary_directory.h"

namespace gmpi {
namespace {

int count_asked(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::atoi(text) : otherwise;
}

/// A store over a faulty file system, and the acks its writers got.
class Machine {
 public:
  Machine(const TemporaryDirectory& directory, bool with_witness) : env_(rocksdb::NewCompositeEnv(faults_)) {
    options_ = {.path = directory / "store",
                .witness_path = with_witness ? directory / "witness" : "",
                .witness_sync_interval = std::chrono::milliseconds(0),
                .memtable_bytes = 256u << 10,
                .memtables_bytes_total = 1u << 20,
                .env = env_.get()};
  }

  FaultFileSystem& faults() { return *faults_; }
  /// Borrows the machine.
  Result<std::unique_ptr<RocksStore>> open() { return RocksStore::open(options_); }

  /// Writers on 8 threads until `stop` says so or the store fails. Returns the acks.
  std::vector<Ack> write(Store& store, std::uint64_t first_id, const std::function<void()>& meanwhile) {
    std::vector<Ack> acks;
    std::mutex mutex;
    std::atomic<std::uint64_t> next_id = first_id;
    std::atomic<bool> stop = false;
    Committer committer(store);
    std::vector<std::thread> writers;
    for (int i = 0; i < 8; ++i)
      writers.emplace_back([&] {
        while (!stop) {
          const std::uint64_t id = next_id++;
          const auto ticket = committer.submit(crash_request(id));
          if (!ticket || !committer.wait_durable(*ticket)) return;
          const std::lock_guard lock(mutex);
          acks.push_back({id, ticket->seq});
        }
      });
    meanwhile();
    stop = true;
    for (auto& writer : writers) writer.join();
    return acks;
  }

 private:
  std::shared_ptr<FaultFileSystem> faults_ = std::make_shared<FaultFileSystem>();
  std::unique_ptr<rocksdb::Env> env_;
  RocksStoreOptions options_;
};

void sleep_ms(std::int64_t ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

TEST(PowerCut, no_acknowledged_commit_is_lost_and_none_is_half_there) {
  const int cycles = count_asked("GMPI_POWER_CYCLES", 40);
  TemporaryDirectory directory;
  Random random(11);
  std::vector<Ack> all;
  std::size_t lost = 0;
  for (int cycle = 0; cycle <= cycles; ++cycle) {
    Machine machine(directory, true);
    auto store = machine.open();
    ASSERT_TRUE(store.ok()) << "cycle " << cycle << ": " << store.error().message;
    if (cycle % 10 == 0 || cycle == cycles) {
      const CrashFindings findings = check_acks(**store, all);
      lost += findings.lost;
      EXPECT_EQ(findings.lost, 0u) << "cycle " << cycle;
      ASSERT_TRUE(findings.broken.empty()) << "cycle " << cycle << ": " << findings.broken.front();
      ASSERT_TRUE((*store)->verify());
    }
    const auto acks = machine.write(**store, static_cast<std::uint64_t>(cycle) * 1'000'000'000, [&] {
      sleep_ms(random.between(10, 50));
      machine.faults().cut_power();
    });
    all.insert(all.end(), acks.begin(), acks.end());
    store->reset();
    machine.faults().lose_unsynced(random);
  }
  std::printf("%d power cuts, %zu acknowledged commits, %zu lost\n", cycles, all.size(), lost);
}

TEST(PowerCut, the_model_sees_losses_when_the_drive_lies_and_the_witness_refuses_the_store) {
  std::size_t lost = 0, refused = 0, acked = 0;
  Random random(12);
  constexpr int kCycles = 10;
  for (int cycle = 0; cycle < kCycles; ++cycle) {
    TemporaryDirectory directory;
    std::vector<Ack> acks;
    {
      Machine machine(directory, true);
      auto store = machine.open();
      ASSERT_TRUE(store.ok());
      machine.faults().lie_about_syncs();
      acks = machine.write(**store, 0, [&] {
        sleep_ms(random.between(20, 50));
        machine.faults().cut_power();
      });
      store->reset();
      machine.faults().lose_unsynced(random);
    }
    acked += acks.size();
    Machine watched(directory, true), blind(directory, false);
    refused += !watched.open().ok();
    auto store = blind.open();
    lost += store.ok() ? check_acks(**store, acks).lost : acks.size();
  }
  std::printf("control: %zu of %zu acknowledged commits lost by a lying drive, %zu of %d stores refused\n",
              lost, acked, refused, kCycles);
  EXPECT_GT(lost, 0u) << "a model that loses nothing here proves nothing elsewhere";
  EXPECT_EQ(refused, static_cast<std::size_t>(kCycles)) << "a shortened log must not open in silence";
}

/// Runs `arm`, writes until the fault, and checks that it was told, stays told, and lost nothing.
void survive(const TemporaryDirectory& directory, int step, std::vector<Ack>& all,
             const std::function<void(FaultFileSystem&)>& arm) {
  Machine machine(directory, true);
  {
    auto store = machine.open();
    ASSERT_TRUE(store.ok()) << "step " << step << ": " << store.error().message;
    arm(machine.faults());
    const auto acks = machine.write(**store, static_cast<std::uint64_t>(step) * 1'000'000'000, [&] {
      for (int i = 0; i < 5000 && !machine.faults().fault_met(); ++i) sleep_ms(1);
      sleep_ms(5);
    });
    all.insert(all.end(), acks.begin(), acks.end());
    ASSERT_TRUE(machine.faults().fault_met()) << "step " << step;
    const auto after = (*store)->commit(crash_request(999'999'999));
    ASSERT_FALSE(after.ok()) << "step " << step << ": a failed store must not go on";
    EXPECT_EQ(after.error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE((*store)->failure()) << "step " << step << ": nobody can know why";
    EXPECT_EQ(check_acks(**store, all).lost, 0u) << "step " << step << ": reads go on";
  }
  Machine recovered(directory, true);
  auto store = recovered.open();
  ASSERT_TRUE(store.ok()) << "step " << step << ": " << store.error().message;
  const CrashFindings findings = check_acks(**store, all);
  EXPECT_EQ(findings.lost, 0u) << "step " << step;
  ASSERT_TRUE(findings.broken.empty()) << "step " << step << ": " << findings.broken.front();
}

TEST(DiskFault, a_failed_sync_fails_the_store_and_loses_nothing) {
  TemporaryDirectory directory;
  std::vector<Ack> all;
  for (int k = 1; k <= count_asked("GMPI_ERRNO_STEPS", 30) && !::testing::Test::HasFatalFailure(); ++k)
    survive(directory, k, all, [k](FaultFileSystem& faults) { faults.fail_sync(k); });
  EXPECT_GT(all.size(), 100u);
}

TEST(DiskFault, a_full_disk_fails_the_store_and_loses_nothing) {
  TemporaryDirectory directory;
  std::vector<Ack> all;
  for (int k = 1; k <= count_asked("GMPI_ERRNO_STEPS", 30) && !::testing::Test::HasFatalFailure(); ++k)
    survive(directory, k, all, [k](FaultFileSystem& faults) { faults.fill_disk_at_append(k); });
  EXPECT_GT(all.size(), 100u);
}

}  // namespace
}  // namespace gmpi
