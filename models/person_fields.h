// models/person_fields.h - the field names of a flat person: records.csv, the flat JSON of /api/v1, SourceRecord.
//
// A list field may occur several times in JSON (as an array) and as fields of one name; in a CSV cell its values
// are separated by '|'.
#pragma once

#include <array>
#include <string_view>

namespace gmpi {

struct PersonField {
  std::string_view name;
  bool is_list;
  std::string_view meaning;
};

inline constexpr std::array kPersonFields = {
    PersonField{"nhs_number", false, "NHS number, ten digits, spaces and hyphens allowed"},
    PersonField{"nhs_number_status", false, "verification status 01 to 08 (01 = present and verified)"},
    PersonField{"title", false, "Mr, Mrs, Dr ..."},
    PersonField{"given_name", false, "first given name (further ones after a space are accepted)"},
    PersonField{"middle_names", false, "further given names"},
    PersonField{"surname", false, "current family name"},
    PersonField{"suffix", false, "Jr, Sr, III ..."},
    PersonField{"full_name", false, "whole name in one field, when the source does not split it"},
    PersonField{"known_as", true, "names the person goes by"},
    PersonField{"previous_surname", true, "family names once held (maiden, former)"},
    PersonField{"alias", true, "other whole names"},
    PersonField{"dob", false, "date of birth, YYYY-MM-DD preferred; YYYY and YYYY-MM are partial"},
    PersonField{"death_date", false, "date of death"},
    PersonField{"sex", false, "FHIR, HL7 v2 or NHS code"},
    PersonField{"birth_order", false, "1, 2 ... within a multiple birth"},
    PersonField{"mother_surname", false, "mother's family name"},
    PersonField{"address_line", true, "number and street, without town and postcode"},
    PersonField{"town", false, "town, suburb or city"},
    PersonField{"county", false, "county or state"},
    PersonField{"postcode", false, "UK postcode; another country's code is kept as text"},
    PersonField{"previous_postcode", true, "postcodes once held"},
    PersonField{"phone", true, "telephone numbers"},
    PersonField{"email", true, "e-mail addresses"},
    PersonField{"identifier", true,
                "any other identifier, 'system:value' or plain; of a source's own unless the system is "
                "national or a URI"},
    PersonField{"gp_practice", false, "ODS code of the registered practice"},
    PersonField{"restricted", false,
                "R, V, S, yes or true: a protected person, whose record joins no other unasked"},
};

}  // namespace gmpi
