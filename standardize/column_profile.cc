#include "standardize/column_profile.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <unordered_map>

#include "standardize/dates.h"
#include "standardize/fold.h"
#include "standardize/nhs_number.h"
#include "standardize/nicknames.h"
#include "standardize/name_words.h"
#include "standardize/postcode.h"
#include "standardize/word_set.h"

namespace gmpi {
namespace {

// Shares above which a form is believed. Files are dirty: a fifth of the values may be spoilt, and still two thirds
// are more than any other form reaches by chance.
constexpr double kTelling = 0.65;
constexpr double kCheckDigitTelling = 0.5;  // by chance one in eleven
constexpr std::size_t kCodeValuesMost = 40;
constexpr double kCodeEntropyMost = 4.5;  // bits: about 22 equally common values
constexpr double kIdDistinct = 0.999;
constexpr double kTogetherMost = 0.02;  // of rows in which two columns that are one are both filled
constexpr int kYearLeast = 1500, kYearMost = 2100;

struct HeaderWords {
  ColumnKind kind;
  std::string_view words;  // folded letters and digits of a whole header, by single spaces
};

// English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Swedish.
constexpr std::array kHeaders = {
    HeaderWords{ColumnKind::kRecordId, "recordid rowid uniqueid recid id localid rownumber satznummer datensatz lfdnr idfila rid"},
    HeaderWords{ColumnKind::kSource, "source sourcedataset sourcesystem system quelle herkunft origine fuente fonte bron zrodlo kalla dataset"},
    HeaderWords{ColumnKind::kGivenName,
                "givenname given firstname first forename fname forename1 givenname1 vorname prenom nombre nombres nombredepila "
                "nome primeironome voornaam imie fornamn rufname nombre1 firstgivenname personfirstname patientforename"},
    HeaderWords{ColumnKind::kMiddleName,
                "middlenames middlename middle middleinitial mname givenname2 givenname3 forename2 forename3 secondname "
                "othernames zweitername zweitervorname deuxiemeprenom segundonombre secondonome segundonome tweedenaam drugieimie "
                "mellannamn vorname2 prenom2 nombre2"},
    HeaderWords{ColumnKind::kSurname,
                "surname lastname last family familyname lname surname1 nachname familienname zuname nom nomdefamille "
                "apellido apellidos primerapellido apellido1 cognome sobrenome apelido achternaam geslachtsnaam nazwisko efternamn"},
    HeaderWords{ColumnKind::kPreviousName,
                "previoussurname surname2 maidenname maiden formersurname birthsurname alias aliases aka othername knownas "
                "nickname preferredname geburtsname nomdenaissance nomdejeunefille segundoapellido apellido2 cognomedanubile "
                "meisjesnaam nazwiskorodowe nachname2 familienname2"},
    HeaderWords{ColumnKind::kFullName,
                "fullname name patientname wholename personname namekomplett vollername nomcomplet nombrecompleto nomecompleto "
                "volledigenaam naam pelnenazwisko imieinazwisko namn"},
    HeaderWords{ColumnKind::kDate,
                "dob dateofbirth birthdate birthday birthdt datebirth geburtsdatum gebdatum geburtstag datedenaissance "
                "datenaissance fechadenacimiento fechanacimiento datadinascita datanascita datadenascimento geboortedatum "
                "dataurodzenia fodelsedatum dateofdeath deathdate dod"},
    HeaderWords{ColumnKind::kYear, "birthyear yearofbirth yob by geburtsjahr anneedenaissance anonacimiento rokurodzenia"},
    HeaderWords{ColumnKind::kMonth, "birthmonth monthofbirth mob bm geburtsmonat moisdenaissance mesnacimiento"},
    HeaderWords{ColumnKind::kDay, "birthday1 dayofbirth birthdayofmonth bd geburtstagtag jourdenaissance dianacimiento"},
    HeaderWords{ColumnKind::kPostcode,
                "postcode zip zipcode postalcode zip5 pcode plz postleitzahl codepostal codigopostal cap codicepostale cep "
                "kodpocztowy postnummer"},
    HeaderWords{ColumnKind::kPlace,
                "town city suburb posttown locality municipality village birthplace placeofbirth county ort wohnort stadt ville "
                "commune ciudad localidad municipio citta comune cidade woonplaats plaats miasto stad geburtsort "
                "lieudenaissance lugardenacimiento region province provincia"},
    HeaderWords{ColumnKind::kStreet,
                "addressline address streetaddress street streetname address1 address2 address3 addressline1 addressline2 "
                "addressline3 addr addr1 addr2 strasse anschrift adresse rue direccion calle domicilio indirizzo via endereco rua "
                "adres straat ulica gata housename"},
    HeaderWords{ColumnKind::kHouseNumber, "streetnumber housenumber hausnummer hausnr numero numerodecalle huisnummer nrdomu houseno"},
    HeaderWords{ColumnKind::kPhone,
                "phone telephone mobile phonenumber telephonenumber tel mobilephone homephone workphone cell cellphone phone1 "
                "phone2 telefon handy mobil telefono movil celular telefone telefoon telefonnummer"},
    HeaderWords{ColumnKind::kEmail, "email emailaddress mail emailaddr epost correo courriel correoelectronico posta"},
    HeaderWords{ColumnKind::kIdentifier,
                "nhsnumber nhsno nhs identifier nationalid ssn socialsecuritynumber mrn medicalrecordnumber artnumber "
                "hospitalnumber insuranceid medicaid medicareid passport nin nino chi versichertennummer kvnr steuerid "
                "numerosecu dni nif curp rfc codicefiscale cpf bsn pesel personnummer districtnumber"},
    HeaderWords{ColumnKind::kCode,
                "sex gender race ethnicity title state maritalstatus geschlecht sexe sexo sesso geslacht plec kon anrede "
                "bundesland etat estado stato"},
    HeaderWords{ColumnKind::kIgnored,
                "age version eventdate recorddate created createdat updated updatedat modified timestamp importdate loaddate "
                "admissiondate visitdate datecreated lastupdated alter edad eta leeftijd wiek"},
};

constexpr std::array<std::string_view, 44> kStreetWords = {
    "street", "st",    "road",   "rd",       "avenue", "ave",    "lane",  "ln",     "drive",  "dr",     "close",
    "court",  "ct",    "place",  "pl",       "way",    "crescent", "terrace", "grove", "gardens", "square", "hill",
    "strasse", "str",  "weg",    "platz",    "allee",  "gasse",  "rue",   "chemin", "boulevard", "calle", "avenida",
    "plaza",  "via",   "viale",  "piazza",   "rua",    "straat", "laan",  "ulica",  "ul",     "flat",   "apartment"};

bool has_street_word(const Words& words) {
  return std::any_of(words.begin(), words.end(), [](std::string_view word) {
    return among(word, kStreetWords) || word.ends_with("strasse") || word.ends_with("straat") || word.ends_with("gatan") ||
           (word.size() > 5 && word.ends_with("weg"));
  });
}

bool letters_only(std::string_view folded) {
  return std::all_of(folded.begin(), folded.end(), [](char c) { return is_letter(c) || c == ' ' || c == '-' || c == '\'' || c == '.' || c == ','; });
}

/// A whole date, or digits in its shape that the calendar does not know.
bool looks_like_date(std::string_view text) {
  if (text.size() < 6 || text.size() > 32) return false;
  const DateReading reading = read_date(text);
  if (reading.year < kYearLeast || reading.year > kYearMost) return false;
  // A run of digits is read as a date only when it is one: most numbers of eight digits are not.
  return reading.date || (reading.reason == "impossible date" && !all_digits(text));
}

bool looks_like_phone(std::string_view text) {
  std::size_t digits = 0;
  bool marked = text.front() == '+' || text.front() == '0' || text.front() == '(';
  for (const char c : text) {
    if (is_digit(c)) ++digits;
    else if (c == ' ' || c == '(' || c == ')' || c == '.') marked = true;
    else if (c != '-' && c != '+' && c != '/' && c != 'x') return false;
  }
  return digits >= 7 && digits <= 15 && marked;
}

bool letters_and_digits(std::string_view folded) {
  for (const auto word : split_words(folded, " ")) {
    const bool letters = std::any_of(word.begin(), word.end(), is_letter);
    if (letters && std::any_of(word.begin(), word.end(), is_digit)) return true;
  }
  return false;
}

/// Adds up what one value is.
void add_value(ColumnMeasures& m, std::string_view text) {
  const std::string folded = fold(text);
  const Words words = split_words(folded, " ,-");
  m.words += static_cast<double>(words.size());
  m.length += static_cast<double>(text.size());
  m.letters_only += letters_only(folded) && !folded.empty();
  m.digits_only += all_digits(folded);
  m.date += looks_like_date(text);
  m.email += folded.find('@') != std::string::npos && folded.find('.') != std::string::npos;
  const PostcodeReading postcode = read_postcode(text);
  m.postcode += postcode.kind == PostcodeKind::kUk || postcode.kind == PostcodeKind::kPseudo;
  m.nhs_number += parse_nhs_number(text).reason.empty();
  m.phone += looks_like_phone(text);
  m.given_name += !words.empty() && !nickname_roots(words[0]).empty();
  m.street += has_street_word(words);
  m.letters_and_digits += letters_and_digits(folded);
}

std::string percent(double share) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "%.0f %%", 100 * share);
  return buffer;
}

