// api/json/write.h - JSON text from values: UTF-8, no blanks, doubles in the shortest form that reads back
// the same.
//
//     JsonWriter json;
//     json.begin_object().member("status", "ok").key("weight").number(12.5).end_object();
//     std::string text = std::move(json).take();
//
// The caller keeps the grammar (a key before each member's value, ends that match begins); text must be
// UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/json/value.h"

namespace gmpi {

class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view text);
  JsonWriter& integer(std::int64_t number);
  JsonWriter& number(double number);  // null when it is not finite
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& value(const JsonValue& tree);
  JsonWriter& raw(std::string_view json);  // requires one JSON value

  JsonWriter& member(std::string_view name, std::string_view text) { return key(name).string(text); }

  std::string take() && { return std::move(out_); }

 private:
  void separate();

  std::string out_;
  bool need_comma_ = false;
};

std::string to_json(const JsonValue& tree);

}  // namespace gmpi
