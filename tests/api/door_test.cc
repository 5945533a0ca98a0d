// What a client of the HTTP doors can rely on, over real sockets against a real index.
#include "api/door.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <tuple>

#include "api/fhir/match.h"
#include "api/fhir/patient_shape.h"
#include "api/json/write.h"
#include "tests/api/live_index.h"

namespace gmpi {
namespace {

using test::Answer;
using test::json_of;
using test::LiveIndex;
using testing::HasSubstr;
using testing::Not;

const std::string kAda =
    R"({"nhs_number":"9434765919","nhs_number_status":"01","given_name":"Ada","surname":"Okafor","dob":"1985-06-02","sex":"female","address_line":["14 Deansgate"],"postcode":"M3 2BW","phone":["0161 496 0123"]})";
const std::string kAdaAtHospital =
    R"({"nhs_number":"943 476 5919","nhs_number_status":"01","given_name":"Ada","surname":"Okafor","dob":"1985-06-02","sex":"F","postcode":"M3 2BW","phone":["0161 496 0123"]})";
const std::string kGp = "/api/v1/records/gp-lorenzo/88123";
const std::string kHospital = "/api/v1/records/mft-pas/A%2F17";

std::string patient(const std::string& id, const std::string& members) {
  return R"({"resourceType":"Patient")" + (id.empty() ? "" : R"(,"id":")" + id + "\"") +
         (members.empty() ? "" : "," + members) + "}";
}

const std::string kAdaMembers =
    R"("identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919"}],"name":[{"use":"official","family":"Okafor","given":["Ada"]}],"gender":"female","birthDate":"1985-06-02","address":[{"use":"home","line":["14 Deansgate"],"postalCode":"M3 2BW"}])";

// ---- /api/v1

TEST(RecordRoutes, a_record_is_stored_and_read_back_as_it_was_written) {
  LiveIndex index;
  const Answer put = index.ask("PUT", kGp, kAda);
  ASSERT_EQ(put.status, 201) << put.body;
  const JsonValue answer = json_of(put);
  EXPECT_EQ(answer.string_member("decision"), "new");
  EXPECT_EQ(answer.find("record_version")->integer(), 1);
  EXPECT_GE(answer.find("sequence")->integer().value_or(0), 1);
  EXPECT_EQ(answer.string_member("enterprise_id").substr(0, 2), "GM");
  EXPECT_EQ(put.field("etag"), "W/\"1\"");

  const Answer get = index.ask("GET", kGp);
  ASSERT_EQ(get.status, 200);
  const JsonValue sent = *parse_json(kAda, {}).value;
  const JsonValue read = json_of(get);
  for (const auto& member : sent.members) {
    ASSERT_TRUE(read.find(member.name)) << member.name;
    EXPECT_EQ(*read.find(member.name), member.value) << member.name;
  }
  EXPECT_EQ(get.field("etag"), "W/\"1\"");
  EXPECT_EQ(get.field("x-gmpi-enterprise-id"), answer.string_member("enterprise_id"));
  EXPECT_FALSE(get.field("last-modified").empty());
  // What GET returns may be PUT again, and changes nothing.
  const Answer again = index.ask("PUT", kGp, get.body);
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(json_of(again).string_member("decision"), "unchanged");
}

TEST(RecordRoutes, a_value_that_is_kept_and_not_compared_is_named_with_its_reason) {
  LiveIndex index;
  const JsonValue clean = json_of(index.ask("PUT", kGp, kAda));
  EXPECT_FALSE(clean.find("not_evidence"));
  const std::string doubtful = R"({"nhs_number":"9434765918","given_name":"BABY OF","surname":"Okafor"})";
  const JsonValue answer = json_of(index.ask("PUT", kHospital, doubtful));
  const JsonValue* notes = answer.find("not_evidence");
  ASSERT_TRUE(notes);
  std::map<std::string, std::string> reasons;
  for (const auto& note : notes->items) reasons.emplace(note.string_member("field"), note.string_member("reason"));
  EXPECT_EQ(reasons, (std::map<std::string, std::string>{{"nhs_number", "NHS number fails modulus 11"},
                                                         {"given_name", "placeholder name"}}));
}

TEST(RecordRoutes, a_match_is_not_certain_while_a_guard_holds_back_an_equal_rival) {
  LiveIndex index;
  const auto marsh = [](const std::string& given, const std::string& gender) {
    return R"({"given_name":")" + given + R"(","surname":"Marsh","dob":"1984-03-09","postcode":"M3 2BW")" +
           (gender.empty() ? "" : R"(,"sex":")" + gender + "\"") + "}";
  };
  ASSERT_EQ(index.ask("PUT", kGp, marsh("Jon", "male")).status, 201);
  const std::string asked = marsh("Jo", "");
  const auto grades = [&] {
    std::multiset<std::string> found;
    for (const auto& one : json_of(index.ask("POST", "/api/v1/match", asked)).array_member("candidates"))
      found.emplace(one.string_member("grade"));
    return found;
  };
  ASSERT_EQ(index.ask("PUT", kHospital, marsh("Joan", "female")).status, 201);
  EXPECT_EQ(grades().size(), 2u);
  EXPECT_EQ(grades().count("certain"), 0u);
}

