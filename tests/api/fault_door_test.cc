// What clients and operators can rely on while the disk is slow or unreadable.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "api/door.h"
#include "base/log.h"
#include "index/store/memory_store.h"
#include "tests/api/live_index.h"
#include "tests/linkage/faulty_store.h"

namespace gmpi {
namespace {

using test::Answer;
using test::json_of;
using test::LiveIndex;
using testing::HasSubstr;
using testing::Not;

const std::string kAda =
    R"({"nhs_number":"9434765919","nhs_number_status":"01","given_name":"Ada","surname":"Okafor","dob":"1985-06-02","sex":"female","postcode":"M3 2BW"})";
const std::string kGp = "/api/v1/records/gp-lorenzo/88123";
const std::string kPatient =
    R"({"resourceType":"Patient","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919"}],"name":[{"family":"Okafor","given":["Ada"]}],"birthDate":"1985-06-02"})";

TEST(SlowDisk, stops_nobody_who_asks_for_something_else) {
  MemoryStore memory;
  GatedStore disk(memory);
  LiveIndex index(disk);
  ASSERT_EQ(index.ask("PUT", "/api/v1/records/gp-lorenzo/1", R"({"surname":"Shaw","dob":"1950-01-02"})").status, 201);
  disk.shut();
  const auto ask = [&](const char* method, const std::string& path, const std::string& body) {
    return std::async(std::launch::async, [&index, method, path, body] { return index.ask(method, path, body); });
  };
  std::vector<std::future<Answer>> waiting;
  waiting.push_back(ask("PUT", kGp, kAda));
  while (index.linker().stats().records < 2) std::this_thread::yield();  // decided, and not yet on the disk
  // More than there are connection threads: each rests on what the disk has not confirmed.
  for (int i = 0; i < 6; ++i) waiting.push_back(ask("POST", "/api/v1/match", kAda));
  for (int i = 0; i < 3; ++i) waiting.push_back(ask("POST", "/fhir/R4/Patient/$match", kPatient));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(index.ask("GET", "/healthz").status, 200);
  EXPECT_EQ(index.ask("GET", "/metrics").status, 200);
  EXPECT_EQ(index.ask("GET", "/readyz").status, 200);
  disk.open();
  EXPECT_EQ(waiting[0].get().status, 201);
  for (std::size_t i = 1; i < waiting.size(); ++i) EXPECT_EQ(waiting[i].get().status, 200);
}

TEST(UnreadableDisk, is_never_answered_as_if_nobody_were_found) {
  MemoryStore memory;
  UnreadableStore disk(memory);
  LiveIndex index(disk);
  ASSERT_EQ(index.ask("PUT", kGp, kAda).status, 201);
  ASSERT_EQ(json_of(index.ask("POST", "/fhir/R4/Patient/$match", kPatient)).find("total")->integer(), 1);
  for (const auto& [how, status] : {std::pair{ErrorCode::kCorrupt, 500}, {ErrorCode::kIo, 500}, {ErrorCode::kUnavailable, 503}}) {
    disk.fail(how);
    const Answer answer = index.ask("POST", "/fhir/R4/Patient/$match", kPatient);
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(json_of(answer).string_member("resourceType"), "OperationOutcome");
  }
  disk.fail(std::nullopt);
  EXPECT_EQ(json_of(index.ask("POST", "/fhir/R4/Patient/$match", kPatient)).find("total")->integer(), 1);
}

TEST(UnreadableDisk, is_logged_counted_and_reported_without_a_word_of_the_request) {
  MemoryStore memory;
  UnreadableStore disk(memory);
  LiveIndex index(disk);
  ASSERT_EQ(index.ask("PUT", kGp, kAda).status, 201);
  EXPECT_THAT(index.ask("GET", "/readyz").body, HasSubstr(R"({"name":"stored_data","ready":true)"));
  EXPECT_THAT(index.ask("GET", "/metrics").body, Not(HasSubstr("gmpi_request_faults_total{")));
  disk.fail(ErrorCode::kCorrupt);
  testing::internal::CaptureStderr();
  log::start(log::Level::kInfo, false);
  const Answer answer = index.ask("GET", kGp, "", "X-Request-ID: night-shift-7\r\n");
  const std::string logged = testing::internal::GetCapturedStderr();
  log::start(log::Level::kInfo, false);
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(logged, HasSubstr("request night-shift-7 (GET /api/v1/records/{source}/{local_id}) failed: corrupt: "
                                "store: reading a value: block checksum mismatch"));
  EXPECT_THAT(answer.body, Not(HasSubstr("checksum")));
  for (const char* secret : {"88123", "gp-lorenzo", "Okafor"}) EXPECT_THAT(logged, Not(HasSubstr(secret)));
  EXPECT_THAT(index.ask("GET", "/metrics").body, HasSubstr("gmpi_request_faults_total{code=\"corrupt\"} 1\n"));
  const Answer ready = index.ask("GET", "/readyz");
  EXPECT_EQ(ready.status, 200) << "what can be read is still answered";
  EXPECT_THAT(ready.body, HasSubstr(R"({"name":"stored_data","ready":false,"required":false,"detail":"1 requests met)"));
  EXPECT_EQ(index.ask("GET", "/api/v1/records/gp-lorenzo/nobody").status, 404);
  EXPECT_THAT(index.ask("GET", "/metrics").body, HasSubstr("gmpi_request_faults_total{code=\"corrupt\"} 1\n"));
}

}  // namespace
}  // namespace gmpi
