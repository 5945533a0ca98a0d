// A file goes into the index whole: each row once, what cannot be taken is listed, a stop loses nothing.
#include "apps/import_file.h"

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include <zlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/csv.h"
#include "base/file.h"
#include "tests/index/store/temporary_directory.h"
#include "tests/linkage/linker_fixture.h"

namespace gmpi {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ImportOptions in_batches_of(std::size_t records) {
  ImportOptions options;
  options.batch_records = records;
  return options;
}

ImportOptions restarted() {
  ImportOptions options;
  options.restart = true;
  return options;
}

class ImportFile : public testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view text) {
    const std::string path = directory_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  Result<ImportResult> import(
      const std::string& path, ImportOptions options = {},
      const std::function<bool()>& stop = [] { return false; }) {
    Progress progress({});
    if (options.rows.default_source.empty()) options.rows.default_source = "file";
    options.rows.table.prefer_local_id = true;
    options.rows.as_of_ms = clock_.now_ms();
    return import_file(path, options, directory_ / "data", *linker_, stop, progress);
  }

  /// A dry run; what it rejects is put into `rejected` as "line: reason".
  Result<ImportResult> dry_run(const std::string& path, std::vector<std::string>& rejected) {
    Progress progress({});
    ImportOptions options;
    options.rows.default_source = "file";
    options.on_reject = [&](std::uint64_t line, std::string_view reason) {
      rejected.push_back(std::to_string(line) + ": " + std::string(reason));
    };
    return check_import_file(path, options, {.as_of_date = std::chrono::year{2026} / 1 / 1},
                             [] { return false; }, progress);
  }

  std::vector<std::string> keys() const {
    std::vector<std::string> keys;
    for (const auto& [key, id] : ids_of(*linker_)) keys.push_back(to_string(key));
    return keys;
  }

  /// "line: reason" of each rejected row.
  static std::vector<std::string> rejects(const std::string& path) {
    auto reader = CsvReader::open(path, {});
    if (!reader) return {reader.error().message};
    std::vector<std::string> rows;
    while (const CsvRow* row = reader->next())
      rows.push_back(std::string(row->fields[1]) + ": " + std::string(row->fields[2]));
    return rows;
  }

  TemporaryDirectory directory_;
  SystemClock clock_;
  MemoryStore store_;
  std::unique_ptr<Linker> linker_ = open_linker(store_, small_bundle(), clock_);
};

constexpr const char* kPeople =
    "local_id,source,given_name,surname,dob,postcode\n"
    "1,gp,Anna,Shaw,1980-05-01,M1 1AE\n"
    "2,acute,Anna,Shaw,1980-05-01,M1 1AE\n"
    "3,gp,Omar,Khan,1951-11-23,OL9 6AA\n";

TEST_F(ImportFile, CountsWhatBecameOfEachRowOfATable) {
  const auto result = import(write("people.csv", kPeople));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->finished);
  EXPECT_EQ(result->counts.records, 3u);
  EXPECT_EQ(result->counts.fresh, 2u);
  EXPECT_EQ(result->counts.linked, 1u);
  EXPECT_EQ(result->counts.rejected, 0u);
  EXPECT_EQ(result->rejects_path, "");
  EXPECT_THAT(keys(), ElementsAre("acute/2", "gp/1", "gp/3"));
  EXPECT_EQ(linker_->stats().identities, 2u);
}

TEST_F(ImportFile, ReadsAnotherFileOfTheSamePeopleAsUnchanged) {
  ASSERT_TRUE(import(write("people.csv", kPeople)));
  const auto again =
      import(write("more.csv", std::string(kPeople) + "4,gp,Grace,Patel,2003-02-14,BL1 1AA\n"));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->counts.unchanged, 3u);
  EXPECT_EQ(again->counts.fresh, 1u);
}

TEST_F(ImportFile, FindsAFinishedFileUnchangedWhenItComesAgain) {
  const auto path = write("people.csv", kPeople);
  ASSERT_TRUE(import(path));
  for (const auto& options : {ImportOptions(), restarted()}) {
    const auto again = import(path, options);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->counts.skipped, 0u);
    EXPECT_EQ(again->counts.unchanged, 3u);
  }
}

