#include "linkage/suggest_rules.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "base/random.h"
#include "blocking/blocking_plan.h"
#include "matcher/sql_parser.h"

namespace gmpi {
namespace {

constexpr std::size_t kCandidatesMost = 4000;
constexpr std::size_t kSimulated = 8192;
constexpr std::size_t kSpoiltOneIn = 4;
constexpr std::size_t kKeysMost = 200;  // of one row under one rule; more is no blocking
constexpr double kCheapShare = 0.02;    // of the budget: cheaper rules need no tighter form of themselves
constexpr double kGainLeast = 0.0002;

using Keys = std::vector<BlockingKey>;

Result<BlockingPlan> plan_of(std::span<const BlockingFeature> features, PackedRecords& records) {
  LinkageModel model;
  for (std::uint16_t i = 0; i < features.size(); ++i) model.blocking_rules.push_back(make_rule(features, {{i}, 0}));
  return BlockingPlan::compile(model, records);
}

/// Keys of sampled rows, by feature.
struct KeyTable {
  std::vector<std::vector<Keys>> keys;  // [feature][row of the sample]
  double scale = 1;                     // pairs of the set over pairs of the sample

  double pairs(std::span<const std::uint16_t> features) const {
    Keys all;
    const std::size_t rows = keys[0].size();
    for (std::size_t row = 0; row < rows; ++row) append(features, row, 0, all);
    std::sort(all.begin(), all.end());
    double pairs = 0;
    for (std::size_t first = 0, last = 0; first < all.size(); first = last) {
      while (last < all.size() && all[last] == all[first]) ++last;
      const double n = static_cast<double>(last - first);
      pairs += n * (n - 1) / 2;
    }
    return pairs * scale;
  }

 private:
  void append(std::span<const std::uint16_t> features, std::size_t row, BlockingKey key, Keys& out) const {
    if (features.empty()) {
      out.push_back(key);
      return;
    }
    const Keys& choices = keys[features[0]][row];
    for (const auto choice : choices) append(features.subspan(1), row, mix64(key ^ choice), out);
  }
};

std::vector<RowId> sample_of(std::size_t rows, std::size_t most, std::uint64_t seed) {
  std::vector<RowId> sample(rows);
  for (RowId row = 0; row < rows; ++row) sample[row] = row;
  if (rows <= most) return sample;
  Random random(seed);
  for (std::size_t i = 0; i < most; ++i) std::swap(sample[i], sample[i + random.below(rows - i)]);
  sample.resize(most);
  return sample;
}

KeyTable table_of(const BlockingPlan& plan, const PackedRecords& records, const RuleSearchOptions& options) {
  KeyTable table;
  const auto sample = sample_of(records.rows(), options.sample_rows, options.seed);
  const double n = static_cast<double>(records.rows()), s = static_cast<double>(sample.size());
  table.scale = s < 2 ? 0 : n * (n - 1) / (s * (s - 1));
  table.keys.resize(plan.rules());
  tbb::parallel_for(std::size_t{0}, plan.rules(), [&](std::size_t feature) {
    auto& column = table.keys[feature];
    column.resize(sample.size());
    for (std::size_t i = 0; i < sample.size(); ++i)
      plan.append_keys(static_cast<RuleId>(feature), records.view(sample[i]), Side::kLeft, column[i]);
  });
  return table;
}

/// Most keys a row can have under these features: a product of lists.
std::size_t keys_of(const KeyTable& table, std::span<const std::uint16_t> features) {
  std::size_t most = 0;
  for (std::size_t row = 0; row < table.keys[0].size(); ++row) {
    std::size_t product = 1;
    for (const auto feature : features) product *= table.keys[feature][row].size();
    most = std::max(most, product);
  }
  return most;
}

bool different_fields(std::span<const BlockingFeature> features, std::span<const std::uint16_t> rule) {
  std::set<std::string_view> fields;
  for (const auto feature : rule) fields.insert(features[feature].field);
  return fields.size() == rule.size();
}

using Mask = std::vector<std::uint64_t>;

/// Simulated matches that a rule covers, as bits.
struct Coverage {
  std::vector<Mask> of_feature;

