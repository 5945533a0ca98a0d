#include "standardize/emails.h"

#include <algorithm>
#include <array>

#include "standardize/fold.h"
#include "standardize/word_set.h"

namespace gmpi {
namespace {

bool is_local_part(std::string_view local) {
  return !local.empty() && local.size() <= 64 && local.front() != '.' && local.back() != '.' &&
         local.find("..") == std::string_view::npos && std::ranges::all_of(local, [](char c) {
           return is_letter(c) || is_digit(c) ||
                  std::string_view("!#$%&'*+-/=?^_{|}~.").find(c) != std::string_view::npos;
         });
}

bool is_label(std::string_view label) {
  return label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

bool is_domain(std::string_view domain) {
  if (domain.empty() || domain.front() == '.' || domain.back() == '.' ||
      domain.find("..") != std::string_view::npos)
    return false;
  const Words labels = split_words(domain, ".");
  return labels.size() >= 2 && labels.back().size() >= 2 && !all_digits(labels.back()) &&
         std::ranges::all_of(labels, is_label);
}

constexpr std::array<std::string_view, 12> kNobody = {"none",     "noemail", "no.email", "no-email",
                                                      "nomail",   "unknown", "notknown", "test",
                                                      "no-reply", "noreply", "nobody",   "null"};
constexpr std::array<std::string_view, 3> kNowhere = {"test.com", "none.com", "noemail.com"};

}  // namespace

Reading parse_email(std::string_view text) {
  std::string folded = fold(text);
  if (folded.empty()) return {};
  std::string_view address = folded;
  if (address.starts_with("mailto:")) address.remove_prefix(7);
  const auto at = address.find('@');
  if (at == std::string_view::npos || address.size() > 254) return missing_because("not an e-mail address");
  const std::string_view local = address.substr(0, at);
  const std::string_view domain = address.substr(at + 1);
  if (!is_local_part(local) || !is_domain(domain)) return missing_because("not an e-mail address");
  const bool nobody = among(local, kNobody) || (local.size() >= 3 && all_same(local));
  const bool nowhere = among(domain, kNowhere);
  if (nobody || nowhere) return missing_because("placeholder e-mail address");
  return {std::string(address), {}};
}

}  // namespace gmpi