TEST_F(ImportFile, SkipsWhatAStoppedRunDidUnlessItIsRestarted) {
  const auto path = write("people.csv", kPeople);
  const auto stopped_after = [](int rows) { return [rows, asked = 0]() mutable { return ++asked > rows; }; };
  const auto first = import(path, in_batches_of(1), stopped_after(2));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_FALSE(first->finished);
  EXPECT_EQ(first->counts.records, 2u);
  const auto from_the_start = import(path, restarted(), stopped_after(1));
  EXPECT_EQ(from_the_start->counts.unchanged, 1u);
  const auto rest = import(path);
  ASSERT_TRUE(rest) << rest.error().message;
  EXPECT_TRUE(rest->finished);
  EXPECT_EQ(rest->counts.skipped, 1u);
  EXPECT_EQ(rest->counts.unchanged, 1u);
  EXPECT_EQ(rest->counts.fresh, 1u);
}

TEST_F(ImportFile, LosesNoRowBesideRejectedOnes) {
  // Bad rows of every kind, in runs, first and last: the good ones between them must all arrive.
  std::string text = "local_id,source,surname,event_date\n";
  std::vector<std::string> expected, bad;
  for (int i = 0; i < 200; ++i) {
    const std::string id = std::to_string(1000 + i), line = std::to_string(i + 2);
    switch (i % 7) {
      case 0:
        text += id + ",gp\n";
        bad.push_back(line);
        break;
      case 1:
        text += id + ",gp,Shaw,never\n";
        bad.push_back(line);
        break;
      case 3:
        text += id +
                ",gp,Sh\xff"
                "aw,\n";
        bad.push_back(line);
        break;
      case 4:
        text += ",gp,Shaw,\n";
        bad.push_back(line);
        break;
      default: text += id + ",gp,Shaw,\n"; expected.push_back("gp/" + id);
    }
  }
  for (const std::size_t batch : {1u, 3u, 2000u}) {
    MemoryStore store;
    linker_ = open_linker(store, small_bundle(), clock_);
    const auto result = import(write("bad" + std::to_string(batch) + ".csv", text + std::string(batch, '\n')),
                               in_batches_of(batch));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(keys(), expected) << "in batches of " << batch;
    EXPECT_EQ(result->counts.records, expected.size());
    EXPECT_EQ(result->counts.rejected, bad.size());
    std::vector<std::string> listed;
    for (const auto& row : rejects(result->rejects_path)) listed.push_back(row.substr(0, row.find(':')));
    EXPECT_THAT(listed, testing::UnorderedElementsAreArray(bad));
    linker_.reset();
  }
}

TEST_F(ImportFile, ListsRowsThatTheIndexRefuses) {
  const auto result = import(write("people.csv",
                                   "local_id,source,surname\n"
                                   "1,gp,Shaw\n"
                                   "2,gp," +
                                       std::string(5000, 'x') +
                                       "\n"
                                       "3,gp,Khan\n"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(keys(), ElementsAre("gp/1", "gp/3"));
  ASSERT_EQ(result->counts.rejected, 1u);
  EXPECT_THAT(rejects(result->rejects_path), ElementsAre(HasSubstr("3: surname")));
}

TEST_F(ImportFile, GoesOnWhereItWasStopped) {
  std::string text = "local_id,source,surname\n";
  for (int i = 0; i < 100; ++i) text += std::to_string(i) + (i % 10 == 4 ? ",gp\n" : ",gp,Shaw\n");
  const auto path = write("people.csv", text);
  std::uint64_t read = 0, rejected = 0;
  std::string rejects_path;
  bool finished = false;
  int runs = 0;
  for (; !finished && runs < 100; ++runs) {
    int asked = 0;
    const auto result = import(path, in_batches_of(4), [&] { return ++asked > 30 + runs; });
    ASSERT_TRUE(result) << result.error().message;
    read += result->counts.records;
    rejected = result->counts.rejected;
    if (!result->rejects_path.empty()) rejects_path = result->rejects_path;
    finished = result->finished;
  }
  EXPECT_TRUE(finished);
  EXPECT_GT(runs, 2);
  EXPECT_EQ(read, 90u) << "each row once";
  EXPECT_EQ(rejected, 10u) << "of all runs together";
  EXPECT_EQ(rejects(rejects_path).size(), 10u);
  EXPECT_EQ(linker_->stats().records, 90u);
}

TEST_F(ImportFile, DryRunReadsEverythingAndWritesNothing) {
  const auto path = write("people.csv", std::string(kPeople) + "4,gp\n5,gp,Anna,Shaw,2999-01-01,\n");
  std::vector<std::string> rejected;
  const auto dry = dry_run(path, rejected);
  ASSERT_TRUE(dry) << dry.error().message;
  EXPECT_EQ(dry->counts.records, 3u);
  EXPECT_EQ(dry->counts.rejected, 2u);
  EXPECT_THAT(rejected, ElementsAre(HasSubstr("5: "), HasSubstr("6: dob")));
  EXPECT_EQ(dry->rejects_path, "");
  EXPECT_EQ(linker_->stats().records, 0u);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "data")) << "nothing is written anywhere";
  const auto real = import(path);
  ASSERT_TRUE(real) << real.error().message;
  EXPECT_EQ(real->counts.records, 3u) << "a dry run leaves no position behind";
  rejected.clear();
  const auto after = dry_run(path, rejected);
  EXPECT_EQ(after->counts.records, 3u) << "and follows none";
  EXPECT_THAT(rejects(real->rejects_path), ElementsAre(HasSubstr("5: "), HasSubstr("6: dob"))) << "nor touches rejects";
}

