// index/load_index.h - the index as the store's tables say it was.
#pragma once

#include "index/person_index.h"
#include "index/store/store.h"

namespace gmpi {

enum class IdentityLoad {
  kStrict,      // a record in two identities is damage
  kUnfinished,  // identities are being moved in (linkage/basis.h): the one written last has the record
};

/// Fills an empty index with rows and identities; postings are the caller's, who knows blocking keys.
/// Errors: kCorrupt (a value fails its codec or an invariant; the message names the table), kIo.
/// Cost: one scan of three tables; no standardising, no scoring.
Status load_people(const Store& store, IdentityLoad identities, PersonIndex& index);

/// Requires: people loaded. Errors: as above.
Status load_assertions(const Store& store, PersonIndex& index);

/// Ties that speak of content since replaced, or of retracted records, are left out, as they are meant to be.
/// Requires: people loaded. Errors: as above.
Status load_ties(const Store& store, PersonIndex& index);

}  // namespace gmpi
