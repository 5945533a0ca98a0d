// Runs scenarios.txt: each scenario is registered with a linker over the shipped bundle, as a living index
// would, in every order of its records. GMPI_SCENARIO_MODEL names another bundle to try.
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "base/file.h"
#include "matcher/model_file.h"
#include "tests/linkage/linker_fixture.h"

namespace gmpi {
namespace {

struct Expectation {
  std::string left, right;
  std::string outcome;
  std::string guard;  // empty: whichever
};

struct Scenario {
  std::string title;
  int line = 0;
  std::map<std::string, SourceRecord> records;  // by letter
  std::vector<Expectation> pairs;
  std::vector<std::vector<std::string>> people;  // empty: follows from the pairs
  bool known_gap = false;

  friend void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.title; }
};

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

SourceRecord record_of(const std::string& letter, const std::string& fields) {
  SourceRecord record;
  record.key = {"scenario", letter};
  std::istringstream stream(fields);
  for (std::string field; std::getline(stream, field, ';');) {
    const auto equals = field.find('=');
    if (equals == std::string::npos) throw std::runtime_error("no field: " + field);
    std::string name = trimmed(field.substr(0, equals)), value = trimmed(field.substr(equals + 1));
    if (name == "source")
      record.key.source = std::move(value);
    else
      record.fields.push_back({std::move(name), std::move(value)});
  }
  return record;
}

std::vector<std::vector<std::string>> groups_of(const std::string& text) {
  std::vector<std::vector<std::string>> groups(1);
  for (const auto& word : words_of(text)) {
    if (word == "/")
      groups.emplace_back();
    else
      groups.back().push_back(word);
  }
  return groups;
}

/// "A B  review [guard] - why", "people A B / C - why", "known gap - why" or "A  field=value; ...".
void read_line(const std::string& line, Scenario& scenario) {
  const auto words = words_of(line);
  const std::string before_why = line.substr(0, line.find(" - "));
  if (words[0] == "known" && words[1] == "gap") {
    scenario.known_gap = true;
  } else if (words[0] == "people") {
    scenario.people = groups_of(before_why.substr(before_why.find("people") + 6));
  } else if (words[1].size() == 1) {
    const auto open = before_why.find('['), close = before_why.find(']');
    const bool named = open != std::string::npos;
    scenario.pairs.push_back(
        {words[0], words[1], words[2], named ? before_why.substr(open + 1, close - open - 1) : ""});
  } else {
    const std::string text = trimmed(line);
    scenario.records[words[0]] = record_of(words[0], text.substr(1));
  }
}

std::vector<Scenario> read_scenarios() {
  const auto text = read_file(GMPI_SCENARIOS, 1 << 20);
  if (!text) throw std::runtime_error(text.error().message);
  std::vector<Scenario> scenarios;
  std::istringstream stream(*text);
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    if (line.front() != ' ') {
      scenarios.push_back({.title = line, .line = number, .records = {}, .pairs = {}, .people = {}});
    } else {
      read_line(line, scenarios.back());
    }
  }
  return scenarios;
}

std::string outcome_of(const PairExplanation& why) {
  if (why.decision.apart) return "apart";
  return decision_name(why.decision.kind);
}

std::string described(const PairExplanation& why) {
  std::ostringstream out;
  out << outcome_of(why) << " [" << why.guard_name << "] at " << why.decision.weight << " bits:";
  for (const auto& part : why.comparisons)
    out << " " << part.comparison << " '" << part.level << "' " << part.weight + part.tf_adjustment << ";";
  if (why.blocking_rules.empty()) out << " no rule proposes the pair";
  return out.str();
}

/// "A B / C": groups and their members in order.
std::string groups_as_text(const std::set<std::set<std::string>>& groups) {
  std::string text;
  for (const auto& group : groups) {
    if (!text.empty()) text += " / ";
    for (const auto& letter : group) text += (letter == *group.begin() ? "" : " ") + letter;
  }
  return text;
}

std::string people_expected(const Scenario& scenario) {
  std::set<std::set<std::string>> people;
  for (const auto& group : scenario.people) people.insert({group.begin(), group.end()});
  if (!people.empty()) return groups_as_text(people);
  return scenario.pairs.at(0).outcome == "link" ? "A B" : "A / B";
}

std::string people_found(const Linker& linker) {
  std::set<std::set<std::string>> people;
  for (const auto& group : partition_of(linker)) {
    std::set<std::string> letters;
    for (const auto& key : group) letters.insert(key.local_id);
    people.insert(std::move(letters));
  }
  return groups_as_text(people);
}

/// What is wrong with one pair; empty when it is as expected.
std::string fault_of(const Expectation& expected, const PairExplanation& why) {
  if (expected.outcome != "separate" && outcome_of(why) != expected.outcome) return "not " + expected.outcome;
  if (!expected.guard.empty() && why.guard_name != expected.guard)
    return "not by the guard " + expected.guard;
  const bool must_be_found = expected.outcome == "link" || expected.outcome == "review";
  if (must_be_found && why.blocking_rules.empty()) return "no rule finds the pair";
  return {};
}

