#include "api/json/value.h"

#include <charconv>

namespace gmpi {

std::string_view json_kind_name(JsonKind kind) {
  switch (kind) {
    case JsonKind::kNull: return "null";
    case JsonKind::kBool: return "boolean";
    case JsonKind::kNumber: return "number";
    case JsonKind::kString: return "string";
    case JsonKind::kArray: return "array";
    case JsonKind::kObject: return "object";
  }
  return "null";
}

JsonValue::JsonValue(const JsonValue&) = default;
JsonValue::JsonValue(JsonValue&&) noexcept = default;
JsonValue& JsonValue::operator=(const JsonValue&) = default;
JsonValue& JsonValue::operator=(JsonValue&&) noexcept = default;
JsonValue::~JsonValue() = default;
bool JsonValue::operator==(const JsonValue&) const = default;

JsonValue JsonValue::of_string(std::string_view text) {
  JsonValue value;
  value.kind = JsonKind::kString;
  value.text = text;
  return value;
}

JsonValue JsonValue::of_bool(bool boolean) {
  JsonValue value;
  value.kind = JsonKind::kBool;
  value.boolean = boolean;
  return value;
}

JsonValue JsonValue::of_number(std::string text) {
  JsonValue value;
  value.kind = JsonKind::kNumber;
  value.text = std::move(text);
  return value;
}

JsonValue JsonValue::array() {
  JsonValue value;
  value.kind = JsonKind::kArray;
  return value;
}

JsonValue JsonValue::object() {
  JsonValue value;
  value.kind = JsonKind::kObject;
  return value;
}

const JsonValue* JsonValue::find(std::string_view name) const {
  for (const auto& member : members)
    if (member.name == name) return &member.value;
  return nullptr;
}

JsonValue* JsonValue::find(std::string_view name) {
  for (auto& member : members)
    if (member.name == name) return &member.value;
  return nullptr;
}

std::string_view JsonValue::string_member(std::string_view name) const {
  const JsonValue* value = find(name);
  return value && value->is_string() ? std::string_view(value->text) : std::string_view();
}

const std::vector<JsonValue>& JsonValue::array_member(std::string_view name) const {
  static const std::vector<JsonValue> kNone;
  const JsonValue* value = find(name);
  return value && value->is_array() ? value->items : kNone;
}

JsonValue& JsonValue::set(std::string_view name, JsonValue value) {
  if (JsonValue* present = find(name))
    *present = std::move(value);
  else
    members.push_back({std::string(name), std::move(value)});
  return *this;
}

JsonValue& JsonValue::add(JsonValue item) {
  items.push_back(std::move(item));
  return *this;
}

std::optional<std::int64_t> JsonValue::integer() const {
  if (kind != JsonKind::kNumber) return std::nullopt;
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace gmpi
