#include "standardize/phones.h"

#include <algorithm>
#include <array>

#include "standardize/fold.h"
#include "standardize/word_set.h"

namespace gmpi {
namespace {

constexpr std::size_t kDigitsMin = 7;
constexpr std::size_t kDigitsMax = 15;

/// A national significant number of the UK plan (the digits after the trunk 0).
bool is_uk_number(std::string_view nsn) {
  if (nsn.size() == 10) return std::string_view("1235789").find(nsn.front()) != std::string_view::npos;
  if (nsn.size() != 9) return false;
  // Nine digits: a few geographic areas (never the 11x and 1x1 cities), and short 800 and 500 numbers.
  const bool short_area = nsn[0] == '1' && nsn[1] != '1' && nsn[2] != '1';
  return short_area || nsn.starts_with("800") || nsn.starts_with("500");
}

bool is_dummy(std::string_view digits) {
  constexpr std::array<std::string_view, 6> kDummies = {"01234567890", "0123456789",  "1234567890",
                                                        "123456789",   "07123456789", "12345678"};
  if (among(digits, kDummies)) return true;
  const std::string_view tail = digits.substr(std::min<std::size_t>(2, digits.size()));
  return tail.size() >= 5 && all_same(tail);  // "00000000000", "07000000000", "9999999"
}

/// Where "ext 12", "extension 12", "x12" or "#12" begins.
std::size_t extension_at(std::string_view folded) {
  const auto at = folded.find_first_of("ex#", 1);
  if (at == std::string_view::npos) return folded.size();
  const std::string_view rest = folded.substr(at);
  return rest.starts_with("ext") || rest.front() != 'e' ? at : folded.size();
}

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (is_digit(c)) digits.push_back(c);
  return digits;
}

/// Digits whose country is known, the country's code first.
std::string international(std::string digits) {
  if (digits.starts_with("440")) digits.erase(2, 1);  // +44 (0)161 ...
  return "+" + digits;
}

/// Digits as dialled inside the UK.
std::string british(std::string digits) {
  const std::string_view all = digits;
  if (all.front() == '0' && is_uk_number(all.substr(1))) return "+44" + std::string(all.substr(1));
  if (all.starts_with("44") && all.size() == 12 && is_uk_number(all.substr(2))) return "+" + digits;
  if (all.size() == 10 && all.front() == '7') return "+44" + digits;  // a spreadsheet ate the 0 of a mobile
  return digits;
}

}  // namespace

PhoneReading read_phone(std::string_view text, std::string_view country) {
  const std::string folded = fold(text);
  if (folded.empty()) return {};
  PhoneReading reading;
  std::string_view main = folded;
  if (main.starts_with("tel:")) main.remove_prefix(4);
  const auto cut = extension_at(main);
  reading.extension = digits_of(main.substr(cut));
  main = main.substr(0, cut);
  std::string digits = digits_of(main);
  if (digits.empty()) return {{}, {}, "not a phone number"};
  if (is_dummy(digits)) return {{}, {}, "dummy phone number"};
  const auto first = main.find_first_of("+0123456789");
  const bool plus = main[first] == '+';
  const bool prefix = !plus && digits.starts_with("00");
  if (prefix) digits.erase(0, 2);
  if (digits.size() < kDigitsMin) return {{}, {}, "too few digits to compare"};
  if (digits.size() > kDigitsMax + (digits.starts_with("440") ? 1U : 0U)) return {{}, {}, "too many digits"};
  if (plus || prefix)
    reading.number = international(std::move(digits));
  else
    reading.number = country == "GB" ? british(std::move(digits)) : std::move(digits);
  return reading;
}

}  // namespace gmpi
