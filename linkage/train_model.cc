#include "linkage/train_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include <fmt/format.h>
#include <tbb/parallel_sort.h>

#include "base/random.h"
#include "blocking/batch_pairs.h"
#include "linkage/random_pairs.h"
#include "matcher/batch_scorer.h"
#include "matcher/compiled_condition.h"
#include "matcher/compiled_model.h"
#include "matcher/training/pattern_counts.h"
#include "matcher/training/training_rules.h"

namespace gmpi {

namespace {

constexpr std::size_t kSessionsWanted = 2;  // a comparison, where the model's rules allow it
constexpr int kRoundsWithoutMatches = 3;    // then little moves
constexpr std::uint64_t kJointPairsMax = 20'000'000;
constexpr double kDisagreementBits = 2;            // between sessions, worth a person's look
constexpr std::uint64_t kAll = ~std::uint64_t{0};  // of hashes: no sample
constexpr std::uint64_t kFewObservations = 100;    // a share of fewer errs by 10 % and more

/// Rules ready to propose pairs. Not movable: the plan refers to the tests.
struct RulePlan {
  std::unique_ptr<BlockingPlan> plan;
  std::vector<std::unique_ptr<CompiledCondition>> tests;
};

Result<RulePlan> compile_rules(std::vector<BlockingRule> rules, PackedRecords& records) {
  LinkageModel only_rules;
  only_rules.blocking_rules = std::move(rules);
  auto plan = BlockingPlan::compile(only_rules, records);
  if (!plan) return plan.error();
  RulePlan out{std::make_unique<BlockingPlan>(std::move(*plan)), {}};
  for (RuleId rule = 0; rule < out.plan->rules(); ++rule) {
    if (!out.plan->residual(rule)) continue;
    auto test = CompiledCondition::compile(*out.plan->residual(rule), records);
    if (!test) return test.error();
    out.tests.push_back(std::make_unique<CompiledCondition>(std::move(*test)));
    out.plan->set_residual_test(rule,
                                [condition = out.tests.back().get(), &records](RecordView l, RecordView r) {
                                  return condition->is_true(records, l, r);
                                });
  }
  return out;
}

/// Most pairs that a symmetric rule's keys propose; conditions beyond its equalities may leave fewer.
std::uint64_t pairs_under_keys(const BlockingPlan& plan, const PackedRecords& records,
                               std::uint32_t records_max) {
  std::vector<BlockingKey> keys;
  for (RowId row = 0; row < records.rows(); ++row) plan.append_keys(0, records.view(row), Side::kLeft, keys);
  tbb::parallel_sort(keys.begin(), keys.end());
  std::uint64_t pairs = 0;
  for (std::size_t first = 0, last = 0; first < keys.size(); first = last) {
    while (last < keys.size() && keys[last] == keys[first]) ++last;
    const std::uint64_t size = last - first;
    if (records_max == 0 || size <= records_max) pairs += size * (size - 1) / 2;
  }
  return pairs;
}

BlockingRule equal_column_rule(const std::string& column) {
  const auto side = [&](Side s) {
    return Expression{
        .kind = ExpressionKind::kColumn, .side = s, .text = column, .type = {}, .arguments = {}};
  };
  return {.sql = fmt::format("l.\"{0}\" = r.\"{0}\"", column),
          .condition = {.kind = ExpressionKind::kCall,
                        .text = "=",
                        .type = {},
                        .arguments = {side(Side::kLeft), side(Side::kRight)}},
          .arrays_to_explode = {}};
}

/// What pairs of records show: their patterns and the frequencies of what they agree on.
class PatternReader {
 public:
  PatternReader(const CompiledModel& model, const PackedRecords& records, const PatternLayout& layout,
                bool with_frequencies)
      : scorer_(model, records), layout_(layout) {
    for (const auto& comparison : model.model().comparisons) {
      auto& levels = adjusting_.emplace_back(comparison.levels.size());
      for (std::size_t k = 0; k < comparison.levels.size() && with_frequencies; ++k)
        if (adjusts_for_frequency(comparison.levels[k]))
          levels[k] =
              comparison.levels[k].tf_weight *
              std::log2(std::max(exact_match_u(comparison, comparison.levels[k]).value_or(0), 1e-300));
    }
  }