TEST(RecordRoutes, two_records_of_one_person_share_an_enterprise_id) {
  LiveIndex index;
  const auto first = json_of(index.ask("PUT", kGp, kAda));
  const auto second = json_of(index.ask("PUT", kHospital, kAdaAtHospital));
  EXPECT_EQ(second.string_member("decision"), "linked");
  EXPECT_EQ(second.string_member("enterprise_id"), first.string_member("enterprise_id"));

  const Answer person = index.ask("GET", kHospital + "/person");
  ASSERT_EQ(person.status, 200) << person.body;
  const JsonValue read = json_of(person);
  EXPECT_EQ(read.string_member("enterprise_id"), first.string_member("enterprise_id"));
  EXPECT_EQ(read.array_member("members").size(), 2u);
  EXPECT_EQ(read.find("golden")->string_member("surname"), "Okafor");
  const Answer by_id =
      index.ask("GET", "/api/v1/persons/" + std::string(first.string_member("enterprise_id")));
  EXPECT_EQ(by_id.body, person.body);
  const Answer unchanged =
      index.ask("GET", kGp + "/person", "", "If-None-Match: " + person.field("etag") + "\r\n");
  EXPECT_EQ(unchanged.status, 304);
}

TEST(RecordRoutes, a_version_that_is_not_current_is_refused) {
  LiveIndex index;
  ASSERT_EQ(index.ask("PUT", kGp, kAda).status, 201);
  const std::string moved =
      R"({"given_name":"Ada","surname":"Okafor","dob":"1985-06-02","postcode":"M4 1AA"})";
  EXPECT_EQ(index.ask("PUT", kGp, moved, "If-Match: W/\"9\"\r\n").status, 412);
  EXPECT_EQ(index.ask("PUT", kGp, moved, "If-Match: W/\"1\"\r\n").status, 200);
  EXPECT_EQ(index.ask("PUT", kGp, kAda, "If-Match: W/\"1\"\r\n").status, 412);
  EXPECT_EQ(index.ask("PUT", kGp, kAda, "If-Match: nonsense\r\n").status, 412);
  EXPECT_EQ(index.ask("PUT", kGp, kAda, "If-None-Match: *\r\n").status, 400);
  EXPECT_EQ(index.ask("DELETE", kGp, "", "If-Match: W/\"1\"\r\n").status, 412);
  EXPECT_EQ(json_of(index.ask("GET", kGp)).string_member("postcode"), "M4 1AA");
}

TEST(RecordRoutes, of_concurrent_changes_with_one_version_exactly_one_succeeds) {
  LiveIndex index;
  ASSERT_EQ(index.ask("PUT", kGp, kAda).status, 201);
  std::atomic<int> succeeded = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&, i] {
      const std::string body =
          R"({"surname":"Okafor","dob":"1985-06-02","town":"T)" + std::to_string(i) + "\"}";
      const int status = index.ask("PUT", kGp, body, "If-Match: W/\"1\"\r\n").status;
      succeeded += status == 200;
      refused += status == 412;
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(succeeded, 1);
  EXPECT_EQ(refused, 7);
}

TEST(RecordRoutes, the_higher_version_is_current_whichever_comes_first) {
  const std::string first = R"({"surname":"Okafor","dob":"1985-06-02","version":"v9"})";
  const std::string second = R"({"surname":"Adeyemi","dob":"1985-06-02","version":"v10"})";
  for (const bool in_order : {true, false}) {
    LiveIndex index;
    ASSERT_EQ(index.ask("PUT", kGp, in_order ? first : second).status, 201);
    const Answer other = index.ask("PUT", kGp, in_order ? second : first);
    ASSERT_EQ(other.status, 200);
    if (!in_order) {
      EXPECT_EQ(json_of(other).string_member("decision"), "superseded");
    }
    EXPECT_EQ(json_of(index.ask("GET", kGp)).string_member("surname"), "Adeyemi");
    EXPECT_EQ(json_of(index.ask("PUT", kGp, first)).string_member("decision"), "unchanged");
  }
}

TEST(RecordRoutes, one_version_with_two_contents_is_a_contradiction) {
  LiveIndex index;
  ASSERT_EQ(index.ask("PUT", kGp, R"({"surname":"Okafor","dob":"1985-06-02","version":"7"})").status, 201);
  const std::string other = R"({"surname":"Adeyemi","dob":"1985-06-02","version":"7"})";
  for (const char* condition : {"", "If-Match: W/\"1\"\r\n"}) {
    const Answer refused = index.ask("PUT", kGp, other, condition);
    ASSERT_EQ(refused.status, 409) << refused.body;
    EXPECT_EQ(json_of(refused).string_member("code"), "contradiction");
    EXPECT_EQ(refused.body.find("Adeyemi"), std::string::npos);
    EXPECT_NE(json_of(refused).string_member("detail").find("version"), std::string_view::npos);
  }
  EXPECT_EQ(json_of(index.ask("GET", kGp)).string_member("surname"), "Okafor");
}

TEST(RecordRoutes, what_is_older_than_its_deletion_is_refused_unless_nothing_is_said_to_be_there) {
  LiveIndex index;
  const std::string dated = R"({"surname":"Okafor","dob":"1985-06-02","event_date":"2024-03-01"})";
  ASSERT_EQ(index.ask("PUT", kGp, dated).status, 201);
  ASSERT_EQ(index.ask("DELETE", kGp).status, 200);
  const Answer refused = index.ask("PUT", kGp, dated);
  EXPECT_EQ(refused.status, 409) << refused.body;
  EXPECT_EQ(json_of(refused).string_member("code"), "contradiction");
  EXPECT_EQ(refused.body.find("GM0"), std::string::npos) << "there is no person to name";
  EXPECT_EQ(index.ask("GET", kGp).status, 410);
  EXPECT_EQ(index.ask("PUT", kGp, dated, "If-Match: W/\"1\"\r\n").status, 412);
  const Answer back = index.ask("PUT", kGp, dated, "If-Match: W/\"0\"\r\n");
  EXPECT_EQ(back.status, 201) << back.body;
  EXPECT_EQ(index.ask("GET", kGp).status, 200);
}

