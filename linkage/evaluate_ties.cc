#include "linkage/evaluate_ties.h"

#include <algorithm>

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace gmpi {

namespace {

struct RuleRow {
  RowId row;
  RuleId rule;
  auto operator<=>(const RuleRow&) const = default;
};

/// Rows under the keys of one row, as far as the keys propose them.
class Candidates {
 public:
  Candidates(const PendingIndex& after, RowId row) : after_(after), row_(row) {}

  void take(const RuleKey& key) {
    if (!after_.too_common(key.key)) {
      for (const RowId other : after_.index().postings().rows(key.key))
        if (other != row_) candidates_.push_back({other, key.rule});
      return;
    }
    if (!neighbours_) neighbours_ = after_.neighbours(key.key, row_);  // the same under each key
    std::vector<RowId> met = after_.rows_sharing_a_part(key.key, row_);
    met.insert(met.end(), neighbours_->begin(), neighbours_->end());
    std::erase(met, row_);
    std::sort(met.begin(), met.end());
    met.erase(std::unique(met.begin(), met.end()), met.end());
    for (const RowId other : met) candidates_.push_back({other, key.rule});
    count_cut(key, met.size());
  }

  std::vector<RuleRow> take_rows() {
    std::sort(candidates_.begin(), candidates_.end());
    candidates_.erase(std::unique(candidates_.begin(), candidates_.end()), candidates_.end());
    return std::move(candidates_);
  }
  std::vector<RuleCut> take_cuts() {
    std::sort(cuts_.begin(), cuts_.end(), [](const RuleCut& a, const RuleCut& b) { return a.rule < b.rule; });
    return std::move(cuts_);
  }

 private:
  void count_cut(const RuleKey& key, std::size_t compared) {
    const std::size_t others = after_.count(key.key) - 1;
    if (compared == others) return;
    auto cut = std::find_if(cuts_.begin(), cuts_.end(), [&](const RuleCut& one) { return one.rule == key.rule; });
    if (cut == cuts_.end()) cut = cuts_.insert(cut, RuleCut{.rule = key.rule});
    ++cut->keys;
    cut->records += others;
    cut->compared += compared;
  }

  const PendingIndex& after_;
  const RowId row_;
  std::optional<std::vector<RowId>> neighbours_;
  std::vector<RuleRow> candidates_;
  std::vector<RuleCut> cuts_;
};

std::vector<RuleCut> evaluate_record(const PendingIndex& after, TieChanges& changes) {
  const PendingRecord& record = *after.pending();
  const auto old = changes.ties(record.row);
  std::vector<RowId> gone;
  for (const RecordTie& tie : old) gone.push_back(tie.other);
  ProposedRows proposed = proposed_rows(after, record.row, record.after);
  for (const RowId other : proposed.rows) {
    const auto tie = judge_pair(after, record.row, other);
    if (!tie) continue;
    if (const auto at = std::lower_bound(gone.begin(), gone.end(), other); at != gone.end() && *at == other)
      gone.erase(at);
    changes.set(record.row, other, *tie);
  }
  // Its old ties are void with its old content, wherever they are stored.
  for (const RowId other : gone) changes.drop(record.row, other, /*rewrite_owner=*/false);
  if (record.live) changes.store(record.row);
  return std::move(proposed.cuts);
}

/// Numbers for the contents of some rows: what depends on contents only is asked once for each two.
class ContentNumbers {
 public:
  ContentNumbers(const PendingIndex& after, const std::vector<RowId>& rows) : number_(rows.size()) {
    const BlockSplit& split = after.rules().split();
    std::vector<std::uint32_t> order(rows.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return split.content_less(after.view(rows[a]), after.view(rows[b]));
    });
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i > 0 && !split.same_content(after.view(rows[order[i]]), after.view(rows[order[i - 1]]))) ++last_;
      number_[order[i]] = last_;
    }
  }

  std::uint32_t operator[](std::size_t i) const { return number_[i]; }
  bool repeat() const { return last_ + 1u < number_.size(); }

 private:
  std::vector<std::uint32_t> number_;
  std::uint32_t last_ = 0;
};

/// Remembers an answer for each two contents, in the order of their records' keys.
template <class Answer>
class ByContents {
 public:
  template <class Ask>
  const Answer& get(std::uint32_t left, std::uint32_t right, Ask ask) {
    const auto [at, fresh] = known_.try_emplace(std::uint64_t{left} << 32 | right);
    if (fresh) at->second = ask();
    return at->second;
  }

 private:
  boost::unordered_flat_map<std::uint64_t, Answer> known_;
};

