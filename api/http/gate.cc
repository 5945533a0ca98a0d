#include "api/http/gate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/utf8.h"

namespace gmpi::http {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_token_char(char c) {
  return is_digit(c) || is_alpha(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

Problem bad_request(std::string detail) {
  Problem problem;
  problem.status = 400;
  problem.code = "bad_request";
  problem.detail = std::move(detail);
  return problem;
}

Problem refuse(int status, std::string code, std::string detail) {
  Problem problem;
  problem.status = status;
  problem.code = std::move(code);
  problem.detail = std::move(detail);
  return problem;
}

// Cuts the next line off `rest`; the head is known to consist of CR LF ended lines.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find("\r\n");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end == std::string_view::npos ? rest.size() : end + 2));
  return line;
}

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || std::string_view("-._~:[]").find(c) != std::string_view::npos;
  });
}

bool is_target_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != '#' && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' &&
           c != '`' && c != '{' && c != '|' && c != '}';
  });
}

std::optional<Problem> read_request_line(std::string_view line, const HttpLimits& limits, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last)
    return bad_request("the request line is not 'METHOD target HTTP/1.1'");
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method) || method.size() > 32) return bad_request("the method is not a token");
  if (target.size() > limits.target_bytes_max)
    return refuse(414, "target_too_long", "the request target is longer than this server reads");
  if (target.empty() || !is_target_text(target))
    return bad_request("the request target holds a character that must be percent-encoded");
  const bool version_form = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                            version[6] == '.' && is_digit(version[7]);
  if (!version_form) return bad_request("the request line does not end in HTTP/1.1");
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return refuse(505, "version_not_supported", "this server speaks HTTP/1.1 and HTTP/1.0");
  head.method = method;
  head.target = target;
  head.minor_version = version.back() - '0';
  return std::nullopt;
}

std::optional<Problem> read_field_line(std::string_view line, RequestHead& head) {
  if (line.front() == ' ' || line.front() == '\t')
    return bad_request("folded header lines are refused (RFC 9112 5.2)");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bad_request("a header line has no colon");
  const std::string_view name = line.substr(0, colon);
  if (!is_token(name)) return bad_request("a header name is not a token, or a blank stands before its colon");
  const std::string_view value = trim_blanks(line.substr(colon + 1));
  for (char c : value)
    if ((c >= 0 && c < ' ' && c != '\t') || c == '\x7f')
      return bad_request("a header value holds a control character");
  head.fields.emplace_back(lower(name), std::string(value));
  return std::nullopt;
}

// Fields that mean something different, or nothing, when they come twice.
constexpr std::array<std::string_view, 10> kOnceOnly = {
    "host",          "content-length", "transfer-encoding", "content-type", "content-encoding",
    "authorization", "expect",         "x-request-id",      "if-match",     "if-none-match"};

std::optional<Problem> check_repeats(const RequestHead& head) {
  for (const std::string_view name : kOnceOnly) {
    const auto count = std::count_if(head.fields.begin(), head.fields.end(),
                                     [name](const auto& field) { return field.first == name; });
    if (count > 1) return bad_request("the header field '" + std::string(name) + "' occurs more than once");
  }
  return std::nullopt;
}

const std::string* value_of(const RequestHead& head, std::string_view name) {
  for (const auto& [key, value] : head.fields)
    if (key == name) return &value;
  return nullptr;
}

std::optional<Problem> read_framing(RequestHead& head) {
  const std::string* coding = value_of(head, "transfer-encoding");
  const std::string* length = value_of(head, "content-length");
  if (coding) {
    if (length) return bad_request("Content-Length and Transfer-Encoding exclude each other");
    if (head.minor_version == 0) return bad_request("Transfer-Encoding does not exist in HTTP/1.0");
    if (lower(*coding) != "chunked")
      return bad_request("the only Transfer-Encoding this server reads is 'chunked'");
    head.framing = BodyFraming::kChunked;
    return std::nullopt;
  }
  if (!length) return std::nullopt;
  const bool digits =
      !length->empty() && length->size() <= 18 && std::all_of(length->begin(), length->end(), is_digit);
  if (!digits) return bad_request("Content-Length is not one decimal number");
  std::from_chars(length->data(), length->data() + length->size(), head.content_length);
  head.framing = head.content_length > 0 ? BodyFraming::kLength : BodyFraming::kNone;
  return std::nullopt;
}

std::optional<Problem> read_connection(RequestHead& head) {
  head.keep_alive = head.minor_version == 1;
  for (const auto& [name, value] : head.fields)
    if (name == "connection" && lower(value).find("close") != std::string::npos) head.keep_alive = false;
  if (const std::string* expect = value_of(head, "expect")) {
    if (lower(*expect) != "100-continue")
      return refuse(417, "expectation_failed", "the only expectation this server meets is '100-continue'");
    head.expects_continue = head.minor_version == 1;
  }
  return std::nullopt;
}

