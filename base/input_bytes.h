// base/input_bytes.h - the bytes of a file, a pipe or standard input, unpacked when they are gzip; read once, forward.
//
// peek() looks at what comes next without taking it: a format can be told from its first bytes where nothing can be
// read twice. Tested by tests/base/input_bytes_test.cc and, with what they make of it, csv_test.cc and lines_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gmpi {

/// Threads: external lock needed. Memory: zlib's buffers (about 1 MiB) and what was peeked at.
class InputBytes {
 public:
  /// `path` "-" is standard input. Errors: kNotFound, kIo (the system's reason; a directory is one).
  static Result<InputBytes> open(const std::string& path);
  InputBytes(InputBytes&&) noexcept;
  InputBytes& operator=(InputBytes&&) noexcept;
  ~InputBytes();

  /// Up to `bytes`; 0 is the end. Errors: kIo, kCorrupt (a damaged or cut off gzip stream); what came before the
  /// damage is given out first.
  Result<std::size_t> read(char* to, std::size_t bytes);
  /// The next `bytes`, or all there are when fewer are left. The view holds until the next call. Errors: as read().
  Result<std::string_view> peek(std::size_t bytes);

  const std::string& name() const;   // the path, or "standard input"
  std::uint64_t size() const;        // of a regular file as stored; 0: unknown
  std::uint64_t taken() const;       // bytes taken from the file as stored

 private:
  struct Impl;
  explicit InputBytes(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gmpi
