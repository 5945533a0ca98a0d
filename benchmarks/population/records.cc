#include "benchmarks/population/records.h"

#include <algorithm>

#include "benchmarks/population/errors.h"
#include "benchmarks/population/nhs_number.h"
#include "benchmarks/population/permutation.h"
#include "benchmarks/population/record_errors.h"
#include "benchmarks/population/sources.h"

namespace gmpi::population {
namespace {

/// Sixteen equally likely values of the exponential distribution with mean 100.
constexpr std::array<int, 16> kExponential = {3,  10, 17,  25,  33,  42,  52,  63,
                                              76, 90, 107, 127, 152, 186, 237, 347};

/// Moves a person makes a year, on average; turns a share of stale postcodes into an age of the data.
constexpr double kMovesAYear = 0.095;
/// How long a changed name takes to reach a kind of system, in days, on average.
constexpr std::array<int, kSourceKinds> kNameLagDays = {180, 300, 250, 250, 200, 150, 300, 400, 730, 300};

constexpr std::uint64_t kLocalIdsPerBlock = 100'000;

std::string digits10(std::uint64_t number) {
  return number == 0 ? "" : std::to_string(number);
}

std::string title_of(const Person& p, Day day, Random& random) {
  const int age = age_on(p.birth, day);
  if (p.doctor && age > 25) return "Dr";
  if (p.sex_on(day) == kMale) return age < 14 && random.chance(0.5) ? "Master" : "Mr";
  if (day >= p.married) return random.chance(0.75) ? "Mrs" : "Ms";
  return random.chance(age > 20 ? 0.45 : 0.95) ? "Miss" : "Ms";
}

std::string joined_previous_surnames(const Person& p, Day day) {
  std::string joined;
  const auto& now = p.name_on(day).surname;
  for (const auto& spell : p.names) {
    if (spell.from > day || spell.surname == now) continue;
    if (!joined.empty()) joined += '|';
    joined += spell.surname;
  }
  return joined;
}

class RecordMaker {
 public:
  RecordMaker(const World& world, const Block& block, BlockRecords& out)
      : world_(world), block_(block), out_(out), local_ids_(100'000, mix64(world.seed ^ 0x6c6f63)) {
    for (const auto& p : block.people)
      if (p.mother != kNobody && p.born_here) births_.emplace_back(p.mother, &p);
    std::stable_sort(births_.begin(), births_.end(), [](auto& a, auto& b) { return a.first < b.first; });
  }

  void run() {
    for (std::size_t i = 0; i < block_.people.size(); ++i) {
      const std::size_t before = out_.records.size();
      const auto& p = block_.people[i];
      Random random(seed_for(world_, 'r', p.entity));
      if (p.present_from <= p.present_to) all_records(p, random);
      out_.per_person.push_back(static_cast<std::uint32_t>(out_.records.size() - before));
    }
  }

 private:
  const Person& person(std::int32_t i) const { return block_.people[static_cast<std::size_t>(i)]; }
  Locality locality_on(const Person& p, Day day) const {
    return world_.tables->units[p.home_on(day).unit].locality;
  }

  // ---- Which records there are

  void all_records(const Person& p, Random& random) {
    first_record_ = out_.records.size();
    practice_records(p, random);
    for (auto kind : {SourceKind::kAcute, SourceKind::kEmergency, SourceKind::kAmbulance, SourceKind::kUrgent,
                      SourceKind::kCommunity, SourceKind::kSocial, SourceKind::kDiagnostics})
      visit_records(p, kind, random);
    if (p.born_here) newborn_records(p, random);
    mother_records(p, random);
    child_records(p, random);
    later_number_event(p, random);
  }

  void practice_records(const Person& p, Random& random) {
    if (!p.registered) return;
    for (std::size_t i = 0; i < p.practices.size(); ++i) {
      const Day from = std::max(p.practices[i].from, p.present_from);
      const Day to =
          std::min(p.present_to, i + 1 < p.practices.size() ? p.practices[i + 1].from - 1 : kWindowEnd);
      if (from > to) continue;
      // The practice's last word: near the end of the registration, when that was long ago.
      const Day event = std::max(random_day(from, to, random), random_day(from, to, random));
      write(p, p.practices[i].source, event, random);
      if (random.chance(p.duplicate_registration ? 1.0 : kMoves.ghost_registration))
        ghost_record(p, from, event, random);
    }
  }