  Mask of_rule(const CandidateRule& rule) const {
    Mask mask = of_feature[rule.features[0]];
    for (const auto feature : rule.features)
      for (std::size_t i = 0; i < mask.size(); ++i) mask[i] &= of_feature[feature][i];
    return mask;
  }
};

/// Draws each field of a simulated match from the matches that were found without it. A part of the matches is spoilt
/// throughout: in each of their fields nothing is shared, with even chance. Those that were found easily do not show
/// such pairs, and rules are wanted that do not depend on all going well.
Coverage simulate(std::span<const BlockingFeature> features, std::span<const ProbableMatch> matches, std::uint64_t seed) {
  Coverage coverage;
  coverage.of_feature.assign(features.size(), Mask(kSimulated / 64, 0));
  std::map<std::string, std::vector<std::uint16_t>> fields;
  for (std::uint16_t i = 0; i < features.size(); ++i) fields[features[i].field].push_back(i);
  Random random(seed);
  const auto spoilt = [](std::size_t i) { return i % kSpoiltOneIn == 0; };
  for (const auto& [field, members] : fields) {
    std::vector<const ProbableMatch*> found_without;
    for (const auto& match : matches)
      if (std::find(match.fields_of_rule.begin(), match.fields_of_rule.end(), field) == match.fields_of_rule.end())
        found_without.push_back(&match);
    if (found_without.empty()) continue;
    for (std::size_t i = 0; i < kSimulated; ++i) {
      const auto& drawn = found_without[random.below(found_without.size())]->shared;
      if (spoilt(i) && random.chance(0.5)) continue;
      for (const auto feature : members)
        if (drawn[feature]) coverage.of_feature[feature][i / 64] |= std::uint64_t{1} << (i % 64);
    }
  }
  return coverage;
}

double added(const Mask& covered, const Mask& rule) {
  std::size_t bits = 0;
  for (std::size_t i = 0; i < rule.size(); ++i) bits += static_cast<std::size_t>(std::popcount(rule[i] & ~covered[i]));
  return static_cast<double>(bits) / static_cast<double>(kSimulated);
}

/// Greedy cover at a price a pair.
ChosenRules cover(std::span<const CandidateRule> candidates, std::span<const Mask> masks, double price,
                  const RuleSearchOptions& options) {
  ChosenRules chosen;
  Mask covered(kSimulated / 64, 0);
  while (chosen.rules.size() < options.rules_max) {
    std::size_t best = candidates.size();
    double best_worth = 0, best_gain = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const double gain = added(covered, masks[i]);
      const double worth = gain - price * candidates[i].pairs;
      if (gain > kGainLeast && worth > best_worth) best = i, best_worth = worth, best_gain = gain;
    }
    if (best == candidates.size()) break;
    for (std::size_t i = 0; i < covered.size(); ++i) covered[i] |= masks[best][i];
    chosen.rules.push_back(candidates[best]);
    chosen.gains.push_back(best_gain);
    chosen.pairs += candidates[best].pairs;
    chosen.coverage += best_gain;
  }
  return chosen;
}

}  // namespace

std::vector<BlockingFeature> blocking_features(std::span<const Derivation> derivations, const PackedRecords& records) {
  std::vector<BlockingFeature> features;
  const auto add = [&](const std::string& field, const std::string& sql, const std::string& explode, bool exact) {
    features.push_back({field, sql, explode, exact});
  };
  const auto equal = [](const std::string& c) { return fmt::format(R"(l."{0}" = r."{0}")", c); };
  const auto part = [](const std::string& c, int at, int size) {
    return fmt::format(R"(substring(l."{0}", {1}, {2}) = substring(r."{0}", {1}, {2}))", c, at, size);
  };
  const auto has_list = [&](const std::string& c) { return records.find_column(c).has_value(); };
  for (const auto& d : derivations) {
    const std::string& c = d.column;
    const auto column = records.find_column(c);
    if (!column) continue;
    const bool is_list = records.column(*column).is_list;
    if (c == "family_names") {  // a part of the family name's
      add("surname", equal(c), c, false);
      continue;
    }
    if (c == "forenames") {  // a part of the given name's comparison
      add("given_name", equal(c), c, false);
      continue;
    }
    add(c, equal(c), is_list ? c : "", !is_list);
    for (const std::string suffix : {"_near", "_sounds", "_words"})
      if (has_list(c + suffix)) add(c, equal(c + suffix), c + suffix, false);
    for (const std::string suffix : {"_local", "_number"})
      if (has_list(c + suffix)) add(c, equal(c + suffix), "", false);
    if (d.as == "date" || d.as == "date_parts") {
      add(c, part(c, 1, 7), "", false);
      add(c, part(c, 6, 5), "", false);
      add(c, part(c, 1, 4) + " AND " + part(c, 9, 2), "", false);
      add(c, part(c, 1, 4), "", false);
    } else if (!is_list && d.as != "code" && d.as != "house_number") {
      add(c, part(c, 1, 3), "", false);
    }
    if (d.as == "given_name" || d.as == "first_of_name" || d.as == "given_name_or_whole_name") add(c, part(c, 1, 1), "", false);
  }
  return features;
}

