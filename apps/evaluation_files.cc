#include "apps/evaluation_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "base/csv.h"
#include "base/nearest_name.h"

namespace gmpi {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// Gives each text a number, in order of arrival.
class Numbering {
 public:
  std::uint32_t number(std::string_view text) {
    if (const auto found = find(text); found != kNone) return found;
    const auto next = static_cast<std::uint32_t>(numbers_.size());
    numbers_.emplace(text, next);
    return next;
  }
  std::uint32_t find(std::string_view text) const {
    const auto found = numbers_.find(text);
    return found == numbers_.end() ? kNone : found->second;
  }
  std::size_t size() const { return numbers_.size(); }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& [name, number] : numbers_) out.push_back(name);
    return out;
  }
  bool is_full() const { return numbers_.size() >= kNone; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
};

class EvaluationReader {
 public:
  EvaluationReader(const EvaluationFiles& files, const std::function<void(const std::string&)>& on_reject)
      : files_(files), on_reject_(on_reject) {}

  Result<EvaluationInput> read() {
    for (const auto step :
         {&EvaluationReader::read_records, &EvaluationReader::read_truth, &EvaluationReader::read_clusters,
          &EvaluationReader::read_groups, &EvaluationReader::read_pairs, &EvaluationReader::read_cases}) {
      if (auto done = (this->*step)(); !done) return done.error();
    }
    if (auto some = check_measurable(); !some) return some.error();
    return std::move(in_);
  }

 private:
  /// Scores of nothing would be perfect.
  Status check_measurable() const {
    if (in_.entity_of.empty()) return nothing(files_.truth + ": no records, so there is nothing to measure");
    if (in_.not_clustered < in_.entity_of.size()) return Done{};
    const std::string none = fmt::format("{} and {} have no record id in common", files_.truth, files_.clusters);
    return nothing(none + (files_.records.empty()
                               ? "; clusters of `gmpi export` name records as source/local id: give --records, the file "
                                 "with record_id, source and local_id"
                               : "; with --records the clusters name records as source/local id"));
  }
  static Error nothing(std::string reason) { return make_error(ErrorCode::kInvalidInput, std::move(reason)); }

  using Fields = std::vector<std::string_view>;
  /// Takes a row's asked columns; returns what is wrong, or "".
  using RowHandler = std::function<std::string(const Fields&)>;

  /// Calls `handle` with the cells of `columns` of each good row.
  Status each_row(const std::string& path, const std::vector<std::string>& columns,
                  const RowHandler& handle) {
    auto reader = CsvReader::open(path, {});
    if (!reader) return reader.error();
    return each_row(*reader, path, columns, handle);
  }

  Status each_row(CsvReader& reader, const std::string& path, const std::vector<std::string>& columns,
                  const RowHandler& handle) {
    std::vector<std::size_t> places;
    for (const auto& column : columns) {
      const auto& header = reader.header();
      const auto found = std::find(header.begin(), header.end(), column);
      if (found == header.end()) {
        // Not the names themselves: without a header the first line is a person's.
        return make_error(ErrorCode::kInvalidInput,
                          fmt::format("{}:1: no column '{}' among the {} of the first line{}", path, column,
                                      header.size(), did_you_mean(column, header)));
      }
      places.push_back(static_cast<std::size_t>(found - header.begin()));
    }
    reader.on_reject([&](const CsvReject& reject) {
      ++in_.rejected_rows;
      on_reject_(fmt::format("{}:{}: {}", path, reject.line, reject.reason));
    });
    Fields cells(places.size());
    while (const CsvRow* row = reader.next()) {
      for (std::size_t i = 0; i < places.size(); ++i) cells[i] = row->fields[places[i]];
      if (const std::string wrong = handle(cells); !wrong.empty()) {
        return make_error(ErrorCode::kInvalidInput, fmt::format("{}:{}: {}", path, row->line, wrong));
      }
    }
    return reader.status();
  }

