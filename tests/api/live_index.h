// tests/api/live_index.h - a real index in memory behind a real door on a free port, with a clock that stands
// still.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/door.h"
#include "api/json/read.h"
#include "tests/api/raw_client.h"

namespace gmpi {
class Store;
}

namespace gmpi::test {

class LiveIndex {
 public:
  explicit LiveIndex(std::vector<ReadyPart> parts = {}, std::function<RedisGauges()> redis = {},
                     SourceRegister sources = {});
  /// Over a store of the test's own, which must outlive this.
  explicit LiveIndex(Store& store);
  ~LiveIndex();

  Door& door();
  Linker& linker();

  /// One request on a connection of its own. `fields` are whole lines that end in CR LF.
  Answer ask(const std::string& method, const std::string& target, const std::string& body = {},
             const std::string& fields = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The body as JSON; fails the test when it is none.
inline JsonValue json_of(const Answer& answer) {
  auto parsed = parse_json(answer.body, {});
  EXPECT_TRUE(parsed.value) << answer.status << " " << answer.body;
  return parsed.value ? *std::move(parsed.value) : JsonValue();
}

}  // namespace gmpi::test
