#include "benchmarks/population/hard_cases.h"

#include <algorithm>

#include "benchmarks/population/households.h"
#include "benchmarks/population/naming.h"
#include "benchmarks/population/nhs_number.h"

namespace gmpi::population {
namespace {

class HardCaseMaker {
 public:
  HardCaseMaker(const World& world, Block& block)
      : world_(world), block_(block), random_(seed_for(world, 'x', block.index)) {
    list_adults();
  }

  void run() {
    note_neighbours(HardCase::kCareHomeNeighbours, HouseholdKind::kCareHome);
    note_neighbours(HardCase::kHostelNeighbours, HouseholdKind::kHostel);
    natural_twins();
    protected_persons();
    same_name_parent_child();
    twin_adults();
    same_name_same_dob();
    same_sex_dob_postcode();
    surname_changes();
    children_in_two_homes();
    students();
    superseded_numbers();
    confused_numbers();
    sex_changes();
    duplicate_families();
  }

 private:
  Person& person(std::int32_t i) { return block_.people[static_cast<std::size_t>(i)]; }
  std::uint64_t quota(HardCase kind) {
    return quota_of_block(world_, kind, block_.index, block_.people.size());
  }
  void note(HardCase kind, Person& a, Person& b) {
    a.in_hard_case = b.in_hard_case = true;
    block_.hard_cases.push_back({kind, a.entity, b.entity});
  }
  static bool long_present(const Person& p) { return p.present_to - p.present_from > 3 * kYear; }

  /// Adults whose name nobody else took, by birth: neighbours in the list differ by days.
  void list_adults() {
    for (std::size_t i = 0; i < block_.people.size(); ++i) {
      const auto& p = block_.people[i];
      const bool lives_alone = p.role == Role::kSharer || p.role == Role::kResident ||
                               (p.role == Role::kHead &&
                                block_.households[static_cast<std::size_t>(p.household)].members.size() == 1);
      if (lives_alone && p.names.size() == 1 && long_present(p))
        adults_.push_back(static_cast<std::int32_t>(i));
    }
    std::stable_sort(adults_.begin(), adults_.end(),
                     [&](auto a, auto b) { return person(a).birth < person(b).birth; });
  }

  /// Calls `make(a, b)` for up to `wanted` pairs of free adults of one sex and different households, near in
  /// age.
  template <class Make>
  void pair_adults(std::uint64_t wanted, bool same_origin, Make make) {
    if (adults_.size() < 2) return;
    const std::size_t start = random_.below(adults_.size());
    for (std::size_t step = 0; step < adults_.size() && wanted > 0; ++step) {
      auto& a = person(adults_[(start + step) % adults_.size()]);
      if (a.in_hard_case) continue;
      for (std::size_t ahead = 1; ahead < 60; ++ahead) {
        auto& b = person(adults_[(start + step + ahead) % adults_.size()]);
        const Day apart = b.birth - a.birth;
        if (apart < 0 || apart > 5 * kYear) break;
        if (b.in_hard_case || b.sex != a.sex || b.household == a.household) continue;
        if (same_origin && b.origin != a.origin) continue;
        make(a, b);
        --wanted;
        break;
      }
    }
  }

  void note_neighbours(HardCase kind, HouseholdKind where) {
    std::uint64_t wanted = quota(kind);
    for (auto& household : block_.households) {
      if (household.kind != where) continue;
      for (std::size_t i = 0; i + 1 < household.members.size() && wanted > 0; i += 2, --wanted)
        block_.hard_cases.push_back(
            {kind, person(household.members[i]).entity, person(household.members[i + 1]).entity});
    }
  }

  void natural_twins() {
    std::uint64_t near = quota(HardCase::kNearNameTwins);
    for (auto& p : block_.people) {
      if (p.birth_order < 2) continue;
      auto& first = person(p.birth_set);
      twins_ += p.birth_order == 2;
      if (near > 0 && p.sex == first.sex) {
        p.names.front().given = near_forename(*world_.tables, first.names.front().given, p.sex, random_);
        note(HardCase::kNearNameTwins, first, p);
        --near;
      } else {
        note(HardCase::kTwins, first, p);
      }
    }
    near_left_ = near;
  }

  /// Two grown twins in homes of their own: one birth, one family name, often the same first years.
  void twin_adults() {
    const std::uint64_t wanted = quota(HardCase::kTwins) + quota(HardCase::kNearNameTwins);
    pair_adults(wanted > twins_ ? wanted - twins_ : 0, true, [&](Person& a, Person& b) {
      b.birth = a.birth;
      b.names.front().surname = a.names.front().surname;
      b.origin = a.origin;
      a.birth_set = b.birth_set = static_cast<std::int32_t>(a.entity - block_.index * kBlockPeople);
      a.birth_order = 1;
      b.birth_order = 2;
      b.homes.front().home = a.homes.front().home;
      give_another_name(a, b);
      const bool near = near_left_ > 0;
      if (near) {
        b.names.front().given = near_forename(*world_.tables, a.names.front().given, b.sex, random_);
        --near_left_;
      }
      note(near ? HardCase::kNearNameTwins : HardCase::kTwins, a, b);
    });
  }