struct Verdict {
  ColumnKind kind;
  std::string why;
};

/// What the form of the values settles, whatever the header says.
bool settled_by_form(const ColumnMeasures& m, ColumnKind hint, Verdict& verdict) {
  if (m.different == 0) return verdict = {ColumnKind::kEmpty, "no values"}, true;
  if (m.different == 1 && m.rows > 1) return verdict = {ColumnKind::kConstant, "one value throughout"}, true;
  if (m.email >= kTelling) return verdict = {ColumnKind::kEmail, percent(m.email) + " are e-mail addresses"}, true;
  if (hint == ColumnKind::kIgnored || hint == ColumnKind::kSource || hint == ColumnKind::kRecordId) return false;
  // A run of digits reads as a date by chance; a header for numbers is then believed.
  const bool digits = m.digits_only > 0.5 && (hint == ColumnKind::kPhone || hint == ColumnKind::kIdentifier);
  if (m.date >= kTelling && !digits) return verdict = {ColumnKind::kDate, percent(m.date) + " read as dates"}, true;
  if (m.nhs_number >= kCheckDigitTelling)
    return verdict = {ColumnKind::kIdentifier, percent(m.nhs_number) + " pass the check digit of an NHS number"}, true;
  if (m.postcode >= kTelling) return verdict = {ColumnKind::kPostcode, percent(m.postcode) + " have the form of a postcode"}, true;
  return false;
}

