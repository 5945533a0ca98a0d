// index/changeset_writes.h - a changeset as what the store commits: table writes and one log event.
#pragma once

#include "index/person_index.h"
#include "index/store/store.h"
#include "models/changeset.h"

namespace gmpi {

/// Requires: sequences and times in the changeset are final. `index` is as before the change.
/// Cost: O(bytes written). Pure.
CommitRequest commit_request(const Changeset& changeset, const PersonIndex& index);

}  // namespace gmpi
