// What becomes of a record, as a table for someone who knows records and not this code.
//
// One line a record: what was sent | what is compared | what was left out, and why. Only the columns named in
// the middle are looked at; "column=" says that the column must be missing. The third part is complete.
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "standardize/person.h"

namespace gmpi {
namespace {

constexpr std::string_view kTable = R"(
given_name=BABY OF JANE; surname=SMITH            | surname=smith; given_name=                        | given_name: placeholder name
given_name=Baby; surname=Baby                     | surname=; name_tokens=                            | given_name: placeholder name; surname: placeholder name
given_name=Sarah; surname=Baby                    | given_name=sarah; surname=baby                    |
given_name=TWIN 1; surname=KHAN                   | given_name=; birth_order=1; surname=khan          | given_name: placeholder name
given_name=TWIN 2; surname=KHAN; birth_order=1    | birth_order=1                                     | given_name: placeholder name
given_name=Baby Khan; surname=Khan                | given_name=; surname=khan                         | given_name: placeholder name
given_name=UNKNOWN MALE; surname=UNKNOWN          | given_name=; surname=                             | given_name: placeholder name; surname: placeholder name
given_name=TEST; surname=TEST                     | given_name=; surname=                             | given_name: placeholder name; surname: placeholder name
given_name=Alice; surname=Test                    | given_name=alice; surname=test                    |
given_name=😀; surname=Smith                       | given_name=; surname=smith                        | given_name: not a name
given_name=Md Abdul; surname=Rahman               | given_name=md; middle_names=abdul; given_roots=mohammed |
given_name=Mohammed; surname=Al-Rahman            | given_roots=mohammed; surname=alrahman; surnames=alrahman,rahman |
given_name=Liz; surname=Taylor                    | given_roots=elizabeth                             |
given_name=Alex; surname=Taylor                   | given_roots=alexander,alexandra,alexis            |
given_name=Zebedee; surname=Taylor                | given_roots=zebedee                               |
given_name=Zoë; known_as=Kit; surname=Núñez       | given_name=zoe; given_names=kit,zoe; surname=nunez |
given_name=Rajinder Singh; surname=               | given_name=rajinder; middle_names=singh; surname= |
surname=Sukarno                                   | surname=sukarno; given_name=; name_tokens=sukarno |
full_name=O'NEILL, Mary-Kate                      | given_name=marykate; given_names=kate,mary,marykate; surname=oneill; surnames=neill,oneill |
full_name=Dr Ludwig van Beethoven                 | title=dr; given_name=ludwig; surname=vanbeethoven |
given_name=Ann; surname=Lee (née Wong)            | surname=lee; surnames=lee,wong                    |
given_name=Ann; surname=Lee; previous_surname=Wong| surnames=lee,wong; surname_soundex=L000,W520      |
given_name=John; surname=Smith Jnr                | surname=smith; suffix=jr                          |
given_name=Mr John; surname=Smith                 | title=mr; given_name=john                         |
dob=1980-05-04                                    | dob=1980-05-04; dob_swapped=1980-04-05; birth_year=1980; birth_month_day=05-04 |
dob=1980-05-24                                    | dob=1980-05-24; dob_swapped=                      |
dob=01/01/1980                                    | dob=1980-01-01; birth_month_day=                  |
dob=01/01/1900                                    | dob=; birth_year=                                 | dob: default date
dob=1980                                          | dob=; birth_year=1980                             | dob: partial date
dob=30/02/1980                                    | dob=; birth_year=1980                             | dob: impossible date
dob=04/05/80                                      | dob=; birth_year=                                 | dob: two-digit year
dob=2026-01-01                                    | dob=; birth_year=                                 | dob: date in the future
sex=2                                             | sex=female                                        |
sex=9                                             | sex=                                              | sex: sex neither male nor female
postcode=m139pl                                   | postcode=M13 9PL; postcode_sector=M13 9; postcode_district=M13 |
postcode=ZZ99 3VZ                                 | postcode=; postcodes=                             | postcode: pseudo-postcode: no fixed abode
postcode=M13                                      | postcode=; postcode_district=M13                  | postcode: outward code only
postcode=2913                                     | postcode=2913; postcode_district=291; postcode_sector= |
nhs_number=943-476-5919; nhs_number_status=01     | nhs_number=9434765919; nhs_verified=9434765919    |
nhs_number=9434765919; nhs_number_status=03       | nhs_number=9434765919; nhs_verified=              |
nhs_number=9434765918                             | nhs_number=                                       | nhs_number: NHS number fails modulus 11
nhs_number=1111111111                             | nhs_number=                                       | nhs_number: NHS number is a dummy
address_line=Flat 2; address_line=14 St Ann's Rd  | address_number=14; address_tokens=14,2,anns,flat,road,saint |
address_line=NO FIXED ABODE                       | address_number=; address_tokens=                  | address_tokens: no fixed abode
phone=0161 496 0000 / 4960                        | phones=+441614960000                              | phones: too few digits to compare
phone=00000000000                                 | phones=                                           | phones: dummy phone number
email=NONE@NONE.COM                               | emails=                                           | emails: placeholder e-mail address
identifier=ssn:000-00-0000                        | identifiers=                                      | identifiers: dummy identifier
gp_practice=V81999                                | gp_practice=                                      | gp_practice: no known GP practice
)";

std::string trimmed(std::string text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::vector<std::string> cut(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, at);)
    if (!trimmed(part).empty()) parts.push_back(trimmed(part));
  return parts;
}

std::pair<std::string, std::string> pair_of(const std::string& text) {
  const auto equals = text.find('=');
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::string shown_values(const StandardRecord& record, std::string_view column) {
  std::string out;
  if (const auto* found = record.find(column))
    for (const auto& value : found->values) out += (out.empty() ? "" : ",") + value;
  return out;
}

std::string shown_removals(const StandardRecord& record) {
  std::string out;
  for (const auto& removal : record.removals)
    out += (out.empty() ? "" : "; ") + removal.column + ": " + removal.reason;
  return out;
}

TEST(Scenarios, RecordsBecomeWhatTheTableSays) {
  using namespace std::chrono;
  StandardizeOptions options;
  options.as_of_date = 2025y / 6 / 1;
  options.test_nhs_numbers = true;
  int rows = 0;
  for (const auto& line : cut(std::string(kTable), '\n')) {
    const auto first = line.find('|');
    const auto second = line.find('|', first + 1);
    ASSERT_NE(second, std::string::npos) << line;
    SourceRecord record;
    for (const auto& field : cut(line.substr(0, first), ';'))
      record.fields.push_back({pair_of(field).first, pair_of(field).second});
    const auto out = standardize_person(record, options);
    for (const auto& column : cut(line.substr(first + 1, second - first - 1), ';'))
      EXPECT_EQ(shown_values(out, pair_of(column).first), pair_of(column).second) << line;
    EXPECT_EQ(shown_removals(out), trimmed(line.substr(second + 1))) << line;
    ++rows;
  }
  EXPECT_EQ(rows, 49);
}

}  // namespace
}  // namespace gmpi
