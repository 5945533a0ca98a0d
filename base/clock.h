// base/clock.h - time as a parameter, so that a year of arrivals is one seeded test.
#pragma once

#include <chrono>
#include <cstdint>

namespace gmpi {

/// Milliseconds since 1970-01-01T00:00:00Z. Shown to people and written to history; never used to order commits
/// (the log's sequence number does that).
using UnixMillis = std::int64_t;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual UnixMillis now_ms() const = 0;
};

class SystemClock final : public Clock {
 public:
  UnixMillis now_ms() const override {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  }
};

/// Stands still until told; for tests and simulation. External lock needed.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(UnixMillis start_ms) : now_ms_(start_ms) {}
  UnixMillis now_ms() const override { return now_ms_; }
  void advance(UnixMillis by_ms) { now_ms_ += by_ms; }

 private:
  UnixMillis now_ms_;
};

}  // namespace gmpi