TEST(RecordRoutes, a_retracted_record_is_gone_and_may_come_back) {
  LiveIndex index;
  ASSERT_EQ(index.ask("PUT", kGp, kAda).status, 201);
  EXPECT_EQ(index.ask("DELETE", kGp).status, 200);
  EXPECT_EQ(index.ask("GET", kGp).status, 410);
  EXPECT_EQ(index.ask("GET", kGp + "/person").status, 404);
  EXPECT_EQ(index.ask("DELETE", kGp).status, 404);
  EXPECT_EQ(index.ask("PUT", kGp, kAda).status, 201);
  EXPECT_EQ(index.ask("GET", kGp).status, 200);
}

TEST(RecordRoutes, of_declared_sources_say_where_their_records_are_from) {
  const SourceRegister sources({{"gp-lorenzo", "P84486", "Bury", "primary"}}, false);
  LiveIndex index({}, {}, sources);
  ASSERT_EQ(index.ask("PUT", kGp, kAda).status, 201);
  ASSERT_EQ(index.ask("PUT", kHospital, kAdaAtHospital).status, 201) << "not declared, and nobody is strict";
  const JsonValue person = json_of(index.ask("GET", kGp + "/person"));
  const auto& members = person.array_member("members");
  ASSERT_EQ(members.size(), 2u);
  EXPECT_EQ(members[0].string_member("source"), "gp-lorenzo");
  EXPECT_EQ(members[0].string_member("locality"), "Bury");
  EXPECT_EQ(members[0].string_member("sector"), "primary");
  EXPECT_EQ(members[0].string_member("ods_code"), "P84486");
  EXPECT_FALSE(members[1].find("locality"));
}

TEST(RecordRoutes, refuse_sources_that_are_not_declared_once_any_is) {
  LiveIndex index({}, {}, SourceRegister({{"gp-lorenzo", "P84486", "Bury", "primary"}}, true));
  EXPECT_EQ(index.ask("PUT", kGp, kAda).status, 201);
  const Answer refused = index.ask("PUT", kHospital, kAdaAtHospital);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(json_of(refused).array_member("errors").at(0).string_member("pointer"), "/source");
  const Answer fhir = index.ask("PUT", "/fhir/R4/Patient/mft-pas.A17", patient("mft-pas.A17", kAdaMembers));
  EXPECT_EQ(fhir.status, 422);
  EXPECT_THAT(fhir.body, HasSubstr("not declared"));
  EXPECT_EQ(index.ask("PUT", "/fhir/R4/Patient/gp-lorenzo.7", patient("gp-lorenzo.7", kAdaMembers)).status, 201);
  EXPECT_EQ(index.linker().stats().records, 2u);
}

TEST(RecordRoutes, a_parameter_given_twice_is_refused) {
  LiveIndex index;
  for (const char* query : {"count=1&count=2", "count=1&count=1", "only_certain=true&count=1&only_certain=true",
                            "count=1&%63ount=1"})
    EXPECT_EQ(index.ask("POST", std::string("/api/v1/match?") + query, kAda).status, 400) << query;
  EXPECT_EQ(index.ask("GET", "/fhir/R4/metadata?_format=json&_format=json").status, 400);
  EXPECT_EQ(index.ask("POST", "/api/v1/match?count=1&only_certain=true", kAda).status, 200);
}

TEST(Doors, an_error_repeats_no_name_that_could_be_a_value) {
  LiveIndex index;
  for (const auto& [method, target, body] : {
           std::tuple{"PUT", kGp, std::string(R"({"Ada Okafor":"x"})")},
           {"PUT", kGp, R"({"Ada Okafor":{"b":)"},
           {"POST", "/api/v1/match", R"({"surname":"Shaw","9434765919":"x"})"},
           {"PUT", "/fhir/R4/Patient/gp.1", patient("gp.1", R"("Ada Okafor":"x")")},
           {"PUT", "/fhir/R4/Patient/gp.1", patient("gp.1", R"("name":[{"Okafor":"Ada"}])")},
           {"PUT", "/fhir/R4/Patient/gp.1", patient("gp.1", R"("extension":[{"url":"u","Okafor":"Ada"}])")},
           {"PUT", "/fhir/R4/Patient/gp.1", patient("gp.1", R"("photo":[{"Okafor":""}])")},
           {"PUT", "/fhir/R4/Patient/gp.1", R"({"Okafor":{"Ada":[tru)"},
           {"POST", "/fhir/R4/Patient", R"({"Okafor":)"},
           {"POST", "/fhir/R4/Patient/$match", R"({"Okafor":)"}}) {
    const Answer answer = index.ask(method, target, body);
    EXPECT_TRUE(answer.status == 400 || answer.status == 422) << answer.status;
    for (const char* secret : {"Okafor", "Ada", "9434765919"})
      EXPECT_THAT(answer.body, Not(HasSubstr(secret))) << method << " " << target;
  }
}

