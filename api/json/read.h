// api/json/read.h - JSON from strangers: parsed without recursion, within limits, and strictly.
//
// RapidJSON's SAX reader does the lexing (iterative, UTF-8 checked); the handler here adds what its defaults
// let through: depth, counts, lengths, duplicate member names, U+0000, bytes after the document. RapidJSON's
// tree is not used: printing or destroying a deep one overflows the stack. Tested by tests/api/json_test.cc,
// fuzzed by tests/fuzz/fuzz_json.cc.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "api/json/value.h"
#include "base/result.h"

namespace gmpi {

struct JsonLimits {
  std::size_t bytes_max = 1 << 20;
  std::size_t depth_max = 64;
  std::size_t values_max = 50'000;         // in the whole document
  std::size_t object_members_max = 1'000;  // in one object
  std::size_t string_bytes_max = 64 * 1024;
  std::size_t number_bytes_max = 64;
};

struct JsonFault {
  std::size_t offset = 0;  // byte at or just after the fault
  std::string pointer;     // RFC 6901: the innermost value begun; "" is the whole document. At most 256 bytes
  std::string reason;
};

struct JsonParse {
  std::optional<JsonValue> value;
  JsonFault fault;  // when there is no value
};

/// One document, nothing before or after it but blanks. Pure. Cost: one pass, one allocation a value.
JsonParse parse_json(std::string_view text, const JsonLimits& limits);

/// "byte 17, at /name/0: reason", for error messages.
std::string describe(const JsonFault& fault);

/// Appends "/name" to a pointer, escaped as RFC 6901 asks.
void append_pointer(std::string& pointer, std::string_view name);

}  // namespace gmpi
