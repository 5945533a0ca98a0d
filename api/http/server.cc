#include "api/http/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <condition_variable>
#include <ctime>
#include <list>
#include <map>
#include <mutex>
#include <thread>
#include <typeinfo>

#include "api/http/problem.h"
#include "base/log.h"
#include "base/random.h"

namespace gmpi::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr SteadyClock::time_point kNever = SteadyClock::time_point::max();

struct Worker;

// One connection; lives on its worker's thread only.
struct Connection {
  Connection(tcp::socket accepted, Worker& owner) : socket(std::move(accepted)), worker(owner) {}

  tcp::socket socket;
  Worker& worker;
  std::string address;
  beast::flat_buffer buffer;
  SteadyClock::time_point deadline = kNever;
  bool timed_out = false;
  bool idle = true;  // no byte of a request has arrived yet
};

struct Worker {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  asio::steady_timer sweeper{context};
  std::list<Connection*> connections;  // of this thread
  std::uint64_t next_id = 0;           // of request ids
  std::time_t date_second = 0;
  std::string date;
  std::thread thread;
};

// Threads for handlers that may wait, and how many requests they have.
struct WaitingLane {
  WaitingLane(int threads, int requests_max) : pool(static_cast<std::size_t>(threads)), limit(requests_max) {}

  asio::thread_pool pool;
  const int limit;
  std::atomic<int> requests{0};
};

// A body read whole, or why not; `close` drops the connection without an answer.
struct BodyOutcome {
  std::string body;
  std::optional<Problem> problem;
  bool close = false;
};

std::string format_date(std::time_t now) {
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[64];
  const std::size_t length = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return std::string(text, length);
}

