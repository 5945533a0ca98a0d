#include "tests/index/cache/redis_server.h"

#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace gmpi {
namespace {

using namespace std::chrono_literals;

}  // namespace

bool RedisServer::installed() {
  if (std::getenv("GMPI_REQUIRE_REDIS") != nullptr) return true;  // and starting it fails where it is not
  return std::system("command -v redis-server > /dev/null 2>&1") == 0;
}

void RedisServer::start() {
  std::vector<std::string> words = {
      "redis-server", "--unixsocket", directory_ / "s", "--port",        "0",         "--save",          "",
      "--appendonly", "no",           "--dir",          directory_ / "", "--logfile", directory_ / "log"};
  words.insert(words.end(), settings_.begin(), settings_.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::unlink((directory_ / "s").c_str());
  if (::posix_spawnp(&process_, "redis-server", nullptr, nullptr, arguments.data(), environ) != 0)
    throw std::runtime_error("cannot start redis-server");
  for (int i = 0; i < 1000; ++i) {
    if (RedisConnection::open(address(), 50ms)) return;
    std::this_thread::sleep_for(10ms);
  }
  throw std::runtime_error("redis-server does not answer");
}

void RedisServer::kill() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

void RedisServer::pause() {
  ::kill(process_, SIGSTOP);
}

void RedisServer::resume() {
  ::kill(process_, SIGCONT);
}

RedisReply RedisServer::ask(std::initializer_list<std::string_view> words) const {
  auto connection = RedisConnection::open(address(), 1000ms);
  if (!connection) throw std::runtime_error(connection.error().message);
  RedisPipeline pipeline;
  pipeline.add(words);
  auto replies = connection->exchange(pipeline, 5000ms);
  if (!replies) throw std::runtime_error(replies.error().message);
  return replies->front();
}

std::string free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  const bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  ::close(socket);
  if (!bound) throw std::runtime_error("no free port");
  return std::to_string(ntohs(address.sin_port));
}

}  // namespace gmpi
