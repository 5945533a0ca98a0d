#include "base/sha256.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <vector>

namespace gmpi {

struct Sha256::Context {
  Context() : digest(EVP_MD_CTX_new()) {
    // SHA-256 is in every OpenSSL 3 provider set; only a lack of memory can stop it.
    if (digest == nullptr || EVP_DigestInit_ex(digest, EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(digest); }

  EVP_MD_CTX* digest;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(context_->digest, bytes.data(), bytes.size());
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest = {};
  EVP_DigestFinal_ex(context_->digest, digest.data(), nullptr);
  return digest;
}

Sha256Digest sha256(std::string_view bytes) {
  Sha256 sum;
  sum.update(bytes);
  return sum.finish();
}

std::string hex(const Sha256Digest& digest) {
  std::string out;
  for (const std::uint8_t byte : digest) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

std::string sha256_hex(std::string_view bytes) {
  return hex(sha256(bytes));
}

Result<std::string> sha256_hex_of_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return make_error(ErrorCode::kIo, fmt::format("{}: {}", path, std::strerror(errno)));
  Sha256 sum;
  std::vector<char> block(256 << 10);
  ssize_t got = 0;
  while ((got = ::read(fd, block.data(), block.size())) > 0) {
    sum.update({block.data(), static_cast<std::size_t>(got)});
  }
  const int why = errno;
  ::close(fd);
  if (got < 0) return make_error(ErrorCode::kIo, fmt::format("{}: {}", path, std::strerror(why)));
  return hex(sum.finish());
}

}  // namespace gmpi