std::string_view buffered(const beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

// An IP address, or the one name that needs no resolver (RFC 6761 6.3).
asio::ip::address address_of(const std::string& text, error_code& error) {
  if (text == "localhost") return asio::ip::address_v4::loopback();
  return asio::ip::make_address(text, error);
}

bool is_loopback(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
  return address.is_loopback();
}

// The two readers must agree on what was sent.
bool agrees(const bhttp::request_parser<bhttp::string_body>& parser, const RequestHead& head) {
  const auto& message = parser.get();
  if (message.method_string() != head.method || message.target() != head.target) return false;
  if (message.version() != 10u + static_cast<unsigned>(head.minor_version)) return false;
  if (parser.chunked() != (head.framing == BodyFraming::kChunked)) return false;
  const auto length = parser.content_length();
  return head.framing != BodyFraming::kLength || (length && *length == head.content_length);
}

// What went wrong inside, for the operator; nothing when nothing did.
std::optional<ErrorCode> log_fault(const Response& response, std::string_view method, std::string_view route,
                                   std::string_view request_id) {
  if (!response.problem || !response.problem->cause) return std::nullopt;
  const Error& cause = *response.problem->cause;
  log::error("request {} ({} {}) failed: {}: {}", request_id, method, route, error_code_name(cause.code),
             cause.message);
  return cause.code;
}

class BeastServer final : public Server {
 public:
  BeastServer(ServerOptions options, Router router, Observe observe)
      : options_(std::move(options)),
        router_(std::move(router)),
        observe_(std::move(observe)),
        reads_(options_.limits.read_threads, options_.limits.reads_max),
        changes_(options_.limits.change_threads, options_.limits.changes_max),
        operations_(options_.limits.operation_threads, options_.limits.operations_max) {}
  ~BeastServer() override { stop(std::chrono::milliseconds(0)); }

  Status open();
  std::uint16_t port() const override { return port_; }
  ServerState state() const override {
    return {connections_.load(), reads_.requests.load(), changes_.requests.load()};
  }
  void stop(std::chrono::milliseconds grace) override;

 private:
  struct Admission {
    bool admitted = false;
    std::string_view refusal;  // problem code
  };

  Status bind(const asio::ip::address& address);
  void run_workers();
  asio::awaitable<void> accept_all();
  asio::awaitable<void> serve(std::shared_ptr<Connection> connection);
  asio::awaitable<void> refuse(std::shared_ptr<Connection> connection, std::string_view code);
  asio::awaitable<bool> serve_one(Connection& connection);
  asio::awaitable<std::optional<std::variant<RequestHead, Problem>>> receive_head(Connection& connection);
  asio::awaitable<BodyOutcome> receive_body(Connection& connection, const RequestHead& head,
                                            const Route& route);
  asio::awaitable<Response> run_handler(const Route& route, const Request& request);
  asio::awaitable<bool> send(Connection& connection, const Response& response, bool head_only,
                             bool keep_alive);
  asio::awaitable<void> linger(Connection& connection);
  asio::awaitable<void> sweep(Worker& worker);
  Response call(const Route& route, const Request& request) const;
  Admission admit(const std::string& address);
  void release(const std::string& address);
  void set_deadline(Connection& connection, std::chrono::milliseconds after) const;
  std::string head_bytes(Worker& worker, const Response& response, bool keep_alive) const;
  std::string request_id_for(Worker& worker, const Fields& fields) const;
  void close_connections(bool all);

  ServerOptions options_;
  Router router_;
  Observe observe_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<tcp::acceptor> acceptor_;
  std::uint16_t port_ = 0;
  WaitingLane reads_;
  WaitingLane changes_;
  WaitingLane operations_;
  std::atomic<int> connections_{0};
  std::atomic<int> refusals_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // guards by_address_ and the waiting of stop()
  std::map<std::string, int> by_address_;
  std::condition_variable none_left_;
  std::mutex stop_mutex_;
  bool stopped_ = false;
};

Status BeastServer::open() {
  if (Status allowed = check_listen_address(options_.address, options_.allow_public_address); !allowed)
    return allowed;
  error_code no_address;
  const auto address = address_of(options_.address, no_address);
  const int threads = options_.threads > 0
                          ? options_.threads
                          : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  for (int i = 0; i < threads; ++i) workers_.push_back(std::make_unique<Worker>());
  for (auto& worker : workers_)
    worker->next_id = mix64(options_.seed ^ mix64(static_cast<std::uint64_t>(&worker - workers_.data())));
  if (Status bound = bind(address); !bound) return bound;
  run_workers();
  return Done{};
}

Status BeastServer::bind(const asio::ip::address& address) {
  const auto failed = [this](const error_code& why) {
    return make_error(ErrorCode::kIo, fmt::format("cannot listen on {} port {}: {}", options_.address,
                                                  options_.port, why.message()));
  };
  error_code error;
  acceptor_ = std::make_unique<tcp::acceptor>(workers_.front()->context);
  const tcp::endpoint endpoint(address, options_.port);
  if (acceptor_->open(endpoint.protocol(), error); error) return failed(error);
  if (acceptor_->set_option(tcp::acceptor::reuse_address(true), error); error) return failed(error);
  if (acceptor_->bind(endpoint, error); error) return failed(error);
  if (acceptor_->listen(asio::socket_base::max_listen_connections, error); error) return failed(error);
  port_ = acceptor_->local_endpoint(error).port();
  if (error) return failed(error);
  return Done{};
}

void BeastServer::run_workers() {
  asio::co_spawn(workers_.front()->context, accept_all(), asio::detached);
  for (auto& worker : workers_) {
    asio::co_spawn(worker->context, sweep(*worker), asio::detached);
    worker->thread = std::thread([context = &worker->context] { context->run(); });
  }
}

asio::awaitable<void> BeastServer::accept_all() {
  asio::steady_timer pause(workers_.front()->context);
  std::size_t next = 0;
  while (!stopping_) {
    Worker& worker = *workers_[next++ % workers_.size()];
    auto [error, socket] = co_await acceptor_->async_accept(worker.context, kAwait);
    if (stopping_) co_return;
    if (error) {
      // Most often out of file descriptors: wait for some to come back instead of spinning.
      pause.expires_after(std::chrono::milliseconds(50));
      co_await pause.async_wait(kAwait);
      continue;
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto connection = std::make_shared<Connection>(std::move(socket), worker);
    connection->address = connection->socket.remote_endpoint(ignored).address().to_string();
    connection->buffer.max_size(options_.limits.read_ahead_bytes_max);
    const Admission admission = admit(connection->address);
    if (admission.admitted)
      asio::co_spawn(worker.context, serve(std::move(connection)), asio::detached);
    else if (refusals_.fetch_add(1) < options_.limits.refusals_max)
      asio::co_spawn(worker.context, refuse(std::move(connection), admission.refusal), asio::detached);
    else
      refusals_.fetch_sub(1);
  }
}

BeastServer::Admission BeastServer::admit(const std::string& address) {
  if (connections_.load() >= options_.limits.connections_max) return {false, "unavailable"};
  const std::lock_guard lock(mutex_);
  int& of_address = by_address_[address];
  if (of_address >= options_.limits.connections_per_ip_max) return {false, "too_many_connections"};
  ++of_address;
  connections_.fetch_add(1);
  return {true, {}};
}

void BeastServer::release(const std::string& address) {
  const std::lock_guard lock(mutex_);
  const auto found = by_address_.find(address);
  if (found != by_address_.end() && --found->second == 0) by_address_.erase(found);
  if (connections_.fetch_sub(1) == 1) none_left_.notify_all();
}

void BeastServer::set_deadline(Connection& connection, std::chrono::milliseconds after) const {
  connection.timed_out = false;
  connection.deadline = SteadyClock::now() + after;
}

// Cancels what has run out of time. The cancel is repeated at each sweep until the coroutine sets a new
// deadline, so one that lands between two operations is not lost.
asio::awaitable<void> BeastServer::sweep(Worker& worker) {
  while (true) {
    worker.sweeper.expires_after(options_.limits.sweep_every);
    co_await worker.sweeper.async_wait(kAwait);
    if (worker.context.stopped()) co_return;
    const auto now = SteadyClock::now();
    for (Connection* connection : worker.connections) {
      if (connection->deadline > now) continue;
      connection->timed_out = true;
      error_code ignored;
      connection->socket.cancel(ignored);
    }
  }
}

asio::awaitable<void> BeastServer::serve(std::shared_ptr<Connection> connection) {
  Worker& worker = connection->worker;
  const auto place = worker.connections.insert(worker.connections.end(), connection.get());
  bool go_on = !stopping_;
  while (go_on) go_on = co_await serve_one(*connection);
  worker.connections.erase(place);
  error_code ignored;
  connection->socket.close(ignored);
  release(connection->address);
}

asio::awaitable<void> BeastServer::refuse(std::shared_ptr<Connection> connection, std::string_view code) {
  Worker& worker = connection->worker;
  const auto place = worker.connections.insert(worker.connections.end(), connection.get());
  connection->idle = false;
  Problem problem = make_problem(code, "the limit of connections is reached");
  problem.retry_after_s = options_.limits.retry_after_s;
  Response response(std::move(problem));
  router_.render(response, "/", "");
  co_await send(*connection, response, false, false);
  co_await linger(*connection);
  worker.connections.erase(place);
  refusals_.fetch_sub(1);
}

// One request and its answer. False: the connection ends.
asio::awaitable<bool> BeastServer::serve_one(Connection& connection) {
  Worker& worker = connection.worker;
  auto received = co_await receive_head(connection);
  if (!received) co_return false;

  const auto started = SteadyClock::now();
  Request request;
  Response response;
  Router::Plan plan;
  std::string_view method = "OTHER";
  bool keep_alive = false;
  if (const auto* refused = std::get_if<Problem>(&*received)) {
    request.request_id = request_id_for(worker, {});
    response = Response(*refused);
  } else {
    RequestHead& head = std::get<RequestHead>(*received);
    keep_alive = head.keep_alive;
    request.request_id = request_id_for(worker, head.fields);
    request.path = head.path;
    auto planned = router_.plan(head, options_.limits);
    if (const auto known = method_from_name(head.method)) {
      request.method = *known;
      method = method_name(*known);
    }
    if (auto* problem = std::get_if<Problem>(&planned)) {
      response = Response(std::move(*problem));
      connection.buffer.consume(head.bytes);
      // Its body is not read: what follows in the stream is not a request.
      if (head.framing != BodyFraming::kNone) keep_alive = false;
    } else {
      plan = std::move(std::get<Router::Plan>(planned));
      BodyOutcome outcome;
      const Route empty;
      outcome = co_await receive_body(connection, head, plan.route ? *plan.route : empty);
      if (outcome.close) co_return false;
      if (outcome.problem) {
        response = Response(std::move(*outcome.problem));
        keep_alive = false;
      } else if (!plan.route) {
        response = std::move(plan.answer);
      } else {
        request.parameters = std::move(plan.parameters);
        request.path_values = std::move(plan.path_values);
        request.host = head.host;
        request.fields = std::move(head.fields);
        request.body = std::move(outcome.body);
        request.client_address = connection.address;
        response = co_await run_handler(*plan.route, request);
      }
    }
    const std::string_view correlation = find_field(request.fields, "x-correlation-id");
    if (is_valid_request_id(correlation)) response.fields.emplace_back("X-Correlation-ID", correlation);
  }
  router_.render(response, request.path, request.request_id);
  response.fields.emplace_back("X-Request-ID", request.request_id);
  const std::string_view route = plan.route ? std::string_view(plan.route->pattern) : std::string_view();
  const auto fault = log_fault(response, method, route, request.request_id);
  if (stopping_) keep_alive = false;
  const bool sent = co_await send(connection, response, request.method == Method::kHead, keep_alive);
  if (observe_) {
    const std::chrono::duration<double> took = SteadyClock::now() - started;
    observe_({route, method, response.status, took.count(), fault});
  }
  if (!sent) co_return false;
  if (!keep_alive) co_await linger(connection);
  co_return keep_alive;
}

// Null: the client went away, stayed silent or we stop.
asio::awaitable<std::optional<std::variant<RequestHead, Problem>>> BeastServer::receive_head(
    Connection& connection) {
  using Outcome = std::variant<RequestHead, Problem>;
  const HttpLimits& limits = options_.limits;
  connection.idle = connection.buffer.size() == 0;
  set_deadline(connection, connection.idle ? limits.idle_timeout : limits.header_timeout);
  if (connection.idle && stopping_) co_return std::nullopt;
  while (true) {
    HeadProgress progress;
    if (!connection.idle) progress = find_head_end(buffered(connection.buffer), limits);
    if (progress.state == HeadProgress::State::kRefused) co_return Outcome(std::move(progress.refusal));
    if (progress.state == HeadProgress::State::kComplete) {
      co_return read_head(buffered(connection.buffer).substr(0, progress.head_bytes), limits);
    }
    const std::size_t room = limits.read_ahead_bytes_max - connection.buffer.size();
    auto space = connection.buffer.prepare(std::min<std::size_t>(room, 4096));
    const auto [error, bytes] = co_await connection.socket.async_read_some(space, kAwait);
    connection.buffer.commit(bytes);
    if (error) {
      if (connection.timed_out && !connection.idle)
        co_return Outcome(make_problem("request_timeout", "the request head did not arrive in time"));
      co_return std::nullopt;
    }
    if (connection.idle) {
      connection.idle = false;
      set_deadline(connection, limits.header_timeout);
    }
  }
}

asio::awaitable<BodyOutcome> BeastServer::receive_body(Connection& connection, const RequestHead& head,
                                                       const Route& route) {
  const HttpLimits& limits = options_.limits;
  BodyOutcome outcome;
  bhttp::request_parser<bhttp::string_body> parser;
  parser.eager(true);
  // Both before the first byte is parsed. The gate has measured the head; Beast counts it a little
  // differently.
  parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes_max * 2));
  parser.body_limit(static_cast<std::uint64_t>(route.body_bytes_max));
  auto on_chunk = [&limits](std::uint64_t, beast::string_view extensions, error_code& error) {
    if (extensions.size() > limits.chunk_extension_bytes_max) error = bhttp::error::bad_chunk_extension;
  };
  parser.on_chunk_header(on_chunk);
  set_deadline(connection, limits.body_timeout);

  error_code error;
  const std::size_t consumed = parser.put(connection.buffer.data(), error);
  connection.buffer.consume(consumed);
  if (error == bhttp::error::need_more) error = {};
  const bool head_read = parser.is_header_done();
  if (!error && (!head_read || !agrees(parser, head))) {
    outcome.problem = make_problem("bad_request", "the request head can be read in two ways");
    co_return outcome;
  }
  if (!error && !parser.is_done()) {
    if (head.expects_continue && connection.buffer.size() == 0) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      const auto [write_error, bytes] =
          co_await asio::async_write(connection.socket, asio::buffer(kContinue), kAwait);
      if (write_error) outcome.close = true;
      if (outcome.close) co_return outcome;
    }
    const auto [read_error, bytes] =
        co_await bhttp::async_read(connection.socket, connection.buffer, parser, kAwait);
    error = read_error;
  }
  if (error == bhttp::error::body_limit) {
    outcome.problem = make_problem(
        "body_too_large", fmt::format("this route reads at most {} bytes of body", route.body_bytes_max));
  } else if (connection.timed_out) {
    outcome.problem = make_problem("request_timeout", "the request body did not arrive in time");
  } else if (error.category() == bhttp::make_error_code(bhttp::error::bad_chunk).category() &&
             error != bhttp::error::partial_message && error != bhttp::error::end_of_stream) {
    outcome.problem = make_problem("bad_request", "the request body is framed wrongly");
  } else if (error) {
    outcome.close = true;
  } else if (std::distance(parser.get().begin(), parser.get().end()) != std::ssize(head.fields)) {
    outcome.problem = make_problem("bad_request", "trailer fields are refused");
  } else {
    outcome.body = std::move(parser.get().body());
  }
  co_return outcome;
}