  /// Parents do not call both twins the same, unless it is Mohammed, where the second name is the one in use.
  void give_another_name(const Person& a, Person& b) {
    constexpr int kTriesMax = 40;
    std::string& given = b.names.front().given;
    for (int tries = 0; tries < kTriesMax && given == a.names.front().given; ++tries) {
      if (given == "Mohammed" || given == "Muhammad") return;
      given = draw_birth_name(*world_.tables, b, "", random_).given;
    }
  }

  /// One person, two identities: the second begins the day the first ends and shares only birth and sex.
  void protected_persons() {
    pair_adults(quota(HardCase::kProtectedPerson), true, [&](Person& a, Person& b) {
      const Day from = std::max(a.present_from, b.present_from), to = std::min(a.present_to, b.present_to);
      if (to - from < 2 * kYear) return;
      const Day changed = static_cast<Day>(random_.between(from + kYear, to - kYear));
      b.birth = a.birth;
      a.present_to = changed - 1;
      b.present_from = changed;
      b.restricted = true;
      a.death = kNever;
      note(HardCase::kProtectedPerson, a, b);
    });
  }

  void same_name_parent_child() {
    std::uint64_t wanted = quota(HardCase::kSameNameParentChild);
    const std::size_t start = random_.below(block_.people.size());
    for (std::size_t step = 0; step < block_.people.size() && wanted > 0; ++step) {
      auto& child = block_.people[(start + step) % block_.people.size()];
      if (child.role != Role::kChild || child.in_hard_case || child.birth_set != kNobody) continue;
      const auto parent_index = child.sex == kMale ? child.father : child.mother;
      if (parent_index == kNobody || person(parent_index).in_hard_case) continue;
      auto& parent = person(parent_index);
      child.names.front().given = parent.names.back().given;
      child.names.front().surname = parent.names.back().surname;
      if (child.sex == kMale && random_.chance(kFamily.suffix_when_same_name))
        child.suffix = "Jr", parent.suffix = "Sr";
      note(HardCase::kSameNameParentChild, parent, child);
      --wanted;
    }
  }

  void same_name_same_dob() {
    pair_adults(quota(HardCase::kSameNameSameDob), true, [&](Person& a, Person& b) {
      b.birth = a.birth;
      b.names.front().given = a.names.front().given;
      b.names.front().surname = a.names.front().surname;
      note(HardCase::kSameNameSameDob, a, b);
    });
  }

  void same_sex_dob_postcode() {
    pair_adults(quota(HardCase::kSameSexDobPostcode), false, [&](Person& a, Person& b) {
      b.birth = a.birth;
      auto& home = b.homes.back().home;
      home.unit = a.homes.back().home.unit;
      if (home == a.homes.back().home) home.number = static_cast<std::uint16_t>(home.number % 60 + 1);
      note(HardCase::kSameSexDobPostcode, a, b);
    });
  }

  void surname_changes() {
    std::uint64_t wanted = quota(HardCase::kSurnameChanges);
    for (std::size_t i = 0; i < block_.people.size() && wanted > 0; ++i) {
      auto& p = block_.people[i];
      if (p.sex != kFemale || p.in_hard_case || p.role == Role::kChild || p.role == Role::kElder ||
          !long_present(p))
        continue;
      const int age = age_on(p.birth, p.present_to);
      if (age < 27 || age > 70) continue;
      while (p.names.size() < 3) {
        NameSpell next = p.names.back();
        next.from = std::max({p.present_from + 200, p.birth + 20 * kYear, next.from + kYear}) +
                    static_cast<Day>(random_.below(2 * kYear));
        next.surname = draw_family_name(*world_.tables, p.origin, random_);
        p.names.push_back(std::move(next));
      }
      p.married = std::min(p.married, p.names[1].from);
      if (p.homes.size() == 1 || p.homes.back().from < p.present_from) {
        auto last = p.homes.back();
        last.from = static_cast<Day>(random_.between(p.present_from + 100, p.present_to));
        p.homes.back().home =
            draw_home(world_, world_.tables->units[last.home.unit].locality, p.origin, random_);
        p.homes.push_back(last);
      }
      note(HardCase::kSurnameChanges, p, p);
      --wanted;
    }
  }

