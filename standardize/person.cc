#include "standardize/person.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <boost/container/small_vector.hpp>

#include "models/person_columns.h"
#include "models/person_fields.h"
#include "models/restricted.h"
#include "standardize/address.h"
#include "standardize/emails.h"
#include "standardize/fold.h"
#include "standardize/identifiers.h"
#include "standardize/limits.h"
#include "standardize/names.h"
#include "standardize/nhs_number.h"
#include "standardize/nicknames.h"
#include "standardize/phones.h"
#include "standardize/phonetics.h"
#include "standardize/postcode.h"
#include "standardize/sex.h"

namespace gmpi {
namespace {

using Strings = std::vector<std::string>;

/// Place of a field in kPersonFields; a misspelt name does not compile.
consteval std::size_t id_of(std::string_view name) {
  for (std::size_t i = 0; i < kPersonFields.size(); ++i)
    if (kPersonFields[i].name == name) return i;
  throw "no such person field";
}

/// Field ids in the order of their names, for look-up.
constexpr auto kByName = [] {
  std::array<std::size_t, kPersonFields.size()> ids{};
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = i;
  std::ranges::sort(ids, {}, [](std::size_t i) { return kPersonFields[i].name; });
  return ids;
}();

std::optional<std::size_t> find_id(std::string_view name) {
  const auto name_of = [](std::size_t i) { return kPersonFields[i].name; };
  const auto at = std::ranges::lower_bound(kByName, name, {}, name_of);
  if (at == kByName.end() || name_of(*at) != name) return std::nullopt;
  return *at;
}

/// The column that a field's trouble is reported under.
std::string_view column_of(std::size_t field) {
  switch (field) {
    case id_of("nhs_number_status"): return "nhs_verified";
    case id_of("full_name"): return "name_tokens";
    case id_of("known_as"): return "given_names";
    case id_of("previous_surname"): return "surnames";
    case id_of("alias"): return "surnames";
    case id_of("address_line"): return "address_tokens";
    case id_of("previous_postcode"): return "postcodes";
    case id_of("phone"): return "phones";
    case id_of("email"): return "emails";
    case id_of("identifier"): return "identifiers";
    default: return kPersonFields[field].name;
  }
}

void remove(StandardRecord& out, std::string_view column, std::string_view reason) {
  if (!reason.empty()) out.removals.push_back({std::string(column), std::string(reason)});
}

void add_text(StandardRecord& out, std::string_view column, std::string value) {
  if (value.empty()) return;
  auto& added = out.columns.emplace_back();
  added.name = column;
  added.values.push_back(std::move(value));
}

void add_reading(StandardRecord& out, std::string_view column, Reading reading) {
  remove(out, column, reading.reason);
  add_text(out, column, std::move(reading.value));
}

void sort_unique(Strings& values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

void add_list(StandardRecord& out, std::string_view column, Strings values) {
  std::erase_if(values, [](const std::string& v) { return v.empty(); });
  if (values.empty()) return;
  sort_unique(values);
  if (values.size() > kValuesPerColumnMax) {
    values.resize(kValuesPerColumnMax);
    remove(out, column, "too many values");
  }
  out.columns.push_back({std::string(column), true, std::move(values)});
}

/// The values of a record by field, sound text only, lists taken apart at '|'.
class FieldValues {
 public:
  FieldValues(const SourceRecord& record, StandardRecord& out) {
    const auto count = std::min(record.fields.size(), kFieldsPerRecordMax);
    for (std::size_t i = 0; i < count; ++i) {
      const auto& field = record.fields[i];
      const auto id = find_id(field.name);
      if (!id || field.value.empty()) continue;
      auto fault = text_fault(field.value);
      if (fault.empty() && field.value.size() > bytes_left_) fault = "record too long";
      if (!fault.empty()) {
        remove(out, column_of(*id), fault);
        continue;
      }
      bytes_left_ -= field.value.size();
      add(*id, field.value);
    }
  }

  std::string_view first(std::size_t id) const {
    for (const auto& entry : entries_)
      if (entry.id == id) return entry.value;
    return {};
  }
  /// What was sent under a single-valued name again.
  template <class F>
  void each_after_first(std::size_t id, F&& f) const {
    bool first = true;
    each(id, [&](std::string_view value) {
      if (!std::exchange(first, false)) f(value);
    });
  }
  template <class F>
  void each(std::size_t id, F&& f) const {
    for (const auto& entry : entries_)
      if (entry.id == id) f(entry.value);
  }

 private:
  struct Entry {
    std::size_t id;
    std::string_view value;
  };

  void add(std::size_t id, std::string_view value) {
    while (kPersonFields[id].is_list && entries_.size() < kFieldsPerRecordMax) {
      const auto bar = value.find('|');
      if (bar == std::string_view::npos) break;
      if (bar > 0) entries_.push_back({id, value.substr(0, bar)});
      value.remove_prefix(bar + 1);
    }
    if (!value.empty()) entries_.push_back({id, value});
  }

  std::size_t bytes_left_ = kRecordBytesMax;
  boost::container::small_vector<Entry, 32> entries_;
};

// -- names
// --------------------------------------------------------------------------------------------------------

/// What all name fields of a record say together.
struct Names {
  GivenNames given;  // its first name is the record's given name
  Surname surname;
  Strings middle;
  Strings known_as;
  Strings other_surnames;  // of the whole name, when there is a surname field too
  Strings given_names;     // all of them
  Strings surnames;        // all of them
};

void append(Strings& to, const Strings& from) {
  to.insert(to.end(), from.begin(), from.end());
}

bool contains(const Strings& in, const std::string& value) {
  return std::ranges::find(in, value) != in.end();
}

/// All forms of a surname: closed up, its barrels, its body, and those once held.
void append_surnames(Strings& to, const Surname& surname) {
  if (!surname.joined.empty()) to.push_back(surname.joined);
  append(to, surname.parts);
  append(to, surname.previous);
}

/// Fills what the split fields lack from the whole name; its further given names become middle names.
void use_whole_name(std::string_view text, Names& names) {
  if (text.empty()) return;
  const WholeName whole = split_whole_name(text);
  GivenNames given = read_given_names(whole.given);
  const bool one_word = whole.given.empty();
  Surname surname = read_surname(whole.surname);
  if (!names.surname.joined.empty())
    append_surnames(names.other_surnames, one_word ? Surname{} : surname);
  else if ((!one_word || names.given.names.empty()) &&
           (!surname.joined.empty() || names.surname.reason.empty()))
    names.surname = std::move(surname);
  if (names.given.title.empty()) names.given.title = given.title;
  append(names.known_as, given.known_as);
  if (names.given.names.empty()) {
    if (!given.names.empty() || names.given.reason.empty()) names.given = std::move(given);
    return;
  }
  Strings known = names.given.names;
  append_surnames(known, names.surname);
  append(known, names.other_surnames);
  for (auto& name : given.names)
    if (!contains(known, name)) names.middle.push_back(std::move(name));
}

/// A placeholder in one name field casts doubt on the other.
void drop_doubtful(Names& names) {
  if (names.given.called_baby && names.given.names.size() == 1 &&
      names.given.names[0] == names.surname.joined) {
    names.given.names.clear();
    names.given.reason = "placeholder name";
  }
  if (names.surname.doubtful && names.given.names.empty() && !names.given.reason.empty()) {
    names.surname = Surname{};
    names.surname.reason = "placeholder name";
  }
}

Names read_names(const FieldValues& values) {
  Names names;
  names.given = read_given_names(values.first(id_of("given_name")));
  names.surname = read_surname(values.first(id_of("surname")));
  use_whole_name(values.first(id_of("full_name")), names);
  drop_doubtful(names);
  const auto& given = names.given.names;
  if (given.size() > 1) names.middle.insert(names.middle.begin(), given.begin() + 1, given.end());
  const auto add_middle = [&](std::string_view text) {
    const GivenNames more = read_given_names(text);
    append(names.middle, more.names);
    append(names.given_names, more.halves);
  };
  values.each_after_first(id_of("given_name"), add_middle);
  values.each(id_of("middle_names"), add_middle);
  append(names.known_as, names.given.known_as);
  values.each(id_of("known_as"),
              [&](std::string_view text) { append(names.known_as, read_given_names(text).names); });
  append(names.given_names, given);
  append(names.given_names, names.given.halves);
  append(names.given_names, names.middle);
  append(names.given_names, names.known_as);
  append_surnames(names.surnames, names.surname);
  append(names.surnames, names.other_surnames);
  values.each(id_of("previous_surname"),
              [&](std::string_view text) { append_surnames(names.surnames, read_surname(text)); });
  values.each(id_of("alias"), [&](std::string_view text) {
    const WholeName whole = split_whole_name(text);
    append(names.given_names, read_given_names(whole.given).names);
    append_surnames(names.surnames, read_surname(whole.surname));
  });
  sort_unique(names.surnames);
  return names;
}

void append_roots(Strings& to, const std::string& name) {
  const auto roots = nickname_roots(name);
  if (roots.empty()) to.push_back(name);
  to.insert(to.end(), roots.begin(), roots.end());
}

void append_sounds(Strings& to, std::string_view name) {
  auto sounds = double_metaphone(name);
  if (sounds.alternate != sounds.primary) to.push_back(std::move(sounds.alternate));
  to.push_back(std::move(sounds.primary));
}

void add_sound_columns(const Names& names, StandardRecord& out) {
  if (!names.given.names.empty()) {
    Strings sounds;
    append_sounds(sounds, names.given.names.front());
    add_list(out, "given_sounds", std::move(sounds));
  }
  Strings sounds;
  Strings soundexes;
  for (const auto& surname : names.surnames) {
    append_sounds(sounds, surname);
    soundexes.push_back(soundex(surname));
  }
  add_list(out, "surname_sounds", std::move(sounds));
  add_list(out, "surname_soundex", std::move(soundexes));
}

void add_given_columns(const Names& names, StandardRecord& out) {
  Strings roots;
  if (!names.given.names.empty()) {
    const auto& first = names.given.names.front();
    add_text(out, "given_name", first);
    add_text(out, "given_initial", first.substr(0, 1));
    append_roots(roots, first);
  } else {
    remove(out, "given_name", names.given.reason);
  }
  for (const auto& name : names.known_as) append_roots(roots, name);
  add_list(out, "given_roots", std::move(roots));
  add_list(out, "middle_names", names.middle);
  add_list(out, "given_names", names.given_names);
}

void add_names(const FieldValues& values, StandardRecord& out) {
  Names names = read_names(values);
  std::string title = read_title(values.first(id_of("title")));
  add_text(out, "title", title.empty() ? names.given.title : std::move(title));
  add_given_columns(names, out);
  if (names.surname.joined.empty()) remove(out, "surname", names.surname.reason);
  add_text(out, "surname", names.surname.joined);
  add_list(out, "surnames", names.surnames);
  std::string suffix = read_suffix(values.first(id_of("suffix")));
  add_text(out, "suffix", suffix.empty() ? names.surname.suffix : std::move(suffix));
  add_sound_columns(names, out);
  Strings tokens = std::move(names.given_names);
  append(tokens, names.surnames);
  add_list(out, "name_tokens", std::move(tokens));
  Surname mother = read_surname(values.first(id_of("mother_surname")));
  remove(out, "mother_surname", mother.reason);
  add_text(out, "mother_surname", std::move(mother.joined));

  const std::string order = fold_alnum(values.first(id_of("birth_order")));
  const bool counts = order.size() == 1 && order[0] >= '1' && order[0] <= '9';
  if (counts || names.given.birth_order > 0)
    add_text(out, "birth_order", counts ? order : std::to_string(names.given.birth_order));
  else if (!order.empty())
    remove(out, "birth_order", "not a birth order");
}

// -- dates and sex
// ------------------------------------------------------------------------------------------------

std::string_view date_refusal(const DateReading& reading, const std::optional<Date>& as_of) {
  if (as_of && reading.date && *reading.date > *as_of) return "date in the future";
  if (as_of && reading.year > static_cast<int>(as_of->year())) return "date in the future";
  if (reading.date && is_default_date(*reading.date)) return "default date";
  return {};
}

void add_dates(const FieldValues& values, const StandardizeOptions& options, StandardRecord& out) {
  const DateReading birth = read_date(values.first(id_of("dob")));
  if (const auto refusal = date_refusal(birth, options.as_of_date); !refusal.empty()) {
    remove(out, "dob", refusal);
  } else {
    remove(out, "dob", birth.reason);
    if (birth.date) {
      std::string text = format_date(*birth.date);
      if (const auto swapped = swap_day_and_month(*birth.date))
        add_text(out, "dob_swapped", format_date(*swapped));
      if (!text.ends_with("-01-01")) add_text(out, "birth_month_day", text.substr(5));
      add_text(out, "dob", std::move(text));
    }
    if (birth.year != 0) add_text(out, "birth_year", fmt::format("{:04}", birth.year));
  }
  const DateReading death = read_date(values.first(id_of("death_date")));
  const auto refusal = date_refusal(death, options.as_of_date);
  remove(out, "death_date", refusal.empty() ? death.reason : refusal);
  if (refusal.empty() && death.date) add_text(out, "death_date", format_date(*death.date));
}

// -- place, contacts, identifiers
// ---------------------------------------------------------------------------------

void add_place(const FieldValues& values, StandardRecord& out) {
  PostcodeReading current = read_postcode(values.first(id_of("postcode")));
  remove(out, "postcode", current.reason);
  const std::string postcode = current.postcode;
  Strings postcodes;
  postcodes.push_back(current.postcode);
  const auto add_postcode = [&](std::string_view text) {
    PostcodeReading other = read_postcode(text);
    remove(out, "postcodes", other.reason);
    postcodes.push_back(std::move(other.postcode));
  };
  values.each_after_first(id_of("postcode"), add_postcode);
  values.each(id_of("previous_postcode"), add_postcode);
  add_text(out, "postcode", std::move(current.postcode));
  add_text(out, "postcode_sector", std::move(current.sector));
  add_text(out, "postcode_district", std::move(current.district));
  add_list(out, "postcodes", std::move(postcodes));

  boost::container::small_vector<std::string_view, 6> lines;
  values.each(id_of("address_line"), [&](std::string_view line) { lines.push_back(line); });
  AddressReading address = read_address({lines.data(), lines.size()});
  remove(out, "address_tokens", address.reason);
  if (address.communal || is_communal_postcode(postcode)) add_text(out, "communal", "yes");
  add_text(out, "address_number", std::move(address.number));
  add_list(out, "address_tokens", std::move(address.words));
  add_reading(out, "town", parse_town(values.first(id_of("town"))));
}

template <class Parse>
void add_parsed(const FieldValues& values, std::size_t field, std::string_view column, StandardRecord& out,
                Parse parse) {
  Strings found;
  values.each(field, [&](std::string_view text) {
    Reading reading = parse(text);
    remove(out, column, reading.reason);
    found.push_back(std::move(reading.value));
  });
  add_list(out, column, std::move(found));
}

/// One value may hold several numbers: "0161 496 0000 / 07700 900123".
void add_phones(const FieldValues& values, std::string_view country, StandardRecord& out) {
  Strings found;
  values.each(id_of("phone"), [&](std::string_view text) {
    for (const auto part : split_words(text, "/;,")) {
      PhoneReading phone = read_phone(part, country);
      remove(out, "phones", phone.reason);
      found.push_back(std::move(phone.number));
    }
  });
  add_list(out, "phones", std::move(found));
}

bool names_nhs_number(std::string_view identifier) {
  const auto colon = identifier.rfind(':');
  return colon != std::string_view::npos && is_nhs_number_system(identifier.substr(0, colon));
}

/// The NHS number from its field, else from an identifier of its system.
std::string_view nhs_number_text(const FieldValues& values) {
  std::string_view text = values.first(id_of("nhs_number"));
  values.each(id_of("identifier"), [&](std::string_view identifier) {
    if (text.empty() && names_nhs_number(identifier)) text = identifier.substr(identifier.rfind(':') + 1);
  });
  return text;
}

void add_identifiers(const FieldValues& values, std::string_view source, const StandardizeOptions& options,
                     StandardRecord& out) {
  Reading number = usable_nhs_number(nhs_number_text(values), options.test_nhs_numbers);
  const Reading status = parse_nhs_number_status(values.first(id_of("nhs_number_status")));
  remove(out, "nhs_number", number.reason);
  remove(out, "nhs_verified", status.reason);
  if (status.value == "01") add_text(out, "nhs_verified", number.value);
  add_text(out, "nhs_number", std::move(number.value));
  add_parsed(values, id_of("identifier"), "identifiers", out, [&](std::string_view text) {
    return names_nhs_number(text) ? Reading{} : parse_identifier(text, source);
  });
  // Identifiers of different systems never disagree: a model must know which systems two records share.
  Strings systems;
  if (const auto* identifiers = out.find("identifiers"))
    for (const auto& identifier : identifiers->values) systems.emplace_back(system_of_identifier(identifier));
  add_list(out, "identifier_systems", std::move(systems));
}

}  // namespace

StandardRecord standardize_person(const SourceRecord& record, const StandardizeOptions& options) {
  StandardRecord out;
  out.key = record.key;
  out.columns.reserve(kPersonColumns.size());
  const FieldValues values(record, out);
  add_identifiers(values, record.key.source, options, out);
  add_names(values, out);
  add_dates(values, options, out);
  add_reading(out, "sex", parse_sex(values.first(id_of("sex"))));
  add_place(values, out);
  add_phones(values, options.default_country, out);
  add_parsed(values, id_of("email"), "emails", out, parse_email);
  add_reading(out, "gp_practice", parse_practice_code(values.first(id_of("gp_practice"))));
  add_text(out, "restricted", std::string(restriction_code(values.first(id_of("restricted")))));
  return out;
}

}  // namespace gmpi
