// What a steward's client can rely on: /api/v1/questions and /api/v1/assertions.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/api/live_index.h"

namespace gmpi {
namespace {

using test::Answer;
using test::json_of;
using test::LiveIndex;
using testing::HasSubstr;

const std::string kAda = R"({"given_name":"Ada","surname":"Okafor","dob":"1985-06-02","postcode":"M3 2BW"})";
const std::string kGp = "/api/v1/records/gp/1", kPas = "/api/v1/records/pas/2";

std::string word(const std::string& kind, const std::string& more = "") {
  return R"({"left":{"source":"gp","local_id":"1"},"right":{"source":"pas","local_id":"2"},"kind":")" + kind +
         R"(","author":"s.patel","reason":"notes")" + more + "}";
}

class StewardRoutes : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(index_.ask("PUT", kGp, kAda).status, 201);
    ASSERT_EQ(index_.ask("PUT", kPas, kAda).status, 201);
  }
  std::string person(const std::string& record) {
    return std::string(json_of(index_.ask("GET", record + "/person")).string_member("enterprise_id"));
  }
  LiveIndex index_;
};

TEST_F(StewardRoutes, a_word_is_kept_read_and_taken_back) {
  const std::string before = person(kPas);
  ASSERT_EQ(person(kGp), before);
  const Answer said = index_.ask("POST", "/api/v1/assertions", word("different"));
  ASSERT_EQ(said.status, 201) << said.body;
  const std::string place(said.field("location"));
  EXPECT_FALSE(json_of(said).find("one_person")->boolean);
  EXPECT_TRUE(json_of(said).find("in_force")->boolean);
  EXPECT_NE(person(kGp), person(kPas));
  EXPECT_EQ(json_of(index_.ask("GET", place)).string_member("author"), "s.patel");
  EXPECT_EQ(index_.ask("POST", "/api/v1/assertions", word("different")).status, 200) << "said already";
  EXPECT_EQ(json_of(index_.ask("GET", kPas + "/assertions")).array_member("assertions").size(), 1u);

  const Answer undone = index_.ask("POST", place + "/undo", R"({"author":"lead","reason":"mistaken"})");
  ASSERT_EQ(undone.status, 200) << undone.body;
  EXPECT_EQ(json_of(undone).find("undone")->string_member("author"), "lead");
  EXPECT_EQ(person(kGp), before);
  EXPECT_EQ(person(kPas), before);
}

TEST_F(StewardRoutes, an_open_question_goes_when_it_is_answered) {
  const auto with_number = [](const std::string& number) {
    return R"({"nhs_number":")" + number + R"(","nhs_number_status":"01",)" + kAda.substr(1);
  };
  ASSERT_LE(index_.ask("PUT", kGp, with_number("9434765919")).status, 201);
  ASSERT_LE(index_.ask("PUT", kPas, with_number("9434765870")).status, 201);
  const JsonValue open = json_of(index_.ask("GET", "/api/v1/questions"));
  ASSERT_EQ(open.array_member("questions").size(), 1u) << "two verified numbers on one description";
  const JsonValue& question = open.array_member("questions")[0];
  EXPECT_EQ(question.string_member("kind"), "conflict");
  EXPECT_FALSE(question.string_member("reason").empty());
  EXPECT_FALSE(question.find("score")) << "no score before the judgement";
  EXPECT_NE(question.find("left")->string_member("enterprise_id"), question.find("right")->string_member("enterprise_id"));
  ASSERT_EQ(index_.ask("POST", "/api/v1/assertions", word("different")).status, 201);
  EXPECT_TRUE(json_of(index_.ask("GET", "/api/v1/questions")).array_member("questions").empty());
}

TEST_F(StewardRoutes, what_was_looked_at_may_have_changed) {
  ASSERT_EQ(index_.ask("PUT", kGp, R"({"given_name":"Ada","surname":"Obi","dob":"1985-06-02"})").status, 200);
  const std::string looked =
      R"({"left":{"source":"gp","local_id":"1","version":1},"right":{"source":"pas","local_id":"2"},"kind":"same","author":"s"})";
  const Answer answer = index_.ask("POST", "/api/v1/assertions", looked);
  EXPECT_EQ(answer.status, 412) << answer.body;
}

TEST_F(StewardRoutes, what_is_wrong_is_named) {
  struct Case {
    std::string target, body;
    int status;
    std::string says;
  };
  const std::string path = "/api/v1/assertions";
  for (const Case& one : std::vector<Case>{
           {path, "{", 400, "JSON"},
           {path, "[]", 400, "object"},
           {path, "{}", 400, "/left"},
           {path, word("perhaps"), 400, "/kind"},
           {path, word("same", R"(,"score":3)"), 400, "member 6"},
           {path, R"({"left":{"source":"gp","local_id":"1","version":"1"},"right":{},"kind":"same","author":"s"})", 400,
            "/left/version"},
           {path, R"({"left":{"source":"gp","local_id":"1"},"right":{"source":"gp","local_id":"1"},"kind":"same","author":"s"})",
            422, "itself"},
           {path, R"({"left":{"source":"gp","local_id":"1"},"right":{"source":"gp","local_id":"9"},"kind":"same","author":"s"})",
            404, "right"},
           {path + "/99/undo", R"({"author":"s"})", 404, "assertion"},
           {path + "/x/undo", R"({"author":"s"})", 404, "assertion"}}) {
    const Answer answer = index_.ask("POST", one.target, one.body);
    EXPECT_EQ(answer.status, one.status) << one.body << answer.body;
    EXPECT_THAT(answer.body, HasSubstr(one.says)) << one.body;
  }
  EXPECT_EQ(index_.ask("GET", "/api/v1/questions?limit=0").status, 400);
  EXPECT_EQ(index_.ask("GET", "/api/v1/questions?after=GM1").status, 400);
  EXPECT_EQ(index_.ask("GET", "/api/v1/questions?limit=1000000").status, 200);
  EXPECT_EQ(index_.ask("GET", "/api/v1/records/gp/none/assertions").status, 404);
}

}  // namespace
}  // namespace gmpi
