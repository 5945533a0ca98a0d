// apps/stop_signal.h - Ctrl-C and `kill` as something a loop can ask about and a server can be told of.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

namespace gmpi {

/// Until a command takes over, a signal ends the process at once, as it would without this. After take_over()
/// the first one sets requested() and calls the handler on a thread of its own; the second ends the process
/// at once. Ended so, the exit code is 128 and the signal's number (130 for Ctrl-C).
///
/// Make it first in main(): the signals are blocked in the calling thread and those it starts later, and wait
/// for the thread here (no code runs inside a signal handler, no state is global).
/// Threads: requested() any thread.
class StopSignal {
 public:
  StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  ~StopSignal();

  /// From now on a request is answered by the command, by asking requested() or by the handler.
  /// The handler is called once. Call with nullptr before what it refers to dies.
  void take_over(std::function<void()> handler = nullptr);
  bool requested() const { return signal_.load(std::memory_order_relaxed) != 0; }
  /// SIGINT, SIGTERM or 0.
  int signal() const { return signal_.load(std::memory_order_relaxed); }

 private:
  void wait();

  std::atomic<int> signal_{0};
  std::mutex mutex_;  // of the two below
  bool taken_over_ = false;
  std::function<void()> handler_;
  int signals_fd_ = -1;
  int finish_fd_ = -1;
  std::thread waiter_;
};

}  // namespace gmpi
