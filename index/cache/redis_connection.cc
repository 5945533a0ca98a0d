#include "index/cache/redis_connection.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <new>
#include <utility>

#include "index/cache/limits.h"

namespace gmpi {
namespace {

using Time = std::chrono::steady_clock::time_point;

Error away(const std::string& what) {
  return make_error(ErrorCode::kUnavailable, "redis: " + what);
}

Error away_errno(const std::string& what) {
  return away(what + ": " + std::strerror(errno));
}

int milliseconds_until(Time deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

/// Waits for any of `events`. Errors: time-out.
Status wait_for(int socket, short events, Time deadline) {
  pollfd watched{socket, events, 0};
  for (;;) {
    const int ready = ::poll(&watched, 1, milliseconds_until(deadline));
    if (ready > 0) return Done{};
    if (ready == 0) return away("no answer in time");
    if (errno != EINTR) return away_errno("poll");
  }
}

Status finish_connect(int socket, const sockaddr* address, socklen_t length, Time deadline) {
  if (::connect(socket, address, length) == 0) return Done{};
  if (errno != EINPROGRESS) return away_errno("connect");
  if (auto ready = wait_for(socket, POLLOUT, deadline); !ready) return ready;
  int problem = 0;
  socklen_t size = sizeof problem;
  if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &size) != 0) return away_errno("connect");
  if (problem != 0) return away(std::string("connect: ") + std::strerror(problem));
  return Done{};
}

Result<int> connect_to(int family, const sockaddr* address, socklen_t length, Time deadline) {
  const int socket = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return away_errno("socket");
  if (auto connected = finish_connect(socket, address, length, deadline); !connected) {
    ::close(socket);
    return connected.error();
  }
  const int on = 1;
  if (family != AF_UNIX) (void)::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

Result<int> connect_unix(const std::string& path, Time deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return away("the unix socket's path is too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  return connect_to(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address, deadline);
}

Result<int> connect_tcp(const RedisAddress& where, Time deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(where.host.c_str(), where.port.c_str(), &hints, &found) != 0)
    return away("the host name is not known");
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  Result<int> socket = away("the host has no address");
  for (const addrinfo* one = found; one && !socket; one = one->ai_next)
    socket = connect_to(one->ai_family, one->ai_addr, one->ai_addrlen, deadline);
  return socket;
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && port > 0 && port < 65536;
}

RedisReply::Kind kind_of(int type) {
  switch (type) {
    case REDIS_REPLY_STATUS: return RedisReply::Kind::kStatus;
    case REDIS_REPLY_STRING: return RedisReply::Kind::kText;
    case REDIS_REPLY_INTEGER: return RedisReply::Kind::kInteger;
    case REDIS_REPLY_ARRAY: return RedisReply::Kind::kArray;
    case REDIS_REPLY_ERROR: return RedisReply::Kind::kError;
    default: return RedisReply::Kind::kNil;
  }
}

/// hiredis refuses replies nested deeper than 7, so the recursion is bounded.
RedisReply to_value(const redisReply& reply) {
  RedisReply value;
  value.kind = kind_of(reply.type);
  value.integer = reply.integer;
  if (reply.str) value.text.assign(reply.str, static_cast<std::size_t>(reply.len));
  for (std::size_t i = 0; i < reply.elements; ++i) value.elements.push_back(to_value(*reply.element[i]));
  return value;
}

}  // namespace

Result<RedisAddress> parse_redis_address(std::string_view text) {
  constexpr std::string_view kUnix = "unix:";
  const auto bad = [](const std::string& why) {
    return make_error(ErrorCode::kInvalidInput,
                      "redis address: " + why + "; write host:port, [ipv6]:port or unix:/path");
  };
  if (text.starts_with(kUnix)) {
    if (text.size() == kUnix.size()) return bad("no path after unix:");
    return RedisAddress{{}, {}, std::string(text.substr(kUnix.size()))};
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad("no port");
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return bad("an IPv6 address needs brackets");
  if (host.empty()) return bad("no host");
  if (!is_port(text.substr(colon + 1))) return bad("the port is not a number from 1 to 65535");
  return RedisAddress{std::string(host), std::string(text.substr(colon + 1)), {}};
}

void RedisPipeline::add(std::span<const std::string_view> words) {
  std::vector<const char*> starts;
  std::vector<std::size_t> lengths;
  for (const std::string_view word : words) {
    starts.push_back(word.data());
    lengths.push_back(word.size());
  }
  char* formatted = nullptr;
  const int length =
      redisFormatCommandArgv(&formatted, static_cast<int>(words.size()), starts.data(), lengths.data());
  if (length < 0) throw std::bad_alloc();
  bytes_.append(formatted, static_cast<std::size_t>(length));
  redisFreeCommand(formatted);
  ++size_;
}

void RedisConnection::FreeReader::operator()(redisReader* reader) const {
  redisReaderFree(reader);
}

RedisConnection::RedisConnection(int socket, std::unique_ptr<redisReader, FreeReader> reader)
    : socket_(socket), reader_(std::move(reader)) {}

RedisConnection::RedisConnection(RedisConnection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), reader_(std::move(other.reader_)) {}

RedisConnection& RedisConnection::operator=(RedisConnection&& other) noexcept {
  std::swap(socket_, other.socket_);
  std::swap(reader_, other.reader_);
  return *this;
}

RedisConnection::~RedisConnection() {
  if (socket_ >= 0) ::close(socket_);
}

Result<RedisConnection> RedisConnection::open(const RedisAddress& address, Span timeout) {
  const Time deadline = std::chrono::steady_clock::now() + timeout;
  const auto socket =
      address.unix_path.empty() ? connect_tcp(address, deadline) : connect_unix(address.unix_path, deadline);
  if (!socket) return socket.error();
  std::unique_ptr<redisReader, FreeReader> reader(redisReaderCreate());
  if (!reader) throw std::bad_alloc();
  return RedisConnection(*socket, std::move(reader));
}

Result<std::vector<RedisReply>> RedisConnection::exchange(const RedisPipeline& pipeline, Span timeout) {
  const Time deadline = std::chrono::steady_clock::now() + timeout;
  std::string_view unsent = pipeline.bytes();
  std::size_t received = 0;
  std::vector<RedisReply> replies;
  while (replies.size() < pipeline.size()) {
    const short events = static_cast<short>(unsent.empty() ? POLLIN : POLLIN | POLLOUT);
    if (auto ready = wait_for(socket_, events, deadline); !ready) return ready.error();
    if (auto sent = send_some(unsent); !sent) return sent.error();
    if (auto read = receive_some(received); !read) return read.error();
    if (auto parsed = take_replies(replies, pipeline.size()); !parsed) return parsed.error();
  }
  return replies;
}

Status RedisConnection::send_some(std::string_view& unsent) {
  while (!unsent.empty()) {
    const ssize_t count = ::send(socket_, unsent.data(), unsent.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (count < 0) return away_errno("send");
    unsent.remove_prefix(static_cast<std::size_t>(count));
  }
  return Done{};
}

Status RedisConnection::receive_some(std::size_t& received) {
  char buffer[16384];
  const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
  if (count == 0) return away("the server closed the connection");
  if (count < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) return Done{};
  if (count < 0) return away_errno("receive");
  received += static_cast<std::size_t>(count);
  if (received > kRedisReplyBytesMax)
    return make_error(ErrorCode::kLimit,
                      "redis: the reply exceeds " + std::to_string(kRedisReplyBytesMax) + " bytes");
  if (redisReaderFeed(reader_.get(), buffer, static_cast<std::size_t>(count)) != REDIS_OK)
    return away("the reply cannot be read");
  return Done{};
}

Status RedisConnection::take_replies(std::vector<RedisReply>& replies, std::size_t wanted) {
  while (replies.size() < wanted) {
    void* raw = nullptr;
    if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK)
      return away("the reply is not in Redis' protocol");
    if (!raw) break;
    const std::unique_ptr<void, decltype(&freeReplyObject)> reply(raw, &freeReplyObject);
    replies.push_back(to_value(*static_cast<const redisReply*>(raw)));
  }
  return Done{};
}

}  // namespace gmpi
