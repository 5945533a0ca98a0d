// base/sha256.h - SHA-256 (FIPS 180-4), in one go or in parts; the work is OpenSSL's.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gmpi {

using Sha256Digest = std::array<std::uint8_t, 32>;

/// Threads: external lock needed.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  void update(std::string_view bytes);
  Sha256Digest finish();  // once, last

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

Sha256Digest sha256(std::string_view bytes);
/// Lower-case, 64 characters.
std::string sha256_hex(std::string_view bytes);
std::string hex(const Sha256Digest& digest);
/// Of a file's bytes, streamed. Errors: kIo.
Result<std::string> sha256_hex_of_file(const std::string& path);

}  // namespace gmpi
