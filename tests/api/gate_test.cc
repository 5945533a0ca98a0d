// The request forms of reliability notes on HTTP/1.1 smuggling, each sent as raw bytes to a listening server.
// A refused one gets its status and the connection is closed, so that bytes smuggled behind it are never
// read.
#include "api/http/gate.h"

#include <gtest/gtest.h>

#include "tests/api/echo_server.h"
#include "tests/api/raw_client.h"

namespace gmpi::http {
namespace {

struct GateVector {
  const char* name;
  std::string bytes;
  int status;
};

// A request that would be answered if it were read from behind a misread body.
const std::string kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

std::string post(const std::string& fields, const std::string& body) {
  return "POST /large HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + fields + "\r\n" + body;
}

std::vector<GateVector> refused_vectors() {
  const std::string chunks = "4\r\nabcd\r\n0\r\n\r\n";
  return {
      {"cl_then_te", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", chunks), 400},
      {"te_then_cl", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", chunks), 400},
      {"two_cl_different", post("Content-Length: 4\r\nContent-Length: 5\r\n", "abcde"), 400},
      {"two_cl_equal", post("Content-Length: 4\r\nContent-Length: 4\r\n", "abcd"), 400},
      {"cl_list", post("Content-Length: 4, 4\r\n", "abcd"), 400},
      {"cl_plus", post("Content-Length: +4\r\n", "abcd"), 400},
      {"cl_negative", post("Content-Length: -1\r\n", "abcd"), 400},
      {"cl_two_to_the_64", post("Content-Length: 18446744073709551616\r\n", "abcd"), 400},
      {"cl_hex", post("Content-Length: 0x4\r\n", "abcd"), 400},
      {"cl_empty", post("Content-Length: \r\n", "abcd"), 400},
      {"cl_inner_blank", post("Content-Length: 4 4\r\n", "abcd"), 400},
      {"te_xchunked", post("Transfer-Encoding: xchunked\r\n", chunks), 400},
      {"te_chunked_identity", post("Transfer-Encoding: chunked, identity\r\n", chunks), 400},
      {"te_gzip_chunked", post("Transfer-Encoding: gzip, chunked\r\n", chunks), 400},
      {"te_twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunks), 400},
      {"te_empty", post("Transfer-Encoding: \r\n", chunks), 400},
      {"te_vertical_tab",
       post("Transfer-Encoding:\x0b"
            "chunked\r\n",
            chunks),
       400},
      {"te_quoted", post("Transfer-Encoding: \"chunked\"\r\n", chunks), 400},
      {"te_in_http_1_0",
       "POST /large HTTP/1.0\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: "
       "chunked\r\n\r\n" +
           chunks,
       400},
      {"space_before_colon", post("Content-Length : 4\r\n", "abcd"), 400},
      {"obs_fold", post("Content-Length: 4\r\nX-Folded: a\r\n b\r\n", "abcd"), 400},
      {"obs_fold_of_te", post("Transfer-Encoding:\r\n chunked\r\n", chunks), 400},
      {"obs_fold_first_line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"bare_lf", "GET / HTTP/1.1\nHost: a\n\n", 400},
      {"bare_lf_in_one_line", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
      {"bare_cr_in_value", "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400},
      {"nul_in_value", std::string("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 35), 400},
      {"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"two_equal_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"empty_host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"host_with_path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"host_with_user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
      {"chunk_size_plus", post("Transfer-Encoding: chunked\r\n", "+4\r\nabcd\r\n0\r\n\r\n"), 400},
      {"chunk_size_minus", post("Transfer-Encoding: chunked\r\n", "-4\r\nabcd\r\n0\r\n\r\n"), 400},
      {"chunk_size_0x", post("Transfer-Encoding: chunked\r\n", "0x4\r\nabcd\r\n0\r\n\r\n"), 400},
      {"chunk_size_overflow",
       post("Transfer-Encoding: chunked\r\n", "10000000000000004\r\nabcd\r\n0\r\n\r\n"), 400},
      {"chunk_extension_20000",
       post("Transfer-Encoding: chunked\r\n", "4;" + std::string(20000, 'x') + "\r\nabcd\r\n0\r\n\r\n"), 400},
      {"chunk_extension_300",
       post("Transfer-Encoding: chunked\r\n", "4;" + std::string(300, 'x') + "\r\nabcd\r\n0\r\n\r\n"), 400},
      {"chunk_without_crlf", post("Transfer-Encoding: chunked\r\n", "4\r\nabcdX0\r\n\r\n"), 400},
      {"chunk_bare_lf", post("Transfer-Encoding: chunked\r\n", "4\nabcd\n0\n\n"), 400},
      {"trailer", post("Transfer-Encoding: chunked\r\n", "4\r\nabcd\r\n0\r\nX-Late: 1\r\n\r\n"), 400},
      {"trailer_cl", post("Transfer-Encoding: chunked\r\n", "4\r\nabcd\r\n0\r\nContent-Length: 9\r\n\r\n"),
       400},
      {"header_9k", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(9 * 1024, 'x') + "\r\n\r\n", 431},
      {"header_count",
       [] {
         std::string fields;
         for (int i = 0; i < 70; ++i) fields += "X-" + std::to_string(i) + ": 1\r\n";
         return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
       }(),
       431},
      {"target_5k", "GET /" + std::string(5000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {"target_9k", "GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {"body_2mb", post("Content-Length: 2097152\r\n", std::string(2097152, 'x')), 413},
      {"chunked_body_2mb",
       post("Transfer-Encoding: chunked\r\n", "200000\r\n" + std::string(2097152, 'x') + "\r\n0\r\n\r\n"),
       413},
      {"get_with_body", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd", 413},
      {"absolute_form_other_host", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"absolute_form_no_path", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"authority_form", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"asterisk_get", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"target_control", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"target_blank", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"two_blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"no_version", "GET /\r\nHost: a\r\n\r\n", 400},
      {"http_2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"http_9", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505},
      {"lower_case_version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"empty_line_first", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"expect_other", post("Expect: 200-maybe\r\nContent-Length: 4\r\n", "abcd"), 417},
      {"tls_hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(300, 'x'),
       400},
      {"header_without_colon", "GET / HTTP/1.1\r\nHost: a\r\nbroken\r\n\r\n", 400},
      {"header_without_name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400},
  };
}

class GateRefuses : public testing::TestWithParam<GateVector> {};

TEST_P(GateRefuses, with_the_status_and_a_closed_connection) {
  const auto server = test::start_echo_server();
  ASSERT_TRUE(server);
  test::RawClient client(server->port());
  client.send(GetParam().bytes);
  client.send(kSmuggled);
  const test::Answer answer = client.read_answer();
  EXPECT_EQ(answer.status, GetParam().status) << answer.head << answer.body;
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_EQ(answer.field("content-type"), "application/problem+json");
  EXPECT_TRUE(client.closed_by_peer());
}

INSTANTIATE_TEST_SUITE_P(Vectors, GateRefuses, testing::ValuesIn(refused_vectors()),
                         [](const auto& tested) { return std::string(tested.param.name); });

class GateAccepts : public testing::TestWithParam<GateVector> {};

TEST_P(GateAccepts, and_the_connection_stays_usable) {
  const auto server = test::start_echo_server();
  ASSERT_TRUE(server);
  test::RawClient client(server->port());
  EXPECT_EQ(client.ask(GetParam().bytes).status, GetParam().status);
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").body, "hello");
}

INSTANTIATE_TEST_SUITE_P(
    Vectors, GateAccepts,
    testing::Values(
        GateVector{"plain_get", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
        GateVector{"host_with_port", "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n", 200},
        GateVector{"host_ipv6", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", 200},
        GateVector{"absolute_form", "GET http://a:80/ HTTP/1.1\r\nHost: a:80\r\n\r\n", 200},
        GateVector{"post_length", post("Content-Length: 4\r\n", "abcd"), 200},
        GateVector{"post_chunked", post("Transfer-Encoding: chunked\r\n", "4\r\nabcd\r\n0\r\n\r\n"), 200},
        GateVector{"post_chunked_upper_case",
                   post("Transfer-Encoding: CHUNKED\r\n", "4\r\nabcd\r\n0\r\n\r\n"), 200},
        GateVector{"te_after_tab", post("Transfer-Encoding:\tchunked\r\n", "4\r\nabcd\r\n0\r\n\r\n"), 200},
        GateVector{"short_chunk_extension",
                   post("Transfer-Encoding: chunked\r\n", "4;a=b\r\nabcd\r\n0\r\n\r\n"), 200},
        GateVector{"empty_body", post("Content-Length: 0\r\n", ""), 200},
        GateVector{"upgrade_is_not_taken_up",
                   "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 200},
        GateVector{"latin1_in_a_value", "GET / HTTP/1.1\r\nHost: a\r\nX: \xe9\r\n\r\n", 200},
        GateVector{"options_star", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 204}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Gate, a_smuggled_request_behind_a_body_of_unknown_coding_is_never_answered) {
  const auto server = test::start_echo_server();
  ASSERT_TRUE(server);
  test::RawClient client(server->port());
  client.send(post("Transfer-Encoding: xchunked\r\n", "GET /things/1 HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(client.read_answer().status, 400);
  EXPECT_EQ(client.read_answer().status, 0);
}

TEST(Gate, request_head_is_read_into_its_parts) {
  const auto read =
      read_head("PUT /a%20b?x=1 HTTP/1.1\r\nHost: h:1\r\nX-Two:  b \r\nContent-Length: 12\r\n\r\n", {});
  const auto* head = std::get_if<RequestHead>(&read);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->method, "PUT");
  EXPECT_EQ(head->path, "/a%20b");
  EXPECT_EQ(head->query, "x=1");
  EXPECT_EQ(head->host, "h:1");
  EXPECT_EQ(find_field(head->fields, "x-two"), "b");
  EXPECT_EQ(head->framing, BodyFraming::kLength);
  EXPECT_EQ(head->content_length, 12u);
  EXPECT_TRUE(head->keep_alive);
}

TEST(Gate, percent_escapes_are_decoded_once_and_strictly) {
  EXPECT_EQ(decode_path_segment("a%2Fb"), "a/b");
  EXPECT_EQ(decode_path_segment("a%252Fb"), "a%2Fb");
  EXPECT_EQ(decode_path_segment("a+b"), "a+b");
  EXPECT_EQ(decode_path_segment("%C5%81ukasz"), "\xC5\x81ukasz");
  for (const char* bad : {"%", "%2", "%zz", "%00", "%0a", "%7f", "%ff", "%c0%af", "%ed%a0%80"})
    EXPECT_FALSE(decode_path_segment(bad)) << bad;
}

TEST(Gate, query_parameters_keep_order_and_form_decoding) {
  const auto query = read_query("phone=%2B44+161&x&=y&a=b=c", {});
  ASSERT_TRUE(query);
  EXPECT_EQ(*query, (Fields{{"phone", "+44 161"}, {"x", ""}, {"", "y"}, {"a", "b=c"}}));
  EXPECT_FALSE(read_query("a=%0", {}));
  EXPECT_FALSE(read_query("a=%00", {}));
}

}  // namespace
}  // namespace gmpi::http
