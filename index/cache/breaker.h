// index/cache/breaker.h - when to leave a failing service alone, and when to try it again.
//
// After `failures_to_open` failures in a row nothing is tried for `first_delay`; each further failure doubles
// the wait up to `longest_delay`; one success closes the breaker. Tested by
// tests/index/cache/breaker_test.cc.
#pragma once

#include <algorithm>
#include <chrono>

namespace gmpi {

/// Threads: external lock needed.
class Breaker {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Span = std::chrono::milliseconds;

  Breaker(int failures_to_open, Span first_delay, Span longest_delay)
      : failures_to_open_(failures_to_open), first_delay_(first_delay), longest_delay_(longest_delay) {}

  bool allows(Time now) const { return failures_ < failures_to_open_ || now >= closed_until_; }
  void succeeded() {
    failures_ = 0;
    delay_ = Span::zero();
  }
  void failed(Time now) {
    if (++failures_ < failures_to_open_) return;
    delay_ = delay_ == Span::zero() ? first_delay_ : std::min(delay_ * 2, longest_delay_);
    closed_until_ = now + delay_;
  }
  /// Zero when it allows now.
  Span wait(Time now) const {
    return allows(now) ? Span::zero() : std::chrono::ceil<Span>(closed_until_ - now);
  }

 private:
  int failures_to_open_;
  Span first_delay_;
  Span longest_delay_;
  Span delay_{0};
  int failures_ = 0;
  Time closed_until_{};
};

}  // namespace gmpi
