#include "linkage/staged_identity.h"

#include "index/byte_codec.h"
#include "index/codec.h"
#include "index/store/bytes.h"
#include "index/store_keys.h"

namespace gmpi {

namespace {

constexpr std::uint8_t kFormat = 1;

}  // namespace

std::string staged_store_key(EnterpriseId id) {
  return std::string(kStagedStorePrefix) + be64(id.value);
}

std::string encode_staged(const StagedIdentity& staged) {
  ByteWriter out;
  out.byte(kFormat);
  out.text(encode_identity(staged.state));
  out.varint(staged.lineage.size());
  for (const LineageEntry& entry : staged.lineage) out.text(encode_lineage(entry));
  return out.take();
}

Result<StagedIdentity> decode_staged(EnterpriseId id, std::string_view bytes) {
  ByteReader in(bytes);
  if (in.byte() != kFormat) in.refuse();
  StagedIdentity staged;
  const std::string_view state_bytes = in.text();
  std::vector<std::string_view> lineage_bytes(in.count(1));
  for (auto& entry : lineage_bytes) entry = in.text();
  if (auto good = in.finish("a staged identity"); !good) return good.error();
  auto state = decode_identity(state_bytes);
  if (!state) return state.error();
  staged.state = std::move(*state);
  staged.state.id = id;
  for (const std::string_view one : lineage_bytes) {
    auto entry = decode_lineage(one);
    if (!entry) return entry.error();
    staged.lineage.push_back(std::move(*entry));
  }
  return staged;
}

Result<std::vector<StagedIdentity>> read_staged(const Store& store) {
  std::vector<StagedIdentity> all;
  Status outcome = Done{};
  const Status scanned = scan_prefix(store, Table::kMeta, kStagedStorePrefix, [&](const Row& row) {
    const std::string_view id = row.key.substr(kStagedStorePrefix.size());
    auto staged = id.size() == 8
                      ? decode_staged({read_be64(id)}, row.value)
                      : make_error(ErrorCode::kCorrupt, "store: malformed key of a staged identity");
    if (staged)
      all.push_back(std::move(*staged));
    else
      outcome = staged.error();
    return static_cast<bool>(outcome);
  });
  if (!scanned) return scanned.error();
  if (!outcome) return outcome.error();
  return all;
}

}  // namespace gmpi
