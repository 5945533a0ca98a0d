#include "api/records/flat_json.h"

#include <algorithm>
#include <array>
#include <variant>

#include "api/http/problem.h"
#include "api/instant.h"
#include "api/json/sayable_name.h"
#include "api/json/write.h"
#include "base/nearest_name.h"
#include "base/utf8.h"
#include "models/person_fields.h"

namespace gmpi {
namespace {

using http::FieldFault;
using http::make_problem;

constexpr UnixMillis kDayMillis = 86'400'000;

const PersonField* find_person_field(std::string_view name) {
  for (const auto& field : kPersonFields)
    if (field.name == name) return &field;
  return nullptr;
}

constexpr std::array<std::string_view, 4> kEnvelope = {"source", "local_id", "version", "event_date"};

const std::vector<std::string>& known_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all(kEnvelope.begin(), kEnvelope.end());
    for (const auto& field : kPersonFields) all.emplace_back(field.name);
    return all;
  }();
  return names;
}

std::string pointer_to(std::string_view name) {
  std::string pointer;
  append_pointer(pointer, name);
  return pointer;
}

// Collects faults of one kind; the first kind met decides the status.
struct FaultList {
  std::string code;
  std::vector<FieldFault> faults;

  void add(std::string_view problem_code, FieldFault fault) {
    constexpr std::size_t kFaultsMax = 20;
    if (code.empty()) code = problem_code;
    if (code == problem_code && faults.size() < kFaultsMax) faults.push_back(std::move(fault));
  }
  bool empty() const { return faults.empty(); }
};

class FlatReader {
 public:
  explicit FlatReader(const FlatLimits& limits) : limits_(limits) {}

  void read(const JsonValue& object) {
    for (std::size_t i = 0; i < object.members.size(); ++i) read_member(object.members[i], i + 1);
  }

  std::optional<std::string> source, local_id;
  SourceRecord record;
  FaultList faults;

 private:
  void wrong_type(std::string pointer, const char* wanted) {
    faults.add("invalid_field", {std::move(pointer), "value", std::string("must be ") + wanted});
  }

  void read_member(const JsonMember& member, std::size_t number);  // `number`: from 1, within its object
  void read_values(const PersonField& field, const JsonValue& value);
  bool read_envelope(const std::string& name, const JsonValue& value);
  void add_value(const PersonField& field, const std::string& value);

  const FlatLimits& limits_;
};

void FlatReader::read_member(const JsonMember& member, std::size_t number) {
  if (const PersonField* field = find_person_field(member.name)) return read_values(*field, member.value);
  if (read_envelope(member.name, member.value)) return;
  const std::string name = sayable_name(member.name, known_names());
  const std::string detail = name == kUnsayable
                                 ? "member " + std::to_string(number) + " of the object: no field has this name"
                                 : "no field has this name" + did_you_mean(name, known_names());
  faults.add("unknown_field", {pointer_to(name), "structure", detail});
}

bool FlatReader::read_envelope(const std::string& name, const JsonValue& value) {
  if (std::find(kEnvelope.begin(), kEnvelope.end(), name) == kEnvelope.end()) return false;
  if (value.kind == JsonKind::kNull) return true;
  if (!value.is_string()) {
    wrong_type(pointer_to(name), "a string");
  } else if (name == "source") {
    source = value.text;
  } else if (name == "local_id") {
    local_id = value.text;
  } else if (name == "version") {
    if (value.text.size() > limits_.version_bytes_max) wrong_type("/version", "at most 128 bytes");
    record.version = value.text;
  } else if (!value.text.empty()) {
    const auto at = parse_instant(value.text);
    if (!at) wrong_type("/event_date", "YYYY-MM-DD or a date and time with an offset (RFC 3339)");
    record.event_ms = at.value_or(0);
  }
  return true;
}

void FlatReader::read_values(const PersonField& field, const JsonValue& value) {
  if (value.kind == JsonKind::kNull) return;
  if (value.is_string()) return add_value(field, value.text);
  if (!field.is_list) return wrong_type(pointer_to(field.name), "a string");
  if (!value.is_array()) return wrong_type(pointer_to(field.name), "a string or an array of strings");
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (value.items[i].is_string())
      add_value(field, value.items[i].text);
    else
      wrong_type(pointer_to(field.name) + "/" + std::to_string(i), "a string");
  }
}

void FlatReader::add_value(const PersonField& field, const std::string& value) {
  if (value.empty()) return;
  if (record.fields.size() == limits_.fields_max)
    faults.add("unprocessable", {pointer_to(field.name), "too-long", "more values than one record may have"});
  else
    record.fields.push_back({std::string(field.name), value});
}

