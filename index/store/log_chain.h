// index/store/log_chain.h - the hash chain over the log: what makes a lost, changed or reordered entry
// visible.
//
//     h_0   = 32 zero bytes
//     h_seq = SHA-256( h_(seq-1) || seq as 8 bytes big-endian || batch hash || event bytes )
//
// The batch hash covers the writes that were committed together with the event (grammar in
// docs/storage-format.md) and is stored in the log entry, so the chain is recomputed from the log alone. Two
// engines given the same requests have the same chain. Tested by tests/index/store/log_chain_test.cc.
//
// Not for: proving who wrote an entry (that is the signed audit), or finding a log cut off at its end (that
// is witness.h).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "index/store/store.h"

namespace gmpi {

/// SHA-256 of the canonical encoding of `batch`, in order. Threads: pure. Cost: about 1 GB/s.
ChainHash batch_hash(std::span<const Write> batch);

/// The hash of entry `seq`, given the hash of the entry before it.
ChainHash next_chain_hash(const ChainHash& previous, std::uint64_t seq, const ChainHash& batch,
                          std::string_view event);

inline std::string_view hash_bytes(const ChainHash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

/// Requires exactly 32 bytes.
ChainHash read_hash(std::string_view bytes);

}  // namespace gmpi
