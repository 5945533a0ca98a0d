#include "benchmarks/population/lives.h"

#include <algorithm>

#include "benchmarks/population/households.h"
#include "benchmarks/population/naming.h"
#include "benchmarks/population/nhs_number.h"
#include "benchmarks/population/sources.h"

namespace gmpi::population {
namespace {

constexpr Day kLongAgo = -200'000;

Locality locality_of(const World& world, const Home& home) {
  return world.tables->units[home.unit].locality;
}

/// One household's lives, from its shape to its spells.
class Lives {
 public:
  Lives(const World& world, Block& block, Household& household, Random& random)
      : world_(world), tables_(*world.tables), block_(block), household_(household), random_(random) {}

  void run() {
    name_adults();
    if (auto* partner = member(Role::kPartner)) {
      form_couple(head(), *partner);
    } else if (household_.kind != HouseholdKind::kHostel) {
      for (auto i : household_.members)
        if (person(i).role != Role::kChild) maybe_past_marriage(person(i));
    }
    name_children();
    settle_homes();
    settle_presence();
    for (auto i : household_.members) finish(person(i));
  }

 private:
  Person& person(std::int32_t i) { return block_.people[static_cast<std::size_t>(i)]; }
  Person& head() { return person(household_.members.front()); }
  Person* member(Role role) {
    for (auto i : household_.members)
      if (person(i).role == role) return &person(i);
    return nullptr;
  }

  // ---- Names

  void name_adults() {
    const std::string family = draw_family_name(tables_, head().origin, random_);
    for (auto i : household_.members) {
      auto& p = person(i);
      if (p.role == Role::kChild) continue;
      const bool same_family = p.role == Role::kHead || (p.role == Role::kElder && random_.chance(0.8));
      p.names = {draw_birth_name(
          tables_, p, same_family ? family : draw_family_name(tables_, p.origin, random_), random_)};
    }
  }

  /// Interpolates a rate of weddings between 1990 and 2020.
  static double by_wedding_year(double in_1990, double in_2020, Day wedding) {
    const int year = std::clamp(year_of(wedding), 1990, 2020);
    return in_1990 + (in_2020 - in_1990) * (year - 1990) / 30.0;
  }

  void take_name(Person& wife, const std::string& husbands, Day wedding) {
    const double abroad = is_south_asian(wife.origin) ? kFamily.south_asian_takes_name
                          : wife.origin == Origin::kChinese || wife.origin == Origin::kArab
                              ? kFamily.abroad_takes_name
                              : 1.0;
    const double takes = std::min(
        abroad, by_wedding_year(kFamily.wife_takes_name_1990, kFamily.wife_takes_name_2020, wedding));
    const double joins = by_wedding_year(kFamily.double_barrel_1990, kFamily.double_barrel_2020, wedding);
    const double u = random_.uniform();
    NameSpell name = wife.names.back();
    name.from = wedding;
    if (u < joins && name.surname.find('-') == std::string::npos && husbands.find('-') == std::string::npos)
      name.surname += "-" + husbands;
    else if (u < joins + takes)
      name.surname = husbands;
    else
      return;
    if (name.surname != wife.names.back().surname) wife.names.push_back(std::move(name));
  }

  void maybe_past_marriage(Person& p) {
    const int age = age_on(p.birth, kWindowEnd);
    if (p.sex != kFemale || age < 26 || !random_.chance(kFamily.past_marriage)) return;
    const Day wedding = p.birth + static_cast<Day>(random_.between(20 * kYear, std::min(age, 40) * kYear));
    p.married = wedding;
    take_name(p, draw_family_name(tables_, p.origin, random_), wedding);
    const Day divorce = wedding + static_cast<Day>(random_.between(2 * kYear, 20 * kYear));
    if (divorce < kWindowEnd && p.names.size() > 1 && random_.chance(kFamily.reverts_on_divorce)) {
      NameSpell maiden = p.names.front();
      maiden.from = divorce;
      p.names.push_back(std::move(maiden));
    }
  }

