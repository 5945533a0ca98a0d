#include "api/http/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>

#include "tests/api/echo_server.h"
#include "tests/api/raw_client.h"

namespace gmpi::http {
namespace {

using namespace std::chrono_literals;
using test::Answer;
using test::RawClient;
using test::start_echo_server;

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

std::string request(const std::string& line, const std::string& fields = "", const std::string& body = "") {
  return line + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

std::string json_post(const std::string& path, std::size_t bytes) {
  return request("POST " + path,
                 "Content-Type: application/json\r\nContent-Length: " + std::to_string(bytes) + "\r\n",
                 std::string(bytes, 'x'));
}

HttpLimits quick() {
  HttpLimits limits;
  limits.header_timeout = 300ms;
  limits.body_timeout = 300ms;
  limits.idle_timeout = 300ms;
  limits.write_timeout = 500ms;
  limits.linger_timeout = 200ms;
  limits.sweep_every = 20ms;
  return limits;
}

TEST(Server, many_requests_on_one_connection) {
  const auto server = start_echo_server();
  RawClient client(server->port());
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(client.ask(kGet).body, "hello");
  EXPECT_EQ(server->state().connections, 1);
}

TEST(Server, pipelined_requests_are_answered_in_order) {
  const auto server = start_echo_server();
  RawClient client(server->port());
  std::string batch;
  for (int i = 0; i < 200; ++i) batch += request("GET /things/" + std::to_string(i));
  client.send(batch);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(client.read_answer().field("x-seen-id"), std::to_string(i));
}

TEST(Server, a_request_may_arrive_byte_by_byte) {
  const auto server = start_echo_server();
  RawClient client(server->port());
  for (const char c : json_post("/echo", 20)) client.send(std::string_view(&c, 1));
  EXPECT_EQ(client.read_answer().body, std::string(20, 'x'));
}

TEST(Server, a_body_of_the_limit_passes_and_one_byte_more_does_not) {
  const auto server = start_echo_server();
  RawClient exact(server->port());
  EXPECT_EQ(exact.ask(json_post("/echo", 1024)).status, 200);
  EXPECT_EQ(exact.ask(json_post("/large", 1 << 20)).body.size(), 1u << 20);
  RawClient over(server->port());
  const Answer answer = over.ask(json_post("/echo", 1025));
  EXPECT_EQ(answer.status, 413);
  EXPECT_NE(answer.body.find("\"code\":\"body_too_large\""), std::string::npos) << answer.body;
}

TEST(Server, refusals_by_method_path_and_media_type) {
  const auto server = start_echo_server();
  const auto status = [&](const std::string& bytes) { return RawClient(server->port()).ask(bytes).status; };
  const std::string json = "Content-Type: application/json\r\n";
  const std::string four = "Content-Length: 4\r\n";
  EXPECT_EQ(status(request("GET /nowhere")), 404);
  EXPECT_EQ(status(request("GET /Things/1")), 404);
  EXPECT_EQ(status(request("GET /things/")), 404);
  EXPECT_EQ(status(request("GET /things/1/")), 404);
  EXPECT_EQ(status(request("PUT /echo", json + four, "abcd")), 405);
  EXPECT_EQ(status(request("GET /things/$match")), 405);
  EXPECT_EQ(status(request("GET /things/%24match")), 405);
  EXPECT_EQ(status(request("BREW /echo")), 501);
  EXPECT_EQ(status(request("TRACE /")), 501);
  EXPECT_EQ(status(request("POST /echo", json)), 411);
  EXPECT_EQ(status(request("POST /echo", four, "abcd")), 415);
  EXPECT_EQ(status(request("POST /echo", four + "Content-Type: text/plain\r\n", "abcd")), 415);
  EXPECT_EQ(
      status(request("POST /echo", four + "Content-Type: application/json; charset=latin1\r\n", "abcd")),
      415);
  EXPECT_EQ(status(request("POST /echo", json + four + "Content-Encoding: gzip\r\n", "abcd")), 415);
  EXPECT_EQ(status(request("POST /echo", four + "Content-Type: application/JSON; charset=UTF-8\r\n", "abcd")),
            200);
  EXPECT_EQ(status(request("GET /things/1", "Accept: text/html\r\n")), 406);
  EXPECT_EQ(status(request("GET /things/1", "Accept: application/json;q=0, */*\r\n")), 406);
  EXPECT_EQ(status(request("GET /things/1", "Accept: text/html, application/*;q=0.1\r\n")), 200);
  EXPECT_EQ(status(request("GET /things/..")), 400);
  EXPECT_EQ(status(request("GET /things/%2e%2E")), 400);
  EXPECT_EQ(status(request("GET /things/%00")), 400);
  EXPECT_EQ(status(request("GET /things/1?q=%ff")), 400);
}

TEST(Server, a_405_lists_the_methods_and_options_too) {
  const auto server = start_echo_server();
  RawClient client(server->port());
  const Answer refused = client.ask(request("PATCH /things/1"));
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.field("allow"), "GET, HEAD, DELETE, OPTIONS");
  const Answer options = client.ask(request("OPTIONS /things/1"));
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.field("allow"), "GET, HEAD, DELETE, OPTIONS");
}

TEST(Server, head_answers_as_get_does_without_the_body) {
  const auto server = start_echo_server();
  RawClient client(server->port());
  const Answer head = client.ask(request("HEAD /"), false);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("content-length"), "5");
  EXPECT_EQ(client.ask(kGet).body, "hello");
}