  /// What one thread works with.
  struct Worker {
    std::optional<BatchScorer::Worker> scorer;
    std::vector<std::int16_t> levels;
    PatternCounts counts;
  };

  void read(std::span<const RowPair> pairs, Worker& worker) const {
    const std::size_t count = layout_.comparisons();
    if (!worker.scorer) worker.scorer.emplace(scorer_.worker());
    worker.levels.resize(pairs.size() * count);
    scorer_.levels(pairs, *worker.scorer, worker.levels);
    for (std::size_t p = 0; p < pairs.size(); ++p)
      add(pairs[p], worker.levels.data() + p * count, worker.counts);
  }

 private:
  void add(RowPair pair, const std::int16_t* levels, PatternCounts& counts) const {
    Pattern pattern{};
    double tf_bits = 0;
    for (std::size_t c = 0; c < layout_.comparisons(); ++c) {
      std::optional<double> adjustment;
      if (levels[c] >= 0)
        if (const auto& base = adjusting_[c][static_cast<std::size_t>(levels[c])]) {
          adjustment = scorer_.tf_adjustment_of(c, levels[c], pair);
          // The part of u is added again from the u of each iteration.
          if (adjustment) tf_bits += *adjustment - *base;
        }
      layout_.set(pattern, c, levels[c], adjustment.has_value());
    }
    counts.add(pattern, tf_bits);
  }

  const BatchScorer scorer_;
  const PatternLayout& layout_;
  /// [comparison][level]: weight * log2(u of the exact match), of levels that adjust for frequencies.
  std::vector<std::vector<std::optional<double>>> adjusting_;
};

class Trainer {
 public:
  Trainer(const LinkageModel& start, const TrainingSet& set, const TrainOptions& options, Progress& progress)
      : start_(start), set_(set), options_(options), progress_(progress) {
    out_.model = start;
    for (const auto& comparison : start.comparisons) out_.levels.emplace_back(comparison.levels.size());
    if (start.link_type == LinkType::kLinkOnly) source_ = set.source;
    out_.all_pairs = count_all_pairs(set.records.rows(), source_);
  }

  Result<TrainedModel> run() {
    using Step = Status (Trainer::*)();
    for (const Step step :
         {&Trainer::check_options, &Trainer::fix_parameters, &Trainer::prior_from_rules,
          &Trainer::u_from_random_pairs, &Trainer::m_from_matches, &Trainer::m_from_label_column,
          &Trainer::run_sessions, &Trainer::prior_from_sessions, &Trainer::u_less_matches})
      if (Status done = (this->*step)(); !done) return done.error();
    free_parameters();
    warn_of_levels();
    return std::move(out_);
  }

 private:
  Status check_options() {
    const auto invalid = [](const char* reason) { return make_error(ErrorCode::kInvalidInput, reason); };
    if (set_.records.rows() < 2) return invalid("two records or more are needed to train from");
    if (out_.all_pairs == 0)
      return invalid("all records are of one source, and the model links across sources only");
    if (options_.run_sessions && options_.fix_m && options_.fix_u)
      return invalid("with m and u both fixed a session has nothing to estimate");
    if (options_.prior == PriorSource::kRules && !(options_.recall > 0 && options_.recall <= 1))
      return invalid("the recall of the deterministic rules must be above 0 and at most 1");
    if (options_.prior == PriorSource::kRules && options_.deterministic_rules.empty())
      return invalid("a prior from deterministic rules needs at least one rule");
    if (!options_.label_column.empty() && !set_.records.find_column(options_.label_column))
      return make_error(ErrorCode::kInvalidInput,
                        "no column '" + options_.label_column + "' to take labels from");
    return Done{};
  }

  Status fix_parameters() {
    for (const auto& fixed : options_.fixed) {
      auto& comparisons = out_.model.comparisons;
      const auto found = std::find_if(
          comparisons.begin(), comparisons.end(),
          [&](const Comparison& comparison) { return comparison.output_column_name == fixed.comparison; });
      if (found == comparisons.end())
        return make_error(ErrorCode::kInvalidInput, "no comparison '" + fixed.comparison + "' to fix");
      if (fixed.level && *fixed.level >= found->levels.size())
        return make_error(ErrorCode::kInvalidInput, fmt::format("comparison '{}' has no level {} to fix",
                                                                fixed.comparison, *fixed.level));
      for (std::size_t k = 0; k < found->levels.size(); ++k)
        if (!fixed.level || *fixed.level == k) found->levels[k].fix_m = found->levels[k].fix_u = true;
    }
    return Done{};
  }

