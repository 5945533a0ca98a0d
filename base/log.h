// base/log.h - what the program tells its operator: lines on standard error, with a level and a time in UTC.
//
//     log::info("store opened: {} records, sequence {}", records, sequence);
//
// No patient data here (names, dates, NHS numbers, local ids): sequence numbers and enterprise ids only.
// Threads: any thread. The work is spdlog's, kept out of this header.
#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace gmpi::log {

enum class Level { kDebug, kInfo, kWarning, kError, kOff };

/// `json`: one JSON object a line ({"time","level","message"}) for log collectors.
void start(Level least, bool json);
bool is_on(Level level);
void write(Level level, std::string_view message);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (is_on(Level::kDebug)) write(Level::kDebug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  if (is_on(Level::kInfo)) write(Level::kInfo, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  if (is_on(Level::kWarning)) write(Level::kWarning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  if (is_on(Level::kError)) write(Level::kError, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace gmpi::log
