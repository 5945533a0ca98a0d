// Families are not merged by what they share, and nothing is taken from people who are one.
#include "linkage/household.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "linkage/suggest_model.h"
#include "matcher/compiled_model.h"
#include "standardize/derive_record.h"

namespace gmpi {
namespace {

using enum HouseholdState;

const std::vector<Derivation> kDerivations = {{"given_name", {"g"}, "given_name"}, {"surname", {"s"}, "surname"},
                                              {"date", {"d"}, "date"},             {"street", {"a"}, "street"},
                                              {"phone", {"p"}, "phone"}};
const std::vector<std::string> kHeaders = {"g", "s", "d", "a", "p"};

struct File {
  explicit File(const std::vector<std::vector<std::string_view>>& rows) {
    auto deriver = RecordDeriver::plan(kDerivations, kHeaders);
    std::vector<ColumnSpec> specs;
    for (const auto& column : deriver->columns()) specs.push_back({.name = column.name, .is_list = column.is_list});
    records = std::make_unique<PackedRecords>(std::move(specs));
    model = suggest_comparisons(kDerivations, *records, {});
    household = Household::plan(model, kDerivations);
    if (household) model.comparisons.push_back(household->comparison());
    auto made = CompiledModel::compile(model, *records);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    compiled.emplace(std::move(*made));
    for (const auto& cells : rows) records->append(deriver->derive(cells));
  }
  std::string label(RowId a, RowId b) const {
    const int level = compiled->level_of(model.comparisons.size() - 1, records->view(a), records->view(b));
    return model.comparisons.back().levels[static_cast<std::size_t>(level)].label;
  }

  std::unique_ptr<PackedRecords> records;
  LinkageModel model;
  std::optional<Household> household;
  std::optional<CompiledModel> compiled;
};

TEST(Household, KnowsTwinsAndFathersAndSonsFromOneAndTheSame) {
  const File file({{"mary", "smith", "1980-05-01", "12 oxford road", "07700900123"},
                   {"mary", "smith", "1980-05-01", "12 oxford road", ""},
                   {"george", "smith", "1980-05-01", "12 oxford road", ""},   // twin
                   {"mary", "smith", "2009-12-24", "12 oxford road", ""},     // daughter of the same name
                   {"george", "jones", "1951-11-30", "12 oxford road", ""},
                   {"mary", "smith", "1980-05-01", "3 mill lane", ""},        // moved
                   {"", "smith", "", "12 oxford road", ""},
                   {"george", "smith", "", "12 oxford road", ""}});
  EXPECT_EQ(file.label(0, 1), "one home, nothing against it");
  EXPECT_EQ(file.label(0, 2), "one home, another given name, date alike");
  EXPECT_EQ(file.label(0, 3), "one home, given name alike, another date");
  EXPECT_EQ(file.label(0, 4), "one home, another given name and date");
  EXPECT_EQ(file.label(0, 5), "no home in common");
  EXPECT_EQ(file.label(0, 6), "one home, neither given name nor date known");
  EXPECT_EQ(file.label(0, 7), "one home, another given name, date missing");
}

TEST(Household, IsNotPlannedWhereThereIsNoHomeOrNothingOfOnesOwn) {
  const File file({});
  EXPECT_TRUE(file.household);
  LinkageModel no_home = file.model;
  std::erase_if(no_home.comparisons, [](const auto& c) { return c.output_column_name == "street" || c.output_column_name == "phone"; });
  EXPECT_FALSE(Household::plan(no_home, kDerivations));
  LinkageModel nothing_own = file.model;
  std::erase_if(nothing_own.comparisons, [](const auto& c) { return c.output_column_name == "given_name" || c.output_column_name == "date"; });
  EXPECT_FALSE(Household::plan(nothing_own, kDerivations));
}

/// Level of a label.
std::size_t at(const Comparison& comparison, std::string_view label) {
  for (std::size_t i = 0; i < comparison.levels.size(); ++i)
    if (comparison.levels[i].label == label) return i;
  return comparison.levels.size();
}

TEST(Household, TakesBackAsMuchAsFamiliesMakeTooMuch) {
  const File file({});
  const Comparison& c = file.household->comparison();
  const std::size_t none = at(c, "no home in common"), well = at(c, "one home, nothing against it"),
                    others = at(c, "one home, another given name and date");
  // 1000 true pairs at home and 1000 elsewhere, of which one in twenty errs in a name and one in fifty in a date: one
  // in a thousand errs in both. 3000 pairs of one family look as if they were matches.
  const std::vector<HouseholdLine> lines = {{well, kAlike, kAlike, 30, 1000},  {none, kAlike, kAlike, 20, 1000},
                                            {none, kDifferent, kAlike, 10, 50}, {none, kAlike, kDifferent, 10, 20},
                                            {others, kDifferent, kDifferent, 15, 3000}};
  const auto weights = file.household->calibrate(lines);
  const double matches = 3000 / (1 + std::exp2(-(15 + weights[others])));
  EXPECT_GT(matches, 0.5);
  EXPECT_LT(matches, 10);
  EXPECT_EQ(weights[none], 0);
  EXPECT_EQ(weights[well], 0);
}

TEST(Household, TakesNothingWhereErrorsAloneExplainThePairs) {
  const File file({});
  const Comparison& c = file.household->comparison();
  const std::size_t none = at(c, "no home in common"), well = at(c, "one home, nothing against it"),
                    twins = at(c, "one home, another given name, date alike");
  const std::vector<HouseholdLine> lines = {{well, kAlike, kAlike, 30, 1000}, {none, kAlike, kAlike, 20, 1000},
                                            {none, kDifferent, kAlike, 10, 50}, {twins, kDifferent, kAlike, 12, 45}};
  EXPECT_EQ(file.household->calibrate(lines)[twins], 0);
}

TEST(Household, NoLinesTakeNothing) {
  const File file({});
  for (const double weight : file.household->calibrate({})) EXPECT_EQ(weight, 0);
}

}  // namespace
}  // namespace gmpi
