#include "blocking/blocking_plan.h"

#include "tests/blocking/blocking_fixture.h"

namespace gmpi {
namespace {

Result<BlockingPlan> compile(PackedRecords& records, const std::string& sql, std::vector<std::string> exploded = {}) {
  return BlockingPlan::compile(model_with({{sql, std::move(exploded)}}), records);
}

std::vector<BlockingKey> keys_of(const BlockingPlan& plan, RecordView record) {
  std::vector<BlockingKey> keys;
  plan.append_keys(0, record, Side::kLeft, keys);
  return keys;
}

TEST(BlockingPlan, AKeyNeedsAllItsParts) {
  PackedRecords records(person_like_columns());
  auto plan = compile(records, R"(l."surname" = r."surname" AND l."dob" = r."dob")");
  ASSERT_TRUE(plan.ok());
  const std::string_view whole[] = {"smith", "1970", "", "", ""};
  const std::string_view part[] = {"smith", "", "", "", ""};
  EXPECT_EQ(keys_of(*plan, records.view(records.append_texts(whole))).size(), 1u);
  EXPECT_TRUE(keys_of(*plan, records.view(records.append_texts(part))).empty());
}

TEST(BlockingPlan, AnExplodedListGivesAKeyForEachElement) {
  PackedRecords records(person_like_columns());
  auto plan = compile(records, "l.phones = r.phones", {"phones"});
  ASSERT_TRUE(plan.ok());
  const std::string_view cells[] = {"", "", "", "a\x1f" "b\x1f" "c", ""};
  EXPECT_EQ(keys_of(*plan, records.view(records.append_texts(cells))).size(), 3u);
}

TEST(BlockingPlan, ARecordWithTooManyKeysHasNone) {
  PackedRecords records(person_like_columns());
  auto plan = compile(records, "l.phones = r.phones AND l.emails = r.emails", {"phones", "emails"});
  ASSERT_TRUE(plan.ok());
  std::string many;
  for (int i = 0; i < 100; ++i) many += "x" + std::to_string(i) + kListSeparator;
  const std::string_view cells[] = {"", "", "", many, many};
  const RowId row = records.append_texts(cells);
  EXPECT_TRUE(keys_of(*plan, records.view(row)).empty());
  EXPECT_FALSE(plan->holds(0, records.view(row), records.view(row)));
  const std::string_view few[] = {"", "", "", "x1", "x1"};
  EXPECT_FALSE(plan->holds(0, records.view(row), records.view(records.append_texts(few))));
}

TEST(BlockingPlan, AQueryMeetsStoredRecordsByEqualValues) {
  PackedRecords records(person_like_columns());
  auto plan = compile(records, R"(l."surname" = r."surname" AND substr(l."dob", 1, 3) = substr(r."dob", 1, 3))");
  ASSERT_TRUE(plan.ok());
  const std::string_view cells[] = {"smith", "1970", "", "", ""};
  const RowId row = records.append_texts(cells);
  StandardRecord same{.key = {}, .columns = {{"surname", false, {"smith"}}, {"dob", false, {"1974"}}}, .removals = {}};
  const PackedQuery query = records.pack_query(same);  // 1974 is in no record, its first three characters are
  EXPECT_EQ(keys_of(*plan, query.view()), keys_of(*plan, records.view(row)));
  EXPECT_TRUE(plan->holds(0, query.view(), records.view(row)));
  StandardRecord stranger{.key = {}, .columns = {{"surname", false, {"jones"}}, {"dob", false, {"1970"}}}, .removals = {}};
  EXPECT_TRUE(keys_of(*plan, records.pack_query(stranger).view()).empty());
}

TEST(BlockingPlan, RefusesWhatItCannotBlockOn) {
  PackedRecords records(person_like_columns());
  const auto refusal = [&](const std::string& sql, std::vector<std::string> exploded = {}) {
    auto plan = compile(records, sql, std::move(exploded));
    return plan ? std::string("accepted") : plan.error().message;
  };
  EXPECT_THAT(refusal(R"(l."surname" = r."surname" OR l."dob" = r."dob")"), ::testing::HasSubstr("no equality"));
  EXPECT_THAT(refusal(R"(levenshtein(l.surname, r.surname) <= 1)"), ::testing::HasSubstr("no equality"));
  EXPECT_THAT(refusal(R"(l."nowhere" = r."nowhere")"), ::testing::HasSubstr("nowhere"));
  EXPECT_THAT(refusal("l.dob = r.dob", {"phones"}), ::testing::HasSubstr("exploded"));
  EXPECT_THAT(refusal("l.surname = r.surname", {"surname"}), ::testing::HasSubstr("exploded"));
}

TEST(BlockingPlan, KeepsTheRestOfARuleAsResidual) {
  PackedRecords records(person_like_columns());
  auto plan = compile(records, R"(l."dob" = r."dob" AND levenshtein(l."surname", r."surname") <= 1)");
  ASSERT_TRUE(plan.ok());
  ASSERT_TRUE(plan->residual(0).has_value());
  EXPECT_EQ(columns_of(*plan->residual(0), Side::kLeft), std::vector<std::string>{"surname"});
  plan->set_residual_test(0, [](RecordView, RecordView) { return false; });
  const std::string_view cells[] = {"smith", "1970", "", "", ""};
  const RowId a = records.append_texts(cells), b = records.append_texts(cells);
  EXPECT_FALSE(plan->holds(0, records.view(a), records.view(b)));
}

}  // namespace
}  // namespace gmpi
