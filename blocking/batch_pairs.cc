#include "blocking/batch_pairs.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <numeric>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>

#include "blocking/common_blocks.h"
#include "blocking/sorted_keys.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gmpi {

namespace {

/// Position of a record in the order of record ids.
using Position = std::uint32_t;

/// Number of a record's group under one rule: the place of its first member, or a number of its own.
using GroupNumber = std::uint32_t;
constexpr GroupNumber kAlone = 0x80000000u;
constexpr std::size_t kLanes = 4;  // group numbers compared at a time
constexpr std::size_t kGroupedRulesMax = 64;  // bits of a compare; rules beyond are asked on the values
constexpr std::size_t kPrefetchAhead = 16;
constexpr std::size_t kChunks = 64;  // of work that runs in parallel and is put together in order
constexpr std::size_t kPairsPerChunk = 32768;  // candidates; one record's are never parted
constexpr std::size_t kRecordsPerChunk = 256;  // where candidates are not counted beforehand

/// One record of a group of two or more.
struct Member {
  RowId row;
  std::uint32_t group_end;  // place behind the group's last member
};

/// Bit i: group number i is equal. `lanes` is a multiple of kLanes.
std::uint64_t equal_groups(const GroupNumber* a, const GroupNumber* b, std::size_t lanes) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < lanes; i += kLanes) {
#if defined(__SSE2__)
    const __m128i equal = _mm_cmpeq_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(a + i)),
                                          _mm_loadu_si128(reinterpret_cast<const __m128i*>(b + i)));
    bits |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_ps(_mm_castsi128_ps(equal)))) << i;
#else
    for (std::size_t k = i; k < i + kLanes; ++k) bits |= std::uint64_t{a[k] == b[k]} << k;
#endif
  }
  return bits;
}

std::size_t worker_number() { return static_cast<std::size_t>(tbb::this_task_arena::current_thread_index()); }

/// Gathers pairs for the sink.
class PairBuffer {
 public:
  PairBuffer(const PairsSink& sink, RuleId rule) : sink_(sink), rule_(rule) {}

  void add(RowId left, RowId right) {
    pairs_[size_++] = {left, right};
    if (size_ == pairs_.size()) flush();
  }
  void flush() {
    if (size_ > 0) sink_({pairs_.data(), size_}, rule_, worker_number());
    total_ += size_;
    size_ = 0;
  }
  std::uint64_t total() const { return total_; }

 private:
  const PairsSink& sink_;
  const RuleId rule_;
  std::size_t size_ = 0;
  std::uint64_t total_ = 0;
  std::array<RowPair, kPairsPerCall> pairs_;
};

