// api/http/message.h - a request and a response as plain values: what handlers see, without sockets or Beast.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace gmpi::http {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };

std::string_view method_name(Method method);
/// Exact, case-sensitive. Null for a method this server does not know.
std::optional<Method> method_from_name(std::string_view name);

/// Names are lower case; order and repeats are as sent.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// First value of `name` (lower case), or empty.
std::string_view find_field(const Fields& fields, std::string_view name);

struct Request {
  Method method = Method::kGet;
  std::string path;    // as sent, without query; for links, never for look-up
  Fields parameters;   // of the query, decoded, in order
  Fields path_values;  // of the route's template, decoded: {"source", "gp"}, {"local_id", "42"}
  Fields fields;
  std::string body;
  std::string request_id;  // the client's if it was well formed, else made here
  std::string host;        // checked by the gate: a host with an optional port
  std::string client_address;

  std::string_view field(std::string_view name) const { return find_field(fields, name); }
  std::string_view path_value(std::string_view name) const { return find_field(path_values, name); }
  /// First value of a query parameter, null when it was not sent.
  const std::string* parameter(std::string_view name) const;
};

/// One fault inside a request body.
struct FieldFault {
  std::string pointer;  // RFC 6901 for JSON ("/dob"), a FHIRPath on FHIR routes ("Patient.birthDate")
  std::string code;     // issue type of FHIR ("structure", "value", "required", ...)
  std::string detail;   // for a person; names the rule, never repeats the value
};

/// Why a request is not served. Rendered as problem+json or OperationOutcome by the door it came through.
struct Problem {
  int status = 500;
  std::string code;    // a row of api/http/problem.h's table
  std::string detail;  // what to do about it; holds no patient data
  std::vector<FieldFault> faults;
  int retry_after_s = 0;
  std::string allow;           // the Allow field of a 405
  std::optional<Error> cause;  // what went wrong inside, for our log and metrics; never rendered
};

struct Response {
  int status = 200;
  std::string content_type;  // empty: no body
  Fields fields;             // further fields; values hold no CR, LF or NUL
  std::string body;
  std::optional<Problem> problem;  // set: status and body are made from it

  Response() = default;
  Response(Problem why) : status(why.status), problem(std::move(why)) {}  // NOLINT: implicit by design
  Response(int code, std::string type, std::string bytes)
      : status(code), content_type(std::move(type)), body(std::move(bytes)) {}
};

}  // namespace gmpi::http
