// index/cache/redis_connection.h - one connection to a Redis server, every wait bounded.
//
// hiredis formats the commands and parses the replies (RESP2); the socket is ours, because hiredis' own
// time-outs hold for each read rather than for the exchange, and its writes raise SIGPIPE.
//
// Not for: TLS (use a unix socket or a tunnel), Redis Cluster redirections.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct redisReader;

namespace gmpi {

/// Where a server is: an IP address or name with a port, or a unix socket.
struct RedisAddress {
  std::string host;
  std::string port;
  std::string unix_path;  // when not empty, host and port are unused
};

/// "127.0.0.1:6379", "[::1]:6379", "redis.example:6379" or "unix:/run/redis.sock". A name is looked up at
/// each connect by the system's resolver, whose own time-out applies. Errors: kInvalidInput.
Result<RedisAddress> parse_redis_address(std::string_view text);

struct RedisReply {
  enum class Kind { kNil, kStatus, kText, kInteger, kArray, kError };
  Kind kind = Kind::kNil;
  std::string text;  // of kStatus, kText, kError
  std::int64_t integer = 0;
  std::vector<RedisReply> elements;

  /// The first word of an error ("OOM", "NOAUTH"), which unlike the rest never repeats our arguments.
  std::string_view error_word() const { return std::string_view(text).substr(0, text.find(' ')); }
};

/// Commands to be sent together.
class RedisPipeline {
 public:
  void add(std::span<const std::string_view> words);
  void add(std::initializer_list<std::string_view> words) { add(std::span(words.begin(), words.size())); }

  std::string_view bytes() const { return bytes_; }
  std::size_t size() const { return size_; }

 private:
  std::string bytes_;
  std::size_t size_ = 0;
};

/// Threads: external lock needed.
class RedisConnection {
 public:
  using Span = std::chrono::milliseconds;

  /// Errors: kUnavailable.
  static Result<RedisConnection> open(const RedisAddress& address, Span timeout);

  RedisConnection(RedisConnection&& other) noexcept;
  RedisConnection& operator=(RedisConnection&& other) noexcept;
  ~RedisConnection();

  /// Sends everything, returns one reply for each command, in order. A reply of kind kError is a reply.
  /// Errors: kUnavailable (time-out, closed, not RESP), kLimit (kRedisReplyBytesMax). After an error the
  /// connection is of no further use.
  Result<std::vector<RedisReply>> exchange(const RedisPipeline& pipeline, Span timeout);

 private:
  struct FreeReader {
    void operator()(redisReader* reader) const;
  };
  RedisConnection(int socket, std::unique_ptr<redisReader, FreeReader> reader);

  Status send_some(std::string_view& unsent);
  Status receive_some(std::size_t& received);
  Status take_replies(std::vector<RedisReply>& replies, std::size_t wanted);

  int socket_ = -1;
  std::unique_ptr<redisReader, FreeReader> reader_;
};

}  // namespace gmpi