  /// A second registration elsewhere that nobody ended.
  void ghost_record(const Person& p, Day from, Day to, Random& random) {
    const Day event = random_day(from, to, random);
    write(p, world_.sources->draw(SourceKind::kGp, locality_on(p, event), random), event, random);
  }

  static Day random_day(Day from, Day to, Random& random) {
    return static_cast<Day>(random.between(from, std::max(from, to)));
  }

  static bool covered(const Person& p, SourceKind kind, Random& random) {
    double share = kSources[static_cast<std::size_t>(kind)].people * p.use;
    if (kind == SourceKind::kSocial) share *= age_on(p.birth, kWindowEnd) > 72 ? 2.2 : 0.85;
    return random.chance(std::min(0.97, share));
  }

  /// 1 or more, with the kind's mean.
  static int record_count(SourceKind kind, Random& random) {
    const double mean = kSources[static_cast<std::size_t>(kind)].records_each;
    int count = 1;
    while (count < 6 && random.chance((mean - 1) / mean)) ++count;
    return count;
  }

  void visit_records(const Person& p, SourceKind kind, Random& random) {
    if (!covered(p, kind, random)) return;
    for (int n = record_count(kind, random); n > 0; --n) {
      // The later of two days: systems keep more of recent years.
      const Day event = std::max(random_day(p.present_from, p.present_to, random),
                                 random_day(p.present_from, p.present_to, random));
      const auto source = world_.sources->draw(kind, locality_on(p, event), random);
      write(p, source, event, random);
      if (kind == SourceKind::kAcute && random.chance(kAcuteInHouseDuplicate))
        in_house_duplicate(p, source, event, random);
    }
  }

  /// Two records of one person in one hospital, found and merged months later.
  void in_house_duplicate(const Person& p, std::uint32_t source, Day event, Random& random) {
    write(p, source, std::min(p.present_to, event + static_cast<Day>(random.below(400))), random);
    auto& second = out_.records.back();
    if (!second[Field::kIdentifier].empty())
      second[Field::kIdentifier] = own_number(p.entity + world_.people, source);
    if (!random.chance(0.5)) return;
    const auto& kept = out_.records[out_.records.size() - 2];
    const auto& gone = out_.records.back();
    LaterEvent merge;
    merge.day =
        std::min(kWindowEnd, std::max(kept.event, gone.event) + 30 + static_cast<Day>(random.below(300)));
    merge.kind = "record_merge";
    merge.source = source;
    merge.local_id = kept.local_id;
    merge.other_local_id = gone.local_id;
    out_.events.push_back(std::move(merge));
  }

  void newborn_records(const Person& p, Random& random) {
    if (!random.chance(kSources[static_cast<std::size_t>(SourceKind::kMaternity)].people)) return;
    const auto source = world_.sources->draw(SourceKind::kMaternity, locality_on(p, p.birth), random);
    Day event = p.birth + static_cast<Day>(random.below(4));
    for (int n = 2; n > 0 && event <= p.present_to; --n) {
      write(p, source, event, random);
      event += static_cast<Day>(random.chance(0.7) ? random.below(6) : random.below(200));
    }
  }

  void mother_records(const Person& p, Random& random) {
    const auto index = static_cast<std::int32_t>(&p - block_.people.data());
    auto at =
        std::lower_bound(births_.begin(), births_.end(), index, [](auto& b, auto i) { return b.first < i; });
    Day last_birth = -kNever;
    for (; at != births_.end() && at->first == index; ++at) {
      const Day birth = at->second->birth;
      if (birth == last_birth ||
          !random.chance(kSources[static_cast<std::size_t>(SourceKind::kMaternity)].people))
        continue;
      last_birth = birth;
      Day booking = birth - 200 + static_cast<Day>(random.below(60));
      if (booking < p.present_from) booking = std::max(birth, p.present_from);
      const auto source = world_.sources->draw(SourceKind::kMaternity, locality_on(p, booking), random);
      write(p, source, std::min(booking, p.present_to), random);
      if (random.chance(0.25)) write(p, source, std::min(birth, p.present_to), random);
    }
  }

