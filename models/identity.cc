#include "models/identity.h"

#include <array>
#include <cassert>
#include <cstdio>

namespace gmpi {

namespace {

constexpr int kDigits = 10;

/// ISO 7064 MOD 11-10: finds every single wrong digit and nearly every swap of neighbours.
int check_digit(std::string_view digits) {
  int product = 10;
  for (const char c : digits) {
    int sum = (c - '0' + product) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
  }
  return (11 - product) % 10;
}

}  // namespace

std::string to_string(EnterpriseId id) {
  assert(id);  // "none" has no written form
  std::array<char, 24> digits{};
  std::snprintf(digits.data(), digits.size(), "%0*llu", kDigits, static_cast<unsigned long long>(id.value));
  std::string text = digits.data();
  return "GM" + text + static_cast<char>('0' + check_digit(text));
}

std::optional<EnterpriseId> parse_enterprise_id(std::string_view text) {
  if (text.size() != 2 + kDigits + 1 || !text.starts_with("GM")) return std::nullopt;
  EnterpriseId id;
  for (const char c : text.substr(2)) {
    if (c < '0' || c > '9') return std::nullopt;
    id.value = id.value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  id.value /= 10;
  if (!id || to_string(id) != text) return std::nullopt;
  return id;
}

}  // namespace gmpi
