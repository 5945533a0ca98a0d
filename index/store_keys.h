// index/store_keys.h - the keys of the tables (docs/storage-format.md, "Values").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "models/identity.h"
#include "models/packed_records.h"
#include "models/record_key.h"

namespace gmpi {

inline constexpr std::size_t kSourceBytesMax = 256;
inline constexpr std::size_t kLocalIdBytesMax = 1024;

/// Both parts present, within their limits, UTF-8 without control characters. Errors: kInvalidInput naming
/// the part.
Status check_record_key(const RecordKey& key);

/// source NUL local-id. Bytewise order of these texts is the order of record keys.
std::string key_text(const RecordKey& key);
/// Nothing when there is not exactly one NUL.
std::optional<RecordKey> parse_key_text(std::string_view text);

std::string version_store_key(std::string_view key_text, std::uint32_t version);
std::string row_store_key(RowId row);
std::string identity_store_key(EnterpriseId id);
std::string lineage_store_key(EnterpriseId id, std::uint64_t sequence, std::uint32_t position);
std::string assertion_store_key(std::uint64_t id);

/// In table meta: what the standard columns and the ties in the store were made by.
inline constexpr std::string_view kStandardFormStoreKey = "linkage.standard_form";
inline constexpr std::string_view kModelStoreKey = "linkage.model";
/// And before identities that wait to be moved into their table: u64 eid follows.
inline constexpr std::string_view kStagedStorePrefix = "linkage.staged.";

}  // namespace gmpi