  /// Together from the younger one's early adult years, in any case before the first child.
  void form_couple(Person& man, Person& woman) {
    const Day grown = std::max(man.birth, woman.birth) + 18 * kYear;
    together_ = grown + static_cast<Day>(random_.between(0, 12 * kYear));
    for (auto i : household_.members)
      if (person(i).role == Role::kChild) together_ = std::min(together_, person(i).birth - 300);
    together_ = std::min(together_, kWindowEnd - 100);
    if (woman.sex != kFemale) return;
    const int age = age_on(woman.birth, together_);
    if (age > 26 && random_.chance(kFamily.earlier_marriage)) {
      const Day first = woman.birth + static_cast<Day>(random_.between(20 * kYear, 25 * kYear));
      woman.married = first;
      take_name(woman, draw_family_name(tables_, woman.origin, random_), first);
    }
    if (!random_.chance(kFamily.married_of_couples)) return;
    const Day wedding = together_ + static_cast<Day>(random_.between(100, 5 * kYear));
    if (wedding >= kWindowEnd) return;
    woman.married = std::min(woman.married, wedding);
    take_name(woman, man.names.back().surname, wedding);
  }

  void name_children() {
    const Person* father = nullptr;
    const Person* mother = nullptr;
    std::string lone_fathers_name;
    for (auto i : household_.members) {
      auto& p = person(i);
      if (p.role != Role::kChild) continue;
      father = p.father == kNobody ? nullptr : &person(p.father);
      mother = p.mother == kNobody ? nullptr : &person(p.mother);
      if (family_of_children_.empty()) choose_childrens_name(father, mother);
      p.names = {draw_birth_name(tables_, p, family_of_children_, random_)};
      if (mother) p.mother_surname = mother->name_on(p.birth).surname;
      while (shares_given_name(p)) p.names.front().given = draw_birth_name(tables_, p, "", random_).given;
      if (p.birth_set != kNobody) near_twin_name(p);
    }
  }

  void choose_childrens_name(const Person* father, const Person* mother) {
    const double u = random_.uniform();
    const std::string mothers = mother ? mother->names.front().surname : "";
    std::string fathers = father ? father->names.front().surname : "";
    if (fathers.empty())
      fathers = random_.chance(0.5) ? draw_family_name(tables_, household_.origin, random_) : mothers;
    if (mothers.empty() || mothers == fathers)
      family_of_children_ = fathers;
    else if (u < kFamily.child_joined_surname && !is_south_asian(household_.origin))
      family_of_children_ = mothers + "-" + fathers;
    else if (u < kFamily.child_joined_surname + kFamily.child_mothers_surname)
      family_of_children_ = mothers;
    else
      family_of_children_ = fathers;
    if (family_of_children_.size() > 30) family_of_children_ = fathers;
  }

  bool shares_given_name(const Person& p) {
    if (random_.chance(0.02)) return false;  // no family is forced to be without a repeated name
    for (auto i : household_.members) {
      const auto& other = person(i);
      if (&other == &p || other.names.empty() || other.role != Role::kChild) continue;
      if (other.names.front().given == p.names.front().given) return true;
    }
    return false;
  }

  /// Twins are named with the other in mind: the same initial, or nearly the same name.
  void near_twin_name(Person& p) {
    const auto& first = person(p.birth_set);
    if (&first == &p) return;
    const double u = random_.uniform();
    if (u < kFamily.twin_near_spelling) {
      p.names.front().given = near_forename(tables_, first.names.front().given, p.sex, random_);
    } else if (u < kFamily.twin_near_spelling + kFamily.twin_same_initial) {
      for (int tries = 0; tries < 40 && p.names.front().given[0] != first.names.front().given[0]; ++tries)
        p.names.front().given = draw_birth_name(tables_, p, "", random_).given;
    }
  }

  // ---- Homes

  double move_rate(const Person& p, int year, Locality locality) const {
    const int age = year - year_of(p.birth);
    const double base = locality == Locality::kManchester ? kMoves.manchester_year : kMoves.elsewhere_year;
    return base * (age < 18   ? 1.0
                   : age < 35 ? kMoves.young_adult_factor
                   : age < 65 ? kMoves.middle_factor
                              : kMoves.old_factor);
  }

