#include "linkage/zero_set_up.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/random.h"
#include "blocking/batch_pairs.h"
#include "blocking/blocking_plan.h"
#include "blocking/rule_cost.h"
#include "linkage/household.h"
#include "matcher/compiled_model.h"
#include "matcher/training/expectation_maximisation.h"
#include "matcher/training/pattern_counts.h"
#include "matcher/training/training_rules.h"
#include "models/scored_pair.h"

namespace gmpi {
namespace {

constexpr double kProbable = 0.95;            // posterior from which a pair is taken for a match in the search for rules
constexpr std::size_t kMatchesKept = 20'000;  // of those, the search looks at so many
constexpr double kSessionPairsPerRecord = 1;
constexpr std::size_t kSessionRulesMost = 24;
constexpr double kSessionMatchesLeast = 20;
constexpr double kSessionMatchesCounted = 200;  // so many say all that can be said: more give no larger vote
constexpr double kMatchesToTrust = 100;
constexpr double kRecallToTrust = 0.9;
constexpr int kCostRounds = 8;                // of choosing rules and counting their pairs
constexpr int kHouseholdRounds = 4;           // they settle in two or three
constexpr double kReviewBelow = 6;            // bits under the link threshold

double all_pairs(const ZeroSetUpInput& input, LinkType type) {
  const double n = static_cast<double>(input.records.rows());
  double pairs = n * (n - 1) / 2;
  if (type != LinkType::kLinkOnly) return pairs;
  std::vector<double> sizes;
  for (const auto source : input.source) {
    if (source >= sizes.size()) sizes.resize(source + 1, 0);
    ++sizes[source];
  }
  for (const double size : sizes) pairs -= size * (size - 1) / 2;
  return pairs;
}

/// Weights in bins, without the prior: enough to try priors and thresholds on.
class WeightHistogram {
 public:
  static constexpr double kLeast = -60, kMost = 80, kBinsPerBit = 8;
  static constexpr std::size_t kBins = static_cast<std::size_t>((kMost - kLeast) * kBinsPerBit);

  void add(double evidence, std::uint64_t times) {
    const double at = std::clamp((evidence - kLeast) * kBinsPerBit, 0.0, static_cast<double>(kBins - 1));
    counts_[static_cast<std::size_t>(at)] += times;
  }
  double evidence(std::size_t bin) const { return kLeast + (static_cast<double>(bin) + 0.5) / kBinsPerBit; }
  double count(std::size_t bin) const { return static_cast<double>(counts_[bin]); }

  /// Expected matches when the prior weighs `prior` bits.
  double matches(double prior) const {
    double sum = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin)
      if (counts_[bin] > 0) sum += count(bin) * match_probability(evidence(bin) + prior);
    return sum;
  }

 private:
  std::array<std::uint64_t, kBins> counts_{};
};

/// The prior at which the share of matches that weights imply is the prior itself.
double consistent_prior(const WeightHistogram& histogram, double start, double all) {
  double prior = start;
  for (int round = 0; round < 200; ++round) {
    const double share = std::clamp(histogram.matches(weight_of_probability(prior)) / all, 1e-12, 0.5);
    if (std::abs(share - prior) < 1e-4 * prior) return share;
    prior = share;
  }
  return prior;
}

struct Threshold {
  double weight = 0, precision = 1, recall = 0;
};

/// The least weight whose links are expected to be right often enough, and that is itself more likely a match than not.
Threshold choose_threshold(const WeightHistogram& histogram, double prior_weight, double precision) {
  const double all = histogram.matches(prior_weight);
  Threshold best;
  best.weight = WeightHistogram::kMost;
  double right = 0, links = 0;
  for (std::size_t bin = WeightHistogram::kBins; bin-- > 0;) {
    const double weight = histogram.evidence(bin) + prior_weight;
    if (weight < 0) break;
    right += histogram.count(bin) * match_probability(weight);
    links += histogram.count(bin);
    if (links == 0 || right / links < precision) continue;
    best = {std::max(0.0, weight - 0.5 / WeightHistogram::kBinsPerBit), right / links, all > 0 ? right / all : 0};
  }
  return best;
}

/// Some of the probable matches: those with the least draws, so that threads and their timing do not matter.
class MatchSample {
 public:
  bool wants(std::uint64_t draw) const { return draw <= most_; }

