// tests/api/echo_server.h - a real server on a free port whose few routes show what reached the handler.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>

#include "api/http/problem.h"
#include "api/http/server.h"

namespace gmpi::test {

inline std::vector<http::Route> echo_routes() {
  using namespace http;
  const auto echo = [](const Request& request) {
    Response response(200, "application/json", request.body);
    response.fields.emplace_back("X-Seen-Id", request.path_value("id"));
    if (const auto* q = request.parameter("q")) response.fields.emplace_back("X-Seen-Q", *q);
    return response;
  };
  const auto slow = [](const Request&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return Response(200, "text/plain", "slow");
  };
  std::vector<Route> routes;
  routes.push_back({Method::kGet,
                    "/",
                    [](const Request&) { return Response(200, "text/plain", "hello"); },
                    Lane::kConnection,
                    0,
                    {}});
  routes.push_back(
      {Method::kPost, "/echo", echo, Lane::kConnection, 1024, {{"application/json"}, {"application/json"}}});
  routes.push_back({Method::kPost, "/large", echo, Lane::kConnection, 1 << 20, {{"application/json"}, {}}});
  routes.push_back({Method::kGet, "/things/{id}", echo, Lane::kConnection, 0, {{}, {"application/json"}}});
  routes.push_back({Method::kDelete, "/things/{id}", echo, Lane::kConnection, 0, {}});
  routes.push_back(
      {Method::kPost, "/things/$match", echo, Lane::kConnection, 1024, {{"application/json"}, {}}});
  routes.push_back({Method::kGet, "/slow", slow, Lane::kChange, 0, {}});
  routes.push_back({Method::kGet,
                    "/throws",
                    [](const Request&) -> Response { throw std::runtime_error("secret"); },
                    Lane::kConnection,
                    0,
                    {}});
  return routes;
}

inline std::unique_ptr<http::Server> start_echo_server(http::HttpLimits limits = {},
                                                       http::Server::Observe observe = nullptr) {
  http::ServerOptions options;
  options.port = 0;
  options.threads = 2;
  options.seed = 7;
  options.limits = limits;
  const auto render = [](http::Response& response, std::string_view, std::string_view id) {
    http::render_problem_json(response, id);
  };
  auto server = http::Server::start(options, http::Router(echo_routes(), render), std::move(observe));
  EXPECT_TRUE(server.ok()) << (server.ok() ? "" : server.error().message);
  return server.ok() ? *std::move(server) : nullptr;
}

}  // namespace gmpi::test
