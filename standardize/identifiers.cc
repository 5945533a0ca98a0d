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

/// "2.16.840.1.113883.2.1.4.1"
bool is_oid(std::string_view system) {
  const bool figures = std::ranges::all_of(system, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return figures && !system.empty() && system.front() != '.' && std::ranges::count(system, '.') >= 3;
}

constexpr std::string_view kNoSystem = "plain";

}  // namespace

bool is_shared_system(std::string_view system) {
  constexpr std::array<std::string_view, 27> kNational = {"ssn",
                                                          "socialsecuritynumber",
                                                          "socsecid",
                                                          "nationalid",
                                                          "nationalidnumber",
                                                          "nin",
                                                          "ni",
                                                          "ninumber",
                                                          "nino",
                                                          "uln",
                                                          "nationalinsurancenumber",
                                                          "upn",
                                                          "chi",
                                                          "chinumber",
                                                          "hcn",
                                                          "hcnumber",
                                                          "healthandcarenumber",
                                                          "handcnumber",
                                                          "dvla",
                                                          "drivinglicence",
                                                          "medicareid",
                                                          "biometricresidencepermit",
                                                          "brp",
                                                          "arc",
                                                          "homeofficenumber",
                                                          "homeofficereference",
                                                          "pesel"};
  const std::string folded = system_of(system);
  if (folded.find("://") != std::string::npos || folded.starts_with("urn:") || is_oid(folded)) return true;
  const std::string key = fold_alnum(folded);
  // Countries number their passports alike: one is known only with its country, as two or three letters.
  for (const std::string_view passport : {"passport", "passportnumber"})
    if (key.starts_with(passport) && (key.size() == passport.size() + 2 || key.size() == passport.size() + 3))
      return true;
  return among(key, kNational);
}

std::string_view system_of_identifier(std::string_view identifier) {
  const auto colon = identifier.rfind(':');
  return colon == std::string_view::npos ? kNoSystem : identifier.substr(0, colon);
}

Reading parse_identifier(std::string_view text, std::string_view source) {
  const auto colon = text.rfind(':');
  const bool has_system = colon != std::string_view::npos;
  const std::string value = upper_alnum(has_system ? text.substr(colon + 1) : text);
  if (value.empty()) return {};
  if (value.size() < 3) return missing_because("identifier too short to compare");
  if (is_dummy(value)) return missing_because("dummy identifier");
  std::string_view named = has_system ? text.substr(0, colon) : std::string_view();
  const std::string scope = source.empty() ? std::string() : std::string(source) + '/';
  if (!scope.empty() && named.starts_with(scope)) named.remove_prefix(scope.size());  // comparable already
  std::string system = system_of(named);
  if (!scope.empty() && !is_shared_system(system))
    system = scope + (system.empty() ? std::string(kNoSystem) : system);
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
