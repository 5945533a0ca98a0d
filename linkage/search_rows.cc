#include "linkage/search_rows.h"

#include <algorithm>

namespace gmpi {

namespace {

/// Records found by one key, or one part of a key.
struct Found {
  RuleId rule = 0;
  std::vector<RowId> rows;
};

class Search {
 public:
  Search(const PersonIndex& index, const LinkingRules& rules, RecordView query)
      : index_(index), rules_(rules), query_(query) {}

  SearchedRows run(std::size_t rows_max) {
    for (const RuleKey& key : rules_.keys(query_)) look_up(key);
    std::size_t total = 0;
    for (const Found& found : found_) total += found.rows.size();
    if (total > rows_max) keep_rarest(rows_max);
    std::sort(out_.cuts.begin(), out_.cuts.end(),
              [](const RuleCut& a, const RuleCut& b) { return a.rule < b.rule; });
    take_rows();
    return std::move(out_);
  }

 private:
  void look_up(const RuleKey& key) {
    const auto rows = index_.postings().rows(key.key);
    if (rows_too_common(rows.size())) return look_up_parts(key, rows.size());
    if (!rows.empty()) found_.push_back({key.rule, {rows.begin(), rows.end()}});
  }

  void look_up_parts(const RuleKey& key, std::size_t records) {
    const BlockSplit& split = rules_.split();
    std::vector<RowId> met;
    const auto take = [&](std::vector<RowId> rows) {
      met.insert(met.end(), rows.begin(), rows.end());
      if (!rows.empty()) found_.push_back({key.rule, std::move(rows)});
    };
    for (BlockSplit::Field field = 0; field < split.fields(); ++field) {
      if (!split.has(field, query_)) continue;
      const auto rows = index_.parts().rows(split.part(key.key, field, query_));
      if (!rows_too_common(rows.size())) take({rows.begin(), rows.end()});
    }
    take(first_of_content(key.key));
    std::sort(met.begin(), met.end());
    count_cut(key.rule, records, static_cast<std::size_t>(std::unique(met.begin(), met.end()) - met.begin()));
  }

  std::vector<RowId> first_of_content(BlockingKey key) const {
    std::vector<RowId> first;
    for (const RowId row : index_.parts().rows(rules_.split().content_part(key, query_))) {
      if (!rules_.split().same_content(query_, index_.records().view(row))) continue;
      if (first.empty() || index_.key_text(row) < index_.key_text(first.front())) first = {row};
    }
    return first;
  }

  bool rows_too_common(std::size_t rows) const { return rules_.too_common(rows); }

  void count_cut(RuleId rule, std::size_t records, std::size_t compared) {
    ++out_.common_keys;
    if (compared == records) return;
    auto cut = std::find_if(out_.cuts.begin(), out_.cuts.end(), [&](const RuleCut& one) { return one.rule == rule; });
    if (cut == out_.cuts.end()) cut = out_.cuts.insert(cut, RuleCut{.rule = rule});
    ++cut->keys;
    cut->records += records;
    cut->compared += compared;
  }

  void keep_rarest(std::size_t rows_max) {
    out_.truncated = true;
    const auto by_key = [&](RowId a, RowId b) { return index_.key_text(a) < index_.key_text(b); };
    for (Found& found : found_) std::sort(found.rows.begin(), found.rows.end(), by_key);
    std::sort(found_.begin(), found_.end(), [&](const Found& a, const Found& b) {
      if (a.rows.size() != b.rows.size()) return a.rows.size() < b.rows.size();
      if (a.rule != b.rule) return a.rule < b.rule;
      return std::lexicographical_compare(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(), by_key);
    });
    std::size_t room = rows_max;
    for (Found& found : found_) {
      found.rows.resize(std::min(found.rows.size(), room));
      room -= found.rows.size();
    }
  }

  void take_rows() {
    std::vector<std::pair<RowId, RuleId>> looked_at;
    for (const Found& found : found_)
      for (const RowId row : found.rows) looked_at.emplace_back(row, found.rule);
    std::sort(looked_at.begin(), looked_at.end());
    for (const auto& [row, rule] : looked_at) {
      if (!out_.rows.empty() && out_.rows.back() == row) continue;
      if (rules_.plan().holds(rule, query_, index_.records().view(row))) out_.rows.push_back(row);
    }
  }

  const PersonIndex& index_;
  const LinkingRules& rules_;
  const RecordView query_;
  std::vector<Found> found_;
  SearchedRows out_;
};

}  // namespace

SearchedRows search_rows(const PersonIndex& index, const LinkingRules& rules, RecordView query,
                         std::size_t rows_max) {
  return Search(index, rules, query).run(rows_max);
}

}  // namespace gmpi
