#include "linkage/survivorship.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>

#include "models/person_fields.h"

namespace gmpi {

namespace {

/// Fields that come from one record, named by the one that is chosen by.
struct Block {
  std::string_view lead;
  std::array<std::string_view, 4> fields;
};
constexpr std::array kBlocks = {Block{"nhs_number", {"nhs_number", "nhs_number_status"}},
                                Block{"postcode", {"address_line", "town", "county", "postcode"}}};

const Block* block_of(std::string_view field) {
  for (const Block& block : kBlocks)
    if (std::find(block.fields.begin(), block.fields.end(), field) != block.fields.end()) return &block;
  return nullptr;
}

std::string folded(std::string_view value) {
  std::string out(value);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

bool gives_any(const SurvivorInput& member, const Block& block) {
  return std::any_of(block.fields.begin(), block.fields.end(), [&](std::string_view field) {
    return !field.empty() && !member.record.field(field).empty();
  });
}

/// False when the field has a standard column of its own and its value came to nothing there.
bool is_evidence(const SurvivorInput& member, std::string_view field) {
  return std::none_of(member.standard.removals.begin(), member.standard.removals.end(),
                      [&](const Removal& removal) { return removal.column == field; }) ||
         member.standard.find(field) != nullptr;
}

bool is_verified(const SurvivorInput& member, std::string_view field) {
  return field == "nhs_number" && member.record.field("nhs_number_status") == "01";
}

/// The member whose value of `field` survives; null when nobody gives one. `counts_as_given` widens what
/// giving is.
template <class Given>
const SurvivorInput* survivor(const std::vector<SurvivorInput>& members, std::string_view field,
                              Given given) {
  std::map<std::string, int> frequency;
  for (const auto& member : members) ++frequency[folded(member.record.field(field))];
  const auto rank = [&](const SurvivorInput& member) {
    const std::string_view value = member.record.field(field);
    return std::tuple(!value.empty() && is_evidence(member, field), is_verified(member, field),
                      member.record.event_ms, value.empty() ? 0 : frequency[folded(value)]);
  };
  const SurvivorInput* best = nullptr;
  for (const auto& member : members) {
    if (!given(member)) continue;
    const auto mine = rank(member);
    if (best == nullptr || mine > rank(*best) ||
        (mine == rank(*best) && std::tuple(member.record.field(field), member.record.key) <
                                    std::tuple(best->record.field(field), best->record.key)))
      best = &member;
  }
  return best;
}

void append_from(const SurvivorInput& member, std::string_view name, std::vector<GoldenField>& golden) {
  for (const SourceField& field : member.record.fields)
    if (field.name == name && !field.value.empty())
      golden.push_back({std::string(name), field.value, member.record.key});
}

void append_all(const std::vector<SurvivorInput>& members, std::string_view name,
                std::vector<GoldenField>& golden) {
  std::vector<const SurvivorInput*> recent;
  for (const auto& member : members) recent.push_back(&member);
  std::sort(recent.begin(), recent.end(), [](const SurvivorInput* a, const SurvivorInput* b) {
    return a->record.event_ms != b->record.event_ms ? a->record.event_ms > b->record.event_ms
                                                    : a->record.key < b->record.key;
  });
  const std::size_t first = golden.size();
  for (const SurvivorInput* member : recent)
    for (const SourceField& field : member->record.fields) {
      if (field.name != name || field.value.empty()) continue;
      const bool known =
          std::any_of(golden.begin() + static_cast<std::ptrdiff_t>(first), golden.end(),
                      [&](const GoldenField& other) { return folded(other.value) == folded(field.value); });
      if (!known) golden.push_back({std::string(name), field.value, member->record.key});
    }
}

}  // namespace

std::vector<GoldenField> golden_record(const std::vector<SurvivorInput>& members) {
  std::vector<GoldenField> golden;
  for (const PersonField& field : kPersonFields) {
    if (const Block* block = block_of(field.name)) {
      const auto* from =
          survivor(members, block->lead, [&](const auto& member) { return gives_any(member, *block); });
      if (from != nullptr) append_from(*from, field.name, golden);
    } else if (field.is_list) {
      append_all(members, field.name, golden);
    } else {
      const auto* from = survivor(
          members, field.name, [&](const auto& member) { return !member.record.field(field.name).empty(); });
      if (from != nullptr)
        golden.push_back(
            {std::string(field.name), std::string(from->record.field(field.name)), from->record.key});
    }
  }
  return golden;
}

}  // namespace gmpi