  void add(std::uint64_t draw, ProbableMatch match) {
    drawn_.emplace_back(draw, std::move(match));
    if (drawn_.size() >= 2 * kMatchesKept) cut();
  }

  static std::vector<ProbableMatch> merge(std::vector<MatchSample>& parts) {
    MatchSample all;
    for (auto& part : parts) std::move(part.drawn_.begin(), part.drawn_.end(), std::back_inserter(all.drawn_));
    all.cut();
    std::vector<ProbableMatch> matches;
    for (auto& [draw, match] : all.drawn_) matches.push_back(std::move(match));
    return matches;
  }

 private:
  void cut() {
    std::sort(drawn_.begin(), drawn_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    if (drawn_.size() <= kMatchesKept) return;
    drawn_.resize(kMatchesKept);
    most_ = drawn_.back().first;
  }

  std::vector<std::pair<std::uint64_t, ProbableMatch>> drawn_;
  std::uint64_t most_ = std::numeric_limits<std::uint64_t>::max();
};

class SetUp {
 public:
  SetUp(const ZeroSetUpInput& input, const ZeroSetUpOptions& options, Progress& progress)
      : input_(input), options_(options), progress_(progress) {}

  Result<ZeroSetUp> run() {
    if (input_.records.rows() < 2) return make_error(ErrorCode::kInvalidInput, "fewer than two records: nothing to link");
    search_ = {.pair_budget = options_.pairs_per_record * static_cast<double>(input_.records.rows()), .seed = options_.seed};
    features_ = blocking_features(input_.derivations, input_.records);
    auto candidates = affordable_rules(features_, input_.records, search_);
    if (!candidates) return candidates.error();
    candidates_ = std::move(*candidates);
    if (candidates_.empty())
      return make_error(ErrorCode::kInvalidInput,
                        "no columns whose equal values propose few enough pairs: the values are too few or too common");
    out_.model = suggest_comparisons(input_.derivations, input_.records, options_.suggest);
    out_.model.link_type = options_.link_type;
    out_.model.prior = 1 / static_cast<double>(input_.records.rows());
    if (out_.model.comparisons.empty()) return make_error(ErrorCode::kInvalidInput, "no column to compare by");
    if (options_.household) household_ = Household::plan(out_.model, input_.derivations);
    if (household_) out_.model.comparisons.push_back(household_->comparison());
    if (Status trained = train(); !trained) return trained.error();
    if (Status chosen = choose(); !chosen) return chosen.error();
    if (Status weighed = weigh(); !weighed) return weighed.error();
    return std::move(out_);
  }

 private:
  /// Rules for training: equal values only, few pairs, so that matches are not drowned; each field left free by some.
  std::vector<CandidateRule> training_candidates() const {
    std::vector<CandidateRule> rules;
    const double rows = static_cast<double>(input_.records.rows());
    for (const auto& rule : candidates_) {
      const bool plain = std::all_of(rule.features.begin(), rule.features.end(), [&](auto f) { return features_[f].explode.empty(); });
      if (plain && rule.features.size() <= 2 && rule.pairs >= rows / 100 && rule.pairs <= rows * kSessionPairsPerRecord)
        rules.push_back(rule);
    }
    return rules;
  }

  /// Whether a session over the rule leaves a comparison to train: the household's is not trained.
  bool teaches(const CandidateRule& rule) const {
    const auto trained = trained_by(out_.model, make_rule(features_, rule));
    for (std::size_t c = 0; c < trained.size(); ++c)
      if (trained[c] && !is_household(c)) return true;
    return false;
  }

  /// Of each set of fields the rule with exact features, or the cheapest.
  std::vector<CandidateRule> session_rules() const {
    std::map<std::set<std::string>, CandidateRule> by_fields;
    for (const auto& rule : training_candidates()) {
      std::set<std::string> fields;
      for (const auto f : rule.features) fields.insert(features_[f].field);
      const auto exactness = [&](const CandidateRule& r) {
        return std::count_if(r.features.begin(), r.features.end(), [&](auto f) { return features_[f].exact; });
      };
      const auto [at, added] = by_fields.emplace(fields, rule);
      if (!added && exactness(rule) > exactness(at->second)) at->second = rule;
    }
    std::vector<CandidateRule> rules;
    for (auto& [fields, rule] : by_fields)
      if (teaches(rule)) rules.push_back(std::move(rule));
    std::stable_sort(rules.begin(), rules.end(), [](const auto& a, const auto& b) { return a.pairs < b.pairs; });
    if (rules.size() > kSessionRulesMost) rules.resize(kSessionRulesMost);
    return rules;
  }

