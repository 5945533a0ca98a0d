// index/store/rocks_log.h - what RocksDB has to tell goes into gmpi's log, not into a file of its own.
//
// RocksDB's default is a file LOG beside the data. On a full disk its lines cannot be written either, and a library
// built with assertions (Debian's) ends the process at the second of them, in the middle of reporting the first error.
#pragma once

#include <rocksdb/env.h>

#include <memory>

namespace gmpi {

/// RocksDB's errors are errors, its warnings debug lines (most speak of its own defaults); the rest is not asked for.
/// Threads: any. A line longer than 1,024 bytes is cut.
std::shared_ptr<rocksdb::Logger> rocks_log();

}  // namespace gmpi
