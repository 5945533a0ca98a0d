// index/store/request_check.h - the checks every store makes before it writes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "index/store/store.h"

namespace gmpi {

/// Versions that requests will give to keys once they are applied, for requests that are accepted and not yet
/// readable. External lock needed.
class PendingVersions {
 public:
  void add(const CommitRequest& request, std::uint64_t seq);
  /// Forgets what `request` added, unless a later request wrote the same key.
  void retire(const CommitRequest& request, std::uint64_t seq);
  /// Nothing when no pending request writes the key.
  std::optional<std::uint64_t> find(Table table, std::string_view key) const;
  std::size_t size() const { return versions_.size(); }

 private:
  struct Pending {
    std::uint64_t version;     // 0: deleted
    std::uint64_t written_by;  // sequence number of the request
  };
  std::unordered_map<std::string, Pending> versions_;
};

/// Sum of keys, values and event.
std::size_t request_bytes(const CommitRequest& request);

/// Sizes, known tables, keys that are not the store's own. Errors: kLimit, kInvalidInput.
Status check_request(const CommitRequest& request);

using VersionLookup = std::function<Result<std::uint64_t>(Table, std::string_view key)>;

/// Expected versions against the pending ones first, then `lookup`. Errors: kConflict, those of `lookup`.
Status check_expected(const CommitRequest& request, const PendingVersions& pending,
                      const VersionLookup& lookup);

/// check_request and check_expected for each request, each seeing the ones before it.
Status check_group(std::span<const CommitRequest> requests, std::uint64_t first_seq,
                   const VersionLookup& lookup);

/// A lookup of what `store` holds now; borrows it.
VersionLookup stored_version(const Store& store);

}  // namespace gmpi
