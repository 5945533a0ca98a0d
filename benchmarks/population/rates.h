// benchmarks/population/rates.h - every number the population is made from, in one place.
//
// Probabilities unless a name says otherwise. Each comes from a published figure where there is one (Census
// 2021, ONS, NHS Digital, Just 2016, Hagger-Johnson), else it is an assumption; README.md says which.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gmpi::population {

inline constexpr std::string_view kRatesVersion = "2025.2";

/// Bounds of what one run may be asked for.
inline constexpr std::uint64_t kPeopleMax = 10'000'000;
inline constexpr std::uint64_t kBlockPeople =
    1'000;  // people generated together; independent of other blocks
inline constexpr std::uint64_t kQuotaPopulation = 290'000;  // the population hard-case quotas are stated for
inline constexpr std::uint64_t kGmPeople = 2'900'000;       // the population unit postcodes are stated for

// ---- Households -------------------------------------------------------------------------------------------

enum class HouseholdKind : std::uint8_t {
  kOnePerson,
  kCouple,
  kCoupleWithChildren,
  kLoneParent,
  kMultiGeneration,
  kShared,
  kCareHome,
  kHostel
};
inline constexpr std::size_t kHouseholdKinds = 8;
inline constexpr std::array<std::string_view, kHouseholdKinds> kHouseholdKindNames = {
    "one_person", "couple", "couple_with_children", "lone_parent", "multi_generation", "shared",
    "care_home",  "hostel"};
/// Share of households, per 10,000. Most communal ones come by quota (see draw_households), so that together
/// they hold about 1.5 % of people.
inline constexpr std::array<std::uint32_t, kHouseholdKinds> kHouseholdWeights = {3090, 2390, 2390, 1195,
                                                                                 500,  400,  2,    1};

struct FamilyRates {
  double twins_per_maternity = 0.0155;
  double triplets_of_twins = 0.015;
  double identical_twins = 1.0 / 3;
  double twin_same_initial = 0.12;
  double twin_near_spelling = 0.06;
  double married_of_couples = 0.72;
  double same_sex_couple = 0.015;
  double wife_takes_name_1990 = 0.90;  // weddings up to 1990
  double wife_takes_name_2020 = 0.55;  // weddings from 2020
  double double_barrel_1990 = 0.04;
  double double_barrel_2020 = 0.12;
  double south_asian_takes_name = 0.25;
  double abroad_takes_name = 0.15;  // Chinese, Arab: the custom is to keep the own name
  double earlier_marriage = 0.12;   // of women now in a couple
  double past_marriage = 0.32;      // of women over 25 now without a partner
  double reverts_on_divorce = 0.30;
  double child_joined_surname = 0.12;
  double child_mothers_surname = 0.08;
  double suffix_when_same_name = 0.25;  // Jr or Sr ever written down
};

struct MoveRates {
  double manchester_year = 0.157;  // a year, all ages; 13.4 % inside the UK and 2.3 % from abroad
  double elsewhere_year = 0.085;
  double stays_in_locality = 0.70;
  double young_adult_factor = 1.7;  // 18 to 34
  double middle_factor = 0.75;      // 35 to 64
  double old_factor = 0.30;         // 65 and over
  double gp_neighbour_locality = 0.08;
  double re_registers_soon = 0.60;    // within half a year of a move
  double re_registers_ever = 0.35;    // of the others, within two years
  double keeps_practice_near = 0.68;  // a move inside the locality that does not change the practice
  double ghost_registration = 0.08;
  double never_registered = 0.025;
  double arrived_in_window_british = 0.06;
  double arrived_in_window_other = 0.35;
  double left_in_window = 0.06;
};

struct ContactRates {
  double mobile = 0.88;
  double landline = 0.45;
  double phone_is_shared = 0.35;
  double phone_changes_year = 0.07;
  double email = 0.55;
  double new_year_birth_date = 0.08;  // arrivals from countries without registration: given 1 January
};

inline constexpr FamilyRates kFamily{};
inline constexpr MoveRates kMoves{};
inline constexpr ContactRates kContacts{};

