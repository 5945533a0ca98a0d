#include "standardize/headers.h"

#include <algorithm>
#include <array>

#include "models/person_fields.h"
#include "standardize/fold.h"

namespace gmpi {
namespace {

struct FieldHeaders {
  std::string_view field;
  std::string_view headers;  // lower-case letters and digits, separated by spaces
};

constexpr std::array kHeaders = {
    FieldHeaders{"nhs_number", "nhsnumber nhsno nhsnum nhs nhsid nhsnumberdigits"},
    FieldHeaders{"nhs_number_status",
                 "nhsnumberstatus nhsstatus nhsnumberstatuscode nhsverification nhsnumberverificationstatus"},
    FieldHeaders{"title", "title nameprefix prefix salutation honorific"},
    FieldHeaders{"given_name",
                 "givenname given firstname first forename fname forename1 givenname1 firstforename "
                 "patientfirstname patientforename"},
    FieldHeaders{
        "middle_names",
        "middlenames middlename middle middleinitial mname givenname2 givenname3 forename2 forename3 "
        "othergivennames othergivenname secondname othernames secondforename middleforenames"},
    FieldHeaders{"surname",
                 "surname lastname last family familyname lname surname1 patientlastname patientsurname"},
    FieldHeaders{"suffix", "suffix namesuffix generation"},
    FieldHeaders{"full_name", "fullname name patientname wholename personname"},
    FieldHeaders{"known_as", "knownas nickname preferredname preferredforename callname usualforename"},
    FieldHeaders{"previous_surname",
                 "previoussurname surname2 maidenname maiden formersurname birthsurname previouslastname "
                 "previousfamilyname othersurname surnameatbirth"},
    FieldHeaders{"alias", "alias aliases aka othername alsoknownas"},
    FieldHeaders{"dob", "dob dateofbirth birthdate birthday birthdt datebirth dobdate patientdob"},
    FieldHeaders{"death_date", "deathdate dateofdeath dod deceaseddate deceaseddatetime"},
    FieldHeaders{"sex",
                 "sex gender gendercode sexcode administrativegender persongender birthsex statedgender "
                 "personstatedgendercode"},
    FieldHeaders{"birth_order", "birthorder multiplebirthorder multiplebirthinteger"},
    FieldHeaders{
        "mother_surname",
        "mothersurname mothersmaidenname mothermaiden mothermaidenname motherslastname motherlastname"},
    FieldHeaders{"address_line",
                 "addressline address streetaddress street streetname streetnumber housenumber housename "
                 "address1 address2 address3 address4 addressline1 addressline2 addressline3 addressline4 "
                 "addr1 addr2 addr unit flat housenameornumber"},
    FieldHeaders{"town", "town city suburb posttown locality towncity municipality village"},
    FieldHeaders{"county", "county state province region stateprovince"},
    FieldHeaders{"postcode", "postcode zip zipcode postalcode postalzip zip5 pcode"},
    FieldHeaders{"previous_postcode", "previouspostcode oldpostcode formerpostcode"},
    FieldHeaders{"phone",
                 "phone telephone mobile phonenumber telephonenumber tel mobilephone homephone workphone "
                 "cell cellphone mobilenumber phone1 phone2 telephone1 telephone2 contactnumber"},
    FieldHeaders{"email", "email emailaddress mail emailaddr"},
    FieldHeaders{
        "identifier",
        "identifier identifiers nationalid ssn socialsecuritynumber mrn medicalrecordnumber artnumber "
        "hospitalnumber hospitalno patientid patientnumber casenotenumber unitnumber insuranceid medicaid "
        "medicareid "
        "passport passportnumber ninumber socsecid hcn hcnumber healthandcarenumber drivinglicence "
        "nationalinsurancenumber nino uln upn chi chinumber districtnumber nin driverslicense driverlicense"},
    FieldHeaders{
        "gp_practice",
        "gppractice gppracticecode practicecode gpcode registeredpractice generalpractice odscodegp"},
    FieldHeaders{"restricted",
                 "restricted sflag sensitive sensitiveflag confidentiality confidentialitycode protected"},
};

bool has_word(std::string_view words, std::string_view word) {
  const Words all = split_words(words, " ");
  return std::ranges::find(all, word) != all.end();
}

}  // namespace

std::optional<std::string_view> person_field_for(std::string_view header) {
  const std::string key = fold_alnum(header);
  if (key.empty()) return std::nullopt;
  for (const auto& row : kHeaders)
    if (has_word(row.headers, key)) return row.field;
  return std::nullopt;
}

bool header_names_identifier_system(std::string_view header) {
  const std::string key = fold_alnum(header);
  return person_field_for(header) == "identifier" && key != "identifier" && key != "identifiers";
}

}  // namespace gmpi