TEST(Server, captures_and_parameters_reach_the_handler_decoded) {
  const auto server = start_echo_server();
  RawClient client(server->port());
  const Answer answer = client.ask(request("GET /things/a%2Fb%20c?q=1%2B1+x"));
  EXPECT_EQ(answer.field("x-seen-id"), "a/b c");
  EXPECT_EQ(answer.field("x-seen-q"), "1+1 x");
}

TEST(Server, a_value_with_line_breaks_cannot_add_header_fields) {
  const auto server = start_echo_server();
  const Answer answer = RawClient(server->port()).ask(request("GET /things/1?q=a%0d%0aX-Evil:%201"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("x-evil"), "");
}

TEST(Server, request_ids_are_echoed_when_well_formed_and_made_when_not) {
  const auto server = start_echo_server();
  RawClient client(server->port());
  EXPECT_EQ(client.ask(request("GET /", "X-Request-ID: abc-1.2_3\r\n")).field("x-request-id"), "abc-1.2_3");
  const std::string made = client.ask(request("GET /", "X-Request-ID: bad id\r\n")).field("x-request-id");
  EXPECT_EQ(made.size(), 32u);
  EXPECT_NE(client.ask(kGet).field("x-request-id"), made);
  EXPECT_EQ(client.ask(request("GET /", "X-Correlation-ID: c1\r\n")).field("x-correlation-id"), "c1");
  const Answer refused = client.ask(request("GET /nowhere", "X-Request-ID: r-9\r\n"));
  EXPECT_NE(refused.body.find("\"request_id\":\"r-9\""), std::string::npos) << refused.body;
}

TEST(Server, what_a_handler_throws_stays_inside) {
  const auto server = start_echo_server();
  RawClient client(server->port());
  const Answer answer = client.ask(request("GET /throws"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  EXPECT_EQ(client.ask(kGet).status, 200);
}

TEST(Server, answers_carry_what_patient_data_needs) {
  const auto server = start_echo_server();
  const Answer answer = RawClient(server->port()).ask(kGet);
  EXPECT_EQ(answer.field("cache-control"), "no-store");
  EXPECT_EQ(answer.field("x-content-type-options"), "nosniff");
  EXPECT_FALSE(answer.field("date").empty());
}

TEST(Server, http_1_0_gets_one_answer_and_needs_no_host) {
  const auto server = start_echo_server();
  RawClient client(server->port());
  EXPECT_EQ(client.ask("GET / HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(Server, connection_close_is_honoured) {
  const auto server = start_echo_server();
  RawClient client(server->port());
  const Answer answer = client.ask(request("GET /", "Connection: close\r\n"));
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(Server, expect_100_continue_is_met_only_when_the_body_is_wanted) {
  const auto server = start_echo_server();
  RawClient client(server->port());
  const std::string expect = "Expect: 100-continue\r\nContent-Type: application/json\r\n";
  EXPECT_EQ(client.ask(request("POST /echo", expect + "Content-Length: 4\r\n"), false).status, 100);
  EXPECT_EQ(client.ask("abcd").body, "abcd");
  EXPECT_EQ(client.ask(request("POST /echo", expect + "Content-Length: 4000\r\n")).status, 413);
}

TEST(SlowClient, is_told_408_when_its_head_takes_too_long) {
  const auto server = start_echo_server(quick());
  RawClient client(server->port());
  client.send("GET / HTTP/1.1\r\n");
  const auto began = std::chrono::steady_clock::now();
  std::atomic<bool> done = false;
  // A byte now and then must not renew the time.
  std::thread dripping([&] {
    while (!done && client.send("X")) std::this_thread::sleep_for(50ms);
  });
  EXPECT_EQ(client.read_answer().status, 408);
  done = true;
  dripping.join();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
}

TEST(SlowClient, is_told_408_when_its_body_takes_too_long) {
  const auto server = start_echo_server(quick());
  RawClient client(server->port());
  client.send(request("POST /echo", "Content-Type: application/json\r\nContent-Length: 4\r\n", "ab"));
  EXPECT_EQ(client.read_answer().status, 408);
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(SlowClient, is_closed_without_an_answer_when_it_sends_nothing) {
  const auto server = start_echo_server(quick());
  RawClient client(server->port());
  EXPECT_EQ(client.read_answer().status, 0);
}

TEST(SlowClient, that_does_not_read_its_answers_is_closed_and_stops_nobody) {
  const auto server = start_echo_server(quick());
  RawClient greedy(server->port());
  std::thread flood([&] {
    const std::string large = json_post("/large", 1 << 20);
    for (int i = 0; i < 50 && greedy.send(large); ++i) {
    }
  });
  RawClient other(server->port());
  EXPECT_EQ(other.ask(kGet).status, 200);
  flood.join();
  for (int i = 0; i < 100 && server->state().connections > 1; ++i) std::this_thread::sleep_for(30ms);
  EXPECT_LE(server->state().connections, 1);
}

TEST(ConnectionLimit, of_one_address_answers_429_and_recovers) {
  HttpLimits limits = quick();
  limits.idle_timeout = 10s;
  limits.connections_per_ip_max = 3;
  const auto server = start_echo_server(limits);
  {
    RawClient a(server->port()), b(server->port()), c(server->port());
    for (RawClient* client : {&a, &b, &c}) ASSERT_EQ(client->ask(kGet).status, 200);
    RawClient d(server->port());
    const Answer answer = d.read_answer();
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.field("retry-after"), "1");
  }
  for (int i = 0; i < 100 && server->state().connections > 0; ++i) std::this_thread::sleep_for(20ms);
  EXPECT_EQ(RawClient(server->port()).ask(kGet).status, 200);
}

TEST(ConnectionLimit, of_the_server_answers_503) {
  HttpLimits limits;
  limits.connections_max = 1;
  const auto server = start_echo_server(limits);
  RawClient a(server->port());
  ASSERT_EQ(a.ask(kGet).status, 200);
  RawClient b(server->port());
  EXPECT_EQ(b.read_answer().status, 503);
}

TEST(WaitingLane, does_not_hold_up_other_requests) {
  const auto server = start_echo_server();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 8; ++i) {
    slow.push_back(std::make_unique<RawClient>(server->port()));
    slow.back()->send(request("GET /slow"));
  }
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(RawClient(server->port()).ask(kGet).status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 300ms);
  for (auto& client : slow) EXPECT_EQ(client->read_answer().body, "slow");
}

TEST(WaitingLane, over_its_limit_answers_503_with_retry_after) {
  HttpLimits limits;
  limits.change_threads = 1;
  limits.changes_max = 2;
  const auto server = start_echo_server(limits);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(std::make_unique<RawClient>(server->port()));
    clients.back()->send(request("GET /slow"));
  }
  int served = 0;
  int refused = 0;
  for (auto& client : clients) {
    const Answer answer = client->read_answer();
    served += answer.status == 200;
    refused += answer.status == 503 && answer.field("retry-after") == "1";
  }
  EXPECT_EQ(served, 2);
  EXPECT_EQ(refused, 4);
}

TEST(GracefulStop, answers_what_is_in_flight_and_closes_what_is_idle) {
  const auto server = start_echo_server();
  RawClient idle(server->port());
  ASSERT_EQ(idle.ask(kGet).status, 200);
  RawClient busy(server->port());
  busy.send(request("GET /slow"));
  std::this_thread::sleep_for(100ms);
  auto stopped = std::async(std::launch::async, [&] { server->stop(5s); });
  EXPECT_TRUE(idle.closed_by_peer());
  const Answer answer = busy.read_answer();
  EXPECT_EQ(answer.body, "slow");
  EXPECT_EQ(answer.field("connection"), "close");
  ASSERT_EQ(stopped.wait_for(3s), std::future_status::ready);
  EXPECT_FALSE(RawClient(server->port()).connected());
}

TEST(GracefulStop, closes_after_its_grace_what_does_not_end) {
  const auto server = start_echo_server();
  RawClient half(server->port());
  half.send("POST /echo HTTP/1.1\r\nHost: a\r\n");
  std::this_thread::sleep_for(50ms);
  const auto began = std::chrono::steady_clock::now();
  server->stop(200ms);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
  EXPECT_EQ(half.read_answer().status, 0);
}

TEST(GracefulStop, under_load_loses_no_answer_it_began) {
  const auto server = start_echo_server();
  std::atomic<int> torn = 0;
  std::atomic<int> served = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      RawClient client(server->port());
      while (true) {
        const Answer answer = client.ask(kGet);
        if (answer.status == 0) return;
        served++;
        if (answer.body != "hello") torn++;
        if (answer.field("connection") == "close") return;
      }
    });
  }
  std::this_thread::sleep_for(150ms);
  server->stop(2s);
  for (auto& client : clients) client.join();
  EXPECT_EQ(torn, 0);
  EXPECT_GT(served, 100);
}

TEST(Listening, on_a_public_address_must_be_asked_for) {
  const auto render = [](Response& response, std::string_view, std::string_view id) {
    render_problem_json(response, id);
  };
  ServerOptions options;
  options.port = 0;
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1", "::ffff:192.0.2.1"}) {
    options.address = address;
    const auto server = Server::start(options, Router(test::echo_routes(), render), nullptr);
    ASSERT_FALSE(server) << address;
    EXPECT_EQ(server.error().code, ErrorCode::kInvalidInput);
    EXPECT_NE(server.error().message.find("TLS"), std::string::npos) << server.error().message;
  }
  options.address = "0.0.0.0";
  options.allow_public_address = true;
  EXPECT_TRUE(Server::start(options, Router(test::echo_routes(), render), nullptr).ok());
}