/// All rules over the whole set, in turn.
class Search {
 public:
  Search(const BlockingPlan& plan, const PackedRecords& records, const BatchPairsOptions& options, const PairsSink& sink)
      : plan_(plan), records_(records), options_(options), sink_(sink), order_(options.rank.size()),
        common_(plan, records, options.split, options.block_records_max,
                [this](RowId a, RowId b) { return one_source(a, b); }) {
    for (RowId row = 0; row < order_.size(); ++row) order_[options_.rank[row]] = row;
    for (RuleId rule = 0; rule < plan_.rules(); ++rule)
      (groups(rule) && grouped_.size() < kGroupedRulesMax ? grouped_ : asked_).push_back(rule);
    lanes_ = (grouped_.size() + kLanes - 1) / kLanes * kLanes;
    groups_.resize(order_.size() * lanes_);
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, order_.size(), 4096), [&](const auto& range) {
      for (std::size_t row = range.begin(); row != range.end(); ++row)
        std::fill_n(groups_.data() + row * lanes_, lanes_, kAlone | static_cast<RowId>(row));
    });
  }

  std::vector<RuleReport> run() {
    std::vector<RuleReport> reports;
    for (RuleId rule = 0; rule < plan_.rules(); ++rule)
      reports.push_back(std::binary_search(grouped_.begin(), grouped_.end(), rule) ? run_grouped(rule) : run_asked(rule));
    return reports;
  }

 private:
  /// A record has one group at most, and equality of groups is all of the rule but its residual.
  bool groups(RuleId rule) const { return plan_.symmetric(rule) && !plan_.explodes(rule); }
  RecordView record(Position position) const { return records_.view(order_[position]); }
  RecordView record(const Member& member) const { return records_.view(member.row); }
  bool one_source(RowId a, RowId b) const {
    return !options_.source.empty() && options_.source[a] == options_.source[b];
  }

  // What a run of one rule needs to know of the rules before it.
  struct Earlier {
    std::uint64_t certain = 0;      // bits of group numbers whose equality means that the rule proposed the pair
    std::uint64_t questioned = 0;   // the same, if the rule's residual holds
    std::size_t lanes = 0;
    std::span<const RuleId> asked;  // rules without groups
    std::vector<RuleId> split;      // rules with groups and too common keys, whose records have no group
    bool on_values() const { return !asked.empty() || !split.empty(); }
  };

  Earlier earlier_than(RuleId rule) const {
    Earlier earlier;
    std::size_t count = 0;
    for (; count < grouped_.size() && grouped_[count] < rule; ++count)
      (plan_.residual(grouped_[count]) ? earlier.questioned : earlier.certain) |= std::uint64_t{1} << count;
    earlier.lanes = (count + kLanes - 1) / kLanes * kLanes;
    const auto asked_end = std::lower_bound(asked_.begin(), asked_.end(), rule);
    earlier.asked = {asked_.data(), static_cast<std::size_t>(asked_end - asked_.begin())};
    for (std::size_t i = 0; i < count; ++i)
      if (common_.any(grouped_[i])) earlier.split.push_back(grouped_[i]);
    return earlier;
  }

  /// True when an earlier rule proposed the pair; `equal`: which group numbers are equal.
  bool proposed_before(const Earlier& earlier, std::uint64_t equal, RowId l, RowId r) const {
    if (equal & earlier.certain) return true;
    const RecordView left = records_.view(l), right = records_.view(r);
    for (std::uint64_t bits = equal & earlier.questioned; bits != 0; bits &= bits - 1)
      if (plan_.residual_holds(grouped_[static_cast<std::size_t>(std::countr_zero(bits))], left, right)) return true;
    const auto proposes = [&](RuleId rule) { return plan_.holds(rule, left, right) && common_.meet_by(rule, l, r); };
    return std::any_of(earlier.asked.begin(), earlier.asked.end(), proposes) ||
           std::any_of(earlier.split.begin(), earlier.split.end(), proposes);
  }

  // --- rules with groups ---

  RuleReport run_grouped(RuleId rule) {
    RuleReport report;
    const auto lane = static_cast<std::size_t>(std::lower_bound(grouped_.begin(), grouped_.end(), rule) - grouped_.begin());
    const LargeVector<Member>& members = make_groups(rule, lane, report);
    const bool mixed = !plan_.has_exact_key(rule) && split_colliding_groups(rule, lane, members);
    const Earlier earlier = earlier_than(rule);
    const LargeVector<GroupNumber>& numbers = gather_numbers(members, earlier.lanes);
    std::atomic<std::uint64_t> pairs{0};
    const auto bounds = chunks_of(members);
    in_order(bounds.size() - 1, [&](std::size_t chunk) {
      PairBuffer buffer(sink_, rule);
      for (std::size_t i = bounds[chunk]; i != bounds[chunk + 1]; ++i) {
        const RowId left = members[i].row;
        for (std::size_t j = i + 1; j < members[i].group_end; ++j) {
          const std::uint64_t equal =
              equal_groups(numbers.data() + i * earlier.lanes, numbers.data() + j * earlier.lanes, earlier.lanes);
          if (equal & earlier.certain) continue;
          const RowId right = members[j].row;
          if (one_source(left, right)) continue;
          if (mixed && number(left, lane) != number(right, lane)) continue;
          if (plan_.residual(rule) && !plan_.residual_holds(rule, records_.view(left), records_.view(right))) continue;
          if ((equal & earlier.questioned || earlier.on_values()) && proposed_before(earlier, equal, left, right))
            continue;
          buffer.add(left, right);
        }
      }
      buffer.flush();
      pairs += buffer.total();
    });
    report.pairs = pairs;
    propose_split(rule, earlier, report);
    return report;
  }

  /// Where chunks of about as many candidates begin, and the end.
  static std::vector<std::size_t> chunks_of(const LargeVector<Member>& members) {
    std::vector<std::size_t> bounds = {0};
    std::size_t candidates = 0;
    for (std::size_t i = 0; i < members.size(); ++i) {
      candidates += members[i].group_end - i - 1;
      if (candidates < kPairsPerChunk && i + 1 < members.size()) continue;
      bounds.push_back(i + 1);
      candidates = 0;
    }
    return bounds;
  }

  /// Calls work(chunk) for each, on all cores, begun in order; then says that the chunk has ended.
  template <class Work>
  void in_order(std::size_t count, const Work& work) {
    std::atomic<std::size_t> next{0};
    const std::size_t workers = std::min(count, batch_workers());
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, workers, 1), [&](const auto&) {
      for (std::size_t chunk = next++; chunk < count; chunk = next++) {
        work(chunk);
        if (options_.on_chunk_end) options_.on_chunk_end(chunks_ended_ + chunk, worker_number());
      }
    }, tbb::simple_partitioner());
    chunks_ended_ += count;
  }

  GroupNumber& number(RowId row, std::size_t lane) { return groups_[row * lanes_ + lane]; }

  /// Members of groups of two or more, group after group; each gets its number.
  const LargeVector<Member>& make_groups(RuleId rule, std::size_t lane, RuleReport& report) {
    const auto& entries = keys_of(rule, Side::kLeft, space_);
    // Chunks that end where a key ends: counted first, so that each knows the place of its first member.
    std::array<std::size_t, kChunks + 1> bounds{};
    for (std::size_t chunk = 1; chunk <= kChunks; ++chunk) {
      bounds[chunk] = std::max(bounds[chunk - 1], entries.size() * chunk / kChunks);
      while (bounds[chunk] > 0 && bounds[chunk] < entries.size() &&
             entries[bounds[chunk]].key == entries[bounds[chunk] - 1].key)
        ++bounds[chunk];
    }
    std::array<RuleReport, kChunks> reports;
    std::array<std::vector<std::pair<std::size_t, std::size_t>>, kChunks> above;  // ranges of too common keys
    std::array<std::size_t, kChunks + 1> begin{};
    tbb::parallel_for(std::size_t{0}, kChunks, [&](std::size_t chunk) {
      for_each_key(entries, bounds[chunk], bounds[chunk + 1], [&](std::size_t first, std::size_t last) {
        if (!count_key(last - first, reports[chunk])) {
          above[chunk].push_back({first, last});
        } else if (last - first > 1) {
          begin[chunk + 1] += last - first;
        }
      });
    });
    for (const auto& part : above)
      for (const auto& [first, last] : part) split_key(rule, entries, first, last);
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    for (const auto& part : reports) report.add(part);
    LargeVector<Member>& members = members_;
    members.resize(begin[kChunks]);
    tbb::parallel_for(std::size_t{0}, kChunks, [&](std::size_t chunk) {
      std::size_t at = begin[chunk];
      for_each_key(entries, bounds[chunk], bounds[chunk + 1], [&](std::size_t first, std::size_t last) {
        if (last - first < 2 || is_generic(last - first)) return;
        const auto group = static_cast<GroupNumber>(at);
        for (std::size_t i = first; i < last; ++i) {
          if (i + 2 * kPrefetchAhead < entries.size()) __builtin_prefetch(&order_[entries[i + 2 * kPrefetchAhead].position]);
          if (i + kPrefetchAhead < entries.size()) __builtin_prefetch(&number(order_[entries[i + kPrefetchAhead].position], lane), 1);
          const RowId row = order_[entries[i].position];
          members[at++] = {row, static_cast<std::uint32_t>(group + (last - first))};
          number(row, lane) = group;
        }
      });
    });
    return members;
  }

  /// Keys are hashes: where one stands for several values, gives each value's records a number of their own.
  bool split_colliding_groups(RuleId rule, std::size_t lane, const LargeVector<Member>& members) {
    std::atomic<bool> found{false};
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, members.size(), 1024), [&](const auto& range) {
      for (std::size_t i = range.begin(); i != range.end(); ++i) {
        if (i + 1 == members[i].group_end) continue;  // a group's members are compared with their neighbours
        if (i + kPrefetchAhead < members.size()) records_.prefetch(members[i + kPrefetchAhead].row);
        if (!plan_.equalities_hold(rule, record(members[i]), record(members[i + 1]))) found = true;
      }
    });
    if (!found) return false;
    for (std::size_t first = 0; first < members.size(); first = members[first].group_end)
      for (std::size_t i = first; i < members[first].group_end; ++i)
        for (std::size_t k = first; k <= i; ++k)
          if (k == i || (number(members[k].row, lane) == k &&
                         plan_.equalities_hold(rule, record(members[k]), record(members[i])))) {
            number(members[i].row, lane) = static_cast<GroupNumber>(k);
            break;
          }
    return true;
  }

  /// The members' numbers under earlier rules, in the members' order: the inner loop then reads them in sequence.
  const LargeVector<GroupNumber>& gather_numbers(const LargeVector<Member>& members, std::size_t lanes) {
    LargeVector<GroupNumber>& numbers = numbers_;
    numbers.resize(members.size() * lanes);
    if (lanes == 0) return numbers;
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, members.size(), 4096), [&](const auto& range) {
      for (std::size_t i = range.begin(); i != range.end(); ++i) {
        if (i + kPrefetchAhead < members.size()) __builtin_prefetch(groups_.data() + members[i + kPrefetchAhead].row * lanes_);
        std::copy_n(groups_.data() + members[i].row * lanes_, lanes, numbers.data() + i * lanes);
      }
    });
    return numbers;
  }

  // --- rules that are asked on the values: exploded lists, different terms of the two sides ---

  RuleReport run_asked(RuleId rule) {
    RuleReport report;
    const auto& left = keys_of(rule, Side::kLeft, space_);
    right_space_.entries.clear();
    const auto& right = plan_.symmetric(rule) ? right_space_.entries : keys_of(rule, Side::kRight, right_space_);
    for_each_key(left, 0, left.size(), [&](std::size_t first, std::size_t last) {
      const std::vector<Position> holders = positions_of(left, first, last, right);
      if (!count_key(holders.size(), report)) split_key(rule, left[first].key, holders);
    });
    const auto& others = plan_.symmetric(rule) ? left : right;
    const Earlier earlier = earlier_than(rule);
    std::atomic<std::uint64_t> pairs{0};
    in_order((left.size() + kRecordsPerChunk - 1) / kRecordsPerChunk, [&](std::size_t chunk) {
      PairBuffer buffer(sink_, rule);
      const std::size_t end = std::min(left.size(), (chunk + 1) * kRecordsPerChunk);
      for (std::size_t i = chunk * kRecordsPerChunk; i != end; ++i) {
        if (common_.contains(rule, left[i].key)) continue;
        const KeyEntry least{left[i].key, left[i].position + 1};  // the left record has the lower id
        for (auto other = std::lower_bound(plan_.symmetric(rule) ? left.begin() + static_cast<std::ptrdiff_t>(i) + 1 : right.begin(),
                                           others.end(), least);
             other != others.end() && other->key == left[i].key; ++other)
          if (proposes(rule, earlier, order_[left[i].position], order_[other->position], left[i].key))
            buffer.add(order_[left[i].position], order_[other->position]);
      }
      buffer.flush();
      pairs += buffer.total();
    });
    report.pairs = pairs;
    propose_split(rule, earlier, report);
    return report;
  }

  /// Who has a key in the role of either side; ascending. `right`: entries of the right side, when they differ.
  static std::vector<Position> positions_of(const LargeVector<KeyEntry>& left, std::size_t first, std::size_t last,
                                            const LargeVector<KeyEntry>& right) {
    std::vector<Position> positions;
    for (std::size_t i = first; i < last; ++i) positions.push_back(left[i].position);
    const KeyEntry least{left[first].key, 0};
    for (auto other = std::lower_bound(right.begin(), right.end(), least);
         other != right.end() && other->key == least.key; ++other)
      positions.push_back(other->position);
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    return positions;
  }

  bool proposes(RuleId rule, const Earlier& earlier, RowId l, RowId r, BlockingKey key) const {
    if (one_source(l, r)) return false;
    const std::uint64_t equal =
        equal_groups(groups_.data() + l * lanes_, groups_.data() + r * lanes_, earlier.lanes);
    if (equal & earlier.certain) return false;
    if (!plan_.holds(rule, records_.view(l), records_.view(r)) ||
        !is_first_common_key(rule, l, r, key))
      return false;
    return !proposed_before(earlier, equal, l, r);
  }

  /// With exploded lists a pair meets under several keys; it is proposed under the least of those in use.
  bool is_first_common_key(RuleId rule, RowId l, RowId r, BlockingKey key) const {
    if (!plan_.explodes(rule)) return true;
    std::vector<BlockingKey> keys;
    plan_.append_common_keys(rule, records_.view(l), records_.view(r), keys);
    return std::none_of(keys.begin(), keys.end(), [&](BlockingKey other) {
      return other < key && (!common_.contains(rule, other) || common_.meet(other, l, r));
    });
  }

  /// The key is that of the left one as left, where the two sides read different terms.
  bool meets_in_order(RuleId rule, RowId l, RowId r, BlockingKey key) const {
    std::vector<BlockingKey> keys;
    plan_.append_common_keys(rule, records_.view(l), records_.view(r), keys);
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  }

  // --- keys that are too common ---

  void split_key(RuleId rule, BlockingKey key, std::span<const Position> holders) {
    std::vector<RowId> rows;
    rows.reserve(holders.size());
    for (const Position position : holders) rows.push_back(order_[position]);
    cut_ += holders.size() * (holders.size() - 1) / 2;
    auto meeting = common_.add(rule, key, rows);
    std::move(meeting.begin(), meeting.end(), std::back_inserter(meeting_));
  }

  /// Of a rule with groups, whose entries may be sorted by another number than its key.
  void split_key(RuleId rule, const LargeVector<KeyEntry>& entries, std::size_t first, std::size_t last) {
    std::vector<BlockingKey> key;
    plan_.append_keys(rule, record(entries[first].position), Side::kLeft, key);
    split_key(rule, key.front(), positions_of(entries, first, last, {}));
  }

  /// The pairs that meet under the rule's too common keys.
  void propose_split(RuleId rule, const Earlier& earlier, RuleReport& report) {
    std::atomic<std::uint64_t> met{0}, pairs{0};
    for (const MeetingRows& meeting : meeting_)
      in_order((meeting.rows.size() + kRecordsPerChunk - 1) / kRecordsPerChunk, [&](std::size_t chunk) {
        PairBuffer buffer(sink_, rule);
        std::uint64_t first = 0;
        const std::size_t end = std::min(meeting.rows.size(), (chunk + 1) * kRecordsPerChunk);
        for (std::size_t i = chunk * kRecordsPerChunk; i != end; ++i)
          for (std::size_t j = i + 1; j < meeting.rows.size(); ++j) {
            const RowId left = meeting.rows[i], right = meeting.rows[j];
            if (!common_.is_first(meeting, left, right)) continue;
            if (!plan_.symmetric(rule) && !meets_in_order(rule, left, right, meeting.key)) continue;
            ++first;
            if (proposes(rule, earlier, left, right, meeting.key)) buffer.add(left, right);
          }
        buffer.flush();
        met += first;
        pairs += buffer.total();
      });
    meeting_.clear();
    report.pairs += pairs;
    report.cut_pairs = cut_ - met;
    cut_ = 0;
  }

  // --- both ---

  const LargeVector<KeyEntry>& keys_of(RuleId rule, Side side, KeySpace& space) const {
    const bool exact = groups(rule) && plan_.has_exact_key(rule);
    const auto append = [&](Position position, std::vector<BlockingKey>& keys) {
      if (position + kPrefetchAhead < order_.size()) records_.prefetch(order_[position + kPrefetchAhead]);
      if (!exact) return plan_.append_keys(rule, record(position), side, keys);
      if (const auto key = plan_.exact_key(rule, record(position))) keys.push_back(*key);
    };
    sort_keys(order_.size(), plan_.explodes(rule), append, space);
    return space.entries;
  }

  template <class Use>
  static void for_each_key(const LargeVector<KeyEntry>& entries, std::size_t begin, std::size_t end, Use use) {
    for (std::size_t first = begin, last = begin; first < end; first = last) {
      while (last < end && entries[last].key == entries[first].key) ++last;
      use(first, last);
    }
  }

  bool is_generic(std::uint64_t size) const {
    return options_.block_records_max > 0 && size > options_.block_records_max;
  }

  /// False when the key is too common.
  bool count_key(std::uint64_t size, RuleReport& report) const {
    ++report.keys;
    if (is_generic(size)) {
      ++report.generic_keys;
      report.generic_records += size;
      return false;
    }
    report.largest_block = std::max(report.largest_block, size);
    return true;
  }

  const BlockingPlan& plan_;
  const PackedRecords& records_;
  const BatchPairsOptions& options_;
  const PairsSink& sink_;
  std::vector<RowId> order_;           // row at each position
  std::vector<RuleId> grouped_, asked_;
  std::size_t lanes_ = 0;
  LargeVector<GroupNumber> groups_;    // by row, lanes_ each: numbers under the rules of grouped_
  // Of the rule that is being run; kept from rule to rule for their memory.
  KeySpace space_, right_space_;
  LargeVector<Member> members_;
  LargeVector<GroupNumber> numbers_;
  CommonBlocks common_;
  std::vector<MeetingRows> meeting_;   // of the rule that is being run
  std::uint64_t cut_ = 0;              // pairs under its too common keys
  std::uint64_t chunks_ended_ = 0;     // by the rules and parts of rules before
};

}  // namespace

void RuleReport::add(const RuleReport& part) {
  keys += part.keys;
  pairs += part.pairs;
  generic_keys += part.generic_keys;
  generic_records += part.generic_records;
  cut_pairs += part.cut_pairs;
  largest_block = std::max(largest_block, part.largest_block);
}

std::size_t batch_workers() { return static_cast<std::size_t>(tbb::this_task_arena::max_concurrency()); }

std::vector<RuleReport> for_each_pairs(const BlockingPlan& plan, const PackedRecords& records,
                                       const BatchPairsOptions& options, const PairsSink& sink) {
  return Search(plan, records, options, sink).run();
}

std::vector<RuleReport> for_each_pair(const BlockingPlan& plan, const PackedRecords& records,
                                      const BatchPairsOptions& options, const PairSink& sink) {
  return for_each_pairs(plan, records, options, [&](std::span<const RowPair> pairs, RuleId rule, std::size_t worker) {
    for (const auto [left, right] : pairs) sink(left, right, rule, worker);
  });
}

}  // namespace gmpi
