#include "api/http/router.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "api/http/problem.h"

namespace gmpi::http {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Cuts text up to `separator` off `rest`.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return trim(part);
}

std::vector<std::string> split_pattern(std::string_view pattern) {
  std::vector<std::string> segments;
  pattern.remove_prefix(1);
  while (true) {
    const std::size_t end = pattern.find('/');
    segments.emplace_back(pattern.substr(0, end));
    if (end == std::string_view::npos) return segments;
    pattern.remove_prefix(end + 1);
  }
}

// Null: the path holds what no client sends in good faith. Dot segments are refused in every spelling,
// because proxies resolve them and we do not.
std::optional<std::vector<std::string>> split_path(std::string_view path) {
  std::vector<std::string> segments;
  for (const std::string& raw : split_pattern(path)) {
    auto decoded = decode_path_segment(raw);
    if (!decoded || *decoded == "." || *decoded == "..") return std::nullopt;
    segments.push_back(*std::move(decoded));
  }
  return segments;
}

bool is_capture(std::string_view segment) {
  return segment.starts_with('{');
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_capture(pattern[i]) ? path[i].empty() : pattern[i] != path[i]) return false;
  }
  return true;
}

// "0" for literal, "1" for capture: the least text is the most literal pattern.
std::string literalness(const std::vector<std::string>& pattern) {
  std::string rank;
  for (const auto& segment : pattern) rank += is_capture(segment) ? '1' : '0';
  return rank;
}

Fields captures(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  Fields values;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (is_capture(pattern[i])) values.emplace_back(pattern[i].substr(1, pattern[i].size() - 2), path[i]);
  return values;
}

// Quality in thousandths of "q=0.8"; null: malformed.
std::optional<int> read_quality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int quality = (text[0] - '0') * 1000;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int unit = 100;
  for (std::size_t i = 2; i < text.size(); ++i, unit /= 10) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    quality += (text[i] - '0') * unit;
  }
  return quality <= 1000 ? std::optional(quality) : std::nullopt;
}

struct MediaRange {
  std::string type;
  int quality = 1000;
};

std::vector<MediaRange> read_accept(std::string_view accept) {
  std::vector<MediaRange> ranges;
  while (!accept.empty()) {
    std::string_view item = take_until(accept, ',');
    MediaRange range;
    range.type = lower(take_until(item, ';'));
    while (!item.empty()) {
      const std::string parameter = lower(take_until(item, ';'));
      if (parameter.starts_with("q="))
        range.quality = read_quality(std::string_view(parameter).substr(2)).value_or(0);
    }
    if (!range.type.empty()) ranges.push_back(std::move(range));
  }
  return ranges;
}

// The most specific range that covers `type` decides its quality.
int quality_of(const std::vector<MediaRange>& ranges, std::string_view type) {
  const std::string group = std::string(type.substr(0, type.find('/'))) + "/*";
  int quality = 0;
  int specificity = 0;
  for (const auto& range : ranges) {
    const int level = range.type == type ? 3 : range.type == group ? 2 : range.type == "*/*" ? 1 : 0;
    if (level > specificity) {
      specificity = level;
      quality = range.quality;
    }
  }
  return quality;
}

std::optional<Problem> check_body(const Route& route, const RequestHead& head) {
  const bool has_body = head.framing != BodyFraming::kNone;
  if (head.framing == BodyFraming::kLength && head.content_length > route.body_bytes_max)
    return make_problem("body_too_large", "this route reads at most " + std::to_string(route.body_bytes_max) +
                                              " bytes of body");
  if (route.media.body.empty()) {
    if (head.framing == BodyFraming::kChunked)
      return make_problem("body_too_large", "this route takes no body");
    return std::nullopt;
  }
  if (!has_body && find_field(head.fields, "content-length").empty())
    return make_problem("length_required", "this route needs a body");
  if (const auto coding = find_field(head.fields, "content-encoding");
      !coding.empty() && lower(coding) != "identity")
    return make_problem("unsupported_media_type", "compressed bodies are not read");
  const auto type = read_content_type(find_field(head.fields, "content-type"));
  if (!type || std::find(route.media.body.begin(), route.media.body.end(), *type) == route.media.body.end())
    return make_problem("unsupported_media_type",
                        "this route reads " + std::string(route.media.body.front()) + " in UTF-8");
  return std::nullopt;
}

