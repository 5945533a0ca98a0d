// Writes to a store from 16 threads until it is killed; tells each commit on standard output after it is
// durable.
//   store_kill_writer STORE WITNESS FIRST_ID
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "index/store/committer.h"
#include "index/store/rocks_store.h"
#include "tests/index/store/crash_workload.h"

int main(int argc, char** argv) {
  using namespace gmpi;
  if (argc != 4) return 2;
  auto store = RocksStore::open({.path = argv[1],
                                 .witness_path = argv[2],
                                 .witness_sync_interval = std::chrono::milliseconds(20),
                                 .memtable_bytes = 1u << 20,
                                 .memtables_bytes_total = 4u << 20});
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 3;
  }
  std::atomic<std::uint64_t> next_id = std::strtoull(argv[3], nullptr, 10);
  Committer committer(**store);
  std::vector<std::thread> writers;
  for (int i = 0; i < 16; ++i)
    writers.emplace_back([&] {
      for (;;) {
        const std::uint64_t id = next_id++;
        const auto ticket = committer.submit(crash_request(id));
        if (!ticket || !committer.wait_durable(*ticket)) std::_Exit(4);
        const Ack ack{id, ticket->seq};
        if (::write(STDOUT_FILENO, &ack, sizeof ack) != sizeof ack) std::_Exit(5);
      }
    });
  for (auto& writer : writers) writer.join();
}