  void child_records(const Person& p, Random& random) {
    if (age_on(p.birth, kWindowEnd) >= kChildRecordsKeptYears) return;
    const Day to = std::min(p.present_to, p.birth + 19 * kYear);
    if (to <= p.present_from ||
        !random.chance(kSources[static_cast<std::size_t>(SourceKind::kChildHealth)].people))
      return;
    for (int n = record_count(SourceKind::kChildHealth, random); n > 0; --n) {
      const Day event = random_day(p.present_from, to, random);
      write(p, world_.sources->draw(SourceKind::kChildHealth, locality_on(p, event), random), event, random);
    }
  }

  void later_number_event(const Person& p, Random&) {
    if (p.other_nhs_number == 0 || p.number_merged > kWindowEnd) return;
    for (std::size_t i = first_record_; i < out_.records.size(); ++i) {
      const auto& record = out_.records[i];
      if (record[Field::kNhsNumber] != digits10(p.other_nhs_number) || record.event > p.number_merged)
        continue;
      LaterEvent event;
      event.day = p.number_merged;
      event.kind = "nhs_number_merge";
      event.source = record.source;
      event.local_id = record.local_id;
      event.field = "nhs_number";
      event.old_value = digits10(p.other_nhs_number);
      event.new_value = digits10(p.nhs_number);
      out_.events.push_back(std::move(event));
    }
  }

  // ---- What one record says

  void write(const Person& p, std::uint32_t source_index, Day event, Random& random) {
    const auto& source = world_.sources->at(source_index);
    Record record;
    record.entity = p.entity;
    record.source = source_index;
    record.event = event;
    const auto number = block_.index * kLocalIdsPerBlock + out_.records.size();
    record.local_id = std::to_string(1'000'000'000 + local_ids_(number % 10'000'000'000));
    const RecordMood mood = draw_mood(source, p, random);
    const bool second_life = p.two_homes && random.chance(0.40);
    state_names(p, mood, second_life, record, random);
    state_places(p, mood, second_life, record, random);
    state_number(p, mood, record, random);
    state_rest(p, record, random);
    const bool placeholder = placeholder_name(p, mood, record, random);
    if (!placeholder) spoil_name(world_, mood, p, record, random);
    spoil_birth_date(mood, p, other_birth(p, random), record, random);
    spoil_address(world_, mood, record, random);
    spoil_sex_and_title(mood, record, random);
    spoil_nhs_number(mood, household_numbers(p), stranger_number(p, random), record, random);
    count(p, source.kind, record);
    apply_house_style(mood, record, random);
    state_own_number(p, mood, number, record);
    correction_event(p, record, random);
    out_.records.push_back(std::move(record));
  }

  static Day lagged(Day event, double mean_days, Random& random) {
    const double lag = mean_days * kExponential[random.below(kExponential.size())] / 100;
    return event - static_cast<Day>(std::min(lag, 7300.0));
  }

  void state_names(const Person& p, const RecordMood& mood, bool second_life, Record& record,
                   Random& random) {
    const Day known = lagged(record.event, kNameLagDays[static_cast<std::size_t>(mood.source.kind)], random);
    const auto& name = p.name_on(std::max(known, p.birth));
    record[Field::kGivenName] = name.given;
    record[Field::kMiddleNames] = name.middle;
    record[Field::kSurname] = name.surname;
    record[Field::kSuffix] = p.suffix;
    record[Field::kTitle] = title_of(p, record.event, random);
    if (!p.known_as.empty() && p.known_as != name.given) record[Field::kKnownAs] = p.known_as;
    if (random.chance(kErrors.previous_surname_kept))
      record[Field::kPreviousSurname] = joined_previous_surnames(p, known);
    if (second_life && !p.second_surname.empty()) record[Field::kSurname] = p.second_surname;
    const bool about_birth =
        mood.source.kind == SourceKind::kMaternity || mood.source.kind == SourceKind::kChildHealth;
    if (about_birth && age_on(p.birth, record.event) < 18) {
      record[Field::kMotherSurname] = p.mother_surname;
      // The child of parents with two names is often under the mother's at first.
      if (!p.mother_surname.empty() && random.chance(record.event - p.birth < 60 ? 0.5 : 0.03))
        record[Field::kSurname] = p.mother_surname;
      if (p.birth_order > 0) record[Field::kBirthOrder] = std::to_string(p.birth_order);
    }
  }

