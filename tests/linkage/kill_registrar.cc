// The program linker_kill_test kills: registers made-up records through RocksDB on several threads and writes
// the number of each acknowledged one to standard output as four bytes.
//
//     linker_kill_registrar STORE WITNESS SEED RECORDS

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "index/store/rocks_store.h"
#include "tests/linkage/kill_workload.h"

int main(int argc, char** argv) {
  using namespace gmpi;
  if (argc != 5) return 2;
  auto store = RocksStore::open({.path = argv[1], .witness_path = argv[2]});
  if (!store) return std::fprintf(stderr, "%s\n", store.error().message.c_str()), 3;
  const SystemClock clock;
  auto linker = Linker::open(small_bundle(kKillBlockRecordsMax), **store, clock, {});
  if (!linker) return std::fprintf(stderr, "%s\n", linker.error().message.c_str()), 4;
  const auto records =
      kill_workload(std::strtoull(argv[3], nullptr, 10), std::strtoull(argv[4], nullptr, 10));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (std::size_t i = t; i < records.size(); i += 4) {
        if (!(*linker)->register_record(records[i])) std::_Exit(5);
        const auto number = static_cast<std::uint32_t>(i);
        if (::write(STDOUT_FILENO, &number, sizeof number) != sizeof number) std::_Exit(6);
      }
    });
  for (auto& thread : threads) thread.join();
  for (;;) ::pause();  // until killed
}