Response BeastServer::call(const Route& route, const Request& request) const {
  try {
    return route.handler(request);
  } catch (const std::exception& thrown) {
    // What a library wrote into the exception may quote the request: only its kind is passed on.
    Problem problem = make_problem("internal", "the request failed inside the server");
    problem.cause = make_error(ErrorCode::kInternal, std::string("an exception of type ") + typeid(thrown).name());
    return problem;
  }
}

asio::awaitable<Response> BeastServer::run_handler(const Route& route, const Request& request) {
  if (route.lane == Lane::kConnection) co_return call(route, request);
  WaitingLane& lane = route.lane == Lane::kRead     ? reads_
                      : route.lane == Lane::kChange ? changes_
                                                    : operations_;
  if (lane.requests.fetch_add(1) >= lane.limit) {
    lane.requests.fetch_sub(1);
    Problem problem = make_problem("unavailable", "too many requests are waiting for the store");
    problem.retry_after_s = options_.limits.retry_after_s;
    co_return problem;
  }
  // No deadline while the handler runs: a change that was begun is finished and answered.
  auto work = [this, &route, &request]() -> asio::awaitable<Response> { co_return call(route, request); };
  Response response = co_await asio::co_spawn(lane.pool.get_executor(), std::move(work), asio::use_awaitable);
  lane.requests.fetch_sub(1);
  co_return response;
}