TEST(RecordRoutes, errors_are_problem_documents_with_pointers) {
  LiveIndex index;
  const Answer unknown = index.ask("PUT", kGp, R"({"sirname":"x"})", "X-Request-ID: r1\r\n");
  EXPECT_EQ(unknown.status, 422);
  EXPECT_EQ(unknown.field("content-type"), "application/problem+json");
  const JsonValue problem = json_of(unknown);
  EXPECT_EQ(problem.string_member("code"), "unknown_field");
  EXPECT_EQ(problem.string_member("request_id"), "r1");
  EXPECT_EQ(problem.array_member("errors").at(0).string_member("pointer"), "/sirname");
  EXPECT_EQ(index.ask("GET", std::string(problem.string_member("type"))).status, 200);

  EXPECT_EQ(index.ask("PUT", kGp, "{").status, 400);
  EXPECT_EQ(index.ask("PUT", kGp, R"({"dob":19850602})").status, 400);
  EXPECT_EQ(index.ask("PUT", kGp, R"({"given_name":"A","surname":"B","dob":"2090-01-01"})").status, 422);
  EXPECT_EQ(index.ask("PUT", "/api/v1/records/bad%20source/1", kAda).status, 422);
  EXPECT_EQ(index.ask("GET", "/api/v1/records/gp-lorenzo/nobody").status, 404);
  EXPECT_EQ(index.ask("GET", "/api/v1/persons/GM00000000000").status, 404);
  EXPECT_EQ(index.ask("GET", "/api/v1/persons/nonsense").status, 404);
  EXPECT_EQ(index.ask("PUT", kGp, std::string(64 * 1024 + 1, ' ')).status, 413);
  EXPECT_EQ(index.ask("PUT", kGp, kAda, "Content-Type: text/csv\r\n").status, 415);
  EXPECT_EQ(index.ask("POST", kGp, kAda).status, 405);
  EXPECT_EQ(index.ask("GET", kGp, "", "Accept: application/xml\r\n").status, 406);
}

