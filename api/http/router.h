// api/http/router.h - from a request head to the one handler that serves it, or the problem that says why
// none does.
//
// Everything that can be refused before the body is read is refused here: path, method, media types, length.
// A template is literal segments and captures: "/api/v1/records/{source}/{local_id}". Segments are
// percent-decoded once, after the split at '/', so an encoded slash stays inside its segment. A literal
// segment wins over a capture. Immutable after construction: any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/http/gate.h"
#include "api/http/limits.h"
#include "api/http/message.h"

namespace gmpi::http {

/// Where a handler runs: on the thread that owns the connection (must not wait: neither for the disk nor for
/// a lock that is held while another waits for it), or on threads that may wait, with limits of their own for
/// reading, for changing, and for what an operator asks while those are full.
enum class Lane { kConnection, kRead, kChange, kOperations };

/// What a route reads and writes. An empty body list: the route takes no body.
struct MediaTypes {
  std::vector<std::string_view> body;
  std::vector<std::string_view> answer;  // in the order of preference; empty: anything is acceptable
};

/// A plain function of values; may be called from several threads at once.
using Handler = std::function<Response(const Request&)>;

struct Route {
  Method method = Method::kGet;
  std::string pattern;
  Handler handler;
  Lane lane = Lane::kConnection;
  std::size_t body_bytes_max = 0;
  MediaTypes media;
};

class Router {
 public:
  /// `render` turns a Response with a problem into bytes, for the path the request came to.
  using RenderProblem = std::function<void(Response&, std::string_view path, std::string_view request_id)>;

  /// Requires: patterns begin with '/'; a (method, pattern) occurs once.
  Router(std::vector<Route> routes, RenderProblem render);

  struct Plan {
    const Route* route = nullptr;  // null: `answer` is ready (OPTIONS)
    Fields path_values;
    Fields parameters;
    Response answer;
  };

  /// Cost: O(routes x segments).
  std::variant<Plan, Problem> plan(const RequestHead& head, const HttpLimits& limits) const;

  void render(Response& response, std::string_view path, std::string_view request_id) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> segments_;  // of each route's pattern
  RenderProblem render_;
};

/// Best of `offered` under an Accept field (RFC 9110 12.5.1); empty when none is acceptable. An absent or
/// empty field accepts all.
std::string_view choose_media_type(std::string_view accept, const std::vector<std::string_view>& offered);

/// "application/json; charset=utf-8" -> "application/json", lower case. Null: malformed, or a charset other
/// than UTF-8.
std::optional<std::string> read_content_type(std::string_view field);

}  // namespace gmpi::http
