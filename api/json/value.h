// api/json/value.h - a parsed JSON document as plain values, bounded by api/json/read.h's limits.
//
// Numbers keep their text, so that "1.50" goes out as it came in. Members keep their order. The tree is never
// deeper than JsonLimits::depth_max, so walking it by recursion is safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gmpi {

enum class JsonKind : unsigned char { kNull, kBool, kNumber, kString, kArray, kObject };

/// "null", "boolean", "number", "string", "array", "object".
std::string_view json_kind_name(JsonKind kind);

struct JsonMember;

struct JsonValue {
  JsonKind kind = JsonKind::kNull;
  bool boolean = false;
  std::string text;                 // kString: the characters; kNumber: as written
  std::vector<JsonValue> items;     // kArray
  std::vector<JsonMember> members;  // kObject, names are unique

  JsonValue() = default;
  JsonValue(const JsonValue&);
  JsonValue(JsonValue&&) noexcept;
  JsonValue& operator=(const JsonValue&);
  JsonValue& operator=(JsonValue&&) noexcept;
  ~JsonValue();

  static JsonValue of_string(std::string_view text);
  static JsonValue of_bool(bool value);
  static JsonValue of_number(std::string text);  // requires JSON's number form
  static JsonValue array();
  static JsonValue object();

  bool is_string() const { return kind == JsonKind::kString; }
  bool is_array() const { return kind == JsonKind::kArray; }
  bool is_object() const { return kind == JsonKind::kObject; }

  /// The member of an object, null when absent or when this is no object.
  const JsonValue* find(std::string_view name) const;
  JsonValue* find(std::string_view name);
  /// The string member, or empty.
  std::string_view string_member(std::string_view name) const;
  /// The items of an array member; an empty list when absent or of another kind.
  const std::vector<JsonValue>& array_member(std::string_view name) const;
  /// Adds or replaces; a new member goes to the end. Returns this, for chains.
  JsonValue& set(std::string_view name, JsonValue value);
  JsonValue& add(JsonValue item);

  /// The number when it is written as an integer that fits.
  std::optional<std::int64_t> integer() const;

  bool operator==(const JsonValue&) const;
};

struct JsonMember {
  std::string name;
  JsonValue value;

  bool operator==(const JsonMember&) const = default;
};

}  // namespace gmpi
