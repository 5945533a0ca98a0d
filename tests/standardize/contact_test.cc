// Phones, e-mail addresses, identifiers, practice codes. Numbers are from Ofcom's ranges for drama.
#include <gtest/gtest.h>

#include "standardize/emails.h"
#include "standardize/identifiers.h"
#include "standardize/phones.h"

namespace gmpi {
namespace {

TEST(Phone, WritingsOfOneUkNumberAreOneNumber) {
  for (const char* text :
       {"0161 496 0000", "01614960000", "+44 161 496 0000", "+44 (0)161 496 0000", "0044 161 496 0000",
        "(0161) 496-0000", "0161.496.0000", "44 161 496 0000", "tel:+441614960000", "0161 496 0000 ext 12",
        "0161 496 0000 x12", "０１６１４９６００００"})
    EXPECT_EQ(read_phone(text, "GB").number, "+441614960000") << text;
  for (const char* text : {"07700 900123", "+447700900123", "7700900123", "00447700900123"})
    EXPECT_EQ(read_phone(text, "GB").number, "+447700900123") << text;
  EXPECT_EQ(read_phone("0161 496 0000 ext. 12", "GB").extension, "12");
  EXPECT_EQ(read_phone("01632 96001", "GB").number, "+44163296001");  // a nine-digit area
}

TEST(Phone, NumbersOfOtherCountriesAreKept) {
  EXPECT_EQ(read_phone("+1 (321) 499-7661", "GB").number, "+13214997661");
  EXPECT_EQ(read_phone("00 353 1 234 5678", "GB").number, "+35312345678");
  EXPECT_EQ(read_phone("712 486766", "GB").number, "712486766");
  EXPECT_EQ(read_phone("(248)782-7944", "GB").number, "2487827944");
  EXPECT_EQ(read_phone("0412 345 678", "GB").number, "0412345678");
  EXPECT_EQ(read_phone("01614960000", "AU").number, "01614960000");
}

TEST(Phone, WhatCannotBeComparedIsMissingWithItsReason) {
  const std::pair<const char*, const char*> kTable[] = {
      {"4960", "too few digits to compare"},
      {"123456", "too few digits to compare"},
      {"00000000000", "dummy phone number"},
      {"07000000000", "dummy phone number"},
      {"01234567890", "dummy phone number"},
      {"9999999", "dummy phone number"},
      {"none", "not a phone number"},
      {"+", "not a phone number"},
      {"1234567890123456789", "too many digits"},
  };
  for (const auto& [text, reason] : kTable) {
    EXPECT_EQ(read_phone(text, "GB").reason, reason) << text;
    EXPECT_EQ(read_phone(text, "GB").number, "") << text;
  }
  EXPECT_EQ(read_phone("", "GB").reason, "");
}

TEST(Email, IsLowerCaseAndOfOrdinaryShape) {
  EXPECT_EQ(parse_email(" Bob.Smith+nhs@Example.CO.UK ").value, "bob.smith+nhs@example.co.uk");
  EXPECT_EQ(parse_email("mailto:ann@nhs.net").value, "ann@nhs.net");
  EXPECT_EQ(parse_email("j@smith.org").value, "j@smith.org");
  for (const char* text : {"bob", "bob@", "@nhs.net", "bob@nhs", "bob@@nhs.net", "bob@nhs..net",
                           ".bob@nhs.net", "bob@-nhs.net", "bob smith@nhs.net", "bob@1.2", "bob@.net"})
    EXPECT_EQ(parse_email(text), missing_because("not an e-mail address")) << text;
  for (const char* text : {"none@none.com", "noemail@nhs.net", "test@gmail.com", "xxx@gmail.com"})
    EXPECT_EQ(parse_email(text), missing_because("placeholder e-mail address")) << text;
  EXPECT_EQ(parse_email(std::string(65, 'a') + "b@nhs.net"), missing_because("not an e-mail address"));
}

TEST(Identifier, KeepsItsSystemAndLosesItsPunctuation) {
  EXPECT_EQ(parse_identifier("ssn:341-12-7879").value, "ssn:341127879");
  EXPECT_EQ(parse_identifier("MRN: mrn-6108323 ").value, "mrn:MRN6108323");
  EXPECT_EQ(parse_identifier("cf53539336cfaq").value, "CF53539336CFAQ");
  EXPECT_EQ(parse_identifier("https://fhir.example/Id/local:ab 12").value,
            "https://fhir.example/id/local:AB12");
  EXPECT_EQ(parse_identifier("urn:oid:1.2.3:77-1").value, "urn:oid:1.2.3:771");
  EXPECT_EQ(parse_identifier("ssn:"), Reading{});
}

TEST(Identifier, IsTheSourcesOwnUnlessItsSystemMeansTheSameEverywhere) {
  EXPECT_EQ(parse_identifier("MRN: 610-8323", "pas-wigan").value, "pas-wigan/mrn:6108323");
  EXPECT_EQ(parse_identifier("6108323", "pas-wigan").value, "pas-wigan/plain:6108323");
  EXPECT_EQ(parse_identifier("ssn:341-12-7879", "pas-wigan").value, "ssn:341127879");
  EXPECT_EQ(parse_identifier("mrn:unknown", "pas-wigan"), missing_because("dummy identifier"));
  for (const char* shared :
       {"SSN", "soc_sec_id", "National ID", "CHI", "H&C number", "NI number", "ULN", "passport-GBR",
        "passport:de", "https://trust.example/Id/mrn", "urn:oid:1.2.3", "2.16.840.1.113883.2.1"})
    EXPECT_TRUE(is_shared_system(shared)) << shared;
  for (const char* own : {"", "mrn", "hospital_number", "patient_id", "passport", "passport_number",
                          "art_number", "1.2", "R0A", "..."})
    EXPECT_FALSE(is_shared_system(own)) << own;
}

TEST(Identifier, TellsItsSystem) {
  EXPECT_EQ(system_of_identifier("pas-wigan/mrn:6108323"), "pas-wigan/mrn");
  EXPECT_EQ(system_of_identifier("https://trust.example/id/mrn:6108323"), "https://trust.example/id/mrn");
  EXPECT_EQ(system_of_identifier("6108323"), "plain");
}

TEST(Identifier, DummiesAreMissing) {
  for (const char* text : {"ssn:000-00-0000", "999999999", "ssn:123-45-6789", "mrn:unknown", "n:XXXX"})
    EXPECT_EQ(parse_identifier(text), missing_because("dummy identifier")) << text;
  EXPECT_EQ(parse_identifier("mrn:7"), missing_because("identifier too short to compare"));
}

TEST(Identifier, KnowsTheNamesOfTheNhsNumbersSystem) {
  for (const char* system : {"https://fhir.nhs.uk/Id/nhs-number", "2.16.840.1.113883.2.1.4.1", "NHS",
                             "nhs_number", "urn:oid:2.16.840.1.113883.2.1.4.1"})
    EXPECT_TRUE(is_nhs_number_system(system)) << system;
  EXPECT_FALSE(is_nhs_number_system("mrn"));
}

TEST(PracticeCode, TellsPracticesFromTheirPlaceholders) {
  EXPECT_EQ(parse_practice_code(" p84009 ").value, "P84009");
  for (const char* text : {"V81997", "V81998", "v81999"})
    EXPECT_EQ(parse_practice_code(text), missing_because("no known GP practice")) << text;
  EXPECT_EQ(parse_practice_code("99999").reason, "not an ODS code");
  EXPECT_EQ(parse_practice_code("The Surgery, High Street").reason, "not an ODS code");
}

}  // namespace
}  // namespace gmpi
