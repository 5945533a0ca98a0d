// Linking a set at once gives what asking of every pair would: on random sets, in any order of their rows.
#include "linkage/batch_link.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linkage/linking_rules.h"
#include "linkage/person_columns.h"
#include "standardize/person.h"
#include "tests/linkage/small_model.h"
#include "tests/reference/block_split.h"
#include "tests/reference/identity_assignment.h"

namespace gmpi {
namespace {

using testing::ElementsAre;

using Group = std::set<std::string>;
using PairNames = std::pair<std::string, std::string>;

/// What a run says, in names instead of row numbers.
struct Outcome {
  std::set<Group> people;
  std::map<PairNames, std::pair<DecisionKind, double>> pairs;  // compared, with decision and weight
  std::uint64_t links = 0, reviews = 0, held_back = 0, refused = 0, undecided = 0;

  bool operator==(const Outcome&) const = default;

  friend void PrintTo(const Outcome& outcome, std::ostream* out) {
    *out << outcome.people.size() << " people, " << outcome.pairs.size() << " pairs, " << outcome.links
         << " links, " << outcome.reviews << " reviews, " << outcome.held_back << " held back, "
         << outcome.refused << " refused, " << outcome.undecided << " undecided";
  }
};

/// Records packed in the order given, with everything link_batch needs.
struct Set {
  ModelBundle bundle = small_bundle(0);
  Policy policy = *read_policy(bundle.policy_text, "policy.toml");
  PackedRecords packed{*person_columns(bundle.model, policy)};
  std::unique_ptr<LinkingRules> rules;
  CompiledPolicy compiled = *CompiledPolicy::compile(policy, packed, false);
  std::vector<std::string> ids;
  std::vector<std::uint32_t> rank, source;

  Set(const std::vector<SourceRecord>& records, std::uint32_t block_records_max, const std::string& split_by = "")
      : bundle(small_bundle(block_records_max, split_by)) {
    rules = std::move(*LinkingRules::compile(bundle, policy, packed));
    std::map<std::string, std::uint32_t> sources;
    for (const auto& record : records) {
      packed.append(
          standardize_person(record, {.as_of_date = {}, .test_nhs_numbers = true, .default_country = "GB"}));
      ids.push_back(record.key.source + "-__-" + record.key.local_id);
      source.push_back(
          sources.emplace(record.key.source, static_cast<std::uint32_t>(sources.size())).first->second);
    }
    rules->refresh();
    rank = ranks_of(ids);
  }