/// The neighbours among records of one content, the lower row first; ascending. `rows` hold all of a content that they
/// hold one of, but for the pending record.
std::vector<std::pair<RowId, RowId>> neighbours_among(const std::vector<RowId>& rows, const ContentNumbers& contents,
                                                      const PendingIndex& after) {
  std::vector<std::vector<RowId>> of_content(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) of_content[contents[i]].push_back(rows[i]);
  std::vector<std::pair<RowId, RowId>> neighbours;
  for (std::vector<RowId>& same : of_content) {
    if (same.size() < 2) continue;
    const PendingRecord& pending = *after.pending();
    if (pending.live && after.rules().split().same_content(after.view(same[0]), after.view(pending.row)))
      same.push_back(pending.row);
    std::sort(same.begin(), same.end(), [&](RowId a, RowId b) { return after.key_text(a) < after.key_text(b); });
    for_each_neighbours(
        same, [&](RowId a, RowId b) { return !after.comparable(a, b); },
        [&](RowId a, RowId b) { neighbours.push_back(std::minmax(a, b)); });
  }
  std::sort(neighbours.begin(), neighbours.end());
  return neighbours;
}

/// By which keys, or parts of keys, each of some rows can still meet another of them.
class UsableKeys {
 public:
  UsableKeys(const PendingIndex& after, const std::vector<RowId>& rows) : after_(after), of_row_(rows.size()) {
    std::vector<std::pair<RuleKey, std::uint32_t>> all;
    for (std::uint32_t i = 0; i < rows.size(); ++i)
      for (const RuleKey& key : after.rules().keys(after.view(rows[i]))) add_usable(key, rows[i], i, all);
    std::sort(all.begin(), all.end());
    for (std::size_t first = 0, last = 0; first < all.size(); first = last) {
      while (last < all.size() && all[last].first == all[first].first) ++last;
      for (std::size_t i = first; last - first > 1 && i < last; ++i)
        of_row_[all[i].second].push_back(all[i].first);  // ascending
    }
  }

  /// As PendingIndex::proposing_rules() says, but for neighbours of one content.
  bool propose(std::size_t i, RowId a, std::size_t j, RowId b) const {
    auto x = of_row_[i].begin(), y = of_row_[j].begin();
    while (x != of_row_[i].end() && y != of_row_[j].end()) {
      if (*x == *y && after_.holds(x->rule, a, b)) return true;
      const bool forward = *x <= *y;
      (forward ? x : y)++;
    }
    return false;
  }

 private:
  void add_usable(const RuleKey& key, RowId row, std::uint32_t i,
                  std::vector<std::pair<RuleKey, std::uint32_t>>& all) const {
    if (!after_.too_common(key.key)) return all.push_back({key, i});
    const BlockSplit& split = after_.rules().split();
    const RecordView record = after_.view(row);
    for (BlockSplit::Field field = 0; field < split.fields(); ++field) {
      if (!split.has(field, record)) continue;
      const BlockingKey part = split.part(key.key, field, record);
      if (!after_.part_too_common(part)) all.push_back({{part, key.rule}, i});
    }
  }

  const PendingIndex& after_;
  std::vector<std::vector<RuleKey>> of_row_;
};

/// Drops ties among `rows` that nothing proposes any more.
void drop_unproposed(const std::vector<RowId>& rows, const PendingIndex& after, TieChanges& changes) {
  const UsableKeys keys(after, rows);
  std::vector<std::pair<RowId, RowId>> unproposed;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::size_t j = i + 1;  // both lists ascend
    for (const RecordTie& tie : changes.ties(rows[i])) {
      while (j < rows.size() && rows[j] < tie.other) ++j;
      if (j == rows.size()) break;
      if (rows[j] == tie.other && !after.asserted(rows[i], rows[j]) && !keys.propose(i, rows[i], j, rows[j]))
        unproposed.emplace_back(rows[i], rows[j]);
    }
  }
  const ContentNumbers contents(after, rows);
  if (contents.repeat()) {
    const auto kept = neighbours_among(rows, contents, after);
    std::erase_if(unproposed,
                  [&](const auto& pair) { return std::binary_search(kept.begin(), kept.end(), pair); });
  }
  changes.drop_all(unproposed);
}

