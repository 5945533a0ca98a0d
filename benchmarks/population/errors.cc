#include "benchmarks/population/errors.h"

#include <algorithm>
#include <array>
#include <vector>

#include "benchmarks/population/nhs_number.h"
#include "benchmarks/population/person.h"
#include "benchmarks/population/rates.h"

namespace gmpi::population {
namespace {

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr char lower(char c) {
  return is_upper(c) ? static_cast<char>(c + 32) : c;
}
constexpr char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

constexpr std::array<std::string_view, 26> kNeighbourKeys = {
    "qwsz", "vghn", "xdfv", "sfec", "wrsd", "dgrv", "fhtb", "gjyn", "uojk", "hkun", "jlim", "kop",  "njk",
    "bmhj", "ipkl", "ol",   "wa",   "etdf", "adwx", "rygf", "yihj", "cbfg", "qeas", "zcsd", "tugh", "xas"};

char neighbour_of(char c, Random& random) {
  const auto keys = kNeighbourKeys[static_cast<std::size_t>(lower(c) - 'a')];
  const char key = keys[random.below(keys.size())];
  return is_upper(c) ? upper(key) : key;
}

struct Rule {
  std::string_view from, to;
};

// Sounds that are one to the ear, in English as spoken in the North West.
constexpr Rule kHeard[] = {
    {"ph", "f"},     {"ck", "k"},  {"ll", "l"},  {"l", "ll"},  {"tt", "t"},  {"t", "tt"},   {"nn", "n"},
    {"n", "nn"},     {"ss", "s"},  {"mm", "m"},  {"ie", "y"},  {"y", "ie"},  {"ey", "y"},   {"y", "ey"},
    {"ea", "ee"},    {"ee", "ea"}, {"ai", "ay"}, {"ay", "ai"}, {"ei", "ie"}, {"th", "t"},   {"sch", "sh"},
    {"ch", "k"},     {"c", "k"},   {"k", "c"},   {"ks", "x"},  {"x", "cks"}, {"wh", "w"},   {"gh", "g"},
    {"ough", "uff"}, {"ow", "ou"}, {"ou", "ow"}, {"oo", "u"},  {"au", "or"}, {"er", "ar"},  {"ar", "er"},
    {"or", "er"},    {"en", "an"}, {"an", "en"}, {"on", "en"}, {"in", "yn"}, {"ah", "a"},   {"a", "ah"},
    {"sh", "s"},     {"z", "s"},   {"s", "z"},   {"v", "f"},   {"qu", "kw"}, {"dge", "ge"}, {"tch", "ch"},
    {"mac", "mc"},   {"wr", "r"},  {"kn", "n"},  {"mb", "m"},  {"gn", "n"},  {"ae", "e"},   {"oe", "o"}};

// Shapes that are one to a scanner.
constexpr Rule kSeen[] = {{"m", "rn"}, {"rn", "m"}, {"i", "l"},  {"l", "i"},  {"l", "1"},  {"o", "0"},
                          {"e", "c"},  {"c", "e"},  {"cl", "d"}, {"d", "cl"}, {"h", "b"},  {"b", "h"},
                          {"n", "h"},  {"u", "v"},  {"v", "u"},  {"vv", "w"}, {"w", "vv"}, {"s", "5"},
                          {"b", "6"},  {"g", "q"},  {"q", "g"},  {"t", "f"},  {"f", "t"},  {"a", "o"},
                          {"y", "v"},  {"nn", "m"}, {"ri", "n"}, {"in", "m"}, {"li", "h"}, {"z", "2"}};

/// Applies one rule that fits somewhere, chosen from a random start; unchanged when none fits.
template <std::size_t N>
std::string by_rule(std::string_view text, const Rule (&rules)[N], Random& random) {
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(), lower);
  const std::size_t start = random.below(N);
  for (std::size_t step = 0; step < N; ++step) {
    const Rule& rule = rules[(start + step) % N];
    const auto at = folded.find(rule.from);
    if (at == std::string::npos) continue;
    std::string out(text);
    std::string to(rule.to);
    if (is_upper(out[at])) to[0] = upper(to[0]);
    out.replace(at, rule.from.size(), to);
    return out;
  }
  return std::string(text);
}

std::vector<std::size_t> letters_of(std::string_view text) {
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (is_letter(text[i])) at.push_back(i);
  return at;
}

std::string digits_of(std::uint64_t number, std::size_t width) {
  std::string digits(width, '0');
  for (std::size_t i = width; i-- > 0; number /= 10) digits[i] = static_cast<char>('0' + number % 10);
  return digits;
}

void erase_all(std::string& text, char c) {
  text.erase(std::remove(text.begin(), text.end(), c), text.end());
}

constexpr std::array<std::string_view, 12> kParticles = {"Al-", "El-", "bin ", "Ben ", "van der ", "van ",
                                                         "de ", "da ", "dos ", "De ",  "Di ",      "Ud-"};

std::string_view particle_of(std::string_view surname) {
  for (auto particle : kParticles)
    if (surname.starts_with(particle)) return particle;
  return {};
}

struct DateParts {
  int year, month, day;
};

std::string text_of(const DateParts& date) {
  return format_day(day_of(date.year, date.month, date.day));
}

/// One digit of day, month or year typed wrong, such that a date of the past comes out.
std::string wrong_digit_date(Day birth, Random& random) {
  const std::string right = format_day(birth);
  static constexpr std::array<std::size_t, 5> kPlaces = {3, 5, 6, 8, 9};
  for (int tries = 0; tries < 50; ++tries) {
    std::string text = right;
    auto& digit = text[kPlaces[random.below(kPlaces.size())]];
    digit = static_cast<char>('0' + random.below(10));
    const int year = std::stoi(text.substr(0, 4)), month = std::stoi(text.substr(5, 2)),
              day = std::stoi(text.substr(8));
    if (text != right && is_date(year, month, day) && day_of(year, month, day) <= kWindowEnd) return text;
  }
  return format_day(birth - 1);
}

}  // namespace