  Status train() {
    bootstrap_ = session_rules();
    if (bootstrap_.empty())
      return make_error(ErrorCode::kInvalidInput, "no equal values propose pairs to learn from: too few records are alike");
    out_.model.blocking_rules.clear();
    for (const auto& rule : bootstrap_) out_.model.blocking_rules.push_back(make_rule(features_, rule));
    TrainOptions how;
    how.u_pairs = 4'000'000;
    how.u_observations_min = 200;
    how.seed = options_.seed;
    how.session_rules = out_.model.blocking_rules;
    if (household_) how.context_comparison = kHouseholdComparison;
    auto trained = train_model(out_.model, {input_.records, input_.rank, input_.source, {}}, how, progress_);
    if (!trained) return trained.error();
    out_.model = trained->model;
    out_.training = std::move(*trained);
    combine_sessions();
    return Done{};
  }

  /// One m and u a level from what sessions and random pairs showed: of the sessions the median, each counted by its
  /// matches, so that one of a dozen pairs does not outvote one of thousands; and half a pair more in each level
  /// (Jeffreys' prior), so that what was never seen is unlikely and not impossible.
  void combine_sessions() {
    std::map<std::string, double> matches;
    for (const auto& session : out_.training.sessions)
      matches["EM: " + session.rule] = static_cast<double>(session.pairs_used) * session.end_prior;
    for (std::size_t c = 0; c < out_.model.comparisons.size(); ++c) {
      if (is_household(c)) continue;
      auto& levels = out_.model.comparisons[c].levels;
      const auto& trained = out_.training.levels[c];
      double m_all = 0, session_matches = 0, u_all = 0;
      for (std::size_t l = 0; l < levels.size(); ++l) {
        if (levels[l].is_null_level) continue;
        levels[l].m = weighted_median(trained[l].m, matches, session_matches);
        m_all += *levels[l].m;
        u_all += static_cast<double>(trained[l].random_pairs);
      }
      const double count = static_cast<double>(levels.size() - 1);
      for (std::size_t l = 0; l < levels.size(); ++l) {
        if (levels[l].is_null_level) continue;
        const double share = m_all > 0 ? *levels[l].m / m_all : 0;
        levels[l].m = (share * session_matches + 0.5) / (session_matches + 0.5 * count);
        levels[l].u = (static_cast<double>(trained[l].random_pairs) + 0.5) / (u_all + 0.5 * count);
      }
    }
  }

  /// The comparison that calibrate_household() sets; it is the last.
  bool is_household(std::size_t comparison) const { return household_ && comparison + 1 == out_.model.comparisons.size(); }

  static double weighted_median(const std::vector<ParameterEstimate>& estimates, const std::map<std::string, double>& matches,
                                double& session_matches) {
    std::vector<std::pair<double, double>> values;
    double all = 0;
    for (const auto& estimate : estimates) {
      const auto found = matches.find(estimate.how);
      if (found == matches.end() || found->second < kSessionMatchesLeast) continue;
      values.emplace_back(estimate.value.value_or(0), std::min(found->second, kSessionMatchesCounted));
      all += values.back().second;
    }
    session_matches = std::max(session_matches, all);
    std::sort(values.begin(), values.end());
    double below = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      below += values[i].second;
      if (2 * below > all) return values[i].first;
    }
    return 0;
  }

  BatchPairsOptions pair_options() const {
    return {.block_records_max = 0,
            .rank = input_.rank,
            .source = options_.link_type == LinkType::kLinkOnly ? input_.source : std::span<const std::uint32_t>()};
  }

  /// Pairs of the present rules, scored; `see` is called on many threads.
  template <class See>
  Result<std::vector<RuleReport>> scan(See see) {
    auto plan = BlockingPlan::compile(out_.model, input_.records);
    if (!plan) return plan.error();
    auto model = CompiledModel::compile(out_.model, input_.records);
    if (!model) return model.error();
    model->count_frequencies();
    return for_each_pair(*plan, input_.records, pair_options(), [&](RowId l, RowId r, RuleId rule, std::size_t worker) {
      see(*model, l, r, rule, worker);
    });
  }