TEST(Listening, on_a_taken_port_or_a_name_is_a_clear_error) {
  const auto first = start_echo_server();
  const auto render = [](Response& response, std::string_view, std::string_view id) {
    render_problem_json(response, id);
  };
  ServerOptions options;
  options.port = first->port();
  const auto second = Server::start(options, Router(test::echo_routes(), render), nullptr);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kIo);
  EXPECT_NE(second.error().message.find(std::to_string(first->port())), std::string::npos);
  options.address = "index.example";
  EXPECT_EQ(Server::start(options, Router(test::echo_routes(), render), nullptr).error().code,
            ErrorCode::kInvalidInput);
  options.address = "localhost";  // the one name that is always this machine
  options.port = 0;
  EXPECT_TRUE(Server::start(options, Router(test::echo_routes(), render), nullptr).ok());
}

TEST(Observing, every_answer_is_reported_with_its_route) {
  std::mutex mutex;
  std::vector<std::string> seen;
  const auto server = start_echo_server({}, [&](const RequestFacts& facts) {
    const std::lock_guard lock(mutex);
    seen.push_back(std::string(facts.method) + " " + std::string(facts.route) + " " +
                   std::to_string(facts.status));
  });
  RawClient client(server->port());
  client.ask(request("GET /things/943"));
  client.ask(request("GET /nowhere"));
  client.ask("broken\r\n\r\n");
  server->stop(1s);
  EXPECT_EQ(seen, (std::vector<std::string>{"GET /things/{id} 200", "GET  404", "OTHER  400"}));
}

}  // namespace
}  // namespace gmpi::http
