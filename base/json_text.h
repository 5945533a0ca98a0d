// base/json_text.h - a string as JSON text (RFC 8259), for the few rooms that write a line of JSON by hand.
// Reading JSON, and writing documents, is RapidJSON's where the include table allows it.
#pragma once

#include <string>
#include <string_view>

namespace gmpi {

/// Appends `text` quoted and escaped. Requires UTF-8.
void append_json_string(std::string& out, std::string_view text);
/// The same as a value.
inline std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace gmpi
