// kill -9 under load, again and again. GMPI_KILL_CYCLES sets how often (20).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "base/random.h"
#include "index/store/rocks_store.h"
#include "tests/index/store/crash_workload.h"
#include "tests/index/store/temporary_directory.h"

extern char** environ;

namespace gmpi {
namespace {

int cycles_asked(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::atoi(text) : otherwise;
}

/// The writing program, its acks read while it lives.
class Writer {
 public:
  Writer(const std::string& store, const std::string& witness, std::uint64_t first_id) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string program = GMPI_KILL_WRITER, id = std::to_string(first_id), at = store, seen = witness;
    char* arguments[] = {program.data(), at.data(), seen.data(), id.data(), nullptr};
    if (::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments, environ) != 0)
      throw std::runtime_error("cannot start " + program);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    read_end_ = ends[0];
  }
  ~Writer() { ::close(read_end_); }

  /// Until the first ack, so that a slow start is not counted as a cycle without work.
  void wait_for_first_ack(std::vector<Ack>& acks) {
    while (acks.empty() && read_some(acks, 10'000)) {
    }
  }
  void read_for(std::chrono::milliseconds span, std::vector<Ack>& acks) {
    const auto end = std::chrono::steady_clock::now() + span;
    while (std::chrono::steady_clock::now() < end && read_some(acks, 1)) {
    }
  }
  void kill_and_drain(std::vector<Ack>& acks) {
    ::kill(process_, SIGKILL);
    while (read_some(acks, -1)) {
    }
    int status = 0;
    ::waitpid(process_, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself with " << WEXITSTATUS(status);
  }

 private:
  bool read_some(std::vector<Ack>& acks, int wait_ms) {
    pollfd watched{read_end_, POLLIN, 0};
    const int ready = ::poll(&watched, 1, wait_ms);
    if (ready == 0) return wait_ms < 1000;
    Ack batch[256];
    ssize_t count = ::read(read_end_, batch, sizeof batch);
    if (count <= 0) return false;
    // Each ack is written whole, but a read may end inside one.
    while (count % sizeof(Ack) != 0) {
      const ssize_t more =
          ::read(read_end_, reinterpret_cast<char*>(batch) + count, sizeof(Ack) - count % sizeof(Ack));
      if (more <= 0) return false;
      count += more;
    }
    acks.insert(acks.end(), batch, batch + count / sizeof(Ack));
    return true;
  }

  pid_t process_ = -1;
  int read_end_ = -1;
};

TEST(KillTest, no_acknowledged_commit_is_lost_and_none_is_half_there) {
  const int cycles = cycles_asked("GMPI_KILL_CYCLES", 20);
  TemporaryDirectory directory;
  const std::string path = directory / "store", witness = directory / "witness";
  Random random(7);
  std::vector<Ack> all;
  std::size_t lost = 0;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    std::vector<Ack> acks;
    Writer writer(path, witness, static_cast<std::uint64_t>(cycle) * 1'000'000'000);
    writer.wait_for_first_ack(acks);
    writer.read_for(std::chrono::milliseconds(random.between(5, 180)), acks);
    writer.kill_and_drain(acks);
    ASSERT_FALSE(acks.empty());
    all.insert(all.end(), acks.begin(), acks.end());

    const bool thorough = cycle % 10 == 9 || cycle == cycles - 1;
    auto store = RocksStore::open({.path = path, .witness_path = witness});
    ASSERT_TRUE(store.ok()) << "cycle " << cycle << ": " << store.error().message;
    const CrashFindings findings = check_acks(**store, thorough ? all : acks);
    lost += findings.lost;
    EXPECT_EQ(findings.lost, 0u) << "cycle " << cycle;
    EXPECT_TRUE(findings.broken.empty()) << "cycle " << cycle << ": " << findings.broken.front();
    if (thorough) {
      ASSERT_TRUE((*store)->verify());
    }
    if (HasFailure()) break;
  }
  std::printf("%d kills, %zu acknowledged commits, %zu lost\n", cycles, all.size(), lost);
}

}  // namespace
}  // namespace gmpi