  /// What was fixed for this run only is as free in the file as it was.
  void free_parameters() {
    for (std::size_t c = 0; c < start_.comparisons.size(); ++c)
      for (std::size_t k = 0; k < start_.comparisons[c].levels.size(); ++k) {
        out_.model.comparisons[c].levels[k].fix_m = start_.comparisons[c].levels[k].fix_m;
        out_.model.comparisons[c].levels[k].fix_u = start_.comparisons[c].levels[k].fix_u;
      }
  }

  BatchPairsOptions pair_options() const {
    return {.block_records_max = options_.block_records_max, .rank = set_.rank, .source = source_};
  }

  Status prior_from_rules() {
    if (options_.prior != PriorSource::kRules) return Done{};
    auto rules = compile_rules(options_.deterministic_rules, set_.records);
    if (!rules) return rules.error();
    std::uint64_t found = 0;
    for (const auto& report : for_each_pairs(
             *rules->plan, set_.records, pair_options(),
             [&](std::span<const RowPair> pairs, RuleId, std::size_t) { progress_.add(pairs.size()); }))
      found += report.pairs;
    out_.deterministic_pairs = found;
    const auto all = static_cast<double>(out_.all_pairs);
    if (static_cast<double>(found) > all * options_.recall)
      return make_error(
          ErrorCode::kInvalidInput,
          fmt::format("the deterministic rules find {} of {} pairs: their recall must be at least {:.3g}",
                      found, out_.all_pairs, static_cast<double>(found) / all));
    const double prior = static_cast<double>(found) / options_.recall / all;
    if (prior > 0 && prior < 1) {
      out_.model.prior = prior;
    } else {
      out_.warnings.push_back(found == 0
                                  ? "the deterministic rules find no pair: the prior stays as it was"
                                  : "the deterministic rules find every pair: the prior stays as it was");
    }
    return Done{};
  }

  Status u_from_random_pairs() {
    if (!options_.estimate_u) return Done{};
    auto model = CompiledModel::compile(out_.model, set_.records);
    if (!model) return model.error();
    const RandomPairs random = count_random_pairs(*model, set_.records, set_.rank, source_,
                                                  {.pairs_max = options_.u_pairs,
                                                   .observations_min = options_.u_observations_min,
                                                   .seed = options_.seed},
                                                  progress_);
    out_.random_records = random.records;
    for_each_level([&](std::size_t c, std::size_t k, const ComparisonLevel& level, LevelTraining& training) {
      training.random_pairs = random.counts.count(c, k);
      training.random_pairs_all = random.counts.not_missing(c);
      if (!level.fix_u) training.u.push_back({"random pairs", random.counts.share(c, k)});
    });
    adopt_estimates();
    return Done{};
  }

  void add_m(const LevelCounts& counts, const std::string& how) {
    for_each_level([&](std::size_t c, std::size_t k, const ComparisonLevel& level, LevelTraining& training) {
      if (!level.fix_m) training.m.push_back({how, counts.share(c, k)});
    });
    adopt_estimates();
  }

  Status m_from_matches() {
    if (options_.matches.empty()) return Done{};
    auto model = CompiledModel::compile(out_.model, set_.records);
    if (!model) return model.error();
    LevelCounts counts(out_.model.comparisons);
    for (auto [left, right] : options_.matches) {
      if (set_.rank[left] > set_.rank[right]) std::swap(left, right);
      count_levels(*model, set_.records.view(left), set_.records.view(right), counts);
    }
    progress_.add(options_.matches.size());
    add_m(counts, "labels");
    return Done{};
  }