/// Whether values can be what the header says.
bool header_fits(const ColumnMeasures& m, ColumnKind hint) {
  switch (hint) {
    case ColumnKind::kGivenName:
    case ColumnKind::kMiddleName:
    case ColumnKind::kSurname:
    case ColumnKind::kPreviousName:
    case ColumnKind::kFullName:
    case ColumnKind::kPlace: return m.letters_only >= 0.5;
    case ColumnKind::kDate: return m.date >= 0.3;
    case ColumnKind::kYear: return m.digits_only >= kTelling && m.number_most > 1000;
    case ColumnKind::kMonth: return m.digits_only >= kTelling && m.number_most <= 99;
    case ColumnKind::kDay: return m.digits_only >= kTelling && m.number_most <= 99;
    case ColumnKind::kPostcode: return m.letters_only < 0.5 && m.length <= 12;
    case ColumnKind::kPhone: return m.letters_only < 0.2 && m.length >= 5;
    case ColumnKind::kEmail: return m.email >= 0.3;
    case ColumnKind::kHouseNumber: return m.length <= 12 && m.letters_only < 0.5;
    case ColumnKind::kCode: return m.different <= 200;
    case ColumnKind::kText: return false;
    default: return true;
  }
}

/// By vocabulary and spread, for a header that says nothing.
Verdict guess_by_values(const ColumnMeasures& m) {
  if (m.phone >= kTelling) return {ColumnKind::kPhone, percent(m.phone) + " are written as telephone numbers"};
  if (m.street >= 0.3 && m.words >= 1.5) return {ColumnKind::kStreet, percent(m.street) + " name a street"};
  if (m.letters_only >= kTelling && m.words <= 1.6 && m.given_name >= 0.35)
    return {ColumnKind::kGivenName, percent(m.given_name) + " begin with a known given name"};
  if (m.different <= kCodeValuesMost && m.entropy_bits <= kCodeEntropyMost && m.distinct < 0.1)
    return {ColumnKind::kCode, std::to_string(m.different) + " different values"};
  if (m.letters_only >= kTelling && m.words <= 1.6) return {ColumnKind::kName, "words, " + std::to_string(m.different) + " different"};
  if (m.letters_only >= kTelling && m.words < 3.5 && m.given_name >= 0.25)
    return {ColumnKind::kFullName, "several words, " + percent(m.given_name) + " begin with a known given name"};
  if (m.digits_only >= kTelling) {
    if (m.same_length >= 0.8 && m.length >= 4 && m.length <= 6 && m.distinct < 0.7)
      return {ColumnKind::kPostcode, "digits of one length, many rows to a value"};
    if (m.length >= 6 && m.distinct >= 0.2) return {ColumnKind::kIdentifier, "digits that hardly repeat"};
    if (m.length <= 4.5) return {ColumnKind::kHouseNumber, "small numbers"};
  }
  if (m.letters_and_digits >= kTelling && m.words <= 2.5 && m.distinct >= 0.2)
    return {ColumnKind::kIdentifier, "letters and digits that hardly repeat"};
  return {ColumnKind::kText, "no telling form"};
}