/// Chance of dying within a year, per 100,000, by ten years of age. Shaped on ONS life tables 2018-2020.
inline constexpr std::array<std::uint32_t, 12> kDeathsPer100000 = {40,  15,   50,   80,    160,   370,
                                                                   950, 2400, 6500, 17000, 35000, 60000};

inline constexpr std::uint64_t kCareHomeBeds = 14;
inline constexpr std::uint64_t kHostelBeds = 10;

// ---- Sources ----------------------------------------------------------------------------------------------

enum class SourceKind : std::uint8_t {
  kGp,
  kAcute,
  kEmergency,
  kAmbulance,
  kUrgent,
  kMaternity,
  kChildHealth,
  kCommunity,
  kSocial,
  kDiagnostics
};
inline constexpr std::size_t kSourceKinds = 10;
inline constexpr std::array<std::string_view, kSourceKinds> kSourceKindNames = {
    "gp",        "acute",        "emergency", "ambulance",   "urgent_care",
    "maternity", "child_health", "community", "social_care", "diagnostics"};

/// What a kind of system knows and gets wrong. `people` is the share of those eligible who have a record.
struct SourceRates {
  double people;
  double records_each;
  double nhs_valid;
  double dob_wrong;
  double name_differs;    // misspelt, known-as, swapped, shortened: all name operators but custom spellings
  double postcode_wrong;  // out of date or wrong
  double phone;
  double email;
  double middle_name;
  double title;
  double gp_practice;
  double known_as_used;  // of name differences: the known-as name is written
  double scanned;        // of name misspellings: optical ones
  double no_fixed_abode;
  double postcode_unknown;
  double sex_blank;
  double dob_blank;
};

/// Child health systems hold those who are under twenty today; older records are archived away.
inline constexpr int kChildRecordsKeptYears = 20;

inline constexpr std::array<SourceRates, kSourceKinds> kSources = {{
    // people rec   nhs    dob     name  pc    phone email mid   title gp    known scan  ZZ3V   ZZ3W   sex
    // dob0
    {0.975, 1.60, 0.999, 0.0011, 0.02, 0.12, 0.85, 0.45, 0.85, 0.95, 1.00, 0.20, 0.10, 0.0005, 0.0005, 0.0005,
     0.0},
    {0.62, 1.70, 0.997, 0.0015, 0.04, 0.20, 0.85, 0.15, 0.55, 0.90, 0.95, 0.25, 0.00, 0.0020, 0.0020, 0.0010,
     0.0},
    {0.55, 1.30, 0.980, 0.0060, 0.06, 0.18, 0.80, 0.05, 0.25, 0.50, 0.85, 0.30, 0.00, 0.0050, 0.0060, 0.0030,
     0.0},
    {0.22, 1.40, 0.144, 0.0300, 0.14, 0.15, 0.35, 0.00, 0.03, 0.20, 0.30, 0.45, 0.00, 0.0050, 0.0500, 0.0200,
     0.08},
    {0.30, 1.20, 0.963, 0.0100, 0.06, 0.12, 0.95, 0.20, 0.10, 0.40, 0.90, 0.35, 0.00, 0.0020, 0.0020, 0.0050,
     0.0},
    {0.90, 2.00, 0.970, 0.0030, 0.05, 0.08, 0.85, 0.30, 0.45, 0.80, 0.95, 0.15, 0.15, 0.0010, 0.0010, 0.0010,
     0.0},
    {0.98, 1.50, 0.980, 0.0030, 0.06, 0.18, 0.50, 0.05, 0.50, 0.05, 0.90, 0.25, 0.05, 0.0005, 0.0010, 0.0010,
     0.0},
    {0.25, 1.50, 0.970, 0.0060, 0.06, 0.20, 0.80, 0.15, 0.35, 0.75, 0.90, 0.35, 0.05, 0.0100, 0.0030, 0.0020,
     0.0},
    {0.09, 1.30, 0.700, 0.0200, 0.12, 0.25, 0.60, 0.10, 0.20, 0.60, 0.40, 0.50, 0.15, 0.0100, 0.0050, 0.0050,
     0.02},
    {0.70, 1.40, 0.950, 0.0050, 0.05, 0.25, 0.10, 0.00, 0.10, 0.30, 0.70, 0.10, 0.25, 0.0010, 0.0050, 0.0200,
     0.0},
}};
inline constexpr double kEmergencyNhsValidBefore2012 = 0.93;
inline constexpr double kBabyNhsValidFirstWeek = 0.90;
inline constexpr double kSocialChildNhsValid = 0.95;
inline constexpr double kAcuteInHouseDuplicate = 0.04;