  Status read_records() {
    if (files_.records.empty()) return Done{};
    return each_row(files_.records, {"record_id", "source", "local_id"}, [&](const Fields& f) -> std::string {
      const auto record = names_.number(f[0]);
      if (record < key_of_.size()) return "this record id stands further up";
      std::string key(f[1]);
      key += '/';
      key += f[2];
      const std::size_t known = records_.size();
      key_of_.push_back(records_.number(key));
      in_.repeated_keys += records_.size() == known;
      return "";
    });
  }

  /// The number under which the record's cluster will be named.
  std::uint32_t record_of_truth(std::string_view record_id) {
    if (files_.records.empty()) return records_.number(record_id);
    const auto name = names_.find(record_id);
    return name == kNone ? kNone : key_of_[name];
  }

  Status read_truth() {
    std::vector<std::string> columns = {"record_id", "entity_id"};
    const bool has_group = !files_.group_column.empty() && files_.groups.empty();
    if (has_group) columns.push_back(files_.group_column);
    in_.entity_of.assign(records_.size(), kNone);
    auto done = each_row(files_.truth, columns, [&](const Fields& f) -> std::string {
      if (records_.is_full()) return "too many records";
      const auto record = record_of_truth(f[0]);
      if (record == kNone) return "this record id is not in " + files_.records;
      if (record >= in_.entity_of.size()) in_.entity_of.resize(record + 1, kNone);
      // Several records of one (source, local id) are versions of one record; the last one counts.
      if (files_.records.empty() && in_.entity_of[record] != kNone) return "this record id stands further up";
      in_.entity_of[record] = entities_.number(f[1]);
      if (has_group) set_group(record, f[2]);
      return "";
    });
    if (!done) return done;
    if (std::find(in_.entity_of.begin(), in_.entity_of.end(), kNone) != in_.entity_of.end()) {
      return make_error(ErrorCode::kInvalidInput,
                        fmt::format("{}: lacks records that are in {}", files_.truth, files_.records));
    }
    return Done{};
  }

  Status read_clusters() {
    Numbering clusters;
    Numbering unknown;
    in_.cluster_of.assign(in_.entity_of.size(), kNone);
    auto done = each_row(files_.clusters, {"record_id", "cluster_id"}, [&](const Fields& f) -> std::string {
      const auto record = records_.find(f[0]);
      if (record == kNone) {
        const auto known = unknown.size();
        unknown.number(f[0]);
        if (unknown.size() == known) return "this record id stands further up";
        return "";
      }
      if (in_.cluster_of[record] != kNone) return "this record id stands further up";
      in_.cluster_of[record] = clusters.number(f[1]);
      return "";
    });
    if (!done) return done;
    in_.without_truth = unknown.size();
    auto next = static_cast<std::uint32_t>(clusters.size());
    for (auto& cluster : in_.cluster_of) {
      if (cluster != kNone) continue;
      cluster = next++;
      ++in_.not_clustered;
    }
    return Done{};
  }

  Status read_groups() {
    if (files_.group_column.empty()) return Done{};
    if (!files_.groups.empty()) {
      if (auto done = read_group_file(); !done) return done;
    }
    return sort_groups();
  }

  Status read_group_file() {
    auto reader = CsvReader::open(files_.groups, {});
    if (!reader) return reader.error();
    const auto& header = reader->header();
    const bool by_record = std::find(header.begin(), header.end(), "record_id") != header.end();
    std::vector<std::uint32_t> group_of_entity(entities_.size(), kNone);
    auto done = each_row(*reader, files_.groups, {by_record ? "record_id" : "entity_id", files_.group_column},
                         [&](const Fields& f) -> std::string {
                           if (by_record) {
                             const auto record =
                                 files_.records.empty() ? records_.find(f[0]) : record_of_truth(f[0]);
                             if (record != kNone) set_group(record, f[1]);
                           } else if (const auto entity = entities_.find(f[0]); entity != kNone) {
                             group_of_entity[entity] = groups_.number(f[1]);
                           }
                           return groups_.size() > kGroupsMax ? too_many_groups() : "";
                         });
    if (!done || by_record) return done;
    for (std::uint32_t record = 0; record < in_.entity_of.size(); ++record) {
      if (const auto group = group_of_entity[in_.entity_of[record]]; group != kNone) put_group(record, group);
    }
    return Done{};
  }

