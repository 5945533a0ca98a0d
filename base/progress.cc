#include "base/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>

#include "base/json_text.h"

namespace gmpi {
namespace {

std::int64_t interval_ns(ProgressStyle style) {
  switch (style) {
    case ProgressStyle::kTerminal: return 100'000'000;
    case ProgressStyle::kJson: return 1'000'000'000;
    default: return 10'000'000'000;
  }
}

/// 0.873 -> "0.87", 1234 -> "1,234", 5230000 -> "5.23 M".
std::string rate_text(double per_second) {
  if (per_second >= 1e9) return fmt::format("{:.2f} G", per_second / 1e9);
  if (per_second >= 1e6) return fmt::format("{:.2f} M", per_second / 1e6);
  if (per_second >= 10) return with_thousands(static_cast<std::uint64_t>(per_second));
  return fmt::format("{:.2f}", per_second);
}

}  // namespace

std::string with_thousands(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::llround(std::max(seconds, 0.0)));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

ProgressStyle progress_style_for(std::FILE* file) {
  return ::isatty(::fileno(file)) ? ProgressStyle::kTerminal : ProgressStyle::kLines;
}

Progress::Progress(Options options, Ticks now)
    : options_(std::move(options)),
      now_(std::move(now)),
      start_(now_()),
      total_(options_.total),
      next_print_ns_(interval_ns(options_.style)) {}

Progress::~Progress() {
  finish();
}

void Progress::add(std::uint64_t amount) {
  done_.fetch_add(amount, std::memory_order_relaxed);
  maybe_print();
}

void Progress::set(std::uint64_t done, std::uint64_t total) {
  done_.store(done, std::memory_order_relaxed);
  total_.store(total, std::memory_order_relaxed);
  maybe_print();
}

void Progress::reject(std::uint64_t rows) {
  rejected_.fetch_add(rows, std::memory_order_relaxed);
}

void Progress::maybe_print() {
  if (options_.style == ProgressStyle::kOff) return;
  const TimePoint now = now_();
  const std::int64_t elapsed = std::chrono::nanoseconds(now - start_).count();
  std::int64_t due = next_print_ns_.load(std::memory_order_relaxed);
  if (elapsed < due) return;
  // Whoever moves the due time prints; the others go on with their work.
  if (!next_print_ns_.compare_exchange_strong(due, elapsed + interval_ns(options_.style))) return;
  print(now, false);
}

void Progress::finish() {
  if (options_.style == ProgressStyle::kOff) return;
  print(now_(), true);
}

void Progress::print(TimePoint now, bool is_last) {
  const std::lock_guard lock(printing_);
  if (finished_) return;
  finished_ = is_last;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  if (options_.style == ProgressStyle::kTerminal) {
    const std::string line = text(seconds);
    const std::size_t blanks = drawn_width_ > line.size() ? drawn_width_ - line.size() : 0;
    fmt::print(options_.to, "\r{}{}{}", line, std::string(blanks, ' '), is_last ? "\n" : "");
    drawn_width_ = line.size();
  } else {
    fmt::print(options_.to, "{}\n",
               options_.style == ProgressStyle::kJson ? json(seconds, is_last) : text(seconds));
  }
  std::fflush(options_.to);
}

std::string Progress::text(double seconds) const {
  const auto done = done_.load(), total = total_.load(), rejected = rejected_.load();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string line = fmt::format("{}: {}", options_.task, with_thousands(done));
  if (total > 0) {
    line += fmt::format(" of {} {} ({:.0f} %)", with_thousands(total), options_.unit,
                        100.0 * static_cast<double>(done) / static_cast<double>(total));
  } else {
    line += " " + options_.unit;
  }
  line += fmt::format(", {}/s", rate_text(rate));
  if (total > done && rate > 0) {
    line += fmt::format(", {} left", duration_text(static_cast<double>(total - done) / rate));
  } else {
    line += fmt::format(", {}", duration_text(seconds));
  }
  if (rejected > 0) line += fmt::format(", {} rejected", with_thousands(rejected));
  return line;
}

std::string Progress::json(double seconds, bool is_last) const {
  const auto done = done_.load(), total = total_.load();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string line = R"({"task":)";
  append_json_string(line, options_.task);
  line += R"(,"unit":)";
  append_json_string(line, options_.unit);
  line += fmt::format(R"(,"done":{},"total":{},"rejected":{},"seconds":{:.3f},"per_second":{:.1f})", done,
                      total > 0 ? std::to_string(total) : "null", rejected_.load(), seconds, rate);
  if (total > done && rate > 0)
    line += fmt::format(R"(,"seconds_left":{:.1f})", static_cast<double>(total - done) / rate);
  line += fmt::format(R"(,"finished":{}}})", is_last);
  return line;
}

}  // namespace gmpi
