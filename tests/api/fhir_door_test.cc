// What a client of /fhir/R4 can rely on when others write too, and which requests are refused whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "api/door.h"
#include "api/fhir/match.h"
#include "api/json/write.h"
#include "index/store/memory_store.h"
#include "tests/api/live_index.h"
#include "tests/linkage/faulty_store.h"

namespace gmpi {
namespace {

using test::Answer;
using test::json_of;
using test::LiveIndex;
using testing::HasSubstr;

const std::string kTarget = "/fhir/R4/Patient/pas.1";
const std::string kRecord = "/api/v1/records/pas/1";

std::string patient(const std::string& family, const std::string& more = "") {
  return R"({"resourceType":"Patient","id":"pas.1","name":[{"family":")" + family +
         R"(","given":["Ada"]}],"birthDate":"1985-06-02")" + (more.empty() ? "" : "," + more) + "}";
}

std::string family_of(const Answer& answer) {
  return std::string(json_of(answer).array_member("name").at(0).string_member("family"));
}

TEST(FhirWrites, answer_with_the_content_they_wrote_whatever_came_after) {
  MemoryStore memory;
  GatedStore disk(memory);
  LiveIndex index(disk);
  ASSERT_EQ(index.ask("PUT", kTarget, patient("Zero")).status, 201);
  disk.shut();  // all are decided before the first is answered
  const std::vector<std::string> families = {"One", "Two", "Three", "Four"};
  std::vector<std::future<Answer>> answers;
  const std::uint64_t before = index.linker().stats().open_reviews;
  for (const auto& family : families)
    answers.push_back(std::async(std::launch::async, [&] { return index.ask("PUT", kTarget, patient(family)); }));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  disk.open();
  std::set<std::string> etags;
  for (std::size_t i = 0; i < families.size(); ++i) {
    const Answer answer = answers[i].get();
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(family_of(answer), families[i]);
    EXPECT_EQ(answer.field("etag"), "W/\"" + std::string(json_of(answer).find("meta")->string_member("versionId")) + '"');
    etags.insert(answer.field("etag"));
  }
  EXPECT_EQ(etags.size(), families.size());
  EXPECT_EQ(index.linker().stats().open_reviews, before);
}

TEST(Writes, of_older_content_answer_with_the_tag_and_content_of_what_is_current) {
  LiveIndex index;
  const std::string older = R"({"surname":"Okafor","dob":"1985-06-02","event_date":"2020-01-01"})";
  const std::string newer = R"({"surname":"Adeyemi","dob":"1985-06-02","event_date":"2024-01-01"})";
  ASSERT_EQ(index.ask("PUT", kRecord, newer).status, 201);
  const Answer superseded = index.ask("PUT", kRecord, older);
  EXPECT_EQ(json_of(superseded).string_member("decision"), "superseded");
  EXPECT_EQ(json_of(superseded).find("record_version")->integer(), 2);
  EXPECT_EQ(superseded.field("etag"), "W/\"1\"");
  EXPECT_EQ(superseded.field("etag"), index.ask("GET", kRecord).field("etag"));
  EXPECT_EQ(index.ask("PUT", kRecord, newer, "If-Match: " + superseded.field("etag") + "\r\n").status, 200);
  EXPECT_EQ(json_of(index.ask("GET", kRecord + "?version=2")).string_member("surname"), "Okafor");
}

TEST(Writes, with_if_match_any_need_something_that_is_there) {
  LiveIndex index;
  const std::string any = "If-Match: *\r\n";
  EXPECT_EQ(index.ask("PUT", kRecord, R"({"surname":"Okafor"})", any).status, 412);
  EXPECT_EQ(index.ask("DELETE", kRecord, "", any).status, 412);
  EXPECT_EQ(index.ask("PUT", kTarget, patient("Okafor"), any).status, 412);
  EXPECT_EQ(index.ask("DELETE", kTarget, "", any).status, 412);
  EXPECT_EQ(index.ask("GET", kRecord).status, 404);

  ASSERT_EQ(index.ask("PUT", kTarget, patient("Okafor")).status, 201);
  EXPECT_EQ(index.ask("PUT", kTarget, patient("Adeyemi"), any).status, 200);
  EXPECT_EQ(index.ask("PUT", kRecord, R"({"surname":"Shaw"})", any).status, 200);
  EXPECT_EQ(index.ask("DELETE", kTarget, "", any).status, 204);
  EXPECT_EQ(index.ask("PUT", kTarget, patient("Okafor"), any).status, 412) << "it was deleted";
}