/// Registers the records in that order and says what is not as expected.
std::string faults_of(const Scenario& scenario, const std::vector<std::string>& order,
                      const ModelBundle& bundle) {
  const SystemClock clock;
  MemoryStore store;
  const auto linker = open_linker(store, bundle, clock);
  for (const auto& letter : order)
    if (const auto answer = linker->register_record(scenario.records.at(letter)); !answer)
      return answer.error().message;
  std::string faults, seen;
  for (const auto& expected : scenario.pairs) {
    const auto why =
        linker->explain_pair(scenario.records.at(expected.left).key, scenario.records.at(expected.right).key);
    if (!why) return why.error().message;
    const std::string pair = expected.left + " " + expected.right + ": ";
    if (const auto fault = fault_of(expected, *why); !fault.empty()) faults += pair + fault + "\n";
    seen += pair + described(*why) + "\n";
  }
  if (const auto people = people_found(*linker); people != people_expected(scenario))
    faults += "people " + people + ", expected " + people_expected(scenario) + "\n";
  return faults.empty() ? faults : faults + seen;
}

class Scenarios : public testing::TestWithParam<Scenario> {
 protected:
  static void SetUpTestSuite() {
    const char* other = std::getenv("GMPI_SCENARIO_MODEL");
    auto bundle = read_bundle(other != nullptr ? other : GMPI_SHIPPED_MODEL);
    ASSERT_TRUE(bundle) << bundle.error().message;
    bundle_ = std::make_unique<ModelBundle>(std::move(*bundle));
  }
  static void TearDownTestSuite() { bundle_.reset(); }

  static std::unique_ptr<ModelBundle> bundle_;
};

std::unique_ptr<ModelBundle> Scenarios::bundle_;

TEST_P(Scenarios, EndAsAnExpertWouldHaveThem) {
  const Scenario& scenario = GetParam();
  std::vector<std::string> order;
  for (const auto& [letter, record] : scenario.records) order.push_back(letter);
  std::string faults;
  do {
    faults = faults_of(scenario, order, *bundle_);
  } while (faults.empty() && std::next_permutation(order.begin(), order.end()));
  const std::string where = scenario.title + " (scenarios.txt:" + std::to_string(scenario.line) + ")\n";
  if (scenario.known_gap) {
    EXPECT_NE(faults, "") << where << "is as it should be now: take its \"known gap\" line out";
  } else {
    EXPECT_EQ(faults, "") << where;
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, Scenarios, testing::ValuesIn(read_scenarios()), [](const auto& parameter) {
  std::string name;
  for (const char c : parameter.param.title)
    if (std::isalnum(static_cast<unsigned char>(c))) name += c;
  return name;
});

/// The living index with one record, and what it answers about the next.
class Registration : public Scenarios {
 protected:
  RegisterAnswer register_record(const std::string& letter, const std::string& fields) {
    const auto answer = linker_->register_record(record_of(letter, fields));
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? *answer : RegisterAnswer{};
  }
  MatchAnswer match(const std::string& fields) {
    const auto answer = linker_->match_person({.person = record_of("query", fields)});
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? *answer : MatchAnswer{};
  }

  const SystemClock clock_;
  MemoryStore store_;
  std::unique_ptr<Linker> linker_ = open_linker(store_, *bundle_, clock_);
};

const std::string kGrace =
    "given_name=Grace; surname=Adeyemi; dob=1990-12-25; sex=female; postcode=M20 2RW; nhs_number=9990001561; "
    "nhs_number_status=01";
const std::string kTrevor = "given_name=Trevor; surname=Lockett; dob=1962-06-06; sex=male; postcode=WA14 1AH";

TEST_F(Registration, AnswersWhyANumberOfSomebodyElseIsLookedAt) {
  register_record("A", kGrace);
  const auto answer = register_record("B", kTrevor + "; nhs_number=9990001561; nhs_number_status=01");
  EXPECT_EQ(answer.outcome, RegisterOutcome::kReview);
  EXPECT_EQ(answer.reasons,
            std::vector<std::string>{"One NHS number on two records that otherwise do not agree enough"});
}

TEST_F(Registration, AMatchByANumberOfSomebodyElseIsPossibleAndNoMore) {
  register_record("A", kGrace);
  const auto answer = match(kTrevor + "; nhs_number=9990001561");
  ASSERT_EQ(answer.candidates.size(), 1u);
  EXPECT_EQ(answer.candidates[0].grade, MatchGrade::kPossible);
  EXPECT_LT(answer.candidates[0].score, 0.5);
  EXPECT_EQ(answer.candidates[0].reasons.size(), 1u);
  EXPECT_TRUE(match(kTrevor).candidates.empty());
}

TEST_F(Registration, OfAProtectedPersonRevealsNothing) {
  register_record("A", kGrace + "; restricted=R");
  const auto answer =
      register_record("B", "given_name=Grace; surname=Adeyemi; dob=1990-12-25; sex=female; postcode=M20 2RW");
  EXPECT_EQ(answer.outcome, RegisterOutcome::kReview);
  EXPECT_EQ(answer.reasons, std::vector<std::string>{"Needs the decision of an authorised person"});
}

TEST(ScenarioFile, IsLongEnoughToMeanSomething) {
  const auto scenarios = read_scenarios();
  EXPECT_GE(scenarios.size(), 40u);
  for (const auto& scenario : scenarios) {
    EXPECT_GE(scenario.records.size(), 2u) << scenario.title;
    EXPECT_FALSE(scenario.pairs.empty() && scenario.people.empty()) << scenario.title;
  }
}

}  // namespace
}  // namespace gmpi
