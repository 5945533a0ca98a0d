#include "standardize/fold.h"
#include "standardize/phonetics.h"

namespace gmpi {
namespace {

/// Per letter a..z: '1' to '6', '0' for those that have no code.
constexpr std::string_view kCodes = "01230120022455012623010202";
static_assert(kCodes.size() == 26);

}  // namespace

std::string soundex(std::string_view name, SoundexHw hw) {
  std::string code;
  char previous = '0';
  for (const char c : name) {
    if (!is_letter(c)) continue;
    const bool h_or_w = c == 'h' || c == 'w';
    const char digit = kCodes[static_cast<std::size_t>(c - 'a')];
    if (code.empty())
      code.push_back(static_cast<char>(c - 32));
    else if (digit != '0' && digit != previous)
      code.push_back(digit);
    if (code.size() == 4) return code;
    if (!h_or_w || code.size() == 1 || hw == SoundexHw::kSeparates) previous = digit;
  }
  if (!code.empty()) code.resize(4, '0');
  return code;
}

}  // namespace gmpi