TEST(FhirWrites, point_at_the_element_that_breaks_a_rule) {
  LiveIndex index;
  const Answer future = index.ask("PUT", kTarget, R"({"resourceType":"Patient","id":"pas.1","birthDate":"2090-01-01"})");
  EXPECT_EQ(future.status, 422);
  EXPECT_THAT(future.body, HasSubstr(R"("expression":["Patient.birthDate"])"));
  EXPECT_THAT(index.ask("PUT", kTarget, patient("A", R"("deceasedDateTime":"2090-01-01")")).body,
              HasSubstr(R"("expression":["Patient.deceased"])"));
  const Answer contact = index.ask("PUT", kTarget, patient("A", R"("contact":[{"gender":"male"}])"));
  EXPECT_EQ(contact.status, 422);
  EXPECT_THAT(contact.body, HasSubstr(R"("expression":["Patient.contact[0]"])"));
  const Answer script =
      index.ask("PUT", kTarget, patient("A", R"("text":{"status":"generated","div":"<div><script>x</script></div>"})"));
  EXPECT_EQ(script.status, 400);
  EXPECT_THAT(script.body, HasSubstr(R"("expression":["Patient.text.div"])"));
  const Answer flat = index.ask("PUT", kRecord, R"({"surname":"A","dob":"2090-01-01"})");
  EXPECT_EQ(flat.status, 422);
  EXPECT_THAT(flat.body, HasSubstr(R"({"pointer":"/dob","code":"business-rule","detail":"date in the future"})"));
  const Answer match = index.ask("POST", "/fhir/R4/Patient/$match", patient("A", R"("deceasedDateTime":"2090-01-01")"));
  EXPECT_EQ(match.status, 400);
  EXPECT_THAT(match.body, HasSubstr(R"("expression":["Patient.deceased"])"));
}

TEST(FhirWrites, keep_a_very_restricted_person_very_restricted_through_either_door) {
  LiveIndex index;
  ASSERT_EQ(index.ask("PUT", kRecord, R"({"surname":"Okafor","dob":"1985-06-02","restricted":"V"})").status, 201);
  const auto label = [&](const std::string& target) {
    return std::string(json_of(index.ask("GET", target)).find("meta")->array_member("security").at(0).string_member("code"));
  };
  EXPECT_EQ(label(kTarget), "V");
  const JsonValue person = json_of(index.ask("GET", kRecord + "/person"));
  EXPECT_EQ(person.find("golden")->string_member("restricted"), "V");
  EXPECT_EQ(label("/fhir/R4/Patient/person." + std::string(person.string_member("enterprise_id"))), "V");
  const std::string both =
      R"("meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"V"},{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]})";
  ASSERT_EQ(index.ask("PUT", kTarget, patient("Okafor", both)).status, 200);
  EXPECT_EQ(json_of(index.ask("GET", kRecord)).string_member("restricted"), "V");
}

TEST(FhirMetadata, has_the_date_of_the_statement_and_not_of_the_question) {
  LiveIndex index;  // whose clock stands still in November 2026
  const JsonValue statement = json_of(index.ask("GET", "/fhir/R4/metadata"));
  EXPECT_EQ(statement.string_member("date").size(), 10u);
  EXPECT_LE(statement.string_member("date"), "2026-11-23");
}

// ---- $match

