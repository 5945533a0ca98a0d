#include "apps/stop_signal.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace gmpi {
namespace {

constexpr int kSignalExitBase = 128;  // the shells' convention; with SIGINT it is ExitCode::kInterrupted

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

StopSignal::StopSignal() {
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_fd_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  finish_fd_ = ::eventfd(0, EFD_CLOEXEC);
  waiter_ = std::thread([this] { wait(); });
}

StopSignal::~StopSignal() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t told = ::write(finish_fd_, &one, sizeof one);
  waiter_.join();
  ::close(signals_fd_);
  ::close(finish_fd_);
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void StopSignal::take_over(std::function<void()> handler) {
  const std::lock_guard lock(mutex_);
  taken_over_ = true;
  handler_ = std::move(handler);
}

void StopSignal::wait() {
  for (;;) {
    pollfd ready[2] = {{signals_fd_, POLLIN, 0}, {finish_fd_, POLLIN, 0}};
    if (::poll(ready, 2, -1) < 0) continue;  // EINTR
    if (ready[1].revents != 0) return;
    signalfd_siginfo info = {};
    if (::read(signals_fd_, &info, sizeof info) != sizeof info) continue;
    const std::lock_guard lock(mutex_);
    if (requested() || !taken_over_) ::_exit(kSignalExitBase + static_cast<int>(info.ssi_signo));
    signal_.store(static_cast<int>(info.ssi_signo), std::memory_order_relaxed);
    if (handler_) handler_();
  }
}

}  // namespace gmpi