  BatchInput input(bool link_only) const {
    return {packed,
            rules->plan(),
            rules->model(),
            compiled,
            rank,
            link_only ? std::span<const std::uint32_t>(source) : std::span<const std::uint32_t>()};
  }
};

Outcome outcome_of(const Set& set, bool link_only) {
  Outcome outcome;
  std::mutex mutex;
  const BatchReport report = link_batch(set.input(link_only), [&](const BatchPair& pair, std::size_t worker) {
    const std::lock_guard lock(mutex);
    EXPECT_LT(worker, batch_workers());
    EXPECT_LT(set.rank[pair.left], set.rank[pair.right]);
    const bool fresh = outcome.pairs
                           .emplace(PairNames{set.ids[pair.left], set.ids[pair.right]},
                                    std::pair{pair.decision.kind, pair.decision.weight})
                           .second;
    EXPECT_TRUE(fresh) << "a pair was compared twice";
  });
  EXPECT_EQ(report.pairs, outcome.pairs.size());
  std::map<RowId, Group> groups;
  for (RowId row = 0; row < set.ids.size(); ++row) {
    const RowId lowest = report.cluster[row];
    EXPECT_LE(set.rank[lowest], set.rank[row]) << "a group is named after its first record";
    EXPECT_EQ(report.cluster[lowest], lowest);
    groups[lowest].insert(set.ids[row]);
  }
  for (auto& [row, group] : groups) outcome.people.insert(std::move(group));
  outcome.links = report.links;
  outcome.reviews = report.reviews;
  outcome.held_back = report.held_back;
  outcome.refused = report.refused;
  outcome.undecided = report.undecided;
  return outcome;
}

/// Who holds each key of each rule.
std::vector<std::map<BlockingKey, reference::CommonKey>> holders_of(const Set& set, bool link_only) {
  const BlockingPlan& plan = set.rules->plan();
  std::vector<std::map<BlockingKey, reference::CommonKey>> holders(plan.rules());
  std::vector<RowId> order(set.ids.size());
  for (RowId row = 0; row < order.size(); ++row) order[set.rank[row]] = row;
  const auto comparable = [&set, link_only](RowId a, RowId b) {
    return !link_only || set.source[a] != set.source[b];
  };
  for (RuleId rule = 0; rule < plan.rules(); ++rule)
    for (const RowId row : order) {
      std::vector<BlockingKey> keys;
      plan.append_keys(rule, set.packed.view(row), Side::kLeft, keys);
      for (const auto key : std::set<BlockingKey>(keys.begin(), keys.end())) {
        auto& holder = holders[rule][key];
        holder.limit = set.policy.block_records_max;
        holder.split_by = set.policy.split_by;
        holder.comparable = comparable;
        holder.rows.push_back(row);
      }
    }
  return holders;
}

/// The slow obvious version: each pair asked of each rule, the whole set assigned at once.
Outcome by_brute_force(const Set& set, bool link_only) {
  const BlockingPlan& plan = set.rules->plan();
  const auto holders = holders_of(set, link_only);
  const auto proposed = [&](RowId left, RowId right) {
    for (RuleId rule = 0; rule < plan.rules(); ++rule) {
      std::vector<BlockingKey> keys;
      if (!plan.holds(rule, set.packed.view(left), set.packed.view(right))) continue;
      plan.append_common_keys(rule, set.packed.view(left), set.packed.view(right), keys);
      for (const auto key : keys)
        if (reference::meet(holders[rule].at(key), set.packed, left, right)) return true;
    }
    return false;
  };

  Outcome outcome;
  std::vector<RowId> order(set.ids.size());
  for (RowId row = 0; row < order.size(); ++row) order[set.rank[row]] = row;
  std::vector<Tie> ties;
  for (std::uint32_t a = 0; a < order.size(); ++a)
    for (std::uint32_t b = a + 1; b < order.size(); ++b) {
      if (link_only && set.source[order[a]] == set.source[order[b]]) continue;
      if (!proposed(order[a], order[b])) continue;
      const RecordView left = set.packed.view(order[a]), right = set.packed.view(order[b]);
      const LinkDecision decision = set.compiled.decide(left, right, set.rules->model().weight(left, right));
      outcome.pairs[{set.ids[order[a]], set.ids[order[b]]}] = {decision.kind, decision.weight};
      outcome.links += decision.kind == DecisionKind::kLink;
      outcome.reviews += decision.kind == DecisionKind::kReview;
      outcome.held_back += decision.kind == DecisionKind::kReview &&
                           decision.guard != LinkDecision::kNoGuard &&
                           decision.weight >= set.policy.link_weight;
      if (decision.kind == DecisionKind::kLink) ties.push_back({a, b, TieKind::kLink, decision.weight});
      if (decision.apart) ties.push_back({a, b, TieKind::kApart, decision.weight});
    }
  std::vector<ValueId> exclusive;
  for (const RowId row : order)
    for (const TermId term : set.compiled.exclusive_terms())
      exclusive.push_back(set.packed.term_id(term, set.packed.view(row)));
  const AssignmentInput input{
      .nodes = static_cast<std::uint32_t>(order.size()),
      .ties = ties,
      .exclusive_columns = static_cast<std::uint32_t>(set.compiled.exclusive_terms().size()),
      .exclusive = exclusive,
      .conflict_margin = set.policy.conflict_margin};
  const auto group = reference::assign_identities(input);
  const auto refusals = assign_identities(input).refusals;
  outcome.refused = refusals.size();
  outcome.undecided =
      static_cast<std::uint64_t>(std::count_if(refusals.begin(), refusals.end(), [](const Refusal& refusal) {
        return refusal.kind == RefusalKind::kUndecided;
      }));
  std::map<std::uint32_t, Group> groups;
  for (std::uint32_t node = 0; node < order.size(); ++node) groups[group[node]].insert(set.ids[order[node]]);
  for (auto& [lowest, members] : groups) outcome.people.insert(std::move(members));
  return outcome;
}

std::vector<SourceRecord> random_records(std::uint64_t seed, std::size_t count) {
  SmallWorld world(seed);
  std::vector<SourceRecord> records;
  for (std::size_t n = 0; n < count; ++n)
    records.push_back(world.content({n % 3 == 0   ? "gp"
                                     : n % 3 == 1 ? "acute"
                                                  : "council",
                                     std::to_string(n)}));
  return records;
}

class BatchLink : public testing::TestWithParam<bool> {};

TEST_P(BatchLink, EqualsBruteForceInAnyOrderOfRows) {
  std::uint64_t links = 0, refused = 0, undecided = 0, held_back = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const std::uint32_t limit = seed % 3 == 0 ? 0 : 2 + static_cast<std::uint32_t>(seed % 4);
    const std::string split_by = seed % 2 == 0 ? "" : "\"dob\", \"postcode\"";
    std::vector<SourceRecord> records = random_records(seed, 8 + seed);
    for (std::size_t copy = 3; copy < records.size(); copy += 3) records[copy].fields = records[copy / 2].fields;
    const Outcome expected = by_brute_force(Set(records, limit, split_by), GetParam());
    Random random(seed);
    for (int order = 0; order < 4; ++order) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", order " << order);
      ASSERT_EQ(outcome_of(Set(records, limit, split_by), GetParam()), expected);
      for (std::size_t i = records.size(); i > 1; --i) std::swap(records[i - 1], records[random.below(i)]);
    }
    links += expected.links;
    refused += expected.refused;
    undecided += expected.undecided;
    held_back += expected.held_back;
  }
  EXPECT_GT(links, 100u);
  EXPECT_GT(refused, 10u);
  EXPECT_GT(undecided, 0u);
  EXPECT_GT(held_back, 0u);
}