TEST_F(ImportFile, TellsUpdatesApartFromNewPeople) {
  ASSERT_TRUE(import(write("people.csv", kPeople)));
  const auto result = import(write("more.csv",
                                   "local_id,source,given_name,surname,dob,postcode,event_date\n"
                                   "3,gp,Omar,Khan,1951-11-23,OL9 7BB,2024-05-01\n"
                                   "3,gp,Omar,Khan,1951-11-23,OL9 7CC,2024-04-01\n"
                                   "3,gp,Omar,Khan,1951-11-23,OL9 7BB,2024-05-01\n"
                                   "4,gp,Grace,Patel,2003-02-14,BL1 1AA,\n"));
  ASSERT_TRUE(result) << result.error().message;
  const ImportCounts& c = result->counts;
  EXPECT_EQ(c.updated, 1u);
  EXPECT_EQ(c.superseded, 1u);
  EXPECT_EQ(c.unchanged, 1u);
  EXPECT_EQ(c.fresh, 1u);
  EXPECT_EQ(c.records, c.fresh + c.linked + c.review + c.updated + c.unchanged + c.superseded);
}

TEST_F(ImportFile, TakesOfAnIdThatStandsTwiceWithoutAnOrderTheFirstContentAndAddsNothingWhenItComesAgain) {
  const auto path = write("people.csv", std::string(kPeople) + "1,gp,Anna,Shaw,1980-05-01,M1 1AE\n"  // the same again
                                                               "1,gp,Anna,Ford,1980-05-01,M1 1AE\n"
                                                               "3,gp,Omar,Khan,1951-11-23,M4 4AA\n");
  const std::string why = ", with other content, and neither version nor event date says which is newer";
  const std::uint64_t updated[] = {0, 0};
  for (const std::uint64_t none : updated) {
    const auto result = import(path);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->counts.updated, none);
    EXPECT_EQ(result->counts.records, 4u);
    EXPECT_THAT(rejects(result->rejects_path),
                ElementsAre("6: the id is in line 2 already" + why, "7: the id is in line 4 already" + why));
    EXPECT_EQ(linker_->find_record({"gp", "1"})->record_version, 1u);
    EXPECT_EQ(linker_->find_record({"gp", "1"})->record.field("surname"), "Shaw");
  }
  std::vector<std::string> rejected;
  ASSERT_TRUE(dry_run(path, rejected));
  EXPECT_THAT(rejected, ElementsAre(HasSubstr("6: the id"), HasSubstr("7: the id")));
  // A row that was refused for itself holds its id for nobody.
  const auto bad = import(write("bad.csv", "local_id,source,surname,dob\n9,gp,Zeller,2999-01-01\n9,gp,Zeller,1933-02-07\n"));
  EXPECT_EQ(bad->counts.fresh, 1u);
}

TEST_F(ImportFile, KnowsTheIdsBeforeThePlaceWhereItGoesOn) {
  const auto path = write("people.csv", std::string(kPeople) + "1,gp,Anna,Ford,1980-05-01,M1 1AE\n");
  ASSERT_TRUE(import(path, in_batches_of(1), [asked = 0]() mutable { return ++asked > 2; }));
  const auto rest = import(path);
  ASSERT_TRUE(rest) << rest.error().message;
  EXPECT_EQ(rest->counts.skipped, 2u);
  EXPECT_THAT(rejects(rest->rejects_path), ElementsAre(HasSubstr("5: the id is in line 2 already")));
}

