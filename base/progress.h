// base/progress.h - tells a person at a terminal, or a program, how far a long job is. On standard error
// only.
//
// On a terminal one line is redrawn at most ten times a second; elsewhere one line is printed every ten
// seconds; as JSON one object a line every second. Each shows the amount done, the rate, the time left and,
// when there are any, the rows rejected.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <mutex>
#include <string>

namespace gmpi {

enum class ProgressStyle { kTerminal, kLines, kJson, kOff };

/// kTerminal when `file` is one, else kLines.
ProgressStyle progress_style_for(std::FILE* file);

/// One count of one job.
///
/// Threads: add() and reject() from any thread; they are one atomic addition and rarely a line of text.
class Progress {
 public:
  using Ticks = std::function<std::chrono::steady_clock::time_point()>;

  struct Options {
    std::string task;         // "import", "link": begins each line
    std::string unit;         // "records", "bytes"
    std::uint64_t total = 0;  // 0: unknown; no time left is shown
    ProgressStyle style = ProgressStyle::kOff;
    std::FILE* to = stderr;
  };

  explicit Progress(Options options, Ticks now = std::chrono::steady_clock::now);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  // finishes

  void add(std::uint64_t amount);
  /// Sets instead of adds; for callbacks that tell totals.
  void set(std::uint64_t done, std::uint64_t total);
  void reject(std::uint64_t rows);
  /// Prints the last state once and ends the line.
  void finish();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  void maybe_print();
  void print(TimePoint now, bool is_last);
  std::string text(double seconds) const;
  std::string json(double seconds, bool is_last) const;

  Options options_;
  Ticks now_;
  TimePoint start_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> total_;
  std::atomic<std::uint64_t> rejected_{0};
  std::atomic<std::int64_t> next_print_ns_;
  std::mutex printing_;
  std::size_t drawn_width_ = 0;
  bool finished_ = false;
};

/// 1234567 -> "1,234,567".
std::string with_thousands(std::uint64_t n);
/// 59 -> "59 s", 61 -> "1 min 01 s", 3725 -> "1 h 02 min".
std::string duration_text(double seconds);

}  // namespace gmpi