std::string mistyped(std::string_view text, Random& random) {
  std::string out(text);
  const auto letters = letters_of(text);
  if (letters.empty()) return out;
  // First letters are read back more often than the rest: they go wrong half as often.
  std::size_t at = letters[random.below(letters.size())];
  if (at == letters.front() && random.chance(0.5)) at = letters[random.below(letters.size())];
  switch (random.below(10)) {
    case 0:
    case 1:
    case 2:
    case 3: out[at] = neighbour_of(out[at], random); break;
    case 4: out.insert(at + 1, 1, lower(neighbour_of(out[at], random))); break;
    case 5:
    case 6:
      if (letters.size() > 2)
        out.erase(at, 1);
      else
        out.insert(at + 1, 1, lower(out[at]));
      break;
    case 7: out.insert(at + 1, 1, lower(out[at])); break;
    default:
      if (at + 1 < out.size() && is_letter(out[at + 1]) && lower(out[at]) != lower(out[at + 1])) {
        const bool first_upper = is_upper(out[at]), second_upper = is_upper(out[at + 1]);
        std::swap(out[at], out[at + 1]);
        out[at] = first_upper ? upper(out[at]) : lower(out[at]);
        out[at + 1] = second_upper ? upper(out[at + 1]) : lower(out[at + 1]);
      } else {
        out[at] = neighbour_of(out[at], random);
      }
  }
  return out;
}

std::string misheard(std::string_view text, Random& random) {
  return by_rule(text, kHeard, random);
}

std::string misread(std::string_view text, Random& random) {
  return by_rule(text, kSeen, random);
}

std::string respelt(std::string_view text, const Alternatives& spellings, Random& random) {
  std::string out(text);
  for (std::size_t begin = 0; begin <= out.size();) {
    const std::size_t end = std::min(out.find_first_of(" -", begin), out.size());
    if (const auto* others = spellings.find(std::string_view(out).substr(begin, end - begin)))
      return out.replace(begin, end - begin, (*others)[random.below(others->size())]);
    begin = end + 1;
  }
  return out;
}

bool is_compound_surname(std::string_view surname) {
  return surname.find_first_of("-' ") != std::string_view::npos ||
         (surname.starts_with("Mc") && surname.size() > 4) ||
         (surname.starts_with("Mac") && surname.size() > 5);
}

std::string loosened_surname(std::string_view surname, Random& random) {
  std::string out(surname);
  if (const auto particle = particle_of(surname); !particle.empty()) {
    if (random.chance(0.5)) return out.substr(particle.size());
    erase_all(out, particle.find('-') != std::string_view::npos ? '-' : ' ');
    return out;
  }
  if (const auto join = out.find_first_of("- "); join != std::string::npos) {
    switch (random.below(4)) {
      case 0: return out.substr(0, join);
      case 1: return out.substr(join + 1);
      case 2: out.erase(join, 1); return out;
      default: out[join] = out[join] == '-' ? ' ' : '-'; return out;
    }
  }
  if (const auto apostrophe = out.find('\''); apostrophe != std::string::npos) {
    if (random.chance(0.3))
      out[apostrophe] = ' ';
    else
      out.erase(apostrophe, 1);
    return out;
  }
  if (out.starts_with("Mac") && out.size() > 5)
    return random.chance(0.7) ? "Mc" + out.substr(3) : "Mac " + out.substr(3);
  if (out.starts_with("Mc") && out.size() > 4)
    return random.chance(0.5) ? "Mac" + out.substr(2) : "Mc " + out.substr(2);
  return out;
}

