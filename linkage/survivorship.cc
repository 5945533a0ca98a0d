#include "linkage/survivorship.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "models/person_fields.h"
#include "standardize/dates.h"
#include "standardize/emails.h"
#include "standardize/fold.h"
#include "standardize/identifiers.h"
#include "standardize/phones.h"
#include "standardize/sex.h"

namespace gmpi {

namespace {

/// Fields that come from one record, named by the one that is chosen by.
struct Block {
  std::string_view lead;
  std::array<std::string_view, 4> fields;
};
constexpr std::array kBlocks = {Block{"nhs_number", {"nhs_number", "nhs_number_status"}},
                                Block{"postcode", {"address_line", "town", "county", "postcode"}}};

/// Shown as their standard column of the same name has them, or not at all.
constexpr std::array<std::string_view, 6> kStandardFields = {"nhs_number", "dob",         "death_date",
                                                             "postcode",   "gp_practice", "restricted"};
constexpr std::array<std::string_view, 2> kDateFields = {"dob", "death_date"};
constexpr std::array<std::string_view, 8> kNameFields = {"given_name", "middle_names",  "surname",
                                                         "full_name",  "known_as",      "previous_surname",
                                                         "alias",      "mother_surname"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const Block* block_of(std::string_view field) {
  for (const Block& block : kBlocks)
    if (is_one_of(block.fields, field)) return &block;
  return nullptr;
}

std::string folded(std::string_view value) {
  std::string out(value);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

bool is_all_upper(std::string_view value) {
  const auto within = [&](char first, char last) {
    return std::any_of(value.begin(), value.end(), [&](char c) { return c >= first && c <= last; });
  };
  return within('A', 'Z') && !within('a', 'z');
}

bool is_loud_name(std::string_view field, std::string_view value) {
  return is_one_of(kNameFields, field) && is_all_upper(value);
}

/// False when the field has a standard column of its own and its value came to nothing there.
bool is_evidence(const SurvivorInput& member, std::string_view field) {
  return std::none_of(member.standard.removals.begin(), member.standard.removals.end(),
                      [&](const Removal& removal) { return removal.column == field; }) ||
         member.standard.find(field) != nullptr;
}

/// Whether `value` alone gives a name, and the record's other names do not make a placeholder of it. An alias
/// is a whole name.
bool is_a_name(const SurvivorInput& member, std::string_view field, std::string_view value,
               const StandardizeOptions& options) {
  SourceRecord alone;
  alone.fields.push_back({std::string(field == "alias" ? "full_name" : field), std::string(value)});
  const StandardRecord read = standardize_person(alone, options);
  return read.find(field == "mother_surname" ? field : "name_tokens") != nullptr &&
         is_evidence(member, field);
}

/// The phone numbers or e-mail addresses of one received value, which may hold several as standardize/ reads
/// them.
std::vector<std::string> contacts_of(std::string_view field, std::string_view value,
                                     const StandardizeOptions& options) {
  std::vector<std::string> found;
  for (const std::string_view part : split_words(value, field == "phone" ? "|/;," : "|")) {
    std::string contact =
        field == "phone" ? read_phone(part, options.default_country).number : parse_email(part).value;
    if (!contact.empty()) found.push_back(std::move(contact));
  }
  return found;
}

/// "1985" or "1985-03" of a date sent in part; empty for whole, impossible and refused ones.
std::string partial_date(const SurvivorInput& member, std::string_view field) {
  const Removal partial{std::string(field), "partial date"};
  const auto& removals = member.standard.removals;
  if (std::find(removals.begin(), removals.end(), partial) == removals.end()) return {};
  const DateReading read = read_date(member.record.field(field));
  return read.month == 0 ? fmt::format("{:04}", read.year)
                         : fmt::format("{:04}-{:02}", read.year, read.month);
}

/// "NHS:943 476 5919", "https://fhir.nhs.uk/Id/nhs-number:9434765919".
bool names_nhs_number(std::string_view identifier) {
  const auto colon = identifier.rfind(':');
  return colon != std::string_view::npos && is_nhs_number_system(identifier.substr(0, colon));
}

/// What `member` has to show for `field`, in the order it sent; empty when nothing survives.
std::vector<std::string> shown_values(const SurvivorInput& member, std::string_view field,
                                      const StandardizeOptions& options) {
  const std::string_view sent = member.record.field(field);
  const auto at_most_one = [](std::string_view value) {
    return value.empty() ? std::vector<std::string>() : std::vector{std::string(value)};
  };
  if (field == "sex") return at_most_one(administrative_gender(sent));
  if (field == "nhs_number")
    return at_most_one(member.standard.text(field));  // an identifier may have held it
  if (is_one_of(kStandardFields, field)) {
    const std::string_view whole = sent.empty() ? sent : member.standard.text(field);
    if (!whole.empty() || !is_one_of(kDateFields, field)) return at_most_one(whole);
    return at_most_one(partial_date(member, field));
  }
  if (field == "nhs_number_status" && !member.record.field("nhs_number").empty() &&
      member.standard.text("nhs_number").empty())
    return {};
  std::vector<std::string> values;
  for (const SourceField& held : member.record.fields) {
    if (held.name != field || held.value.empty()) continue;
    if (field == "identifier" && names_nhs_number(held.value)) continue;
    if (field == "phone" || field == "email") {
      for (auto& contact : contacts_of(field, held.value, options)) values.push_back(std::move(contact));
    } else if (!is_one_of(kNameFields, field) || is_a_name(member, field, held.value, options)) {
      values.push_back(held.value);
    }
  }
  return values;
}

/// A member that gives something for a field or its block, and the value it is ranked by.
struct Candidate {
  const SurvivorInput* member;
  std::string value;  // empty when it gives only other fields of the block
};

bool is_verified(const SurvivorInput& member, std::string_view field) {
  return field == "nhs_number" && member.record.field("nhs_number_status") == "01";
}

/// The candidate whose value of `field` survives; null when there is none.
const Candidate* survivor(const std::vector<Candidate>& candidates, std::string_view field) {
  std::map<std::string, int> frequency;
  for (const auto& candidate : candidates) ++frequency[folded(candidate.value)];
  const auto rank = [&](const Candidate& candidate) {
    const bool given = !candidate.value.empty();
    const bool strictest = field == "restricted" && candidate.value == "V";
    const std::size_t precision = is_one_of(kDateFields, field) ? candidate.value.size() : strictest ? 1 : 0;
    return std::tuple(given && is_evidence(*candidate.member, field), precision,
                      given && is_verified(*candidate.member, field), candidate.member->record.event_ms,
                      given ? frequency[folded(candidate.value)] : 0, !is_loud_name(field, candidate.value));
  };
  const Candidate* best = nullptr;
  for (const auto& candidate : candidates) {
    if (best == nullptr || rank(candidate) > rank(*best) ||
        (rank(candidate) == rank(*best) && std::tie(candidate.value, candidate.member->record.key) <
                                               std::tie(best->value, best->member->record.key)))
      best = &candidate;
  }
  return best;
}

class GoldenRecord {
 public:
  GoldenRecord(const std::vector<SurvivorInput>& members, const StandardizeOptions& options)
      : members_(members), options_(options) {}

  void add_single(std::string_view field) {
    std::vector<Candidate> candidates;
    for (const auto& member : members_)
      if (auto values = shown_values(member, field, options_); !values.empty())
        candidates.push_back({&member, std::move(values.front())});
    if (const Candidate* best = survivor(candidates, field)) add(field, best->value, *best->member);
  }

  void add_from_block(std::string_view field, const Block& block) {
    std::vector<Candidate> candidates;
    for (const auto& member : members_) {
      const auto gives = [&](std::string_view other) {
        return !other.empty() && !shown_values(member, other, options_).empty();
      };
      if (std::none_of(block.fields.begin(), block.fields.end(), gives)) continue;
      const auto leads = shown_values(member, block.lead, options_);
      candidates.push_back({&member, leads.empty() ? std::string() : leads.front()});
    }
    if (const Candidate* best = survivor(candidates, block.lead))
      for (const auto& value : shown_values(*best->member, field, options_)) add(field, value, *best->member);
  }

  void add_list(std::string_view field) {
    struct Listed {
      std::string value;
      const SurvivorInput* member;
    };
    std::vector<Listed> listed;
    for (const SurvivorInput* member : most_recent_first())
      for (auto& value : shown_values(*member, field, options_)) {
        const auto known = std::find_if(listed.begin(), listed.end(), [&](const Listed& other) {
          return folded(other.value) == folded(value);
        });
        if (known == listed.end())
          listed.push_back({std::move(value), member});
        else if (known->member->record.event_ms == member->record.event_ms &&
                 is_loud_name(field, known->value) && !is_loud_name(field, value))
          *known = {std::move(value), member};
      }
    for (const Listed& one : listed) add(field, one.value, *one.member);
  }

  std::vector<GoldenField> take() { return std::move(fields_); }

 private:
  std::vector<const SurvivorInput*> most_recent_first() const {
    std::vector<const SurvivorInput*> recent;
    for (const auto& member : members_) recent.push_back(&member);
    std::sort(recent.begin(), recent.end(), [](const SurvivorInput* a, const SurvivorInput* b) {
      return a->record.event_ms != b->record.event_ms ? a->record.event_ms > b->record.event_ms
                                                      : a->record.key < b->record.key;
    });
    return recent;
  }

  void add(std::string_view field, const std::string& value, const SurvivorInput& from) {
    fields_.push_back({std::string(field), value, from.record.key});
  }

  const std::vector<SurvivorInput>& members_;
  const StandardizeOptions& options_;
  std::vector<GoldenField> fields_;
};

}  // namespace

std::vector<GoldenField> golden_record(const std::vector<SurvivorInput>& members,
                                       const StandardizeOptions& options) {
  GoldenRecord golden(members, options);
  for (const PersonField& field : kPersonFields) {
    if (const Block* block = block_of(field.name))
      golden.add_from_block(field.name, *block);
    else if (field.is_list)
      golden.add_list(field.name);
    else
      golden.add_single(field.name);
  }
  return golden.take();
}

std::vector<SourceField> checked_fields(const SourceRecord& record, const StandardizeOptions& options) {
  const StandardRecord standard = standardize_person(record, options);
  const std::string_view number = standard.text("nhs_number");
  const bool has_status = !number.empty() && !record.field("nhs_number").empty();
  std::vector<SourceField> fields;
  if (!number.empty()) fields.push_back({"nhs_number", std::string(number)});
  for (const SourceField& field : record.fields) {
    const bool speaks_of_it = field.name == "nhs_number" ||
                              (field.name == "nhs_number_status" && !has_status) ||
                              (field.name == "identifier" && names_nhs_number(field.value));
    if (!speaks_of_it) fields.push_back(field);
  }
  return fields;
}

}  // namespace gmpi