INSTANTIATE_TEST_SUITE_P(Sets, BatchLink, testing::Bool(), [](const auto& parameter) {
  return parameter.param ? "AcrossSources" : "AnyRecords";
});

TEST(BatchLink, LinkOnlyNeverComparesRecordsOfOneSource) {
  const Set set(random_records(3, 60), 0);
  for (const auto& [pair, decision] : outcome_of(set, true).pairs)
    EXPECT_NE(pair.first.substr(0, pair.first.find("-__-")), pair.second.substr(0, pair.second.find("-__-")));
}

TEST(BatchLink, TakesNoRecordsAndNoConsumer) {
  const Set empty({}, 0);
  const BatchReport nothing = link_batch(empty.input(false), {});
  EXPECT_EQ(nothing.pairs, 0u);
  EXPECT_TRUE(nothing.cluster.empty());
  const Set set(random_records(4, 30), 0);
  const BatchReport report = link_batch(set.input(false), {});
  EXPECT_EQ(report.cluster.size(), 30u);
  EXPECT_EQ(report.rules.size(), set.rules->plan().rules());
}

TEST(Ranks, FollowTheBytesOfTheIds) {
  EXPECT_TRUE(ranks_of({}).empty());
  const std::vector<std::string> ids = {"b", "a", "a-", "B", "\xc3\xa9", "10", "9"};
  EXPECT_THAT(ranks_of(ids), ElementsAre(5, 3, 4, 2, 6, 0, 1));
}

TEST(Ranks, FollowTheBytesOfLongIdsThatBeginAlike) {
  Random random(9);
  std::vector<std::string> ids;
  for (int i = 0; i < 2000; ++i) {
    std::string id = "/files/people.csv-__-";
    for (auto n = random.below(12); n > 0; --n) id += static_cast<char>("\0aAb\xc3"[random.below(5)]);
    ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (std::size_t i = ids.size(); i > 1; --i) std::swap(ids[i - 1], ids[random.below(i)]);
  const auto rank = ranks_of(ids);
  for (std::size_t i = 0; i < ids.size(); ++i)
    ASSERT_EQ(rank[i], std::count_if(ids.begin(), ids.end(), [&](const std::string& id) { return id < ids[i]; }));
}

TEST(PersonColumns, AreThoseThatModelGuardsAndExclusionsRead) {
  const ModelBundle bundle = small_bundle();
  const Policy policy = *read_policy(bundle.policy_text, "policy.toml");
  EXPECT_THAT(needed_columns(bundle.model, policy),
              ElementsAre("dob", "given_name", "name_tokens", "nhs_number", "nhs_verified", "postcode",
                          "postcode_district", "sex", "surname"));
  const auto specs = person_columns(bundle.model, policy);
  ASSERT_TRUE(specs) << specs.error().message;
  for (const auto& spec : *specs) EXPECT_EQ(spec.is_list, spec.name == "name_tokens") << spec.name;
}

TEST(PersonColumns, NameWhatNoPersonHas) {
  const ModelBundle bundle = small_bundle();
  Policy policy = *read_policy(bundle.policy_text, "policy.toml");
  policy.exclusive.push_back({"shoe_size", "shoes", "Two sizes"});
  const auto specs = person_columns(bundle.model, policy);
  ASSERT_FALSE(specs);
  EXPECT_EQ(specs.error().message, "no person column is called 'shoe_size'");
  EXPECT_TRUE(is_person_model(bundle.model)) << "the model itself reads none of it";
  LinkageModel other = bundle.model;
  other.comparisons[0].levels[1].tf_column = "shoe_size";
  EXPECT_FALSE(is_person_model(other));
}

}  // namespace
}  // namespace gmpi
