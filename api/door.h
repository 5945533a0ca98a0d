// api/door.h - all HTTP routes of gmpi behind one listening server.
//
//     DoorOptions options;
//     options.server.port = 8080;
//     auto door = open_door(options, *linker, clock);
//     ... until asked to end ...
//     (*door)->stop(std::chrono::seconds(20));
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/http/server.h"
#include "api/ops/metrics.h"
#include "api/ops/routes.h"
#include "base/clock.h"
#include "base/result.h"
#include "linkage/linker.h"
#include "models/source_system.h"

namespace gmpi {

struct DoorOptions {
  http::ServerOptions server;  // its seed also makes the ids of created Patients: vary it from start to start
  std::string public_url;      // for links in FHIR answers; empty: from the Host field
  std::string version = "0.1.0";
  SourceRegister sources;              // who may send records, and where they belong; empty: anybody
  std::vector<ReadyPart> parts;        // asked by /readyz beside the index itself
  std::function<RedisGauges()> redis;  // asked at each /metrics, from any thread; empty: there is no Redis
};

class Door {
 public:
  virtual ~Door() = default;
  virtual std::uint16_t port() const = 0;
  virtual Metrics& metrics() = 0;  // for what is counted outside the door (imports)
  /// As http::Server::stop.
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

/// `linker` and `clock` must outlive the door. Errors: those of http::Server::start.
Result<std::unique_ptr<Door>> open_door(DoorOptions options, Linker& linker, const Clock& clock);

}  // namespace gmpi
