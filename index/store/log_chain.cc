#include "index/store/log_chain.h"

#include <cassert>
#include <cstring>
#include <string>

#include "index/store/bytes.h"

namespace gmpi {
namespace {

enum class WriteTag : char { kPut = 1, kDelete = 2 };

std::string write_head(WriteTag tag, Table table, std::string_view key) {
  std::string head;
  head.push_back(static_cast<char>(tag));
  head.push_back(static_cast<char>(table));
  append_be32(head, static_cast<std::uint32_t>(key.size()));
  head.append(key);
  return head;
}

void add_write(Sha256& digest, const Put& put) {
  std::string head = write_head(WriteTag::kPut, put.table, put.key);
  append_be32(head, static_cast<std::uint32_t>(put.value.size()));
  digest.update(head);
  digest.update(put.value);
}

void add_write(Sha256& digest, const Delete& erased) {
  digest.update(write_head(WriteTag::kDelete, erased.table, erased.key));
}

}  // namespace

ChainHash batch_hash(std::span<const Write> batch) {
  Sha256 digest;
  for (const Write& write : batch) std::visit([&](const auto& one) { add_write(digest, one); }, write);
  return digest.finish();
}

ChainHash next_chain_hash(const ChainHash& previous, std::uint64_t seq, const ChainHash& batch,
                          std::string_view event) {
  Sha256 digest;
  digest.update(hash_bytes(previous));
  digest.update(be64(seq));
  digest.update(hash_bytes(batch));
  digest.update(event);
  return digest.finish();
}

ChainHash read_hash(std::string_view bytes) {
  ChainHash hash;
  assert(bytes.size() == hash.size());
  std::memcpy(hash.data(), bytes.data(), hash.size());
  return hash;
}

}  // namespace gmpi
