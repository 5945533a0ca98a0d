// What an operator's probes and scrapers can rely on, over real sockets against a real index.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/door.h"
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
const std::string kGp = "/api/v1/records/gp-lorenzo/88123";

TEST(OpsRoutes, health_ready_and_version) {
  std::atomic<bool> redis = true;
  std::atomic<bool> store = true;
  LiveIndex index({{"store", true,
                    [&] {
                      return ReadyState{store, store ? "" : "stopped"};
                    }},
                   {"redis", false, [&] {
                      return ReadyState{redis, "lag 3"};
                    }}});
  EXPECT_EQ(index.ask("GET", "/healthz").body, R"({"status":"ok"})");
  EXPECT_EQ(index.ask("HEAD", "/healthz").status, 200);
  EXPECT_EQ(index.ask("GET", "/readyz").status, 200);
  redis = false;
  const Answer without_redis = index.ask("GET", "/readyz");
  EXPECT_EQ(without_redis.status, 200);
  EXPECT_THAT(without_redis.body,
              HasSubstr(R"({"name":"redis","ready":false,"required":false,"detail":"lag 3"})"));
  store = false;
  EXPECT_EQ(index.ask("GET", "/readyz").status, 503);
  EXPECT_EQ(json_of(index.ask("GET", "/version")).string_member("name"), "gmpi");
}

TEST(OpsRoutes, a_part_that_follows_the_log_says_how_far_and_what_went_wrong) {
  LiveIndex index({{"redis", false, [] {
                      return ReadyState{false, "away, lag 3", 3, 12, "redis: refused with NOAUTH"};
                    }}});
  const Answer answer = index.ask("GET", "/readyz");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr(R"("detail":"away, lag 3","lag":3,"applied_sequence":12,)"
                                     R"("error":"redis: refused with NOAUTH"})"));
}

TEST(OpsRoutes, metrics_give_each_state_of_redis_a_line_and_none_without_redis) {
  static constexpr std::string_view kStates[] = {"away", "following"};
  std::atomic<int> state = 0;
  LiveIndex with_redis({}, [&] { return RedisGauges{7, kStates[state], kStates}; });
  for (const int now : {0, 1}) {
    state = now;
    const std::string page = with_redis.ask("GET", "/metrics").body;
    EXPECT_THAT(page, HasSubstr("gmpi_redis_lag 7\n"));
    EXPECT_THAT(page, HasSubstr("gmpi_redis_state{state=\"away\"} " + std::to_string(1 - now) + "\n"));
    EXPECT_THAT(page, HasSubstr("gmpi_redis_state{state=\"following\"} " + std::to_string(now) + "\n"));
  }
  LiveIndex without;
  EXPECT_THAT(without.ask("GET", "/metrics").body, Not(HasSubstr("redis")));
}

TEST(OpsRoutes, metrics_count_requests_by_route_and_name_nobody) {
  LiveIndex index;
  ASSERT_EQ(index.ask("PUT", kGp, kAda).status, 201);
  index.ask("POST", "/api/v1/match", kAda);
  const Answer answer = index.ask("GET", "/metrics", "",
                                  "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5\r\n");
  ASSERT_EQ(answer.status, 200);
  EXPECT_THAT(answer.field("content-type"), HasSubstr("text/plain"));
  for (const char* line :
       {"gmpi_records 1", "gmpi_persons 1", "gmpi_decisions_total{decision=\"new\",type=\"register\"} 1",
        "gmpi_match_duration_seconds_count 1", "gmpi_candidates_per_query_count 1",
        "gmpi_tasks_open{type=", "gmpi_http_connections ", "gmpi_build_info{"})
    EXPECT_THAT(answer.body, HasSubstr(line));
  EXPECT_THAT(answer.body, HasSubstr("gmpi_http_request_duration_seconds_count{method=\"PUT\",route=\"/api/"
                                     "v1/records/{source}/{local_id}\",status=\"201\"} 1"));
  for (const char* secret : {"88123", "Okafor", "9434765919", "gp-lorenzo"})
    EXPECT_THAT(answer.body, Not(HasSubstr(secret)));
}

TEST(OpsRoutes, every_error_code_has_its_page) {
  LiveIndex index;
  const JsonValue all = json_of(index.ask("GET", "/docs/errors"));
  EXPECT_GT(all.items.size(), 20u);
  for (const auto& kind : all.items)
    EXPECT_EQ(index.ask("GET", "/docs/errors/" + std::string(kind.string_member("code"))).status, 200);
  EXPECT_EQ(index.ask("GET", "/docs/errors/none").status, 404);
}

}  // namespace
}  // namespace gmpi