// ---- Errors -----------------------------------------------------------------------------------------------

struct ErrorRates {
  double bad_clerk_records = 0.08;
  double bad_clerk_factor = 6.0;
  double swapped_names_custom = 0.04;  // origins whose family name is written first or not at all
  double middle_as_forename = 0.015;   // per person: goes by the middle name
  double custom_spelling = 0.08;       // transliteration, of names that have spellings
  double compound_surname = 0.25;      // particle, hyphen or apostrophe lost, of names that have one
  double no_surname = 0.02;            // South Asian single-name habits
  double postcode_zero_o = 0.004;
  double site_postcode = 0.002;     // the hospital's or practice's own postcode
  double incident_postcode = 0.25;  // ambulance
  double flat_lost = 0.06;
  double line_order = 0.03;
  double sex_changed = 0.003;
  double title_wrong = 0.02;
  double unknown_patient = 0.002;  // "UNKNOWN MALE", emergency and ambulance
  double nhs_digit_wrong = 0.001;
  double nhs_digits_swapped = 0.0005;
  double nhs_of_other = 0.0003;
  double nhs_of_household = 0.60;  // of those, a household member's
  double nhs_dummy = 0.0005;
  double baby_placeholder_first_week = 0.60;
  double baby_placeholder_first_month = 0.08;
  double baby_placeholder_first_year = 0.002;
  double twins_numbers_crossed = 0.005;
  double mothers_number_on_baby = 0.003;
  double recorded_after_death = 0.01;
  double previous_surname_kept = 0.45;
  double own_number_missing = 0.03;
  double own_number_of_household = 0.0005;  // a label of the brother's
};
inline constexpr ErrorRates kErrors{};

/// How often systems that know of a protected person's flag carry it.
inline constexpr double kRestrictedAtPractice = 1.0, kRestrictedInHospital = 0.6, kRestrictedElsewhere = 0.3;

/// How a wrong date of birth is wrong, per 100.
inline constexpr std::array<std::uint32_t, 6> kDobErrorWeights = {45, 20, 10, 15, 5, 5};

// ---- Hard cases: how many in kQuotaPopulation people
// -------------------------------------------------------

/// A quota counts pairs of people, single people, or (duplicate_family_registration) families; hard_cases.csv
/// then has a row for each member of the family.
struct HardCaseQuota {
  std::string_view kind;
  std::string_view expected;  // "different": the two must not be one person; "same": one person, hard to see
  std::uint32_t per_quota_population;
};

enum class HardCase : std::uint8_t {
  kTwins,
  kNearNameTwins,
  kSameNameParentChild,
  kSameNameSameDob,
  kSameSexDobPostcode,
  kSurnameChanges,
  kTwoHomeChild,
  kStudentTwoHomes,
  kProtectedPerson,
  kCareHomeNeighbours,
  kHostelNeighbours,
  kSupersededNumber,
  kNumberConfusion,
  kSexChangeNewNumber,
  kDuplicateFamilyRegistration
};
inline constexpr std::size_t kHardCases = 15;
inline constexpr std::array<HardCaseQuota, kHardCases> kHardCaseQuotas = {{
    {"twins", "different", 4100},
    {"near_name_twins", "different", 400},
    {"same_name_parent_child", "different", 1200},
    {"same_name_same_dob", "different", 800},
    {"same_sex_dob_postcode", "different", 2000},
    {"surname_changes_and_move", "same", 3000},
    {"child_in_two_homes", "same", 1500},
    {"student_two_homes", "same", 600},
    {"protected_person", "different", 300},
    {"care_home_neighbours", "different", 200},
    {"hostel_neighbours", "different", 150},
    {"superseded_nhs_number", "same", 500},
    {"nhs_number_confusion", "different", 100},
    {"sex_change_new_number", "same", 100},
    {"duplicate_family_registration", "same", 50},
}};

}  // namespace gmpi::population