  /// Each with a second home and, for most, the other parent's name.
  void give_second_home(HardCase kind, int youngest, int oldest, bool second_name) {
    std::uint64_t wanted = quota(kind);
    const std::size_t start = random_.below(block_.people.size());
    for (std::size_t step = 0; step < block_.people.size() && wanted > 0; ++step) {
      auto& p = block_.people[(start + step) % block_.people.size()];
      const int age = age_on(p.birth, p.present_to);
      if (p.in_hard_case || age < youngest || age > oldest) continue;
      if (p.role != Role::kChild && p.role != Role::kSharer) continue;
      p.two_homes = true;
      p.second_home =
          draw_home(world_, static_cast<Locality>(draw_index(kLocalityWeights, random_)), p.origin, random_);
      if (second_name && random_.chance(0.7))
        p.second_surname = draw_family_name(*world_.tables, p.origin, random_);
      note(kind, p, p);
      --wanted;
    }
  }
  void children_in_two_homes() { give_second_home(HardCase::kTwoHomeChild, 2, 17, true); }
  void students() { give_second_home(HardCase::kStudentTwoHomes, 18, 24, false); }

  /// Calls `make` for up to `wanted` free people present long enough, from a random start.
  template <class Make>
  void choose_people(std::uint64_t wanted, Make make) {
    const std::size_t start = random_.below(block_.people.size());
    for (std::size_t step = 0; step < block_.people.size() && wanted > 0; ++step) {
      auto& p = block_.people[(start + step) % block_.people.size()];
      if (p.in_hard_case || !long_present(p) || !p.registered) continue;
      if (make(p)) --wanted;
    }
  }

  void superseded_numbers() {
    choose_people(quota(HardCase::kSupersededNumber), [&](Person& p) {
      p.other_nhs_number = nhs_number_of(world_.seed, p.entity, 1);
      p.other_number_from = kNever;
      p.number_merged = static_cast<Day>(random_.between(p.present_from + kYear, p.present_to));
      note(HardCase::kSupersededNumber, p, p);
      return true;
    });
  }

  void confused_numbers() {
    pair_adults(quota(HardCase::kNumberConfusion), false, [&](Person& a, Person& b) {
      b.confused_number = a.nhs_number;
      note(HardCase::kNumberConfusion, a, b);
    });
  }

  void sex_changes() {
    choose_people(quota(HardCase::kSexChangeNewNumber), [&](Person& p) {
      if (p.role == Role::kChild || age_on(p.birth, p.present_to) > 60) return false;
      p.sex_changed = static_cast<Day>(random_.between(p.present_from + kYear, p.present_to - kYear));
      p.other_nhs_number = nhs_number_of(world_.seed, p.entity, 1);
      p.other_number_from = p.sex_changed;
      Person renamed = p;
      renamed.sex = p.sex == kMale ? kFemale : kMale;
      NameSpell name = draw_birth_name(*world_.tables, renamed, p.names.back().surname, random_);
      name.from = p.sex_changed;
      while (!p.names.empty() && p.names.size() > 1 && p.names.back().from >= name.from) p.names.pop_back();
      p.names.push_back(std::move(name));
      note(HardCase::kSexChangeNewNumber, p, p);
      return true;
    });
  }

  /// A whole family registered again after a move as if it were new: each member has two numbers.
  void duplicate_families() {
    std::uint64_t wanted = quota(HardCase::kDuplicateFamilyRegistration);
    const std::size_t start = random_.below(block_.households.size());
    for (std::size_t step = 0; step < block_.households.size() && wanted > 0; ++step) {
      auto& household = block_.households[(start + step) % block_.households.size()];
      if (household.kind != HouseholdKind::kCoupleWithChildren) continue;
      const bool free = std::none_of(household.members.begin(), household.members.end(), [&](auto i) {
        return person(i).in_hard_case || !long_present(person(i));
      });
      if (!free) continue;
      for (auto i : household.members) {
        auto& p = person(i);
        p.other_nhs_number = nhs_number_of(world_.seed, p.entity, 1);
        p.duplicate_registration = true;
        p.number_merged = p.present_to - 30;
        note(HardCase::kDuplicateFamilyRegistration, p, p);
      }
      --wanted;
    }
  }

  const World& world_;
  Block& block_;
  Random random_;
  std::vector<std::int32_t> adults_;
  std::uint64_t twins_ = 0;
  std::uint64_t near_left_ = 0;
};

}  // namespace

std::uint64_t quota_of_block(const World& world, HardCase kind, std::uint64_t block,
                             std::uint64_t block_people) {
  const std::uint64_t per = kHardCaseQuotas[static_cast<std::size_t>(kind)].per_quota_population;
  const std::uint64_t before = block * kBlockPeople, after = std::min(world.people, before + block_people);
  return after * per / kQuotaPopulation - before * per / kQuotaPopulation;
}

void make_hard_cases(const World& world, Block& block) {
  HardCaseMaker(world, block).run();
}

}  // namespace gmpi::population
