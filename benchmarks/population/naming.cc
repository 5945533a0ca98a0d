#include "benchmarks/population/naming.h"

namespace gmpi::population {
namespace {

/// Pools of origins that have no list of their own, in the order tried.
Origin name_pool(Origin origin, Random& random) {
  if (origin == Origin::kMixed) {
    static constexpr std::array kPools = {Origin::kBritish, Origin::kBritish,   Origin::kCaribbean,
                                          Origin::kAfrican, Origin::kPakistani, Origin::kIndian};
    return kPools[random.below(kPools.size())];
  }
  if (origin == Origin::kOther) {
    static constexpr std::array kPools = {Origin::kArab, Origin::kIndian, Origin::kOtherWhite,
                                          Origin::kChinese};
    return kPools[random.below(kPools.size())];
  }
  return origin;
}

const std::string& draw_british_given(const Tables& tables, Sex sex, Day birth, Random& random) {
  if (random.chance(0.07)) return tables.british_given_any[sex].draw(random);
  return tables.british_given[sex][decade_index(year_of(birth))].draw(random);
}

std::string draw_given(const Tables& tables, Origin origin, Sex sex, Day birth, Random& random) {
  const auto& own = tables.given[static_cast<std::size_t>(origin)][sex];
  // Children of families from elsewhere are more often given names of the country they are born in.
  const double british = origin == Origin::kMixed        ? 0.75
                         : origin == Origin::kCaribbean  ? 0.40
                         : origin == Origin::kOtherWhite ? 0.20
                         : origin == Origin::kAfrican || origin == Origin::kChinese
                             ? (birth > day_of(1995, 1, 1) ? 0.30 : 0.12)
                             : 0.02;
  if (origin == Origin::kBritish || random.chance(british))
    return draw_british_given(tables, sex, birth, random);
  if (own.empty()) return draw_given(tables, name_pool(origin, random), sex, birth, random);
  return own.draw(random);
}

std::string feminine_polish(std::string surname) {
  if (surname.ends_with("ski") || surname.ends_with("cki")) surname.back() = 'a';
  return surname;
}

}  // namespace

std::string draw_family_name(const Tables& tables, Origin origin, Random& random) {
  for (;;) {
    const auto& family = tables.family[static_cast<std::size_t>(origin)];
    const bool own = origin != Origin::kMixed && origin != Origin::kOther;
    if (own && !family.empty()) return family.draw(random);
    if (origin == Origin::kOther && !family.empty() && random.chance(0.5)) return family.draw(random);
    origin = name_pool(origin, random);
  }
}

NameSpell draw_birth_name(const Tables& tables, const Person& person, const std::string& family_name,
                          Random& random) {
  NameSpell name{person.birth, draw_given(tables, person.origin, person.sex, person.birth, random), "",
                 family_name};
  const bool south_asian_muslim =
      person.origin == Origin::kPakistani || person.origin == Origin::kBangladeshi;
  if (random.chance(south_asian_muslim ? 0.25 : person.birth < day_of(1960, 1, 1) ? 0.65 : 0.80)) {
    name.middle = draw_given(tables, person.origin, person.sex, person.birth, random);
    if (random.chance(0.12))
      name.middle += " " + draw_given(tables, person.origin, person.sex, person.birth, random);
    if (name.middle == name.given) name.middle.clear();
  }
  if (south_asian_muslim && person.sex == kMale && random.chance(0.30) && !name.given.starts_with("M")) {
    name.middle = name.given;
    name.given = random.chance(0.6) ? "Mohammed" : "Muhammad";
  }
  const auto& last = tables.last[static_cast<std::size_t>(person.origin)][person.sex];
  if (!last.empty() && random.chance(person.sex == kFemale && south_asian_muslim ? 0.42 : 0.22)) {
    if (person.origin == Origin::kIndian && random.chance(0.4))
      name.middle = last.draw(random);  // Singh or Kaur before a family name
    else
      name.surname = last.draw(random);
  }
  if (person.origin == Origin::kEastEuropean && person.sex == kFemale)
    name.surname = feminine_polish(name.surname);
  return name;
}

std::string near_forename(const Tables& tables, const std::string& name, Sex sex, Random& random) {
  if (const auto* spellings = tables.spellings.find(name); spellings && random.chance(0.5))
    return (*spellings)[random.below(spellings->size())];
  for (int tries = 0; tries < 60;
       ++tries) {  // a real name that begins alike: Daniel and Danny, Ella and Ellie
    const auto& other = tables.british_given[sex][kDecades - 1 - random.below(4)].draw(random);
    if (other != name && other.substr(0, 3) == name.substr(0, 3)) return other;
  }
  static constexpr std::array<std::array<std::string_view, 4>, 2> kEndings = {
      {{"an", "on", "ie", "en"}, {"a", "ie", "ah", "yn"}}};
  const auto ending = kEndings[sex][random.below(4)];
  std::string near = name.size() > 4 ? name.substr(0, name.size() - ending.size()) : name;
  near += ending;
  return near == name ? name + "e" : near;
}

std::string draw_known_as(const Tables& tables, const Person& person, Random& random) {
  const auto& name = person.names.front();
  if (!name.middle.empty() && random.chance(kErrors.middle_as_forename))
    return name.middle.substr(0, name.middle.find(' '));
  if (person.origin == Origin::kChinese && random.chance(0.45))
    return draw_british_given(tables, person.sex, person.birth, random);
  const auto* nicknames = tables.nicknames.find(name.given);
  if (!nicknames || !random.chance(0.40)) return "";
  return random.chance(0.6) ? nicknames->front() : (*nicknames)[random.below(nicknames->size())];
}

}  // namespace gmpi::population
