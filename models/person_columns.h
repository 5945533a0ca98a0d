// models/person_columns.h - the columns of a standardised person, which the shipped model's conditions speak of.
#pragma once

#include <array>
#include <string_view>

namespace gmpi {

struct PersonColumn {
  std::string_view name;
  bool is_list;
};

/// What standardize_person() can yield, texts first. standardize/person.h says what each holds.
inline constexpr std::array kPersonColumns = {
    PersonColumn{"nhs_number", false},
    PersonColumn{"nhs_verified", false},
    PersonColumn{"title", false},
    PersonColumn{"given_name", false},
    PersonColumn{"given_initial", false},
    PersonColumn{"surname", false},
    PersonColumn{"suffix", false},
    PersonColumn{"mother_surname", false},
    PersonColumn{"dob", false},
    PersonColumn{"dob_swapped", false},
    PersonColumn{"birth_year", false},
    PersonColumn{"birth_month_day", false},
    PersonColumn{"death_date", false},
    PersonColumn{"sex", false},
    PersonColumn{"birth_order", false},
    PersonColumn{"postcode", false},
    PersonColumn{"postcode_sector", false},
    PersonColumn{"postcode_district", false},
    PersonColumn{"town", false},
    PersonColumn{"address_number", false},
    PersonColumn{"gp_practice", false},
    PersonColumn{"communal", false},
    PersonColumn{"restricted", false},
    PersonColumn{"given_names", true},
    PersonColumn{"middle_names", true},
    PersonColumn{"given_roots", true},
    PersonColumn{"surnames", true},
    PersonColumn{"given_sounds", true},
    PersonColumn{"surname_sounds", true},
    PersonColumn{"surname_soundex", true},
    PersonColumn{"name_tokens", true},
    PersonColumn{"address_tokens", true},
    PersonColumn{"postcodes", true},
    PersonColumn{"phones", true},
    PersonColumn{"emails", true},
    PersonColumn{"identifiers", true},
    PersonColumn{"identifier_systems", true},
};

}  // namespace gmpi
