#include "index/cache/redis_connection.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "index/cache/limits.h"
#include "tests/index/cache/redis_server.h"

namespace gmpi {
namespace {

using namespace std::chrono_literals;

TEST(RedisAddress, addresses_are_read_or_refused_with_a_reason) {
  EXPECT_EQ(parse_redis_address("127.0.0.1:6379")->host, "127.0.0.1");
  EXPECT_EQ(parse_redis_address("redis.example:6380")->port, "6380");
  EXPECT_EQ(parse_redis_address("[::1]:6379")->host, "::1");
  EXPECT_EQ(parse_redis_address("unix:/run/redis.sock")->unix_path, "/run/redis.sock");
  for (const char* bad :
       {"", "localhost", ":6379", "host:", "host:0", "host:65536", "host:63x", "::1:6379", "unix:"}) {
    const auto refused = parse_redis_address(bad);
    ASSERT_FALSE(refused.ok()) << bad;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidInput);
  }
}

TEST(RedisConnection, a_pipeline_gets_its_replies_in_order_over_tcp) {
  if (!RedisServer::installed()) GTEST_SKIP() << "no redis-server on PATH";
  const std::string port = free_port();
  RedisServer server({"--port", port, "--bind", "127.0.0.1"});
  server.start();
  auto connection = RedisConnection::open({"127.0.0.1", port, {}}, 1000ms);
  ASSERT_TRUE(connection.ok()) << connection.error().message;
  const std::string binary("\0\r\n$", 4);
  RedisPipeline pipeline;
  pipeline.add({"SET", "k", binary});
  pipeline.add({"GET", "k"});
  pipeline.add({"GET", "absent"});
  pipeline.add({"INCR", "k"});
  pipeline.add({"ECHO", ""});
  auto replies = connection->exchange(pipeline, 1000ms);
  ASSERT_TRUE(replies.ok());
  ASSERT_EQ(replies->size(), 5u);
  EXPECT_EQ((*replies)[0].kind, RedisReply::Kind::kStatus);
  EXPECT_EQ((*replies)[1].text, binary);
  EXPECT_EQ((*replies)[2].kind, RedisReply::Kind::kNil);
  EXPECT_EQ((*replies)[3].error_word(), "ERR");
  EXPECT_EQ((*replies)[4].text, "");
}

TEST(RedisConnection, a_pipeline_larger_than_the_socket_buffers_does_not_lock_up) {
  if (!RedisServer::installed()) GTEST_SKIP() << "no redis-server on PATH";
  RedisServer server;
  server.start();
  auto connection = RedisConnection::open(server.address(), 1000ms);
  const std::string large(1 << 20, 'x');
  RedisPipeline pipeline;
  for (int i = 0; i < 20; ++i) pipeline.add({"ECHO", large});
  auto replies = connection->exchange(pipeline, 10'000ms);
  ASSERT_TRUE(replies.ok()) << replies.error().message;
  EXPECT_EQ(replies->back().text, large);
}

TEST(RedisConnection, nobody_listening_is_unavailable) {
  EXPECT_EQ(RedisConnection::open({{}, {}, "/nowhere/redis.sock"}, 50ms).error().code,
            ErrorCode::kUnavailable);
  EXPECT_EQ(RedisConnection::open({"127.0.0.1", free_port(), {}}, 50ms).error().code,
            ErrorCode::kUnavailable);
}

/// A server that says what the test wants, once.
class Impostor {
 public:
  explicit Impostor(std::function<void(int socket)> act) : listening_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = directory_ / "s";
    std::memcpy(address.sun_path, path.data(), path.size());
    if (::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listening_, 1) != 0)
      throw std::runtime_error("cannot listen");
    thread_ = std::thread([this, act = std::move(act)] {
      const int socket = ::accept(listening_, nullptr, nullptr);
      act(socket);
      ::close(socket);
    });
  }
  ~Impostor() {
    thread_.join();
    ::close(listening_);
  }
  RedisAddress address() const { return {{}, {}, directory_ / "s"}; }

 private:
  TemporaryDirectory directory_;
  int listening_;
  std::thread thread_;
};

Error ask_once(const RedisAddress& address, std::chrono::milliseconds timeout) {
  auto connection = RedisConnection::open(address, 1000ms);
  EXPECT_TRUE(connection.ok());
  RedisPipeline pipeline;
  pipeline.add({"GET", "k"});
  auto replies = connection->exchange(pipeline, timeout);
  EXPECT_FALSE(replies.ok());
  return replies.ok() ? Error{} : replies.error();
}

void say(int socket, std::string_view text) {
  (void)!::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
}

TEST(RedisConnection, a_server_that_drips_bytes_is_left_at_the_deadline) {
  std::atomic<bool> over = false;
  Impostor impostor([&](int socket) {
    while (!over) {
      say(socket, "+");
      std::this_thread::sleep_for(5ms);
    }
  });
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(ask_once(impostor.address(), 50ms).code, ErrorCode::kUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1000ms);
  over = true;
}

TEST(RedisConnection, what_is_not_redis_is_refused) {
  Impostor impostor([](int socket) { say(socket, "HTTP/1.1 400 Bad Request\r\n\r\n"); });
  EXPECT_EQ(ask_once(impostor.address(), 1000ms).code, ErrorCode::kUnavailable);
}

TEST(RedisConnection, a_reply_cut_short_is_unavailable) {
  Impostor impostor([](int socket) { say(socket, "$100\r\nonly this"); });
  EXPECT_EQ(ask_once(impostor.address(), 1000ms).code, ErrorCode::kUnavailable);
}

TEST(RedisConnection, a_reply_without_end_is_cut_at_the_limit) {
  Impostor impostor([](int socket) {
    say(socket, "$500000000\r\n");
    const std::string block(1 << 20, 'x');
    for (std::size_t sent = 0; sent < 2 * kRedisReplyBytesMax; sent += block.size()) say(socket, block);
  });
  EXPECT_EQ(ask_once(impostor.address(), 30'000ms).code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace gmpi
