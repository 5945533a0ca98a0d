#include "index/store_keys.h"

#include <algorithm>

#include "base/utf8.h"
#include "index/store/bytes.h"

namespace gmpi {

namespace {

Status check_part(std::string_view name, std::string_view value, std::size_t bytes_max) {
  const auto refuse = [&](const std::string& why) {
    return make_error(ErrorCode::kInvalidInput, std::string(name) + ": " + why);
  };
  if (value.empty()) return refuse("is missing");
  if (value.size() > bytes_max) return refuse("longer than " + std::to_string(bytes_max) + " bytes");
  if (std::any_of(value.begin(), value.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
    return refuse("holds a control character");
  if (!is_valid_utf8(value)) return refuse("is not UTF-8");
  return Done{};
}

}  // namespace

Status check_record_key(const RecordKey& key) {
  if (auto good = check_part("source", key.source, kSourceBytesMax); !good) return good;
  return check_part("local id", key.local_id, kLocalIdBytesMax);
}

std::string key_text(const RecordKey& key) {
  std::string text;
  text.reserve(key.source.size() + 1 + key.local_id.size());
  text.append(key.source).push_back('\0');
  text.append(key.local_id);
  return text;
}

std::optional<RecordKey> parse_key_text(std::string_view text) {
  const auto separator = text.find('\0');
  if (separator == text.npos || text.find('\0', separator + 1) != text.npos) return std::nullopt;
  return RecordKey{std::string(text.substr(0, separator)), std::string(text.substr(separator + 1))};
}

std::string version_store_key(std::string_view key_text, std::uint32_t version) {
  std::string key(key_text);
  key.push_back('\0');
  append_be32(key, version);
  return key;
}

std::string row_store_key(RowId row) {
  std::string key;
  append_be32(key, row);
  return key;
}

std::string identity_store_key(EnterpriseId id) {
  return be64(id.value);
}

std::string lineage_store_key(EnterpriseId id, std::uint64_t sequence, std::uint32_t position) {
  std::string key = be64(id.value);
  append_be64(key, sequence);
  append_be32(key, position);
  return key;
}

std::string assertion_store_key(std::uint64_t id) { return be64(id); }

}  // namespace gmpi