Verdict judge(std::string_view header, const ColumnMeasures& m) {
  const ColumnKind hint = kind_of_header(header);
  Verdict verdict{ColumnKind::kText, {}};
  if (settled_by_form(m, hint, verdict)) return verdict;
  if (hint != ColumnKind::kText && header_fits(m, hint)) return {hint, "by its header"};
  // Bare digits under a header that says whole name, or the like: the values decide.
  return guess_by_values(m);
}

bool is_name(ColumnKind kind) {
  return kind == ColumnKind::kGivenName || kind == ColumnKind::kSurname || kind == ColumnKind::kName;
}

/// The row's own id: known by its header, else the first column in which every value differs and none is missing.
void find_record_id(std::vector<ColumnProfile>& profiles) {
  const auto usable = [](const ColumnProfile& p) { return p.measures.distinct >= kIdDistinct && p.measures.missing == 0; };
  std::size_t found = profiles.size();
  for (std::size_t i = 0; i < profiles.size() && found == profiles.size(); ++i)
    if (profiles[i].kind == ColumnKind::kRecordId && usable(profiles[i])) found = i;
  for (std::size_t i = 0; i < profiles.size() && found == profiles.size(); ++i)
    if ((profiles[i].kind == ColumnKind::kIdentifier || profiles[i].kind == ColumnKind::kText) && usable(profiles[i]) &&
        profiles[i].measures.rows > 1) {
      profiles[i].kind = ColumnKind::kRecordId;
      profiles[i].why = "every value differs and none is missing";
      found = i;
    }
  for (std::size_t i = 0; i < profiles.size(); ++i)
    if (profiles[i].kind == ColumnKind::kRecordId && i != found) {
      profiles[i].kind = usable(profiles[i]) ? ColumnKind::kIgnored : ColumnKind::kIdentifier;
      profiles[i].why = usable(profiles[i]) ? "another id of the row" : "an id that repeats";
    }
}

/// Three neighbours that hold years, months and days are one date.
void find_date_parts(std::vector<ColumnProfile>& profiles) {
  const auto in = [](const ColumnProfile& p, double least, double most) {
    const auto& m = p.measures;
    return m.digits_only >= 0.9 && m.number_least >= least && m.number_most <= most && m.different > 1;
  };
  const auto any_date = std::any_of(profiles.begin(), profiles.end(), [](const auto& p) { return p.kind == ColumnKind::kDate; });
  for (std::size_t y = 0; y < profiles.size() && !any_date; ++y) {
    if (!in(profiles[y], 1800, 2100)) continue;
    for (const auto& [m, d] : {std::pair{y + 1, y + 2}, std::pair{y - 1, y - 2}}) {
      if (m >= profiles.size() || d >= profiles.size() || !in(profiles[m], 1, 12) || !in(profiles[d], 1, 31)) continue;
      profiles[y].kind = ColumnKind::kYear, profiles[m].kind = ColumnKind::kMonth, profiles[d].kind = ColumnKind::kDay;
      for (const auto part : {y, m, d}) profiles[part].why = "neighbours hold year, month and day";
      return;
    }
  }
}

