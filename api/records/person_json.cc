#include "api/records/person_json.h"

#include <algorithm>

#include "api/instant.h"
#include "api/json/write.h"
#include "models/person_fields.h"

namespace gmpi {
namespace {

void write_key(JsonWriter& json, const RecordKey& key) {
  json.begin_object().member("source", key.source).member("local_id", key.local_id).end_object();
}

void write_golden(JsonWriter& json, const std::vector<GoldenField>& golden) {
  json.key("golden").begin_object();
  for (const auto& field : kPersonFields) {
    std::vector<std::string_view> values;
    for (const auto& held : golden)
      if (held.name == field.name) values.push_back(held.value);
    if (values.empty()) continue;
    json.key(field.name);
    if (field.is_list) json.begin_array();
    for (std::size_t i = 0; i < (field.is_list ? values.size() : 1); ++i) json.string(values[i]);
    if (field.is_list) json.end_array();
  }
  json.end_object();
  json.key("golden_from").begin_array();
  for (const auto& field : golden) {
    json.begin_object().member("field", field.name).key("record");
    write_key(json, field.from);
    json.end_object();
  }
  json.end_array();
}

void write_ties(JsonWriter& json, std::string_view name, const std::vector<PersonTie>& ties) {
  json.key(name).begin_array();
  for (const auto& tie : ties) {
    json.begin_object().key("left");
    write_key(json, tie.left);
    json.key("right");
    write_key(json, tie.right);
    json.key("weight").number(tie.weight).end_object();
  }
  json.end_array();
}

std::string_view lineage_name(LineageKind kind) {
  switch (kind) {
    case LineageKind::kCreated: return "created";
    case LineageKind::kJoined: return "joined";
    case LineageKind::kLeft: return "left";
    case LineageKind::kMerged: return "merged";
    case LineageKind::kRedirected: return "redirected";
    case LineageKind::kSplit: return "split";
    case LineageKind::kRetired: return "retired";
    case LineageKind::kRestored: return "restored";
  }
  return "created";
}

void write_lineage(JsonWriter& json, const std::vector<LineageEntry>& lineage) {
  json.key("lineage").begin_array();
  for (const auto& entry : lineage) {
    json.begin_object().member("kind", lineage_name(entry.kind)).member("at", format_instant(entry.at_ms));
    json.key("sequence").integer(static_cast<std::int64_t>(entry.sequence));
    if (entry.other) json.member("other", to_string(entry.other));
    if (entry.record) {
      json.key("record");
      write_key(json, *entry.record);
    }
    if (!entry.reason.empty()) json.member("reason", entry.reason);
    json.end_object();
  }
  json.end_array();
}

void write_members(JsonWriter& json, const std::vector<PersonMember>& members, const SourceRegister& sources) {
  json.key("members").begin_array();
  for (const auto& member : members) {
    json.begin_object().member("source", member.key.source).member("local_id", member.key.local_id);
    json.key("record_version").integer(static_cast<std::int64_t>(member.record_version));
    if (member.event_ms != 0) json.member("event_date", format_instant(member.event_ms));
    if (const SourceSystem* system = sources.find(member.key.source))
      json.member("locality", system->locality).member("sector", system->sector).member("ods_code", system->ods_code);
    json.end_object();
  }
  json.end_array();
}

void write_summary(JsonWriter& json, const Person& person, const SourceRegister& sources) {
  json.member("enterprise_id", to_string(person.id));
  if (person.asked && person.asked != person.id) json.member("redirected_from", to_string(person.asked));
  json.key("version").integer(static_cast<std::int64_t>(person.version));
  write_golden(json, person.golden);
  write_members(json, person.members, sources);
  write_lineage(json, person.lineage);
}

void write_reasons(JsonWriter& json, const std::vector<std::string>& reasons) {
  json.key("reasons").begin_array();
  for (const auto& reason : reasons) json.string(reason);
  json.end_array();
}

/// What was sent, is kept and is not compared; nothing when there is none.
void write_notes(JsonWriter& json, const std::vector<Removal>& notes) {
  if (notes.empty()) return;
  json.key("not_evidence").begin_array();
  for (const auto& note : notes)
    json.begin_object().member("field", note.column).member("reason", note.reason).end_object();
  json.end_array();
}

/// What too common keys left out, by blocking rule; nothing when nothing was.
void write_cuts(JsonWriter& json, const std::vector<NamedCut>& cuts) {
  if (cuts.empty()) return;
  json.key("cuts").begin_array();
  for (const auto& [rule, cut] : cuts) {
    json.begin_object().member("rule", rule).key("keys").integer(cut.keys);
    json.key("records").integer(static_cast<std::int64_t>(cut.records));
    json.key("compared").integer(static_cast<std::int64_t>(cut.compared)).end_object();
  }
  json.end_array();
}

}  // namespace

std::string person_json(const Person& person, const SourceRegister& sources) {
  JsonWriter json;
  json.begin_object();
  write_summary(json, person, sources);
  write_ties(json, "why", person.ties);
  write_ties(json, "reviews", person.reviews);
  json.end_object();
  return std::move(json).take();
}

std::string summary_json(const Person& person) {
  JsonWriter json;
  json.begin_object();
  write_summary(json, person, {});
  json.end_object();
  return std::move(json).take();
}

std::string register_json(const RegisterAnswer& answer) {
  JsonWriter json;
  json.begin_object().member("enterprise_id", to_string(answer.enterprise_id));
  json.member("decision", outcome_name(answer.outcome));
  json.key("sequence").integer(static_cast<std::int64_t>(answer.sequence));
  json.key("record_version").integer(static_cast<std::int64_t>(answer.record_version));
  json.key("created").boolean(answer.created);
  write_reasons(json, answer.reasons);
  write_notes(json, answer.notes);
  write_cuts(json, answer.cuts);
  json.end_object();
  return std::move(json).take();
}

std::string match_json(const MatchAnswer& answer) {
  JsonWriter json;
  json.begin_object().key("candidates").begin_array();
  for (const auto& candidate : answer.candidates) {
    json.begin_object().member("enterprise_id", to_string(candidate.enterprise_id));
    json.key("score").number(candidate.score).key("weight").number(candidate.weight);
    json.member("grade", grade_name(candidate.grade)).key("record");
    write_key(json, candidate.record);
    json.key("members").begin_array();
    for (const auto& member : candidate.members) write_key(json, member);
    json.end_array();
    write_reasons(json, candidate.reasons);
    json.end_object();
  }
  json.end_array().key("sequence").integer(static_cast<std::int64_t>(answer.sequence));
  json.key("records_compared").integer(static_cast<std::int64_t>(answer.records_compared));
  json.key("generic_keys").integer(static_cast<std::int64_t>(answer.generic_keys));
  write_cuts(json, answer.cuts);
  json.key("truncated").boolean(answer.truncated).end_object();
  return std::move(json).take();
}

std::string_view grade_name(MatchGrade grade) {
  switch (grade) {
    case MatchGrade::kCertain: return "certain";
    case MatchGrade::kProbable: return "probable";
    case MatchGrade::kPossible: return "possible";
  }
  return "possible";
}

}  // namespace gmpi