BlockingRule make_rule(std::span<const BlockingFeature> features, const CandidateRule& rule) {
  BlockingRule out;
  for (const auto index : rule.features) {
    const auto& feature = features[index];
    out.sql += (out.sql.empty() ? "" : " AND ") + feature.sql;
    if (!feature.explode.empty()) out.arrays_to_explode.push_back(feature.explode);
  }
  auto condition = parse_blocking_rule(out.sql);
  assert(condition);
  if (condition) out.condition = std::move(*condition);
  return out;
}

Result<std::vector<CandidateRule>> affordable_rules(std::span<const BlockingFeature> features, PackedRecords& records,
                                                    const RuleSearchOptions& options) {
  auto plan = plan_of(features, records);
  if (!plan) return plan.error();
  const KeyTable table = table_of(*plan, records, options);
  std::vector<CandidateRule> affordable;
  // Wider and wider: a rule of n + 1 features is looked at only where its n features are too dear or not cheap yet.
  std::vector<std::vector<std::uint16_t>> wide;
  for (std::uint16_t i = 0; i < features.size(); ++i) wide.push_back({i});
  for (int width = 1; width <= 3 && !wide.empty(); ++width) {
    std::vector<CandidateRule> looked(wide.size());
    tbb::parallel_for(std::size_t{0}, wide.size(), [&](std::size_t i) {
      const bool too_many = keys_of(table, wide[i]) > kKeysMost;
      looked[i] = {wide[i], too_many ? options.pair_budget * 2 : table.pairs(wide[i])};
    });
    std::vector<std::vector<std::uint16_t>> wider;
    for (const auto& rule : looked) {
      if (rule.pairs <= options.pair_budget) affordable.push_back(rule);
      if (rule.pairs <= options.pair_budget * kCheapShare) continue;
      for (std::uint16_t next = 0; next < features.size(); ++next) {
        auto more = rule.features;
        more.push_back(next);
        std::sort(more.begin(), more.end());
        if (different_fields(features, more)) wider.push_back(std::move(more));
      }
    }
    std::sort(wider.begin(), wider.end());
    wider.erase(std::unique(wider.begin(), wider.end()), wider.end());
    if (wider.size() > kCandidatesMost) wider.resize(kCandidatesMost);
    wide = std::move(wider);
  }
  std::stable_sort(affordable.begin(), affordable.end(), [](const auto& a, const auto& b) { return a.pairs < b.pairs; });
  return affordable;
}

struct FeatureTest::Impl {
  BlockingPlan plan;
};

FeatureTest::FeatureTest(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FeatureTest::~FeatureTest() = default;
FeatureTest::FeatureTest(FeatureTest&&) noexcept = default;

Result<FeatureTest> FeatureTest::compile(std::span<const BlockingFeature> features, PackedRecords& records) {
  auto plan = plan_of(features, records);
  if (!plan) return plan.error();
  return FeatureTest(std::make_unique<Impl>(Impl{std::move(*plan)}));
}

std::vector<bool> FeatureTest::shared(RecordView left, RecordView right) const {
  std::vector<bool> shared;
  for (std::size_t i = 0; i < impl_->plan.rules(); ++i) shared.push_back(impl_->plan.holds(static_cast<RuleId>(i), left, right));
  return shared;
}

ChosenRules choose_rules(std::span<const BlockingFeature> features, std::span<const CandidateRule> candidates,
                         std::span<const ProbableMatch> matches, const RuleSearchOptions& options) {
  if (matches.empty() || candidates.empty()) return {};
  const Coverage coverage = simulate(features, matches, options.seed);
  std::vector<Mask> masks;
  for (const auto& rule : candidates) masks.push_back(coverage.of_rule(rule));
  // From dear to cheap until the budget is passed: the last set within it is the choice.
  double price = 1 / std::max(1.0, options.pair_budget) * 1000;
  ChosenRules best = cover(candidates, masks, price, options);
  for (int halving = 0; halving < 40; ++halving) {
    price /= 1.6;
    ChosenRules next = cover(candidates, masks, price, options);
    if (next.pairs > options.pair_budget) break;
    if (next.coverage >= best.coverage) best = std::move(next);
  }
  return best;
}

}  // namespace gmpi
