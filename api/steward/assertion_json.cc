#include "api/steward/assertion_json.h"

#include <algorithm>
#include <array>
#include <optional>

#include "api/http/problem.h"
#include "api/instant.h"
#include "api/json/read.h"
#include "api/json/write.h"

namespace gmpi {
namespace {

using http::FieldFault;
using http::make_problem;
using http::Problem;

constexpr JsonLimits kLimits{
    .bytes_max = 16 * 1024, .depth_max = 3, .values_max = 32, .object_members_max = 8, .string_bytes_max = 8 * 1024};

constexpr std::array<std::pair<std::string_view, AssertionKind>, 3> kKinds = {
    {{"same", AssertionKind::kSame}, {"different", AssertionKind::kDifferent}, {"unsure", AssertionKind::kUnsure}}};

std::string_view kind_name(AssertionKind kind) {
  return std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& one) { return one.second == kind; })->first;
}

/// Reads an object member by member; the first fault stays.
class ObjectReader {
 public:
  ObjectReader(const JsonValue& object, std::string at, std::optional<Problem>& problem)
      : object_(object), at_(std::move(at)), problem_(problem) {
    if (!object.is_object()) fault("", "must be an object");
  }

  std::string text(std::string_view name, bool required) {
    const JsonValue* value = member(name, required);
    if (value == nullptr) return {};
    if (!value->is_string()) fault(name, "must be a string");
    return value->text;
  }
  std::uint64_t number(std::string_view name) {
    const JsonValue* value = member(name, false);
    if (value == nullptr) return 0;
    const auto number = value->kind == JsonKind::kNumber ? value->integer() : std::nullopt;
    if (!number || *number < 1) fault(name, "must be a whole number from 1");
    return static_cast<std::uint64_t>(number.value_or(0));
  }
  const JsonValue* member(std::string_view name, bool required) {
    known_.push_back(name);
    const JsonValue* value = object_.find(name);
    if (value != nullptr && value->kind == JsonKind::kNull) value = nullptr;
    if (value == nullptr && required) fault(name, "is required");
    return value;
  }
  void no_others() {
    for (std::size_t i = 0; i < object_.members.size(); ++i)
      if (std::find(known_.begin(), known_.end(), object_.members[i].name) == known_.end())
        fault("", "member " + std::to_string(i + 1) + " has a name that is not known here");
  }
  void fault(std::string_view name, std::string detail) {
    if (problem_) return;
    const std::string pointer = name.empty() ? at_ : at_ + "/" + std::string(name);
    problem_ = make_problem("invalid_field", "the assertion was not read: " + pointer + " " + detail);
    problem_->faults.push_back(FieldFault{pointer, "value", std::move(detail)});
  }

 private:
  const JsonValue& object_;
  const std::string at_;
  std::optional<Problem>& problem_;
  std::vector<std::string_view> known_;
};

std::variant<JsonValue, Problem> parse(std::string_view body) {
  JsonParse parsed = parse_json(body, kLimits);
  if (!parsed.value) return make_problem("invalid_json", "the body is not JSON: " + parsed.fault.reason);
  return *std::move(parsed.value);
}

void read_record(ObjectReader& of, std::string_view name, RecordKey& key, std::uint64_t& version,
                 std::optional<Problem>& problem) {
  const JsonValue* value = of.member(name, true);
  if (value == nullptr) return;
  ObjectReader record(*value, "/" + std::string(name), problem);
  key.source = record.text("source", true);
  key.local_id = record.text("local_id", true);
  version = record.number("version");
  record.no_others();
}

void write_side(JsonWriter& json, std::string_view name, const RecordKey& key, EnterpriseId person) {
  json.key(name).begin_object().member("source", key.source).member("local_id", key.local_id);
  if (person) json.member("enterprise_id", to_string(person));
  json.end_object();
}

void write_assertion(JsonWriter& json, const AssertionAnswer& answer) {
  const Assertion& said = answer.assertion;
  json.begin_object().key("id").integer(static_cast<std::int64_t>(said.id));
  json.member("kind", kind_name(said.kind));
  write_side(json, "left", said.left, answer.left_person);
  write_side(json, "right", said.right, answer.right_person);
  json.member("author", said.author).member("reason", said.reason).member("at", format_instant(said.at_ms));
  json.key("in_force").boolean(answer.in_force).key("fresh").boolean(answer.fresh);
  if (answer.left_person && answer.right_person)
    json.key("one_person").boolean(answer.left_person == answer.right_person);
  if (said.undone) {
    json.key("undone").begin_object().member("author", said.undone->author).member("reason", said.undone->reason);
    json.member("at", format_instant(said.undone->at_ms));
    json.key("sequence").integer(static_cast<std::int64_t>(said.undone->sequence)).end_object();
  }
  json.end_object();
}

void write_question(JsonWriter& json, const Question& question) {
  json.begin_object().member("kind", question_kind_name(question.kind)).member("reason", question.reason);
  write_side(json, "left", question.left_record, question.left);
  write_side(json, "right", question.right_record, question.right);
  json.key("asked_since").integer(static_cast<std::int64_t>(question.asked_since)).end_object();
}

}  // namespace

std::variant<AssertionRequest, Problem> read_assertion(std::string_view body) {
  auto parsed = parse(body);
  if (auto* problem = std::get_if<Problem>(&parsed)) return std::move(*problem);
  std::optional<Problem> problem;
  ObjectReader object(std::get<JsonValue>(parsed), "", problem);
  AssertionRequest request;
  read_record(object, "left", request.left, request.left_version, problem);
  read_record(object, "right", request.right, request.right_version, problem);
  const std::string kind = object.text("kind", true);
  const auto known = std::find_if(kKinds.begin(), kKinds.end(), [&](const auto& one) { return one.first == kind; });
  if (known == kKinds.end())
    object.fault("kind", "must be same, different or unsure");
  else
    request.kind = known->second;
  request.author = object.text("author", true);
  request.reason = object.text("reason", false);
  object.no_others();
  if (problem) return *std::move(problem);
  return request;
}

std::variant<Undoing, Problem> read_undoing(std::string_view body) {
  auto parsed = parse(body);
  if (auto* problem = std::get_if<Problem>(&parsed)) return std::move(*problem);
  std::optional<Problem> problem;
  ObjectReader object(std::get<JsonValue>(parsed), "", problem);
  Undoing undoing{object.text("author", true), object.text("reason", false)};
  object.no_others();
  if (problem) return *std::move(problem);
  return undoing;
}

std::string assertion_json(const AssertionAnswer& answer) {
  JsonWriter json;
  write_assertion(json, answer);
  return std::move(json).take();
}

std::string assertions_json(const std::vector<AssertionAnswer>& answers) {
  JsonWriter json;
  json.begin_object().key("assertions").begin_array();
  for (const auto& answer : answers) write_assertion(json, answer);
  json.end_array().end_object();
  return std::move(json).take();
}

std::string questions_json(const QuestionPage& page) {
  JsonWriter json;
  json.begin_object().key("questions").begin_array();
  for (const Question& question : page.questions) write_question(json, question);
  json.end_array();
  if (page.next) json.member("next", to_string(*page.next));
  json.end_object();
  return std::move(json).take();
}

}  // namespace gmpi
