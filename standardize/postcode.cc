#include "standardize/postcode.h"

#include <algorithm>
#include <array>

#include "standardize/fold.h"
#include "standardize/word_set.h"

namespace gmpi {
namespace {

bool upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

/// "AA99" for "SK14": the kind of each character.
std::string shape_of(std::string_view text) {
  std::string shape;
  for (const char c : text) shape.push_back(upper(c) ? 'A' : is_digit(c) ? '9' : '?');
  return shape;
}

bool is_inward_code(std::string_view inward) {
  const auto letter = [](char c) { return upper(c) && !one_of(c, "CIKMOV"); };
  return inward.size() == 3 && is_digit(inward[0]) && letter(inward[1]) && letter(inward[2]);
}

/// Upper-case letters and digits of what was typed.
std::string compact(std::string_view text) {
  std::string out = fold_alnum(text);
  for (auto& c : out)
    if (is_letter(c)) c = static_cast<char>(c - 32);
  return out;
}

struct Pseudo {
  std::string_view inward, reason;
};
constexpr std::array kPseudo = {
    Pseudo{"3VZ", "pseudo-postcode: no fixed abode"},
    Pseudo{"3WZ", "pseudo-postcode: address not known"},
    Pseudo{"3CZ", "pseudo-postcode: England, not otherwise specified"},
    Pseudo{"3GZ", "pseudo-postcode: Wales, not otherwise specified"},
    Pseudo{"1WZ", "pseudo-postcode: Scotland, not otherwise specified"},
    Pseudo{"2WZ", "pseudo-postcode: Northern Ireland, not otherwise specified"},
};

PostcodeReading none(PostcodeKind kind, std::string_view reason) {
  PostcodeReading reading;
  reading.kind = kind;
  reading.reason = reason;
  return reading;
}

PostcodeReading pseudo(std::string_view inward) {
  for (const auto& known : kPseudo)
    if (known.inward == inward) return none(PostcodeKind::kPseudo, known.reason);
  return none(PostcodeKind::kPseudo, "pseudo-postcode: overseas or unspecified");
}

/// Well-formed codes that stand for "I had to type something".
bool is_dummy(std::string_view code) {
  constexpr std::array<std::string_view, 8> kDummies = {"A11AA", "AA11AA", "A111AA",  "AA111AA",
                                                        "A99AA", "AA99AA", "AA999AA", "AB12CD"};
  return all_same(code) || among(code, kDummies);
}

PostcodeReading uk(std::string_view outward, std::string_view inward, bool repaired) {
  PostcodeReading reading;
  reading.kind = PostcodeKind::kUk;
  reading.district = outward;
  reading.sector = reading.district + ' ' + inward.front();
  reading.postcode = reading.district + ' ';
  reading.postcode += inward;
  reading.repaired = repaired;
  return reading;
}

/// Tries `code` as outward + inward; false when it has not that form even after repair of the inward digit.
bool read_uk(std::string_view code, PostcodeReading& out) {
  if (code.size() < 5 || code.size() > 7) return false;
  const std::string_view outward = code.substr(0, code.size() - 3);
  std::string inward(code.substr(code.size() - 3));
  const char typed = inward[0];
  if (typed == 'O') inward[0] = '0';
  if (typed == 'I') inward[0] = '1';
  if (outward == "ZZ99") {
    out = pseudo(inward);
    return true;
  }
  if (!is_inward_code(inward)) return false;
  if (!is_outward_code(outward)) return false;
  out = uk(outward, inward, typed != inward[0]);
  return true;
}

/// British forces: "BFPO 12", which has no outward code.
bool read_forces(std::string_view code, PostcodeReading& out) {
  if (!code.starts_with("BFPO")) return false;
  std::string_view number = code.substr(4);
  if (number.starts_with("CO")) number.remove_prefix(2);  // "BFPO c/o 12"
  if (!all_digits(number) || number.size() > 4) return false;
  out.kind = PostcodeKind::kUk;
  out.postcode = "BFPO " + std::string(number);
  return true;
}

bool read_partial(std::string_view code, PostcodeReading& out) {
  const bool sector =
      code.size() > 2 && is_digit(code.back()) && is_outward_code(code.substr(0, code.size() - 1));
  if (!upper(code.front()) || code.size() > 5 || (!is_outward_code(code) && !sector)) return false;
  out = none(PostcodeKind::kPartial, "outward code only");
  if (is_outward_code(code)) out.district = code;
  return true;
}

PostcodeReading foreign(std::string code) {
  if (code.size() == 9 && all_digits(code)) code.resize(5);  // United States: ZIP+4 -> ZIP
  const bool has_digit = std::ranges::any_of(code, is_digit);
  if (code.size() < 3 || code.size() > 10 || !has_digit) return none(PostcodeKind::kNone, "not a postcode");
  PostcodeReading reading;
  reading.kind = PostcodeKind::kForeign;
  if (code.size() >= 4 && all_digits(code)) reading.district = code.substr(0, 3);
  reading.postcode = std::move(code);
  return reading;
}

}  // namespace

bool is_outward_code(std::string_view outward) {
  constexpr std::array<std::string_view, 6> kShapes = {"A9", "A99", "AA9", "AA99", "A9A", "AA9A"};
  if (outward == "GIR") return true;
  const std::string shape = shape_of(outward);
  if (!among(shape, kShapes)) return false;
  if (one_of(outward[0], "QVX")) return false;
  if (shape[1] == 'A' && one_of(outward[1], "IJZ")) return false;
  if (shape == "A9A") return one_of(outward[2], "ABCDEFGHJKPSTUW");
  return shape != "AA9A" || one_of(outward[3], "ABEHMNPRVWXY");
}

PostcodeReading read_postcode(std::string_view text) {
  std::string code = compact(text);
  if (code.empty())
    return text.find_first_not_of(" \t") == std::string_view::npos
               ? PostcodeReading{}
               : none(PostcodeKind::kNone, "not a postcode");
  if (is_dummy(code)) return none(PostcodeKind::kNone, "dummy postcode");
  if (code == "NFA") return none(PostcodeKind::kPseudo, kPseudo[0].reason);
  if (code.starts_with("ZZ99") && code.size() < 7)
    return none(PostcodeKind::kPseudo, "pseudo-postcode: incomplete");
  PostcodeReading reading;
  if (read_uk(code, reading) || read_forces(code, reading) || read_partial(code, reading)) return reading;
  return foreign(std::move(code));
}

}  // namespace gmpi
