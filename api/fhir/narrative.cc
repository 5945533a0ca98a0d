#include "api/fhir/narrative.h"

#include <algorithm>
#include <array>
#include <string>

namespace gmpi::fhir {
namespace {

// Both sorted, as txt-1 lists them; xmlns and those that begin "xml:" are allowed beside them.
constexpr auto kElements = std::to_array<std::string_view>(
    {"a",        "abbr", "acronym", "b",     "big",  "blockquote", "br",  "caption", "cite",  "code",  "col",
     "colgroup", "dd",   "del",     "dfn",   "div",  "dl",         "dt",  "em",      "h1",    "h2",    "h3",
     "h4",       "h5",   "h6",      "hr",    "i",    "img",        "ins", "kbd",     "li",    "ol",    "p",
     "pre",      "q",    "samp",    "small", "span", "strong",     "sub", "sup",     "table", "tbody", "td",
     "tfoot",    "th",   "thead",   "tr",    "tt",   "u",          "ul",  "var"});
constexpr auto kAttributes = std::to_array<std::string_view>(
    {"abbr",        "accesskey",   "align",      "alt",    "axis",     "bgcolor", "border", "cellhalign",
     "cellpadding", "cellspacing", "cellvalign", "char",   "charoff",  "charset", "cite",   "class",
     "colspan",     "compact",     "coords",     "dir",    "frame",    "headers", "height", "href",
     "hreflang",    "hspace",      "id",         "lang",   "longdesc", "name",    "nowrap", "rel",
     "rev",         "rowspan",     "rules",      "scope",  "shape",    "span",    "src",    "start",
     "style",       "summary",     "tabindex",   "target", "title",    "type",    "usemap", "valign",
     "value",       "vspace",      "width",      "xmlns"});
constexpr auto kSchemes =
    std::to_array<std::string_view>({"cid", "ftp", "http", "https", "mailto", "tel", "urn"});
static_assert(std::ranges::is_sorted(kElements) && std::ranges::is_sorted(kAttributes) &&
              std::ranges::is_sorted(kSchemes));

constexpr const char* kUnreadable = "has a tag that is not well formed";
constexpr const char* kElementRefused = "has an element that FHIR does not allow in a narrative";
constexpr const char* kAttributeRefused = "has an attribute that FHIR does not allow in a narrative";
constexpr const char* kLinkRefused = "has a link of a kind that FHIR does not allow in a narrative";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' || c == '-' ||
         c == '_';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// What a link or a style names must be there to be seen: a scheme behind a reference, a blank or a control
// character is hidden.
bool is_harmless_link(std::string_view link) {
  const std::size_t end = link.find_first_of(":/?#");
  const std::string scheme = lower(link.substr(0, end));
  const bool plain = std::ranges::all_of(scheme, [](char c) { return c > ' ' && c != '&' && c != '\x7f'; });
  if (end == std::string_view::npos || link[end] != ':') return plain;
  if (lower(link).starts_with("data:image/")) return !lower(link).starts_with("data:image/svg");
  return std::ranges::binary_search(kSchemes, std::string_view(scheme));
}

bool is_harmless_style(std::string_view style) {
  const std::string text = lower(style);
  return text.find_first_of("\\&@") == std::string::npos && text.find("url") == std::string::npos &&
         text.find("expression") == std::string::npos && text.find("behavior") == std::string::npos &&
         text.find("binding") == std::string::npos;
}

class Scan {
 public:
  explicit Scan(std::string_view text) : rest_(text) {}

  const char* fault() {
    while (true) {
      const std::size_t open = rest_.find('<');
      if (open == std::string_view::npos) return nullptr;
      rest_.remove_prefix(open + 1);
      if (const char* wrong = rest_.starts_with("!--") ? skip_comment() : read_tag()) return wrong;
    }
  }

 private:
  const char* skip_comment() {
    const bool cut_short =
        rest_.starts_with("!-->") || rest_.starts_with("!--->");  // HTML ends a comment there
    const std::size_t end = rest_.find("--", 3);
    if (cut_short || end == std::string_view::npos || rest_.substr(end, 3) != "-->") return kUnreadable;
    rest_.remove_prefix(end + 3);
    return nullptr;
  }

  // After "<".
  const char* read_tag() {
    const bool closes = take('/');
    const std::string_view name = take_name();
    if (name.empty()) return kUnreadable;
    if (!std::ranges::binary_search(kElements, name)) return kElementRefused;
    while (true) {
      const bool apart = skip_blanks();
      if (take('>')) return nullptr;
      if (!closes && take('/')) return take('>') ? nullptr : kUnreadable;
      if (!apart || closes) return kUnreadable;
      if (const char* wrong = read_attribute()) return wrong;
    }
  }

  const char* read_attribute() {
    const std::string_view name = take_name();
    skip_blanks();
    if (name.empty() || !take('=')) return kUnreadable;
    skip_blanks();
    const char quote = rest_.empty() ? '\0' : rest_.front();
    const std::size_t end = quote == '"' || quote == '\'' ? rest_.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos) return kUnreadable;
    const std::string_view value = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    if (value.find('<') != std::string_view::npos) return kUnreadable;
    if (!name.starts_with("xml:") && !std::ranges::binary_search(kAttributes, name)) return kAttributeRefused;
    if ((name == "href" || name == "src" || name == "cite" || name == "longdesc") && !is_harmless_link(value))
      return kLinkRefused;
    return name == "style" && !is_harmless_style(value) ? kAttributeRefused : nullptr;
  }

  bool take(char c) {
    const bool there = rest_.starts_with(c);
    if (there) rest_.remove_prefix(1);
    return there;
  }
  bool skip_blanks() {
    const std::size_t before = rest_.size();
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    return rest_.size() != before;
  }
  std::string_view take_name() {
    const auto end = std::ranges::find_if_not(rest_, is_name_char);
    const auto name = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(name.size());
    return name;
  }

  std::string_view rest_;
};

}  // namespace

const char* narrative_fault(std::string_view xhtml) {
  return Scan(xhtml).fault();
}

}  // namespace gmpi::fhir