std::string BeastServer::request_id_for(Worker& worker, const Fields& fields) const {
  const std::string_view sent = find_field(fields, "x-request-id");
  if (is_valid_request_id(sent)) return std::string(sent);
  worker.next_id = mix64(worker.next_id);
  return fmt::format("{:016x}{:016x}", worker.next_id, mix64(worker.next_id ^ options_.seed));
}

std::string BeastServer::head_bytes(Worker& worker, const Response& response, bool keep_alive) const {
  const std::time_t now = std::time(nullptr);
  if (now != worker.date_second) {
    worker.date_second = now;
    worker.date = format_date(now);
  }
  std::string out = fmt::format(
      "HTTP/1.1 {} {}\r\nServer: gmpi\r\nDate: {}\r\n", response.status,
      std::string_view(bhttp::obsolete_reason(bhttp::int_to_status(static_cast<unsigned>(response.status)))),
      worker.date);
  const auto append = [&out](std::string_view name, std::string_view value) {
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return;
    out.append(name).append(": ").append(value).append("\r\n");
  };
  if (!response.content_type.empty()) append("Content-Type", response.content_type);
  if (response.status != 204 && response.status != 304)
    append("Content-Length", std::to_string(response.body.size()));
  append("Cache-Control", "no-store");
  append("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.fields) append(name, value);
  if (response.problem && response.problem->retry_after_s > 0)
    append("Retry-After", std::to_string(response.problem->retry_after_s));
  if (response.problem && !response.problem->allow.empty()) append("Allow", response.problem->allow);
  append("Connection", keep_alive ? "keep-alive" : "close");
  return out + "\r\n";
}

asio::awaitable<bool> BeastServer::send(Connection& connection, const Response& response, bool head_only,
                                        bool keep_alive) {
  set_deadline(connection, options_.limits.write_timeout);
  std::string head = head_bytes(connection.worker, response, keep_alive);
  const bool has_body = !head_only && response.status != 204 && response.status != 304;
  const std::array<asio::const_buffer, 2> buffers = {
      asio::buffer(head), has_body ? asio::buffer(response.body) : asio::const_buffer()};
  const auto [error, bytes] = co_await asio::async_write(connection.socket, buffers, kAwait);
  co_return !error;
}

// Closing while bytes of the client are unread makes the system send a reset, which may overtake the answer.
asio::awaitable<void> BeastServer::linger(Connection& connection) {
  error_code error;
  connection.socket.shutdown(tcp::socket::shutdown_send, error);
  set_deadline(connection, options_.limits.linger_timeout);
  connection.buffer.clear();
  std::size_t total = 0;
  while (!error && !connection.timed_out && total < options_.limits.linger_bytes_max) {
    const auto [read_error, bytes] =
        co_await connection.socket.async_read_some(connection.buffer.prepare(8192), kAwait);
    total += bytes;
    error = read_error;
  }
}

void BeastServer::close_connections(bool all) {
  for (auto& worker : workers_) {
    asio::post(worker->context, [owner = worker.get(), all] {
      for (Connection* connection : owner->connections) {
        error_code ignored;
        if (all)
          connection->socket.close(ignored);
        else if (connection->idle)
          connection->socket.cancel(ignored);
      }
    });
  }
}

void BeastServer::stop(std::chrono::milliseconds grace) {
  const std::lock_guard one_at_a_time(stop_mutex_);
  if (stopped_ || workers_.empty()) return;
  stopped_ = true;
  stopping_ = true;
  asio::post(workers_.front()->context, [this] {
    error_code ignored;
    acceptor_->close(ignored);
  });
  close_connections(false);
  {
    std::unique_lock lock(mutex_);
    none_left_.wait_for(lock, grace, [this] { return connections_.load() == 0; });
  }
  close_connections(true);
  reads_.pool.join();
  changes_.pool.join();
  operations_.pool.join();
  {
    // Coroutines unwind now that their sockets are closed; this takes as long as a running handler.
    std::unique_lock lock(mutex_);
    none_left_.wait_for(lock, std::chrono::seconds(10), [this] { return connections_.load() == 0; });
  }
  for (auto& worker : workers_) worker->context.stop();
  for (auto& worker : workers_)
    if (worker->thread.joinable()) worker->thread.join();
}

}  // namespace

Status check_listen_address(const std::string& text, bool allow_public) {
  error_code error;
  const auto address = address_of(text, error);
  if (error) return make_error(ErrorCode::kInvalidInput, "listen address '" + text + "' is not an IP address, nor localhost");
  if (is_loopback(address) || allow_public) return Done{};
  return make_error(ErrorCode::kInvalidInput,
                    "refusing to listen on " + text +
                        ": there is no TLS or authentication, so only loopback is served unless allowed explicitly");
}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Router router, Observe observe) {
  try {
    auto server = std::make_unique<BeastServer>(std::move(options), std::move(router), std::move(observe));
    if (Status opened = server->open(); !opened) return opened.error();
    return std::unique_ptr<Server>(std::move(server));
  } catch (const std::exception& error) {
    return make_error(ErrorCode::kIo, std::string("cannot start the server: ") + error.what());
  }
}

}  // namespace gmpi::http
