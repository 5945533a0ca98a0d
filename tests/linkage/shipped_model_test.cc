// The shipped person model on a synthetic population: record by record, shuffled, by batch and after
// reopening, it is one partition.

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/csv.h"
#include "benchmarks/population/generate.h"
#include "linkage/batch_link.h"
#include "linkage/linking_rules.h"
#include "linkage/person_columns.h"
#include "matcher/model_file.h"
#include "standardize/person.h"
#include "tests/index/store/temporary_directory.h"
#include "tests/linkage/linker_fixture.h"

namespace gmpi {
namespace {

std::vector<SourceRecord> synthetic_records(std::uint64_t people, std::uint64_t seed) {
  const TemporaryDirectory directory;
  population::SynthOptions options;
  options.people = people;
  options.seed = seed;
  options.out_dir = directory / "gm";
  if (auto made = population::generate(options, {}); !made) throw std::runtime_error(made.error().message);
  auto reader = CsvReader::open(directory / "gm/records.csv", {});
  if (!reader) throw std::runtime_error(reader.error().message);
  std::map<RecordKey, SourceRecord> newest;
  while (const CsvRow* row = reader->next()) {
    SourceRecord record;
    for (std::size_t i = 0; i < row->fields.size(); ++i) {
      const std::string& name = reader->header()[i];
      if (name == "source")
        record.key.source = row->fields[i];
      else if (name == "local_id")
        record.key.local_id = row->fields[i];
      else if (name != "record_id" && name != "event_date" && !row->fields[i].empty())
        record.fields.push_back({name, std::string(row->fields[i])});
    }
    newest[record.key] = std::move(record);
  }
  std::vector<SourceRecord> records;
  for (auto& [key, record] : newest) records.push_back(std::move(record));
  return records;
}

ModelBundle shipped_bundle() {
  auto bundle = read_bundle(GMPI_SHIPPED_MODEL);
  if (!bundle) throw std::runtime_error(bundle.error().message);
  return std::move(*bundle);
}

reference::Partition batch_partition(const ModelBundle& bundle, const std::vector<SourceRecord>& records) {
  const Policy policy = *read_policy(bundle.policy_text, "policy.toml");
  PackedRecords packed(*person_columns(bundle.model, policy));
  const auto rules = LinkingRules::compile(bundle, policy, packed);
  if (!rules) throw std::runtime_error(rules.error().message);
  std::vector<std::string> ids;
  for (const auto& record : records) {
    packed.append(
        standardize_person(record, {.as_of_date = {}, .test_nhs_numbers = true, .default_country = "GB"}));
    ids.push_back(record.key.source + '\0' + record.key.local_id);
  }
  (*rules)->refresh();
  CompiledPolicy compiled = *CompiledPolicy::compile(policy, packed, false);
  const auto ranks = ranks_of(ids);
  const BatchReport report =
      link_batch({packed, (*rules)->plan(), (*rules)->model(), compiled, ranks, {}}, {});
  std::map<RowId, std::set<RecordKey>> groups;
  for (RowId row = 0; row < records.size(); ++row) groups[report.cluster[row]].insert(records[row].key);
  reference::Partition partition;
  for (auto& [lowest, members] : groups) partition.insert(std::move(members));
  return partition;
}

TEST(ShippedModel, BatchAndRecordByRecordInAnyOrderGiveOnePartition) {
  const SystemClock clock;
  const ModelBundle bundle = shipped_bundle();
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    std::vector<SourceRecord> records = synthetic_records(120, seed);
    ASSERT_GT(records.size(), 400u);
    const auto expected = batch_partition(bundle, records);
    EXPECT_LT(expected.size(), records.size() / 2);
    Random random(seed);
    for (int order = 0; order < 3; ++order) {
      for (std::size_t i = records.size(); i > 1; --i) std::swap(records[i - 1], records[random.below(i)]);
      MemoryStore store;
      auto linker = open_linker(store, bundle, clock);
      for (const auto& answer : linker->register_records(records))
        ASSERT_TRUE(answer) << answer.error().message;
      ASSERT_EQ(partition_of(*linker), expected) << "seed " << seed << ", order " << order;
      linker.reset();
      linker = open_linker(store, bundle, clock);
      ASSERT_EQ(partition_of(*linker), expected);
      ASSERT_THAT(linker->check().faults, testing::IsEmpty());
    }
  }
}

}  // namespace
}  // namespace gmpi
