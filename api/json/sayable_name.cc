#include "api/json/sayable_name.h"

#include <algorithm>

#include "base/nearest_name.h"

namespace gmpi {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_identifier(std::string_view name) {
  return !name.empty() && !is_digit(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
  });
}

}  // namespace

std::string sayable_name(std::string_view name, std::span<const std::string> known) {
  const bool ours = std::find(known.begin(), known.end(), name) != known.end();
  const bool said = ours || (is_identifier(name) && !nearest_name(name, known).empty());
  return std::string(said ? name : kUnsayable);
}

std::string sayable_pointer(std::string_view pointer, std::span<const std::string> known) {
  std::string out;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);  // the slash
    const std::string_view part = pointer.substr(0, pointer.find('/'));
    const bool index = !part.empty() && part.size() <= 6 && std::all_of(part.begin(), part.end(), is_digit);
    out += '/';
    out += index ? std::string(part) : sayable_name(part, known);
    pointer.remove_prefix(part.size());
  }
  return out;
}

std::string describe(const JsonFault& fault, std::span<const std::string> known) {
  return describe(JsonFault{fault.offset, sayable_pointer(fault.pointer, known), fault.reason});
}

}  // namespace gmpi
