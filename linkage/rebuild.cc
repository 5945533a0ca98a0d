#include "linkage/rebuild.h"

#include <algorithm>
#include <cassert>

#include <tbb/parallel_for.h>

#include "index/changeset_writes.h"
#include "index/codec.h"
#include "index/load_index.h"
#include "index/store_keys.h"
#include "linkage/evaluate_ties.h"
#include "linkage/staged_identity.h"

namespace gmpi {

namespace {

/// Calls `use(first, last)` for portions of [0, count), in order, until one fails.
template <class Use>
Status for_each_portion(std::size_t count, std::size_t portion, Use use) {
  for (std::size_t first = 0; first < count; first += portion)
    if (Status done = use(first, std::min(count, first + portion)); !done) return done;
  return Done{};
}

/// One commit of linking anew; `identities`: those it changes.
Status commit_rebuild(Store& store, const Clock& clock, const std::string& model, std::vector<Write> batch,
                      std::vector<TouchedIdentity> identities = {}) {
  LinkageEvent event;
  event.sequence = store.head().seq + 1;
  event.at_ms = clock.now_ms();
  event.kind = LinkageEventKind::kRelinked;
  event.model_version = model;
  event.identities = std::move(identities);
  CommitRequest request;
  request.batch = std::move(batch);
  request.event = encode_event(event);
  const auto sequence = store.commit(request);
  return sequence ? Status(Done{}) : Status(sequence.error());
}

Status commit_basis(const Linker::Impl& linker, const Basis& basis) {
  std::vector<Write> batch;
  append_basis(basis, batch);
  return commit_rebuild(linker.store, linker.clock, basis.model, std::move(batch));
}

Status store_ties(const Linker::Impl& linker) {
  return for_each_portion(linker.index.rows(), linker.options.rebuild_rows_per_commit,
                          [&](std::size_t first, std::size_t last) {
                            Changeset changeset;
                            for (auto row = static_cast<RowId>(first); row < last; ++row) {
                              const auto ties = linker.index.ties(row);
                              if (linker.index.row(row).live)
                                changeset.ties.push_back({row, true, {ties.begin(), ties.end()}});
                            }
                            return commit_rebuild(linker.store, linker.clock, linker.bundle.version,
                                                  commit_request(changeset, linker.index).batch);
                          });
}

/// The identities that the new ties make of the old ones, as far as they differ; by id.
std::vector<StagedIdentity> decide_identities(const Linker::Impl& linker) {
  const PendingIndex now(linker.index, *linker.rules, nullptr);
  TieChanges ties(linker.index);
  for (RowId row = 0; row < linker.index.rows(); ++row)
    if (linker.index.row(row).live) ties.touch(row);
  Reassignment made = reassign(now, ties, 0, linker.clock.now_ms());
  std::vector<StagedIdentity> decided;
  for (IdentityState& state : made.identities) decided.push_back({std::move(state), {}});
  for (LineageEntry& entry : made.lineage) {
    const auto of =
        std::ranges::lower_bound(decided, entry.id, {}, [](const auto& one) { return one.state.id; });
    assert(of != decided.end() && of->state.id == entry.id);
    of->lineage.push_back(std::move(entry));
  }
  return decided;
}

Status stage(const Linker::Impl& linker, const std::vector<StagedIdentity>& decided) {
  return for_each_portion(
      decided.size(), linker.options.rebuild_rows_per_commit, [&](std::size_t first, std::size_t last) {
        std::vector<Write> batch;
        for (std::size_t i = first; i < last; ++i)
          batch.push_back(
              Put{Table::kMeta, staged_store_key(decided[i].state.id), encode_staged(decided[i])});
        return commit_rebuild(linker.store, linker.clock, linker.bundle.version, std::move(batch));
      });
}

/// Of an interrupted relink that had not decided.
Status erase_staged(const Linker::Impl& linker) {
  const auto left = read_staged(linker.store);
  if (!left) return left.error();
  return for_each_portion(
      left->size(), linker.options.rebuild_rows_per_commit, [&](std::size_t first, std::size_t last) {
        std::vector<Write> batch;
        for (std::size_t i = first; i < last; ++i)
          batch.push_back(Delete{Table::kMeta, staged_store_key((*left)[i].state.id)});
        return commit_rebuild(linker.store, linker.clock, linker.bundle.version, std::move(batch));
      });
}

/// Moves what is staged into table identity and into `index`, which knows the same rows.
Status move_staged(const Linker::Impl& linker, const std::string& model, std::vector<StagedIdentity> staged,
                   PersonIndex& index) {
  const PendingIndex now(index, *linker.rules, nullptr);
  return for_each_portion(
      staged.size(), linker.options.rebuild_rows_per_commit,
      [&](std::size_t first, std::size_t last) -> Status {
        Changeset changeset;
        changeset.event.sequence = linker.store.head().seq + 1;
        for (std::size_t i = first; i < last; ++i) {
          for (LineageEntry& entry : staged[i].lineage) {
            entry.sequence = changeset.event.sequence;
            changeset.lineage.push_back(std::move(entry));
          }
          changeset.identities.push_back(std::move(staged[i].state));
        }
        std::vector<Write> batch = commit_request(changeset, index).batch;
        for (const IdentityState& state : changeset.identities)
          batch.push_back(Delete{Table::kMeta, staged_store_key(state.id)});
        if (auto done = commit_rebuild(linker.store, linker.clock, model, std::move(batch),
                                       touched_identities(changeset.identities, now));
            !done)
          return done;
        index.apply(changeset);
        return Done{};
      });
}

}  // namespace

void build_postings(const LinkingRules& rules, PersonIndex& index) {
  constexpr std::size_t kRowsAtOnce = 1 << 16;
  std::vector<std::vector<BlockingKey>> keys(std::min(kRowsAtOnce, index.rows()));
  for (std::size_t first = 0; first < index.rows(); first += kRowsAtOnce) {
    const std::size_t last = std::min(index.rows(), first + kRowsAtOnce);
    tbb::parallel_for(first, last, [&](std::size_t row) {
      const auto id = static_cast<RowId>(row);
      keys[row - first] = index.row(id).live ? posting_keys(rules.keys(index.records().view(id)))
                                             : std::vector<BlockingKey>();
    });
    for (std::size_t row = first; row < last; ++row)
      for (const BlockingKey key : keys[row - first]) index.postings().add(key, static_cast<RowId>(row));
  }
  if (rules.policy().block_records_max == 0) return;
  std::vector<BlockingKey> parts;
  for (const BlockingKey key : index.postings().above(rules.policy().block_records_max))
    for (const RowId row : index.postings().rows(key)) {
      parts.clear();
      rules.split().append_parts(key, index.records().view(row), parts);
      for (const BlockingKey part : parts) index.parts().add(part, row);
    }
}

std::vector<std::vector<RecordTie>> all_ties(const LinkingRules& rules, const PersonIndex& index) {
  const PendingIndex now(index, rules, nullptr);
  std::vector<std::vector<RecordTie>> ties(index.rows());
  tbb::parallel_for(std::size_t{0}, index.rows(), [&](std::size_t i) {
    const auto row = static_cast<RowId>(i);
    if (!index.row(row).live) return;
    for (const RowId other : proposed_rows(now, row, rules.keys(index.records().view(row)), /*below=*/row).rows)
      if (const auto tie = judge_pair(now, row, other)) ties[row].push_back(*tie);
  });
  // Both ends: lists stay sorted, because lower rows come first and mirrored ties are all of higher rows.
  for (RowId row = 0; row < ties.size(); ++row)
    for (std::size_t i = 0; i < ties[row].size(); ++i) {
      RecordTie mirrored = ties[row][i];
      if (!mirrored.owned) break;
      const RowId other = mirrored.other;
      mirrored.other = row;
      mirrored.owned = false;
      ties[other].push_back(mirrored);
    }
  return ties;
}

Status begin_rebuild(const Linker::Impl& linker, bool same_form) {
  Basis basis = basis_of(linker.bundle);
  basis.stage = BasisStage::kUnfinished;
  if (!same_form) basis.standard_form = "unfinished:" + basis.standard_form;
  return commit_basis(linker, basis);
}

Status restandardize(const Linker::Impl& linker) {
  Store& store = linker.store;
  const StandardizeOptions options = linker.standardize_options();
  std::vector<std::pair<std::string, RecordState>> live;
  Status read = Done{};
  const Status scanned = store.scan(Table::kRecord, "", [&](const Row& row) {
    auto state = decode_state(row.value);
    if (!state) {
      read = state.error();
    } else if (state->live) {
      live.emplace_back(row.key, std::move(*state));
    }
    return static_cast<bool>(read);
  });
  if (!scanned || !read) return scanned ? read : scanned;
  const Status stored = for_each_portion(
      live.size(), linker.options.rebuild_rows_per_commit,
      [&](std::size_t first, std::size_t last) -> Status {
        std::vector<Write> batch;
        for (std::size_t i = first; i < last; ++i) {
          const auto& [key, state] = live[i];
          auto value = store.get(Table::kVersion, version_store_key(key, state.version));
          if (!value) return value.error();
          if (!*value)
            return make_error(ErrorCode::kCorrupt,
                              "store: table version lacks content that table record names");
          auto content = decode_content((*value)->bytes);
          if (!content) return content.error();
          batch.push_back(Put{Table::kStandard, row_store_key(state.row),
                              encode_standard(standardize_person(content->record, options))});
        }
        return commit_rebuild(store, linker.clock, linker.bundle.version, std::move(batch));
      });
  if (!stored) return stored;
  Basis basis = basis_of(linker.bundle);
  basis.stage = BasisStage::kUnfinished;
  return commit_basis(linker, basis);
}

Status relink(Linker::Impl& linker) {
  if (auto good = linker.index.load_ties(all_ties(*linker.rules, linker.index)); !good) return good;
  if (auto done = erase_staged(linker); !done) return done;
  if (auto done = store_ties(linker); !done) return done;
  std::vector<StagedIdentity> decided = decide_identities(linker);
  if (auto done = stage(linker, decided); !done) return done;
  Basis basis = basis_of(linker.bundle);
  basis.stage = BasisStage::kDecided;
  if (auto done = commit_basis(linker, basis); !done) return done;
  if (auto done = move_staged(linker, basis.model, std::move(decided), linker.index); !done) return done;
  return commit_basis(linker, basis_of(linker.bundle));
}

Status finish_relink(const Linker::Impl& linker, Basis& basis) {
  PersonIndex people(std::vector<ColumnSpec>{});  // rows and identities are enough
  if (auto loaded = load_people(linker.store, IdentityLoad::kUnfinished, people); !loaded) return loaded;
  auto staged = read_staged(linker.store);
  if (!staged) return staged.error();
  if (auto done = move_staged(linker, basis.model, std::move(*staged), people); !done) return done;
  basis.stage = BasisStage::kAtRest;
  return commit_basis(linker, basis);
}

}  // namespace gmpi
