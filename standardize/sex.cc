#include "standardize/sex.h"

#include <array>

#include "standardize/fold.h"

namespace gmpi {
namespace {

struct Code {
  std::string_view text, sex, reason;
};

constexpr std::string_view kNotKnown = "sex not known";
constexpr std::string_view kOther = "sex neither male nor female";

constexpr std::array kCodes = {
    Code{"f", "female", {}},
    Code{"female", "female", {}},
    Code{"2", "female", {}},
    Code{"m", "male", {}},
    Code{"male", "male", {}},
    Code{"1", "male", {}},
    Code{"02", "female", {}},
    Code{"01", "male", {}},
    Code{"girl", "female", {}},
    Code{"boy", "male", {}},
    Code{"woman", "female", {}},
    Code{"man", "male", {}},
    Code{"fem", "female", {}},
    Code{"u", {}, kNotKnown},
    Code{"unknown", {}, kNotKnown},
    Code{"unk", {}, kNotKnown},
    Code{"un", {}, kOther},
    Code{"0", {}, kNotKnown},
    Code{"x", {}, kNotKnown},
    Code{"notknown", {}, kNotKnown},
    Code{"notstated", {}, kNotKnown},
    Code{"n", {}, kNotKnown},
    Code{"notspecified", {}, kNotKnown},
    Code{"9", {}, kOther},
    Code{"o", {}, kOther},
    Code{"other", {}, kOther},
    Code{"a", {}, kOther},
    Code{"ambiguous", {}, kOther},
    Code{"indeterminate", {}, kOther},
};

}  // namespace

Reading parse_sex(std::string_view text) {
  const std::string folded = fold_alnum(text);
  if (folded.empty()) return {};
  for (const auto& code : kCodes)
    if (code.text == folded) return {std::string(code.sex), code.reason};
  return missing_because("unrecognised sex code");
}

std::string_view administrative_gender(std::string_view text) {
  const Reading sex = parse_sex(text);
  if (sex.reason == kNotKnown) return "unknown";
  if (sex.reason == kOther) return "other";
  if (sex.missing()) return {};
  return sex.value == "male" ? "male" : "female";
}

}  // namespace gmpi
