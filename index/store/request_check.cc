#include "index/store/request_check.h"

#include <algorithm>

#include "index/store/limits.h"

namespace gmpi {
namespace {

std::string pending_key(Table table, std::string_view key) {
  std::string joined;
  joined.reserve(key.size() + 1);
  joined.push_back(static_cast<char>(table));
  joined.append(key);
  return joined;
}

Table table_of(const Write& write) {
  return std::visit([](const auto& one) { return one.table; }, write);
}

const std::string& key_of(const Write& write) {
  return std::visit([](const auto& one) -> const std::string& { return one.key; }, write);
}

std::size_t value_bytes(const Write& write) {
  const Put* put = std::get_if<Put>(&write);
  return put ? put->value.size() : 0;
}

std::string table_label(Table table) {
  const std::size_t position = table_position(table);
  return position < kTables.size() ? std::string(kTables[position].name)
                                   : "number " + std::to_string(static_cast<int>(table));
}

Status check_key(Table table, std::string_view key) {
  if (table_position(table) == kTables.size())
    return make_error(ErrorCode::kInvalidInput, "store: no table " + table_label(table));
  if (key.empty())
    return make_error(ErrorCode::kInvalidInput, "store: empty key in table " + table_label(table));
  if (key.size() > kStoreKeyBytesMax)
    return make_error(ErrorCode::kLimit, "store: a key of " + std::to_string(key.size()) +
                                             " bytes in table " + table_label(table) + "; the limit is " +
                                             std::to_string(kStoreKeyBytesMax));
  if (table == Table::kMeta && key.starts_with("store."))
    return make_error(ErrorCode::kInvalidInput,
                      "store: keys of table meta that begin with store. are its own");
  return Done{};
}

Error over_limit(std::string_view what, std::size_t found, std::size_t limit) {
  return make_error(ErrorCode::kLimit, "store: " + std::string(what) + " of " + std::to_string(found) +
                                           " exceeds the limit of " + std::to_string(limit));
}

}  // namespace

void PendingVersions::add(const CommitRequest& request, std::uint64_t seq) {
  for (const Write& write : request.batch) {
    const std::uint64_t version = std::holds_alternative<Put>(write) ? seq : 0;
    versions_[pending_key(table_of(write), key_of(write))] = {version, seq};
  }
}

void PendingVersions::retire(const CommitRequest& request, std::uint64_t seq) {
  for (const Write& write : request.batch) {
    const auto found = versions_.find(pending_key(table_of(write), key_of(write)));
    if (found != versions_.end() && found->second.written_by == seq) versions_.erase(found);
  }
}

std::optional<std::uint64_t> PendingVersions::find(Table table, std::string_view key) const {
  if (versions_.empty()) return std::nullopt;
  const auto found = versions_.find(pending_key(table, key));
  if (found == versions_.end()) return std::nullopt;
  return found->second.version;
}

std::size_t request_bytes(const CommitRequest& request) {
  std::size_t bytes = request.event.size();
  for (const Write& write : request.batch) bytes += key_of(write).size() + value_bytes(write);
  return bytes;
}

Status check_request(const CommitRequest& request) {
  if (request.batch.size() > kStoreWritesMax)
    return over_limit("number of writes", request.batch.size(), kStoreWritesMax);
  if (request.event.size() > kStoreEventBytesMax)
    return over_limit("event size", request.event.size(), kStoreEventBytesMax);
  for (const Write& write : request.batch) {
    if (auto good = check_key(table_of(write), key_of(write)); !good) return good;
    if (value_bytes(write) > kStoreValueBytesMax)
      return over_limit("value size", value_bytes(write), kStoreValueBytesMax);
  }
  const std::size_t bytes = request_bytes(request);
  if (bytes > kStoreRequestBytesMax) return over_limit("request size", bytes, kStoreRequestBytesMax);
  return Done{};
}

Status check_expected(const CommitRequest& request, const PendingVersions& pending,
                      const VersionLookup& lookup) {
  for (const ExpectedVersion& expected : request.expected) {
    std::optional<std::uint64_t> found = pending.find(expected.table, expected.key);
    if (!found) {
      auto stored = lookup(expected.table, expected.key);
      if (!stored) return stored.error();
      found = *stored;
    }
    if (*found != expected.version)
      return make_error(ErrorCode::kConflict, "store: a key of table " + table_label(expected.table) +
                                                  " is at version " + std::to_string(*found) + ", expected " +
                                                  std::to_string(expected.version));
  }
  return Done{};
}

Status check_group(std::span<const CommitRequest> requests, std::uint64_t first_seq,
                   const VersionLookup& lookup) {
  const bool any_expected = std::any_of(requests.begin(), requests.end(),
                                        [](const CommitRequest& one) { return !one.expected.empty(); });
  PendingVersions pending;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    Status good = check_request(requests[i]);
    if (good) good = check_expected(requests[i], pending, lookup);
    if (!good)
      return make_error(good.error().code, good.error().message + " (request " + std::to_string(i + 1) +
                                               " of " + std::to_string(requests.size()) + ")");
    if (any_expected) pending.add(requests[i], first_seq + i);
  }
  return Done{};
}

VersionLookup stored_version(const Store& store) {
  return [&store](Table table, std::string_view key) -> Result<std::uint64_t> {
    auto value = store.get(table, key);
    if (!value) return value.error();
    return *value ? (*value)->version : 0;
  };
}

}  // namespace gmpi
