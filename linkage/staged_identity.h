// linkage/staged_identity.h - identities that a relink has decided and not yet moved into their table.
//
// They wait in table meta, one row an identity, so that the table itself holds one whole partition until the
// new one is decided to its last member. Moving an identity erases its row here in the same commit: it
// happens once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "index/store/store.h"
#include "models/changeset.h"
#include "models/identity.h"

namespace gmpi {

struct StagedIdentity {
  IdentityState state;
  std::vector<LineageEntry> lineage;  // of this id; sequences are given when it is moved
};

std::string staged_store_key(EnterpriseId id);
std::string encode_staged(const StagedIdentity& staged);
/// Errors: kCorrupt, for any bytes that encode_staged() did not write.
Result<StagedIdentity> decode_staged(EnterpriseId id, std::string_view bytes);

/// All that wait, by id. Errors: kCorrupt, kIo.
Result<std::vector<StagedIdentity>> read_staged(const Store& store);

}  // namespace gmpi
