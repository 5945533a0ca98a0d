#include "api/fhir/resource_id.h"

#include <algorithm>

#include "api/records/flat_json.h"

namespace gmpi::fhir {
namespace {

constexpr std::size_t kIdBytesMax = 64;
constexpr std::string_view kHex = "0123456789ABCDEF";

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void append_byte(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += ".-";
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

// In the source every point is written as an escape; in the local id only one that would begin an escape, and
// a leading '-', which the parting point would turn into one.
std::string encode(std::string_view text, bool points_are_plain) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool plain_point = c == '.' && points_are_plain && (i + 1 == text.size() || text[i + 1] != '-');
    const bool plain_hyphen = c == '-' && (i > 0 || !points_are_plain);
    if (is_alnum(c) || plain_point || plain_hyphen)
      out += c;
    else
      append_byte(out, c);
  }
  return out;
}

std::optional<std::string> decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) != ".-") {
      out += text[i];
      continue;
    }
    if (i + 4 > text.size()) return std::nullopt;
    const std::size_t high = kHex.find(text[i + 2]);
    const std::size_t low = kHex.find(text[i + 3]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 3;
  }
  return out;
}

// The first point that does not begin an escape.
std::size_t parting_point(std::string_view id) {
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (id[i] == '.' && (i + 1 == id.size() || id[i + 1] != '-')) return i;
  }
  return std::string_view::npos;
}

}  // namespace

bool is_fhir_id(std::string_view text) {
  return !text.empty() && text.size() <= kIdBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-' || c == '.'; });
}

std::string resource_id(const RecordKey& key) {
  if (!is_valid_source(key.source) || !is_valid_local_id(key.local_id)) return {};
  if (key.source == kPersonPrefix) return {};
  std::string id;
  if (key.source == kDefaultSource) {
    // Without the source's name the id must hold no parting point; with it, none is needed for plain ids.
    id = encode(key.local_id, false);
    if (id.find('.') != std::string::npos)
      id = std::string(kDefaultSource) + "." + encode(key.local_id, true);
  } else {
    id = encode(key.source, false) + "." + encode(key.local_id, true);
  }
  return is_fhir_id(id) ? id : std::string();
}

std::string resource_id(EnterpriseId id) {
  return std::string(kPersonPrefix) + "." + to_string(id);
}

std::optional<std::variant<RecordKey, EnterpriseId>> read_resource_id(std::string_view id) {
  if (!is_fhir_id(id)) return std::nullopt;
  const std::size_t point = parting_point(id);
  RecordKey key;
  if (point == std::string_view::npos) {
    key = {std::string(kDefaultSource), std::string(id)};
  } else if (id.substr(0, point) == kPersonPrefix) {
    const auto person = parse_enterprise_id(id.substr(point + 1));
    if (!person) return std::nullopt;
    return *person;
  } else {
    auto source = decode(id.substr(0, point));
    auto local_id = decode(id.substr(point + 1));
    if (!source || !local_id) return std::nullopt;
    key = {*std::move(source), *std::move(local_id)};
  }
  if (resource_id(key) != id) return std::nullopt;  // another spelling of the same key
  return key;
}

}  // namespace gmpi::fhir
