#include "linkage/batch_link.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>

#include <tbb/parallel_for.h>
#include <tbb/parallel_sort.h>

#include "linkage/bounded_components.h"
#include "linkage/disjoint_sets.h"
#include "linkage/identity_assignment.h"
#include "matcher/batch_scorer.h"

namespace gmpi {

namespace {

/// A tie between rows, before they are numbered within their component.
struct RowTie {
  RowId left, right;
  TieKind kind;
  MatchWeight weight;
};

/// What one worker has seen; never shared.
struct alignas(64) WorkerPart {
  std::optional<BatchScorer::Worker> scorer;
  std::vector<RowTie> ties;
  std::vector<BatchPair> judged;  // of one call
  std::vector<RowPair> linked;    // likewise
  std::uint64_t pairs = 0, links = 0, reviews = 0, held_back = 0;
};

/// Connected components over link ties: (root, row) pairs sorted by root, then rank.
std::vector<std::pair<RowId, RowId>> components(const BatchInput& input, const std::vector<RowTie>& ties,
                                                std::vector<RowId>& root_of) {
  DisjointSets sets(input.records.rows());
  for (const RowTie& tie : ties)
    if (tie.kind == TieKind::kLink) sets.unite(tie.left, tie.right);
  root_of.resize(input.records.rows());
  std::vector<std::pair<RowId, RowId>> members;
  members.reserve(root_of.size());
  for (RowId row = 0; row < root_of.size(); ++row) {
    root_of[row] = sets.find(row);
    members.emplace_back(root_of[row], row);
  }
  tbb::parallel_sort(members.begin(), members.end(), [&](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : input.rank[a.second] < input.rank[b.second];
  });
  return members;
}

/// One component: its rows in rank order and the ties within it.
class Component {
 public:
  Component(const BatchInput& input, const BlockSplit& split, std::span<const std::pair<RowId, RowId>> members)
      : input_(input), split_(split) {
    for (const auto& member : members) rows_.push_back(member.second);
  }

  void add(const RowTie& tie) {
    const std::uint32_t a = node(tie.left), b = node(tie.right);
    ties_.push_back({std::min(a, b), std::max(a, b), tie.kind, tie.weight});
  }

  /// Writes the group of each row; returns refused and undecided links.
  std::pair<std::uint64_t, std::uint64_t> assign(std::vector<RowId>& cluster) {
    const std::uint64_t dropped = drop_links_between_units();
    const auto& terms = input_.policy.exclusive_terms();
    std::vector<ValueId> exclusive;
    for (const RowId row : rows_)
      for (const TermId term : terms) exclusive.push_back(input_.records.term_id(term, input_.records.view(row)));
    const Assignment assignment = assign_identities({.nodes = static_cast<std::uint32_t>(rows_.size()),
                                                     .ties = ties_,
                                                     .exclusive_columns = static_cast<std::uint32_t>(terms.size()),
                                                     .exclusive = exclusive,
                                                     .conflict_margin = input_.policy.policy().conflict_margin});
    for (std::size_t i = 0; i < rows_.size(); ++i) cluster[rows_[i]] = rows_[assignment.group[i]];
    const auto undecided = std::count_if(assignment.refusals.begin(), assignment.refusals.end(), [](const Refusal& r) {
      return r.kind == RefusalKind::kUndecided;
    });
    return {dropped + assignment.refusals.size(), static_cast<std::uint64_t>(undecided)};
  }

 private:
  /// Where the component is too large.
  std::uint64_t drop_links_between_units() {
    const Policy& policy = input_.policy.policy();
    if (policy.component_records_max == 0 || rows_.size() <= policy.component_records_max) return 0;
    const auto unit = bounded_units(static_cast<std::uint32_t>(rows_.size()), ties_, policy.link_weight,
                                    policy.component_records_max, [&](std::uint32_t a, std::uint32_t b) {
                                      return split_.same_content(input_.records.view(rows_[a]),
                                                                       input_.records.view(rows_[b]));
                                    });
    return std::erase_if(ties_, [&](const Tie& tie) { return tie.kind == TieKind::kLink && unit[tie.a] != unit[tie.b]; });
  }

  std::uint32_t node(RowId row) const {
    const auto at = std::lower_bound(rows_.begin(), rows_.end(), row,
                                     [&](RowId a, RowId b) { return input_.rank[a] < input_.rank[b]; });
    return static_cast<std::uint32_t>(at - rows_.begin());
  }

