// A real redis-server of one test, on a unix socket and, if asked, a free port; ended with the test.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "index/cache/redis_connection.h"
#include "tests/index/store/temporary_directory.h"

namespace gmpi {

class RedisServer {
 public:
  /// Whether tests can use one, or must: with GMPI_REQUIRE_REDIS set they fail where it is missing.
  static bool installed();

  /// Not started yet. `settings` are pairs such as {"--maxmemory", "2mb"}.
  explicit RedisServer(std::vector<std::string> settings = {}) : settings_(std::move(settings)) {}
  ~RedisServer() { kill(); }

  void start();  // returns when it answers
  void kill();   // SIGKILL; what it held is gone
  void pause();  // SIGSTOP
  void resume();

  RedisAddress address() const { return {{}, {}, directory_ / "s"}; }
  RedisReply ask(std::initializer_list<std::string_view> words) const;

 private:
  std::vector<std::string> settings_;
  TemporaryDirectory directory_;
  pid_t process_ = -1;
};

/// A loopback TCP port that is free now.
std::string free_port();

}  // namespace gmpi
