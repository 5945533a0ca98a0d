#include "linkage/household.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "matcher/sql_parser.h"
#include "models/scored_pair.h"

namespace gmpi {
namespace {

using State = HouseholdState;

// Levels of the ladders of suggest_model.cc that say nothing for one person.
constexpr std::array<std::string_view, 5> kUnlike = {"different", "somewhat alike", "two slips", "same year", "missing"};
// An e-mail address is a person's own more often than a home's.
constexpr std::array<std::string_view, 5> kHomes = {"street", "postcode", "phone", "phones", "identifier"};

/// Levels after the null level, which stands for "one home and nothing against it".
struct Kind {
  std::string_view label;
  State given, date;
  double start;  // bits, while training
};

constexpr std::array kKinds = {
    Kind{"one home, neither given name nor date known", State::kUnknown, State::kUnknown, -10},
    Kind{"one home, given name alike, another date", State::kAlike, State::kDifferent, -8},
    Kind{"one home, another given name, date alike", State::kDifferent, State::kAlike, -8},
    Kind{"one home, given name missing, another date", State::kUnknown, State::kDifferent, -25},
    Kind{"one home, another given name, date missing", State::kDifferent, State::kUnknown, -25},
    Kind{"one home, another given name and date", State::kDifferent, State::kDifferent, -40},
};
constexpr std::size_t kNull = 0, kFirstKind = 1, kNoHome = kFirstKind + kKinds.size();
constexpr double kMostTakenBack = -60;
// Errors of given names and dates are taken to be at least so common. Where nearly all true pairs share a home there is
// nothing to read the rate off, and training, which looks away from pairs of one home that differ, finds none.
constexpr double kErrorsLeast = 0.05;
// Errors come together, so up to so many times as many true pairs as independence gives are nothing to take back from;
// households are tens or hundreds of times as many.
constexpr double kTogether = 3;
constexpr double kRare = 1e-4;  // u of a kind: only m over u counts

bool among_labels(std::span<const std::string_view> labels, std::string_view label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

std::vector<bool> alike_levels(const Comparison& comparison) {
  std::vector<bool> alike;
  for (const auto& level : comparison.levels) alike.push_back(!level.is_null_level && !among_labels(kUnlike, level.label));
  return alike;
}

std::string any_of(const std::vector<std::string>& conditions) {
  return fmt::format("({})", fmt::join(conditions, " OR "));
}

std::string missing(const std::string& column) { return fmt::format(R"(("{0}_l" IS NULL OR "{0}_r" IS NULL))", column); }

/// The conditions of all levels that speak for one person.
std::string alike(const Comparison& comparison, const std::vector<bool>& levels) {
  std::vector<std::string> conditions;
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (levels[i]) conditions.push_back("(" + comparison.levels[i].sql_condition + ")");
  return any_of(conditions);
}

ComparisonLevel level_of(const std::string& sql, std::string_view label, double bits) {
  ComparisonLevel level;
  level.sql_condition = sql;
  level.label = label;
  level.is_else = sql == "ELSE";
  if (!level.is_else) {
    auto condition = parse_condition(sql);
    assert(condition);
    if (condition) level.condition = std::move(*condition);
  }
  level.u = level.is_else ? 1 - kRare * static_cast<double>(kKinds.size()) : kRare;
  level.m = *level.u * std::exp2(bits);
  level.fix_m = level.fix_u = true;
  return level;
}

/// Columns that two records of one home share; lists meet in an element. A postcode alone is no home: it has fifteen of
/// them here, and thousands elsewhere.
std::vector<std::string> home_conditions(const LinkageModel& model, std::span<const Derivation> derivations) {
  std::vector<std::string> homes;
  bool narrow = false;
  for (const auto& d : derivations) {
    const bool compared = std::any_of(model.comparisons.begin(), model.comparisons.end(),
                                      [&](const Comparison& c) { return c.output_column_name == d.column; });
    if (!compared || !among_labels(kHomes, d.as)) continue;
    narrow = narrow || d.as != "postcode";
    const std::string_view shared = d.as == "phones" ? R"(array_length(list_intersect("{0}_l", "{0}_r")) >= 1)" : R"("{0}_l" = "{0}_r")";
    homes.push_back(fmt::format(fmt::runtime(shared), d.column));
  }
  return narrow ? homes : std::vector<std::string>();
}

/// Pairs by what agrees, and of them those expected to be one person.
struct Table {
  std::array<std::array<std::array<double, 3>, 3>, 2> matches{};  // [in one home][given][date]

  double at(bool home, State given, State date) const {
    return matches[home ? 1 : 0][static_cast<std::size_t>(given)][static_cast<std::size_t>(date)];
  }
  void add(bool home, State given, State date, double weight) {
    matches[home ? 1 : 0][static_cast<std::size_t>(given)][static_cast<std::size_t>(date)] += weight;
  }
};

/// Odds of `unlike` to `like`, with half a pair more in each.
double odds(double unlike, double like) { return (unlike + 0.5) / (like + 0.5); }

/// Expected true pairs of a kind if errors in given name, date and home were independent.
double expected(const Table& t, State given, State date) {
  using enum HouseholdState;
  const double given_errors = std::max(kErrorsLeast, odds(t.at(false, kDifferent, kAlike), t.at(false, kAlike, kAlike)));
  const double date_errors = std::max(kErrorsLeast, odds(t.at(false, kAlike, kDifferent), t.at(false, kAlike, kAlike)));
  const double given_gaps = odds(t.at(true, kUnknown, kAlike), t.at(true, kAlike, kAlike));
  const double date_gaps = odds(t.at(true, kAlike, kUnknown), t.at(true, kAlike, kAlike));
  const auto factor = [](State state, double errors, double gaps) {
    return state == kAlike ? 1 : state == kDifferent ? errors : gaps;
  };
  // A file without one of the two columns has it missing throughout: pairs that agree in the other are the measure.
  if (t.at(true, kAlike, kAlike) < 1 && given == kDifferent && date == kUnknown)
    return t.at(true, kAlike, kUnknown) * odds(t.at(false, kDifferent, kUnknown), t.at(false, kAlike, kUnknown));
  if (t.at(true, kAlike, kAlike) < 1 && given == kUnknown && date == kDifferent)
    return t.at(true, kUnknown, kAlike) * odds(t.at(false, kUnknown, kDifferent), t.at(false, kUnknown, kAlike));
  return t.at(true, kAlike, kAlike) * factor(given, given_errors, given_gaps) * factor(date, date_errors, date_gaps);
}

double matches_at(std::span<const HouseholdLine> lines, std::size_t level, double weight) {
  double sum = 0;
  for (const auto& line : lines)
    if (line.level == level) sum += line.count * match_probability(line.bits + weight);
  return sum;
}

/// 0, or the weight at which the pairs of a level hold so many matches, when without it they hold far more.
double weight_for(std::span<const HouseholdLine> lines, std::size_t level, double matches) {
  if (matches_at(lines, level, 0) <= kTogether * matches) return 0;
  double low = kMostTakenBack, high = 0;
  for (int halving = 0; halving < 40; ++halving) {
    const double middle = (low + high) / 2;
    (matches_at(lines, level, middle) > matches ? high : low) = middle;
  }
  return low;
}

}  // namespace

std::optional<Household> Household::plan(const LinkageModel& model, std::span<const Derivation> derivations) {
  Household household;
  std::string given = "given_name", date = "date";
  for (std::size_t c = 0; c < model.comparisons.size(); ++c) {
    if (model.comparisons[c].output_column_name == given) household.given_ = c, household.given_alike_ = alike_levels(model.comparisons[c]);
    if (model.comparisons[c].output_column_name == date) household.date_ = c, household.date_alike_ = alike_levels(model.comparisons[c]);
  }
  const auto homes = home_conditions(model, derivations);
  if (homes.empty() || (!household.given_ && !household.date_)) return std::nullopt;
  const std::string home = any_of(homes);
  const std::string no_given = household.given_ ? missing(given) : "1 = 1", no_date = household.date_ ? missing(date) : "1 = 1";
  const std::string given_alike = household.given_ ? alike(model.comparisons[*household.given_], household.given_alike_) : "1 = 0";
  const std::string date_alike = household.date_ ? alike(model.comparisons[*household.date_], household.date_alike_) : "1 = 0";

  // The first level that holds counts, so each condition says only what those before it leave open.
  const std::string nothing_against = fmt::format("{} AND ({} OR {}) AND ({} OR {}) AND NOT ({} AND {})", home, no_given, given_alike,
                                                  no_date, date_alike, no_given, no_date);
  const std::array<std::string, kKinds.size()> conditions = {
      fmt::format("{} AND {} AND {}", home, no_given, no_date), fmt::format("{} AND NOT {} AND {}", home, no_given, given_alike),
      fmt::format("{} AND NOT {} AND {}", home, no_date, date_alike), fmt::format("{} AND {}", home, no_given),
      fmt::format("{} AND {}", home, no_date), home};
  Comparison& out = household.comparison_;
  out.output_column_name = kHouseholdComparison;
  out.levels.push_back(level_of(nothing_against, "one home, nothing against it", 0));
  auto& null = out.levels.back();
  null.is_null_level = true;
  null.m.reset(), null.u.reset();
  null.fix_m = null.fix_u = false;
  for (std::size_t i = 0; i < kKinds.size(); ++i) out.levels.push_back(level_of(conditions[i], kKinds[i].label, kKinds[i].start));
  out.levels.push_back(level_of("ELSE", "no home in common", 0));
  return household;
}

std::vector<double> Household::calibrate(std::span<const HouseholdLine> lines) const {
  Table table;
  for (const auto& line : lines) {
    const bool home = line.level != kNoHome;
    if (!home || line.level == kNull) table.add(home, line.given, line.date, line.count * match_probability(line.bits));
  }
  std::vector<double> weights(comparison_.levels.size(), 0);
  for (std::size_t i = 0; i < kKinds.size(); ++i)
    weights[kFirstKind + i] = weight_for(lines, kFirstKind + i, expected(table, kKinds[i].given, kKinds[i].date));
  return weights;
}

void Household::set_weights(Comparison& comparison, std::span<const double> weights) {
  for (std::size_t i = 0; i < comparison.levels.size(); ++i) {
    auto& level = comparison.levels[i];
    if (!level.is_null_level) level.m = *level.u * std::exp2(weights[i]);
  }
}

}  // namespace gmpi
