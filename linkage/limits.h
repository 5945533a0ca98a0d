// linkage/limits.h - how much one call may ask of the living index, and what happens when it asks for more.
//
// Limits that change who is who are the policy's: how many records may share a blocking key (`[blocking] records_max`,
// blocking/block_split.h) and how many may hang together by links (`[grouping] records_max`,
// linkage/bounded_components.h).
#pragma once

#include <cstddef>
#include <cstdint>

namespace gmpi {

/// Records a query is compared with. Beyond: those under the rarest keys are, and the answer says that it was cut.
inline constexpr std::size_t kSearchedRowsMax = 20'000;

/// Changes that wait for the disk. Beyond: kLimit, which the doors answer with 503 and Retry-After.
inline constexpr std::size_t kPendingCommitsMax = 4'096;
/// Changes of one call for many records that wait. Beyond: the call waits for the disk.
inline constexpr std::uint64_t kWaitingChangesMax = 1'024;
/// Tries of one record of such a call at a queue that others keep full. Beyond: kLimit for that record.
inline constexpr int kFullQueueTriesMax = 16;

/// Records of one call that are standardised at once; more follow after these.
inline constexpr std::size_t kPreparedRecordsMax = 1'024;
/// Rows written in one commit when everything is linked anew; more follow in the next.
inline constexpr std::size_t kRebuildRowsPerCommit = 2'000;
/// Keys that are copied, or identities looked at, at once for a visitor of all; the lock is given up between portions.
inline constexpr std::size_t kVisitedRowsMax = 4'096;

/// Of a steward's name and of the reason, in bytes. Beyond: kInvalidInput.
inline constexpr std::size_t kAuthorBytesMax = 256;
inline constexpr std::size_t kAssertionReasonBytesMax = 4'096;

/// Different reasons in one answer. More are left out: they are for reading.
inline constexpr std::size_t kReasonsMax = 16;
/// Faults that a check lists. It ends its list there, not its work.
inline constexpr std::size_t kFaultsMax = 100;

/// The bar for links in a component that is too large: bits more at each step, and how often. At the last step no link
/// passes but between equal contents.
inline constexpr double kBarStepBits = 10;
inline constexpr int kLastBar = 6;

}  // namespace gmpi
