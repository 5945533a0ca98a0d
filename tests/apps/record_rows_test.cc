// What an input holds is told from its first bytes, and each of its records is read with its line.
#include "apps/record_rows.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/fhir/patient.h"
#include "api/instant.h"
#include "tests/index/store/temporary_directory.h"

namespace gmpi {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kFlat = R"({"source":"gp","local_id":"1","surname":"Shaw"})";
constexpr const char* kPatient = R"({"id":"gp.1","name":[{"family":"Shaw"}],"resourceType":"Patient"})";

class RecordRowsTest : public testing::Test {
 protected:
  InputBytes input(std::string_view text, const std::string& name = "input") {
    const std::string path = directory_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return *InputBytes::open(path);
  }
  ImportFormat format_of(std::string_view text) {
    auto bytes = input(text);
    const auto format = detect_format(bytes);
    EXPECT_TRUE(format) << format.error().message;
    return format ? *format : ImportFormat::kAuto;
  }
  std::string refusal(std::string_view text, const RecordRowsOptions& options = {}) {
    const auto rows = open_record_rows(input(text), options, [](std::uint64_t, std::string_view) {});
    return rows ? "" : rows.error().message;
  }
  /// "line key" or "line: reason" of each row, rejects of the reader last.
  std::vector<std::string> read(std::string_view text, const RecordRowsOptions& options = {}) {
    std::vector<std::string> seen, rejected;
    auto rows = open_record_rows(input(text), options, [&](std::uint64_t line, std::string_view reason) {
      rejected.push_back(std::to_string(line) + ": " + std::string(reason));
    });
    if (!rows) return {rows.error().message};
    RecordRow row;
    while ((*rows)->next(row))
      seen.push_back(std::to_string(row.line) +
                     (row.record ? " " + to_string(row.record->key) : ": " + row.record.error().message));
    EXPECT_TRUE((*rows)->status());
    seen.insert(seen.end(), rejected.begin(), rejected.end());
    return seen;
  }
  static RecordRowsOptions of_source(const std::string& source) {
    RecordRowsOptions options;
    options.default_source = source;
    return options;
  }

  TemporaryDirectory directory_;
};

TEST_F(RecordRowsTest, TellsAFormatFromTheFirstBytes) {
  const std::string flat(kFlat), patient(kPatient), mark("\xEF\xBB\xBF");
  for (const std::string& before : {std::string(), mark, std::string("\n\n"), mark + "\r\n \t\n"}) {
    EXPECT_EQ(format_of(before + flat), ImportFormat::kNdjson) << before.size();
    EXPECT_EQ(format_of(before + flat + "\n"), ImportFormat::kNdjson) << before.size();
    EXPECT_EQ(format_of(before + patient + "\n" + flat), ImportFormat::kFhir) << before.size();
    EXPECT_EQ(format_of(before + flat + "\n" + patient), ImportFormat::kNdjson) << before.size();
    EXPECT_EQ(format_of(before + "id,source\n"), ImportFormat::kCsv) << before.size();
  }
  const std::string long_patient = R"({"text":{"div":")" + std::string(200'000, 'x') + R"("},"resourceType":"Patient"})";
  EXPECT_EQ(format_of(long_patient), ImportFormat::kFhir) << "the type may stand at the end of a long line";
}

TEST_F(RecordRowsTest, RefusesWhatHoldsNoRows) {
  EXPECT_THAT(refusal(""), HasSubstr("the file is empty"));
  EXPECT_THAT(refusal("[" + std::string(kFlat) + "]"), HasSubstr("a JSON array; write one object a line"));
  EXPECT_THAT(refusal(std::string("\xFF\xFE") + "i"), HasSubstr("UTF-16"));
  EXPECT_THAT(refusal(" \n\n"), HasSubstr("input:"));
}

TEST_F(RecordRowsTest, ReadsNdjsonBehindAMarkAndBlankLines) {
  const std::string other = R"({"local_id":"2","surname":"Khan"})";
  const std::string text = std::string("\xEF\xBB\xBF\n  \n") + kFlat + "\r\n\n" + other;
  EXPECT_THAT(read(text), ElementsAre("3 gp/1", HasSubstr("5: ")));
  EXPECT_THAT(read(text, of_source("acute")), ElementsAre("3 gp/1", "5 acute/2"));
  EXPECT_THAT(read(R"({"source":"","local_id":"2","surname":"Khan"})", of_source("acute")), ElementsAre("1 acute/2"));
}

TEST_F(RecordRowsTest, ATableNeedsASourceFromAColumnOrAFlag) {
  const auto rows = open_record_rows(input("id,surname\n1,Shaw\n"), {}, [](std::uint64_t, std::string_view) {});
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::kConflict);
  EXPECT_THAT(rows.error().message, HasSubstr("input:1: no column names the source system; say which it is with --source"));
  EXPECT_THAT(read("id,surname\n1,Shaw\n", of_source("gp")), ElementsAre("2 gp/1"));
  EXPECT_THAT(read("id,source,surname\n1,acute,Shaw\n2,,Khan\n3,gp\n", of_source("gp")),
              ElementsAre("2 acute/1", "3 gp/2", "4: 2 fields where the header has 3"));
}

TEST_F(RecordRowsTest, APatientIsReadAsTheServerReadsItOnTheSameDay) {
  const std::string text =
      R"({"resourceType":"Patient","id":"gp.1","name":[{"use":"official","family":"Old","given":["Ada"],"period":{"end":"2020-01-01"}},{"use":"official","family":"New","given":["Ada"]}],)"
      R"("identifier":[{"system":"urn:ward","value":"7","period":{"end":"2020-01-01"}}],"telecom":[{"system":"phone","value":"0161 496 0000","period":{"end":"2026-12-31"}}],)"
      R"("address":[{"postalCode":"M1 1AE","period":{"end":"2020"}},{"postalCode":"M4 4AA"}]})";
  fhir::PatientContext context;
  context.key = {"gp", "1"};
  context.as_of_ms = *parse_instant("2026-11-23");
  const auto put = fhir::read_patient(text, context);
  ASSERT_TRUE(put.record);
  RecordRowsOptions options;
  options.as_of_ms = context.as_of_ms;
  auto rows = open_record_rows(input(text + "\n"), options, [](std::uint64_t, std::string_view) {});
  ASSERT_TRUE(rows);
  RecordRow row;
  ASSERT_TRUE((*rows)->next(row) && row.record);
  EXPECT_EQ(row.record->key, put.record->key);
  EXPECT_EQ(row.record->fields, put.record->fields);
  EXPECT_EQ(row.record->field("surname"), "New");
  EXPECT_EQ(row.record->field("postcode"), "M4 4AA");
  EXPECT_EQ(row.record->field("identifier"), "");
}

TEST_F(RecordRowsTest, SaysWhichSeparatorATableSeemsToHave) {
  EXPECT_THAT(refusal("local_id;source;surname\n1;gp;Shaw\n"), HasSubstr("separated by ';'"));
  EXPECT_THAT(refusal("local_id\tsource\tsurname\n1\tgp\tShaw\n"), HasSubstr("separated by a tab"));
  EXPECT_THAT(refusal("local_id|source|surname\n1|gp|Shaw\n"), HasSubstr("separated by '|'"));
  EXPECT_THAT(refusal("a,b\n1,2\n"), testing::Not(HasSubstr("separated")));
}

}  // namespace
}  // namespace gmpi