  static std::string too_many_groups() { return fmt::format("more than {} groups", kGroupsMax); }

  void set_group(std::uint32_t record, std::string_view name) { put_group(record, groups_.number(name)); }

  void put_group(std::uint32_t record, std::uint32_t group) {
    if (record >= in_.group_of.size()) in_.group_of.resize(record + 1, kNone);
    in_.group_of[record] = group;
  }

  /// Numbers the groups by name, "" for the records without one.
  Status sort_groups() {
    in_.group_of.resize(in_.entity_of.size(), kNone);
    if (std::find(in_.group_of.begin(), in_.group_of.end(), kNone) != in_.group_of.end()) {
      const auto none = groups_.number("");
      std::replace(in_.group_of.begin(), in_.group_of.end(), kNone, none);
    }
    if (groups_.size() > kGroupsMax) return make_error(ErrorCode::kLimit, too_many_groups());
    in_.group_names = groups_.names();
    std::sort(in_.group_names.begin(), in_.group_names.end());
    std::vector<std::uint32_t> place(groups_.size());
    for (std::uint32_t i = 0; i < in_.group_names.size(); ++i) place[groups_.find(in_.group_names[i])] = i;
    for (auto& group : in_.group_of) group = place[group];
    return Done{};
  }

  Status read_pairs() {
    if (files_.pairs.empty()) return Done{};
    in_.has_pairs = true;
    return each_row(files_.pairs, {"id_l", "id_r", "match_weight"}, [&](const Fields& f) -> std::string {
      WeighedPair pair{records_.find(f[0]), records_.find(f[1]), 0};
      const auto [end, error] = std::from_chars(f[2].data(), f[2].data() + f[2].size(), pair.weight);
      if (error != std::errc() || end != f[2].data() + f[2].size() || !std::isfinite(pair.weight)) {
        return "match_weight is no finite number";
      }
      if (f[0] == f[1]) return "a pair of a record with itself";
      if (pair.left == kNone || pair.right == kNone) {
        ++in_.pairs_without_truth;
      } else {
        in_.pairs.push_back(pair);
      }
      return "";
    });
  }

  Status read_cases() {
    if (files_.cases.empty()) return Done{};
    Numbering kinds;
    return each_row(
        files_.cases, {"kind", "entity_a", "entity_b", "expected"}, [&](const Fields& f) -> std::string {
          if (f[3] != "same" && f[3] != "different") return "expected is neither 'same' nor 'different'";
          const HardCase one{kinds.number(f[0]), entities_.find(f[1]), entities_.find(f[2]), f[3] == "same"};
          if (kinds.size() > kGroupsMax) return fmt::format("more than {} kinds", kGroupsMax);
          if (kinds.size() > in_.case_kinds.size()) in_.case_kinds.emplace_back(f[0]);
          if (one.left == kNone || one.right == kNone) {
            ++in_.cases_without_records;
          } else {
            in_.cases.push_back(one);
          }
          return "";
        });
  }

  const EvaluationFiles& files_;
  const std::function<void(const std::string&)>& on_reject_;
  EvaluationInput in_;
  Numbering names_;                    // record ids of the records file
  std::vector<std::uint32_t> key_of_;  // by name: the record
  Numbering records_;                  // as clusters name them
  Numbering entities_;
  Numbering groups_;
};

}  // namespace

Result<EvaluationInput> read_evaluation(const EvaluationFiles& files,
                                        const std::function<void(const std::string&)>& on_reject) {
  return EvaluationReader(files, on_reject).read();
}

}  // namespace gmpi
