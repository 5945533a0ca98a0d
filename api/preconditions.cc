#include "api/preconditions.h"

#include <charconv>
#include <string_view>

#include "api/http/problem.h"

namespace gmpi {
namespace {

// W/"7" or "7".
std::optional<std::uint64_t> read_etag(std::string_view text) {
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() < 3 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::uint64_t version = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return version;
}

}  // namespace

std::string etag_of(std::uint64_t version) {
  return "W/\"" + std::to_string(version) + "\"";
}

std::variant<Precondition, http::Problem> read_precondition(const http::Request& request) {
  for (const char* name : {"if-none-match", "if-none-exist", "if-modified-since", "if-unmodified-since"}) {
    // Ignoring a condition on a change would do what the client asked not to be done.
    if (!request.field(name).empty())
      return http::make_problem("bad_request",
                                std::string("the field '") + name + "' is not supported on a change");
  }
  const std::string_view field = request.field("if-match");
  if (field.empty()) return Precondition();
  if (field == "*") return Precondition{.version = {}, .exists = true};
  const auto version = read_etag(field);
  if (!version)
    return http::make_problem("precondition_failed",
                              "If-Match takes one ETag of this server, such as W/\"7\", or *");
  return Precondition{.version = version};
}

std::optional<std::uint64_t> read_version_number(std::string_view text) {
  std::uint64_t version = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  const bool whole = error == std::errc() && stop == text.data() + text.size() && !text.starts_with('0');
  return whole ? std::optional(version) : std::nullopt;
}

bool has_version(const http::Request& request, std::uint64_t version) {
  const std::string_view field = request.field("if-none-match");
  return field == "*" || (!field.empty() && read_etag(field) == version);
}

}  // namespace gmpi