  Home home_near(const Home& next, const Person& p) {
    const auto locality = random_.chance(kMoves.stays_in_locality)
                              ? locality_of(world_, next)
                              : static_cast<Locality>(draw_index(kLocalityWeights, random_));
    return draw_home(world_, locality, p.origin, random_);
  }

  /// Homes of `p` that end in `last`, walked from today into the past.
  std::vector<HomeSpell> history(const Person& p, const Home& last, Day until) {
    std::vector<HomeSpell> backwards = {{kLongAgo, last}};
    for (int year = year_of(std::min(until, kWindowEnd)); year >= 2005; --year) {
      if (!random_.chance(move_rate(p, year, locality_of(world_, backwards.back().home)))) continue;
      const Day day = day_of(year, 1, 1) + static_cast<Day>(random_.below(kYear));
      if (day >= until || day <= p.birth) continue;
      backwards.back().from = day;
      backwards.push_back({kLongAgo, home_near(backwards.back().home, p)});
    }
    std::reverse(backwards.begin(), backwards.end());
    return backwards;
  }

  /// Own homes until `joined`, the head's from then on.
  std::vector<HomeSpell> joining(const Person& p, Day joined) {
    const auto& shared = head().homes;
    if (joined <= kWindowStart || joined <= p.birth) return shared;
    auto homes = history(p, home_near(head().home_on(joined), p), joined);
    homes.push_back({joined, head().home_on(joined)});
    for (const auto& spell : shared)
      if (spell.from > joined) homes.push_back(spell);
    return homes;
  }

  void settle_homes() {
    const bool together = household_.kind != HouseholdKind::kShared && !household_.home.communal;
    if (together) head().homes = history(head(), household_.home, kNever);
    for (auto i : household_.members) {
      auto& p = person(i);
      if (!together) {
        const Day joined = kWindowEnd - static_cast<Day>(random_.between(60, 4 * kYear));
        p.homes = history(p, home_near(household_.home, p), joined);
        p.homes.push_back({joined, household_.home});
      } else if (p.role == Role::kPartner) {
        p.homes = joining(p, together_);
      } else if (p.role == Role::kElder) {
        p.homes = joining(p, kWindowEnd - static_cast<Day>(random_.between(0, 25 * kYear)));
      } else if (p.role == Role::kChild) {
        p.homes = head().homes;
      }
    }
  }

  // ---- Being there

  void settle_presence() {
    const bool british = head().origin == Origin::kBritish;
    const double arrives = british ? kMoves.arrived_in_window_british : kMoves.arrived_in_window_other;
    Day arrival = kWindowStart, last_birth = kWindowStart;
    if (random_.chance(arrives)) arrival += static_cast<Day>(random_.below(20 * kYear));
    for (auto i : household_.members) last_birth = std::max(last_birth, person(i).birth);
    Day departure = kNever;
    const Day settled = std::max(arrival, last_birth) + kYear;
    if (random_.chance(kMoves.left_in_window) && settled < kWindowEnd)
      departure = static_cast<Day>(random_.between(settled, kWindowEnd));
    for (auto i : household_.members) {
      auto& p = person(i);
      const bool joins_later = p.role == Role::kPartner && random_.chance(0.5);
      p.present_from = std::max({kWindowStart, p.birth, joins_later ? kWindowStart : arrival});
      if (p.birth < arrival) p.born_here = false;
      p.death = day_of_death(p, last_birth);
      p.present_to = std::min({kWindowEnd, departure, p.death});
      if (arrival > kWindowStart && !british && p.birth < arrival &&
          random_.chance(kContacts.new_year_birth_date))
        p.birth = day_of(year_of(p.birth), 1, 1);
    }
  }