  void state_places(const Person& p, const RecordMood& mood, bool second_life, Record& record,
                    Random& random) {
    const double stale = mood.rates.postcode_wrong;
    // A practice's register is stale by itself: moves it was not told of are in its spells.
    const double told = mood.source.kind == SourceKind::kGp ? 0.5 : 1.0;
    const double years = told * stale / (1 - stale) / kMovesAYear;
    const Day known = std::max(p.birth, lagged(record.event, years * kYear, random));
    const Home& home = second_life ? p.second_home : p.home_on(known);
    const auto& unit = world_.tables->units[home.unit];
    record[Field::kAddressLine] = address_line_of(world_, home);
    record[Field::kTown] = unit.town;
    record[Field::kPostcode] = unit.postcode;
    record[Field::kCounty] = random.chance(0.6) ? "Greater Manchester" : "Lancashire";
    record[Field::kPhone] = phones(p, home, known, random);
    record[Field::kEmail] = p.email;
    if (!p.registered) return;
    const auto* practice = &p.practices.front();
    for (const auto& spell : p.practices)
      if (spell.from <= known) practice = &spell;
    record[Field::kPractice] = world_.sources->at(practice->source).ods_code;
    if (mood.source.kind == SourceKind::kGp) record[Field::kPractice] = mood.source.ods_code;
  }

