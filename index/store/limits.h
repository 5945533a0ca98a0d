// index/store/limits.h - every number that bounds the store, with the answer given when it is reached.
#pragma once

#include <cstddef>

namespace gmpi {

// One commit. Beyond any of these: ErrorCode::kLimit, nothing is written.
inline constexpr std::size_t kStoreKeyBytesMax = 4096;
inline constexpr std::size_t kStoreValueBytesMax = 16u << 20;
inline constexpr std::size_t kStoreEventBytesMax = 16u << 20;
inline constexpr std::size_t kStoreWritesMax = 200'000;          // writes in one request
inline constexpr std::size_t kStoreRequestBytesMax = 64u << 20;  // keys, values and event of one request

// One fsync. A larger group is written in several pieces, each with its own fsync.
inline constexpr std::size_t kStoreGroupBytesMax = 8u << 20;

// The committer's queue. Beyond either: submit answers kLimit (the network door says 503 with Retry-After).
inline constexpr std::size_t kCommitQueueRequestsMax = 8192;
inline constexpr std::size_t kCommitQueueBytesMax = 128u << 20;
inline constexpr std::size_t kCommitGroupRequestsMax = 1024;  // taken for one commit_all; the rest waits

// The newest log entries whose chain is recomputed at every open, whatever the witness says.
inline constexpr std::size_t kOpenChainCheckEntries = 1000;

}  // namespace gmpi
