// index/load_index.h - the index as the store's tables say it was.
#pragma once

#include "index/person_index.h"
#include "index/store/store.h"

namespace gmpi {

/// Fills an empty index with rows, identities and ties; postings are the caller's, who knows blocking keys.
/// Ties that speak of content since replaced, or of retracted records, are left out, as they are meant to be.
/// Errors: kCorrupt (a value fails its codec or an invariant; the message names the table), kIo.
/// Cost: one scan of five tables; no standardising, no scoring.
Status load_index(const Store& store, PersonIndex& index);

}  // namespace gmpi
