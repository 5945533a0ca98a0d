// benchmarks/population/records.h - what each system wrote down about a person, right and wrong.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/population/person.h"

namespace gmpi::population {

/// Person columns of records.csv, named as in models/person_fields.h.
enum class Field : std::uint8_t {
  kNhsNumber,
  kNhsStatus,
  kTitle,
  kGivenName,
  kMiddleNames,
  kSurname,
  kSuffix,
  kKnownAs,
  kPreviousSurname,
  kDob,
  kDeathDate,
  kSex,
  kBirthOrder,
  kMotherSurname,
  kAddressLine,
  kTown,
  kCounty,
  kPostcode,
  kPhone,
  kEmail,
  kPractice,
  kIdentifier,
  kRestricted
};
inline constexpr std::array<std::string_view, 23> kFieldNames = {"nhs_number",
                                                                 "nhs_number_status",
                                                                 "title",
                                                                 "given_name",
                                                                 "middle_names",
                                                                 "surname",
                                                                 "suffix",
                                                                 "known_as",
                                                                 "previous_surname",
                                                                 "dob",
                                                                 "death_date",
                                                                 "sex",
                                                                 "birth_order",
                                                                 "mother_surname",
                                                                 "address_line",
                                                                 "town",
                                                                 "county",
                                                                 "postcode",
                                                                 "phone",
                                                                 "email",
                                                                 "gp_practice",
                                                                 "identifier",
                                                                 "restricted"};

struct Record {
  std::uint64_t entity = 0;
  std::uint32_t source = 0;
  std::string local_id;
  Day event = 0;
  std::array<std::string, kFieldNames.size()> fields;

  std::string& operator[](Field f) { return fields[static_cast<std::size_t>(f)]; }
  const std::string& operator[](Field f) const { return fields[static_cast<std::size_t>(f)]; }
};

/// Something a source says later about records it sent.
struct LaterEvent {
  Day day = 0;
  std::string_view kind;  // record_merge, correction, delete, nhs_number_merge
  std::uint32_t source = 0;
  std::string local_id;        // the record meant; the one that stays in a merge
  std::string other_local_id;  // the record that goes in a merge
  std::string field, old_value, new_value;
};

/// How records of one kind of source compare with the truth on their day.
struct SourceCounts {
  std::uint64_t records = 0, nhs_valid = 0, dob_wrong = 0, name_differs = 0, postcode_differs = 0;
};

struct BlockRecords {
  std::vector<Record> records;
  std::vector<LaterEvent> events;
  std::array<SourceCounts, kSourceKinds> counts{};
  std::vector<std::uint32_t> per_person;  // records of each person of the block
};

/// All records of a block's people. Local ids are distinct over all blocks.
BlockRecords make_records(const World& world, const Block& block);

std::string address_line_of(const World& world, const Home& home);

}  // namespace gmpi::population