TEST(FhirMatch, refuses_what_it_would_have_to_pass_over) {
  LiveIndex index;
  const std::string person = R"({"name":"resource","resource":{"resourceType":"Patient","birthDate":"1985-06-02","name":[{"family":"Okafor","given":["Ada"]}]}})";
  const auto answer = [&](const std::string& members) {
    return index.ask("POST", "/fhir/R4/Patient/$match", R"({"resourceType":"Parameters",)" + members + "}");
  };
  const auto parameters = [&](const std::string& more) { return answer(R"("parameter":[)" + person + more + "]"); };
  EXPECT_EQ(parameters("").status, 200);
  EXPECT_EQ(answer(R"("id":"a","parameter":[)" + person + "]").status, 200);
  for (const char* more :
       {R"(,{"name":"count","valueInteger":1,"valueString":"5"})", R"(,{"name":"count","valueInteger":1,"valueDecimal":5})",
        R"(,{"name":"onlyCertainMatches","valueBoolean":false,"resource":{"resourceType":"Patient"}})",
        R"(,{"name":"count","valueInteger":1,"part":[{"name":"x"}]})", R"(,{"name":"count","valueInteger":1,"vlaue":2})",
        R"(,{"name":"count","valueInteger":1,"modifierExtension":[{"url":"http://x","valueBoolean":true}]})",
        R"(,{"valueInteger":1})", R"(,{"name":"onlyCertainMatch","valueBoolean":true})"}) {
    const Answer refused = parameters(more);
    EXPECT_EQ(refused.status, 400) << more;
    EXPECT_THAT(refused.body, HasSubstr(R"("expression":["Parameters.parameter[1])")) << more;
  }
  EXPECT_EQ(answer(R"("parameters":[],"parameter":[)" + person + "]").status, 400);
  EXPECT_EQ(answer(R"("count":1,"parameter":[)" + person + "]").status, 400);
  EXPECT_EQ(answer(R"("parameter":)" + person).status, 400);
}

Result<Person> found_as(EnterpriseId id, std::uint64_t version = 1) {
  Person person;
  person.id = id;
  person.version = version;
  return person;
}

TEST(FhirMatch, shows_people_that_were_merged_meanwhile_once_and_those_that_are_gone_not_at_all) {
  std::vector<MatchCandidate> candidates(4);
  for (std::size_t i = 0; i < 4; ++i) candidates[i].enterprise_id = EnterpriseId{i + 1};
  const auto people = fhir::people_of(candidates, [](EnterpriseId id) -> Result<Person> {
    if (id.value == 4) return make_error(ErrorCode::kNotFound, "no such person");
    return found_as(id.value == 2 ? EnterpriseId{1} : id);
  });
  ASSERT_TRUE(people);
  std::vector<std::uint64_t> shown;
  for (const auto& one : *people) shown.push_back(one.person.id.value);
  EXPECT_EQ(shown, (std::vector<std::uint64_t>{1, 3}));

  const auto unread = fhir::people_of(candidates, [](EnterpriseId id) -> Result<Person> {
    if (id.value == 3) return make_error(ErrorCode::kUnavailable, "not now");
    return found_as(id);
  });
  ASSERT_FALSE(unread);
  EXPECT_EQ(unread.error().code, ErrorCode::kUnavailable);
}

TEST(MatchRoute, takes_a_record_as_it_was_read) {
  LiveIndex index;
  const std::string ada = R"({"given_name":"Ada","surname":"Okafor","dob":"1985-06-02","version":"7","event_date":"2024-03-01"})";
  ASSERT_EQ(index.ask("PUT", kRecord, ada).status, 201);
  const Answer read = index.ask("GET", kRecord);
  const Answer found = index.ask("POST", "/api/v1/match", read.body);
  ASSERT_EQ(found.status, 200) << found.body;
  EXPECT_EQ(json_of(found).array_member("candidates").size(), 1u);
  EXPECT_EQ(index.ask("POST", "/api/v1/match", R"({"surname":"Okafor","dob":"1985-06-02","event_date":"soon"})").status, 400);
}

TEST(MatchRoute, says_why_a_number_that_was_sent_was_not_used) {
  LiveIndex index;
  const Answer refused = index.ask("POST", "/api/v1/match", R"({"nhs_number":"9434765918"})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr("nhs_number was not used: NHS number fails modulus 11"));
  EXPECT_THAT(refused.body, testing::Not(HasSubstr("9434765918")));
}

}  // namespace
}  // namespace gmpi
