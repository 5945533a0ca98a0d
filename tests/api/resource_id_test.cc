#include "api/fhir/resource_id.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace gmpi::fhir {
namespace {

struct Row {
  RecordKey key;
  const char* id;
};

TEST(ResourceId, scenario_table) {
  const Row rows[] = {
      {{"fhir", "8f2c-77"}, "8f2c-77"},   {{"gp-lorenzo", "88123"}, "gp-lorenzo.88123"},
      {{"lims", "A/17"}, "lims.A.-2F17"}, {{"fhir", "a.b"}, "fhir.a.b"},
      {{"fhir", "a_b"}, "fhir.a.-5Fb"},   {{"my_src", "1"}, "my.-5Fsrc.1"},
      {{"a.b", "c"}, "a.-2Eb.c"},         {{"a", "b.c"}, "a.b.c"},
      {{"a", "-x"}, "a..-2Dx"},           {{"a", ".x"}, "a..x"},
      {{"a", ".-x"}, "a..-2E-x"},         {{"a", "é"}, "a..-C3.-A9"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(resource_id(row.key), row.id);
    const auto read = read_resource_id(row.id);
    ASSERT_TRUE(read) << row.id;
    EXPECT_EQ(std::get<RecordKey>(*read), row.key) << row.id;
  }
}

TEST(ResourceId, other_spellings_of_a_key_are_no_ids) {
  for (const char* id : {"fhir.8f2c", "lims.A.-2f17", "a..-41", "a.", ".a", "a.-ZZ", "a.b.-4", "", "a b",
                         "a_b", "person.x", "person.GM00000000000"})
    EXPECT_FALSE(read_resource_id(id)) << id;
  EXPECT_FALSE(read_resource_id(std::string(65, 'a')));
}

TEST(ResourceId, a_key_that_is_too_long_or_would_shadow_a_person_has_none) {
  EXPECT_EQ(resource_id(RecordKey{"gp", std::string(62, '1')}), "");
  EXPECT_EQ(resource_id(RecordKey{"person", "GM1"}), "");
}

TEST(ResourceId, of_a_person_reads_back) {
  const EnterpriseId person{12345};
  const auto read = read_resource_id(resource_id(person));
  ASSERT_TRUE(read);
  EXPECT_EQ(std::get<EnterpriseId>(*read), person);
}

TEST(ResourceId, no_two_keys_share_an_id_and_each_reads_back) {
  Random random(9);
  const std::string_view alphabet = "ab.-_/F2E\xC3\xA9";
  std::map<std::string, RecordKey> seen;
  for (int i = 0; i < 200'000; ++i) {
    RecordKey key;
    const std::size_t source_length = 1 + random.below(4), id_length = 1 + random.below(6);
    for (std::size_t k = 0; k < source_length; ++k) key.source += alphabet[random.below(5)];
    for (std::size_t k = 0; k < id_length; ++k) key.local_id += alphabet[random.below(alphabet.size())];
    const std::string id = resource_id(key);
    if (id.empty()) continue;  // not valid UTF-8
    const auto [place, added] = seen.emplace(id, key);
    ASSERT_EQ(place->second, key) << id;
    const auto read = read_resource_id(id);
    ASSERT_TRUE(read) << id;
    ASSERT_EQ(std::get<RecordKey>(*read), key) << id;
  }
  EXPECT_GT(seen.size(), 10'000u);
}

TEST(ResourceId, random_ids_name_at_most_one_key) {
  Random random(10);
  const std::string_view alphabet = "a.-2F";
  for (int i = 0; i < 200'000; ++i) {
    std::string id;
    for (std::size_t k = 1 + random.below(10); k > 0; --k) id += alphabet[random.below(alphabet.size())];
    const auto read = read_resource_id(id);
    if (!read) continue;
    ASSERT_EQ(resource_id(std::get<RecordKey>(*read)), id);
  }
}

}  // namespace
}  // namespace gmpi::fhir