void settle_key(FlatReader& reader, const std::optional<RecordKey>& key, const FlatLimits& limits) {
  if (!key) {
    if (!reader.source) reader.faults.add("unprocessable", {"/source", "required", "is required"});
    if (!reader.local_id) reader.faults.add("unprocessable", {"/local_id", "required", "is required"});
    reader.record.key = {reader.source.value_or(""), reader.local_id.value_or("")};
  } else {
    reader.record.key = *key;
    if (reader.source.value_or(key->source) != key->source)
      reader.faults.add("unprocessable", {"/source", "invariant", "differs from the source in the path"});
    if (reader.local_id.value_or(key->local_id) != key->local_id)
      reader.faults.add("unprocessable", {"/local_id", "invariant", "differs from the local id in the path"});
  }
  if (!reader.faults.empty()) return;
  if (!is_valid_source(reader.record.key.source, limits))
    reader.faults.add("unprocessable", {"/source", "value", "must be 1 to 64 of A-Z a-z 0-9 . _ -"});
  if (!is_valid_local_id(reader.record.key.local_id, limits))
    reader.faults.add("unprocessable",
                      {"/local_id", "value", "must be 1 to 256 bytes without control characters"});
}

http::Problem problem_of(FaultList list) {
  auto problem = make_problem(list.code, "the person was not read: " + list.faults.front().pointer + " " +
                                             list.faults.front().detail);
  problem.faults = std::move(list.faults);
  return problem;
}

std::variant<JsonValue, http::Problem> parse_object(std::string_view text, const FlatLimits& limits) {
  JsonParse parsed = parse_json(text, limits.json);
  if (!parsed.value) {
    auto problem = make_problem("invalid_json", describe(parsed.fault, known_names()));
    problem.faults.push_back(
        {sayable_pointer(parsed.fault.pointer, known_names()), "structure", parsed.fault.reason});
    return problem;
  }
  if (!parsed.value->is_object()) return make_problem("invalid_field", "the body must be one JSON object");
  return *std::move(parsed.value);
}

RecordReading read_keyed(std::string_view text, const std::optional<RecordKey>& key,
                         std::string_view default_source, const FlatLimits& limits) {
  auto parsed = parse_object(text, limits);
  if (auto* problem = std::get_if<http::Problem>(&parsed)) return {std::nullopt, std::move(*problem)};
  FlatReader reader(limits);
  reader.read(std::get<JsonValue>(parsed));
  if (reader.source.value_or("").empty() && !default_source.empty()) reader.source = default_source;
  settle_key(reader, key, limits);
  if (!reader.faults.empty()) return {std::nullopt, problem_of(std::move(reader.faults))};
  reader.record.verbatim_format = VerbatimFormat::kFlatJson;
  return {std::move(reader.record), {}};
}

}  // namespace

RecordReading read_flat_json(std::string_view text, const std::optional<RecordKey>& key,
                             const FlatLimits& limits) {
  return read_keyed(text, key, {}, limits);
}

Result<SourceRecord> source_record_from_flat_json(std::string_view text, std::string_view default_source,
                                                  const FlatLimits& limits) {
  RecordReading reading = read_keyed(text, std::nullopt, default_source, limits);
  if (reading.record) return *std::move(reading.record);
  return make_error(ErrorCode::kInvalidInput, std::move(reading.problem.detail));
}

RecordReading read_flat_person(std::string_view text, const FlatLimits& limits) {
  auto parsed = parse_object(text, limits);
  if (auto* problem = std::get_if<http::Problem>(&parsed)) return {std::nullopt, std::move(*problem)};
  FlatReader reader(limits);
  reader.read(std::get<JsonValue>(parsed));
  if (!reader.faults.empty()) return {std::nullopt, problem_of(std::move(reader.faults))};
  reader.record.version.clear();
  reader.record.event_ms = 0;
  return {std::move(reader.record), {}};
}

std::string flat_json_from(const SourceRecord& record) {
  JsonWriter json;
  json.begin_object().member("source", record.key.source).member("local_id", record.key.local_id);
  if (!record.version.empty()) json.member("version", record.version);
  if (record.event_ms != 0) {
    const bool midnight = record.event_ms % kDayMillis == 0;
    json.member("event_date", midnight ? format_day(record.event_ms) : format_instant(record.event_ms));
  }
  for (const auto& field : kPersonFields) {
    std::vector<std::string_view> values;
    for (const auto& held : record.fields)
      if (held.name == field.name) values.push_back(held.value);
    if (values.empty()) continue;
    json.key(field.name);
    if (field.is_list) json.begin_array();
    for (std::size_t i = 0; i < (field.is_list ? values.size() : 1); ++i) json.string(values[i]);
    if (field.is_list) json.end_array();
  }
  json.end_object();
  return std::move(json).take();
}

bool is_valid_source(std::string_view source, const FlatLimits& limits) {
  return !source.empty() && source.size() <= limits.source_bytes_max &&
         std::all_of(source.begin(), source.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                  c == '_' || c == '-';
         });
}

bool is_valid_local_id(std::string_view local_id, const FlatLimits& limits) {
  const bool plain = std::none_of(local_id.begin(), local_id.end(),
                                  [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
  return !local_id.empty() && local_id.size() <= limits.local_id_bytes_max && plain &&
         is_valid_utf8(local_id) && local_id != "." && local_id != "..";
}

}  // namespace gmpi
