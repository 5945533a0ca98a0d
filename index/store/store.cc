#include "index/store/store.h"

namespace gmpi {

Result<std::uint64_t> Store::commit(const CommitRequest& request) {
  auto sequences = commit_all(std::span(&request, 1));
  if (!sequences) return sequences.error();
  return sequences->front();
}

Status scan_prefix(const Store& store, Table table, std::string_view prefix, const Store::RowVisitor& visit) {
  return store.scan(table, prefix, [&](const Row& row) { return row.key.starts_with(prefix) && visit(row); });
}

}  // namespace gmpi