  /// Chosen by costs that a sample of rows tells, and chosen again until the costs of all that are chosen are counted
  /// over all rows.
  Result<ChosenRules> choose_counted(std::span<const ProbableMatch> matches) {
    std::vector<bool> known(candidates_.size(), false);
    ChosenRules chosen;
    for (int round = 0; round < kCostRounds; ++round) {
      chosen = choose_rules(features_, candidates_, matches, search_);
      std::vector<std::size_t> open;
      for (std::size_t i = 0; i < candidates_.size(); ++i)
        if (!known[i] && std::ranges::any_of(chosen.rules, [&](const auto& rule) { return rule.features == candidates_[i].features; }))
          open.push_back(i);
      if (open.empty()) break;
      if (Status counted = count_pairs(open); !counted) return counted.error();
      for (const std::size_t i : open) known[i] = true;
    }
    return chosen;
  }

  /// Replaces the estimated pairs of these candidates by those of their keys.
  Status count_pairs(std::span<const std::size_t> which) {
    LinkageModel rules;
    for (const std::size_t i : which) rules.blocking_rules.push_back(make_rule(features_, candidates_[i]));
    auto plan = BlockingPlan::compile(rules, input_.records);
    if (!plan) return plan.error();
    const auto costs = rule_costs(*plan, input_.records, {.pairs = pair_options(), .largest_blocks = 0, .marginal_pairs_max = 0});
    for (std::size_t k = 0; k < which.size(); ++k) candidates_[which[k]].pairs = static_cast<double>(costs[k].pairs);
    return Done{};
  }

  Status choose() {
    auto test = FeatureTest::compile(features_, input_.records);
    if (!test) return test.error();
    std::vector<MatchSample> parts(batch_workers());
    const double least = weight_of_probability(kProbable);
    auto scanned = scan([&](const CompiledModel& model, RowId l, RowId r, RuleId rule, std::size_t worker) {
      const RecordView left = input_.records.view(l), right = input_.records.view(r);
      const std::uint64_t draw = mix64(mix64(options_.seed ^ input_.rank[l]) ^ input_.rank[r]);
      if (!parts[worker].wants(draw) || model.weight(left, right) < least) return;
      ProbableMatch match{test->shared(left, right), {}};
      for (const auto f : bootstrap_[rule].features) match.fields_of_rule.push_back(features_[f].field);
      parts[worker].add(draw, std::move(match));
    });
    if (!scanned) return scanned.error();
    const std::vector<ProbableMatch> matches = MatchSample::merge(parts);
    auto counted = choose_counted(matches);
    if (!counted) return counted.error();
    const ChosenRules& chosen = *counted;
    if (chosen.rules.empty())
      return make_error(ErrorCode::kInvalidInput, "no pair of records looks like one person: nothing to link, or too little is recorded");
    out_.blocking_coverage = chosen.coverage;
    out_.model.blocking_rules.clear();
    for (std::size_t i = 0; i < chosen.rules.size(); ++i) {
      out_.model.blocking_rules.push_back(make_rule(features_, chosen.rules[i]));
      out_.rules.push_back({out_.model.blocking_rules.back().sql, 0, chosen.gains[i]});
    }
    return Done{};
  }

  /// Counts what the compared pairs show, learns m once more from all of them, and sets prior and threshold.
  Status weigh() {
    auto layout = PatternLayout::of(out_.model.comparisons);
    if (!layout) return layout.error();
    std::vector<PatternCounts> parts(batch_workers());
    auto scanned = scan([&](const CompiledModel& model, RowId l, RowId r, RuleId, std::size_t worker) {
      const ScoredPair pair = model.score(input_.records.view(l), input_.records.view(r));
      Pattern pattern = {};
      double frequency_bits = 0;
      for (std::size_t c = 0; c < pair.comparisons.size(); ++c) {
        layout->set(pattern, c, pair.comparisons[c].level, false);
        frequency_bits += pair.comparisons[c].tf_adjustment;
      }
      parts[worker].add(pattern, frequency_bits);
    });
    if (!scanned) return scanned.error();
    for (std::size_t i = 1; i < parts.size(); ++i) parts[0].merge(parts[i]);
    const auto lines = parts[0].lines();
    for (std::size_t i = 0; i < scanned->size(); ++i) {
      out_.rules[i].pairs = (*scanned)[i].pairs;
      out_.pairs += (*scanned)[i].pairs;
    }
    settle_prior(*layout, lines);
    settle_household(*layout, lines);
    if (options_.reestimate_rounds > 0) {
      reestimate(*layout, lines);
      settle_prior(*layout, lines);
      settle_household(*layout, lines);
    }
    set_threshold(histogram_of(*layout, lines));
    return Done{};
  }