  Day day_of_death(const Person& p, Day last_birth) {
    for (int year = std::max(2005, year_of(p.birth)); year <= 2025; ++year) {
      const auto decade = static_cast<std::size_t>(std::clamp((year - year_of(p.birth)) / 10, 0, 11));
      if (random_.below(100'000) >= kDeathsPer100000[decade]) continue;
      const Day day = day_of(year, 1, 1) + static_cast<Day>(random_.below(kYear));
      if (day > p.present_from + 1 && (p.role == Role::kChild || day > last_birth)) return day;
    }
    return kNever;
  }

  // ---- The rest of a person

  void finish(Person& p) {
    static constexpr std::array kCare = {0.5, 0.7, 0.9, 1.2, 1.7};  // mean 1
    p.care = kCare[random_.below(kCare.size())] * (p.origin == Origin::kBritish ? 0.9 : 1.3);
    static constexpr std::array kUse = {0.85, 0.95, 1.05, 1.15};  // mean 1
    p.use = kUse[random_.below(kUse.size())];
    p.doctor = random_.chance(0.012);
    p.registered = !random_.chance(kMoves.never_registered);
    p.nhs_number = nhs_number_of(world_.seed, p.entity, 0);
    if (!random_.chance(kContacts.mobile)) return;
    Day from = kLongAgo;
    do {
      p.mobiles.emplace_back(from, 7'300'000'000ULL + random_.below(690'000'000));
      from = std::max(from, kWindowStart) + static_cast<Day>(random_.below(2 * kYear * 100 / 7));
    } while (from < kWindowEnd && p.mobiles.size() < 5);
  }

  const World& world_;
  const Tables& tables_;
  Block& block_;
  Household& household_;
  Random& random_;
  Day together_ = kNever;
  std::string family_of_children_;
};

std::string in_mail_letters(const std::string& name) {
  std::string out;
  for (char c : name)
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) out += static_cast<char>(c | 0x20);
  return out;
}

}  // namespace

void live(const World& world, Block& block) {
  for (std::size_t h = 0; h < block.households.size(); ++h) {
    Random random(seed_for(world, 'l', block.index * kBlockPeople + h));
    Lives(world, block, block.households[h], random).run();
  }
}

void settle_contacts(const World& world, Block& block) {
  static constexpr std::array<std::string_view, 4> kHosts = {"mail.example", "post.example", "inbox.example",
                                                             "letters.example"};
  for (auto& p : block.people) {
    Random random(seed_for(world, 'c', p.entity));
    p.known_as = draw_known_as(*world.tables, p, random);
    if (!random.chance(kContacts.email) || age_on(p.birth, kWindowEnd) < 14) continue;
    const auto number = std::to_string(random.below(100));
    const auto host = std::string(kHosts[random.below(kHosts.size())]);
    p.email = in_mail_letters(p.names.back().given) + "." + in_mail_letters(p.names.back().surname) + number +
              "@" + host;
  }
}

void settle_practices(const World& world, Block& block) {
  for (auto& p : block.people) {
    // Members of a family register together: the family's draws, not the person's.
    Random random(seed_for(world, 'p', block.index * kBlockPeople + static_cast<std::uint64_t>(p.household)));
    for (std::size_t i = 0; i < p.homes.size(); ++i) {
      const auto& spell = p.homes[i];
      const auto& unit = world.tables->units[spell.home.unit];
      const bool near = i > 0 && unit.locality == locality_of(world, p.homes[i - 1].home);
      const bool keeps = i > 0 && near && random.chance(kMoves.keeps_practice_near);
      const auto locality = random.chance(kMoves.gp_neighbour_locality)
                                ? static_cast<Locality>(draw_index(kLocalityWeights, random))
                                : unit.locality;
      const auto practice = world.sources->draw_practice(locality, unit.skew, random);
      const bool soon = random.chance(kMoves.re_registers_soon);
      const Day delay = static_cast<Day>(soon ? random.below(180) : 180 + random.below(550));
      if (!soon && i > 0 && !random.chance(kMoves.re_registers_ever)) continue;
      if (keeps || (!p.practices.empty() && p.practices.back().source == practice)) continue;
      p.practices.push_back({i == 0 ? spell.from : spell.from + delay, practice});
    }
    std::stable_sort(p.practices.begin(), p.practices.end(),
                     [](const auto& a, const auto& b) { return a.from < b.from; });
  }
}

}  // namespace gmpi::population
