#include "index/store/memory_store.h"

#include "index/store/log_chain.h"
#include "index/store/request_check.h"

namespace gmpi {

Result<std::vector<std::uint64_t>> MemoryStore::commit_all(std::span<const CommitRequest> requests) {
  const std::lock_guard lock(mutex_);
  if (auto good = check_group(requests, log_.size() + 1, stored_version(*this)); !good) return good.error();
  std::vector<std::uint64_t> sequences;
  sequences.reserve(requests.size());
  for (const CommitRequest& request : requests) sequences.push_back(apply(request));
  return sequences;
}

std::uint64_t MemoryStore::apply(const CommitRequest& request) {
  const LogHead before = head_locked();
  const std::uint64_t seq = before.seq + 1;
  for (const Write& write : request.batch) {
    if (const Put* put = std::get_if<Put>(&write)) {
      tables_[table_position(put->table)][put->key] = {seq, put->value};
    } else {
      const Delete& erased = std::get<Delete>(write);
      tables_[table_position(erased.table)].erase(erased.key);
    }
  }
  const ChainHash batch = batch_hash(request.batch);
  log_.push_back({batch, next_chain_hash(before.hash, seq, batch, request.event), request.event});
  return seq;
}

Result<std::optional<StoredValue>> MemoryStore::get(Table table, std::string_view key) const {
  const std::lock_guard lock(mutex_);
  const std::size_t position = table_position(table);
  if (position == kTables.size()) return make_error(ErrorCode::kInvalidInput, "store: no such table");
  const auto found = tables_[position].find(key);
  if (found == tables_[position].end()) return std::optional<StoredValue>();
  return std::optional<StoredValue>(found->second);
}

Status MemoryStore::scan(Table table, std::string_view from_key, const RowVisitor& visit) const {
  const std::lock_guard lock(mutex_);
  const std::size_t position = table_position(table);
  if (position == kTables.size()) return make_error(ErrorCode::kInvalidInput, "store: no such table");
  const auto& rows = tables_[position];
  for (auto row = rows.lower_bound(from_key); row != rows.end(); ++row)
    if (!visit({row->first, row->second.bytes, row->second.version})) break;
  return Done{};
}

Status MemoryStore::scan_log(std::uint64_t from_seq, const LogVisitor& visit) const {
  const std::lock_guard lock(mutex_);
  for (std::uint64_t seq = std::max<std::uint64_t>(from_seq, 1); seq <= log_.size(); ++seq)
    if (!visit({seq, log_[seq - 1].event, log_[seq - 1].hash})) break;
  return Done{};
}

LogHead MemoryStore::head() const {
  const std::lock_guard lock(mutex_);
  return head_locked();
}

LogHead MemoryStore::head_locked() const {
  if (log_.empty()) return {};
  return {log_.size(), log_.back().hash};
}

Status MemoryStore::checkpoint(const std::string&) {
  return make_error(ErrorCode::kUnsupported, "store: a store in memory has no files to copy");
}

Status MemoryStore::verify() const {
  const std::lock_guard lock(mutex_);
  ChainHash hash{};
  for (std::uint64_t seq = 1; seq <= log_.size(); ++seq) {
    const Entry& entry = log_[seq - 1];
    hash = next_chain_hash(hash, seq, entry.batch, entry.event);
    if (hash != entry.hash)
      return make_error(ErrorCode::kCorrupt, "store: the log's chain breaks at entry " + std::to_string(seq));
  }
  return Done{};
}

Status MemoryStore::settle() {
  return Done{};
}

}  // namespace gmpi
