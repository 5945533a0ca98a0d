// base/result.h - a value or the reason there is none.
//
// Errors that a caller can meet in normal use (bad input, a conflict, a full disk) travel as values; a broken
// promise inside our own code asserts. Exceptions of libraries are caught at the call that may throw and become
// an Error. Tested by tests/base/result_test.cc.
#pragma once

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gmpi {

/// What kind of failure, so that a caller can choose an answer; the message says the rest.
enum class ErrorCode {
  kInvalidInput,  // the caller's data are wrong; the message names field, line and reason
  kUnsupported,   // well formed, but outside what this build does
  kNotFound,      // no such record, person, file or key
  kConflict,      // the state moved on since the caller read it; nothing was written
  kContradiction,  // what was sent cannot stand beside what is held; nothing was written
  kLimit,         // a stated limit was reached; nothing was written
  kUnavailable,   // not now: starting, stopping, or a part that is needed is away
  kIo,            // the operating system refused a read or write
  kCorrupt,       // stored data fail a check
  kInternal,      // a library failed in a way that has no better name
};

/// Stable lower-case name of a code ("invalid_input"), for logs, metrics and problem documents.
std::string_view error_code_name(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;  // one sentence for a person; holds no patient data
};

inline Error make_error(ErrorCode code, std::string message) {
  return Error{code, std::move(message)};
}

/// Either a T or an Error.
///
///     Result<int> parsed = parse(text);
///     if (!parsed) return parsed.error();
///     use(*parsed);
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}       // NOLINT: implicit by design
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}   // NOLINT: implicit by design

  explicit operator bool() const { return state_.index() == 0; }
  bool ok() const { return state_.index() == 0; }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  T& value() {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  const Error& error() const {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// The outcome of an action that yields nothing: `Status done = store.flush(); if (!done) return done.error();`
struct Done {};
using Status = Result<Done>;

}  // namespace gmpi
