#include "api/json/read.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/utf8.h"

namespace gmpi {
namespace {

constexpr std::size_t kPointerBytesMax = 256;

// Builds the tree; every callback returns false to stop the reader, with `reason` set.
class TreeBuilder {
 public:
  explicit TreeBuilder(const JsonLimits& limits) : limits_(limits) {}

  bool Null() { return put(JsonValue()); }
  bool Bool(bool value) { return put(JsonValue::of_bool(value)); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    if (length > limits_.number_bytes_max) return refuse("a number has too many digits");
    return put(JsonValue::of_number(std::string(text, length)));
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    const std::string_view view(text, length);
    return is_allowed_text(view) && put(JsonValue::of_string(view));
  }
  bool StartObject() { return open(JsonKind::kObject); }
  bool StartArray() { return open(JsonKind::kArray); }
  bool Key(const char* text, rapidjson::SizeType length, bool);
  bool EndObject(rapidjson::SizeType);
  bool EndArray(rapidjson::SizeType) { return close(); }
  // The reader hands numbers over as text; these complete its interface.
  bool Int(int) { return refuse("number"); }
  bool Uint(unsigned) { return refuse("number"); }
  bool Int64(std::int64_t) { return refuse("number"); }
  bool Uint64(std::uint64_t) { return refuse("number"); }
  bool Double(double) { return refuse("number"); }

  const std::string& reason() const { return reason_; }
  std::string pointer() const;
  JsonValue take() { return std::move(root_); }

 private:
  struct Open {
    JsonValue value;
    std::string key;  // of an object: the member being read
  };

  bool refuse(std::string why) {
    reason_ = std::move(why);
    return false;
  }
  bool is_allowed_text(std::string_view text);
  bool count_value();
  bool open(JsonKind kind);
  bool close();
  bool put(JsonValue value);
  bool attach(JsonValue value);

  const JsonLimits& limits_;
  std::vector<Open> open_;
  JsonValue root_;
  std::size_t values_ = 0;
  std::string reason_;
};

bool TreeBuilder::is_allowed_text(std::string_view text) {
  if (text.size() > limits_.string_bytes_max)
    return refuse("a string is longer than " + std::to_string(limits_.string_bytes_max) + " bytes");
  if (text.find('\0') != std::string_view::npos) return refuse("a string holds the character U+0000");
  // The reader checks raw bytes, but takes an escape such as \udc00 without its partner.
  if (!is_valid_utf8(text)) return refuse("a string holds half of a surrogate pair");
  return true;
}

bool TreeBuilder::count_value() {
  if (++values_ <= limits_.values_max) return true;
  return refuse("more than " + std::to_string(limits_.values_max) + " values");
}

bool TreeBuilder::put(JsonValue value) {
  return count_value() && attach(std::move(value));
}

bool TreeBuilder::attach(JsonValue value) {
  if (open_.empty()) {
    root_ = std::move(value);
    return true;
  }
  Open& parent = open_.back();
  if (parent.value.kind == JsonKind::kArray)
    parent.value.items.push_back(std::move(value));
  else
    parent.value.members.push_back({std::move(parent.key), std::move(value)});
  return true;
}

bool TreeBuilder::open(JsonKind kind) {
  if (open_.size() == limits_.depth_max)
    return refuse("nested deeper than " + std::to_string(limits_.depth_max) + " levels");
  if (!count_value()) return false;
  open_.emplace_back();
  open_.back().value.kind = kind;
  return true;
}

bool TreeBuilder::close() {
  JsonValue done = std::move(open_.back().value);
  open_.pop_back();
  return attach(std::move(done));
}

bool TreeBuilder::Key(const char* text, rapidjson::SizeType length, bool) {
  const std::string_view name(text, length);
  if (!is_allowed_text(name)) return false;
  Open& object = open_.back();
  if (object.value.members.size() == limits_.object_members_max)
    return refuse("an object has more than " + std::to_string(limits_.object_members_max) + " members");
  object.key = name;
  return true;
}

bool TreeBuilder::EndObject(rapidjson::SizeType) {
  Open& object = open_.back();
  std::vector<std::string_view> names;
  names.reserve(object.value.members.size());
  for (const auto& member : object.value.members) names.push_back(member.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) {
    object.key = *twice;
    return refuse("a member name occurs twice in one object");
  }
  return close();
}

std::string TreeBuilder::pointer() const {
  std::string path;
  for (const auto& level : open_) {
    if (path.size() > kPointerBytesMax) break;
    if (level.value.kind == JsonKind::kArray)
      path += "/" + std::to_string(level.value.items.size());
    else if (!level.key.empty() || !level.value.members.empty())
      append_pointer(path, level.key.empty() ? level.value.members.back().name : level.key);
  }
  return path;
}

std::string reason_of(rapidjson::ParseErrorCode code, const std::string& of_builder) {
  if (!of_builder.empty()) return of_builder;
  if (code == rapidjson::kParseErrorStringEscapeInvalid)
    return "a string holds a bad escape or a raw control character";
  return rapidjson::GetParseError_En(code);
}

JsonParse fault_at(std::size_t offset, std::string pointer, std::string reason) {
  JsonParse parse;
  parse.fault = {offset, std::move(pointer), std::move(reason)};
  return parse;
}

}  // namespace

JsonParse parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes_max)
    return fault_at(limits.bytes_max, "", "longer than " + std::to_string(limits.bytes_max) + " bytes");
  if (text.starts_with("\xEF\xBB\xBF")) return fault_at(0, "", "begins with a byte-order mark");
  // RapidJSON takes NUL for the end of the text, and would not see what follows.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    return fault_at(nul, "", "holds a NUL byte");

  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                              rapidjson::kParseNumbersAsStringsFlag;
  TreeBuilder builder(limits);
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (!result) {
    return fault_at(result.Offset(), builder.pointer(), reason_of(result.Code(), builder.reason()));
  }
  JsonParse parse;
  parse.value = builder.take();
  return parse;
}

std::string describe(const JsonFault& fault) {
  std::string text = "byte " + std::to_string(fault.offset);
  if (!fault.pointer.empty()) text += ", at " + fault.pointer;
  return text + ": " + fault.reason;
}

void append_pointer(std::string& pointer, std::string_view name) {
  constexpr std::size_t kNameBytesMax = 64;
  pointer += '/';
  std::size_t length = std::min(name.size(), kNameBytesMax);
  while (length < name.size() && length > 0 && (static_cast<unsigned char>(name[length]) & 0xC0) == 0x80)
    --length;
  for (const char c : name.substr(0, length)) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
}

}  // namespace gmpi
