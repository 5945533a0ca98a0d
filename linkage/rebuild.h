// linkage/rebuild.h - what can be computed again from the records: postings, ties, standard columns, the
// partition.
//
// Used when an index is opened, when it is opened with another model than its ties were decided by, and when
// it is checked. Everything here runs on all cores and gives the same result for any number of them.
#pragma once

#include <vector>

#include "index/store/store.h"
#include "linkage/linker_impl.h"

namespace gmpi {

/// Fills the index's empty postings. Cost: keys of every live record.
void build_postings(const LinkingRules& rules, PersonIndex& index);

/// All ties of the set, at both ends, owned by the later row. Cost: a decision for every proposed pair.
std::vector<std::vector<RecordTie>> all_ties(const LinkingRules& rules, const PersonIndex& index);

/// Standardises every live record anew from its current content and stores the columns.
/// Errors: kCorrupt, kIo. Cost: the size of the store.
Status restandardize(const Linker::Impl& linker);

/// Judges every pair and assigns every record anew by this model, keeping ids by rule, and stores that in
/// portions. An interruption is made good by the next opening. Requires people loaded and postings built; no
/// committer yet.
Status relink(Linker::Impl& linker);

}  // namespace gmpi