  Status m_from_label_column() {
    if (options_.label_column.empty()) return Done{};
    auto rule = compile_rules({equal_column_rule(options_.label_column)}, set_.records);
    if (!rule) return rule.error();
    auto model = CompiledModel::compile(out_.model, set_.records);
    if (!model) return model.error();
    std::vector<LevelCounts> parts(batch_workers(), LevelCounts(out_.model.comparisons));
    for_each_pairs(*rule->plan, set_.records, {.block_records_max = 0, .rank = set_.rank, .source = source_},
                   [&](std::span<const RowPair> pairs, RuleId, std::size_t worker) {
                     for (const auto& [left, right] : pairs)
                       count_levels(*model, set_.records.view(left), set_.records.view(right), parts[worker]);
                     progress_.add(pairs.size());
                   });
    LevelCounts counts(out_.model.comparisons);
    for (const auto& part : parts) counts.merge(part);
    add_m(counts, "label column " + options_.label_column);
    return Done{};
  }

  static void count_levels(const CompiledModel& model, RecordView left, RecordView right,
                           LevelCounts& counts) {
    for (std::size_t c = 0; c < model.model().comparisons.size(); ++c)
      counts.add(c, model.level_of(c, left, right));
  }

  /// A session's pairs as counts; they do not depend on the parameters, so sessions can be run again.
  struct Session {
    BlockingRule rule;
    std::vector<bool> trained;  // comparisons
    PatternLayout layout;
    std::vector<PatternCounts::Line> lines;
    SessionReport report;
  };

  Status run_sessions() {
    if (!options_.run_sessions) return Done{};
    const bool chosen = options_.session_rules.empty();
    const auto rules = chosen ? training_rules_of(start_, kSessionsWanted) : options_.session_rules;
    if (rules.empty())
      return make_error(
          ErrorCode::kInvalidInput,
          "the model has no blocking rule that leaves a comparison to train: give rules for sessions");
    for (const auto& rule : rules) {
      if (!rule.arrays_to_explode.empty())
        return make_error(ErrorCode::kUnsupported, "a session's rule cannot explode lists: " + rule.sql);
      auto problem = prepare_session(rule);
      if (!problem) return problem.error();
      if (problem->empty()) continue;
      if (!chosen) return make_error(ErrorCode::kInvalidInput, "session " + rule.sql + ": " + *problem);
      out_.warnings.push_back("session " + rule.sql + " left out: " + *problem);
    }
    fit_sessions();
    return Done{};
  }

  /// Returns why the session could not be run, or "".
  Result<std::string> prepare_session(const BlockingRule& rule) {
    auto trained = trained_by(out_.model, rule);
    SessionReport report;
    report.rule = rule.sql;
    for (std::size_t c = 0; c < trained.size(); ++c)
      (trained[c] ? report.trained : report.untrained)
          .push_back(out_.model.comparisons[c].output_column_name);
    if (report.trained.empty()) return std::string("its columns are those of every comparison");
    for (std::size_t c = 0; c < trained.size(); ++c)
      if (out_.model.comparisons[c].output_column_name == options_.context_comparison) trained[c] = true;
    const LinkageModel part = part_of_model(trained);
    auto layout = PatternLayout::of(part.comparisons);
    if (!layout) return layout.error();
    auto counts = patterns_of(rule, part, *layout, report);
    if (!counts) return counts.error();
    if (counts->pairs() == 0) return std::string("it proposes no pairs");
    auto lines = counts->lines();
    report.patterns = lines.size();
    sessions_.push_back({rule, trained, std::move(*layout), std::move(lines), std::move(report)});
    return std::string();
  }

  /// The model as it stands, with these comparisons alone.
  LinkageModel part_of_model(const std::vector<bool>& comparisons) const {
    LinkageModel part = out_.model;
    part.comparisons.clear();
    for (std::size_t c = 0; c < comparisons.size(); ++c)
      if (comparisons[c]) part.comparisons.push_back(out_.model.comparisons[c]);
    return part;
  }

  /// One after another: each begins with the parameters that those before it left.
  void fit_sessions() {
    before_sessions_ = {out_.model, out_.levels};
    for (const Session& session : sessions_) {
      SessionReport report = session.report;
      report.start_prior = prior_of_rule(out_.model, session.rule);
      const EmResult result = run_em(part_of_model(session.trained).comparisons, report.start_prior,
                                     session.layout, session.lines, em_options());
      report.end_prior = result.prior;
      report.converged = result.converged;
      report.iterations = result.history;
      adopt_session(session.trained, result, "EM: " + session.rule.sql);
      out_.sessions.push_back(std::move(report));
    }
  }

