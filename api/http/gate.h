// api/http/gate.h - what a request head must be before any other code reads it.
//
// Beast 1.81 accepts heads that two servers in a row may read differently (equal Content-Lengths, unknown
// transfer codings, folded lines, no Host or two): request smuggling. The gate reads the raw bytes, strictly,
// and refuses those; what it lets through Beast parses again, and the two must agree on method, target and
// length. Not for: routing, media types, bodies. Pure: any thread. Tested by tests/api/gate_test.cc over real
// sockets, fuzzed by tests/fuzz/fuzz_http_gate.cc.
//
// Source: RFC 9110, RFC 9112 (sections 2.2, 3, 5, 6); docs/api.md lists each refusal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "api/http/limits.h"
#include "api/http/message.h"

namespace gmpi::http {

enum class BodyFraming { kNone, kLength, kChunked };

struct RequestHead {
  std::size_t bytes = 0;  // as received, with the empty line
  std::string method;     // a token, perhaps unknown
  std::string target;     // as sent
  std::string path;       // of the target, starts with '/' or is "*"; still percent-encoded
  std::string query;      // after '?', still encoded
  std::string host;
  int minor_version = 1;  // HTTP/1.0 or HTTP/1.1
  BodyFraming framing = BodyFraming::kNone;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;
  Fields fields;
};

/// How far the head has arrived.
struct HeadProgress {
  enum class State { kIncomplete, kComplete, kRefused } state = State::kIncomplete;
  std::size_t head_bytes = 0;  // kComplete: length of the head with its empty line
  Problem refusal;             // kRefused
};

/// Looks for the end of the head in what has been received so far. Refuses at once what more bytes cannot
/// heal: a line feed without carriage return, a carriage return without line feed, NUL, a head over the
/// limit.
HeadProgress find_head_end(std::string_view received, const HttpLimits& limits);

/// Reads one whole head (`find_head_end` said kComplete). A Problem means: answer it and close the
/// connection, because the bytes that follow cannot be trusted to be a request.
std::variant<RequestHead, Problem> read_head(std::string_view head, const HttpLimits& limits);

/// Splits "a=1&b=2" and decodes percent signs and '+'. Null: bad escape, NUL, invalid UTF-8 or too many.
std::optional<Fields> read_query(std::string_view query, const HttpLimits& limits);

/// Decodes one path segment, once. Null: bad escape, control character or invalid UTF-8.
std::optional<std::string> decode_path_segment(std::string_view segment);

/// True for 1 to 64 of [A-Za-z0-9._-]: what X-Request-ID and X-Correlation-ID may hold.
bool is_valid_request_id(std::string_view text);

}  // namespace gmpi::http
