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

// The three steps of linking everything anew by this model, in this order (linkage/basis.h says what an
// interruption of each leaves). No committer may run yet. Errors: kCorrupt, kIo, kUnavailable.

/// Says what is under way, before anything is overwritten. `same_form`: the standard columns stay as they
/// are.
Status begin_rebuild(const Linker::Impl& linker, bool same_form);

/// Standardises every live record anew from its current content and stores the columns. Cost: the size of the
/// store.
Status restandardize(const Linker::Impl& linker);

/// Judges every pair and assigns every record anew by this model, keeping ids by rule, and stores that in
/// portions. Requires people loaded and postings built.
Status relink(Linker::Impl& linker);

/// Moves the rest of what an interrupted relink had decided, by whatever model, and leaves `basis` at rest.
/// Requires a basis in stage kDecided; leaves the linker's own index as it is.
Status finish_relink(const Linker::Impl& linker, Basis& basis);

}  // namespace gmpi