  /// Forgets what sessions found, u apart.
  void forget_sessions() {
    for_each_level([&](std::size_t c, std::size_t k, const ComparisonLevel&, LevelTraining&) {
      ComparisonLevel& level = out_.model.comparisons[c].levels[k];
      const ComparisonLevel& before = before_sessions_.model.comparisons[c].levels[k];
      level.m = before.m;
      level.m_from_default = before.m_from_default;
      level.u = before.u;
      level.u_from_default = before.u_from_default;
    });
    out_.model.prior = before_sessions_.model.prior;
    out_.levels = before_sessions_.levels;
    out_.sessions.clear();
  }

  Status u_less_matches() {
    if (!options_.u_without_matches || !options_.estimate_u) return Done{};
    auto layout = PatternLayout::of(out_.model.comparisons);
    if (!layout) return layout.error();
    auto counts = random_patterns(*layout);
    if (!counts) return counts.error();
    const auto lines = counts->lines();
    const LevelCounts raw = levels_of(lines, *layout);
    for (int round = 0; round < kRoundsWithoutMatches; ++round) {
      EmOptions u_alone = em_options();
      u_alone.fix_m = u_alone.fix_prior = true;
      u_alone.fix_u = false;
      const EmResult found = run_em(out_.model.comparisons, out_.model.prior, *layout, lines, u_alone);
      if (!sessions_.empty()) forget_sessions();
      adopt_u(found, raw);
      if (sessions_.empty()) continue;
      fit_sessions();
      if (Status done = prior_from_sessions(); !done) return done;
    }
    return Done{};
  }

  /// The joint patterns of random pairs: fewer than single levels are counted from, enough to tell what share
  /// of a level are matches.
  Result<PatternCounts> random_patterns(const PatternLayout& layout) {
    auto model = compiled_with_frequencies(out_.model);
    if (!model) return model.error();
    const PatternReader reader(*model, set_.records, layout, options_.term_frequencies);
    std::vector<PatternReader::Worker> workers(batch_workers());
    const auto rows =
        random_rows(set_.rank, source_, std::min(options_.u_pairs, kJointPairsMax), options_.seed);
    for_each_pair_of(rows, set_.rank, source_, [&](std::span<const RowPair> pairs, std::size_t worker) {
      progress_.add(pairs.size());
      reader.read(pairs, workers[worker]);
    });
    PatternCounts counts;
    for (const auto& worker : workers) counts.merge(worker.counts);
    return counts;
  }

  LevelCounts levels_of(std::span<const PatternCounts::Line> lines, const PatternLayout& layout) const {
    LevelCounts counts(out_.model.comparisons);
    for (const auto& line : lines)
      for (std::size_t c = 0; c < layout.comparisons(); ++c)
        counts.add(c, layout.at(line.pattern, c).level, line.count);
    return counts;
  }

  /// Each level's share among random pairs, less the part that is of matches; the parts add up to 1 again.
  void adopt_u(const EmResult& found, const LevelCounts& raw) {
    for (std::size_t c = 0; c < out_.levels.size(); ++c) {
      std::vector<double> left(out_.levels[c].size(), 0.0);
      double total = 0;
      for (std::size_t k = 0; k < left.size(); ++k) {
        const LevelTraining& training = out_.levels[c][k];
        if (training.random_pairs == 0) continue;
        const auto share = raw.share(c, k);
        const double kept = share && found.levels[c][k].u ? *found.levels[c][k].u / *share : 1.0;
        left[k] = kept * static_cast<double>(training.random_pairs) /
                  static_cast<double>(training.random_pairs_all);
        total += out_.model.comparisons[c].levels[k].is_null_level ? 0.0 : left[k];
      }
      for (std::size_t k = 0; k < left.size(); ++k)
        if (left[k] > 0 && !out_.levels[c][k].u.empty())
          out_.levels[c][k].u[0] = {"random, less matches", left[k] / total};
    }
    adopt_estimates();
  }

