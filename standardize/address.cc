#include "standardize/address.h"

#include <algorithm>
#include <array>

#include "standardize/fold.h"
#include "standardize/limits.h"
#include "standardize/word_set.h"

namespace gmpi {
namespace {

struct Abbreviation {
  std::string_view from, to;
};

/// Sorted by `from`. "st" is not here: it is street or saint by its place.
constexpr std::array kAbbreviations = {
    Abbreviation{"apartment", "flat"}, Abbreviation{"appt", "flat"},     Abbreviation{"apt", "flat"},
    Abbreviation{"av", "avenue"},      Abbreviation{"ave", "avenue"},    Abbreviation{"bldg", "building"},
    Abbreviation{"blvd", "boulevard"}, Abbreviation{"cct", "circuit"},   Abbreviation{"center", "centre"},
    Abbreviation{"cir", "circle"},     Abbreviation{"cl", "close"},      Abbreviation{"cnr", "corner"},
    Abbreviation{"cr", "crescent"},    Abbreviation{"cres", "crescent"}, Abbreviation{"crt", "court"},
    Abbreviation{"ct", "court"},       Abbreviation{"ctr", "centre"},    Abbreviation{"dr", "drive"},
    Abbreviation{"dv", "drive"},       Abbreviation{"est", "estate"},    Abbreviation{"fl", "floor"},
    Abbreviation{"flr", "floor"},      Abbreviation{"flt", "flat"},      Abbreviation{"gdn", "gardens"},
    Abbreviation{"gdns", "gardens"},   Abbreviation{"gr", "grove"},      Abbreviation{"grn", "green"},
    Abbreviation{"gro", "grove"},      Abbreviation{"hl", "hill"},       Abbreviation{"hse", "house"},
    Abbreviation{"hwy", "highway"},    Abbreviation{"la", "lane"},       Abbreviation{"ln", "lane"},
    Abbreviation{"mt", "mount"},       Abbreviation{"mws", "mews"},      Abbreviation{"pde", "parade"},
    Abbreviation{"pk", "park"},        Abbreviation{"pkwy", "parkway"},  Abbreviation{"pl", "place"},
    Abbreviation{"rd", "road"},        Abbreviation{"rm", "room"},       Abbreviation{"sq", "square"},
    Abbreviation{"ste", "suite"},      Abbreviation{"str", "street"},    Abbreviation{"tce", "terrace"},
    Abbreviation{"ter", "terrace"},    Abbreviation{"terr", "terrace"},  Abbreviation{"trl", "trail"},
    Abbreviation{"vw", "view"},        Abbreviation{"wy", "way"},        Abbreviation{"yd", "yard"},
};

std::string_view spelt_out(std::string_view word) {
  const auto at = std::lower_bound(kAbbreviations.begin(), kAbbreviations.end(), word,
                                   [](const Abbreviation& a, std::string_view w) { return a.from < w; });
  return at != kAbbreviations.end() && at->from == word ? at->to : word;
}

bool is_unit(std::string_view word) {
  constexpr std::array<std::string_view, 10> kUnits = {"flat", "unit",  "suite", "room", "floor",
                                                       "box",  "level", "block", "plot", "bed"};
  return among(word, kUnits);
}

bool is_street_type(std::string_view word) {
  constexpr std::array<std::string_view, 26> kTypes = {
      "street", "road", "avenue", "close",  "court",   "crescent", "drive",     "gardens", "grove",
      "hill",   "lane", "mews",   "parade", "park",    "place",    "square",    "terrace", "way",
      "view",   "walk", "row",    "green",  "circuit", "highway",  "boulevard", "house"};
  return among(word, kTypes);
}

bool is_placeholder(std::string_view text) {
  constexpr std::array<std::string_view, 14> kNothing = {
      "unknown", "not known", "address unknown", "address not known", "unknown address", "none",
      "n/a",     "not given", "not stated",      "no address",        "not applicable",  "tbc",
      "refused", "test"};
  return among(text, kNothing);
}

bool is_no_fixed_abode(std::string_view text) {
  return text == "nfa" || text == "homeless" || text.starts_with("no fixed ab") ||
         text.starts_with("no fixed add") || text.starts_with("of no fixed abode");
}

/// "12", "12a"; not "1st" and not a house's name.
bool is_house_number(std::string_view word) {
  if (!is_digit(word.front())) return false;
  if (is_letter(word.back())) word.remove_suffix(1);
  return all_digits(word);
}

/// "st" at `i` of one line: saint before a name that a street type follows, or at the front; street
/// otherwise.
std::string_view street_or_saint(const Words& line, std::size_t i) {
  const bool front = i == 0 || is_house_number(line[i - 1]);
  const bool name_follows =
      i + 1 < line.size() && is_letter(line[i + 1].front()) && !is_unit(spelt_out(line[i + 1]));
  if (!name_follows) return "street";
  if (front) return "saint";
  for (std::size_t k = i + 2; k < line.size(); ++k)
    if (line[k] == "st" || is_street_type(spelt_out(line[k]))) return "saint";
  return "street";
}

/// Words that name a house of strangers, alone or after another word.
bool names_communal_home(std::string_view before, std::string_view word) {
  constexpr std::array<std::string_view, 13> kAlone = {
      "hmp",      "prison", "hospital", "infirmary", "hospice", "hostel",   "hotel",
      "barracks", "refuge", "shelter",  "convent",   "foyer",   "dormitory"};
  constexpr std::array<std::string_view, 4> kCare = {"care", "nursing", "residential", "rest"};
  constexpr std::array<std::string_view, 5> kCentres = {"reception", "removal", "detention", "accommodation",
                                                        "rehabilitation"};
  if (among(word, kAlone)) return true;
  if (word == "home") return among(before, kCare);
  if (word == "centre") return among(before, kCentres);
  if (word == "residence") return before == "of";
  return before == "student" && (word == "accommodation" || word == "village" || word == "residences");
}

/// "Bolton Hospital", not "Hospital Road".
bool is_communal(const Words& line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string_view before = i > 0 ? spelt_out(line[i - 1]) : std::string_view();
    const std::string_view after = i + 1 < line.size() ? spelt_out(line[i + 1]) : std::string_view();
    if (names_communal_home(before, spelt_out(line[i])) && after != "st" && after != "fold" &&
        !is_street_type(after))
      return true;
  }
  return false;
}

/// Appends the words of one line, spelt out; "12 a High St" gives 12a.
void add_line(const Words& line, std::vector<std::string>& out) {
  for (std::size_t i = 0; i < line.size() && out.size() < kWordsPerValueMax; ++i) {
    const bool lone_letter = line[i].size() == 1 && is_letter(line[i][0]) && i > 0 &&
                             all_digits(line[i - 1]) && i + 1 < line.size() && line[i][0] <= 'h';
    if (lone_letter)
      out.back() += line[i];
    else
      out.emplace_back(line[i] == "st" ? street_or_saint(line, i) : spelt_out(line[i]));
  }
}

/// The house number, or the unit's number when there is no other.
std::string number_among(const std::vector<std::string>& words) {
  const std::string* unit_number = nullptr;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!is_house_number(words[i])) continue;
    if (i == 0 || !is_unit(words[i - 1])) return words[i];
    if (!unit_number) unit_number = &words[i];
  }
  return unit_number ? *unit_number : std::string();
}

