#include <unistd.h>

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "base/csv.h"
#include "base/file.h"
#include "base/sha256.h"
#include "benchmarks/population/generate.h"
#include "benchmarks/population/nhs_number.h"

namespace gmpi::population {
namespace {

using Row = std::map<std::string, std::string>;

std::vector<Row> rows_of(const std::string& path) {
  auto reader = CsvReader::open(path, {});
  EXPECT_TRUE(reader);
  std::vector<Row> rows;
  reader->on_reject(
      [&](const CsvReject& reject) { ADD_FAILURE() << path << ":" << reject.line << ": " << reject.reason; });
  while (const auto* read = reader->next()) {
    Row row;
    for (std::size_t i = 0; i < read->fields.size(); ++i)
      row[reader->header()[i]] = std::string(read->fields[i]);
    rows.push_back(std::move(row));
  }
  return rows;
}

/// One population for all tests here: 20,000 people.
class Population : public testing::Test {
 protected:
  static constexpr std::uint64_t kPeople = 20'000;

  static std::string folder(const std::string& name) {
    return testing::TempDir() + "gmpi_population_" + std::to_string(getpid()) + "_" + name;
  }

  static void SetUpTestSuite() {
    const auto made = generate({kPeople, 11, folder("shared"), "", 2}, nullptr);
    ASSERT_TRUE(made) << made.error().message;
    summary_ = new SynthSummary(*made);
    records_ = new std::vector<Row>(rows_of(folder("shared") + "/records.csv"));
    auto people = new std::map<std::string, Row>;
    for (auto& row : rows_of(folder("shared") + "/people.csv")) people->emplace(row["entity_id"], row);
    people_ = people;
    auto truth = new std::map<std::string, std::string>;
    for (auto& row : rows_of(folder("shared") + "/truth.csv"))
      EXPECT_TRUE(truth->emplace(row["record_id"], row["entity_id"]).second) << "a record has two entities";
    truth_ = truth;
  }
  static void TearDownTestSuite() {
    delete summary_;
    delete records_;
    delete people_;
    delete truth_;
    std::filesystem::remove_all(folder("shared"));
  }