std::string wrong_birth_date(Day birth, Day other, Random& random) {
  const Civil c = civil_of(birth);
  switch (draw_index(kDobErrorWeights, random)) {
    case 1:
      if (c.day <= 12 && c.day != c.month) return text_of({c.year, c.day, c.month});
      break;
    case 2: return format_day(birth + (birth < kWindowEnd && random.chance(0.5) ? 1 : -1));
    case 3: {
      static constexpr std::array kYears = {-1, 1, -10, 10};
      const int year = c.year + kYears[random.below(kYears.size())];
      if (is_date(year, c.month, c.day) && day_of(year, c.month, c.day) <= kWindowEnd)
        return text_of({year, c.month, c.day});
      break;
    }
    case 4:
      if (other != birth) return format_day(other);
      break;
    case 5:
      if (c.month != 1 || c.day != 1) return text_of({c.year, 1, 1});
      break;
    default: break;
  }
  return wrong_digit_date(birth, random);
}

std::string one_digit_wrong(std::uint64_t nhs_number, Random& random) {
  std::string digits = digits_of(nhs_number, 10);
  auto& digit = digits[random.below(10)];
  // A change of one digit changes the weighted sum by less than 11 times its weight, both prime to 11.
  digit = static_cast<char>('0' + (static_cast<std::uint64_t>(digit - '0') + 1 + random.below(9)) % 10);
  return digits;
}

std::string two_digits_swapped(std::uint64_t nhs_number, Random& random) {
  std::string digits = digits_of(nhs_number, 10);
  const std::size_t start = random.below(9);
  for (std::size_t step = 0; step < 9; ++step) {
    const std::size_t at = (start + step) % 9;
    if (digits[at] == digits[at + 1]) continue;
    std::swap(digits[at], digits[at + 1]);
    return digits;
  }
  return digits;
}

std::string dummy_nhs_number(Random& random) {
  static constexpr std::array<std::string_view, 3> kDummies = {"0000000000", "9999999999", "4000000000"};
  return std::string(kDummies[random.below(kDummies.size())]);
}

std::string letter_for_digit(std::string_view postcode, Random& random) {
  std::string out(postcode);
  const std::size_t start = out.empty() ? 0 : random.below(out.size());
  for (std::size_t step = 0; step < out.size(); ++step) {
    auto& c = out[(start + step) % out.size()];
    static constexpr std::string_view kFrom = "01OI", kTo = "OI01";
    if (const auto at = kFrom.find(c); at != std::string_view::npos) {
      c = kTo[at];
      return out;
    }
  }
  return out;
}

std::string formatted_phone(std::uint64_t national, Random& random) {
  const std::string d = digits_of(national, 10);
  const bool mobile = d[0] == '7';
  const bool city = d.starts_with("161");
  const std::string area = city ? d.substr(0, 3) : d.substr(0, 4), rest = city ? d.substr(3) : d.substr(4);
  switch (random.below(10)) {
    case 0: return "+44" + d;
    case 1: return "+44 " + d.substr(0, 4) + " " + d.substr(4);
    case 2:
      return mobile ? "0" + d.substr(0, 4) + " " + d.substr(4, 3) + " " + d.substr(7)
                    : "(0" + area + ") " + rest;
    case 3: return "0" + area + " " + rest;
    case 4: return "0" + d.substr(0, 4) + "-" + d.substr(4);
    case 5: return "0044" + d;
    default: return "0" + d;
  }
}

std::string without_diacritics(std::string_view text) {
  static constexpr Rule kPlain[] = {{"ś", "s"}, {"ń", "n"}, {"ó", "o"}, {"ł", "l"}, {"Ł", "L"}, {"ę", "e"},
                                    {"ą", "a"}, {"ż", "z"}, {"ź", "z"}, {"ć", "c"}, {"Ș", "S"}, {"ș", "s"},
                                    {"ț", "t"}, {"ă", "a"}, {"é", "e"}, {"á", "a"}, {"í", "i"}, {"ú", "u"},
                                    {"ü", "u"}, {"ö", "o"}, {"ç", "c"}, {"ñ", "n"}, {"ş", "s"}, {"ğ", "g"},
                                    {"š", "s"}, {"ž", "z"}, {"ė", "e"}, {"ū", "u"}};
  std::string out(text);
  for (const auto& rule : kPlain)
    for (auto at = out.find(rule.from); at != std::string::npos; at = out.find(rule.from))
      out.replace(at, rule.from.size(), rule.to);
  return out;
}

std::string in_upper_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), upper);
  return out;
}

}  // namespace gmpi::population
