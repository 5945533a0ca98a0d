#include "linkage/random_pairs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string_view>

#include <tbb/blocked_range.h>
#include <tbb/blocked_range2d.h>
#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_sort.h>
#include <tbb/task_arena.h>
#include <boost/unordered/unordered_flat_map.hpp>

#include "base/random.h"
#include "blocking/batch_pairs.h"
#include "matcher/batch_scorer.h"

namespace gmpi {

namespace {

constexpr std::array kShares = {0.01, 0.1, 1.0};  // of the budget, as the sample grows
constexpr std::size_t kTile =
    64;  // groups: two tiles and the values of their records stay in the nearest cache

/// Sorts the arguments of what commutes, so that mirrored halves of one condition print equally.
Expression in_order(Expression e) {
  static constexpr std::array<std::string_view, 16> kCommute = {"=",
                                                                "<>",
                                                                "and",
                                                                "or",
                                                                "+",
                                                                "*",
                                                                "is distinct from",
                                                                "levenshtein",
                                                                "damerau_levenshtein",
                                                                "jaro_similarity",
                                                                "jaro_winkler_similarity",
                                                                "jaccard",
                                                                "hamming",
                                                                "greatest",
                                                                "least",
                                                                "distance"};
  if (e.is_call("abs") && e.arguments[0].is_call("-") && e.arguments[0].arguments.size() == 2)
    e.arguments[0].text = "distance";  // |a - b| = |b - a|; the name is only printed
  for (auto& argument : e.arguments) argument = in_order(std::move(argument));
  if (e.kind == ExpressionKind::kCall &&
      std::find(kCommute.begin(), kCommute.end(), e.text) != kCommute.end())
    std::sort(e.arguments.begin(), e.arguments.end(),
              [](const Expression& a, const Expression& b) { return to_sql(a) < to_sql(b); });
  return e;
}

std::vector<ColumnId> columns_read(const Comparison& comparison, const PackedRecords& records) {
  std::vector<ColumnId> columns;
  for (const auto& level : comparison.levels) {
    if (level.is_else) continue;
    for (const auto& name : columns_of(level.condition, Side::kNone))
      columns.push_back(*records.find_column(name));
  }
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

/// Rows that no comparison at hand can tell apart.
struct Group {
  RowId row = 0;  // one of them
  std::uint32_t source = 0;
  std::uint64_t size = 0;
};

/// Rows in a random order that depends on the ids and the seed alone.
std::vector<RowId> shuffled(std::span<const std::uint32_t> rank, std::uint64_t seed) {
  std::vector<std::pair<std::uint64_t, RowId>> keyed;
  keyed.reserve(rank.size());
  for (RowId row = 0; row < rank.size(); ++row) keyed.emplace_back(mix64(mix64(seed) ^ rank[row]), row);
  tbb::parallel_sort(keyed.begin(), keyed.end());
  std::vector<RowId> rows;
  rows.reserve(keyed.size());
  for (const auto& entry : keyed) rows.push_back(entry.second);
  return rows;
}

/// Rows whose pairs number about `pairs`, of `all` that `rows` have.
std::size_t rows_for(std::uint64_t pairs, std::uint64_t all, std::size_t rows) {
  if (pairs >= all) return rows;
  const double share = std::sqrt(static_cast<double>(pairs) / static_cast<double>(all));
  return std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(share * static_cast<double>(rows))),
                                 std::min<std::size_t>(rows, 2), rows);
}

std::uint64_t pairs_of(std::uint64_t n) {
  return n % 2 == 0 ? n / 2 * (n - 1) : (n - 1) / 2 * n;
}

class RandomPairCounter {
 public:
  RandomPairCounter(const CompiledModel& model, const PackedRecords& records,
                    std::span<const std::uint32_t> rank, std::span<const std::uint32_t> source)
      : model_(model), levels_(model, records), records_(records), rank_(rank), source_(source) {}

  /// All pairs of `rows` under one comparison.
  LevelCounts count(std::size_t comparison, std::span<const RowId> rows) const {
    const auto& all = model_.model().comparisons;
    const std::vector<Group> groups = groups_of(all[comparison], rows);
    tbb::enumerable_thread_specific<LevelCounts> parts([&] { return LevelCounts(all); });
    const std::size_t tiles = (groups.size() + kTile - 1) / kTile;
    tbb::parallel_for(tbb::blocked_range2d<std::size_t>(0, tiles, 1, 0, tiles, 1), [&](const auto& range) {
      LevelCounts& part = parts.local();
      for (std::size_t i = range.rows().begin(); i != range.rows().end(); ++i)
        for (std::size_t j = range.cols().begin(); j != range.cols().end(); ++j)
          if (i <= j) count_tile(comparison, groups, i * kTile, j * kTile, part);
    });
    LevelCounts counts(all);
    for (const auto& part : parts) counts.merge(part);
    return counts;
  }

 private:
  std::vector<Group> groups_of(const Comparison& comparison, std::span<const RowId> rows) const {
    std::vector<Group> groups;
    if (!is_symmetric(comparison)) {
      for (const RowId row : rows) groups.push_back({row, source_of(row), 1});
      return groups;
    }
    const auto columns = columns_read(comparison, records_);
    const auto same = [&](RowId a, RowId b) {
      return source_of(a) == source_of(b) &&
             std::all_of(columns.begin(), columns.end(), [&](ColumnId column) {
               return records_.view(a).line[column] == records_.view(b).line[column];
             });
    };
    const auto hash = [&](RowId row) {
      std::uint64_t h = source_of(row);
      for (const ColumnId column : columns) h = mix64(h ^ records_.view(row).line[column]);
      return static_cast<std::size_t>(h);
    };
    boost::unordered_flat_map<RowId, std::size_t, decltype(hash), decltype(same)> known(rows.size(), hash,
                                                                                        same);
    for (const RowId row : rows) {
      const auto [entry, is_new] = known.emplace(row, groups.size());
      if (is_new) groups.push_back({row, source_of(row), 0});
      ++groups[entry->second].size;
    }
    return groups;
  }

