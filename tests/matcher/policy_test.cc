// A policy file is read whole or refused at the place that is wrong; a decision follows its table.
#include "matcher/compiled_policy.h"

#include <array>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "matcher/sql_parser.h"

namespace gmpi {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kPolicy = R"toml([thresholds]
link = 12
review = 5.5
conflict_margin = 6.0

[batch]
link = 4.25
conflict_margin = 0.5
review_guards = false

[blocking]
records_max = 1000

[[exclusive]]
name = "number-conflict"
column = "number"
reason = "Two numbers differ"

[[guard]]
name = "twins"
effect = "apart"
reason = "Same birthday, another name"
when = '"dob_l" = "dob_r" AND "name_l" <> "name_r"'

[[guard]]
name = "no-birthday"
effect = "review"
reason = "A date of birth is missing"
when = '"dob_l" IS NULL OR "dob_r" IS NULL'
)toml";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("not in the policy: " + std::string(from));
  return text.replace(at, from.size(), to);
}

TEST(ReadPolicy, TakesEveryKey) {
  const auto policy = read_policy(kPolicy, "policy.toml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->link_weight, 12);
  EXPECT_EQ(policy->review_weight, 5.5);
  EXPECT_EQ(policy->conflict_margin, 6);
  EXPECT_EQ(policy->block_records_max, 1000u);
  ASSERT_TRUE(policy->batch);
  EXPECT_EQ(policy->batch->link_weight, 4.25);
  EXPECT_EQ(policy->batch->conflict_margin, 0.5);
  EXPECT_FALSE(policy->batch->review_guards);
  ASSERT_EQ(policy->exclusive.size(), 1u);
  EXPECT_EQ(policy->exclusive[0].name, "number-conflict");
  EXPECT_EQ(policy->exclusive[0].column, "number");
  EXPECT_EQ(policy->exclusive[0].reason, "Two numbers differ");
  ASSERT_EQ(policy->guards.size(), 2u);
  EXPECT_EQ(policy->guards[0].name, "twins");
  EXPECT_EQ(policy->guards[0].reason, "Same birthday, another name");
  EXPECT_TRUE(policy->guards[0].apart);
  EXPECT_EQ(policy->guards[0].sql, "\"dob_l\" = \"dob_r\" AND \"name_l\" <> \"name_r\"");
  EXPECT_TRUE(policy->guards[0].condition.is_call("and"));
  EXPECT_FALSE(policy->guards[1].apart);
}

TEST(ReadPolicy, KnowsFourEffects) {
  struct Effect {
    const char* name;
    bool apart, asks;
  };
  for (const Effect& effect : {Effect{"apart", true, false}, Effect{"review", false, false},
                               Effect{"ask", false, true}, Effect{"apart-and-ask", true, true}}) {
    const std::string text = replaced(kPolicy, "effect = \"review\"", "effect = \"" + std::string(effect.name) + "\"");
    const auto policy = read_policy(text, "policy.toml");
    ASSERT_TRUE(policy) << policy.error().message;
    EXPECT_EQ(policy->guards.at(1).apart, effect.apart) << effect.name;
    EXPECT_EQ(policy->guards.at(1).asks, effect.asks) << effect.name;
  }
}

TEST(ReadPolicy, NeedsOnlyThresholds) {
  const auto policy = read_policy("[thresholds]\nlink = 1\nreview = 1\nconflict_margin = 0\n", "policy.toml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->block_records_max, 0u);
  EXPECT_FALSE(policy->batch);
  EXPECT_TRUE(policy->guards.empty());
}

TEST(ReadPolicy, TakesTheShippedOne) {
  const auto text = read_file(GMPI_SHIPPED_POLICY, 1 << 20);
  ASSERT_TRUE(text) << text.error().message;
  const auto policy = read_policy(*text, "policy.toml");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_GT(policy->link_weight, policy->review_weight);
}

struct Fault {
  const char* name;
  const char* from;
  const char* to;
  const char* message;
};

class FaultyPolicy : public testing::TestWithParam<Fault> {};

TEST_P(FaultyPolicy, IsRefusedWithFileLineAndColumn) {
  const auto policy = read_policy(replaced(kPolicy, GetParam().from, GetParam().to), "policy.toml");
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(policy.error().message, StartsWith(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Faults, FaultyPolicy,
    testing::Values(
        Fault{"NotToml", "link = 12", "link = = 12", "policy.toml:2:8: "},
        Fault{"UnknownTable", "[blocking]", "[bloking]",
              "policy.toml:11:2: unknown key 'bloking'; is it 'blocking'?"},
        Fault{"UnknownThreshold", "review = 5.5", "reviw = 5.5",
              "policy.toml:3:1: unknown key 'reviw'; is it 'review'?"},
        Fault{"UnknownGuardKey", "effect = \"apart\"", "colour = \"apart\"",
              "policy.toml:21:1: unknown key 'colour'"},
        Fault{"ThresholdMissing", "review = 5.5\n", "", "policy.toml:1:1: review must be a number"},
        Fault{"ThresholdIsText", "link = 12", "link = \"12\"", "policy.toml:2:8: link must be a number"},
        Fault{"ThresholdIsInfinite", "link = 12", "link = inf", "policy.toml:2:8: link must be a number"},
        Fault{"ReviewAboveLink", "review = 5.5", "review = 12.5", "policy.toml:1:1: review lies above link"},
        Fault{"NegativeMargin", "conflict_margin = 6.0", "conflict_margin = -1",
              "policy.toml:4:19: conflict_margin must not be negative"},
        Fault{"NoThresholds", "[thresholds]\nlink = 12\nreview = 5.5\nconflict_margin = 6.0\n", "",
              "policy.toml:1:1: [thresholds] is missing"},
        Fault{"ThresholdsAreAList", "[thresholds]", "[[thresholds]]",
              "policy.toml:1:1: thresholds must be a table"},
        Fault{"GuardsAreATable", "[[exclusive]]", "[exclusive]", "policy.toml:14:1: write [[exclusive]]"},
        Fault{
            "ListInTheWrongTable",
            "[[exclusive]]\nname = \"number-conflict\"\ncolumn = \"number\"\nreason = \"Two numbers differ\"",
            "exclusive = [1, 2]", "policy.toml:14:1: unknown key 'exclusive'"},
        Fault{"NegativeBlock", "records_max = 1000", "records_max = -1",
              "policy.toml:12:15: records_max must"},
        Fault{"FractionalBlock", "records_max = 1000", "records_max = 0.5",
              "policy.toml:12:15: records_max must"},
        Fault{"HugeBlock", "records_max = 1000", "records_max = 1e10", "policy.toml:12:15: records_max must"},
        Fault{"BatchFlagIsText", "review_guards = false", "review_guards = \"no\"",
              "policy.toml:9:17: review_guards must be true or false"},
        Fault{"EmptyReason", "reason = \"A date of birth is missing\"", "reason = \"\"",
              "policy.toml:28:10: reason must be a text"},
        Fault{"ReasonMissing", "reason = \"A date of birth is missing\"\n", "",
              "policy.toml:25:1: reason must be a text"},
        Fault{"UnknownEffect", "effect = \"review\"", "effect = \"reveiw\"",
              "policy.toml:27:10: effect must be \"apart\" or \"review\""},
        Fault{"SameGuardTwice", "name = \"no-birthday\"", "name = \"twins\"",
              "policy.toml:26:8: guard 'twins' is defined twice"},
        Fault{"GuardNamedAsAnExclusive", "name = \"twins\"", "name = \"number-conflict\"",
              "policy.toml:15:8: exclusive column 'number-conflict' is defined twice"},
        Fault{"BadSql", "\"dob_l\" IS NULL OR", "\"dob_l\" IS NULL ORR",
              "policy.toml:29:8: guard 'no-birthday': "},
        Fault{"UnknownFunction", "\"dob_l\" IS NULL OR", "dobb(\"dob_l\") OR",
              "policy.toml:29:8: guard 'no-birthday': "}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

// ---- named conditions

constexpr const char* kThresholds = "[thresholds]\nlink = 1\nreview = 1\nconflict_margin = 0\n";

/// A policy with these lines under [condition], which is its line 5, and one guard.
std::string with_conditions(const std::string& conditions, const std::string& when) {
  return std::string(kThresholds) + "[condition]\n" + conditions +
         "[[guard]]\nname = \"one\"\neffect = \"apart\"\nreason = \"It is so\"\nwhen = \'\'\'" + when + "\'\'\'\n";
}

TEST(NamedConditions, StandForWhatTheySayInParentheses) {
  const auto policy = read_policy(
      with_conditions(R"(alike = '"a_l" = "a_r" OR {near}'
near = 'levenshtein("a_l", "a_r") <= 1'
)",
                      R"(NOT {alike} AND "{alike}_l" = '{near}')"),
      "policy.toml");
  ASSERT_TRUE(policy) << policy.error().message;
  const auto spelt = parse_condition(
      R"(NOT ("a_l" = "a_r" OR (levenshtein("a_l", "a_r") <= 1)) AND "{alike}_l" = '{near}')");
  ASSERT_TRUE(spelt) << spelt.error().message;
  EXPECT_EQ(policy->guards.at(0).condition, *spelt);
}

std::string error_of(const std::string& policy) {
  const auto read = read_policy(policy, "policy.toml");
  return read ? "" : read.error().message;
}

TEST(NamedConditions, AreRefusedWhereTheyAreWrong) {
  EXPECT_THAT(error_of(with_conditions("x = 'true'\n", "{y}")),
              StartsWith("policy.toml:11:8: guard 'one': no [condition] is called 'y'"));
  EXPECT_THAT(error_of(std::string(kThresholds) + "[[guard]]\nname = \"one\"\neffect = \"apart\"\nreason = \"r\"\n"
                                                  "when = '{y}'\n"),
              StartsWith("policy.toml:9:8: guard 'one': no [condition] is called 'y'"));
  EXPECT_THAT(error_of(with_conditions("x = '{y}'\ny = '{z}'\nz = '{x}'\n", "true")),
              StartsWith("policy.toml:8:5: condition 'z': the condition 'x' leads back to itself"));
  EXPECT_THAT(error_of(with_conditions("x = '{x}'\n", "true")),
              StartsWith("policy.toml:6:5: condition 'x': the condition 'x' leads back to itself"));
  EXPECT_THAT(error_of(with_conditions("unused = '\"a_l\" ='\n", "true")),
              StartsWith("policy.toml:6:10: condition 'unused': unexpected end of text"));
  EXPECT_THAT(error_of(with_conditions("x = 3\n", "true")), StartsWith("policy.toml:6:5: x must be a text"));
  EXPECT_THAT(error_of(with_conditions("x = 'true'\n", "{x")), HasSubstr("unexpected '{'"));
  EXPECT_THAT(error_of(with_conditions("x = 'true'\n", "{}")), HasSubstr("unexpected '{'"));
}

TEST(NamedConditions, DoNotGrowWithoutBound) {
  std::string doubling = "c0 = '\"a_l\" = \"a_r\"'\n";
  for (int i = 1; i <= 40; ++i) {
    const std::string before = "{c" + std::to_string(i - 1) + "}";
    doubling += "c" + std::to_string(i) + " = 'NOT " + before + " = " + before + "'\n";
  }
  EXPECT_THAT(error_of(with_conditions(doubling, "{c40}")), HasSubstr("expression of more than"));
  std::string deep = "c0 = '\"a_l\" = \"a_r\"'\n";
  for (int i = 1; i < 64; ++i)
    deep += "c" + std::to_string(i) + " = 'NOT NOT NOT NOT {c" + std::to_string(i - 1) + "}'\n";
  EXPECT_THAT(error_of(with_conditions(deep, "true")), HasSubstr("expression higher than"));
  std::string many;
  for (int i = 0; i <= 64; ++i) many += "c" + std::to_string(i) + " = 'true'\n";
  EXPECT_THAT(error_of(with_conditions(many, "true")), StartsWith("policy.toml:5:1: more than 64 conditions"));
}

TEST(NamedConditions, AreNotKnownToModels) {
  const auto level = parse_condition("{alike}");
  ASSERT_FALSE(level);
  EXPECT_THAT(level.error().message, StartsWith("unexpected '{' at offset 0"));
}

// ---- decisions

PackedRecords people() {
  return PackedRecords({{"name"}, {"dob"}, {"number"}});
}

RowId add(PackedRecords& records, const char* name, const char* dob) {
  const std::array<std::string_view, 3> cells = {name, dob, ""};
  return records.append_texts(cells);
}

TEST(CompiledPolicy, DecidesAsItsTableSays) {
  PackedRecords records = people();
  const auto policy = CompiledPolicy::compile(*read_policy(kPolicy, "policy.toml"), records, false);
  ASSERT_TRUE(policy) << policy.error().message;
  const RowId ann = add(records, "ann", "1980-01-01"), beth = add(records, "beth", "1980-01-01"),
              nobody = add(records, "ann", "");
  constexpr auto kNone = LinkDecision::kNoGuard;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  struct Case {
    RowId right;
    double weight;
    DecisionKind kind;
    std::int16_t guard;
    bool apart;
  };
  const Case cases[] = {
      {ann, 12, DecisionKind::kLink, kNone, false},
      {ann, 11.999, DecisionKind::kReview, kNone, false},
      {ann, 5.5, DecisionKind::kReview, kNone, false},
      {ann, 5.499, DecisionKind::kNone, kNone, false},
      {ann, kInfinity, DecisionKind::kLink, kNone, false},
      {ann, -kInfinity, DecisionKind::kNone, kNone, false},
      // "apart" is asked at every weight and never lets a link through
      {beth, 12, DecisionKind::kReview, 0, true},
      {beth, 8, DecisionKind::kReview, 0, true},
      {beth, -3, DecisionKind::kNone, 0, true},
      {beth, -kInfinity, DecisionKind::kNone, 0, true},
      // "review" holds back what the weight would link, and says nothing below
      {nobody, 20, DecisionKind::kReview, 1, false},
      {nobody, 8, DecisionKind::kReview, kNone, false},
      {nobody, 1, DecisionKind::kNone, kNone, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(testing::Message() << "row " << c.right << " at " << c.weight);
    for (const auto& [l, r] : {std::pair{ann, c.right}, std::pair{c.right, ann}}) {
      const LinkDecision decision = policy->decide(records.view(l), records.view(r), c.weight);
      EXPECT_EQ(decision.kind, c.kind);
      EXPECT_EQ(decision.guard, c.guard);
      EXPECT_EQ(decision.apart, c.apart);
      EXPECT_EQ(decision.weight, c.weight);
    }
  }
}

TEST(CompiledPolicy, AGuardThatAsksSendsToReviewWhatTheWeightWouldLetGo) {
  PackedRecords records = people();
  const std::string text = replaced(kPolicy, "effect = \"review\"", "effect = \"ask\"");
  const auto policy = CompiledPolicy::compile(*read_policy(text, "policy.toml"), records, false);
  ASSERT_TRUE(policy) << policy.error().message;
  const RowId ann = add(records, "ann", "1980-01-01"), beth = add(records, "beth", "1980-01-01"),
              nobody = add(records, "ann", "");
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double weight : {-kInfinity, -30.0, 5.499, 5.5, 11.999}) {
    const LinkDecision asked = policy->decide(records.view(ann), records.view(nobody), weight);
    EXPECT_EQ(asked.kind, DecisionKind::kReview) << weight;
    EXPECT_EQ(asked.guard, 1) << weight;
    EXPECT_FALSE(asked.apart);
  }
  for (const double weight : {12.0, kInfinity})
    EXPECT_EQ(policy->decide(records.view(ann), records.view(nobody), weight).kind, DecisionKind::kLink)
        << "what the weight links is not asked about";
  EXPECT_EQ(policy->decide(records.view(ann), records.view(beth), -30).kind, DecisionKind::kNone)
      << "who is kept apart is not asked about for that";
  EXPECT_EQ(policy->decide(records.view(ann), records.view(ann), -30).kind, DecisionKind::kNone);
}

TEST(CompiledPolicy, NamesTheReasonThatKeepsPeopleApartBeforeOneThatAsks) {
  PackedRecords records = people();
  std::string text = replaced(kPolicy, "'\"dob_l\" IS NULL OR \"dob_r\" IS NULL'", "'true'");
  // The guard that asks now stands first in the file.
  text = replaced(text, "effect = \"apart\"", "effect = \"review\"");
  text = replaced(text, "effect = \"review\"\nreason = \"A date", "effect = \"apart\"\nreason = \"A date");
  const auto policy = CompiledPolicy::compile(*read_policy(text, "policy.toml"), records, false);
  ASSERT_TRUE(policy) << policy.error().message;
  const RowId ann = add(records, "ann", "1980-01-01"), beth = add(records, "beth", "1980-01-01");
  const LinkDecision decision = policy->decide(records.view(ann), records.view(beth), 20);
  EXPECT_EQ(decision.guard, 1);
  EXPECT_TRUE(decision.apart);
}

TEST(CompiledPolicy, LeavesOutGuardsWithoutTheirColumnsOnlyWhenItMay) {
  PackedRecords records({{"name"}});
  const Policy policy = *read_policy(kPolicy, "policy.toml");
  const auto strict = CompiledPolicy::compile(policy, records, false);
  ASSERT_FALSE(strict);
  EXPECT_THAT(strict.error().message, HasSubstr("guard 'twins': unknown column 'dob'"));
  const auto lenient = CompiledPolicy::compile(policy, records, true);
  ASSERT_TRUE(lenient) << lenient.error().message;
  EXPECT_THAT(lenient->skipped(), ElementsAre(StartsWith("twins: "), StartsWith("no-birthday: "),
                                              StartsWith("number-conflict: ")));
  EXPECT_TRUE(lenient->exclusive_terms().empty());
}

TEST(BatchPolicy, IsThePolicyItselfWithoutAProfile) {
  Policy policy = *read_policy(kPolicy, "policy.toml");
  policy.batch.reset();
  const Policy batch = batch_policy(policy);
  EXPECT_EQ(batch.link_weight, 12);
  EXPECT_EQ(batch.review_weight, 5.5);
  EXPECT_EQ(batch.conflict_margin, 6);
  EXPECT_EQ(batch.guards.size(), 2u);
}

TEST(BatchPolicy, LinksByItsOwnNumbersAndKeepsTheGuardsThatSayApart) {
  Policy policy = *read_policy(kPolicy, "policy.toml");
  const Policy batch = batch_policy(policy);
  EXPECT_EQ(batch.link_weight, 4.25);
  EXPECT_EQ(batch.review_weight, 4.25) << "a review never lies above a link";
  EXPECT_EQ(batch.conflict_margin, 0.5);
  ASSERT_EQ(batch.guards.size(), 1u);
  EXPECT_EQ(batch.guards[0].name, "twins");
  EXPECT_EQ(batch.exclusive.size(), 1u);
  policy.batch->review_guards = true;
  EXPECT_EQ(batch_policy(policy).guards.size(), 2u);
}

}  // namespace
}  // namespace gmpi
