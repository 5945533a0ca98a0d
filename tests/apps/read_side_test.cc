// What an operator of the read side in Redis can rely on: credentials, readiness, gauges, lines of the log.
#include "apps/read_side.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>

#include "base/log.h"
#include "index/store/memory_store.h"
#include "tests/index/cache/redis_server.h"

namespace gmpi {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ReadSideTest : public ::testing::Test {
 protected:
  Config config(const std::string& redis = "127.0.0.1:6379") const {
    Config config = *load_config({});
    config.redis = redis;
    return config;
  }
  std::string file_with(const std::string& text) {
    const std::string path = folder_ / "password";
    std::ofstream(path, std::ios::trunc) << text;
    return path;
  }
  static std::string refusal(const Config& config) {
    const auto options = read_side_options(config);
    return options ? "" : options.error().message;
  }

  TemporaryDirectory folder_;
};

TEST_F(ReadSideTest, the_password_is_the_first_line_of_its_file) {
  Config given = config();
  given.redis_user = "hub";
  for (const char* text : {"s3cret", "s3cret\n", "s3cret\r\n", "s3cret\nsecond line\n"}) {
    given.redis_password_file = file_with(text);
    const auto options = read_side_options(given);
    ASSERT_TRUE(options.ok()) << options.error().message;
    EXPECT_EQ(options->password, "s3cret");
    EXPECT_EQ(options->username, "hub");
  }
}

TEST_F(ReadSideTest, credentials_that_cannot_work_are_refused_at_the_start_without_showing_them) {
  Config given = config();
  given.redis_user = "hub";
  EXPECT_EQ(refusal(given), "redis_user is set without redis_password_file");
  given.redis_password_file = file_with("\ns3cret\n");
  EXPECT_THAT(refusal(given), AllOf(HasSubstr("the first line holds no password"), Not(HasSubstr("s3cret"))));
  given.redis_password_file = file_with(std::string(5000, 'x'));
  EXPECT_THAT(refusal(given), AllOf(HasSubstr("password"), Not(HasSubstr("xxx"))));
  given.redis_password_file = "/no/such/file";
  EXPECT_THAT(refusal(given), HasSubstr("/no/such/file"));
  EXPECT_EQ(refusal(config()), "");
}

TEST_F(ReadSideTest, only_following_is_ready_and_the_rest_is_told) {
  CacheStatus status;
  status.state = CacheState::kFollowing;
  status.head_seq = status.applied_seq = 12;
  ReadyState state = ready_state(status);
  EXPECT_TRUE(state.ready);
  EXPECT_EQ(state.detail, "following, lag 0");
  EXPECT_EQ(state.applied_sequence, 12u);
  EXPECT_FALSE(state.error);
  status.head_seq = 15;
  status.last_error = "redis: refused with OOM";
  for (const CacheState other : {CacheState::kAway, CacheState::kCatchingUp, CacheState::kFull,
                                 CacheState::kDiverged, CacheState::kStopped}) {
    status.state = other;
    state = ready_state(status);
    EXPECT_FALSE(state.ready) << state.detail;
    EXPECT_EQ(state.detail, std::string(cache_state_name(other)) + ", lag 3");
    EXPECT_EQ(state.lag, 3u);
    EXPECT_EQ(state.error, "redis: refused with OOM");
    const RedisGauges gauges = redis_gauges(status);
    EXPECT_EQ(gauges.lag, 3u);
    EXPECT_EQ(std::count(gauges.states.begin(), gauges.states.end(), gauges.state), 1) << gauges.state;
  }
}

TEST_F(ReadSideTest, a_line_is_logged_when_the_state_or_its_reason_changes_and_not_for_progress) {
  CacheStatus before, now;
  EXPECT_EQ(change_of_state(before, now), "");
  now.head_seq = 5;
  now.last_error = "redis: refused with NOAUTH";
  EXPECT_EQ(change_of_state(before, now),
            "redis is away: applied sequence 0, lag 5; redis: refused with NOAUTH");
  before = now;
  now.head_seq = 9;
  EXPECT_EQ(change_of_state(before, now), "");
  now.state = CacheState::kFollowing;
  now.last_error.clear();
  now.applied_seq = 9;
  EXPECT_EQ(change_of_state(before, now), "redis is following: applied sequence 9, lag 0");
}

TEST_F(ReadSideTest, changes_are_logged_once_at_the_level_that_fits_and_as_json_when_asked) {
  std::atomic<bool> away = true;
  const auto status = [&] {
    CacheStatus now;
    now.state = away ? CacheState::kAway : CacheState::kFollowing;
    if (away) now.last_error = "redis: \"refused\"";
    return now;
  };
  ::testing::internal::CaptureStderr();
  log::start(log::Level::kInfo, true);
  {
    const ReadSideLog watching(status, 1ms);
    std::this_thread::sleep_for(100ms);
    away = false;
    std::this_thread::sleep_for(100ms);
  }
  const std::string lines = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2) << lines;
  EXPECT_THAT(
      lines,
      HasSubstr(
          R"("level":"warning","message":"redis is away: applied sequence 0, lag 0; redis: \"refused\"")"));
  EXPECT_THAT(lines, HasSubstr(R"("level":"info","message":"redis is following)"));
}

TEST_F(ReadSideTest, a_user_with_the_rights_of_the_documentation_follows_and_others_are_told_why_not) {
  if (!RedisServer::installed()) GTEST_SKIP() << "no redis-server on PATH";
  const std::string port = free_port();
  RedisServer server({"--port", port});
  server.start();
  ASSERT_EQ(server
                .ask({"ACL", "SETUSER", "gmpi", "on", ">s3cret", "~p:*", "~gmpi:events", "+multi", "+exec",
                      "+set", "+xadd", "+xrevrange"})
                .text,
            "OK");
  ASSERT_EQ(server.ask({"ACL", "SETUSER", "default", "off"}).text, "OK");
  MemoryStore store;
  ASSERT_TRUE(store.commit({{}, {}, {Put{Table::kIdentity, "1", "person"}}, "1"}).ok());
  const auto settles = [&](const Config& given, CacheState state) {
    IdentityCache cache(store, *read_side_options(given), [](std::uint64_t seq, std::string_view) {
      return CacheUpdate{{{person_key("GM1", seq), "summary"}}, "event"};
    });
    CacheStatus status;
    for (int i = 0; i < 400; ++i) {
      status = cache.status();
      if (status.state == state && (status.events_written == 1 || !status.last_error.empty())) break;
      std::this_thread::sleep_for(5ms);
    }
    EXPECT_EQ(status.state, state) << status.last_error;
    EXPECT_EQ(status.events_written, state == CacheState::kFollowing ? 1u : 0u);
    return status.last_error;
  };
  Config given = config("127.0.0.1:" + port);
  EXPECT_EQ(settles(given, CacheState::kAway), "redis: refused with NOAUTH");
  given.redis_user = "gmpi";
  given.redis_password_file = file_with("wrong\n");
  EXPECT_EQ(settles(given, CacheState::kAway), "redis: refused with WRONGPASS");
  given.redis_password_file = file_with("s3cret\n");
  EXPECT_EQ(settles(given, CacheState::kFollowing), "");
}

}  // namespace
}  // namespace gmpi