  static const SynthSummary* summary_;
  static const std::vector<Row>* records_;
  static const std::map<std::string, Row>* people_;
  static const std::map<std::string, std::string>* truth_;
};
const SynthSummary* Population::summary_ = nullptr;
const std::vector<Row>* Population::records_ = nullptr;
const std::map<std::string, Row>* Population::people_ = nullptr;
const std::map<std::string, std::string>* Population::truth_ = nullptr;

TEST_F(Population, IsTheSameForAnyNumberOfThreadsAndEveryRun) {
  const auto one = generate({3'500, 5, folder("one"), "", 1}, nullptr);
  const auto again = generate({3'500, 5, folder("one"), "", 1}, nullptr);
  const auto three = generate({3'500, 5, folder("three"), "", 3}, nullptr);
  const auto other_seed = generate({3'500, 6, folder("three"), "", 1}, nullptr);
  ASSERT_TRUE(one && again && three && other_seed);
  EXPECT_EQ(one->sha256, again->sha256);
  EXPECT_EQ(one->sha256, three->sha256);
  EXPECT_NE(one->sha256, other_seed->sha256);
  std::filesystem::remove_all(folder("one"));
  std::filesystem::remove_all(folder("three"));
}

TEST_F(Population, ManifestDigestsAreThoseOfTheFiles) {
  const auto manifest = read_file(folder("shared") + "/manifest.json", 1 << 20);
  ASSERT_TRUE(manifest);
  ASSERT_EQ(summary_->sha256.size(), 7U);
  for (const auto& [file, digest] : summary_->sha256) {
    const auto actual = sha256_hex_of_file(folder("shared") + "/" + file);
    ASSERT_TRUE(actual);
    EXPECT_EQ(*actual, digest) << file;
    EXPECT_NE(manifest->find("\"" + file + "\": \"" + digest + "\""), std::string::npos);
  }
}

TEST_F(Population, EveryRecordBelongsToExactlyOneKnownPerson) {
  EXPECT_EQ(people_->size(), kPeople);
  EXPECT_EQ(records_->size(), summary_->records);
  EXPECT_EQ(truth_->size(), records_->size());
  std::set<std::pair<std::string, std::string>> keys;
  std::string day;
  for (const auto& record : *records_) {
    const auto truth = truth_->find(record.at("record_id"));
    ASSERT_NE(truth, truth_->end());
    ASSERT_TRUE(people_->contains(truth->second));
    ASSERT_TRUE(keys.emplace(record.at("source"), record.at("local_id")).second)
        << "a record key occurs twice";
    ASSERT_LE(day, record.at("event_date")) << "records do not come in the order of their days";
    day = record.at("event_date");
  }
}

TEST_F(Population, RecordsBelongToListedSourcesOfTheTenKinds) {
  std::map<std::string, std::string> kinds;
  for (auto& row : rows_of(folder("shared") + "/sources.csv")) kinds[row["source"]] = row["kind"];
  std::set<std::string> used;
  for (const auto& record : *records_) {
    ASSERT_TRUE(kinds.contains(record.at("source")));
    used.insert(kinds[record.at("source")]);
  }
  EXPECT_EQ(used.size(), kSourceKinds);
}

TEST_F(Population, PeopleHaveAboutSixAndAHalfRecords) {
  EXPECT_NEAR(summary_->records_per_person, 6.6, 0.35);
  EXPECT_GE(summary_->records_p10, 3U);
  EXPECT_LE(summary_->records_p90, 11U);
}

TEST_F(Population, LiveInTheLocalitiesByTheirShares) {
  for (std::size_t i = 0; i < kLocalities; ++i) {
    const double share = static_cast<double>(summary_->people_by_locality[i]) / kPeople;
    EXPECT_NEAR(share, kLocalityWeights[i] / 10'000.0, 0.015) << kLocalityNames[i];
    EXPECT_GT(summary_->records_by_locality[i], 0U);
  }
  EXPECT_NEAR(static_cast<double>(summary_->people_by_origin[0]) / kPeople, 0.70, 0.03);
}

TEST_F(Population, SourcesKnowNhsNumbersAsOftenAsTheirRatesSay) {
  std::map<std::string, std::pair<double, double>> valid_of;  // prefix of source -> valid, all
  for (const auto& record : *records_) {
    const std::string prefix = record.at("source").substr(0, record.at("source").find('-'));
    if (prefix == "ed" && record.at("event_date") < "2012") continue;
    const auto& number = record.at("nhs_number");
    auto& [valid, all] = valid_of[prefix];
    all += 1;
    valid += number.size() == 10 && number[0] == '9' && is_valid_nhs_number(std::stoull(number));
  }
  const std::map<std::string, SourceKind> kinds = {{"gp", SourceKind::kGp},
                                                   {"pas", SourceKind::kAcute},
                                                   {"ed", SourceKind::kEmergency},
                                                   {"nhs", SourceKind::kUrgent},
                                                   {"child", SourceKind::kChildHealth},
                                                   {"community", SourceKind::kCommunity},
                                                   {"ambulance", SourceKind::kAmbulance},
                                                   {"lab", SourceKind::kDiagnostics}};
  for (const auto& [prefix, kind] : kinds) {
    const auto [valid, all] = valid_of[prefix];
    ASSERT_GT(all, 1'000) << prefix;
    const double wanted = kSources[static_cast<std::size_t>(kind)].nhs_valid;
    // Two thousandths, and four standard errors of the sample.
    const double tolerance = 0.002 + 4 * std::sqrt(wanted * (1 - wanted) / all);
    EXPECT_NEAR(valid / all, wanted, tolerance) << prefix;
  }
}

TEST_F(Population, SourcesAreWrongAsOftenAsTheirRatesSay) {
  for (std::size_t i = 0; i < kSourceKinds; ++i) {
    const auto kind = static_cast<SourceKind>(i);
    const auto& counts = summary_->by_source[i];
    const auto n = static_cast<double>(counts.records);
    const double dob = kSources[i].dob_wrong;
    EXPECT_NEAR(static_cast<double>(counts.dob_wrong) / n, dob, 0.002 + 0.25 * dob + 4 * std::sqrt(dob / n))
        << kSourceKindNames[i];
    double postcode = kSources[i].postcode_wrong;
    if (kind == SourceKind::kAmbulance) postcode += kErrors.incident_postcode;
    EXPECT_NEAR(static_cast<double>(counts.postcode_differs) / n, postcode, 0.04) << kSourceKindNames[i];
    if (kind == SourceKind::kMaternity) continue;  // newborns have no names yet
    // The rate, and on top of it customs of spelling, late news of weddings and second families.
    const double names = static_cast<double>(counts.name_differs) / n;
    EXPECT_GE(names, kSources[i].name_differs) << kSourceKindNames[i];
    EXPECT_LE(names, kSources[i].name_differs + 0.10) << kSourceKindNames[i];
  }
}

TEST_F(Population, GpRecordsAreTheBestAndAmbulanceRecordsTheWorst) {
  const auto share = [&](SourceKind kind) {
    const auto& counts = summary_->by_source[static_cast<std::size_t>(kind)];
    return static_cast<double>(counts.name_differs) / static_cast<double>(counts.records);
  };
  EXPECT_LT(share(SourceKind::kGp), share(SourceKind::kAcute));
  EXPECT_LT(share(SourceKind::kAcute), share(SourceKind::kAmbulance));
}

TEST_F(Population, NumbersOfOneHospitalBelongToOtherPeopleInOthers) {
  std::map<std::string, std::map<std::string, std::set<std::string>>> holders;  // number, source, people
  std::uint64_t numbered = 0;
  for (const auto& row : *records_) {
    const std::string& number = row.at("identifier");
    if (number.empty()) continue;
    EXPECT_TRUE(number.starts_with("mrn:"));
    ++numbered;
    holders[number][row.at("source")].insert(truth_->at(row.at("record_id")));
  }
  EXPECT_GT(numbered, records_->size() / 5);
  std::uint64_t alike = 0, mixed = 0, pairs = 0;
  for (const auto& [number, sources] : holders) {
    std::set<std::string> people;
    for (const auto& [source, of_source] : sources) {
      mixed += of_source.size() > 1;
      people.insert(of_source.begin(), of_source.end());
      ++pairs;
    }
    alike += people.size() > 1;
  }
  EXPECT_GT(alike, holders.size() / 3) << "many numbers are several people's";
  EXPECT_GT(mixed, 0u) << "now and then a label is somebody else's";
  EXPECT_LT(mixed, pairs / 500) << "within one source a number is nearly always one person's";
}

TEST_F(Population, TheNewIdentityOfAProtectedPersonIsFlaggedWhereSystemsKnow) {
  std::set<std::string> fresh;
  for (auto& row : rows_of(folder("shared") + "/hard_cases.csv"))
    if (row["kind"] == "protected_person") fresh.insert(row["entity_b"]);
  std::uint64_t flagged = 0, silent = 0;
  for (const auto& row : *records_) {
    const std::string& entity = truth_->at(row.at("record_id"));
    EXPECT_TRUE(row.at("restricted").empty() || fresh.contains(entity));
    if (fresh.contains(entity)) ++(row.at("restricted").empty() ? silent : flagged);
  }
  EXPECT_GT(flagged, fresh.size()) << "more than one record each";
  EXPECT_GT(silent, 0u) << "not every system carries the flag";
}

TEST_F(Population, TwinsAreAsFrequentAsBirthStatisticsSay) {
  ASSERT_GT(summary_->maternities, 3'000U);
  const double per_thousand = 1'000.0 * static_cast<double>(summary_->multiple_maternities) /
                              static_cast<double>(summary_->maternities);
  EXPECT_NEAR(per_thousand, 15.5, 6);
}

TEST_F(Population, HoldsItsQuotaOfEveryHardCase) {
  std::map<std::string, std::uint64_t> found;
  for (auto& row : rows_of(folder("shared") + "/hard_cases.csv")) {
    found[row["kind"]] += 1;
    ASSERT_TRUE(people_->contains(row["entity_a"]));
    ASSERT_TRUE(people_->contains(row["entity_b"]));
    EXPECT_EQ(row["entity_a"] == row["entity_b"], row["expected"] == "same") << row["kind"];
  }
  for (const auto& quota : kHardCaseQuotas) {
    const double wanted = static_cast<double>(quota.per_quota_population) * kPeople / kQuotaPopulation;
    EXPECT_GE(static_cast<double>(found[std::string(quota.kind)]), wanted * 0.9 - 1) << quota.kind;
  }
}

TEST_F(Population, HardCasesAreWhatTheirNamesSay) {
  for (auto& row : rows_of(folder("shared") + "/hard_cases.csv")) {
    const auto& a = people_->at(row["entity_a"]);
    const auto& b = people_->at(row["entity_b"]);
    const auto& kind = row["kind"];
    if (kind == "twins" || kind == "near_name_twins") {
      EXPECT_EQ(a.at("birth_date"), b.at("birth_date"));
      EXPECT_EQ(a.at("birth_set"), b.at("birth_set"));
    } else if (kind == "same_name_same_dob") {
      EXPECT_EQ(a.at("birth_date"), b.at("birth_date"));
      EXPECT_EQ(a.at("given_name"), b.at("given_name"));
      EXPECT_EQ(a.at("surname"), b.at("surname"));
      EXPECT_NE(a.at("nhs_number"), b.at("nhs_number"));
    } else if (kind == "same_sex_dob_postcode") {
      EXPECT_EQ(a.at("birth_date"), b.at("birth_date"));
      EXPECT_EQ(a.at("sex"), b.at("sex"));
      EXPECT_NE(a.at("household_id"), b.at("household_id"));
    } else if (kind == "same_name_parent_child") {
      EXPECT_EQ(a.at("given_name"), b.at("given_name"));
      EXPECT_EQ(a.at("household_id"), b.at("household_id"));
      EXPECT_LT(a.at("birth_date"), b.at("birth_date"));
    } else if (kind == "protected_person") {
      EXPECT_EQ(a.at("birth_date"), b.at("birth_date"));
      EXPECT_LT(a.at("present_to"), b.at("present_from"));
    } else if (kind == "care_home_neighbours" || kind == "hostel_neighbours") {
      EXPECT_EQ(a.at("household_id"), b.at("household_id"));
    }
  }
}

TEST_F(Population, LaterEventsSpeakOfRecordsThatExist) {
  std::set<std::pair<std::string, std::string>> keys;
  for (const auto& record : *records_) keys.emplace(record.at("source"), record.at("local_id"));
  std::set<std::string> kinds;
  std::string day;
  for (auto& row : rows_of(folder("shared") + "/events.csv")) {
    kinds.insert(row["event"]);
    EXPECT_TRUE(keys.contains({row["source"], row["local_id"]}));
    if (row["event"] == "record_merge") {
      EXPECT_TRUE(keys.contains({row["source"], row["other_local_id"]}));
    }
    EXPECT_LE(day, row["event_date"]);
    day = row["event_date"];
  }
  EXPECT_EQ(kinds, (std::set<std::string>{"correction", "delete", "nhs_number_merge", "record_merge"}));
}

TEST_F(Population, RefusesOptionsItCannotServe) {
  EXPECT_FALSE(generate({0, 1, folder("bad"), "", 1}, nullptr));
  EXPECT_FALSE(generate({kPeopleMax + 1, 1, folder("bad"), "", 1}, nullptr));
  EXPECT_FALSE(generate({10, 1, folder("bad"), "", 0}, nullptr));
  EXPECT_FALSE(generate({10, 1, "", "", 1}, nullptr));
  const auto unwritable = generate({10, 1, "/proc/gmpi", "", 1}, nullptr);
  ASSERT_FALSE(unwritable);
  EXPECT_EQ(unwritable.error().code, ErrorCode::kIo);
}

TEST_F(Population, CanBeOfOnePerson) {
  const auto made = generate({1, 1, folder("single"), "", 1}, nullptr);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->people, 1U);
  std::filesystem::remove_all(folder("single"));
}

}  // namespace
}  // namespace gmpi::population
