#include "standardize/identifiers.h"

#include <algorithm>
#include <array>

#include "standardize/fold.h"
#include "standardize/word_set.h"

namespace gmpi {
namespace {

std::string upper_alnum(std::string_view text) {
  std::string out = fold_alnum(text);
  for (auto& c : out)
    if (is_letter(c)) c = static_cast<char>(c - 32);
  return out;
}

bool is_dummy(std::string_view value) {
  constexpr std::array<std::string_view, 12> kDummies = {"123456789", "1234567890", "12345678", "1234567",
                                                         "123456",    "UNKNOWN",    "UNK",      "NONE",
                                                         "NULL",      "NOTKNOWN",   "NOTGIVEN", "TEST"};
  return all_same(value) || among(value, kDummies);
}

std::string system_of(std::string_view text) {
  std::string system = fold(text);
  std::erase(system, ' ');
  return system;
}

}  // namespace

Reading parse_identifier(std::string_view text) {
  const auto colon = text.rfind(':');
  const bool has_system = colon != std::string_view::npos;
  const std::string value = upper_alnum(has_system ? text.substr(colon + 1) : text);
  if (value.empty()) return {};
  if (value.size() < 3) return missing_because("identifier too short to compare");
  if (is_dummy(value)) return missing_because("dummy identifier");
  const std::string system = has_system ? system_of(text.substr(0, colon)) : std::string();
  return {system.empty() ? value : system + ':' + value, {}};
}

bool is_nhs_number_system(std::string_view system) {
  constexpr std::array<std::string_view, 9> kNames = {"https://fhir.nhs.uk/id/nhs-number",
                                                      "2.16.840.1.113883.2.1.4.1",
                                                      "urn:oid:2.16.840.1.113883.2.1.4.1",
                                                      "2.16.840.1.113883.2.1.3.2.4.3",
                                                      "nhs",
                                                      "nhs_number",
                                                      "nhsnumber",
                                                      "nhs-number",
                                                      "nhsno"};
  const std::string folded = system_of(system);
  return among(folded, kNames);
}

Reading parse_practice_code(std::string_view text) {
  std::string code = upper_alnum(text);
  if (code.empty()) return {};
  if (code == "V81997" || code == "V81998" || code == "V81999")
    return missing_because("no known GP practice");
  if (code.size() < 3 || code.size() > 8 || all_same(code)) return missing_because("not an ODS code");
  return {std::move(code), {}};
}

}  // namespace gmpi
