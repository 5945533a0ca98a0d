// Whom a query is compared with when there are too many: the same records whatever the order they came in.
#include "linkage/search_rows.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "index/store_keys.h"
#include "linkage/person_columns.h"
#include "linkage/rebuild.h"
#include "standardize/person.h"
#include "tests/linkage/linker_fixture.h"

namespace gmpi {
namespace {

using Compared = std::set<std::string>;

/// The keys of the rows that a query is compared with, after arrivals in this order.
Compared compared(const std::vector<SourceRecord>& arrivals, const SourceRecord& query, std::size_t rows_max,
                  const ModelBundle& bundle, SearchedRows* found = nullptr) {
  const Policy policy = *read_policy(bundle.policy_text, "policy.toml");
  PersonIndex index(*person_columns(bundle.model, policy));
  const auto rules = *LinkingRules::compile(bundle, policy, index.records());
  const StandardizeOptions options{.as_of_date = {}, .test_nhs_numbers = true, .default_country = "GB"};
  RowId next = 0;
  for (const SourceRecord& record : arrivals) {
    index.stage(standardize_person(record, options));
    Changeset change;
    change.record.emplace();
    change.record->key = record.key;
    change.record->current = true;
    change.record->state.row = next++;
    change.record->state.live = true;
    index.apply(change);
  }
  rules->refresh();
  build_postings(*rules, index);
  const PackedQuery packed = index.records().pack_query(standardize_person(query, options));
  const SearchedRows rows = search_rows(index, *rules, packed.view(), rows_max);
  if (found != nullptr) *found = rows;
  Compared keys;
  for (const RowId row : rows.rows) keys.insert(std::string(index.key_text(row)));
  return keys;
}

TEST(SearchRows, AreAFunctionOfTheSet) {
  bool cut = false, split = false;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    const ModelBundle bundle = small_bundle(seed % 2 == 0 ? 0 : 6, "\"postcode\"");
    SmallWorld world(seed);
    std::vector<SourceRecord> records;
    for (int i = 0; i < 40; ++i) records.push_back(world.content({"gp", std::to_string(i)}));
    const SourceRecord query = world.content({"query", "1"});
    const std::size_t rows_max = 1 + seed % 12;
    SearchedRows found;
    const Compared expected = compared(records, query, rows_max, bundle, &found);
    cut = cut || found.truncated;
    split = split || !found.cuts.empty();
    for (int order = 0; order < 5; ++order) {
      for (std::size_t i = records.size(); i > 1; --i) std::swap(records[i - 1], records[world.random().below(i)]);
      SearchedRows again;
      EXPECT_EQ(compared(records, query, rows_max, bundle, &again), expected);
      EXPECT_EQ(again.truncated, found.truncated);
      EXPECT_EQ(again.cuts, found.cuts);
      EXPECT_EQ(again.common_keys, found.common_keys);
    }
  }
  EXPECT_TRUE(cut && split);
}

TEST(SearchRows, TakeTheRarestKeysFirst) {
  std::vector<SourceRecord> records;
  for (int i = 0; i < 9; ++i)
    records.push_back(person_record({"gp", std::to_string(i)}, {{"dob", "1980-05-01"}, {"given_name", "Anna"}}));
  records.push_back(person_record({"gp", "rare"}, {{"dob", "1951-11-23"}, {"surname", "Shaw"}, {"postcode", "M1 1AE"}}));
  const SourceRecord query = person_record(
      {}, {{"dob", "1980-05-01"}, {"given_name", "Omar"}, {"surname", "Shaw"}, {"postcode", "M1 1AE"}});
  SearchedRows found;
  const Compared keys = compared(records, query, 4, small_bundle(), &found);
  EXPECT_TRUE(found.truncated);
  EXPECT_THAT(keys, testing::Contains(key_text({"gp", "rare"})));
  EXPECT_EQ(keys.size(), 3u) << "the rare one is found by two keys; then the first two of the others";
  EXPECT_THAT(keys, testing::Contains(key_text({"gp", "0"})));
}

}  // namespace
}  // namespace gmpi
