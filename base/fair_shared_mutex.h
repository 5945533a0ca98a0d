// base/fair_shared_mutex.h - many readers or one writer, and a writer waits only for readers that came before it.
//
// std::shared_mutex of glibc lets new readers in while a writer waits, so steady reading stops writing for ever.
// Meets the standard's SharedMutex requirements as far as std::unique_lock and std::shared_lock use them.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace gmpi {

class FairSharedMutex {
 public:
  void lock() {
    const std::lock_guard turn(turnstile_);
    mutex_.lock();
  }
  void unlock() { mutex_.unlock(); }
  void lock_shared() {
    const std::lock_guard turn(turnstile_);
    mutex_.lock_shared();
  }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::mutex turnstile_;
  std::shared_mutex mutex_;
};

}  // namespace gmpi
