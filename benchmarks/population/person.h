// benchmarks/population/person.h - true lives: who somebody is, on every day of the window.
//
// A Person is the truth records are made from. Spells are in order of `from`; the first holds from before the
// window on. Indices are into the person's own block.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/population/calendar.h"
#include "benchmarks/population/origin.h"
#include "benchmarks/population/rates.h"
#include "benchmarks/population/tables.h"

namespace gmpi::population {

inline constexpr std::int32_t kNobody = -1;

enum class Role : std::uint8_t { kHead, kPartner, kChild, kElder, kSharer, kResident };

struct Home {
  std::uint32_t unit = 0;  // index into Tables::units
  std::uint16_t number = 0;
  std::uint16_t flat = 0;  // 0: a whole house
  bool communal = false;   // a care home or hostel: has a name instead of a number

  bool operator==(const Home&) const = default;
};

struct NameSpell {
  Day from;
  std::string given, middle, surname;
};
struct HomeSpell {
  Day from;
  Home home;
};
struct PracticeSpell {
  Day from;
  std::uint32_t source;  // index of the practice's source system
};

struct Person {
  std::uint64_t entity = 0;  // 0-based over the whole population
  Role role = Role::kHead;
  Sex sex = kMale;
  Origin origin = Origin::kBritish;
  Day birth = 0;
  Day death = kNever;
  Day present_from = kWindowStart;  // first and last day of living in Greater Manchester inside the window
  Day present_to = kWindowEnd;
  bool born_here = false;  // in the window, so maternity knows
  bool registered = true;  // with a practice, ever
  Day married = kNever;    // first wedding, for the title
  bool doctor = false;

  std::int32_t household = kNobody;
  std::int32_t mother = kNobody, father = kNobody;
  std::int32_t birth_set = kNobody;  // first-born of the twins or triplets it belongs to
  std::uint8_t birth_order = 0;      // 1, 2, 3 within a multiple birth; 0: single

  std::vector<NameSpell> names;
  std::vector<HomeSpell> homes;
  std::vector<PracticeSpell> practices;
  std::string known_as, suffix, mother_surname;
  std::string email;
  std::vector<std::pair<Day, std::uint64_t>> mobiles;  // from, eleven digits

  // A second life beside the first: term address, other parent's home and name.
  bool two_homes = false;
  Home second_home;
  std::string second_surname;

  std::uint64_t nhs_number = 0;
  std::uint64_t other_nhs_number = 0;  // a second one of the person's own; 0: none
  Day other_number_from = kNever;      // from here on the other is the number (sex change); else both mix
  Day number_merged = kNever;          // the day the two numbers are known to be one person's
  std::uint64_t confused_number = 0;   // somebody else's number that got onto this person; 0: none
  Day sex_changed = kNever;
  double care = 1.0;           // how good the data about the person are; mean 1, larger is worse
  double use = 1.0;            // how much the person uses services; mean 1
  bool restricted = false;     // a new identity that must not lead to the old one
  bool name_is_fixed = false;  // a hard case depends on it
  bool in_hard_case = false;
  bool duplicate_registration = false;  // two practices, two numbers (statistics: a family registered twice)

  const NameSpell& name_on(Day day) const;
  const Home& home_on(Day day) const;
  Sex sex_on(Day day) const { return day >= sex_changed ? (sex == kMale ? kFemale : kMale) : sex; }
};

struct Household {
  HouseholdKind kind = HouseholdKind::kOnePerson;
  Locality locality = Locality::kBolton;
  Origin origin = Origin::kBritish;
  Home home;  // today's
  std::vector<std::int32_t> members;
};

struct HardCasePair {
  HardCase kind;
  std::uint64_t a, b;  // entities; equal when the case is about one person
};

/// People generated together. Blocks know nothing of each other: any number of them run at once.
struct Block {
  std::uint64_t index = 0;
  std::vector<Person> people;
  std::vector<Household> households;
  std::vector<HardCasePair> hard_cases;
};

class SourceSystems;

/// What all blocks share.
struct World {
  const Tables* tables = nullptr;
  const SourceSystems* sources = nullptr;
  std::uint64_t seed = 0;
  std::uint64_t people = 0;
};

/// A seed for one purpose about one thing; purposes and things do not disturb each other.
inline std::uint64_t seed_for(const World& world, std::uint64_t purpose, std::uint64_t id) {
  return mix64(mix64(world.seed ^ mix64(purpose)) ^ id);
}

/// Index of `weights` drawn with its weights. Requires a positive sum.
template <class Weights>
std::size_t draw_index(const Weights& weights, Random& random) {
  std::uint64_t total = 0;
  for (auto weight : weights) total += weight;
  std::uint64_t at = random.below(total);
  std::size_t i = 0;
  for (; at >= weights[i]; ++i) at -= weights[i];
  return i;
}

}  // namespace gmpi::population