  const BatchInput& input_;
  const BlockSplit& split_;
  std::vector<RowId> rows_;
  std::vector<Tie> ties_;
};

void assign_clusters(const BatchInput& input, const BlockSplit& split, std::vector<RowTie> ties,
                     BatchReport& report) {
  std::vector<RowId> root_of;
  const auto members = components(input, ties, root_of);
  std::erase_if(ties, [&](const RowTie& tie) { return root_of[tie.left] != root_of[tie.right]; });
  tbb::parallel_sort(ties.begin(), ties.end(),
                     [&](const RowTie& a, const RowTie& b) { return root_of[a.left] < root_of[b.left]; });
  report.cluster.resize(input.records.rows());
  std::iota(report.cluster.begin(), report.cluster.end(), 0u);

  struct Span {
    std::size_t first, last, first_tie, last_tie;
  };
  std::vector<Span> spans;
  std::size_t tie = 0;
  for (std::size_t first = 0, last = 0; first < members.size(); first = last) {
    const RowId root = members[first].first;
    while (last < members.size() && members[last].first == root) ++last;
    const std::size_t first_tie = tie;
    while (tie < ties.size() && root_of[ties[tie].left] == root) ++tie;
    if (last - first > 1) spans.push_back({first, last, first_tie, tie});
  }

  std::atomic<std::uint64_t> refused{0}, undecided{0};
  tbb::parallel_for(std::size_t{0}, spans.size(), [&](std::size_t i) {
    const Span& span = spans[i];
    Component component(input, split, {members.data() + span.first, span.last - span.first});
    for (std::size_t t = span.first_tie; t < span.last_tie; ++t) component.add(ties[t]);
    const auto [r, u] = component.assign(report.cluster);
    refused += r;
    undecided += u;
  });
  report.refused = refused;
  report.undecided = undecided;
}

/// Scores, decides and counts the pairs that blocking proposes.
class PairJudge {
 public:
  PairJudge(const BatchInput& input, const BlockSplit& split, const ChunkConsumer& consumer)
      : input_(input),
        split_(split),
        on_pairs_(consumer.on_pairs),
        scorer_(input.model, input.records),
        weight_min_(std::min(input.policy.policy().review_weight, input.policy.policy().link_weight)),
        parts_(batch_workers()) {
    if (on_pairs_) weight_min_ = std::min(weight_min_, input.pairs_weight_min);
    if (input.policy.joins_every_link() && input.policy.policy().component_records_max == 0)
      people_.emplace(input.records.rows());
  }

  void operator()(std::span<const RowPair> pairs, RuleId rule, std::size_t worker) {
    WorkerPart& part = parts_[worker];
    if (!part.scorer) part.scorer.emplace(scorer_.worker());
    std::array<MatchWeight, BatchScorer::kPairsMax> weights;
    scorer_.score(pairs, weight_min_, *part.scorer, {weights.data(), pairs.size()});
    part.pairs += pairs.size();
    part.judged.clear();
    part.linked.clear();
    for (std::size_t i = 0; i < pairs.size(); ++i) judge(pairs[i], weights[i], rule, part);
    if (people_) unite(part.linked);
    if (on_pairs_ && !part.judged.empty()) on_pairs_(part.judged, worker);
  }

  /// Everything but the rules, which blocking reports.
  BatchReport report() {
    BatchReport report;
    std::vector<RowTie> ties;
    for (auto& part : parts_) {
      report.pairs += part.pairs;
      report.links += part.links;
      report.reviews += part.reviews;
      report.held_back += part.held_back;
      ties.insert(ties.end(), part.ties.begin(), part.ties.end());
      part.ties = {};
    }
    if (people_) {
      name_people(report);
    } else {
      assign_clusters(input_, split_, std::move(ties), report);
    }
    return report;
  }

 private:
  void judge(RowPair pair, MatchWeight weight, RuleId rule, WorkerPart& part) const {
    const RecordView l = input_.records.view(pair.left), r = input_.records.view(pair.right);
    if (std::isnan(weight)) {
      if (!input_.policy.asks_at_any_weight()) return;
      const LinkDecision decision = input_.policy.decide(l, r, weight);
      if (decision.kind == DecisionKind::kNone && !decision.apart) return;
      weight = input_.model.weight(l, r);
    }
    const LinkDecision decision = input_.policy.decide(l, r, weight);
    if (decision.kind == DecisionKind::kLink) {
      ++part.links;
      if (people_) part.linked.push_back(pair);
      else part.ties.push_back({pair.left, pair.right, TieKind::kLink, weight});
    } else if (decision.kind == DecisionKind::kReview) {
      ++part.reviews;
      if (decision.weight >= input_.policy.policy().link_weight) ++part.held_back;
    }
    if (decision.apart) part.ties.push_back({pair.left, pair.right, TieKind::kApart, weight});
    if (on_pairs_) part.judged.push_back({pair.left, pair.right, rule, decision});
  }