TEST_F(ImportFile, ListsTheRejectsOfAStoppedRunAgainForWhoAskedForAll) {
  const auto path = write("people.csv", "local_id,source,surname,dob\n1,gp\n2,gp,Shaw,1980-05-01\n3,gp\n4,gp,Khan,1970-05-01\n");
  std::vector<std::string> told;
  ImportOptions options = in_batches_of(1);
  options.on_reject = [&](std::uint64_t line, std::string_view) { told.push_back(std::to_string(line)); };
  const auto first = import(path, options, [asked = 0]() mutable { return ++asked > 1; });
  ASSERT_FALSE(first->finished);
  EXPECT_THAT(told, ElementsAre("2"));
  told.clear();
  ASSERT_TRUE(import(path, options)->finished);
  EXPECT_THAT(told, ElementsAre("2", "4"));
}

TEST_F(ImportFile, RefusesAnEventThatLiesAhead) {
  for (const char* far : {"2099-01-01", "9999-12-31"}) {
    const std::string flat = R"({"source":"gp","local_id":"1","surname":"Shaw","event_date":")" + std::string(far) + "\"}\n";
    const std::string fhir = R"({"resourceType":"Patient","id":"gp.1","name":[{"family":"Shaw"}],"meta":{"lastUpdated":")" +
                             std::string(far) + "T00:00:00Z\"}}\n";
    for (const auto& [name, text] :
         {std::pair<const char*, std::string>{"a.csv", "local_id,source,surname,event_date\n1,gp,Shaw," + std::string(far) + "\n"},
          {"a.ndjson", flat},
          {"b.ndjson", fhir}}) {
      const auto result = import(write(name, text));
      ASSERT_TRUE(result) << result.error().message;
      EXPECT_THAT(rejects(result->rejects_path), ElementsAre(HasSubstr(": event_date: more than a day in the future"))) << text;
    }
  }
  EXPECT_EQ(linker_->stats().records, 0u);
}

TEST_F(ImportFile, RejectsAHeaderThatComesOnceMore) {
  const auto result = import(write("people.csv", std::string(kPeople) + std::string(kPeople)));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->counts.unchanged, 3u);
  EXPECT_THAT(rejects(result->rejects_path), ElementsAre("5: the header once more"));
}

TEST_F(ImportFile, CountsWhatIsNoEvidenceByColumnAndReason) {
  const auto result = import(write("people.csv",
                                   "local_id,source,nhs_number,given_name,surname,dob\n"
                                   "1,gp,9434765918,BABY OF,Shaw,1900-01-01\n"
                                   "2,gp,9434765918,Anna,Khan,1980-05-01\n"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->counts.not_evidence.at("nhs_number: NHS number fails modulus 11"), 2u);
  std::uint64_t others = 0;
  for (const auto& [reason, count] : result->counts.not_evidence) others += reason.starts_with("nhs_number") ? 0 : count;
  EXPECT_GE(others, 2u) << "the placeholder name and the default date";
}

TEST_F(ImportFile, WaitsForAFullQueueInsteadOfRejectingRows) {
  MemoryStore store;
  linker_ = open_linker(store, small_bundle(), clock_, {.pending_commits_max = 1});
  std::string text = "local_id,source,surname\n";
  for (int i = 0; i < 3000; ++i) text += std::to_string(i) + ",gp,Shaw" + std::to_string(i) + "\n";
  const auto result = import(write("people.csv", text));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->counts.rejected, 0u);
  EXPECT_EQ(result->counts.records, 3000u);
  linker_.reset();
}

TEST_F(ImportFile, TakesOnlyDeclaredSourcesOnceAnyIsDeclared) {
  ImportOptions options;
  options.sources = SourceRegister({{"gp", "P84486", "Bury", "primary"}}, true);
  const auto strict = import(write("people.csv", kPeople), options);
  ASSERT_TRUE(strict) << strict.error().message;
  EXPECT_THAT(keys(), ElementsAre("gp/1", "gp/3"));
  EXPECT_THAT(rejects(strict->rejects_path), ElementsAre(HasSubstr("3: source: not declared")));
  options.sources = SourceRegister({{"gp", "P84486", "Bury", "primary"}}, false);
  const auto open = import(write("people.csv", kPeople), options);
  ASSERT_TRUE(open) << open.error().message;
  EXPECT_THAT(keys(), ElementsAre("acute/2", "gp/1", "gp/3"));
}

