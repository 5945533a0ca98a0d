#include "benchmarks/population/households.h"

#include <algorithm>

#include "benchmarks/population/hard_cases.h"

namespace gmpi::population {
namespace {

struct AgeBand {
  int first, last;
  std::uint32_t weight;
};

template <std::size_t N>
int draw_age(const AgeBand (&bands)[N], Random& random) {
  std::array<std::uint32_t, N> weights;
  for (std::size_t i = 0; i < N; ++i) weights[i] = bands[i].weight;
  const auto& band = bands[draw_index(weights, random)];
  return static_cast<int>(random.between(band.first, band.last));
}

// Ages today, of those who would still live: the dead of the window are drawn with the living.
constexpr AgeBand kSingleAges[] = {{19, 34, 17}, {35, 49, 19}, {50, 64, 24},
                                   {65, 79, 24}, {80, 94, 12}, {95, 108, 4}};
constexpr AgeBand kCoupleAges[] = {{21, 34, 22}, {35, 49, 12}, {50, 64, 28},
                                   {65, 79, 25}, {80, 94, 11}, {95, 106, 2}};
constexpr AgeBand kParentAges[] = {{20, 29, 12}, {30, 39, 36}, {40, 49, 34}, {50, 59, 16}, {60, 64, 2}};
constexpr AgeBand kElderAges[] = {{60, 69, 30}, {70, 79, 40}, {80, 94, 26}, {95, 104, 4}};
constexpr AgeBand kSharerAges[] = {{18, 24, 62}, {25, 34, 32}, {35, 44, 6}};
constexpr AgeBand kCareHomeAges[] = {{68, 79, 18}, {80, 94, 52}, {95, 108, 30}};
constexpr AgeBand kHostelAges[] = {{17, 34, 45}, {35, 49, 35}, {50, 69, 20}};
constexpr std::array<std::uint32_t, 5> kChildrenWeights = {44, 37, 13, 4, 2};
constexpr std::array<std::uint32_t, 3> kSharersWeights = {30, 40, 30};  // 2, 3, 4

class HouseholdMaker {
 public:
  HouseholdMaker(const World& world, Block& block, std::uint64_t people, Random& random)
      : world_(world), block_(block), people_(people), random_(random) {}

  void make_one() { make(static_cast<HouseholdKind>(draw_index(kHouseholdWeights, random_))); }

  void make(HouseholdKind kind) {
    Household household;
    household.kind = kind;
    household.locality = static_cast<Locality>(draw_index(kLocalityWeights, random_));
    household.origin = static_cast<Origin>(
        draw_index(kOriginWeights[static_cast<std::size_t>(household.locality)], random_));
    household.home = draw_home(world_, household.locality, household.origin, random_);
    block_.households.push_back(std::move(household));
    fill();
  }

 private:
  Household& household() { return block_.households.back(); }
  bool full() const { return block_.people.size() >= people_; }

  std::int32_t add(Role role, Sex sex, Day birth) {
    Person person;
    person.entity = block_.index * kBlockPeople + block_.people.size();
    person.role = role;
    person.sex = sex;
    person.birth = birth;
    person.origin = household().origin;
    person.household = static_cast<std::int32_t>(block_.households.size() - 1);
    const auto index = static_cast<std::int32_t>(block_.people.size());
    household().members.push_back(index);
    block_.people.push_back(std::move(person));
    return index;
  }

  Sex any_sex() { return random_.chance(0.5) ? kMale : kFemale; }
  Day birth_at_age(int age) {
    return kWindowEnd - age * kYear - age / 4 - static_cast<Day>(random_.below(kYear));
  }

  void fill() {
    switch (household().kind) {
      case HouseholdKind::kOnePerson: {
        const Sex sex = any_sex();
        add(Role::kHead, sex, birth_at_age(draw_age(kSingleAges, random_)));
        break;
      }
      case HouseholdKind::kCouple: add_couple(draw_age(kCoupleAges, random_)); break;
      case HouseholdKind::kCoupleWithChildren: {
        const auto [mother, father] = add_couple(draw_age(kParentAges, random_));
        add_children(mother, father);
        break;
      }
      case HouseholdKind::kLoneParent: {
        const bool is_mother = random_.chance(0.86);
        const auto parent =
            add(Role::kHead, is_mother ? kFemale : kMale, birth_at_age(draw_age(kParentAges, random_)));
        add_children(is_mother ? parent : kNobody, is_mother ? kNobody : parent);
        break;
      }
      case HouseholdKind::kMultiGeneration: add_generations(); break;
      case HouseholdKind::kShared: add_many(Role::kSharer, 2 + draw_index(kSharersWeights, random_)); break;
      case HouseholdKind::kCareHome:
        household().home.communal = true, add_many(Role::kResident, kCareHomeBeds);
        break;
      case HouseholdKind::kHostel:
        household().home.communal = true, add_many(Role::kResident, kHostelBeds);
        break;
    }
  }

  void add_many(Role role, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count && !full(); ++i) {
      if (i > 0) {  // neighbours of a shared house or a home come from anywhere
        household().origin = static_cast<Origin>(
            draw_index(kOriginWeights[static_cast<std::size_t>(household().locality)], random_));
      }
      const bool care = household().kind == HouseholdKind::kCareHome;
      const int age = role == Role::kSharer ? draw_age(kSharerAges, random_)
                      : care                ? draw_age(kCareHomeAges, random_)
                                            : draw_age(kHostelAges, random_);
      const Sex sex = care ? (random_.chance(0.7) ? kFemale : kMale) : any_sex();
      add(role, sex, birth_at_age(age));
    }
  }

