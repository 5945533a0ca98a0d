// Any bytes as a request head: the gate is sure of itself (a prefix never knows more than the whole), and a
// head it lets through is read by Beast in the same way: same method, target, version and framing.
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "api/http/gate.h"

namespace {

using gmpi::http::BodyFraming;
using gmpi::http::HeadProgress;
using gmpi::http::RequestHead;
namespace beast = boost::beast;

void require(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "fuzz_http_gate: %s\n", claim);
  std::abort();
}

void check_prefixes(std::string_view bytes, const HeadProgress& whole, const gmpi::http::HttpLimits& limits) {
  for (std::size_t length = 0; length <= bytes.size(); length += 1 + bytes.size() / 16) {
    const auto part = gmpi::http::find_head_end(bytes.substr(0, length), limits);
    if (part.state == HeadProgress::State::kIncomplete) continue;
    require(part.state == whole.state, "more bytes changed the verdict");
    require(part.head_bytes == whole.head_bytes, "more bytes moved the end of the head");
  }
}

void check_beast_agrees(std::string_view head_bytes, const RequestHead& head) {
  beast::http::request_parser<beast::http::string_body> parser;
  parser.eager(false);
  beast::error_code error;
  parser.put(boost::asio::buffer(head_bytes.data(), head_bytes.size()), error);
  if (error && error != beast::http::error::need_more)
    return;  // Beast is stricter here: the server answers 400
  require(parser.is_header_done(), "Beast does not see the end of the head");
  require(parser.get().method_string() == head.method, "another method");
  require(parser.get().target() == head.target, "another target");
  require(parser.get().version() == 10u + static_cast<unsigned>(head.minor_version), "another version");
  require(parser.chunked() == (head.framing == BodyFraming::kChunked), "another transfer coding");
  const auto length = parser.content_length();
  require((length ? *length : 0) == head.content_length, "another length");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const gmpi::http::HttpLimits limits;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto progress = gmpi::http::find_head_end(bytes, limits);
  check_prefixes(bytes, progress, limits);
  if (progress.state != HeadProgress::State::kComplete) return 0;
  const auto read = gmpi::http::read_head(bytes.substr(0, progress.head_bytes), limits);
  const auto* head = std::get_if<RequestHead>(&read);
  if (!head) {
    require(std::get<gmpi::http::Problem>(read).status >= 400, "a refusal without its status");
    return 0;
  }
  require(!head->path.empty() && (head->path[0] == '/' || head->path == "*"), "a path that is none");
  require(head->host.empty() ? head->minor_version == 0 : true, "HTTP/1.1 without Host");
  require(head->framing == BodyFraming::kLength ? head->content_length > 0 : head->content_length == 0,
          "length without framing");
  check_beast_agrees(bytes.substr(0, progress.head_bytes), *head);
  gmpi::http::read_query(head->query, limits);
  gmpi::http::decode_path_segment(head->path);
  return 0;
}