/// Which of two columns of words is the given name, when headers do not say: the one whose values are in the table of
/// given names more often. A third and further name without a hint is a text.
void name_the_names(std::vector<ColumnProfile>& profiles) {
  const auto count = [&](ColumnKind kind) {
    return std::count_if(profiles.begin(), profiles.end(), [&](const auto& p) { return p.kind == kind; });
  };
  std::vector<ColumnProfile*> open;
  for (auto& p : profiles)
    if (p.kind == ColumnKind::kName) open.push_back(&p);
  std::stable_sort(open.begin(), open.end(), [](const auto* a, const auto* b) {
    return a->measures.different > b->measures.different;
  });
  for (auto* p : open) {
    const bool surname_open = count(ColumnKind::kSurname) == 0 && count(ColumnKind::kFullName) == 0;
    const bool given_open = count(ColumnKind::kGivenName) == 0 && count(ColumnKind::kFullName) == 0;
    if (surname_open) {
      p->kind = ColumnKind::kSurname;
    } else if (given_open) {
      p->kind = ColumnKind::kGivenName;
    } else {
      p->kind = ColumnKind::kPlace;
    }
    p->why += p->kind == ColumnKind::kPlace ? "; the names are found already" : "; of words the column with the most values";
  }
}

/// Whether most values of `whole` hold the value of `part` beside them.
bool repeats(const std::vector<std::string_view>& whole, const std::vector<std::string_view>& part) {
  std::size_t both = 0, inside = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (whole[i].empty() || part[i].empty()) continue;
    ++both;
    inside += fold(whole[i]).find(fold(part[i])) != std::string::npos;
  }
  return both > 0 && static_cast<double>(inside) >= 0.9 * static_cast<double>(both);
}

/// Kinds of which a person has one, so that two columns that are never filled together are the same in two files.
bool has_one(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::kGivenName:
    case ColumnKind::kMiddleName:
    case ColumnKind::kSurname:
    case ColumnKind::kFullName:
    case ColumnKind::kDate:
    case ColumnKind::kPostcode:
    case ColumnKind::kPlace:
    case ColumnKind::kHouseNumber:
    case ColumnKind::kEmail: return true;
    default: return false;
  }
}

/// Whether rows fill one or the other, and hardly ever both.
bool takes_the_place(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  std::size_t first = 0, second = 0, both = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    first += !a[i].empty();
    second += !b[i].empty();
    both += !a[i].empty() && !b[i].empty();
  }
  return first > 0 && second > 0 && static_cast<double>(both) <= kTogetherMost * static_cast<double>(std::min(first, second));
}

/// Of several files each has its own columns: "dob" here and "Geburtsdatum" there are one column.
void find_alternatives(std::vector<ColumnProfile>& profiles, std::span<const std::vector<std::string_view>> columns) {
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    if (!has_one(profiles[i].kind)) continue;
    for (std::size_t j = 0; j < i && profiles[i].instead_of.empty(); ++j) {
      if (profiles[j].kind != profiles[i].kind || !profiles[j].instead_of.empty() || !takes_the_place(columns[j], columns[i])) continue;
      profiles[i].instead_of = profiles[j].header;
      profiles[i].why += "; filled where '" + profiles[j].header + "' is not";
    }
  }
}

/// A whole name in rows that have no given and family name of their own, so in another file, is to be taken apart.
void find_whole_names_apart(std::vector<ColumnProfile>& profiles, std::span<const std::vector<std::string_view>> columns) {
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    if (profiles[i].kind != ColumnKind::kFullName) continue;
    for (std::size_t j = 0; j < profiles.size(); ++j) {
      if (profiles[j].kind != ColumnKind::kGivenName && profiles[j].kind != ColumnKind::kSurname) continue;
      if (!takes_the_place(columns[i], columns[j])) continue;
      profiles[i].instead_of = profiles[j].header;
      profiles[i].why += "; filled where '" + profiles[j].header + "' is not";
      break;
    }
  }
}

}  // namespace

