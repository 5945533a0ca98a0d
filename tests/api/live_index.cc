#include "tests/api/live_index.h"

#include <set>
#include <stdexcept>

#include "index/store/memory_store.h"
#include "matcher/model_file.h"

namespace gmpi::test {
namespace {

// 2026-11-23T03:42:55.123Z
constexpr UnixMillis kNow = 1795405375123;

DoorOptions door_options(std::vector<ReadyPart> parts, std::function<RedisGauges()> redis, SourceRegister sources) {
  DoorOptions options;
  options.server.port = 0;
  options.server.threads = 2;
  options.server.seed = 5;
  options.parts = std::move(parts);
  options.redis = std::move(redis);
  options.sources = std::move(sources);
  return options;
}

template <class T>
T taken(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

// The shipped model with frequencies of its own, so that no test turns on how rare a name is.
ModelBundle person_model() {
  ModelBundle bundle = taken(read_bundle(GMPI_PERSON_MODEL));
  std::set<std::string> columns;
  for (const auto& comparison : bundle.model.comparisons)
    for (const auto& level : comparison.levels)
      if (!level.tf_column.empty()) columns.insert(level.tf_column);
  bundle.term_frequencies.clear();
  for (const auto& column : columns)
    bundle.term_frequencies.push_back({column, {{"ada", 0.002}, {"okafor", 0.001}}});
  return bundle;
}

}  // namespace

struct LiveIndex::Impl {
  ManualClock clock{kNow};
  MemoryStore store;
  std::unique_ptr<Linker> linker;
  std::unique_ptr<Door> door;
};

LiveIndex::LiveIndex(std::vector<ReadyPart> parts, std::function<RedisGauges()> redis, SourceRegister sources)
    : impl_(std::make_unique<Impl>()) {
  impl_->linker = taken(Linker::open(person_model(), impl_->store, impl_->clock, {}));
  impl_->door = taken(open_door(door_options(std::move(parts), std::move(redis), std::move(sources)),
                                *impl_->linker, impl_->clock));
}

LiveIndex::LiveIndex(Store& store) : impl_(std::make_unique<Impl>()) {
  impl_->linker = taken(Linker::open(person_model(), store, impl_->clock, {}));
  impl_->door = taken(open_door(door_options({}, {}, {}), *impl_->linker, impl_->clock));
}

LiveIndex::~LiveIndex() = default;
Door& LiveIndex::door() {
  return *impl_->door;
}
Linker& LiveIndex::linker() {
  return *impl_->linker;
}

Answer LiveIndex::ask(const std::string& method, const std::string& target, const std::string& body,
                      const std::string& fields) {
  std::string request = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields;
  if (!body.empty()) {
    const std::string type = target.starts_with("/fhir") ? "application/fhir+json" : "application/json";
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    if (fields.find("Content-Type") == std::string::npos) request += "Content-Type: " + type + "\r\n";
  }
  RawClient client(impl_->door->port());
  return client.ask(request + "\r\n" + body, method != "HEAD");
}

}  // namespace gmpi::test
