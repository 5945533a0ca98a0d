#include "standardize/headers.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/person_fields.h"

namespace gmpi {
namespace {

TEST(Headers, RecogniseWhatExportsCallTheirColumns) {
  const std::pair<const char*, const char*> kTable[] = {{"first_name", "given_name"},
                                                        {"First Name", "given_name"},
                                                        {"firstName", "given_name"},
                                                        {"FORENAME", "given_name"},
                                                        {"given", "given_name"},
                                                        {"given_name_2", "middle_names"},
                                                        {"middle-name", "middle_names"},
                                                        {"last_name", "surname"},
                                                        {"Family", "surname"},
                                                        {"surname_2", "previous_surname"},
                                                        {"maiden_name", "previous_surname"},
                                                        {"date_of_birth", "dob"},
                                                        {"D.O.B.", "dob"},
                                                        {"birthdate", "dob"},
                                                        {"gender", "sex"},
                                                        {"zip", "postcode"},
                                                        {"Post Code", "postcode"},
                                                        {"suburb", "town"},
                                                        {"city", "town"},
                                                        {"state", "county"},
                                                        {"street_number", "address_line"},
                                                        {"address_1", "address_line"},
                                                        {"address_2", "address_line"},
                                                        {"street", "address_line"},
                                                        {"telephone", "phone"},
                                                        {"mobile", "phone"},
                                                        {"e-mail", "email"},
                                                        {"nhs_no", "nhs_number"},
                                                        {"NHS Number", "nhs_number"},
                                                        {"national_id", "identifier"},
                                                        {"ssn", "identifier"},
                                                        {"mrn", "identifier"},
                                                        {"art_number", "identifier"},
                                                        {"patient_id", "identifier"},
                                                        {"soc_sec_id", "identifier"},
                                                        {"S-flag", "restricted"},
                                                        {"\xEF\xBB\xBF"
                                                         "dob",
                                                         "dob"},
                                                        {"mother_maiden", "mother_surname"},
                                                        {"full_name", "full_name"}};
  for (const auto& [header, field] : kTable) EXPECT_EQ(person_field_for(header), field) << header;
}

TEST(Headers, LeaveStrangersAlone) {
  for (const char* header :
       {"record_id", "id", "source", "entity_id", "occupation", "race", "age", "", "_", "birth_place"})
    EXPECT_EQ(person_field_for(header), std::nullopt) << header;
}

TEST(Headers, EveryPersonFieldIsItsOwnHeader) {
  for (const auto& field : kPersonFields) EXPECT_EQ(person_field_for(field.name), field.name);
}

TEST(Headers, OnlyNamedIdentifiersNameASystem) {
  EXPECT_TRUE(header_names_identifier_system("ssn"));
  EXPECT_TRUE(header_names_identifier_system("national_id"));
  EXPECT_FALSE(header_names_identifier_system("identifier"));
  EXPECT_FALSE(header_names_identifier_system("surname"));
}

}  // namespace
}  // namespace gmpi