  /// Hospitals, community and mental health number their patients, each from the same small numbers: 12345 of
  /// one is a stranger to 12345 of another.
  std::string own_number(std::uint64_t holder, std::uint32_t source) const {
    std::uint64_t half = 1;
    while (half * half < 2 * world_.people) ++half;
    return "mrn:" + std::to_string(100'000 + Permutation(half, seed_for(world_, 'm', source))(holder));
  }

  /// From a seed of its own: what else the record says does not depend on it.
  void state_own_number(const Person& p, const RecordMood& mood, std::uint64_t number, Record& record) {
    Random random(seed_for(world_, 'l', number));
    const SourceKind kind = mood.source.kind;
    const bool hospital =
        kind == SourceKind::kAcute || kind == SourceKind::kEmergency || kind == SourceKind::kMaternity;
    if ((hospital || kind == SourceKind::kCommunity) && !random.chance(kErrors.own_number_missing)) {
      std::uint64_t holder = p.entity;
      const auto& members = block_.households[static_cast<std::size_t>(p.household)].members;
      if (random.chance(mood.rate(kErrors.own_number_of_household)))
        holder = person(members[random.below(members.size())]).entity;
      // Who cannot say who he is gets a number for the day.
      if (record[Field::kGivenName] == "UNKNOWN") holder += world_.people;
      record[Field::kIdentifier] = own_number(holder, record.source);
    }
    const double carried = kind == SourceKind::kGp ? kRestrictedAtPractice
                           : hospital              ? kRestrictedInHospital
                                                   : kRestrictedElsewhere;
    if (p.restricted && random.chance(carried)) record[Field::kRestricted] = "R";
  }

  std::string phones(const Person& p, const Home& home, Day day, Random& random) {
    std::string text;
    const std::uint64_t house =
        seed_for(world_, 't', home.unit * 1'000'000ULL + home.number * 100ULL + home.flat);
    const bool has_landline = house % 100 < static_cast<std::uint64_t>(kContacts.landline * 100);
    const auto& postcode = world_.tables->units[home.unit].postcode;
    const bool manchester = postcode[0] == 'M' || postcode.starts_with("SK") || postcode.starts_with("OL");
    const std::uint64_t landline = postcode.starts_with("BL")   ? 1'204'000'000 + 300'000 + house % 600'000
                                   : postcode.starts_with("WN") ? 1'942'000'000 + 200'000 + house % 700'000
                                   : manchester ? 1'610'000'000 + 2'000'000 + house % 7'000'000
                                                : 1'925'000'000 + 200'000 + house % 700'000;
    std::uint64_t mobile = 0;
    for (const auto& [from, number] : p.mobiles)
      if (from <= day) mobile = number;
    const bool child = age_on(p.birth, day) < 14;
    if (child || random.chance(kContacts.phone_is_shared)) {
      const auto& head = person(block_.households[static_cast<std::size_t>(p.household)].members.front());
      if (const auto& other = p.mother != kNobody ? person(p.mother) : head; !other.mobiles.empty() && child)
        mobile = other.mobiles.back().second;
      else if (!head.mobiles.empty() && !has_landline)
        mobile = head.mobiles.back().second;
      else if (has_landline)
        mobile = 0;
    }
    if (mobile != 0) text = formatted_phone(mobile, random);
    if (has_landline && (text.empty() || random.chance(0.3)))
      text += (text.empty() ? "" : "|") + formatted_phone(landline, random);
    return text;
  }

  double number_share(const Person& p, const RecordMood& mood, Day event) const {
    switch (mood.source.kind) {
      case SourceKind::kEmergency:
        return event < day_of(2012, 1, 1) ? kEmergencyNhsValidBefore2012 : mood.rates.nhs_valid;
      case SourceKind::kMaternity: return event - p.birth < 7 ? kBabyNhsValidFirstWeek : mood.rates.nhs_valid;
      case SourceKind::kSocial:
        return age_on(p.birth, event) < 18 ? kSocialChildNhsValid : mood.rates.nhs_valid;
      default: return mood.rates.nhs_valid;
    }
  }

  void state_number(const Person& p, const RecordMood& mood, Record& record, Random& random) {
    std::uint64_t number = p.nhs_number;
    const bool two_mix = p.other_nhs_number != 0 && p.other_number_from == kNever;
    if (record.event >= p.other_number_from)
      number = p.other_nhs_number;
    else if (two_mix && record.event < p.number_merged && random.chance(p.duplicate_registration ? 0.5 : 0.4))
      number = p.other_nhs_number;
    if (p.confused_number != 0 && random.chance(0.6)) number = p.confused_number;
    if (record.event - p.birth < 28) number = newborn_number(p, number, random);
    // Spoilt numbers are taken out of the share that is valid.
    const double spoilt = kErrors.nhs_digit_wrong + kErrors.nhs_digits_swapped + kErrors.nhs_dummy;
    if (number != 0 && random.chance(std::min(1.0, number_share(p, mood, record.event) / (1 - spoilt)))) {
      record[Field::kNhsNumber] = std::to_string(number);
      record[Field::kNhsStatus] = mood.source.kind == SourceKind::kAmbulance
                                      ? (random.chance(0.5) ? "01" : "02")
                                  : random.chance(0.96) ? "01"
                                                        : "02";
    } else {
      record[Field::kNhsStatus] = record.event - p.birth < 42 ? "08"
                                  : random.chance(0.5)        ? "03"
                                  : random.chance(0.6)        ? "04"
                                                              : "07";
    }
  }

  /// Crossed between twins, or the mother's put on the baby.
  std::uint64_t newborn_number(const Person& p, std::uint64_t number, Random& random) {
    if (p.birth_order == 2 && random.chance(kErrors.twins_numbers_crossed))
      return person(p.birth_set).nhs_number;
    if (p.mother != kNobody && random.chance(kErrors.mothers_number_on_baby))
      return person(p.mother).nhs_number;
    return number;
  }

  void state_rest(const Person& p, Record& record, Random& random) {
    record[Field::kDob] = format_day(p.birth);
    record[Field::kSex] = p.sex_on(record.event) == kMale ? "male" : "female";
    if (p.death != kNever &&
        (record.event >= p.death || (p.death - record.event < 400 && random.chance(0.8))))
      record[Field::kDeathDate] = format_day(p.death);
  }

  /// Newborns before they are named, and patients nobody can name. True when the name is no name.
  bool placeholder_name(const Person& p, const RecordMood& mood, Record& record, Random& random) {
    const Day age = record.event - p.birth;
    const double newborn = age < 7     ? kErrors.baby_placeholder_first_week
                           : age < 29  ? kErrors.baby_placeholder_first_month
                           : age < 365 ? kErrors.baby_placeholder_first_year
                                       : 0;
    if (newborn > 0 && random.chance(newborn)) {
      newborn_placeholder(p, record, random);
      return true;
    }
    const bool urgent =
        mood.source.kind == SourceKind::kEmergency || mood.source.kind == SourceKind::kAmbulance;
    if (!urgent || !random.chance(kErrors.unknown_patient)) return false;
    record[Field::kGivenName] = "UNKNOWN";
    record[Field::kSurname] = p.sex == kMale ? "MALE" : "FEMALE";
    record[Field::kMiddleNames].clear();
    record[Field::kKnownAs].clear();
    record[Field::kNhsNumber].clear();
    record[Field::kNhsStatus] = "04";
    return true;
  }

  void newborn_placeholder(const Person& p, Record& record, Random& random) {
    if (!p.mother_surname.empty()) record[Field::kSurname] = p.mother_surname;
    record[Field::kMiddleNames].clear();
    record[Field::kKnownAs].clear();
    record[Field::kTitle].clear();
    auto& given = record[Field::kGivenName];
    if (p.birth_order > 0 && random.chance(0.8)) {
      static constexpr std::array<std::string_view, 3> kWords = {"ONE", "TWO", "THREE"};
      given = random.chance(0.6) ? "TWIN " + std::to_string(p.birth_order)
                                 : std::string(kWords[p.birth_order - 1U]);
    } else {
      switch (random.below(4)) {
        case 0: given = "BABY"; break;
        case 1: given = p.sex == kMale ? "BABY BOY" : "BABY GIRL"; break;
        case 2:
          given = p.mother != kNobody ? "BABY OF " + in_upper_case(person(p.mother).name_on(p.birth).given)
                                      : "BABY";
          break;
        default: given = "Baby";
      }
    }
  }

  Day other_birth(const Person& p, Random& random) const {
    const auto& members = block_.households[static_cast<std::size_t>(p.household)].members;
    return person(members[random.below(members.size())]).birth;
  }

  std::vector<std::uint64_t> household_numbers(const Person& p) const {
    std::vector<std::uint64_t> numbers;
    for (auto i : block_.households[static_cast<std::size_t>(p.household)].members)
      if (&person(i) != &p) numbers.push_back(person(i).nhs_number);
    return numbers;
  }

  std::uint64_t stranger_number(const Person& p, Random& random) const {
    const auto& other = block_.people[random.below(block_.people.size())];
    return &other == &p ? 0 : other.nhs_number;
  }

  // ---- What comes of it

  void count(const Person& p, SourceKind kind, const Record& record) {
    auto& counts = out_.counts[static_cast<std::size_t>(kind)];
    const auto& name = p.name_on(record.event);
    const auto& number = record[Field::kNhsNumber];
    counts.records += 1;
    counts.nhs_valid += !number.empty() && is_valid_nhs_number(std::stoull(number)) && number[0] == '9';
    counts.dob_wrong += !record[Field::kDob].empty() && record[Field::kDob] != format_day(p.birth);
    counts.name_differs += record[Field::kGivenName] != name.given || record[Field::kSurname] != name.surname;
    counts.postcode_differs +=
        record[Field::kPostcode] != world_.tables->units[p.home_on(record.event).unit].postcode;
  }

  /// Wrong dates of birth are found now and then; a record in error is taken back.
  void correction_event(const Person& p, const Record& record, Random& random) {
    const auto right = format_day(p.birth);
    const bool dob_wrong = !record[Field::kDob].empty() && record[Field::kDob] != right;
    LaterEvent event;
    if (dob_wrong && random.chance(0.3)) {
      event.kind = "correction";
      event.field = "dob";
      event.old_value = record[Field::kDob];
      event.new_value = right;
    } else if (random.chance(0.0008)) {
      event.kind = "delete";
    } else {
      return;
    }
    event.day = std::min(kWindowEnd, record.event + 20 + static_cast<Day>(random.below(700)));
    event.source = record.source;
    event.local_id = record.local_id;
    out_.events.push_back(std::move(event));
  }

  const World& world_;
  const Block& block_;
  BlockRecords& out_;
  const Permutation local_ids_;
  std::vector<std::pair<std::int32_t, const Person*>> births_;  // by mother
  std::size_t first_record_ = 0;
};

}  // namespace

std::string address_line_of(const World& world, const Home& home) {
  const auto& unit = world.tables->units[home.unit];
  const std::string& street = world.tables->streets[unit.street];
  if (home.communal)
    return street.substr(0, street.find(' ')) + (home.number % 2 ? " House, " : " Lodge, ") + street;
  std::string line = std::to_string(home.number) + " " + street;
  return home.flat == 0 ? line : "Flat " + std::to_string(home.flat) + ", " + line;
}

BlockRecords make_records(const World& world, const Block& block) {
  BlockRecords out;
  out.records.reserve(block.people.size() * 8);
  RecordMaker(world, block, out).run();
  return out;
}

}  // namespace gmpi::population
