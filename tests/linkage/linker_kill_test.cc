// kill -9 while records are registered; reopen; register all again: the partition of an undisturbed run.
// GMPI_KILL_CYCLES sets how often (12).

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "index/store/rocks_store.h"
#include "tests/index/store/temporary_directory.h"
#include "tests/linkage/kill_workload.h"
#include "tests/linkage/linker_fixture.h"

extern char** environ;

namespace gmpi {
namespace {

constexpr std::size_t kRecords = 240;

/// Runs the registrar, kills it after `acks` acknowledgements and returns all it gave.
std::vector<std::uint32_t> run_and_kill(const std::string& store, const std::string& witness,
                                        std::uint64_t seed, std::size_t acks) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string program = GMPI_KILL_REGISTRAR, at = store, seen = witness;
  std::string number = std::to_string(seed), count = std::to_string(kRecords);
  char* arguments[] = {program.data(), at.data(), seen.data(), number.data(), count.data(), nullptr};
  pid_t process = -1;
  if (::posix_spawn(&process, program.c_str(), &actions, nullptr, arguments, environ) != 0)
    throw std::runtime_error("cannot start " + program);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);

  std::vector<std::uint32_t> acknowledged;
  std::uint32_t ack = 0;
  while (acknowledged.size() < acks && ::read(ends[0], &ack, sizeof ack) == sizeof ack)
    acknowledged.push_back(ack);
  ::kill(process, SIGKILL);
  while (::read(ends[0], &ack, sizeof ack) == sizeof ack) acknowledged.push_back(ack);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(process, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself with " << WEXITSTATUS(status);
  return acknowledged;
}

TEST(LinkerKilled, LosesNothingAcknowledgedAndEndsWhereAnUndisturbedRunDoes) {
  const char* asked = std::getenv("GMPI_KILL_CYCLES");
  const int cycles = asked != nullptr ? std::atoi(asked) : 12;
  const SystemClock clock;
  std::size_t acknowledged_in_all = 0;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    SCOPED_TRACE("cycle " + std::to_string(cycle));
    const auto seed = static_cast<std::uint64_t>(cycle);
    const TemporaryDirectory directory;
    const auto records = kill_workload(seed, kRecords);
    Random random(seed);
    const auto acknowledged =
        run_and_kill(directory / "store", directory / "witness", seed, 1 + random.below(kRecords));
    acknowledged_in_all += acknowledged.size();

    auto store = RocksStore::open({.path = directory / "store", .witness_path = directory / "witness"});
    ASSERT_TRUE(store) << store.error().message;
    const ModelBundle bundle = small_bundle(kKillBlockRecordsMax);
    auto linker = open_linker(**store, bundle, clock);
    ASSERT_THAT(linker->check().faults, testing::IsEmpty());
    for (const std::uint32_t number : acknowledged) {
      const auto stored = linker->find_record(records[number].key);
      ASSERT_TRUE(stored) << "acknowledged and lost";
      ASSERT_EQ(stored->record.fields, records[number].fields);
    }
    reference::PlainLinker plain(bundle);
    for (const auto& record : records) plain.put(record);
    for (const auto& answer : linker->register_records(records))
      ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_EQ(partition_of(*linker), plain.partition());
    ASSERT_THAT(linker->check().faults, testing::IsEmpty());
  }
  EXPECT_GT(acknowledged_in_all, 0u);
}

}  // namespace
}  // namespace gmpi