TEST_F(ImportFile, ReadsAPipeAndKeepsNoPositionOfIt) {
  const std::string pipe = directory_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const std::uint64_t unchanged : {0u, 3u}) {
    std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << kPeople; });
    const auto result = import(pipe);
    writer.join();
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_FALSE(result->resumable);
    EXPECT_EQ(result->counts.records, 3u);
    EXPECT_EQ(result->counts.unchanged, unchanged);
  }
}

TEST_F(ImportFile, ReadsNdjson) {
  const auto path = write(
      "people.ndjson",
      R"({"source":"gp","local_id":"1","given_name":"Anna","surname":"Shaw","dob":"1980-05-01"})"
      "\n"
      "\n"
      R"({"source":"gp","local_id":"2","given_name":"Anna","colour":"red"})"
      "\r\n"
      "{oops\n"
      R"({"source":"gp","given_name":"Anna"})"
      "\n"
      R"({"source":"acute","local_id":"3","phone":["0161 496 0111","0161 496 0112"],"surname":"Khan"})");
  const auto result = import(path);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(keys(), ElementsAre("acute/3", "gp/1"));
  EXPECT_EQ(result->counts.records, 2u);
  EXPECT_THAT(rejects(result->rejects_path),
              ElementsAre(HasSubstr("3: "), HasSubstr("4: "), HasSubstr("5: ")));
  EXPECT_EQ(linker_->find_record({"acute", "3"})->record.fields.size(), 3u);
}

TEST_F(ImportFile, ReadsFhirPatientsAndGzip) {
  const std::string text =
      R"({"resourceType":"Patient","id":"p1","name":[{"family":"Shaw","given":["Anna"]}],"birthDate":"1980-05-01"})"
      "\n"
      R"({"resourceType":"Patient","id":"p2","name":[{"family":"Khan","given":["Omar"]}]})"
      "\n"
      R"({"resourceType":"Practitioner","id":"p3"})"
      "\n";
  const std::string path = directory_ / "patients.ndjson.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  const auto result = import(path);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(keys(), ElementsAre("file/p1", "file/p2"));
  EXPECT_THAT(rejects(result->rejects_path), ElementsAre(HasSubstr("3: ")));
}

TEST_F(ImportFile, TakesTheFormatItIsToldBeforeTheName) {
  const auto path = write("people.txt", kPeople);
  EXPECT_EQ(import(path)->counts.records, 3u) << "no brace at its start: a table";
  ImportOptions as_ndjson;
  as_ndjson.rows.format = ImportFormat::kNdjson;
  const auto as_json = import(path, as_ndjson);
  ASSERT_TRUE(as_json);
  EXPECT_EQ(as_json->counts.rejected, 4u);
}

TEST_F(ImportFile, NamesTheFileThatCannotBeRead) {
  const auto absent = import(directory_ / "absent.csv");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
  const auto empty = import(write("empty.json", ""));
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().message, HasSubstr("empty.json: the file is empty"));
  const auto header = import(write("shoes.csv", "id,shoe\n1,5\n"));
  ASSERT_FALSE(header);
  EXPECT_THAT(header.error().message, HasSubstr("shoes.csv:1: no column of a person is recognised"));
}

TEST_F(ImportFile, KeepsWhatCameBeforeTheDamageOfAFile) {
  Random random(1);
  std::string text = "local_id,source,surname\n";
  for (int i = 0; i < 20000; ++i)
    text += std::to_string(i) + ",gp,Shaw" + std::to_string(random.next()) + std::string(150, 'x') + "\n";
  const std::string path = directory_ / "people.csv.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  const auto result = import(path);
  ASSERT_FALSE(result) << "a damaged file is no success";
  EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  const auto kept = linker_->stats().records;
  EXPECT_GT(kept, 1000u);
  EXPECT_LT(kept, 20000u);
  EXPECT_EQ(linker_->find_record({"gp", std::to_string(kept - 1)})->record.key.local_id,
            std::to_string(kept - 1))
      << "all up to the damage, none beyond";
}

}  // namespace
}  // namespace gmpi