  EmOptions em_options() const {
    return {.fix_m = options_.fix_m,
            .fix_u = options_.fix_u,
            .fix_prior = options_.fix_session_prior,
            .no_level_is_no_match = start_.arithmetic == ModelArithmetic::kV4,
            .convergence = start_.em_convergence,
            .max_iterations = start_.max_iterations};
  }

  Result<CompiledModel> compiled_with_frequencies(const LinkageModel& model) {
    auto compiled = CompiledModel::compile(model, set_.records);
    if (!compiled) return compiled;
    if (set_.frequencies.empty()) {
      compiled->count_frequencies();
    } else {
      compiled->use_frequencies(set_.frequencies);
    }
    return compiled;
  }

  /// One pass over the rule's pairs.
  Result<PatternCounts> patterns_of(const BlockingRule& rule, const LinkageModel& part,
                                    const PatternLayout& layout, SessionReport& report) {
    auto rules = compile_rules({rule}, set_.records);
    if (!rules) return rules.error();
    auto model = compiled_with_frequencies(part);
    if (!model) return model.error();
    const double proposed =
        static_cast<double>(pairs_under_keys(*rules->plan, set_.records, options_.block_records_max));
    const double share = static_cast<double>(options_.session_pairs_max) / std::max(proposed, 1.0);
    const std::uint64_t below = share < 1 ? static_cast<std::uint64_t>(std::ldexp(share, 64)) : kAll;

    const PatternReader reader(*model, set_.records, layout, options_.term_frequencies);
    std::vector<PatternReader::Worker> workers(batch_workers());
    const auto sink = [&](std::span<const RowPair> pairs, RuleId, std::size_t worker) {
      progress_.add(pairs.size());
      std::array<RowPair, kPairsPerCall> sample;
      if (below != kAll) {
        const auto end = std::copy_if(pairs.begin(), pairs.end(), sample.begin(), [&](const RowPair& pair) {
          return pair_hash(pair.left, pair.right) < below;
        });
        pairs = {sample.begin(), end};
      }
      reader.read(pairs, workers[worker]);
    };
    report.pairs = for_each_pairs(*rules->plan, set_.records, pair_options(), sink)[0].pairs;
    PatternCounts counts;
    for (const auto& worker : workers) counts.merge(worker.counts);
    report.pairs_used = counts.pairs();
    return counts;
  }

  std::uint64_t pair_hash(RowId left, RowId right) const {
    return mix64(mix64(options_.seed) ^ (std::uint64_t{set_.rank[left]} << 32 | set_.rank[right]));
  }

  void adopt_session(const std::vector<bool>& trained, const EmResult& result, const std::string& how) {
    std::size_t at = 0;
    for (std::size_t c = 0; c < trained.size(); ++c) {
      if (!trained[c]) continue;
      const auto& found = result.levels[at++];
      for (std::size_t k = 0; k < found.size(); ++k) {
        const ComparisonLevel& level = out_.model.comparisons[c].levels[k];
        LevelTraining& training = out_.levels[c][k];
        if (level.is_null_level) continue;
        training.session_pairs += found[k].pairs;
        if (!options_.fix_m && !level.fix_m) training.m.push_back({how, found[k].m});
        if (!options_.fix_u && !level.fix_u) training.u.push_back({how, found[k].u});
      }
    }
    adopt_estimates();
  }

  /// Each parameter becomes the median of its estimates so far.
  void adopt_estimates() {
    for_each_level([&](std::size_t c, std::size_t k, const ComparisonLevel&, LevelTraining& training) {
      ComparisonLevel& level = out_.model.comparisons[c].levels[k];
      if (const auto m = combined(training.m); m && !level.fix_m) level.m = m, level.m_from_default = false;
      if (const auto u = combined(training.u); u && !level.fix_u) level.u = u, level.u_from_default = false;
    });
  }

  Status prior_from_sessions() {
    if (options_.prior != PriorSource::kSessions) return Done{};
    std::vector<ParameterEstimate> reciprocals;
    for (std::size_t i = 0; i < out_.sessions.size(); ++i)
      reciprocals.push_back({out_.sessions[i].rule, 1 / prior_behind_rule(out_.model, sessions_[i].rule,
                                                                          out_.sessions[i].end_prior)});
    if (const auto median = combined(reciprocals)) {
      out_.model.prior = 1 / *median;
    } else {
      out_.warnings.push_back("no session was run to take the prior from: it stays as it was");
    }
    return Done{};
  }