// FHIR's _format parameter wins over the Accept field and may be a short name.
std::string accept_of(const RequestHead& head, const Fields& parameters) {
  for (const auto& [name, value] : parameters) {
    if (name != "_format") continue;
    std::string format = lower(value);
    std::replace(format.begin(), format.end(), ' ', '+');  // a plus that was not written %2B
    if (format == "json") return "application/fhir+json";
    if (format.empty() || format.find('/') == std::string::npos) return "unknown/" + format;
    return format;
  }
  std::string accept;
  for (const auto& [name, value] : head.fields) {
    if (name != "accept") continue;
    if (!accept.empty()) accept += ",";
    accept += value;
  }
  return accept;
}

bool is_fhir(std::string_view path) {
  return path == "/fhir" || path.starts_with("/fhir/");
}

/// Which of two values counts would be a guess, and two servers in a row may guess differently.
bool names_one_twice(const Fields& parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (parameters[i].first == parameters[j].first) return true;
  return false;
}

}  // namespace

Router::Router(std::vector<Route> routes, RenderProblem render)
    : routes_(std::move(routes)), render_(std::move(render)) {
  for (const auto& route : routes_) segments_.push_back(split_pattern(route.pattern));
}

std::variant<Router::Plan, Problem> Router::plan(const RequestHead& head, const HttpLimits& limits) const {
  if (head.path == "*") {
    Plan plan;
    plan.answer.status = 204;
    return plan;
  }
  const auto path = split_path(head.path);
  if (!path)
    return make_problem("bad_request",
                        "the path has a bad percent escape, a control character or a dot segment");
  auto parameters = read_query(head.query, limits);
  if (!parameters)
    return make_problem("bad_request", "the query has a bad percent escape or too many parameters");
  if (names_one_twice(*parameters)) return make_problem("bad_request", "the query has a parameter twice");

  // All routes of the most literal pattern that fits; they differ in their method.
  std::vector<std::size_t> fitting;
  std::string best;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!matches(segments_[i], *path)) continue;
    const std::string rank = literalness(segments_[i]);
    if (fitting.empty() || rank < best) {
      best = rank;
      fitting.clear();
    }
    if (rank == best) fitting.push_back(i);
  }
  const auto method = method_from_name(head.method);
  if (!method)
    return make_problem("not_implemented",
                        "the method is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  if (fitting.empty()) return make_problem("not_found", "no route has this path");

  std::string allow;
  const Route* route = nullptr;
  std::size_t chosen = 0;
  for (const std::size_t i : fitting) {
    const Method has = routes_[i].method;
    allow += std::string(method_name(has)) + (has == Method::kGet ? ", HEAD, " : ", ");
    if (has == *method || (*method == Method::kHead && has == Method::kGet)) {
      route = &routes_[i];
      chosen = i;
    }
  }
  allow += "OPTIONS";
  Plan plan;
  if (*method == Method::kOptions) {
    if (head.framing != BodyFraming::kNone) return make_problem("body_too_large", "OPTIONS takes no body");
    plan.answer.status = 204;
    plan.answer.fields.emplace_back("Allow", allow);
    return plan;
  }
  if (!route) {
    Problem problem = make_problem("method_not_allowed", "this path has " + allow);
    problem.allow = allow;
    return problem;
  }
  if (auto problem = check_body(*route, head)) return *std::move(problem);
  const std::string accept = is_fhir(head.path) ? accept_of(head, *parameters) : accept_of(head, {});
  if (!route->media.answer.empty() && choose_media_type(accept, route->media.answer).empty())
    return make_problem("not_acceptable",
                        "this route answers in " + std::string(route->media.answer.front()));
  plan.route = route;
  plan.path_values = captures(segments_[chosen], *path);
  plan.parameters = *std::move(parameters);
  return plan;
}

void Router::render(Response& response, std::string_view path, std::string_view request_id) const {
  if (response.problem) render_(response, path, request_id);
}

std::string_view choose_media_type(std::string_view accept, const std::vector<std::string_view>& offered) {
  const auto ranges = read_accept(accept);
  if (ranges.empty()) return offered.empty() ? std::string_view() : offered.front();
  std::string_view best;
  int best_quality = 0;
  for (const std::string_view type : offered) {
    const int quality = quality_of(ranges, type);
    if (quality > best_quality) {
      best = type;
      best_quality = quality;
    }
  }
  return best;
}

std::optional<std::string> read_content_type(std::string_view field) {
  std::string_view rest = field;
  std::string type = lower(take_until(rest, ';'));
  if (type.find('/') == std::string::npos) return std::nullopt;
  while (!rest.empty()) {
    const std::string parameter = lower(take_until(rest, ';'));
    if (!parameter.starts_with("charset=")) continue;
    const std::string_view charset = std::string_view(parameter).substr(8);
    if (charset != "utf-8" && charset != "\"utf-8\"" && charset != "utf8") return std::nullopt;
  }
  return type;
}

}  // namespace gmpi::http