TEST(RecordRoutes, a_million_deep_body_is_refused) {
  LiveIndex index;
  EXPECT_EQ(index.ask("PUT", kGp, std::string(60'000, '[')).status, 400);
  EXPECT_EQ(index.ask("POST", "/fhir/R4/Patient", std::string(1 << 20, '[')).status, 400);
  EXPECT_EQ(index.ask("GET", "/healthz").status, 200);
}

TEST(MatchRoute, finds_a_person_and_stores_nothing) {
  LiveIndex index;
  const auto put = json_of(index.ask("PUT", kGp, kAda));
  const JsonValue before = json_of(index.ask("GET", kGp + "/person"));
  const Answer found = index.ask("POST", "/api/v1/match", kAdaAtHospital);
  ASSERT_EQ(found.status, 200) << found.body;
  const JsonValue answer = json_of(found);
  ASSERT_EQ(answer.array_member("candidates").size(), 1u);
  const JsonValue& candidate = answer.array_member("candidates")[0];
  EXPECT_EQ(candidate.string_member("enterprise_id"), put.string_member("enterprise_id"));
  EXPECT_EQ(candidate.string_member("grade"), "certain");
  EXPECT_EQ(candidate.find("record")->string_member("local_id"), "88123");
  EXPECT_EQ(json_of(index.ask("GET", kGp + "/person")), before);
  EXPECT_EQ(index.ask("POST", "/api/v1/match?count=0", kAda).status, 400);
  EXPECT_EQ(index.ask("POST", "/api/v1/match?cuont=1", kAda).status, 400);
  EXPECT_EQ(index.ask("POST", "/api/v1/match?only_certain=yes", kAda).status, 400);
  EXPECT_EQ(index.ask("POST", "/api/v1/match", R"({"sex":"female"})").status, 422);
}

// ---- /fhir/R4

TEST(FhirRoutes, metadata_claims_what_works) {
  LiveIndex index;
  const Answer answer = index.ask("GET", "/fhir/R4/metadata");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("content-type"), "application/fhir+json; charset=utf-8");
  const JsonValue statement = json_of(answer);
  EXPECT_EQ(statement.string_member("resourceType"), "CapabilityStatement");
  EXPECT_EQ(statement.string_member("fhirVersion"), "4.0.1");
  EXPECT_EQ(statement.string_member("kind"), "instance");
  EXPECT_EQ(to_json(*statement.find("format")), R"(["application/fhir+json","json"])");
}

TEST(FhirRoutes, only_json_is_spoken) {
  LiveIndex index;
  const auto get = [&](const std::string& target, const std::string& accept = "") {
    return index.ask("GET", target, "", accept.empty() ? "" : "Accept: " + accept + "\r\n").status;
  };
  EXPECT_EQ(get("/fhir/R4/metadata", "application/fhir+json"), 200);
  EXPECT_EQ(get("/fhir/R4/metadata", "application/json"), 200);
  EXPECT_EQ(get("/fhir/R4/metadata", "text/json"), 200);
  EXPECT_EQ(get("/fhir/R4/metadata", "application/fhir+xml"), 406);
  EXPECT_EQ(get("/fhir/R4/metadata", "application/fhir+xml, */*;q=0.1"), 200);
  EXPECT_EQ(get("/fhir/R4/metadata?_format=json", "application/fhir+xml"), 200);
  EXPECT_EQ(get("/fhir/R4/metadata?_format=application/fhir+json"), 200);
  EXPECT_EQ(get("/fhir/R4/metadata?_format=application%2Ffhir%2Bjson"), 200);
  EXPECT_EQ(get("/fhir/R4/metadata?_format=xml"), 406);
  EXPECT_EQ(get("/fhir/R4/metadata?_format=nonsense"), 406);
  EXPECT_EQ(
      index.ask("POST", "/fhir/R4/Patient", "<Patient/>", "Content-Type: application/fhir+xml\r\n").status,
      415);
}

TEST(FhirRoutes, every_refusal_is_an_operation_outcome) {
  LiveIndex index;
  const Answer answers[] = {
      index.ask("GET", "/fhir/R4/Patient/nobody"),
      index.ask("GET", "/fhir/R4/Patient/bad_id"),
      index.ask("GET", "/fhir/R4/patient/1"),
      index.ask("GET", "/fhir/R4/Patient/$match"),
      index.ask("PATCH", "/fhir/R4/Patient/1"),
      index.ask("GET", "/fhir/R4/metadata", "", "Accept: text/html\r\n"),
      index.ask("POST", "/fhir/R4/Patient", "{"),
      index.ask("POST", "/fhir/R4/Patient", "{}"),
      index.ask("POST", "/fhir/R4/Patient", patient("", R"("brithDate":"1984")")),
      index.ask("POST", "/fhir/R4/Patient", kAda, "Content-Type: text/plain\r\n"),
      index.ask("POST", "/fhir/R4/Patient", std::string((1 << 20) + 1, ' ')),
  };
  const int statuses[] = {404, 404, 404, 405, 405, 406, 400, 400, 400, 415, 413};
  for (std::size_t i = 0; i < std::size(answers); ++i) {
    EXPECT_EQ(answers[i].status, statuses[i]) << i << answers[i].body;
    EXPECT_EQ(answers[i].field("content-type"), "application/fhir+json; charset=utf-8") << i;
    const JsonValue outcome = json_of(answers[i]);
    EXPECT_EQ(outcome.string_member("resourceType"), "OperationOutcome") << i;
    ASSERT_GE(outcome.array_member("issue").size(), 1u) << i;
    EXPECT_EQ(outcome.array_member("issue")[0].string_member("severity"), "error") << i;
    EXPECT_FALSE(outcome.array_member("issue")[0].string_member("code").empty()) << i;
  }
  EXPECT_THAT(answers[8].body, HasSubstr(R"("expression":["Patient.brithDate"])"));
}

TEST(FhirRoutes, a_patient_is_read_back_as_it_was_written) {
  LiveIndex index;
  const std::string members =
      kAdaMembers +
      R"(,"extension":[{"url":"http://unknown","valueDecimal":1.50}],"_birthDate":{"id":"b"},"maritalStatus":{"text":"Żonaty 👩‍👩‍👧 é"})";
  const Answer put = index.ask("PUT", "/fhir/R4/Patient/pas.A-1", patient("pas.A-1", members));
  ASSERT_EQ(put.status, 201) << put.body;
  EXPECT_EQ(put.field("location"), "http://localhost/fhir/R4/Patient/pas.A-1/_history/1");
  EXPECT_EQ(put.field("etag"), "W/\"1\"");
  EXPECT_FALSE(put.field("x-gmpi-enterprise-id").empty());
  const Answer get = index.ask("GET", "/fhir/R4/Patient/pas.A-1");
  ASSERT_EQ(get.status, 200);
  EXPECT_EQ(get.body, put.body);
  EXPECT_EQ(get.field("etag"), "W/\"1\"");
  JsonValue expected = *parse_json(patient("pas.A-1", members), {}).value;
  JsonValue read = json_of(get);
  EXPECT_EQ(read.find("meta")->string_member("versionId"), "1");
  EXPECT_FALSE(read.find("meta")->string_member("lastUpdated").empty());
  std::erase_if(read.members, [](const JsonMember& member) { return member.name == "meta"; });
  EXPECT_EQ(to_json(read), to_json(expected));
  // The same record through the other door.
  EXPECT_EQ(json_of(index.ask("GET", "/api/v1/records/pas/A-1")).string_member("surname"), "Okafor");
  EXPECT_EQ(index.ask("GET", "/fhir/R4/Patient/pas.A-1/_history/1").status, 200);
  EXPECT_EQ(index.ask("GET", "/fhir/R4/Patient/pas.A-1/_history/2").status, 404);
  EXPECT_EQ(index.ask("GET", "/fhir/R4/Patient/pas.A-1", "", "If-None-Match: W/\"1\"\r\n").status, 304);
}

TEST(FhirRoutes, every_version_is_read_as_it_was_written_also_of_a_deleted_patient) {
  LiveIndex index;
  const std::string target = "/fhir/R4/Patient/pas.A-1";
  const Answer first = index.ask("PUT", target, patient("pas.A-1", kAdaMembers));
  const Answer second = index.ask("PUT", target, patient("pas.A-1", kAdaMembers + R"(,"active":true)"));
  ASSERT_EQ(second.status, 200) << second.body;
  for (const bool deleted : {false, true}) {
    SCOPED_TRACE(deleted ? "deleted" : "live");
    if (deleted) {
      ASSERT_EQ(index.ask("DELETE", target).status, 204);
    }
    EXPECT_EQ(index.ask("GET", target).status, deleted ? 410 : 200);
    EXPECT_EQ(index.ask("GET", target + "/_history/1").body, first.body);
    EXPECT_EQ(index.ask("GET", target + "/_history/2").body, second.body);
    EXPECT_EQ(index.ask("GET", target + "/_history/1").field("etag"), "W/\"1\"");
    EXPECT_EQ(index.ask("GET", target + "/_history/1", "", "If-None-Match: W/\"1\"\r\n").status, 304);
    for (const char* none : {"0", "3", "01", "-1", "1x", "18446744073709551617"})
      EXPECT_EQ(index.ask("GET", target + "/_history/" + none).status, 404) << none;
  }
  EXPECT_EQ(index.ask("GET", "/fhir/R4/Patient/pas.A-2/_history/1").status, 404);
  ASSERT_EQ(index.ask("PUT", target, patient("pas.A-1", kAdaMembers)).status, 201) << "back to life";
  EXPECT_EQ(index.ask("GET", target + "/_history/3").status, 200);
}

TEST(FhirRoutes, of_a_person_only_the_current_version_is_read) {
  LiveIndex index;
  const Answer put = index.ask("PUT", "/fhir/R4/Patient/pas.A-1", patient("pas.A-1", kAdaMembers));
  const std::string target = "/fhir/R4/Patient/person." + put.field("x-gmpi-enterprise-id");
  EXPECT_EQ(index.ask("GET", target + "/_history/1").status, 200);
  EXPECT_EQ(index.ask("GET", target + "/_history/2").status, 404);
}

TEST(FhirRoutes, a_number_that_fails_its_check_never_goes_out_as_an_nhs_number) {
  LiveIndex index;
  const std::string system = "https://fhir.nhs.uk/Id/nhs-number";
  const auto identifiers = [&](const std::string& members) {
    EXPECT_EQ(
        index.ask("PUT", "/api/v1/records/gp/1", R"({"surname":"Okafor",)" + members + "}").status / 100, 2);
    const JsonValue record = json_of(index.ask("GET", "/fhir/R4/Patient/gp.1"));
    const Answer person = index.ask("GET", "/api/v1/records/gp/1/person");
    const std::string id(json_of(person).string_member("enterprise_id"));
    const JsonValue golden = json_of(index.ask("GET", "/fhir/R4/Patient/person." + id));
    std::vector<std::string> shown;
    for (const JsonValue* patient : {&record, &golden})
      for (const auto& one : patient->array_member("identifier"))
        if (one.string_member("system") != "urn:gmpi:enterprise-id")
          shown.push_back(std::string(one.string_member("system")) + "|" +
                          std::string(one.string_member("value")));
    return shown;
  };
  const std::string good = system + "|9434765919", other = "urn:x|A17";
  const auto both = [](const std::vector<std::string>& one) {
    auto twice = one;
    twice.insert(twice.end(), one.begin(), one.end());
    return twice;
  };
  EXPECT_EQ(identifiers(R"("nhs_number":"943 476 5919")"), both({good}));
  EXPECT_EQ(identifiers(R"("nhs_number":"943 476 5918","nhs_number_status":"01")"), both({}));
  EXPECT_EQ(identifiers(R"("identifier":[")" + system + R"(:9434765919","urn:x:A17"])"), both({good, other}));
  EXPECT_EQ(identifiers(R"("identifier":[")" + system + R"(:9434765918","urn:x:A17"])"), both({other}));
  EXPECT_EQ(identifiers(R"("identifier":["NHS:1111111111","urn:oid:2.16.840.1.113883.2.1.4.1:0123456789"])"),
            both({}));
}

TEST(FhirRoutes, a_created_patient_gets_our_id_and_version) {
  LiveIndex index;
  const Answer post = index.ask(
      "POST", "/fhir/R4/Patient",
      patient("theirs",
              kAdaMembers +
                  R"(,"meta":{"versionId":"99","lastUpdated":"2001-01-01T00:00:00Z","tag":[{"code":"t"}]})"));
  ASSERT_EQ(post.status, 201) << post.body;
  const JsonValue created = json_of(post);
  const std::string id(created.string_member("id"));
  EXPECT_NE(id, "theirs");
  EXPECT_EQ(created.find("meta")->string_member("versionId"), "1");
  EXPECT_NE(created.find("meta")->string_member("lastUpdated"), "2001-01-01T00:00:00Z");
  EXPECT_EQ(created.find("meta")->array_member("tag").size(), 1u);
  EXPECT_EQ(post.field("location"), "http://localhost/fhir/R4/Patient/" + id + "/_history/1");
  EXPECT_EQ(index.ask("GET", "/fhir/R4/Patient/" + id).body, post.body);
  const std::string second(
      json_of(index.ask("POST", "/fhir/R4/Patient", patient("", kAdaMembers))).string_member("id"));
  EXPECT_NE(second, id);
}

TEST(FhirRoutes, what_was_read_can_be_changed_and_written_and_a_deleted_patient_comes_back) {
  LiveIndex index;
  const std::string target = "/fhir/R4/Patient/p1";
  const std::string meta = R"(,"meta":{"versionId":"1","lastUpdated":"2001-01-01T00:00:00Z"})";
  ASSERT_EQ(index.ask("PUT", target, patient("p1", kAdaMembers)).status, 201);
  // Both elements of meta are this server's: an old one that is sent back orders nothing.
  for (const char* gender : {"female", "male", "female"}) {
    const Answer put =
        index.ask("PUT", target, patient("p1", R"("birthDate":"1985-06-02","gender":")" + std::string(gender) + '"' + meta));
    EXPECT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(json_of(index.ask("GET", target)).string_member("gender"), gender);
  }
  ASSERT_EQ(index.ask("DELETE", target).status, 204);
  EXPECT_EQ(index.ask("PUT", target, patient("p1", kAdaMembers + meta)).status, 201);
}

TEST(FhirRoutes, an_update_needs_its_id_and_honours_if_match_and_prefer) {
  LiveIndex index;
  const std::string target = "/fhir/R4/Patient/p1";
  EXPECT_EQ(index.ask("PUT", target, patient("", kAdaMembers)).status, 400);
  EXPECT_EQ(index.ask("PUT", target, patient("p2", kAdaMembers)).status, 400);
  EXPECT_EQ(index.ask("PUT", "/fhir/R4/Patient/bad_id", patient("bad_id", kAdaMembers)).status, 400);
  EXPECT_EQ(index.ask("PUT", "/fhir/R4/Patient/fhir.p1", patient("fhir.p1", kAdaMembers)).status, 400);
  ASSERT_EQ(index.ask("PUT", target, patient("p1", kAdaMembers)).status, 201);
  const std::string changed = patient("p1", kAdaMembers + R"(,"active":true)");
  EXPECT_EQ(index.ask("PUT", target, changed, "If-Match: W/\"7\"\r\n").status, 412);
  const Answer minimal = index.ask("PUT", target, changed, "If-Match: W/\"1\"\r\nPrefer: return=minimal\r\n");
  EXPECT_EQ(minimal.status, 200);
  EXPECT_EQ(minimal.body, "");
  EXPECT_EQ(minimal.field("etag"), "W/\"2\"");
  const Answer outcome = index.ask("PUT", target, changed, "Prefer: return=OperationOutcome\r\n");
  EXPECT_EQ(json_of(outcome).string_member("resourceType"), "OperationOutcome");
  EXPECT_EQ(json_of(outcome).find("issue")->items.size(), 1u);

  const std::string unknown = R"("name":[{"family":"UNKNOWN","given":["BABY OF"]}])";
  const Answer warned = index.ask("PUT", target, patient("p1", unknown), "Prefer: return=OperationOutcome\r\n");
  EXPECT_THAT(warned.body, HasSubstr(R"({"severity":"warning","code":"value","diagnostics":"given_name is kept and not compared: placeholder name"})"));
}

TEST(FhirRoutes, a_modifier_extension_is_never_dropped_in_silence) {
  LiveIndex index;
  const std::string members =
      kAdaMembers + R"(,"modifierExtension":[{"url":"http://not","valueBoolean":true}])";
  EXPECT_EQ(index.ask("PUT", "/fhir/R4/Patient/p1", patient("p1", members)).status, 422);
  EXPECT_EQ(index.ask("GET", "/fhir/R4/Patient/p1").status, 404);
  EXPECT_EQ(index.ask("POST", "/fhir/R4/Patient/$match", patient("", members)).status, 400);
}

TEST(FhirRoutes, a_future_birth_date_breaks_a_rule) {
  LiveIndex index;
  EXPECT_EQ(index
                .ask("PUT", "/fhir/R4/Patient/p1",
                     patient("p1", R"("name":[{"family":"A","given":["B"]}],"birthDate":"2090-01-01")"))
                .status,
            422);
}

TEST(FhirRoutes, delete_is_gone_then_repeatable_then_reversible) {
  LiveIndex index;
  ASSERT_EQ(index.ask("PUT", "/fhir/R4/Patient/p1", patient("p1", kAdaMembers)).status, 201);
  EXPECT_EQ(index.ask("DELETE", "/fhir/R4/Patient/p1").status, 204);
  EXPECT_EQ(index.ask("GET", "/fhir/R4/Patient/p1").status, 410);
  EXPECT_EQ(index.ask("DELETE", "/fhir/R4/Patient/p1").status, 204);
  EXPECT_EQ(index.ask("DELETE", "/fhir/R4/Patient/never").status, 204);
  EXPECT_EQ(index.ask("PUT", "/fhir/R4/Patient/p1", patient("p1", kAdaMembers)).status, 201);
}

TEST(FhirRoutes, a_person_is_read_and_not_written) {
  LiveIndex index;
  const auto put = json_of(index.ask("PUT", kGp, kAda));
  const std::string id = "person." + std::string(put.string_member("enterprise_id"));
  const Answer get = index.ask("GET", "/fhir/R4/Patient/" + id);
  ASSERT_EQ(get.status, 200) << get.body;
  const JsonValue person = json_of(get);
  EXPECT_TRUE(fhir::check_patient_shape(person).faults.empty()) << get.body;
  EXPECT_EQ(person.string_member("id"), id);
  EXPECT_EQ(person.array_member("link").at(0).find("other")->string_member("reference"),
            "Patient/gp-lorenzo.88123");
  EXPECT_EQ(index.ask("PUT", "/fhir/R4/Patient/" + id, patient(id, kAdaMembers)).status, 422);
  EXPECT_EQ(index.ask("DELETE", "/fhir/R4/Patient/" + id).status, 422);
  // The record it links to exists under that id, made from its flat form.
  EXPECT_EQ(json_of(index.ask("GET", "/fhir/R4/Patient/gp-lorenzo.88123")).string_member("birthDate"),
            "1985-06-02");
}

// ---- $match

std::string match_parameters(const std::string& more = "", const std::string& members = kAdaMembers) {
  return R"({"resourceType":"Parameters","parameter":[{"name":"resource","resource":)" +
         patient("", members) + "}" + more + "]}";
}

TEST(FhirMatch, answers_with_graded_people_best_first_and_the_same_each_time) {
  LiveIndex index;
  ASSERT_EQ(index.ask("PUT", kGp, kAda).status, 201);
  ASSERT_EQ(index.ask("PUT", kHospital, kAdaAtHospital).status, 201);
  const Answer first = index.ask("POST", "/fhir/R4/Patient/$match", match_parameters());
  ASSERT_EQ(first.status, 200) << first.body;
  const JsonValue bundle = json_of(first);
  EXPECT_EQ(bundle.string_member("type"), "searchset");
  EXPECT_EQ(bundle.find("total")->integer(), 1);
  const JsonValue& entry = bundle.array_member("entry").at(0);
  EXPECT_EQ(entry.find("search")->string_member("mode"), "match");
  const double score = std::stod(entry.find("search")->find("score")->text);
  EXPECT_GT(score, 0.99);
  EXPECT_LE(score, 1.0);
  const JsonValue& grade = entry.find("search")->array_member("extension").at(0);
  EXPECT_EQ(grade.string_member("url"), "http://hl7.org/fhir/StructureDefinition/match-grade");
  EXPECT_EQ(grade.string_member("valueCode"), "certain");
  EXPECT_EQ(entry.string_member("fullUrl").substr(0, 38), "http://localhost/fhir/R4/Patient/perso");
  EXPECT_EQ(entry.find("resource")->array_member("link").size(), 2u);
  EXPECT_EQ(index.ask("POST", "/fhir/R4/Patient/$match", match_parameters()).body, first.body);
  EXPECT_EQ(index.ask("POST", "/fhir/R4/Patient/$match", patient("", kAdaMembers)).body, first.body);
}

TEST(FhirMatch, nothing_found_is_an_empty_bundle) {
  LiveIndex index;
  const Answer answer = index.ask("POST", "/fhir/R4/Patient/$match", match_parameters());
  ASSERT_EQ(answer.status, 200) << answer.body;
  const JsonValue bundle = json_of(answer);
  EXPECT_EQ(bundle.find("total")->integer(), 0);
  EXPECT_EQ(bundle.find("entry"), nullptr);
}

TEST(FhirMatch, only_certain_matches_leaves_the_rest_out) {
  LiveIndex index;
  ASSERT_EQ(index.ask("PUT", kGp, kAda).status, 201);
  const std::string only = R"(,{"name":"onlyCertainMatches","valueBoolean":true})";
  EXPECT_EQ(
      json_of(index.ask("POST", "/fhir/R4/Patient/$match", match_parameters(only))).find("total")->integer(),
      1);
  const std::string other =
      R"("name":[{"family":"Whitworth","given":["Beryl"]}],"birthDate":"1985-06-02","gender":"female")";
  EXPECT_EQ(json_of(index.ask("POST", "/fhir/R4/Patient/$match", match_parameters(only, other)))
                .find("total")
                ->integer(),
            0);
}

TEST(FhirMatch, score_order_and_grade_order_agree) {
  const auto matched = [](std::uint64_t id, MatchGrade grade, double score) {
    fhir::MatchedPerson person;
    person.candidate.enterprise_id = person.person.id = EnterpriseId{id};
    person.candidate.grade = grade;
    person.candidate.score = score;
    return person;
  };
  std::vector<fhir::MatchedPerson> people = {
      matched(1, MatchGrade::kPossible, 0.999), matched(2, MatchGrade::kCertain, 0.99),
      matched(3, MatchGrade::kProbable, 0.995), matched(4, MatchGrade::kPossible, 0.5)};
  fhir::order_by_grade(people);
  std::vector<std::pair<std::uint64_t, double>> order;
  for (const auto& person : people) order.emplace_back(person.person.id.value, person.candidate.score);
  EXPECT_EQ(order,
            (std::vector<std::pair<std::uint64_t, double>>{{2, 0.99}, {3, 0.99}, {1, 0.99}, {4, 0.5}}));
}

TEST(FhirMatch, refuses_what_it_cannot_mean) {
  LiveIndex index;
  ASSERT_EQ(index.ask("PUT", kGp, kAda).status, 201);
  const auto status = [&](const std::string& body) {
    return index.ask("POST", "/fhir/R4/Patient/$match", body).status;
  };
  EXPECT_EQ(status(match_parameters(R"(,{"name":"count","valueInteger":1})")), 200);
  EXPECT_EQ(status(match_parameters(R"(,{"name":"count","valueInteger":0})")), 400);
  EXPECT_EQ(status(match_parameters(R"(,{"name":"count","valueInteger":-1})")), 400);
  EXPECT_EQ(status(match_parameters(R"(,{"name":"count","valueInteger":1.5})")), 400);
  EXPECT_EQ(status(match_parameters(R"(,{"name":"count","valueString":"1"})")), 400);
  EXPECT_EQ(status(match_parameters(R"(,{"name":"onlyCertainMatches","valueBoolean":"true"})")), 400);
  EXPECT_EQ(status(match_parameters(R"(,{"name":"onlySingleMatch","valueBoolean":true})")), 400);
  EXPECT_EQ(status(match_parameters(R"(,{"name":"resource","resource":{"resourceType":"Patient"}})")), 400);
  EXPECT_EQ(status(R"({"resourceType":"Parameters"})"), 400);
  EXPECT_EQ(
      status(
          R"({"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Person"}}]})"),
      400);
  EXPECT_EQ(status(R"({"resourceType":"Bundle"})"), 400);
  EXPECT_EQ(status(match_parameters("", R"("gender":"female")")), 400);
  EXPECT_EQ(status("[]"), 400);
}

// ---- operations

}  // namespace
}  // namespace gmpi
