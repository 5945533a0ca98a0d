// Any bytes either parse and survive printing unchanged, or are refused with a place inside them and a
// reason. The first byte chooses the limits.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "api/json/read.h"
#include "api/json/write.h"

namespace {

void require(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "fuzz_json: %s\n", claim);
  std::abort();
}

std::size_t depth_of(const gmpi::JsonValue& value) {
  std::size_t deepest = 0;
  for (const auto& item : value.items) deepest = std::max(deepest, depth_of(item));
  for (const auto& member : value.members) deepest = std::max(deepest, depth_of(member.value));
  return deepest + (value.is_array() || value.is_object() ? 1 : 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  gmpi::JsonLimits limits;
  if (data[0] % 2 == 0)
    limits = {.bytes_max = 200,
              .depth_max = 3,
              .values_max = 8,
              .object_members_max = 3,
              .string_bytes_max = 8,
              .number_bytes_max = 4};
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto parsed = gmpi::parse_json(text, limits);
  if (!parsed.value) {
    require(!parsed.fault.reason.empty(), "no reason");
    require(parsed.fault.offset <= text.size(), "the place lies outside");
    require(parsed.fault.pointer.size() <= 512, "a pointer without bound");
    return 0;
  }
  require(text.size() <= limits.bytes_max, "longer than allowed");
  require(depth_of(*parsed.value) <= limits.depth_max, "deeper than allowed");
  const std::string printed = gmpi::to_json(*parsed.value);
  const auto again = gmpi::parse_json(printed, {.bytes_max = 1 << 20});
  require(again.value.has_value(), "what was printed is refused");
  require(*again.value == *parsed.value, "another value after printing");
  require(gmpi::to_json(*again.value) == printed, "another print of the same value");
  return 0;
}