  double evidence_of(const PatternLayout& layout, const PatternCounts::Line& line) const {
    return evidence_of(layout, line, out_.model.comparisons.size());
  }
  double evidence_of(const PatternLayout& layout, const PatternCounts::Line& line, std::size_t comparisons) const {
    double bits = line.tf_bits;
    for (std::size_t c = 0; c < comparisons; ++c) {
      const int level = layout.at(line.pattern, c).level;
      if (level < 0) continue;
      const auto& l = out_.model.comparisons[c].levels[static_cast<std::size_t>(level)];
      if (!l.is_null_level) bits += std::log2(*l.m) - std::log2(*l.u);
    }
    return bits;
  }

  WeightHistogram histogram_of(const PatternLayout& layout, std::span<const PatternCounts::Line> lines) const {
    WeightHistogram histogram;
    for (const auto& line : lines) histogram.add(evidence_of(layout, line), line.count);
    return histogram;
  }

  void settle_prior(const PatternLayout& layout, std::span<const PatternCounts::Line> lines) {
    out_.model.prior = consistent_prior(histogram_of(layout, lines), out_.model.prior, all_pairs(input_, options_.link_type));
  }

  /// The household's weights and the prior hang on each other.
  void settle_household(const PatternLayout& layout, std::span<const PatternCounts::Line> lines) {
    for (int round = 0; household_ && round < kHouseholdRounds; ++round) {
      calibrate_household(layout, lines);
      settle_prior(layout, lines);
    }
  }

  /// The household's weights from all compared pairs.
  void calibrate_household(const PatternLayout& layout, std::span<const PatternCounts::Line> lines) {
    const std::size_t last = out_.model.comparisons.size() - 1;
    const double prior = weight_of_probability(out_.model.prior);
    std::vector<HouseholdLine> read;
    for (const auto& line : lines) {
      const auto level_at = [&](std::optional<std::size_t> c) { return c ? layout.at(line.pattern, *c).level : -1; };
      const int level = layout.at(line.pattern, last).level;
      if (level < 0) continue;
      read.push_back({.level = static_cast<std::size_t>(level),
                      .given = household_->given_state(level_at(household_->given())),
                      .date = household_->date_state(level_at(household_->date())),
                      .bits = evidence_of(layout, line, last) + prior,
                      .count = static_cast<double>(line.count)});
    }
    Household::set_weights(out_.model.comparisons[last], household_->calibrate(read));
  }

  /// Sessions learn m among pairs that are equal in something; errors often avoid each other or come together, so what
  /// is true of them need not be true of all matches. A few rounds over all compared pairs, begun where the sessions
  /// ended, correct that; only a few, since run to its end EM may settle on households or namesakes.
  void reestimate(const PatternLayout& layout, std::span<const PatternCounts::Line> lines) {
    EmOptions how;
    how.max_iterations = options_.reestimate_rounds;
    how.convergence = 1e-6;
    how.fix_prior = true;
    std::vector<PatternCounts::Line> likely;
    const double prior = weight_of_probability(out_.model.prior);
    for (const auto& line : lines)
      if (evidence_of(layout, line) + prior >= 0) likely.push_back(line);
    const EmResult found = run_em(out_.model.comparisons, out_.model.prior, layout, likely, how);
    const double matches = histogram_of(layout, likely).matches(prior);
    for (std::size_t c = 0; c < out_.model.comparisons.size(); ++c) {
      if (is_household(c)) continue;
      auto& levels = out_.model.comparisons[c].levels;
      const double count = static_cast<double>(levels.size() - 1);
      for (std::size_t l = 0; l < levels.size(); ++l)
        if (!levels[l].is_null_level)
          levels[l].m = (found.levels[c][l].m.value_or(0) * matches + 0.5) / (matches + 0.5 * count);
    }
  }

