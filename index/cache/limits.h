// index/cache/limits.h - every number that bounds the cache.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gmpi {

// One transaction: at most so many events, and it is sent once it has so many bytes (one event may exceed
// them).
inline constexpr std::size_t kCacheBatchEventsMax = 256;
inline constexpr std::size_t kCacheBatchBytesMax = 1u << 20;

// Events kept in the stream, by default. A reader that was away for longer sees a gap.
inline constexpr std::uint64_t kCacheStreamEventsMax = 1'000'000;

// Events that the stream may be behind the log and still be called "following"; beyond it the state is
// "catching up", and /readyz calls the part not ready. Four batches: more than one burst of commits, less
// than a reader notices.
inline constexpr std::uint64_t kCacheLagReadyMax = 1'000;

// Readers at the same moment; one more gets a miss.
inline constexpr std::size_t kCacheReadConnections = 4;

// Bytes of the replies of one exchange; beyond it the connection is closed.
inline constexpr std::size_t kRedisReplyBytesMax = 32u << 20;

}  // namespace gmpi
