// api/http/server.h - the listening HTTP/1.1 server: sockets, time-outs, limits; it knows routes, not their
// meaning.
//
// One io_context and one thread a core; a connection stays on its thread. Requests of a connection are
// answered in order, one at a time. Handlers that may wait for the disk run on threads of their own (Lane), so
// that they stop nobody else. What went wrong inside, behind a 500, is logged with the route's pattern and the
// request's id, and with nothing of the request itself. Only server.cc includes Beast.
//
//     auto server = Server::start(options, std::move(router), observe);
//     ... wait for SIGTERM ...
//     (*server)->stop(std::chrono::seconds(20));
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/http/limits.h"
#include "api/http/router.h"
#include "base/result.h"

namespace gmpi::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any free one, see Server::port()
  int threads = 0;            // 0: one a core
  /// There is no TLS and no authentication yet: another address than loopback must be asked for.
  bool allow_public_address = false;
  std::uint64_t seed = 0;  // of the request ids made here; vary it from start to start
  HttpLimits limits;
};

/// Whether a server may listen there: localhost or an IP address, of loopback unless others are allowed. Errors:
/// kInvalidInput.
Status check_listen_address(const std::string& address, bool allow_public);

/// One finished request, for metrics; holds nothing about the person asked for.
struct RequestFacts {
  std::string_view route;   // the pattern, or "" when no route was found
  std::string_view method;  // a known name or "OTHER"
  int status = 0;
  double seconds = 0;  // from the end of the head to the last byte of the answer given to the system
  std::optional<ErrorCode> fault;  // what went wrong inside, of a 500
};

struct ServerState {
  int connections = 0;
  int reads = 0;  // running or waiting off the connection threads
  int changes = 0;
};

class Server {
 public:
  /// Called on the connection's thread after each answer; must not wait.
  using Observe = std::function<void(const RequestFacts&)>;

  /// Binds, listens and serves on return. Errors: kInvalidInput (address that is no IP, or not loopback
  /// without leave), kIo (the port is taken, ...).
  static Result<std::unique_ptr<Server>> start(ServerOptions options, Router router, Observe observe);

  /// Stops as stop(0 s) does.
  virtual ~Server() = default;

  virtual std::uint16_t port() const = 0;
  virtual ServerState state() const = 0;

  /// Accepts no more, closes idle connections, lets requests in flight finish for at most `grace`, then
  /// closes what is left. Returns when all threads have ended; a handler that is running is waited for.
  /// Repeatable.
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace gmpi::http