  /// What is read of each pair is asked for before the first is used.
  void unite(std::vector<RowPair>& pairs) {
    for (const RowPair pair : pairs) __builtin_prefetch(&input_.rank[pair.left]), __builtin_prefetch(&input_.rank[pair.right]);
    for (RowPair& pair : pairs) {
      pair = {input_.rank[pair.left], input_.rank[pair.right]};
      people_->prefetch(pair.left);
      people_->prefetch(pair.right);
    }
    for (const RowPair pair : pairs) people_->unite(pair.left, pair.right);
  }

  void name_people(BatchReport& report) {
    std::vector<RowId> row_at(input_.records.rows());
    for (RowId row = 0; row < row_at.size(); ++row) row_at[input_.rank[row]] = row;
    report.cluster.resize(row_at.size());
    for (RowId row = 0; row < row_at.size(); ++row) report.cluster[row] = row_at[people_->find(input_.rank[row])];
  }

  const BatchInput& input_;
  const BlockSplit& split_;
  const std::function<void(std::span<const BatchPair>, std::size_t)>& on_pairs_;
  const BatchScorer scorer_;
  MatchWeight weight_min_;
  std::vector<WorkerPart> parts_;
  std::optional<DisjointSets> people_;  // by rank; absent where the policy can hold groups apart
};

}  // namespace

BatchReport link_batch_in_chunks(const BatchInput& input, const ChunkConsumer& consumer) {
  static_assert(kPairsPerCall <= BatchScorer::kPairsMax);
  const auto split = BlockSplit::compile(input.policy.policy().split_by, input.records);
  assert(split);  // the reader of policies allows no more columns
  PairJudge judge(input, *split, consumer);
  auto rules = for_each_pairs(input.plan, input.records,
                              {.block_records_max = input.policy.policy().block_records_max,
                               .rank = input.rank,
                               .source = input.source,
                               .split = &*split,
                               .on_chunk_end = consumer.on_chunk_end},
                              std::ref(judge));
  BatchReport report = judge.report();
  report.rules = std::move(rules);
  return report;
}

BatchReport link_batch(const BatchInput& input, const PairConsumer& on_pair) {
  if (!on_pair) return link_batch_in_chunks(input, {});
  const auto one_by_one = [&](std::span<const BatchPair> pairs, std::size_t worker) {
    for (const BatchPair& pair : pairs) on_pair(pair, worker);
  };
  return link_batch_in_chunks(input, {.on_pairs = one_by_one, .on_chunk_end = {}});
}

namespace {

struct RankedEntry {
  std::uint64_t head;
  std::uint32_t number;
};

/// Orders entries by their heads, then by their texts.
std::vector<std::uint32_t> ranks_of(std::vector<RankedEntry> order,
                                    const std::function<std::string_view(std::size_t)>& text_of) {
  tbb::parallel_sort(order.begin(), order.end(), [&](const RankedEntry& a, const RankedEntry& b) {
    return a.head != b.head ? a.head < b.head : text_of(a.number) < text_of(b.number);
  });
  std::vector<std::uint32_t> rank(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) rank[order[i].number] = i;
  return rank;
}

}  // namespace

std::vector<std::uint32_t> ranks_of(std::size_t count, const std::function<std::string_view(std::size_t)>& text_of) {
  // Ids begin alike (one source): what follows decides, eight bytes of it in one compare.
  const std::string_view first = count == 0 ? std::string_view() : text_of(0);
  std::size_t common = first.size();
  for (std::size_t i = 0; i < count && common > 0; ++i) {
    const std::string_view text = text_of(i).substr(0, common);
    common = static_cast<std::size_t>(std::mismatch(text.begin(), text.end(), first.begin()).first - text.begin());
  }
  std::vector<RankedEntry> order(count);
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
    const std::string_view text = text_of(i);
    std::uint64_t head = 0;
    for (std::size_t at = common; at < common + sizeof head; ++at)
      head = head << 8 | (at < text.size() ? static_cast<unsigned char>(text[at]) : 0u);
    order[i] = {head, static_cast<std::uint32_t>(i)};
  });
  return ranks_of(std::move(order), text_of);
}

std::vector<std::uint32_t> ranks_of(std::span<const std::int64_t> numbers,
                                    const std::function<std::string_view(std::size_t)>& text_of) {
  std::vector<RankedEntry> order(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i)
    order[i] = {static_cast<std::uint64_t>(numbers[i]) ^ std::uint64_t{1} << 63, static_cast<std::uint32_t>(i)};
  return ranks_of(std::move(order), text_of);
}

std::vector<std::uint32_t> ranks_of(std::span<const std::string> ids) {
  return ranks_of(ids.size(), [&](std::size_t i) { return std::string_view(ids[i]); });
}

}  // namespace gmpi
