#include "index/store/rocks_log.h"

#include <array>
#include <cstdarg>
#include <cstdio>

#include "base/log.h"

namespace gmpi {
namespace {

class RocksLog final : public rocksdb::Logger {
 public:
  RocksLog() : Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}
  using rocksdb::Logger::Logv;

  void Logv(const char* format, va_list arguments) override {
    Logv(rocksdb::InfoLogLevel::WARN_LEVEL, format, arguments);
  }
  void Logv(rocksdb::InfoLogLevel from, const char* format, va_list arguments) override {
    const bool error = from == rocksdb::InfoLogLevel::ERROR_LEVEL || from == rocksdb::InfoLogLevel::FATAL_LEVEL;
    const log::Level level = error ? log::Level::kError : log::Level::kDebug;
    if (from < GetInfoLogLevel() || from == rocksdb::InfoLogLevel::HEADER_LEVEL || !log::is_on(level)) return;
    std::array<char, 1024> line;
    if (std::vsnprintf(line.data(), line.size(), format, arguments) < 0) return;
    log::write(level, fmt::format("store: {}", line.data()));
  }
};

}  // namespace

std::shared_ptr<rocksdb::Logger> rocks_log() { return std::make_shared<RocksLog>(); }

}  // namespace gmpi