  std::pair<std::int32_t, std::int32_t> add_couple(int age) {  // {mother, father}; the man is the head
    const auto man = add(Role::kHead, kMale, birth_at_age(age));
    if (full()) return {kNobody, man};
    const bool same_sex = random_.chance(kFamily.same_sex_couple);
    const int other_age = std::max(18, age + static_cast<int>(random_.between(-6, 3)));
    const auto woman = add(Role::kPartner, same_sex ? kMale : kFemale, birth_at_age(other_age));
    if (random_.chance(0.12))  // the partner's names come from elsewhere
      block_.people[static_cast<std::size_t>(woman)].origin = static_cast<Origin>(
          draw_index(kOriginWeights[static_cast<std::size_t>(household().locality)], random_));
    return {same_sex ? kNobody : woman, man};
  }

  void add_generations() {
    const int age = draw_age(kParentAges, random_);
    const auto [mother, father] = add_couple(age);
    add_children(mother, father);
    if (full()) return;
    const auto elder_sex = random_.chance(0.65) ? kFemale : kMale;
    const int elder_age = std::max(draw_age(kElderAges, random_), age + 19);
    const auto elder = add(Role::kElder, elder_sex, birth_at_age(elder_age));
    if (father != kNobody) {
      auto& head = block_.people[static_cast<std::size_t>(father)];
      (elder_sex == kFemale ? head.mother : head.father) = elder;
    }
  }

  /// Children of the woman (or of the man alone), none older than 27, births 13 months to six years apart.
  void add_children(std::int32_t mother, std::int32_t father) {
    const auto parent = mother != kNobody ? mother : father;
    if (parent == kNobody) return;
    const Day parent_birth = block_.people[static_cast<std::size_t>(parent)].birth;
    const int age = age_on(parent_birth, kWindowEnd);
    const int youngest = std::max(17, age - 27), oldest = std::min(41, age);
    Day birth = parent_birth +
                static_cast<Day>((random_.between(youngest * kYear, std::max(youngest, oldest) * kYear) +
                                  random_.between(youngest * kYear, std::max(youngest, oldest) * kYear)) /
                                 2);
    for (std::size_t n = 1 + draw_index(kChildrenWeights, random_); n > 0 && birth <= kWindowEnd; --n) {
      if (birth < kWindowStart - 12 * kYear)
        birth = kWindowStart - 12 * kYear + static_cast<Day>(random_.below(kYear));
      add_birth(mother, father, birth);
      birth += static_cast<Day>(random_.between(400, 2000));
    }
  }

  void add_birth(std::int32_t mother, std::int32_t father, Day birth) {
    std::uint8_t babies = 1;
    if (random_.chance(kFamily.twins_per_maternity))
      babies = random_.chance(kFamily.triplets_of_twins) ? 3 : 2;
    if (babies > 1 && block_.people.size() + babies > people_) babies = 1;
    const auto first = static_cast<std::int32_t>(block_.people.size());
    const Sex sex = random_.chance(0.512) ? kMale : kFemale;
    const bool identical = random_.chance(kFamily.identical_twins);
    for (std::uint8_t order = 1; order <= babies && !full(); ++order) {
      auto& child = block_.people[static_cast<std::size_t>(
          add(Role::kChild, order == 1 || identical ? sex : any_sex(), birth))];
      child.mother = mother;
      child.father = father;
      child.born_here = birth >= kWindowStart;
      if (babies > 1) {
        child.birth_set = first;
        child.birth_order = order;
      }
    }
  }

  const World& world_;
  Block& block_;
  const std::uint64_t people_;
  Random& random_;
};

/// How welcome a ward is to an origin: minorities cluster where `skew` is high.
bool suits(const PostcodeUnit& unit, Origin origin, Random& random) {
  if (origin == Origin::kOrthodoxJewish)
    return unit.postcode.starts_with("M7 ") || unit.postcode.starts_with("M25 ") ||
           unit.postcode.starts_with("M45 ") || unit.postcode.starts_with("M8 ");
  if (origin == Origin::kBritish || origin == Origin::kOtherWhite || origin == Origin::kMixed)
    return random.below(100) >= unit.skew / 2;
  return random.below(100) < unit.skew;
}

}  // namespace

Home draw_home(const World& world, Locality locality, Origin origin, Random& random) {
  const auto [first, end] = world.tables->units_of[static_cast<std::size_t>(locality)];
  Home home;
  const int tries = origin == Origin::kOrthodoxJewish ? 25 : 4;
  for (int i = 0; i < tries; ++i) {
    home.unit = first + static_cast<std::uint32_t>(random.below(end - first));
    if (suits(world.tables->units[home.unit], origin, random)) break;
  }
  home.number = static_cast<std::uint16_t>(1 + random.below(60));
  if (random.chance(0.14)) home.flat = static_cast<std::uint16_t>(1 + random.below(24));
  return home;
}

Block draw_households(const World& world, std::uint64_t index, std::uint64_t people) {
  Block block;
  block.index = index;
  block.people.reserve(people);
  Random random(seed_for(world, 'h', index));
  HouseholdMaker maker(world, block, people, random);
  if (quota_of_block(world, HardCase::kCareHomeNeighbours, index, people) > 0)
    maker.make(HouseholdKind::kCareHome);
  if (block.people.size() < people && quota_of_block(world, HardCase::kHostelNeighbours, index, people) > 0)
    maker.make(HouseholdKind::kHostel);
  while (block.people.size() < people) maker.make_one();
  return block;
}

}  // namespace gmpi::population