std::optional<Problem> read_host(RequestHead& head) {
  const std::string* host = value_of(head, "host");
  if (!host) {
    if (head.minor_version == 0) return std::nullopt;
    return bad_request("HTTP/1.1 requires the Host field");
  }
  if (!is_host(*host)) return bad_request("the Host field is not a host with an optional port");
  head.host = *host;
  return std::nullopt;
}

// origin-form, absolute-form whose authority is the Host, or '*' for OPTIONS.
std::optional<Problem> split_target(RequestHead& head) {
  std::string_view target = head.target;
  if (target == "*") {
    if (head.method != "OPTIONS") return bad_request("the target '*' belongs to OPTIONS");
    head.path = "*";
    return std::nullopt;
  }
  constexpr std::string_view kScheme = "http://";
  if (lower(target.substr(0, kScheme.size())) == kScheme) {
    target.remove_prefix(kScheme.size());
    const std::size_t slash = target.find('/');
    if (slash == std::string_view::npos) return bad_request("the request target has no path");
    if (lower(target.substr(0, slash)) != lower(head.host))
      return bad_request("the request target names another host than the Host field");
    target.remove_prefix(slash);
  }
  if (target.front() != '/') return bad_request("the request target does not begin with '/'");
  const std::size_t mark = target.find('?');
  head.path = target.substr(0, mark);
  if (mark != std::string_view::npos) head.query = target.substr(mark + 1);
  return std::nullopt;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (out.find('\0') != std::string::npos || !is_valid_utf8(out)) return std::nullopt;
  return out;
}

}  // namespace

HeadProgress find_head_end(std::string_view received, const HttpLimits& limits) {
  HeadProgress progress;
  const auto refused = [&progress](Problem why) {
    progress.state = HeadProgress::State::kRefused;
    progress.refusal = std::move(why);
    return progress;
  };
  const std::size_t end = received.find("\r\n\r\n");
  const std::string_view head = received.substr(0, end);
  if (head.size() > limits.header_bytes_max) {
    // Without its end in sight the line may still be the first: say which of the two is too long.
    if (head.substr(0, limits.header_bytes_max).find('\n') == std::string_view::npos)
      return refused(refuse(414, "target_too_long", "the request line is longer than this server reads"));
    return refused(refuse(431, "header_too_large", "the request head is larger than this server reads"));
  }
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '\0') return refused(bad_request("the request head holds a NUL byte"));
    if (head[i] == '\n' && (i == 0 || head[i - 1] != '\r'))
      return refused(bad_request("a line ends in LF without CR"));
    if (head[i] == '\r' && i + 1 < received.size() && received[i + 1] != '\n')
      return refused(bad_request("a CR stands without LF"));
  }
  if (received.starts_with("\r\n")) return refused(bad_request("the request begins with an empty line"));
  if (end == std::string_view::npos) return progress;
  progress.state = HeadProgress::State::kComplete;
  progress.head_bytes = end + 4;
  return progress;
}

std::variant<RequestHead, Problem> read_head(std::string_view text, const HttpLimits& limits) {
  RequestHead head;
  head.bytes = text.size();
  if (auto problem = read_request_line(take_line(text), limits, head)) return *std::move(problem);
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) break;
    if (head.fields.size() == limits.header_fields_max)
      return refuse(431, "header_too_large", "the request has more header fields than this server reads");
    if (auto problem = read_field_line(line, head)) return *std::move(problem);
  }
  if (auto problem = check_repeats(head)) return *std::move(problem);
  for (const auto step : {read_framing, read_connection, read_host, split_target}) {
    if (auto problem = step(head)) return *std::move(problem);
  }
  return head;
}

std::optional<Fields> read_query(std::string_view query, const HttpLimits& limits) {
  Fields parameters;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (part.empty()) continue;
    if (parameters.size() == limits.query_parameters_max) return std::nullopt;
    const std::size_t equals = part.find('=');
    auto name = percent_decode(part.substr(0, equals), true);
    auto value =
        percent_decode(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), true);
    if (!name || !value) return std::nullopt;
    parameters.emplace_back(*std::move(name), *std::move(value));
  }
  return parameters;
}

std::optional<std::string> decode_path_segment(std::string_view segment) {
  auto decoded = percent_decode(segment, false);
  if (!decoded) return std::nullopt;
  for (char c : *decoded)
    if ((c >= 0 && c < ' ') || c == '\x7f') return std::nullopt;
  return decoded;
}

bool is_valid_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace gmpi::http