ColumnKind kind_of_header(std::string_view header) {
  const std::string key = fold_alnum(header);
  if (key.empty()) return ColumnKind::kText;
  for (const auto& row : kHeaders)
    for (const auto word : split_words(row.words, " "))
      if (word == key) return row.kind;
  return ColumnKind::kText;
}

namespace {

/// All but one in a hundred at either end: a slip of the pen must not make a month of 112 of a column of months.
void set_range(ColumnMeasures& m, std::vector<double>& numbers) {
  if (numbers.empty()) return;
  const std::size_t outside = numbers.size() / 100;
  std::nth_element(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(outside), numbers.end());
  m.number_least = numbers[outside];
  const std::size_t last = numbers.size() - 1 - outside;
  std::nth_element(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(last), numbers.end());
  m.number_most = numbers[last];
}

}  // namespace

ColumnMeasures measure_column(std::span<const std::string_view> values) {
  ColumnMeasures m;
  m.rows = values.size();
  std::unordered_map<std::string_view, std::size_t> counts;
  std::map<std::size_t, std::size_t> lengths;
  std::size_t present = 0;
  std::vector<double> numbers;
  for (const auto value : values) {
    if (value.empty()) continue;
    ++present;
    ++counts[value];
    ++lengths[value.size()];
    add_value(m, value);
    if (value.size() > 9 || !all_digits(value)) continue;
    numbers.push_back(std::stod(std::string(value)));
  }
  set_range(m, numbers);
  m.missing = m.rows == 0 ? 0 : 1 - static_cast<double>(present) / static_cast<double>(m.rows);
  m.different = counts.size();
  if (present == 0) return m;
  const double n = static_cast<double>(present);
  for (double* sum : {&m.words, &m.length, &m.letters_only, &m.digits_only, &m.date, &m.email, &m.postcode, &m.nhs_number,
                      &m.phone, &m.given_name, &m.street, &m.letters_and_digits})
    *sum /= n;
  m.distinct = static_cast<double>(counts.size()) / n;
  for (const auto& [value, count] : counts) {
    const double share = static_cast<double>(count) / n;
    m.entropy_bits -= share * std::log2(share);
  }
  for (const auto& [length, count] : lengths) m.same_length = std::max(m.same_length, static_cast<double>(count) / n);
  return m;
}

ColumnProfile profile_column(std::string_view header, std::span<const std::string_view> values) {
  ColumnProfile profile;
  profile.header = header;
  profile.measures = measure_column(values);
  auto verdict = judge(header, profile.measures);
  profile.kind = verdict.kind;
  profile.why = std::move(verdict.why);
  return profile;
}

std::vector<ColumnProfile> profile_table(std::span<const std::string> headers,
                                         std::span<const std::vector<std::string_view>> columns) {
  std::vector<ColumnProfile> profiles;
  for (std::size_t i = 0; i < headers.size(); ++i) profiles.push_back(profile_column(headers[i], columns[i]));
  find_record_id(profiles);
  find_date_parts(profiles);
  name_the_names(profiles);
  find_alternatives(profiles, columns);
  find_whole_names_apart(profiles, columns);
  // "Name" over single words is a family name when there is none yet.
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    if (profiles[i].kind != ColumnKind::kFullName) continue;
    const bool surname = std::any_of(profiles.begin(), profiles.end(), [](const auto& p) { return p.kind == ColumnKind::kSurname; });
    std::size_t parts = 0;
    for (std::size_t j = 0; j < profiles.size(); ++j)
      if (j != i && is_name(profiles[j].kind) && repeats(columns[i], columns[j])) ++parts;
    if (parts > 0) {
      profiles[i].why += "; repeats other name columns";
    } else if (!surname && profiles[i].measures.words < 1.3) {
      profiles[i].kind = ColumnKind::kSurname;
      profiles[i].why = "single words under a header for names";
    }
  }
  return profiles;
}

}  // namespace gmpi
