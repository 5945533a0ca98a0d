#include "base/fair_shared_mutex.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace gmpi {
namespace {

TEST(FairSharedMutex, AWriterGetsItsTurnAmongSteadyReaders) {
  FairSharedMutex mutex;
  std::atomic<bool> stop{false};
  std::atomic<int> reads{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i)
    readers.emplace_back([&] {
      while (!stop) {
        const std::shared_lock lock(mutex);
        ++reads;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));  // so that some reader always holds it
      }
    });
  while (reads < 8) std::this_thread::yield();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) const std::unique_lock lock(mutex);
  const auto waited = std::chrono::steady_clock::now() - start;
  stop = true;
  for (auto& reader : readers) reader.join();
  EXPECT_LT(waited, std::chrono::seconds(10));
}

TEST(FairSharedMutex, WritersExcludeEverybody) {
  FairSharedMutex mutex;
  int value = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 2000; ++n) {
        {
          const std::unique_lock lock(mutex);
          ++value;
        }
        const std::shared_lock lock(mutex);
        ASSERT_GT(value, 0);
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(value, 8000);
}

}  // namespace
}  // namespace gmpi