  void set_threshold(const WeightHistogram& histogram) {
    const double prior = weight_of_probability(out_.model.prior);
    const Threshold threshold = choose_threshold(histogram, prior, options_.precision);
    out_.link_weight = threshold.weight;
    out_.review_weight = threshold.weight - kReviewBelow;
    out_.join_mean = options_.join_mean;
    out_.expected_matches = histogram.matches(prior);
    out_.expected_precision = threshold.precision;
    out_.expected_recall = threshold.recall;
    note_what_to_check(threshold);
  }

  void note_what_to_check(const Threshold& threshold) {
    if (threshold.weight >= WeightHistogram::kMost)
      out_.check.push_back("no weight gives the precision asked for: nothing is linked");
    if (out_.expected_matches < kMatchesToTrust)
      out_.check.push_back(fmt::format("only about {:.0f} true pairs to learn from: the weights are rough", out_.expected_matches));
    if (out_.expected_recall < kRecallToTrust)
      out_.check.push_back(fmt::format("{:.0f} % of the expected true pairs lie under the link weight: the columns tell too little",
                                       100 * (1 - out_.expected_recall)));
    if (out_.blocking_coverage < kRecallToTrust)
      out_.check.push_back("true pairs are missed before they are compared: a larger budget of pairs may find more");
  }

  const ZeroSetUpInput& input_;
  const ZeroSetUpOptions& options_;
  Progress& progress_;
  RuleSearchOptions search_;
  std::optional<Household> household_;
  std::vector<BlockingFeature> features_;
  std::vector<CandidateRule> candidates_, bootstrap_;
  ZeroSetUp out_;
};

constexpr std::array kDevices = {
    AccuracyDevice{"cross_names", "given and family name in each other's place", [](ZeroSetUpOptions& o) { o.suggest.cross_names = false; }},
    AccuracyDevice{"other_names", "any family name of one against any of the other", [](ZeroSetUpOptions& o) { o.suggest.other_names = false; }},
    AccuracyDevice{"nicknames", "forms of one given name", [](ZeroSetUpOptions& o) { o.suggest.nicknames = false; }},
    AccuracyDevice{"sounds", "names that sound alike", [](ZeroSetUpOptions& o) { o.suggest.sounds = false; }},
    AccuracyDevice{"whole_address", "number, street and flat in one comparison", [](ZeroSetUpOptions& o) { o.suggest.whole_address = false; }},
    AccuracyDevice{"joint_places", "a place that the postcode determines in its comparison", [](ZeroSetUpOptions& o) { o.suggest.joint_places = false; }},
    AccuracyDevice{"code_of_name", "sex counts only where the given name does not tell it", [](ZeroSetUpOptions& o) { o.suggest.code_of_name = false; }},
    AccuracyDevice{"term_frequencies", "rare values weigh more", [](ZeroSetUpOptions& o) { o.suggest.term_frequencies = false; }},
    AccuracyDevice{"frequency_floor", "no value counts as rarer than five records of the file", [](ZeroSetUpOptions& o) { o.suggest.frequency_floor_records = 0; }},
    AccuracyDevice{"household", "what people of one home share is no evidence that they are one person", [](ZeroSetUpOptions& o) { o.household = false; }},
    AccuracyDevice{"reestimate", "m once more from all likely pairs", [](ZeroSetUpOptions& o) { o.reestimate_rounds = 0; }},
    AccuracyDevice{"refine_clusters", "groups join by the mean weight of all their pairs", [](ZeroSetUpOptions& o) { o.join_mean.reset(); }},
};

}  // namespace

std::span<const AccuracyDevice> accuracy_devices() { return kDevices; }

Status switch_off(std::string_view device, ZeroSetUpOptions& options) {
  for (const auto& row : kDevices)
    if (row.name == device) return row.switch_off(options), Status(Done{});
  std::vector<std::string_view> names;
  for (const auto& row : kDevices) names.push_back(row.name);
  return make_error(ErrorCode::kInvalidInput, fmt::format("'{}' is no device: {}", device, fmt::join(names, ", ")));
}

Result<ZeroSetUp> set_up_from_nothing(const ZeroSetUpInput& input, const ZeroSetUpOptions& options, Progress& progress) {
  return SetUp(input, options, progress).run();
}

}  // namespace gmpi