  template <class Visit>
  void for_each_level(const Visit& visit) {
    for (std::size_t c = 0; c < out_.levels.size(); ++c)
      for (std::size_t k = 0; k < out_.levels[c].size(); ++k)
        if (const auto& level = out_.model.comparisons[c].levels[k]; !level.is_null_level)
          visit(c, k, level, out_.levels[c][k]);
  }

  // ---- what a person should look at

  void warn_of_levels() {
    for (const auto& session : out_.sessions)
      if (!session.converged)
        out_.warnings.push_back(fmt::format("session {} did not settle in {} iterations", session.rule,
                                            session.iterations.size()));
    for_each_level([&](std::size_t c, std::size_t k, const ComparisonLevel& level, LevelTraining& training) {
      const std::string name = fmt::format("{}, level {}", out_.model.comparisons[c].output_column_name, k);
      if (options_.estimate_u && !level.fix_u && training.random_pairs == 0)
        out_.warnings.push_back(name + ": no random pair showed it; u is " + origin(level.u_from_default));
      else if (options_.estimate_u && !level.fix_u && training.random_pairs < kFewObservations)
        out_.warnings.push_back(
            fmt::format("{}: only {} random pairs showed it; u is rough", name, training.random_pairs));
      if (training.m.empty() && !level.fix_m && !options_.fix_m)
        out_.warnings.push_back(name + ": no session trains it; m is " + origin(level.m_from_default));
      else if (!training.m.empty() && !training.m_trained())
        out_.warnings.push_back(name + ": no pair of its sessions showed it; m is " +
                                origin(level.m_from_default));
      warn_of_disagreement(name, training.m);
    });
    for (const auto& comparison : out_.model.comparisons) warn_of_order(comparison);
  }

  static std::string origin(bool is_default) {
    return is_default ? "Splink's default for the position, which is not written" : "the start's";
  }

  void warn_of_disagreement(const std::string& name, const std::vector<ParameterEstimate>& estimates) {
    double least = 1, most = 0;
    for (const auto& estimate : estimates)
      if (estimate.value) least = std::min(least, *estimate.value), most = std::max(most, *estimate.value);
    if (most > 0 && std::log2(most / least) >= kDisagreementBits)
      out_.warnings.push_back(
          fmt::format("{}: its estimates of m disagree, {:.3g} to {:.3g}", name, least, most));
  }

  /// Levels stand from best to worst: a worse one that weighs more is a sign of a bad session or a bad order.
  void warn_of_order(const Comparison& comparison) {
    const ComparisonLevel* better = nullptr;
    const auto weight = [](const ComparisonLevel& level) {
      return std::log2(*level.m) - std::log2(*level.u);
    };
    for (std::size_t k = 0; k < comparison.levels.size(); ++k) {
      const ComparisonLevel& level = comparison.levels[k];
      if (level.is_null_level || !level.m || !level.u) continue;
      if (better != nullptr && weight(level) > weight(*better))
        out_.warnings.push_back(
            fmt::format("{}, level {}: weighs more than the level before it ({:.2f} over {:.2f} bits)",
                        comparison.output_column_name, k, weight(level), weight(*better)));
      better = &level;
    }
  }

  const LinkageModel& start_;
  const TrainingSet& set_;
  const TrainOptions& options_;
  Progress& progress_;
  std::span<const std::uint32_t> source_;  // set for link_only
  std::vector<Session> sessions_;          // those that could be run
  struct {
    LinkageModel model;
    std::vector<std::vector<LevelTraining>> levels;
  } before_sessions_;
  TrainedModel out_;
};

}  // namespace

std::vector<BlockingRule> training_rules_of(const LinkageModel& model, std::size_t wanted) {
  return choose_training_rules(model, model.blocking_rules, wanted);
}

Result<TrainedModel> train_model(const LinkageModel& start, const TrainingSet& set,
                                 const TrainOptions& options, Progress& progress) {
  return Trainer(start, set, options, progress).run();
}

}  // namespace gmpi
