#include "linkage/rebuild.h"

#include <algorithm>

#include <tbb/parallel_for.h>

#include "index/changeset_writes.h"
#include "index/codec.h"
#include "index/store_keys.h"
#include "linkage/evaluate_ties.h"

namespace gmpi {

namespace {

/// Calls `use(first, last)` for portions of [0, count), in order, until one fails.
template <class Use>
Status for_each_portion(std::size_t count, std::size_t portion, Use use) {
  for (std::size_t first = 0; first < count; first += portion)
    if (Status done = use(first, std::min(count, first + portion)); !done) return done;
  return Done{};
}

LinkageEvent relinked(const ModelBundle& bundle, std::uint64_t sequence, UnixMillis at_ms) {
  LinkageEvent event;
  event.sequence = sequence;
  event.at_ms = at_ms;
  event.kind = LinkageEventKind::kRelinked;
  event.model_version = bundle.version;
  return event;
}

/// Commits a portion of relinking and applies it.
Status commit_portion(Linker::Impl& linker, Changeset changeset) {
  changeset.event = relinked(linker.bundle, linker.next_sequence(), linker.clock.now_ms());
  for (LineageEntry& entry : changeset.lineage) entry.sequence = changeset.event.sequence;
  const PendingIndex now(linker.index, *linker.rules, nullptr);
  changeset.event.identities = touched_identities(changeset.identities, now);
  auto sequence = linker.store.commit(commit_request(changeset, linker.index));
  if (!sequence) return sequence.error();
  linker.last_sequence = *sequence;
  linker.index.apply(changeset);
  return Done{};
}

Status store_ties(Linker::Impl& linker) {
  return for_each_portion(linker.index.rows(), linker.options.rebuild_rows_per_commit,
                          [&](std::size_t first, std::size_t last) {
                            Changeset changeset;
                            for (auto row = static_cast<RowId>(first); row < last; ++row) {
                              const auto ties = linker.index.ties(row);
                              if (linker.index.row(row).live)
                                changeset.ties.push_back({row, true, {ties.begin(), ties.end()}});
                            }
                            return commit_portion(linker, std::move(changeset));
                          });
}

Status store_identities(Linker::Impl& linker) {
  const PendingIndex now(linker.index, *linker.rules, nullptr);
  TieChanges ties(linker.index);
  for (RowId row = 0; row < linker.index.rows(); ++row)
    if (linker.index.row(row).live) ties.touch(row);
  Reassignment made = reassign(now, ties, 0, linker.clock.now_ms());
  std::stable_sort(made.lineage.begin(), made.lineage.end(),
                   [](const LineageEntry& a, const LineageEntry& b) { return a.id < b.id; });
  auto entry = made.lineage.begin();
  return for_each_portion(
      made.identities.size(), linker.options.rebuild_rows_per_commit,
      [&](std::size_t first, std::size_t last) {
        Changeset changeset;
        changeset.identities.assign(made.identities.begin() + static_cast<std::ptrdiff_t>(first),
                                    made.identities.begin() + static_cast<std::ptrdiff_t>(last));
        for (; entry != made.lineage.end() && entry->id <= changeset.identities.back().id; ++entry)
          changeset.lineage.push_back(*entry);
        return commit_portion(linker, std::move(changeset));
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
}

std::vector<std::vector<RecordTie>> all_ties(const LinkingRules& rules, const PersonIndex& index) {
  const PendingIndex now(index, rules, nullptr);
  std::vector<std::vector<RecordTie>> ties(index.rows());
  tbb::parallel_for(std::size_t{0}, index.rows(), [&](std::size_t i) {
    const auto row = static_cast<RowId>(i);
    if (!index.row(row).live) return;
    for (const RowId other : proposed_rows(now, row, rules.keys(index.records().view(row)), /*below=*/row))
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
  return for_each_portion(
      live.size(), linker.options.rebuild_rows_per_commit,
      [&](std::size_t first, std::size_t last) -> Status {
        CommitRequest request;
        for (std::size_t i = first; i < last; ++i) {
          const auto& [key, state] = live[i];
          auto value = store.get(Table::kVersion, version_store_key(key, state.version));
          if (!value) return value.error();
          if (!*value)
            return make_error(ErrorCode::kCorrupt,
                              "store: table version lacks content that table record names");
          auto content = decode_content((*value)->bytes);
          if (!content) return content.error();
          request.batch.push_back(Put{Table::kStandard, row_store_key(state.row),
                                      encode_standard(standardize_person(content->record, options))});
        }
        LinkageEvent event;
        event.sequence = store.head().seq + 1;
        event.at_ms = linker.clock.now_ms();
        event.kind = LinkageEventKind::kRelinked;
        request.event = encode_event(event);
        auto done = store.commit(request);
        return done ? Status(Done{}) : Status(done.error());
      });
}

Status relink(Linker::Impl& linker) {
  linker.last_sequence = linker.store.head().seq;
  if (auto good = linker.index.load_ties(all_ties(*linker.rules, linker.index)); !good) return good;
  if (auto done = store_ties(linker); !done) return done;
  if (auto done = store_identities(linker); !done) return done;
  CommitRequest request;
  append_basis(linker.bundle, request.batch);
  request.event = encode_event(relinked(linker.bundle, linker.next_sequence(), linker.clock.now_ms()));
  auto sequence = linker.store.commit(request);
  if (!sequence) return sequence.error();
  linker.last_sequence = *sequence;
  return Done{};
}

}  // namespace gmpi