std::string without_apostrophes(std::string_view text) {
  std::string folded = fold(text);
  std::erase(folded, '\'');
  return folded;
}

constexpr std::string_view kBetweenWords = ", -./()[]\"#:;&+*!?_\\|<>={}$%@^~";

}  // namespace

AddressReading read_address(std::span<const std::string_view> lines) {
  AddressReading reading;
  for (const auto line : lines) {
    const std::string folded = without_apostrophes(line);
    if (is_no_fixed_abode(folded)) {
      reading = {};
      reading.reason = "no fixed abode";
      return reading;
    }
    if (is_placeholder(folded)) {
      reading.reason = "placeholder address";
      continue;
    }
    for (const auto segment : split_words(folded, ",")) {
      const Words words = split_words(segment, kBetweenWords);
      reading.communal = reading.communal || is_communal(words);
      add_line(words, reading.words);
    }
  }
  if (reading.words.empty()) return reading;
  reading.reason = {};
  reading.number = number_among(reading.words);
  std::ranges::sort(reading.words);
  reading.words.erase(std::unique(reading.words.begin(), reading.words.end()), reading.words.end());
  return reading;
}

bool is_communal_postcode(std::string_view postcode) {
  // Acute hospitals and their maternity and children's units, then prisons.
  constexpr std::array<std::string_view, 19> kPostcodes = {
      "M13 9WL", "M6 8HD",  "M23 9LT", "M8 5RB",   "OL1 2JH", "BL9 7TD", "OL12 0NB",
      "BL4 0JR", "SK2 7JE", "OL6 9RW", "WN1 2NN",  "M41 5SL", "M20 4BX", "M25 3BL",
      "M60 9AH", "M27 8FB", "WN2 5TH", "OL12 9DP", "SK9 4HR"};
  return among(postcode, kPostcodes);
}

Reading parse_town(std::string_view text) {
  const std::string folded = without_apostrophes(text);
  if (folded.empty()) return {};
  if (is_no_fixed_abode(folded)) return missing_because("no fixed abode");
  if (is_placeholder(folded)) return missing_because("placeholder town");
  std::string town;
  for (const auto word : split_words(folded, kBetweenWords)) {
    if (!town.empty()) town += ' ';
    town += word == "st" && town.empty() ? std::string_view("saint") : word;
  }
  return town.empty() ? missing_because("placeholder town") : Reading{std::move(town), {}};
}

}  // namespace gmpi
