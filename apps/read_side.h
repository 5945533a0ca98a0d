// apps/read_side.h - the hubs' read side in Redis as `gmpi serve` runs it: opened from the settings, reported
// to operators, its changes of state logged. What stands in Redis: docs/redis.md; how it gets there:
// index/cache/identity_cache.h.
//
// Nothing here holds patient data: states, sequence numbers, error words of Redis.
// Tested by tests/apps/read_side_test.cc.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "api/ops/metrics.h"
#include "api/ops/routes.h"
#include "apps/config.h"
#include "base/result.h"
#include "index/cache/identity_cache.h"
#include "index/store/store.h"
#include "linkage/linker.h"

namespace gmpi {

/// Address and credentials. The password is the first line of redis_password_file, read once.
/// Errors: kInvalidInput (address; a user or a password file alone; an empty password), those of read_file.
Result<IdentityCacheOptions> read_side_options(const Config& config);

/// Null when no Redis is set. An absent Redis is no error: the cache goes on trying. `store` and `linker`
/// must outlive the cache. Errors: those of read_side_options.
Result<std::unique_ptr<IdentityCache>> open_read_side(const Config& config, const Store& store,
                                                      const Linker& linker);

/// What /readyz says of it: ready while "following".
ReadyState ready_state(const CacheStatus& status);
/// What /metrics says of it.
RedisGauges redis_gauges(const CacheStatus& status);

/// The line of the log that leads from one status to the next; empty when nothing changed that an operator
/// acts on.
std::string change_of_state(const CacheStatus& before, const CacheStatus& now);

/// Logs the changes of state, looking once in `every`. One thread, ended by the destructor.
class ReadSideLog {
 public:
  ReadSideLog(std::function<CacheStatus()> status, std::chrono::milliseconds every = std::chrono::seconds(1));
  ~ReadSideLog();
  ReadSideLog(const ReadSideLog&) = delete;
  ReadSideLog& operator=(const ReadSideLog&) = delete;

 private:
  void run();

  const std::function<CacheStatus()> status_;
  const std::chrono::milliseconds every_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;  // last: starts when the rest stands
};

}  // namespace gmpi