  void count_tile(std::size_t comparison, std::span<const Group> groups, std::size_t first,
                  std::size_t second, LevelCounts& counts) const {
    const std::size_t last = std::min(first + kTile, groups.size());
    const std::size_t end = std::min(second + kTile, groups.size());
    std::vector<std::uint64_t> seen(model_.model().comparisons[comparison].levels.size() + 1,
                                    0);  // none holds, then levels
    const auto add = [&](RowId a, RowId b, std::uint64_t pairs) {
      const bool swap = rank_[a] > rank_[b];
      seen[static_cast<std::size_t>(
          1 + levels_.level_of(comparison, swap ? RowPair{b, a} : RowPair{a, b}))] += pairs;
    };
    for (std::size_t i = first; i < last; ++i) {
      const Group& a = groups[i];
      if (first == second && a.size > 1 && source_.empty()) add(a.row, a.row, pairs_of(a.size));
      for (std::size_t j = first == second ? i + 1 : second; j < end; ++j) {
        const Group& b = groups[j];
        if (source_.empty() || a.source != b.source) add(a.row, b.row, a.size * b.size);
      }
    }
    for (std::size_t k = 1; k < seen.size(); ++k) counts.add(comparison, static_cast<int>(k) - 1, seen[k]);
  }

  std::uint32_t source_of(RowId row) const { return source_.empty() ? 0 : source_[row]; }

  const CompiledModel& model_;
  const BatchScorer levels_;
  const PackedRecords& records_;
  std::span<const std::uint32_t> rank_, source_;
};

}  // namespace

std::vector<RowId> random_rows(std::span<const std::uint32_t> rank, std::span<const std::uint32_t> source,
                               std::uint64_t pairs_max, std::uint64_t seed) {
  std::vector<RowId> rows = shuffled(rank, seed);
  rows.resize(rows_for(pairs_max, count_all_pairs(rows.size(), source), rows.size()));
  return rows;
}

void for_each_pair_of(std::span<const RowId> rows, std::span<const std::uint32_t> rank,
                      std::span<const std::uint32_t> source,
                      const std::function<void(std::span<const RowPair> pairs, std::size_t worker)>& sink) {
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, rows.size(), 16), [&](const auto& range) {
    const auto worker = static_cast<std::size_t>(tbb::this_task_arena::current_thread_index());
    std::array<RowPair, kPairsPerCall> pairs;
    std::size_t filled = 0;
    for (std::size_t i = range.begin(); i != range.end(); ++i)
      for (std::size_t j = i + 1; j < rows.size(); ++j) {
        if (!source.empty() && source[rows[i]] == source[rows[j]]) continue;
        pairs[filled++] =
            rank[rows[i]] < rank[rows[j]] ? RowPair{rows[i], rows[j]} : RowPair{rows[j], rows[i]};
        if (filled < pairs.size()) continue;
        sink(pairs, worker);
        filled = 0;
      }
    sink(std::span(pairs).first(filled), worker);
  });
}

std::uint64_t count_all_pairs(std::size_t rows, std::span<const std::uint32_t> source) {
  std::uint64_t pairs = pairs_of(rows);
  if (source.empty()) return pairs;
  std::vector<std::uint64_t> sizes;
  for (const std::uint32_t number : source) {
    if (number >= sizes.size()) sizes.resize(number + 1);
    ++sizes[number];
  }
  for (const std::uint64_t size : sizes) pairs -= pairs_of(size);
  return pairs;
}

bool is_symmetric(const Comparison& comparison) {
  return std::all_of(comparison.levels.begin(), comparison.levels.end(), [](const ComparisonLevel& level) {
    return level.is_else || to_sql(in_order(level.condition)) == to_sql(in_order(mirrored(level.condition)));
  });
}

RandomPairs count_random_pairs(const CompiledModel& model, const PackedRecords& records,
                               std::span<const std::uint32_t> rank, std::span<const std::uint32_t> source,
                               const RandomPairsOptions& options, Progress& progress) {
  const auto& comparisons = model.model().comparisons;
  const std::vector<RowId> rows = shuffled(rank, options.seed);
  const std::uint64_t all = count_all_pairs(rows.size(), source);
  const RandomPairCounter counter(model, records, rank, source);
  RandomPairs out{LevelCounts(comparisons), 0};
  for (std::size_t c = 0; c < comparisons.size(); ++c) {
    LevelCounts counts(comparisons);
    std::size_t used = 0;
    for (const double share : kShares) {
      if (share < 1 && options.observations_min == 0) continue;
      const auto budget = static_cast<std::uint64_t>(share * static_cast<double>(options.pairs_max));
      const std::size_t wanted = rows_for(budget, all, rows.size());
      if (wanted == used) continue;
      used = wanted;
      counts = counter.count(c, std::span(rows).first(used));
      if (options.observations_min > 0 && counts.least(c) >= options.observations_min) break;
    }
    out.counts.merge(counts);
    out.records = std::max<std::uint64_t>(out.records, used);
    progress.add(pairs_of(used));
  }
  return out;
}

}  // namespace gmpi