/// Judges the pairs among `rows`, which share a key of `rule`, that have no tie.
void judge_all(const Crossing& crossing, const PendingIndex& after, TieChanges& changes) {
  const std::vector<RowId>& rows = crossing.rows;
  const ContentNumbers contents(after, rows);
  tbb::enumerable_thread_specific<ByContents<std::optional<RecordTie>>> known;
  std::vector<std::vector<OwnedTie>> found(rows.size());
  const auto judge_with_later = [&](std::size_t i) {
    auto& judged = known.local();
    const auto ties = std::as_const(changes).ties(rows[i]);
    auto tie = ties.begin();
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      const RowId a = rows[i], b = rows[j];
      while (tie != ties.end() && tie->other < b) ++tie;
      if ((tie != ties.end() && tie->other == b) || !after.comparable(a, b)) continue;
      const auto judge = [&] {
        return after.holds(crossing.rule, a, b) ? judge_pair(after, a, b) : std::nullopt;
      };
      const bool in_order = after.key_text(a) < after.key_text(b);
      auto decided = contents.repeat()
                         ? judged.get(contents[in_order ? i : j], contents[in_order ? j : i], judge)
                         : judge();
      if (!decided) continue;
      decided->other = b;
      found[i].push_back({a, *decided});
    }
  };
  // Isolated: while it waits for the others, a thread that holds the lock takes no work from outside.
  tbb::this_task_arena::isolate([&] { tbb::parallel_for(std::size_t{0}, rows.size(), judge_with_later); });
  std::vector<OwnedTie> added;
  for (const auto& ties : found) added.insert(added.end(), ties.begin(), ties.end());
  changes.add_all(std::move(added));
}

/// The pending record came between, or went from between, records of one content.
void mend_neighbours(const PendingIndex& after, TieChanges& changes) {
  const BlockSplit& split = after.rules().split();
  for (const RowId row : after.neighbours_after()) {
    std::vector<std::pair<RowId, RowId>> parted;
    for (const RecordTie& tie : changes.ties(row))
      if (!after.is_pending(tie.other) && split.same_content(after.view(row), after.view(tie.other)) &&
          !after.proposes(row, tie.other))
        parted.emplace_back(row, tie.other);
    changes.drop_all(parted);
  }
  for (const RowId row : after.neighbours_before()) {
    for (const RuleKey& key : after.rules().keys(after.view(row))) {
      if (!after.too_common(key.key)) continue;
      for (const RowId other : after.neighbours(key.key, row))
        if (!after.is_pending(other) && changes.find(row, other) == nullptr && after.proposes(row, other))
          if (const auto tie = judge_pair(after, row, other)) changes.set(row, other, *tie);
      break;  // the same neighbours under each key
    }
  }
}

/// Those that a steward's word ties to the row, as long as all are live.
void add_asserted(const PendingIndex& after, RowId row, RowId below, std::vector<RowId>& rows) {
  const Assertions& assertions = after.index().assertions();
  if (assertions.about(row).empty() || !after.live(row)) return;
  for (const RowId other : assertions.tied(row)) {
    const auto at = std::lower_bound(rows.begin(), rows.end(), other);
    if (other < below && after.live(other) && (at == rows.end() || *at != other)) rows.insert(at, other);
  }
}

}  // namespace

RecordTie asserted_tie(const PendingIndex& after, RowId a, RowId b, TieKind kind) {
  return {.other = b, .kind = kind, .owned = true, .guard = LinkDecision::kNoGuard, .weight = after.decide(a, b).weight};
}

std::optional<RecordTie> judge_evidence(const PendingIndex& after, RowId a, RowId b) {
  const LinkDecision decision = after.decide(a, b);
  const auto kind = tie_kind(decision);
  if (!kind) return std::nullopt;
  return RecordTie{
      .other = b, .kind = *kind, .owned = true, .guard = decision.guard, .weight = decision.weight};
}

std::optional<RecordTie> judge_pair(const PendingIndex& after, RowId a, RowId b) {
  if (const auto kind = after.asserted(a, b)) return asserted_tie(after, a, b, *kind);
  return judge_evidence(after, a, b);
}

ProposedRows proposed_rows(const PendingIndex& after, RowId row, const std::vector<RuleKey>& keys,
                           RowId below) {
  Candidates candidates(after, row);
  for (const RuleKey& key : keys) candidates.take(key);
  ProposedRows proposed;
  for (const RuleRow& candidate : candidates.take_rows()) {
    if (candidate.row >= below) break;
    if (!proposed.rows.empty() && proposed.rows.back() == candidate.row) continue;
    after.index().records().prefetch(candidate.row);
    if (after.comparable(row, candidate.row) && after.holds(candidate.rule, row, candidate.row))
      proposed.rows.push_back(candidate.row);
  }
  proposed.cuts = candidates.take_cuts();
  add_asserted(after, row, below, proposed.rows);
  return proposed;
}

std::vector<RuleCut> evaluate_ties(const PendingIndex& after, TieChanges& changes) {
  std::vector<RuleCut> cuts = evaluate_record(after, changes);
  for (const Crossing& crossing : after.becoming_common()) drop_unproposed(crossing.rows, after, changes);
  for (const Crossing& crossing : after.ceasing_common()) judge_all(crossing, after, changes);
  mend_neighbours(after, changes);
  return cuts;
}

}  // namespace gmpi
