#include "benchmarks/population/record_errors.h"

#include <algorithm>

#include "benchmarks/population/errors.h"

namespace gmpi::population {
namespace {

/// One of the three ways to misspell, by how the source gets its text.
std::string misspelt(const std::string& text, const RecordMood& mood, Random& random) {
  if (text.empty()) return text;
  if (random.chance(mood.rates.scanned)) return misread(text, random);
  std::string wrong = random.chance(0.35) ? misheard(text, random) : mistyped(text, random);
  return wrong == text ? mistyped(text, random) : wrong;
}

void misspell_names(const RecordMood& mood, Record& record, Random& random) {
  const auto which = random.below(10);  // forename 5, surname 4, both 1
  if (which < 5 || which == 9) record[Field::kGivenName] = misspelt(record[Field::kGivenName], mood, random);
  if (which >= 5) record[Field::kSurname] = misspelt(record[Field::kSurname], mood, random);
}

std::string first_word(const std::string& text) {
  return text.substr(0, text.find(' '));
}

void use_known_as(const World& world, const Person& person, Record& record, Random& random) {
  if (!person.known_as.empty()) {
    record[Field::kGivenName] = person.known_as;
  } else if (!record[Field::kMiddleNames].empty() && random.chance(0.15)) {
    record[Field::kGivenName] = first_word(record[Field::kMiddleNames]);
  } else if (const auto* nicknames = world.tables->nicknames.find(record[Field::kGivenName])) {
    record[Field::kGivenName] =
        random.chance(0.7) ? nicknames->front() : (*nicknames)[random.below(nicknames->size())];
  } else {
    record[Field::kGivenName] = mistyped(record[Field::kGivenName], random);
  }
}

/// Spelling by custom is a habit of the system, not of the day: the same person, the same way in one system.
void spell_by_custom(const World& world, const RecordMood& mood, const Person& person, Record& record) {
  Random habit(seed_for(world, 's', person.entity * 4096 + record.source));
  auto& given = record[Field::kGivenName];
  auto& surname = record[Field::kSurname];
  // Careful systems ask for the spelling; 0.05 is the middle of the kinds' rates of names that differ.
  const double care = std::min(2.0, mood.rates.name_differs / 0.05) * mood.source.care;
  const double custom = std::min(0.9, kErrors.custom_spelling * care);
  if (person.origin != Origin::kBritish) {
    if (habit.chance(custom)) given = respelt(given, world.tables->spellings, habit);
    if (habit.chance(custom)) surname = respelt(surname, world.tables->spellings, habit);
  }
  if (is_compound_surname(surname) && habit.chance(std::min(0.9, kErrors.compound_surname * care)))
    surname = loosened_surname(surname, habit);
  if (given.find(' ') != std::string::npos && habit.chance(0.25)) given = first_word(given);
}

std::string dummy_postcode(const RecordMood& mood, Random& random) {
  const double u = random.uniform(), a = mood.rates.no_fixed_abode, b = a + mood.rates.postcode_unknown;
  return u < a ? "ZZ99 3VZ" : u < b ? "ZZ99 3WZ" : u < b + 0.0003 ? "ZZ99 3CZ" : "";
}

}  // namespace

RecordMood draw_mood(const SourceSystem& source, const Person& person, Random& random) {
  const double clerk_mean = 1 + kErrors.bad_clerk_records * (kErrors.bad_clerk_factor - 1);
  const double clerk = random.chance(kErrors.bad_clerk_records) ? kErrors.bad_clerk_factor : 1.0;
  return {source, kSources[static_cast<std::size_t>(source.kind)],
          clerk / clerk_mean * person.care * source.care};
}

void spoil_name(const World& world, const RecordMood& mood, const Person& person, Record& record,
                Random& random) {
  spell_by_custom(world, mood, person, record);
  if (has_other_name_order(person.origin)) {
    if (random.chance(mood.rate(kErrors.swapped_names_custom)))
      std::swap(record[Field::kGivenName], record[Field::kSurname]);
    else if (is_south_asian(person.origin) && random.chance(mood.rate(kErrors.no_surname)))
      record[Field::kSurname] = record[Field::kGivenName];
  }
  if (!random.chance(mood.rate(mood.rates.name_differs))) return;
  const double u = random.uniform();
  if (u < mood.rates.known_as_used)
    use_known_as(world, person, record, random);
  else if (u < mood.rates.known_as_used + 0.04)
    std::swap(record[Field::kGivenName], record[Field::kSurname]);
  else
    misspell_names(mood, record, random);
}

void spoil_birth_date(const RecordMood& mood, const Person& person, Day other_birth, Record& record,
                      Random& random) {
  if (random.chance(mood.rates.dob_blank))
    record[Field::kDob].clear();
  else if (random.chance(mood.rate(mood.rates.dob_wrong)))
    record[Field::kDob] = wrong_birth_date(person.birth, other_birth, random);
}

void spoil_address(const World& world, const RecordMood& mood, Record& record, Random& random) {
  auto& line = record[Field::kAddressLine];
  auto& postcode = record[Field::kPostcode];
  if (auto dummy = dummy_postcode(mood, random); !dummy.empty()) {
    if (dummy == "ZZ99 3VZ") {
      line = "NO FIXED ABODE";
      record[Field::kTown].clear();
    }
    postcode = std::move(dummy);
    return;
  }
  const bool incident =
      mood.source.kind == SourceKind::kAmbulance && random.chance(kErrors.incident_postcode);
  if (incident || random.chance(mood.rate(kErrors.site_postcode))) {
    const auto& units = world.tables->units;
    const auto [first, end] = world.tables->units_of[static_cast<std::size_t>(mood.source.locality)];
    // An incident is anywhere in the county; a site has one postcode of its own.
    const auto& unit =
        incident ? units[random.below(units.size())] : units[first + (record.source * 37) % (end - first)];
    postcode = unit.postcode;
    if (incident) line.clear();
    return;
  }
  if (random.chance(mood.rate(kErrors.postcode_zero_o))) postcode = letter_for_digit(postcode, random);
  if (line.starts_with("Flat ") && random.chance(kErrors.flat_lost)) line = line.substr(line.find(", ") + 2);
  if (random.chance(kErrors.line_order)) line = mistyped(line, random);
  if (random.chance(kErrors.line_order)) {
    line += ", " + record[Field::kTown];
    record[Field::kTown].clear();
  }
}

void spoil_sex_and_title(const RecordMood& mood, Record& record, Random& random) {
  if (random.chance(mood.rates.sex_blank))
    record[Field::kSex].clear();
  else if (random.chance(mood.rate(kErrors.sex_changed)))
    record[Field::kSex] = record[Field::kSex] == "male" ? "female" : "male";
  static constexpr std::array<std::string_view, 4> kTitles = {"Mr", "Mrs", "Miss", "Ms"};
  if (random.chance(mood.rate(kErrors.title_wrong)))
    record[Field::kTitle] = kTitles[random.below(kTitles.size())];
}

void spoil_nhs_number(const RecordMood& mood, const std::vector<std::uint64_t>& household_numbers,
                      std::uint64_t stranger_number, Record& record, Random& random) {
  auto& number = record[Field::kNhsNumber];
  if (number.empty()) return;
  const std::uint64_t right = std::stoull(number);
  // Practices trace every number at registration: theirs go wrong a fifth as often.
  const RecordMood traced{mood.source, mood.rates,
                          mood.source.kind == SourceKind::kGp ? mood.worse / 5 : mood.worse};
  if (random.chance(traced.rate(kErrors.nhs_digit_wrong))) {
    number = one_digit_wrong(right, random);
  } else if (random.chance(traced.rate(kErrors.nhs_digits_swapped))) {
    number = two_digits_swapped(right, random);
  } else if (random.chance(traced.rate(kErrors.nhs_dummy))) {
    number = dummy_nhs_number(random);
  } else if (random.chance(traced.rate(kErrors.nhs_of_other))) {
    const bool near = !household_numbers.empty() && random.chance(kErrors.nhs_of_household);
    const auto other = near ? household_numbers[random.below(household_numbers.size())] : stranger_number;
    if (other != 0) number = std::to_string(other);
  } else {
    return;
  }
  record[Field::kNhsStatus] = random.chance(0.7) ? "02" : "03";
}

void apply_house_style(const RecordMood& mood, Record& record, Random& random) {
  const auto keep = [&](Field field, double share) {
    if (!random.chance(share)) record[field].clear();
  };
  keep(Field::kMiddleNames, mood.rates.middle_name);
  if (auto& middle = record[Field::kMiddleNames];
      !middle.empty() && mood.source.kind != SourceKind::kGp && random.chance(0.35))
    middle = middle.substr(0, 1);
  keep(Field::kTitle, mood.rates.title);
  keep(Field::kPhone, mood.rates.phone);
  keep(Field::kEmail, mood.rates.email);
  keep(Field::kPractice, mood.rates.gp_practice);
  keep(Field::kSuffix, 0.5);
  keep(Field::kKnownAs,
       mood.source.kind == SourceKind::kGp || mood.source.kind == SourceKind::kSocial ? 0.8 : 0.2);
  keep(Field::kCounty, 0.25);
  static constexpr std::array<std::string_view, 3> kMale = {"male", "M", "1"}, kFemale = {"female", "F", "2"};
  // FHIR, HL7 v2 and NHS data dictionary codes, by kind of system.
  const std::size_t code = static_cast<std::size_t>(mood.source.kind) % 3;
  if (auto& sex = record[Field::kSex]; !sex.empty()) sex = sex == "male" ? kMale[code] : kFemale[code];
  for (auto field : {Field::kGivenName, Field::kMiddleNames, Field::kSurname, Field::kKnownAs})
    if (mood.source.kind != SourceKind::kGp) record[field] = without_diacritics(record[field]);
  if (mood.source.kind != SourceKind::kDiagnostics) return;
  for (auto field :
       {Field::kGivenName, Field::kMiddleNames, Field::kSurname, Field::kAddressLine, Field::kTown})
    record[field] = in_upper_case(record[field]);
  for (auto field : {Field::kGivenName, Field::kSurname})
    if (record[field].size() > 16) record[field].resize(16);
}

}  // namespace gmpi::population
